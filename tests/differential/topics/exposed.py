"""Access-Control-Expose-Headers in every form: what fetch() and XMLHttpRequest let a script read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.differential._build import ACEH, ACMA, CREDENTIALS, NULL, PAGE, PUT_ALLOWED, case, ok, to
from tests.differential._case import Call, Case, Fetch, Xhr
from tests.differential._server import Answer, Route

SENT = (
    "Accept-Ranges: none",
    "Age: 1",
    "Authorization: a",
    "Cache-Control: no-cache",
    "Content-Language: en",
    "Content-Type: text/plain",
    'ETag: "1"',
    "Expires: 0",
    "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT",
    "Pragma: no-cache",
    "Server: s",
    "Vary: Origin",
    "X-A: 1",
    "X-A: 2",
    "x-b: 3",
    "X-Empty:",
    "X-Spaces:   a   b  ",
    "X-Latin-1: \xe4",
    "X_Under: 1",
    "*: star",
    f"{ACMA}5",
)
"""Every safelisted name, and names of each kind that is not."""

VALUES: Mapping[str, tuple[str, ...]] = {
    "missing": (),
    "empty": ("",),
    "one": ("X-A",),
    "lower-case": ("x-a",),
    "upper-case": ("X-A, X-B, ETAG",),
    "several": ("X-A, X-B, ETag, Server, Vary",),
    "no-space": ("X-A,X-B",),
    "tabs": ("X-A\t,\tX-B",),
    "empty-members": (",,X-A,,",),
    "commas-alone": (",",),
    "two-lines": ("X-A", "X-B"),
    "two-lines-one-empty": ("", "X-B"),
    "safelisted": ("Content-Type",),
    "not-sent": ("X-Nothing",),
    "empty-field": ("X-Empty",),
    "spaces-field": ("X-Spaces",),
    "latin-1-field": ("X-Latin-1",),
    "underscore": ("X_Under",),
    "cors-fields": ("Access-Control-Allow-Origin, Access-Control-Expose-Headers, Access-Control-Max-Age",),
    "credentials-fields": ("Authorization, Set-Cookie, Set-Cookie2, Cookie",),
    "hop-by-hop": ("Connection, Transfer-Encoding, Content-Length",),
    "star": ("*",),
    "star-spaces": ("  *  ",),
    "star-in-a-list": ("X-A, *",),
    "star-two-lines": ("*", "X-A"),
    "stars": ("**",),
    "prefix-star": ("X-*",),
    "quoted-star": ('"*"',),
    "by-spaces": ("X-A X-B",),
    "by-semicolons": ("X-A; X-B",),
    "quoted": ('"X-A", X-B',),
    "single-quoted": ("'X-A'",),
    "colon": ("X-A:",),
    "bad-member-behind": ("X-A, @",),
    "bad-member-before": ("(, X-A",),
    "bad-member-on-a-second-line": ("X-A", "X-B X-Empty"),
    "bad-member-and-star": ("*, [",),
    "json": ('["X-A"]',),
    "latin-1": ("X-A, \xfc",),
    "control": ("X-A, \x01",),
    "delete-character": ("X-A, \x7f",),
    "false": ("false",),
    "all": ("all",),
    "twice": ("X-A, X-A",),
    "long-list": (", ".join(f"X-{number}" for number in range(500)) + ", X-A",),
}

CALLS: Mapping[str, Call] = {
    "get": Fetch(),
    "include": Fetch(credentials="include"),
    "xhr": Xhr(),
    "xhr-include": Xhr(credentials=True),
    "post": Fetch(method="POST", body="a"),
}


def cases() -> Iterable[Case]:
    """Values times calls, and which of several responses is asked."""
    for name, values in VALUES.items():
        lines = tuple(f"{ACEH}{value}" for value in values)
        for call_name, call in CALLS.items():
            yield case(f"expose.{name}.{call_name}", call, ok(PAGE, CREDENTIALS, *lines, *SENT))
        yield case(f"expose.{name}.status-404", Fetch(), Answer(404, (PAGE, *lines, *SENT)))
    home = {"page_x": Route((ok("Set-Cookie: a=1", "Set-Cookie2: b=2", *SENT),))}
    yield case("expose.same-origin.fetch", Fetch("{page/x}"), **home)
    yield case("expose.same-origin.xhr", Xhr("{page/x}"), **home)
    star, none = f"{ACEH}*", f"{ACEH}X-Nothing"
    put = Fetch(method="PUT")
    yield case("expose.preflight-alone", put, ok(PAGE, *SENT), ok(PAGE, PUT_ALLOWED, star))
    yield case("expose.behind-preflight", put, ok(PAGE, star, *SENT), ok(PAGE, PUT_ALLOWED, none))
    for name, first, last in (("hop", star, none), ("target", none, star)):
        routes = {"api_y": Route((ok(PAGE, last, *SENT),))}
        yield case(f"expose.redirect-{name}", Fetch(), to("{api/y}", PAGE, first), **routes)
        tainted = {"other_y": Route((ok(NULL, last, *SENT),))}
        yield case(f"expose.redirect-{name}-tainted", Fetch(), to("{other/y}", PAGE, first), **tainted)
        yield case(f"expose.redirect-{name}-opaque", Fetch(mode="no-cors"), to("{other/y}", first), **tainted)
    cookies = ("Set-Cookie: a=1", "Set-Cookie2: b=2")
    for name in ("Set-Cookie", "set-cookie", "SET-COOKIE2", "*"):
        spoken = "star" if name == "*" else name
        for call_name, call in CALLS.items():
            answer = ok(PAGE, CREDENTIALS, f"{ACEH}{name}", *cookies)
            yield case(f"expose.cookie-{spoken}.{call_name}", call, answer)
    for status in (204, 205, 206, 304, 400, 404, 500):
        yield case(f"expose.any-status.{status}", Fetch(), Answer(status, (PAGE, star, *SENT)))
