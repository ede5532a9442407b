"""A live case that differs from its recording is run once more: on a busy machine a browser does odd things, once.

A plugin of pytest too, which says of a whole run which cases that were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pytest

from tests.differential._compare import differences
from tests.differential._outcome import Outcome

MOST = 2
"""Cases of a run, of all browsers together, that may be run again: where more differ, it is no oddity."""

PROPERTY = "run again"

Outcomes = Mapping[str, Outcome]


class Reruns:
    """What has been run again so far."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], str] = {}
        """Of a browser's case, what differed at first, and what came of it."""

    def settled(
        self, browser: str, recorded: Outcomes, live: Outcomes, run: Callable[[Iterable[str]], Outcomes]
    ) -> Outcomes:
        """The live outcomes, those of a second run in the place of those that differ, unless too many do."""
        first = differences(recorded, live, live)
        if not 0 < len(first) <= MOST - len(self.told):
            return live
        again = run(first)
        second = differences(recorded, again, first)
        for name, text in first.items():
            then = f"differs again\n{second[name]}" if name in second else "is as recorded"
            self.told[browser, name] = (
                f"{browser}: {name} differed, and now {then}\n  At first, as recorded and as it was:\n{text}"
            )
        return {**live, **again}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many there were, with both outcomes of each. (Workers hand them on as properties of their tests.)"""
    told = [
        text
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, text in report.user_properties
        if name == PROPERTY
    ]
    if told:
        terminalreporter.section(f"{len(told)} of the browsers' cases run again, of at most {MOST}")
        for text in told:
            terminalreporter.write_line(str(text))
