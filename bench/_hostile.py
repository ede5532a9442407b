"""Hostile input: request fields of 64 KiB, against each contender."""

from collections.abc import Mapping

from bench._answer import NotAsIntended
from bench._grid import BARE, CONTENDERS
from bench._measure import Timing, measure_loads
from bench._per_request import OURS, is_wsgi
from bench._plain import asgi_app
from bench._requests import Declaration, Request, with_fields
from bench._section import Section, Table, times
from crossorigin import Policy
from crossorigin.middleware.asgi import CORSMiddleware

SIZE = 64 * 1024
LISTED = Declaration("exact", 10)
WILDCARDS = Declaration("wildcards", 10)


def _preflight(value: bytes) -> Request:
    fields = [(b"access-control-request-method", b"PUT"), (b"access-control-request-headers", value)]
    return with_fields(fields, LISTED.asking)


LABELS = b"https://" + b"a." * (SIZE // 2) + b"tenant-0.example.net"
INPUTS: Mapping[str, tuple[Declaration, Request]] = {
    "request headers: commas": (LISTED, _preflight(b"," * SIZE)),
    "request headers: tokens": (LISTED, _preflight(b"x-a," * (SIZE // 4))),
    "request headers: spaces": (LISTED, _preflight(b" " * SIZE)),
    "Origin, 10 origins": (LISTED, with_fields([], (LABELS,))),
    "Origin, 10 wildcards": (WILDCARDS, with_fields([], (LABELS,))),
}
_OVER_8_KIB = "aiohttp"


def hostile(*, rounds: int, seconds: float) -> Section:
    rows = []
    for name, (declaration, request) in INPUTS.items():
        timings = _measure(declaration, request, rounds, seconds)
        for it in CONTENDERS:
            if it.name in timings:
                timings[it.name] = timings[it.name].minus(timings[it.bare])
        base = {wsgi: timings[ours].median for wsgi, ours in OURS.items()}
        cells = []
        for it in CONTENDERS:
            if not it.distribution:
                continue
            cell = "–"
            if it.name in timings:
                spent = timings[it.name].median
                cell = f"{spent / 1000:,.1f} µs"
                if it.name not in OURS.values():
                    cell += f" ({times(spent / base[is_wsgi(it)])})"
            cells.append(cell)
        rows.append([name, *cells])
    return Section(
        "Hostile input: 64 KiB in one field",
        """
        What one such request adds, in µs of this machine, and in brackets as a multiple of ours over the same
        interface: an Access-Control-Request-Headers of commas, of tokens, of spaces, and an Origin of 32,768 labels.
        Ours has to stay below 50 µs, echoing policies included. A dash: it has no such row, or its server refuses
        fields over 8 KiB. What is unfair: servers stop some of this before any middleware sees it (gunicorn and aiohttp
        take no field over 8 KiB, h11 none over 64 KiB; httptools takes these).
        """,
        (Table(["", *(it.name for it in CONTENDERS if it.distribution)], rows), _echoing(rounds, seconds)),
    )


def _measure(declaration: Declaration, request: Request, rounds: int, seconds: float) -> dict[str, Timing]:
    loads = {}
    for name, bare in BARE.items():
        if name != _OVER_8_KIB:
            app = bare.nothing() if request.is_preflight else bare.build()
            loads[name] = bare.driver.load(app, request)
    for it in CONTENDERS:
        row = "preflight allowed" if request.is_preflight else "denied"
        if not it.distribution or it.bare == _OVER_8_KIB or it.why_not(declaration, row):
            continue
        app = it.build(declaration)
        answer = BARE[it.bare].driver.answer(app, request)
        if answer.status >= 500 or (not request.is_preflight and answer.is_readable):
            raise NotAsIntended(f"{it.name} answers {answer.status}")
        loads[it.name] = BARE[it.bare].driver.load(app, request)
    return measure_loads(loads, rounds=rounds, seconds=seconds)


def _echoing(rounds: int, seconds: float) -> Table:
    """The one kind of policy of ours that reads the field: with credentials `*` stands for an echo."""
    echoing = CORSMiddleware(
        asgi_app(),
        Policy(
            allow_origins=LISTED.origins,
            allow_methods="*",
            allow_headers=["*", "authorization"],
            allow_credentials=True,
        ),
    )
    driver = BARE["plain ASGI"].driver
    preflights = {name: request for name, (_, request) in INPUTS.items() if request.is_preflight}
    timings = measure_loads(
        {name: driver.load(echoing, request) for name, request in preflights.items()}, rounds=rounds, seconds=seconds
    )
    return Table(
        ["", "µs"],
        [[name, f"{timing.median / 1000:.1f}"] for name, timing in timings.items()],
        "Ours, with a policy that echoes what is asked for:",
    )
