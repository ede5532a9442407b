"""In process: what each contender adds to a request of its bare app, over declarations and rows."""

import gc
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench import _django, _drive_loop, _frameworks, _plain
from bench._answer import NotAsIntended, check
from bench._contender import Bare, Contender
from bench._measure import Load, Timing, measure_loads, once
from bench._requests import ROWS, Declaration, Request, request

BARE: dict[str, Bare] = _plain.BARE | _frameworks.BARE | _django.BARE
CONTENDERS: tuple[Contender, ...] = _plain.CONTENDERS + _frameworks.CONTENDERS + _django.CONTENDERS

TOO_LONG = 1.0
"""Seconds of CPU: a contender whose request takes longer is timed once, and not asked the rows after that."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a contender adds, in ns of CPU a request, or in a word why there is no figure."""

    added: Timing | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    declarations: Sequence[Declaration]
    cells: Mapping[tuple[str, str, str], Cell]
    """By declaration, row and contender."""

    def added(self, declaration: Declaration, row: str, contender: str) -> float | None:
        """The median."""
        timing = self.cells.get((declaration.name, row, contender), Cell()).added
        return None if timing is None else timing.median

    def rows(self) -> list[tuple[Declaration, str]]:
        return [(it, row) for it in self.declarations for row in ROWS if (it.name, row, "crossorigin") in self.cells]


def measure_grid(declarations: Iterable[Declaration], *, rounds: int, seconds: float) -> Grid:
    declarations = tuple(declarations)
    cells: dict[tuple[str, str, str], Cell] = {}
    for declaration in declarations:
        print(f"In process: {declaration.name} …", flush=True)
        for (row, contender), cell in _measure_declaration(declaration, rounds, seconds):
            cells[declaration.name, row, contender] = cell
        gc.collect()
    _drive_loop.close()
    return Grid(declarations, cells)


def see(declaration: Declaration) -> Iterable[tuple[str, str, str]]:
    """Row, contender, and why it cannot answer, or no word where it was seen to answer as it should."""
    for it in CONTENDERS:
        app = None if declaration.kind in it.cannot else it.build(declaration)
        for row in ROWS:
            asked = request(row, declaration)
            if asked is not None:
                word = it.why_not(declaration, row)
                if word is None:
                    _seen_to_answer(it, app, row, asked)
                yield row, it.name, word or ""


def _measure_declaration(
    declaration: Declaration, rounds: int, seconds: float
) -> Iterable[tuple[tuple[str, str], Cell]]:
    bare = {name: (it.driver, it.build(), it.nothing()) for name, it in BARE.items()}
    apps = {it.name: it.build(declaration) for it in CONTENDERS if declaration.kind not in it.cannot}
    slow: set[str] = set()
    for row in ROWS:
        asked = request(row, declaration)
        if asked is None:
            continue
        loads = {
            name: driver.load(nothing if asked.is_preflight else app, asked)
            for name, (driver, app, nothing) in bare.items()
        }
        for it in CONTENDERS:
            word = "too long" if it.name in slow else it.why_not(declaration, row)
            if word is not None:
                yield (row, it.name), Cell(word=word)
                continue
            load = BARE[it.bare].driver.load(apps[it.name], asked)
            if (
                _seen_to_answer(it, apps[it.name], row, asked) < TOO_LONG
                or (single := once(load)).median < TOO_LONG * 1e9
            ):
                loads[it.name] = load
            else:
                slow.add(it.name)
                yield (row, it.name), Cell(single)
        yield from _cells(row, loads, rounds, seconds)


def _cells(row: str, loads: Mapping[str, Load], rounds: int, seconds: float) -> Iterable[tuple[tuple[str, str], Cell]]:
    timings = measure_loads(loads, rounds=rounds, seconds=seconds)
    for it in CONTENDERS:
        if it.name in timings:
            yield (row, it.name), Cell(timings[it.name].minus(timings[it.bare]))


def _seen_to_answer(contender: Contender, app: Any, row: str, asked: Request) -> float:
    """Seconds of CPU of a first request, which may be longer than the others: some compile their lists then."""
    start = time.thread_time()
    answer = BARE[contender.bare].driver.answer(app, asked)
    spent = time.thread_time() - start
    if contender.distribution:
        try:
            check(answer, row, asked)
        except NotAsIntended as error:
            raise NotAsIntended(f"{contender.name}: {error}") from None
    return spent
