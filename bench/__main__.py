"""`python -m bench`: crossorigin against its peers, in one run on one machine. See docs/benchmark.md."""

import argparse
import contextlib
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench._browser import page_fetch
from bench._cache import preflight_cache
from bench._command import command
from bench._flat import flat
from bench._grid import Grid, measure_grid
from bench._growth import growth
from bench._hostile import hostile
from bench._per_request import per_request
from bench._plot import plot
from bench._report import report
from bench._requests import ANY, DECLARATIONS, Declaration
from bench._routes import route_policies
from bench._section import Section
from bench._socket import over_a_socket
from bench._startup import builds, imports

ROOT = Path(__file__).parents[1]
QUICK = (Declaration("exact", 1), Declaration("exact", 10), Declaration("wildcards", 100), ANY)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds and short lists, to see that it runs")
    parser.add_argument(
        "--write", action="store_true", help="write docs/benchmark.md and .svg; without it, they go to .artefacts/"
    )
    options = parser.parse_args()
    if options.quick and options.write:
        parser.error("figures of a quick run are not for the docs")
    started = time.monotonic()
    grid = (
        measure_grid(QUICK, rounds=3, seconds=0.001)
        if options.quick
        else measure_grid(DECLARATIONS, rounds=25, seconds=0.005)
    )
    sections = []
    for section in _sections(grid, quick=options.quick):
        print(f"\n{section.plain()}", flush=True)
        sections.append(section)
    print(f"\nIt took {time.monotonic() - started:.0f} s.")
    folder = ROOT / ("docs" if options.write else ".artefacts")
    folder.mkdir(exist_ok=True)
    (folder / "benchmark.md").write_text(report(sections), encoding="utf-8")
    (folder / "benchmark.svg").write_text(plot(grid), encoding="utf-8")
    print(f"Written: {folder.name}/benchmark.md, {folder.name}/benchmark.svg")


def _sections(grid: Grid, *, quick: bool) -> Iterator[Section]:
    yield from per_request(grid)
    yield hostile(rounds=3 if quick else 15, seconds=0.001 if quick else 0.005)
    yield route_policies(rounds=3 if quick else 41, calls=20 if quick else 300)
    yield over_a_socket(rounds=1 if quick else 9)
    yield imports(rounds=1 if quick else 9)
    yield command(rounds=3 if quick else 15)
    yield builds(sizes=(1, 1000) if quick else (1, 1000, 1_000_000))
    yield flat(
        rounds=3 if quick else 41,
        calls=200 if quick else 2000,
        sizes=(1, 1000) if quick else (1, 1000, 100_000, 1_000_000),
    )
    yield growth(rounds=3 if quick else 9, seconds=0.001 if quick else 0.005, size=40 if quick else 1000)
    yield _printed(lambda: page_fetch(rounds=3 if quick else 41, calls=200 if quick else 1000))
    yield preflight_cache(urls=2000 if quick else 10_000)


def _printed(measured: Callable[[], None]) -> Section:
    """What the browser half adds to a call in process, as its own file prints it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        measured()
    title, *lines = printed.getvalue().strip().splitlines()
    return Section("The browser half: a fetch", f"{title}: {'; '.join(' '.join(line.split()) for line in lines)}.")


if __name__ == "__main__":
    main()
