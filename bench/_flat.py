"""Ours alone: flat from 1 to 1,000,000 origins, and what a further response field costs."""

import random
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

from bench._drive import ASGI, scopes
from bench._measure import measure
from bench._plain import Wrapping, asgi_app
from bench._requests import Declaration, Request, fresh, request, with_fields
from bench._section import Section, Table, times
from crossorigin.middleware.asgi import CORSMiddleware

FIELDS = 20


def flat(*, rounds: int, calls: int, sizes: Sequence[int]) -> Section:
    wildcard_sizes = [size for size in sizes if size <= 100_000]
    return Section(
        "Ours: flat in the number of origins",
        """
        What an allowed request adds, as a multiple of what it adds with the shortest list: from one origin again and
        again (at most 1.3), from every origin of the list in turn (at most 1.6), and from all at random. What rotating
        itself costs is taken off: as many requests from one origin, to the shortest list. What is unfair: nothing else
        wants the processor's caches here.
        """,
        (
            Table(
                ["", "one", "in turn", "at random"],
                _sizes([Declaration("exact", size) for size in sizes], rounds, calls)
                + _sizes([Declaration("wildcards", size) for size in wildcard_sizes], rounds, calls),
            ),
            _response_fields(rounds, calls),
        ),
    )


def _sizes(declarations: Sequence[Declaration], rounds: int, calls: int) -> list[list[str]]:
    app = asgi_app()
    first = declarations[0]
    small = _middleware(first)
    candidates: dict[str, Callable[[], object]] = {"bare": _rotating(app, [_origin(first, 0)])}
    for declaration in declarations:
        middleware = _middleware(declaration)
        everyone = [_origin(declaration, number) for number in range(declaration.count)]
        same = [fresh(everyone[0]) for _ in everyone]
        candidates[f"one {declaration.count}"] = _rotating(middleware, everyone[:1])
        candidates[f"in turn {declaration.count}"] = _rotating(middleware, everyone)
        candidates[f"rotating in turn {declaration.count}"] = _rotating(small, same)
        candidates[f"at random {declaration.count}"] = _rotating(middleware, random.sample(everyone, len(everyone)))
        candidates[f"rotating at random {declaration.count}"] = _rotating(small, random.sample(same, len(same)))
    timings = measure(candidates, rounds=rounds, calls=calls)
    one = timings[f"one {first.count}"].minus(timings["bare"]).median
    rows = []
    for declaration in declarations:
        count = declaration.count
        cells = [timings[f"one {count}"].minus(timings["bare"]).median / one]
        for order in ("in turn", "at random"):
            further = timings[f"{order} {count}"].minus(timings[f"rotating {order} {count}"]).median
            cells.append(1 + further / one)
        rows.append([declaration.name, *map(times, cells)])
    return rows


def _middleware(declaration: Declaration) -> Any:
    """An allow-list even of one origin: a policy of one alone is constant, and never looks."""
    return CORSMiddleware(asgi_app(), allow_origins=[*_patterns(declaration), "https://other.example.org"])


def _origin(declaration: Declaration, number: int) -> bytes:
    host = declaration.hosts[number]
    return f"https://app.{host}".encode() if declaration.kind == "wildcards" else f"https://{host}".encode()


def _rotating(app: Any, origins: Sequence[bytes]) -> Callable[[], object]:
    """Each call is a request from the next of the origins, all through and from round to round."""
    scope = scopes(with_fields([], (origins[0],)))()
    headers = scope["headers"]
    name = headers[-1][0]
    following = cycle([(name, fresh(origin)) for origin in origins])

    async def receive() -> Any:
        raise AssertionError("nobody reads the body")

    async def send(message: Any) -> None:
        pass

    def call() -> None:
        headers[-1] = next(following)
        try:
            app(scope, receive, send).send(None)
        except StopIteration:
            return

    return call


def _response_fields(rounds: int, calls: int) -> Table:
    declarations = (Declaration("exact", 1), Declaration("exact", 10), Declaration("wildcards", 10))
    loads: dict[str, Callable[[], object]] = {}
    for count in (2, 2 + FIELDS):
        app = asgi_app(count)
        for declaration in declarations:
            asked = request("allowed", declaration)
            assert asked is not None
            middleware = CORSMiddleware(app, allow_origins=_patterns(declaration))
            loads[f"{declaration.name} {count}"] = ASGI().load(middleware, asked).call
        loads[f"bare {count}"] = ASGI().load(app, Request("GET", ())).call
        loads[f"unit {count}"] = ASGI().load(Wrapping(app), Request("GET", ())).call
    timings = measure(loads, rounds=rounds, calls=calls)
    unit = timings["unit 2"].minus(timings["bare 2"]).median
    rows = []
    for declaration in declarations:
        many = timings[f"{declaration.name} {2 + FIELDS}"].minus(timings[f"bare {2 + FIELDS}"]).median
        few = timings[f"{declaration.name} 2"].minus(timings["bare 2"]).median
        rows.append([declaration.name, f"{(many - few) / FIELDS / unit:.3f}"])
    return Table(
        ["", "units"],
        rows,
        "A further field of the app's response, in units of a pass-through that wraps `send` (at most 0.15):",
    )


def _patterns(declaration: Declaration) -> list[str]:
    return declaration.wildcards if declaration.kind == "wildcards" else declaration.origins
