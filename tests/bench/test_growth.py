"""The rows of growth: that each runs, and is what it says."""

import pytest

from bench._growth import CASES, growth
from tests.growth import steps


def test_every_case_is_a_row() -> None:
    (table,) = growth(rounds=1, seconds=0, size=20).tables
    assert [row[0] for row in table.rows] == list(CASES)
    assert list(table.heads) == ["", "20", "80", "times"]


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("a new origin")])
def test_a_new_origin_costs_the_same_in_a_long_list(name: str) -> None:
    few, many = (CASES[name](count) for count in (100, 900))
    few.call(), many.call()
    assert steps(many.call) <= 1.2 * steps(few.call)
