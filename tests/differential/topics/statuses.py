"""Every status: of a preflight, of a response with and without permission, with a Location, to XMLHttpRequest."""

from __future__ import annotations

from collections.abc import Iterable

from tests.differential._build import PAGE, PUT_ALLOWED, case, ok
from tests.differential._case import Case, Fetch, Xhr
from tests.differential._server import Answer, Route

STATUSES = (
    *range(200, 209),
    *(218, 226, 250, 298, 299),
    *range(300, 309),
    *(310, 399),
    *range(400, 419),
    *(420, 422, 423, 424, 425, 426, 428, 429, 431, 444, 451, 498, 499),
    *range(500, 509),
    *(510, 511, 520, 599, 600, 700, 999),
)
EARLY = {"100": (100,), "102": (102,), "103": (103,), "103-twice": (103, 103), "100-and-103": (100, 103)}


def cases() -> Iterable[Case]:
    """Statuses times what is asked, and informational responses before the final one."""
    put = Fetch(method="PUT")
    target = {"api_y": Route((ok(PAGE),), (ok(PAGE, PUT_ALLOWED),))}
    for status in STATUSES:
        permitted = Answer(status, (PAGE,))
        yield case(f"status.{status}.get", Fetch(), permitted)
        yield case(f"status.{status}.xhr", Xhr(), permitted)
        yield case(f"status.{status}.head", Fetch(method="HEAD"), permitted)
        yield case(f"status.{status}.missing", Fetch(), Answer(status))
        yield case(f"status.{status}.no-cors", Fetch(mode="no-cors"), Answer(status))
        yield case(f"status.{status}.preflight", put, preflight=Answer(status, (PAGE, PUT_ALLOWED)))
        yield case(f"status.{status}.preflight-missing", put, preflight=Answer(status, (PUT_ALLOWED,)))
        yield case(f"status.{status}.behind-preflight", put, permitted, ok(PAGE, PUT_ALLOWED))
        located = Answer(status, ("Location: {api/y}", PAGE, PUT_ALLOWED), b"")
        yield case(f"status.{status}.location", Fetch(), located, **target)
        yield case(f"status.{status}.location-missing", Fetch(), Answer(status, ("Location: {api/y}",), b""), **target)
        yield case(f"status.{status}.preflight-location", put, preflight=located, **target)
        nowhere = Answer(status, ("Location: {api/y}", PUT_ALLOWED), b"")
        yield case(f"status.{status}.preflight-location-missing", put, preflight=nowhere, **target)
        yield case(f"status.{status}.same-origin", Fetch("{page/x}"), page_x=Route((Answer(status),)))
    for name, early in EARLY.items():
        yield case(f"early.{name}.get", Fetch(), Answer(lines=(PAGE,), early=early))
        yield case(f"early.{name}.missing", Fetch(), Answer(early=early))
        yield case(f"early.{name}.preflight", put, preflight=Answer(lines=(PAGE, PUT_ALLOWED), early=early))
