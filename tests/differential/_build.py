"""What the topics write their cases with: the usual fields and calls, answers, and cases."""

from __future__ import annotations

from collections.abc import Mapping

from tests.differential._case import Call, Case, Fetch
from tests.differential._server import Answer, Route

ACAO = "Access-Control-Allow-Origin: "
ACAM = "Access-Control-Allow-Methods: "
ACAH = "Access-Control-Allow-Headers: "
ACAC = "Access-Control-Allow-Credentials: "
ACEH = "Access-Control-Expose-Headers: "
ACMA = "Access-Control-Max-Age: "

PAGE = f"{ACAO}{{page}}"
ANY = f"{ACAO}*"
NULL = f"{ACAO}null"
CREDENTIALS = f"{ACAC}true"
PUT_ALLOWED = f"{ACAM}PUT"
X_A_ALLOWED = f"{ACAH}x-a"

GET = Fetch()
GET_WITH_COOKIES = Fetch(credentials="include")
PUT = Fetch(method="PUT")
PUT_WITH_COOKIES = Fetch(method="PUT", credentials="include")
DELETE = Fetch(method="DELETE")
WITH_X_A = Fetch(headers={"X-A": "1"})


def ok(*lines: str, body: bytes = b"ok") -> Answer:
    """An answer whose status is not what the case is about."""
    return Answer(lines=lines, body=body)


READABLE = ok(PAGE)
UNREADABLE = ok()
EVERYTHING = ok(PAGE, f"{ACAM}*", f"{ACAH}*")
"""A preflight's answer that permits whatever it is asked without credentials."""


def to(place: str, *lines: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(status=status, lines=(f"Location: {place}", *lines), body=b"")


def spoken(text: str) -> str:
    """Any text as part of a case's name: what is no word of a path is written as its number."""
    return "".join(c if (c.isalnum() and c.isascii()) or c in "-." else f"_{ord(c):02x}" for c in text) or "empty"


def several(answers: Answer | tuple[Answer, ...]) -> tuple[Answer, ...]:
    """Answers as a route takes them."""
    return answers if isinstance(answers, tuple) else (answers,)


def case(
    name: str,
    calls: Call | tuple[Call, ...],
    answer: Answer | tuple[Answer, ...] = READABLE,
    preflight: Answer | tuple[Answer, ...] = UNREADABLE,
    *,
    page: str = "page",
    fields: tuple[str, ...] = (),
    routes: Mapping[str, Route] | None = None,
    **more: Route,
) -> Case:
    """A case whose calls go to {api/x}, or by redirect to the routes of `more`: `other_y` is {other/y}."""
    all_routes = {"api/x": Route(several(answer), several(preflight)), **(routes or {})}
    all_routes |= {key.replace("_", "/"): route for key, route in more.items()}
    return Case(name, calls if isinstance(calls, tuple) else (calls,), all_routes, page=page, fields=fields)
