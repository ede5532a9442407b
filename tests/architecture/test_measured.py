"""What coverage is asked about: chosen cases of the rooms that it holds, each as if nothing had run before."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.standard import _hosts, public_suffixes_below
from tests.architecture.source import ROOT
from tests.measured import Meter, is_measured


@given(st.none())
def generated(_: None) -> None: ...


def item(path: str, test: object = None, *marks: str) -> Any:
    return SimpleNamespace(
        path=Path(ROOT, "tests", path), obj=test, get_closest_marker=lambda name: name if name in marks else None
    )


@pytest.mark.parametrize(
    ("asked", "measured"),
    [
        (item("policy/test_policy.py"), True),
        (item("browser_and_policy/test_agreement.py"), True),
        (item("policy/test_policy.py", generated), False),
        (item("policy/test_growth.py", None, "unmeasured"), False),
        (item("policy_of_others/test_policy.py"), False),
        (item("explain/test_forms.py"), False),
    ],
)
def test_chosen_cases_of_three_rooms_are_measured(asked: Any, measured: bool) -> None:
    assert is_measured(asked) is measured


def test_what_was_worked_out_while_nobody_measured_is_worked_out_again() -> None:
    calls: list[str] = []
    meter = Meter(SimpleNamespace(start=lambda: calls.append("start"), stop=lambda: calls.append("stop")))  # type: ignore[arg-type]
    for on in (True, False, False):
        meter.switch(on)
    public_suffixes_below("windows.net")
    assert _hosts.public_suffixes_below.cache_info().currsize
    meter.switch(True)
    assert not _hosts.public_suffixes_below.cache_info().currsize
    assert calls == ["stop", "start"]
