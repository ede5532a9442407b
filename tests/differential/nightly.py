"""Runs random cases of a seed: `python -m tests.differential.nightly [--random 20000] [--seed N] [chromium] [firefox]`.

Nothing is recorded: the browsers and the engine are held against each other, and every case that differs is printed
with both sides. A case that it finds belongs into a topic, by name.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from crossorigin.browser import PROFILES
from tests.differential._compare import differences, report
from tests.differential._engine import run_case
from tests.differential._live import run_cases
from tests.differential.topics import random_walks

BOTH = ("chromium", "firefox")


def main(arguments: list[str]) -> int:
    """The number of browsers that the engine differs from."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential.nightly", description=__doc__)
    parser.add_argument("browsers", nargs="*", metavar="browser", help="chromium or firefox; both where none is named")
    parser.add_argument("--random", type=int, default=20_000, metavar="N", help="how many cases (default: 20000)")
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="what they are drawn from (default: the time)"
    )
    options = parser.parse_args(arguments)
    unknown = set(options.browsers) - {*BOTH}
    if unknown:
        parser.error(f"no browser: {', '.join(sorted(unknown))}")
    print(f"{options.random} random cases of --seed {options.seed}")
    cases = list(random_walks.cases(options.seed, options.random))
    failures = 0
    for browser in options.browsers or BOTH:
        start = time.monotonic()
        theirs = asyncio.run(run_cases(browser, cases))
        ours = {case.name: run_case(case, PROFILES[browser]) for case in cases}
        found = differences(ours, theirs, theirs)
        print(report(found, f"the engine, and {browser}") if found else f"{browser} and the engine agree", end=" ")
        print(f"({time.monotonic() - start:.0f} s)")
        failures += bool(found)
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
