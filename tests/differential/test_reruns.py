"""What becomes of a live case that differs, and what a run says of it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.differential._outcome import Outcome, Seen
from tests.differential._reruns import MOST, Outcomes, Reruns

pytest_plugins = ["pytester"]


def outcomes(**endings: str) -> dict[str, Outcome]:
    return {name: Outcome(name, (Seen(ending),), ()) for name, ending in endings.items()}


RECORDED = outcomes(a="readable", b="blocked", c="opaque", d="readable")


def settle(reruns: Reruns, live: Outcomes, again: Outcomes) -> tuple[Outcomes, list[list[str]]]:
    """What is settled in the end, and the names that each further run had."""
    runs: list[list[str]] = []

    def run(names: Iterable[str]) -> Outcomes:
        runs.append([*names])
        return {name: again[name] for name in runs[-1]}

    return reruns.settled("firefox", RECORDED, live, run), runs


def test_what_is_as_recorded_is_run_once() -> None:
    reruns = Reruns()
    assert settle(reruns, RECORDED, {}) == (RECORDED, [])
    assert reruns.told == {}


def test_what_differs_is_run_once_more_and_both_outcomes_are_told() -> None:
    reruns = Reruns()
    settled, runs = settle(reruns, RECORDED | outcomes(b="pending"), RECORDED)
    assert (settled, runs) == (RECORDED, [["b"]])
    (told,) = reruns.told.items()
    assert told[0] == ("firefox", "b")
    assert told[1].startswith("firefox: b differed, and now is as recorded\n")
    assert "ending='blocked'" in told[1]
    assert "ending='pending'" in told[1]


def test_what_differs_again_stays_different() -> None:
    reruns = Reruns()
    second = outcomes(b="opaque")
    settled, runs = settle(reruns, RECORDED | outcomes(b="pending"), second)
    assert (settled, runs) == (RECORDED | second, [["b"]])
    assert "now differs again" in reruns.told["firefox", "b"]
    assert "ending='pending'" in reruns.told["firefox", "b"]
    assert "ending='opaque'" in reruns.told["firefox", "b"]


def test_where_more_differ_than_may_none_is_run_again() -> None:
    live = RECORDED | outcomes(a="pending", b="pending", c="pending")
    assert settle(Reruns(), live, RECORDED) == (live, [])


def test_the_browsers_share_what_may_be_run_again() -> None:
    reruns = Reruns()
    settle(reruns, RECORDED | outcomes(a="pending", b="pending"), RECORDED)
    assert len(reruns.told) == MOST
    live = RECORDED | outcomes(c="pending")
    assert settle(reruns, live, RECORDED) == (live, [])


TEST = """
import pytest
from tests.differential._reruns import PROPERTY

@pytest.mark.parametrize("name", ["one", "two"])
def test_live(name, record_property):
    record_property(PROPERTY, f"firefox: {name} differed")

def test_other():
    pass
"""


@pytest.mark.parametrize("spread", [[], ["-n", "1"]], ids=["in one process", "on a worker"])
def test_the_summary_counts_them(pytester: pytest.Pytester, spread: list[str]) -> None:
    pytester.makepyfile(TEST)
    result = pytester.runpytest_inprocess("-p", "tests.differential._reruns", *spread)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*2 of the browsers' cases run again, of at most 2*"])
    assert result.stdout.str().count("firefox: one differed") == result.stdout.str().count("firefox: two differed") == 1


def test_the_summary_is_silent_where_none_was(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_other():\n    pass")
    result = pytester.runpytest_inprocess("-p", "tests.differential._reruns")
    assert "run again" not in result.stdout.str()
