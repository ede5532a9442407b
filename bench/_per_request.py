"""The grid as tables: who costs how much more than we do, and where ours is not first."""

from collections.abc import Iterable

from bench._contender import Contender
from bench._grid import CONTENDERS, Cell, Grid
from bench._requests import Declaration
from bench._section import Section, Table, times

AIM = 5.0
TARGETS = {"constant": 2.0, "allow-list": 3.0, "wildcards": 4.5}
WSGI_BARE = ("plain WSGI", "Flask", "Django WSGI")
OURS = {False: "crossorigin", True: "crossorigin WSGI"}
_INTERFACE = {False: "ASGI", True: "WSGI"}
FLOORS = {False: "wraps send", True: "wraps start_response"}


def is_wsgi(contender: Contender) -> bool:
    return contender.bare in WSGI_BARE


def peers(*, wsgi: bool) -> list[Contender]:
    """The contenders beside ours, floors among them. aiohttp, which has an interface of its own, stands with ASGI."""
    return [it for it in CONTENDERS if is_wsgi(it) is wsgi and it.name not in OURS.values()]


def per_request(grid: Grid) -> list[Section]:
    notes = " ".join(it.note for it in CONTENDERS if it.note)
    sections = [
        Section(
            "Where ours is not first, and where the aim is missed",
            f"""
            The first table lists every row of the next two sections in which a peer adds less than we do. The second
            lists where Starlette's costs less than {AIM:.0f} times ours, which is our aim for every row.
            """,
            (_behind(grid), _below_aim(grid)),
        )
    ]
    for wsgi in (False, True):
        interface = _INTERFACE[wsgi]
        sections.append(
            Section(
                f"In process, {interface}",
                f"""
                What each adds to a request, as a multiple of what ours adds: 1 is ours, 5 is five times as much, the
                quartiles of the rounds in brackets. Of a request that the app answers, the bare app's own time is
                taken off: the plain {interface} app's for ours and for who wraps any app, for the others their bare
                framework's. A preflight is taken whole, since no app answers it; where the peer lives inside a
                framework, its routing is in it. "Once": a request takes more than a second, and was timed once; "too
                long": so did one of a row above. "Noise": the framework's own spread is larger than what is added.
                What is unfair: ours does more than some (Vary wherever the answer depends on the Origin, an app's own
                fields removed), and less than others (it parses no list of the request). {notes}
                """,
                (_table(grid, wsgi=wsgi),),
            )
        )
    sections.append(
        Section(
            "Ours, in units of the floor",
            """
            The unit is what an `async def` pass-through that wraps `send` adds. A constant policy (`*`, or one origin)
            may cost 2 units, an allow-list 3, wildcards 4.5.
            """,
            (_units(grid),),
        )
    )
    return sections


def _table(grid: Grid, *, wsgi: bool) -> Table:
    ours = OURS[wsgi]
    others = peers(wsgi=wsgi)
    rows = []
    for declaration, row in grid.rows():
        base = grid.added(declaration, row, ours)
        assert base is not None
        cells = [shown(grid.cells[declaration.name, row, it.name], base) for it in others]
        first = _first(grid, declaration, row, wsgi=wsgi)
        rows.append(
            [f"{declaration.name}, {row}", f"{base:,.0f} ns", *cells, first if first == ours else f"**{first}**"]
        )
    return Table(["", ours, *(it.name for it in others), "first"], rows)


def shown(cell: Cell, base: float) -> str:
    """A cell as a multiple of `base`."""
    added = cell.added
    if added is None:
        return f"({cell.word})"
    if len(added.samples) == 1:
        return f"{times(added.median / base)} (once)"
    if added.low <= 0:
        return "noise"
    return f"{times(added.median / base)} ({times(added.low / base)}–{times(added.high / base)})"


def _first(grid: Grid, declaration: Declaration, row: str, *, wsgi: bool) -> str:
    """Who adds least. Of one that is drowned in noise nothing is said."""
    ours = OURS[wsgi]
    best, name = grid.cells[declaration.name, row, ours].added, ours
    for it in peers(wsgi=wsgi):
        added = grid.cells[declaration.name, row, it.name].added
        if it.distribution and added and added.low > 0 and best and added.median < best.median:
            best, name = added, it.name
    return name


def _behind(grid: Grid) -> Table:
    rows = []
    for wsgi, ours in OURS.items():
        for declaration, row in grid.rows():
            first = _first(grid, declaration, row, wsgi=wsgi)
            if first != ours:
                base = grid.added(declaration, row, ours)
                assert base is not None
                rows.append(
                    [
                        f"{'WSGI' if wsgi else 'ASGI'}: {declaration.name}, {row}",
                        first,
                        shown(grid.cells[declaration.name, row, first], base),
                    ]
                )
    return Table(["row", "first", "of ours"], rows or [["ours is first in every row", "", ""]])


def starlette_ratios(grid: Grid) -> Iterable[tuple[Declaration, str, float]]:
    for declaration, row in grid.rows():
        ours, theirs = (grid.added(declaration, row, name) for name in ("crossorigin", "starlette"))
        assert ours is not None
        assert theirs is not None
        yield declaration, row, theirs / ours


def _below_aim(grid: Grid) -> Table:
    below = [(it, row, ratio) for it, row, ratio in starlette_ratios(grid) if ratio < AIM]
    rows = [[f"{it.name}, {row}", times(ratio)] for it, row, ratio in below]
    return Table(["row", "Starlette ÷ ours"], rows or [["the aim is met in every row", ""]])


def _units(grid: Grid) -> Table:
    answered = ("no Origin", "allowed", "denied")
    rows = []
    for declaration in grid.declarations:
        kind = "constant" if declaration.count == 1 else "allow-list" if declaration.kind == "exact" else "wildcards"
        cells = []
        for row in answered:
            ours, unit = (grid.added(declaration, row, name) for name in ("crossorigin", FLOORS[False]))
            cells.append("–" if ours is None or unit is None else times(ours / unit))
        rows.append([declaration.name, *cells, f"{TARGETS[kind]:.1f}"])
    return Table(["", *answered, "at most"], rows)
