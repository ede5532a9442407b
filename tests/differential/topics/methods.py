"""Methods in every case form, by fetch() and XMLHttpRequest, and Access-Control-Allow-Methods in every form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.differential._build import ACAM, CREDENTIALS, PAGE, case, ok, spoken
from tests.differential._case import Case, Fetch, Xhr
from tests.differential._server import Route

METHODS = (
    *("GET", "get", "Get", "gEt"),
    *("HEAD", "head", "Head"),
    *("POST", "post", "Post", "pOST"),
    *("PUT", "put", "Put"),
    *("DELETE", "delete", "Delete"),
    *("OPTIONS", "options", "Options"),
    *("PATCH", "patch", "Patch", "pATCH"),
    *("QUERY", "query", "Query"),
    *("PROPFIND", "propfind", "PURGE", "purge", "LINK", "SEARCH", "REPORT", "MKCOL", "X-ANY", "unicorn", "*"),
    *("CONNECT", "connect", "TRACE", "trace", "Trace", "TRACK", "track"),
)
TOKENS = {
    "all-characters": "!#$%&'*+-.^_`|~09azAZ",
    "one-letter": "P",
    "digit": "1",
    "long": "M" * 200,
    "null": "null",
    "constructor": "constructor",
    "space-inside": "P T",
    "space-behind": "PUT ",
    "space-before": " PUT",
    "comma": "PUT,GET",
    "slash": "P/T",
    "colon": "P:T",
    "quote": 'P"T',
    "bracket": "P[T",
    "brace": "P{T",
    "at": "P@T",
    "empty": "",
    "newline": "PUT\n",
    "nul": "P\x00T",
    "latin-1": "P\xdcT",
    "beyond-latin-1": "P\u0130T",
    "delete-character": "P\x7fT",
}
LISTED = {"as-written": "{method}", "upper-case": "{upper}", "lower-case": "{lower}", "star": "*", "nothing": None}

# Access-Control-Allow-Methods, for a PUT.
VALUES: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "empty": ("",),
    "put": ("PUT",),
    "put-spaces": ("  PUT  ",),
    "put-lower-case": ("put",),
    "put-title-case": ("Put",),
    "first": ("PUT, DELETE",),
    "last": ("GET, POST, PUT",),
    "no-space": ("GET,PUT",),
    "many-spaces": ("GET   ,   PUT",),
    "tabs": ("GET\t,\tPUT",),
    "empty-members": (",, ,PUT,,",),
    "commas-alone": (",,",),
    "twice": ("PUT, PUT",),
    "two-lines": ("GET", "PUT"),
    "two-lines-one-empty": ("", "PUT"),
    "star": ("*",),
    "star-in-a-list": ("GET, *",),
    "star-twice": ("*", "*"),
    "stars": ("**",),
    "quoted-star": ('"*"',),
    "quoted": ('"PUT"',),
    "single-quoted": ("'PUT'",),
    "by-spaces": ("GET PUT",),
    "by-semicolons": ("GET; PUT",),
    "by-bars": ("GET|PUT",),
    "by-slashes": ("GET/PUT",),
    "brackets": ("[PUT]",),
    "json": ('["PUT"]',),
    "parameter": ("PUT;q=1",),
    "bad-member-behind": ("PUT, @",),
    "bad-member-before": ("@, PUT",),
    "bad-member-on-a-second-line": ("PUT", "GET PUT"),
    "bad-member-and-star": ("*, (",),
    "colon": ("PUT:",),
    "equals": ("PUT=",),
    "comment": ("PUT (any)",),
    "latin-1": ("PUT, \xfc",),
    "utf-8": ("PUT, \xc3\xbc",),
    "delete-character": ("PUT, \x7f",),
    "control": ("PUT, \x01",),
    "prefix": ("PU",),
    "longer": ("PUTS",),
    "all": ("all",),
    "other": ("GET, POST, DELETE",),
    "strange-tokens": ("!#$%&'*+-.^_`|~, PUT",),
    "long-list": (", ".join(f"M{number}" for number in range(500)) + ", PUT",),
}


def cases() -> Iterable[Case]:
    """Methods times lists, tokens, and lists times kinds of requests."""
    for method in METHODS:
        for listed, value in LISTED.items():
            text = (value or "").format(method=method, upper=method.upper(), lower=method.lower())
            preflight = ok(PAGE) if value is None else ok(PAGE, ACAM + text)
            yield case(f"method.{spoken(method)}.{listed}.fetch", Fetch(method=method), preflight=preflight)
            yield case(f"method.{spoken(method)}.{listed}.xhr", Xhr(method=method), preflight=preflight)
        body = Fetch(method=method, body="a")
        yield case(f"method.{spoken(method)}.body.fetch", body, preflight=ok(PAGE, f"{ACAM}{method}"))
        yield case(
            f"method.{spoken(method)}.body.xhr", Xhr(method=method, body="a"), preflight=ok(PAGE, f"{ACAM}{method}")
        )
        yield case(f"method.{spoken(method)}.no-cors", Fetch(method=method, mode="no-cors"))
        yield case(f"method.{spoken(method)}.same-origin", Fetch("{page/x}", method=method), page_x=_any_route())
    for name, method in TOKENS.items():
        lines = (PAGE, f"{ACAM}{method}") if method.isascii() and method.isprintable() else (PAGE,)
        yield case(f"method.token-{name}.fetch", Fetch(method=method), preflight=ok(*lines))
        yield case(f"method.token-{name}.xhr", Xhr(method=method), preflight=ok(*lines))
    requests = {
        "put": Fetch(method="PUT"),
        "put-lower-case": Fetch(method="put"),
        "post": Fetch(method="POST", headers={"X-A": "1"}),
        "include": Fetch(method="PUT", credentials="include"),
        "xhr": Xhr(method="PUT"),
    }
    for name, values in VALUES.items():
        lines = tuple(f"{ACAM}{value}" for value in values)
        for request_name, request in requests.items():
            preflight = ok(PAGE, CREDENTIALS, "Access-Control-Allow-Headers: x-a", *lines)
            yield case(f"acam.{name}.{request_name}", request, ok(PAGE, CREDENTIALS), preflight)


def _any_route() -> Route:
    return Route((ok(),))
