"""Cookies: which are stored, by whose response, and to whom they then go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tests.differential._bodies import fitting
from tests.differential._build import ACAM, CREDENTIALS, PAGE, PUT_ALLOWED, case, ok, to
from tests.differential._case import Call, Case, Feature, Fetch, Xhr
from tests.differential._server import Answer, Route

# Set-Cookie, on the way from a page to an origin of the same site and to one of another.
COOKIES: Mapping[str, str] = {
    "plain": "a=1",
    "no-value": "a=",
    "no-name": "=1",
    "no-equals": "a",
    "spaces": "  a  =  1  ",
    "quoted": 'a="1"',
    "equals-in-value": "a=1=2",
    "comma": "a=1,2",
    "lax": "a=1; SameSite=Lax",
    "strict": "a=1; SameSite=Strict",
    "none": "a=1; SameSite=None",
    "none-secure": "a=1; SameSite=None; Secure",
    "none-secure-partitioned": "a=1; SameSite=None; Secure; Partitioned",
    "partitioned": "a=1; Partitioned",
    "partitioned-secure": "a=1; Partitioned; Secure",
    "same-site-unknown": "a=1; SameSite=Any",
    "same-site-empty": "a=1; SameSite",
    "secure": "a=1; Secure",
    "http-only": "a=1; HttpOnly",
    "secure-prefix": "__Secure-a=1; Secure; Path=/{case}",
    "secure-prefix-without": "__Secure-a=1",
    "host-prefix-path": "__Host-a=1; Secure; Path=/{case}",
    "path": "a=1; Path=/{case}",
    "path-slash": "a=1; Path=/{case}/",
    "path-deeper": "a=1; Path=/{case}/x/y",
    "path-elsewhere": "a=1; Path=/elsewhere/{case}",
    "path-relative": "a=1; Path={case}",
    "expired": "a=1; Max-Age=0",
    "negative-age": "a=1; Max-Age=-1",
    "long-age": "a=1; Max-Age=99999999999",
    "age-no-number": "a=1; Max-Age=abc",
    "expires-past": "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "domain-own": "a=1; Domain={page:host}",
    "domain-other": "a=1; Domain=other.localhost",
    "domain-parent": "a=1; Domain=localhost",
    "domain-empty": "a=1; Domain=",
    "latin-1": "a=\xe4",
    "control": "a=\x01",
    "tab": "a=1\t2",
    "long": "a=" + "1" * 4000,
    "too-long": "a=" + "1" * 5000,
}
SENDERS: Mapping[str, Call] = {
    "fetch": Fetch(),
    "fetch-omit": Fetch(credentials="omit"),
    "fetch-include": Fetch(credentials="include"),
    "fetch-put": Fetch(method="PUT", credentials="include"),
    "no-cors": Fetch(mode="no-cors"),
    "no-cors-include": Fetch(mode="no-cors", credentials="include"),
    "no-cors-omit": Fetch(mode="no-cors", credentials="omit"),
    "xhr": Xhr(),
    "xhr-include": Xhr(credentials=True),
    **{
        f"{name}-{crossorigin}": Feature(name, crossorigin=None if crossorigin == "plain" else crossorigin)  # type: ignore[arg-type]
        for name in ("image", "script", "stylesheet", "module", "audio")
        for crossorigin in ("plain", "anonymous", "use-credentials")
    },
    "import": Feature("import"),
    "font": Feature("font"),
    "shape": Feature("shape-outside"),
    "background": Feature("background-image"),
    "event-source": Feature("event-source"),
    "event-source-include": Feature("event-source", with_credentials=True),
    "beacon": Feature("beacon", content_type="text/plain"),
    "beacon-json": Feature("beacon", content_type="application/json"),
    "import-scripts": Feature("import-scripts"),
    "websocket": Feature("websocket"),
    "form": Feature("form"),
    "iframe": Feature("iframe"),
}
# (page, origin it fetches from): same site at another port, another site, same site by a name that is not loopback,
# and the same over https.
PLACES = {
    "sibling": ("page", "sibling"),
    "away": ("page", "api"),
    "site": ("plain", "plainapi"),
    "tls-site": ("tlsplain", "tlsplainapi"),
    "tls-away": ("tls", "tlsapi"),
    "schemeful": ("tlsplain", "tlsapi"),
}
LINES = (PAGE, CREDENTIALS)


def cases() -> Iterable[Case]:
    """Cookies times places; senders times places; whose response may store."""
    for place, (page, origin) in PLACES.items():
        lines = (f"Access-Control-Allow-Origin: {{{page}}}", CREDENTIALS)
        readable = Route((ok(*lines),), (ok(*lines, PUT_ALLOWED),))
        include = Fetch(f"{{{origin}/x}}", credentials="include")
        for name, cookie in COOKIES.items():
            setting = Route((ok(*lines, f"Set-Cookie: {cookie}"),))
            calls = (Fetch(f"{{{origin}/set}}", credentials="include"), include)
            yield Case(f"cookie.{name}.{place}", calls, {f"{origin}/set": setting, f"{origin}/x": readable}, page)
        for name, sender in SENDERS.items():
            cookie = "a=1; SameSite=None; Secure" if place == "tls-away" else "a=1"
            setting = Route((ok(*lines, f"Set-Cookie: {cookie}"),))
            answer = fitting(sender, *lines)
            allowed = ok(*lines, PUT_ALLOWED, "Access-Control-Allow-Headers: content-type")
            routes = {f"{origin}/set": setting, f"{origin}/x": Route((answer,), (allowed,))}
            calls = (Fetch(f"{{{origin}/set}}", credentials="include"), replace(sender, url=f"{{{origin}/x}}"))
            yield Case(f"cookie-to.{name}.{place}", calls, routes, page)
    yield from _stored()


def _stored() -> Iterable[Case]:
    """Who may store: by credentials mode, blocked or not, on a preflight, at a hop, two at once, over another."""
    cookie = "Set-Cookie: a=1"
    read = Fetch("{sibling/x}", credentials="include")
    readable = Route((ok(*LINES),), (ok(*LINES, f"{ACAM}PUT", "Access-Control-Max-Age: 0"),))

    def of(name: str, calls: tuple[Call, ...], answer: Answer, preflight: Answer | None = None, **more: Route) -> Case:
        setting = Route((answer,), (preflight or ok(*LINES, f"{ACAM}PUT"),))
        routes = {"sibling/set": setting, "sibling/x": readable, **{k.replace("_", "/"): v for k, v in more.items()}}
        return case(f"stored.{name}", calls, routes=routes)

    for mode in ("omit", "same-origin", "include"):
        for what, answer in (
            ("readable", ok(*LINES, cookie)),
            ("blocked", ok(cookie)),
            ("error", Answer(500, (cookie,))),
        ):
            call = Fetch("{sibling/set}", credentials=mode)
            yield of(f"{mode}.{what}", (call, read), answer)
            yield of(f"{mode}.{what}.no-cors", (replace(call, mode="no-cors"), read), answer)
    put = Fetch("{sibling/set}", method="PUT", credentials="include")
    yield of("preflight", (put, read), ok(*LINES), ok(*LINES, PUT_ALLOWED, cookie))
    yield of("failed-preflight", (put, read), ok(*LINES), ok(cookie))
    call = Fetch("{sibling/set}", credentials="include")
    hop = to("{sibling/x}", *LINES, cookie)
    yield of("hop", (call, read), hop)
    yield of("hop-blocked", (call, read), to("{sibling/x}", cookie))
    yield of("hop-error-mode", (replace(call, redirect="error"), read), hop)
    yield of("hop-manual", (replace(call, redirect="manual"), read), hop)
    yield of("two", (call, read), ok(*LINES, cookie, "Set-Cookie: b=2"))
    yield of("overwritten", (call, read), ok(*LINES, cookie, "Set-Cookie: a=2"))
    yield of("deleted", (call, read), ok(*LINES, cookie, "Set-Cookie: a=; Max-Age=0"))
    yield of(
        "longer-path-first",
        (call, read),
        ok(*LINES, "Set-Cookie: b=2; Path=/{case}", "Set-Cookie: c=3; Path=/{case}/x"),
    )
    yield of("author-cookie-header", (call, replace(read, headers={"Cookie": "z=9"})), ok(*LINES, cookie))
    for name, attribute in (("unset", ""), ("lax", "; SameSite=Lax"), ("strict", "; SameSite=Strict")):
        setting = ok(*LINES, f"{cookie}{attribute}")
        away = Fetch("{api/go}", credentials="include")
        to_set = Route((to("{sibling/set}", *LINES),))
        yield of(f"behind-redirect-from-abroad.{name}", (away, read), setting, api_go=to_set)
        to_read = Route((to("{sibling/x}", *LINES),))
        yield of(f"sent-behind-redirect-from-abroad.{name}", (call, away), setting, api_go=to_read)
    home = Route((ok(cookie),))
    yield of("home", (Fetch("{page/y}"), Fetch("{page/z}"), read), ok(), page_y=home, page_z=Route((ok(),)))
    yield of("home-omit", (Fetch("{page/y}", credentials="omit"), read), ok(), page_y=home)
