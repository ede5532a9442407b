"""The smoke: at least one case for every kind of thing that browsers decide about a cross-origin request.

The big tables are the other topics; each of these is here because a mistake in it would be felt by many users, or
because the two browsers differ on it. `ok` answers let the page read, so that what a case is about stands alone in
its row.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.differential import _assets
from tests.differential._bodies import THROWS
from tests.differential._build import (
    ANY,
    CREDENTIALS,
    DELETE,
    GET,
    GET_WITH_COOKIES,
    NULL,
    PAGE,
    PUT,
    PUT_ALLOWED,
    PUT_WITH_COOKIES,
    UNREADABLE,
    WITH_X_A,
    X_A_ALLOWED,
    case,
    ok,
    to,
)
from tests.differential._case import Case, Feature, Fetch, Xhr
from tests.differential._server import Answer, Route

FIELDS = (
    "Cache-Control: no-cache",
    "Content-Type: text/plain",
    'ETag: "1"',
    "Set-Cookie: session=1",
    "X-A: 1",
    "X-B: 2",
)


def _origins() -> Iterable[Case]:
    yield case("acao-missing", GET, UNREADABLE)
    yield case("acao-exact", GET, ok(PAGE))
    yield case("acao-wildcard", GET, ok(ANY))
    yield case("acao-white-space", GET, ok("Access-Control-Allow-Origin:\t {page} \t"))
    yield case("acao-empty", GET, ok("Access-Control-Allow-Origin:"))
    yield case("acao-invalid", GET, ok("Access-Control-Allow-Origin: page.localhost"))
    yield case("acao-mismatch", GET, ok("Access-Control-Allow-Origin: {other}"))
    yield case("acao-null-for-a-page", GET, ok(NULL))
    yield case("acao-trailing-slash", GET, ok("Access-Control-Allow-Origin: {page}/"))
    yield case("acao-two-lines", GET, ok(PAGE, PAGE))
    yield case("acao-list", GET, ok("Access-Control-Allow-Origin: {page}, {other}"))
    yield case("acao-missing-on-an-error", GET, Answer(status=500))
    yield case("status-407", GET, Answer(status=407, lines=(PAGE,)))
    yield case("status-404-is-readable", GET, Answer(status=404, lines=(PAGE,)))
    yield case("same-origin-needs-nothing", Fetch("{page/y}"), page_y=Route((ok(*FIELDS),)))
    yield case("mode-same-origin", Fetch(mode="same-origin"))


def _credentials() -> Iterable[Case]:
    yield case("credentials-allowed", GET_WITH_COOKIES, ok(PAGE, CREDENTIALS))
    yield case("credentials-wildcard-origin", GET_WITH_COOKIES, ok(ANY, CREDENTIALS))
    yield case("credentials-missing", GET_WITH_COOKIES, ok(PAGE))
    yield case("credentials-wrong-case", GET_WITH_COOKIES, ok(PAGE, "Access-Control-Allow-Credentials: True"))
    yield case("credentials-twice", GET_WITH_COOKIES, ok(PAGE, CREDENTIALS, CREDENTIALS))
    star = ok(PAGE, CREDENTIALS, "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")
    yield case("credentials-wildcard-methods", PUT_WITH_COOKIES, ok(PAGE, CREDENTIALS), star)
    header = Fetch(headers={"X-A": "1"}, credentials="include")
    yield case("credentials-wildcard-headers", header, ok(PAGE, CREDENTIALS), star)
    yield case("credentials-missing-on-preflight", PUT_WITH_COOKIES, ok(PAGE, CREDENTIALS), ok(PAGE, PUT_ALLOWED))


def _cookies() -> Iterable[Case]:
    setting = Fetch("{sibling/set}", credentials="include")
    sending = Fetch("{sibling/x}", credentials="include")
    blocked = Route((ok("Set-Cookie: a=1"),))
    readable = Route((ok(PAGE, CREDENTIALS),), (ok(PAGE, CREDENTIALS, PUT_ALLOWED),))
    routes = {"sibling_set": blocked, "sibling_x": readable}
    yield case("cookie-stored-although-blocked", (setting, sending), **routes)
    yield case("cookie-not-sent-by-default", (setting, Fetch("{sibling/x}")), **routes)
    yield case("cookie-not-stored-without-credentials", (Fetch("{sibling/set}"), sending), **routes)
    put = Fetch("{sibling/x}", method="PUT", credentials="include")
    yield case("cookie-not-on-a-preflight", (setting, put), **routes)
    yield case("cookie-no-cors", (setting, Fetch("{sibling/x}", mode="no-cors", credentials="include")), **routes)
    yield case("cookie-xhr", (setting, Xhr("{sibling/x}", credentials=True)), **routes)
    image = Route((ok(PAGE, "Content-Type: image/png", body=_assets.png()),))
    images = {"sibling_set": blocked, "sibling_x": image}
    yield case("cookie-image-plain", (setting, Feature("image", "{sibling/x}")), **images)
    yield case("cookie-image-anonymous", (setting, Feature("image", "{sibling/x}", "anonymous")), **images)
    lax = Route((ok("Set-Cookie: a=1; SameSite=Lax"),))
    across = Fetch("{api/set}", credentials="include")
    yield case("cookie-lax-across-sites", (across, GET_WITH_COOKIES), ok(PAGE, CREDENTIALS), api_set=lax)


def _preflights() -> Iterable[Case]:
    yield case("preflight-method", PUT, preflight=ok(PAGE, PUT_ALLOWED))
    yield case("preflight-header", WITH_X_A, preflight=ok(PAGE, X_A_ALLOWED))
    stars = ok(ANY, "Access-Control-Allow-Methods: *", "Access-Control-Allow-Headers: *")
    yield case("preflight-wildcards", Fetch(method="PATCH", headers={"x-a": "1"}), preflight=stars)
    yield case("preflight-acao-missing", PUT, preflight=ok(PUT_ALLOWED))
    yield case("preflight-acao-mismatch", PUT, preflight=ok("Access-Control-Allow-Origin: {other}", PUT_ALLOWED))
    yield case("preflight-status", PUT, preflight=Answer(status=404, lines=(PAGE, PUT_ALLOWED)))
    yield case("preflight-status-204", PUT, preflight=Answer(status=204, lines=(PAGE, PUT_ALLOWED), body=b""))
    yield case("preflight-404-without-cors", PUT, preflight=Answer(status=404))
    yield case("preflight-redirect", PUT, preflight=to("{api/y}", PAGE, PUT_ALLOWED))
    yield case("preflight-redirect-without-cors", PUT, preflight=to("{api/y}"))
    yield case("preflight-methods-missing", PUT, preflight=ok(PAGE))
    yield case("preflight-methods-invalid", PUT, preflight=ok(PAGE, "Access-Control-Allow-Methods: PUT @"))
    yield case(
        "preflight-methods-on-two-lines", PUT, preflight=ok(PAGE, "Access-Control-Allow-Methods: GET", PUT_ALLOWED)
    )
    yield case(
        "preflight-methods-case", Fetch(method="patch"), preflight=ok(PAGE, "Access-Control-Allow-Methods: PATCH")
    )
    yield case("preflight-headers-missing", WITH_X_A, preflight=ok(PAGE))
    yield case("preflight-headers-invalid", WITH_X_A, preflight=ok(PAGE, "Access-Control-Allow-Headers: x-a;x-b"))
    yield case("preflight-headers-case", WITH_X_A, preflight=ok(PAGE, "Access-Control-Allow-Headers: ,X-A,"))
    yield case(
        "preflight-method-missing-and-headers-invalid",
        Fetch(method="PUT", headers={"x-a": "1"}),
        preflight=ok(PAGE, "Access-Control-Allow-Headers: @"),
    )
    yield case(
        "preflight-authorization-wildcard",
        Fetch(headers={"Authorization": "Bearer x"}),
        preflight=ok(PAGE, "Access-Control-Allow-Headers: *"),
    )
    yield case("preflight-passes-and-answer-fails", PUT, ok(), ok(PAGE, PUT_ALLOWED))


def _requests() -> Iterable[Case]:
    star = ok(PAGE, "Access-Control-Allow-Headers: *", "Access-Control-Allow-Methods: *")
    yield case("method-lower-case-put", Fetch(method="put"), preflight=ok(PAGE, PUT_ALLOWED))
    yield case("method-post-is-simple", Fetch(method="POST", body="a=b"))
    yield case("method-trace-is-refused", Fetch(method="TRACE"))
    json_body = Fetch(method="POST", body="{}", headers={"Content-Type": "application/json"})
    yield case("header-json", json_body, preflight=ok(PAGE, "Access-Control-Allow-Headers: content-type"))
    yield case("header-accept-128-bytes", Fetch(headers={"Accept": "a" * 128}), preflight=star)
    yield case("header-accept-129-bytes", Fetch(headers={"Accept": "a" * 129}), preflight=star)
    yield case("header-range", Fetch(headers={"Range": "bytes=0-1"}), preflight=star)
    yield case("header-names-sorted", Fetch(headers={"X-B": "1", "x-a": "2", "Zeta": "3"}), preflight=star)
    yield case("header-forbidden", Fetch(headers={"Cookie": "a=b", "Sec-A": "1", "X-Method-Override": "TRACE"}))
    yield case("header-accept-not-ascii", Fetch(headers={"Accept": "caf\xe9"}), preflight=star)
    yield case("header-client-hint", Fetch(headers={"Save-Data": "on"}), preflight=star)
    yield case("header-user-agent", Fetch(headers={"User-Agent": "mine"}), preflight=star)
    yield case("origin-without-referrer", Fetch(method="PUT", referrer_policy="no-referrer"), preflight=star)
    post = Fetch(method="POST", mode="no-cors", referrer_policy="no-referrer")
    yield case("origin-without-referrer-no-cors", post)
    home = Fetch("{page/y}", method="POST", mode="same-origin", referrer_policy="no-referrer")
    yield case("origin-without-referrer-same-origin", home, page_y=Route((UNREADABLE,)))
    yield case("no-cors-get", Fetch(mode="no-cors"), ok())
    yield case("no-cors-post", Fetch(mode="no-cors", method="POST", body="a"), ok())
    yield case("no-cors-put", Fetch(mode="no-cors", method="PUT"), ok())
    yield case("no-cors-corp", Fetch(mode="no-cors"), ok("Cross-Origin-Resource-Policy: same-origin"))


def _exposed() -> Iterable[Case]:
    def expose(value: str) -> str:
        return f"Access-Control-Expose-Headers: {value}"

    yield case("expose-nothing", GET, ok(PAGE, *FIELDS))
    yield case("expose-names", GET, ok(PAGE, expose("x-a, ETag, Set-Cookie"), *FIELDS))
    yield case("expose-wildcard", GET, ok(PAGE, expose("*"), *FIELDS))
    yield case("expose-wildcard-credentials", GET_WITH_COOKIES, ok(PAGE, CREDENTIALS, expose("*, X-B"), *FIELDS))
    yield case("expose-invalid", GET, ok(PAGE, expose("X-A, @"), *FIELDS))


def _redirects() -> Iterable[Case]:
    yield case("redirect-same-server", GET, to("{api/y}", PAGE), api_y=Route((ok(PAGE),)))
    yield case("redirect-hop-without-cors", GET, to("{api/y}"), api_y=Route((ok(PAGE),)))
    yield case("redirect-target-without-cors", GET, to("{api/y}", PAGE), api_y=Route((ok(),)))
    yield case("redirect-tainted-page", GET, to("{other/y}", PAGE), other_y=Route((ok(PAGE),)))
    yield case("redirect-tainted-null", GET, to("{other/y}", PAGE), other_y=Route((ok(NULL),)))
    yield case("redirect-tainted-wildcard", GET, to("{other/y}", PAGE), other_y=Route((ok(ANY),)))
    yield case("redirect-home", GET, to("{page/y}", PAGE), page_y=Route((ok(PAGE),)))
    yield case("redirect-home-null", GET, to("{page/y}", PAGE), page_y=Route((ok(NULL),)))
    yield case("redirect-from-home", Fetch("{page/y}"), page_y=Route((to("{api/x}"),)))
    yield case("redirect-userinfo", GET, to("http://user:secret@api.localhost/", PAGE))
    yield case("redirect-manual", Fetch(redirect="manual"), to("{api/y}", PAGE))
    yield case("redirect-error", Fetch(redirect="error"), to("{api/y}", PAGE))
    yield case("redirect-no-location", GET, Answer(status=302, lines=(PAGE,)))
    yield case("redirect-empty-location", GET, to("", PAGE))
    yield case("redirect-equal-locations", GET, to("{api/y}", "Location: {api/y}", PAGE), api_y=Route((ok(PAGE),)))
    yield case("redirect-not-http", GET, to("data:text/plain,a", PAGE))
    yield case(
        "redirect-preflighted",
        PUT,
        to("{api/y}", PAGE, status=307),
        ok(PAGE, PUT_ALLOWED),
        api_y=Route((ok(PAGE),), (ok(PAGE, PUT_ALLOWED),)),
    )
    yield case(
        "redirect-preflighted-then-get",
        PUT,
        to("{api/y}", PAGE, status=303),
        ok(PAGE, PUT_ALLOWED),
        api_y=Route((ok(PAGE),), (ok(PAGE),)),
    )
    for name, line in (("page", PAGE), ("null", NULL), ("wildcard", ANY)):
        yield case(
            f"redirect-tainted-preflight-{name}",
            PUT,
            to("{other/y}", PAGE, status=307),
            ok(PAGE, PUT_ALLOWED),
            other_y=Route((ok(ANY),), (ok(line, PUT_ALLOWED),)),
        )
    authorized = ok(PAGE, "Access-Control-Allow-Headers: authorization")
    yield case(
        "redirect-drops-authorization",
        Fetch(headers={"Authorization": "Bearer x"}),
        to("{other/y}", PAGE),
        authorized,
        other_y=Route((ok(ANY),), (ok(ANY),)),
    )


def _preflight_cache() -> Iterable[Case]:
    def remembered(*lines: str, age: str | None = "60") -> Answer:
        return ok(PAGE, CREDENTIALS, *lines, *(() if age is None else (f"Access-Control-Max-Age: {age}",)))

    answer = ok(PAGE, CREDENTIALS)
    both = "Access-Control-Allow-Methods: PUT, DELETE"
    yield case("cache-hit", (PUT, PUT), answer, remembered(PUT_ALLOWED))
    yield case("cache-default-age", (PUT, PUT), answer, remembered(PUT_ALLOWED, age=None))
    yield case("cache-age-zero", (PUT, PUT), answer, remembered(PUT_ALLOWED, age="0"))
    yield case("cache-age-negative", (PUT, PUT), answer, remembered(PUT_ALLOWED, age="-1"))
    yield case("cache-age-invalid", (PUT, PUT), answer, remembered(PUT_ALLOWED, age="1.5"))
    yield case("cache-listed-method", (PUT, DELETE), answer, remembered(both))
    yield case("cache-unlisted-method", (PUT, DELETE, PUT), answer, remembered(PUT_ALLOWED))
    yield case("cache-wildcard", (PUT, DELETE), answer, remembered("Access-Control-Allow-Methods: *"))
    yield case("cache-credentials-then-none", (PUT_WITH_COOKIES, PUT), answer, remembered(PUT_ALLOWED))
    yield case("cache-none-then-credentials", (PUT, PUT_WITH_COOKIES), answer, remembered(PUT_ALLOWED))
    yield case("cache-after-blocked-answer", (PUT, PUT), (ok(), answer), remembered(PUT_ALLOWED))
    yield case("cache-reload", (PUT, Fetch(method="PUT", cache="reload")), answer, remembered(PUT_ALLOWED))
    fragments = (Fetch("{api/x}#a", method="PUT"), Fetch("{api/x}#b", method="PUT"))
    yield case("cache-fragment", fragments, answer, remembered(PUT_ALLOWED))
    yield case("cache-query", (PUT, Fetch("{api/x}?q", method="PUT")), answer, remembered(PUT_ALLOWED))
    upload = Xhr(method="POST", body="a", upload=True)
    yield case("cache-upload-listener", (PUT, upload), answer, remembered(PUT_ALLOWED))
    star_and_put = remembered("Access-Control-Allow-Methods: PUT, *")
    credentialed = (PUT_WITH_COOKIES, Fetch(method="DELETE", credentials="include"), DELETE)
    yield case("cache-wildcard-credentials", credentialed, answer, star_and_put)
    token = Fetch(headers={"Authorization": "Bearer x"})
    yield case("cache-authorization-wildcard", (token, token), answer, remembered("Access-Control-Allow-Headers: *"))
    second = (remembered(PUT_ALLOWED), remembered("Access-Control-Allow-Methods: DELETE"), remembered(PUT_ALLOWED))
    yield case("cache-second-preflight", (PUT, DELETE, PUT), answer, second)


def _xhr() -> Iterable[Case]:
    yield case("xhr-readable", Xhr(), ok(PAGE, *FIELDS))
    yield case("xhr-blocked", Xhr(), ok())
    yield case("xhr-redirect-blocked", Xhr(), to("{api/y}", PAGE), api_y=Route((UNREADABLE,)))
    yield case("xhr-credentials", Xhr(credentials=True), ok(PAGE, CREDENTIALS))
    yield case("xhr-credentials-wildcard", Xhr(credentials=True), ok(ANY, CREDENTIALS))
    upload = Xhr(method="POST", body="a", upload=True)
    yield case("xhr-upload-listener", upload, preflight=ok(PAGE))
    yield case("xhr-upload-listener-blocked", upload, preflight=ok())
    yield case("xhr-upload-listener-without-body", Xhr(upload=True), preflight=ok(PAGE))


def _features() -> Iterable[Case]:
    font = "Content-Type: font/ttf"
    yield case("font-readable", Feature("font"), ok(ANY, font, body=_assets.font()))
    yield case("font-blocked", Feature("font"), ok(font, body=_assets.font()))
    script = "Content-Type: text/javascript"
    yield case("module-readable", Feature("module"), ok(PAGE, script, body=THROWS))
    yield case("module-blocked", Feature("module"), ok(script, body=b"export default 1"))
    yield case("import-readable", Feature("import"), ok(PAGE, script, body=b"export default 1"))
    yield case("import-blocked", Feature("import"), ok(script, body=b"export default 1"))
    yield case("script-readable", Feature("script", crossorigin="anonymous"), ok(PAGE, script, body=THROWS))
    yield case("script-blocked", Feature("script", crossorigin="anonymous"), ok(script, body=b""))
    image = "Content-Type: image/png"
    for name, crossorigin in (("plain", None), ("anonymous", "anonymous"), ("credentials", "use-credentials")):
        for answer, lines in (("with-cors", (PAGE,)), ("without-cors", ()), ("with-wildcard", (ANY, CREDENTIALS))):
            feature = Feature("image", crossorigin=crossorigin)
            yield case(f"image-{name}-{answer}", feature, ok(*lines, image, body=_assets.png()))
    style = "Content-Type: text/css"
    yield case("stylesheet-plain", Feature("stylesheet"), ok(style, body=b"a{color:red}"))
    yield case("stylesheet-readable", Feature("stylesheet", crossorigin="anonymous"), ok(PAGE, style, body=b"a{}"))
    yield case("stylesheet-blocked", Feature("stylesheet", crossorigin="anonymous"), ok(style, body=b"a{}"))


def cases() -> Iterable[Case]:
    """All of them."""
    for table in (
        _origins,
        _credentials,
        _cookies,
        _preflights,
        _requests,
        _exposed,
        _redirects,
        _preflight_cache,
        _xhr,
        _features,
    ):
        yield from table()
