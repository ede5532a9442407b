"""Where the engine is known to differ from a browser, each with its reason.

A two-way ratchet: a difference that is not listed fails the run, and so does one that is listed and gone: every case
that a pattern matches must differ. Deviations of a browser from the standard that users can feel do not belong here,
but in its `Profile`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from tests.differential.topics import CASES

Family = tuple[str, str, tuple[str, ...]]
"""A browser, why, and patterns of the names of cases."""

EMPTY_CORP = ("list", "equal-list", "two-lines", "two-lines-that-differ")
ODD_CORP = (*EMPTY_CORP, "parameter", "quoted", "unknown", "star", "upper-case", "title-case")

WHAT: tuple[Family, ...] = (
    (
        "chromium",
        "Chromium judges a safelisted field that was set twice by its joined value",
        ("set.twice-safelisted-together-* but *.xhr",),
    ),
    ("chromium", "Chromium takes a Max-Age of very many digits behind a minus for no number", ("age.-9999*",)),
    (
        "chromium",
        "Chromium follows no redirect to a URL with a user name, whatever the mode",
        ("location.http_3a_2f_2fu*.no-cors", "location.http_3a_2f_2f_3ap_40*.no-cors"),
    ),
    ("chromium", "Chromium escapes | in a Location", ("location.y_7cz.*",)),
    *(
        (browser, "can_ada's URL parser is of before the standard escaped ^ in paths", ("location.y_5ez.*",))
        for browser in ("chromium", "firefox")
    ),
    ("chromium", "Chromium answers about:blank to nobody", ("url.about_3ablank.no-cors",)),
    *(
        (
            browser,
            "what a data: URL says of its type is not modelled",
            ("url.data_3a_2ca.*", "url.data_3atext_2fplain_*"),
        )
        for browser in ("chromium", "firefox")
    ),
    (
        "chromium",
        "Chromium's preflight says Sec-Fetch-Mode where the request itself says none",
        ("scheme.test-http-to-http.put*", "scheme.loopback-to-test-http.put*"),
    ),
    ("chromium", "Chromium sends no cookie with a tab", ("cookie.tab.* but *.away but *.tls-away but *.schemeful",)),
    (
        "chromium",
        "DevTools shows no bytes that are no UTF-8",
        ("cookie.latin-1.s* but *.schemeful", "cookie.latin-1.tls-site"),
    ),
    (
        "chromium",
        "Chromium has an Accept of its own for what may be a signed exchange",
        ("feature.prefetch.* but *.plain.*",),
    ),
    (
        "chromium",
        "the harness's worker is made of a blob, which is no referrer",
        ("feature.import-scripts.*",),
    ),
    (
        "firefox",
        "the harness's worker is made of a blob, which is no referrer",
        ("feature.import-scripts.* but *.home",),
    ),
    (
        "firefox",
        "Firefox lets an empty line of Access-Control-Allow-Credentials pass",
        ("acac.true-and-empty-line.* but *.any but *.omit but *.same-origin",),
    ),
    ("firefox", "Firefox reads a comma in Content-Type as a list", ("byte.content-type.2c",)),
    ("firefox", "Firefox reads an empty parameter as a malformed type", ("form.content-type.text_2fplain_3b_3b",)),
    ("firefox", "Firefox names a header as often as the page set it", ("set.twice", "set.twice.nothing-allowed")),
    (
        "firefox",
        "Firefox takes a `*` for granted before it meets the bad member",
        ("expose.bad-member-and-star.* but *include but *.xhr",),
    ),
    (
        "firefox",
        "Firefox keeps an entry without names, which covers safelisted methods",
        ("cache.star.*.then.upload but *-include.then.*",),
    ),
    ("firefox", "Firefox looks past an empty line of Access-Control-Max-Age", ("age.empty-line-*",)),
    (
        "firefox",
        "Firefox leaves entries as they are where the next preflight is not to be kept",
        ("cleared.second-preflight-not-to-be-kept",),
    ),
    (
        "firefox",
        "Firefox preflights behind a redirect for headers that the redirect took away",
        (
            "redirect.home-*.json.30[123].*",
            "redirect.home-*.authorization.*",
            "redirect.away-*-*.json.30[123].any",
        ),
    ),
    (
        "firefox",
        "Firefox does not judge Access-Control-Allow-Origin on a preflight to the page's own origin",
        tuple(
            f"redirect.{path}.target-{target}.PUT"
            for path in ("home-away-home", "away-home", "sibling-home")
            for target in (
                *("null.same-origin", "null.include", "any.include", "missing.same-origin", "missing.include"),
                *("other.same-origin", "other.include"),
            )
        ),
    ),
    (
        "firefox",
        "Under require-corp, Firefox takes a Cross-Origin-Resource-Policy that it does not know for leave",
        tuple(f"coep.require-corp.{value}.{call}" for value in ODD_CORP for call in ("no-cors*", "image", "script")),
    ),
    (
        "firefox",
        "Firefox stores no cookie without a name, and takes one without `=` for a name",
        ("cookie.no-* but *.no-value.*",),
    ),
    ("firefox", "Firefox sends U+FFFD for bytes of a cookie that are no UTF-8", ("cookie.latin-1.*",)),
    ("firefox", "Firefox follows no <a ping>, unless its user wants it", ("feature.ping.*",)),
    (
        "firefox",
        "Firefox preloads fonts as it loads them: mode cors, anonymously",
        ("feature.preload-font.plain.*", "feature.preload-font.credentials.* but *.home"),
    ),
    ("firefox", "Firefox has no Accept of images for what <use> names", ("feature.svg-use.plain.*home",)),
    (
        "firefox",
        "Firefox sends no referrer for tracks and service workers",
        (
            "feature.track.anonymous.*",
            "feature.track.credentials.*",
            "feature.track.plain.*home",
            "feature.service-worker.plain.*home",
        ),
    ),
    (
        "firefox",
        "Firefox says Sec-Fetch-Storage-Access on the preflight of a credentialed request too",
        (
            "feature.beacon.json.* but *.home but *.redirect-from-home",
            *(f"third-party.{place}.*.put" for place in ("away", "http")),
            *(f"scheme.{pair}.put-include" for pair in ("http-to-https", "https-to-https")),
            *(f"scheme.{pair}.put-include" for pair in ("https-to-loopback-http", "test-https-to-loopback-http")),
        ),
    ),
    ("firefox", "Firefox says who refers, though the page is sandboxed", ("sandboxed.[ifm][mo]*",)),
    (
        "firefox",
        "Firefox's Sec-Fetch-Site looks past the scheme of the page's own host",
        ("scheme.https-to-http-of-its-name.*",),
    ),
    (
        "firefox",
        "Firefox upgrades nothing for a page of this machine",
        ("scheme.https-to-http.audio", "scheme.https-to-http.image*"),
    ),
    ("firefox", "Firefox asks the user behind a redirect, and waits", ("network.public.redirect",)),
)
"""What happens: (browser, why the engine does not do as that browser does, cases)."""

WORDS: tuple[Family, ...] = (
    *(
        (browser, "explain escapes control characters", ("acao.vertical-tab-behind.*",))
        for browser in ("chromium", "firefox")
    ),
    ("firefox", "explain escapes control characters", ("ac*.control.*", "ac*.delete-character.*")),
    ("chromium", "Chromium takes ACAO for UTF-8", ("acao.latin-1.*",)),
    *(
        (
            browser,
            "browsers look at the mode before the port; nothing is sent either way",
            ("url.http_3a_2f_2f_7bapi_3ahost_7d_3a[1-9]*_2fcase_2fx.same-origin",),
        )
        for browser in ("chromium", "firefox")
    ),
    ("chromium", "a worklet's words on a status are not those of CORS", ("feature.audio-worklet.plain.status-404",)),
    (
        "chromium",
        "the fragment that names a part of an SVG file is shown",
        ("feature.svg-use.plain.redirect-from-home",),
    ),
    (
        "chromium",
        "words on schemes that no server has: the fragment is shown, chrome: is hushed up",
        (
            "location.chrome_3a_2f_2fa.* but *.no-cors",
            *(f"location.{scheme}_3a*.fragment" for scheme in ("foo", "ftp", "javascript", "resource", "urn", "ws")),
            "url.view-source_3a_7bapi_2fx_7d.xhr",
            "url.ws_3a_2f_2f_7bapi_3ahost_7d_3a_7bapi_3aport_7d_2fcase_2fx.xhr",
        ),
    ),
    (
        "firefox",
        "words on schemes that no server has",
        (
            "location.blob_3a_7bpage_7d_2fa.* but *.get",
            "location.file_3a_2f_2f_2fa.fragment",
            "location.ftp_3a_2f_2fapi.localhost_2fcase_2f.fragment",
            "location.view-source_3ax.*",
            "location.ws_3a_2f_2f_7bapi_3ahost_7d_3a_7bapi_3aport_7d_2fcase_2fy.* but *.no-cors",
            "url.ftp_3a_2f_2f_7bapi_3ahost_7d_2fcase_2fx.no-cors",
            "url.view-source_3a_7bapi_2fx_7d.* but *.same-origin",
            "url.ws_3a_2f_2f_7bapi_3ahost_7d_3a_7bapi_3aport_7d_2fcase_2fx.*",
        ),
    ),
    ("firefox", "an empty fragment is not shown", ("url._7bapi_2fx_7d_23.same-origin",)),
    (
        "firefox",
        "Firefox says `did not succeed` of what a redirect led to and was refused before it was sent",
        ("location.http_3a_2f_2fapi.localhost_3a*_2fcase_2f.* but *.no-cors", "scheme.redirect.tls.plainapi"),
    ),
    ("firefox", "Firefox says nothing of the hop too many where it is the page's own", ("hops.21.page",)),
    (
        "firefox",
        "a keepalive request is silent only where it began abroad",
        ("feature.beacon.json.redirect-from-home",),
    ),
    (
        "firefox",
        "an EventSource's and a WebSocket's words name the first URL, and are said of statuses too",
        (
            "feature.event-source.plain.redirect-page",
            "feature.event-source.*.redirect-from-home",
            "feature.event-source.plain.status-404",
            "feature.websocket.plain.redirect-*",
        ),
    ),
    (
        "firefox",
        "Firefox speaks of the MIME type of a module or worker that CORS stopped behind a redirect",
        ("feature.module*.credentials.redirect-[ap]*", "feature.worker.plain.redirect-from-home"),
    ),
    (
        "firefox",
        "Firefox says nothing of a service worker or shared worker that is refused",
        ("feature.service-worker.* but *.home but *.redirect-from-home", "feature.shared-worker.* but *.home"),
    ),
    ("firefox", "Firefox names an opaque origin in its own way", ("sandboxed.same-origin.*",)),
    (
        "firefox",
        "the console speaks of a request whose page was closed while its user was being asked",
        ("network.public.get", "network.public.put", "network.public.space-*", "network.public.image-anonymous"),
    ),
)
"""The same for what `explain` says that the console says."""


def _expanded(families: Iterable[Family]) -> Mapping[tuple[str, str], str]:
    known = {}
    for browser, why, patterns in families:
        for pattern in patterns:
            pattern, *but = pattern.split(" but ")
            names = [
                name
                for name in CASES
                if fnmatchcase(name, pattern) and not any(fnmatchcase(name, other) for other in but)
            ]
            assert names, f"no case is called {pattern}"
            known |= {(browser, name): why for name in names}
    return known


KNOWN = _expanded(WHAT)
KNOWN_WORDS = _expanded(WORDS)
"""(browser, case) -> why."""
