"""Every deviation of a browser is told in docs/where-browsers-differ.md, and held by a case that shows it."""

from __future__ import annotations

import runpy
from dataclasses import fields, replace
from pathlib import Path

import pytest

from crossorigin.browser import PROFILES, STANDARD, Profile
from tests.differential._engine import run_case
from tests.differential.topics import CASES

DEVIATIONS = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "deviations.py"))["DEVIATIONS"]
MEASURED = ("chromium", "firefox")

# Which of two faults is named decides nothing, and both browsers' words have an order of their own.
NAMED_IN_THE_REASON_ALONE = ("preflight_redirect_comes_first", "methods_are_judged_before_headers_are_parsed")

# Which of a site's cookies a partition keeps apart shows under another top-level page alone. What blocking does is
# shown by the overlay "chromium-debian".
NOT_SHOWN = {("third_party_cookies", "firefox")}

DEVIATING = [
    field.name
    for field in fields(Profile)
    if field.name not in ("name", "accept")
    and any(getattr(profile, field.name) != getattr(STANDARD, field.name) for profile in PROFILES.values())
]


def test_every_deviation_is_told_and_nothing_else() -> None:
    assert sorted(DEVIATIONS) == sorted(DEVIATING)


def test_every_deviation_names_a_case() -> None:
    """But for the caps, which no test waits for, and manifests, which no page can fetch: test_manifests has them."""
    unnamed = [name for name, (_, case) in DEVIATIONS.items() if case not in CASES]
    assert unnamed == ["max_age_cap", "manifests_omit_credentials"]


@pytest.mark.parametrize("browser", MEASURED)
@pytest.mark.parametrize("name", [name for name in DEVIATING if DEVIATIONS[name][1] is not None])
def test_the_case_shows_it(name: str, browser: str) -> None:
    """With the standard's value the engine would not do what the browser was seen to do."""
    profile, case = PROFILES[browser], CASES[DEVIATIONS[name][1]]
    standard = getattr(STANDARD, name)
    if getattr(profile, name) == standard or (name, browser) in NOT_SHOWN:
        return
    differs = run_case(case, profile) != run_case(case, replace(profile, **{name: standard}))
    assert differs == (name not in NAMED_IN_THE_REASON_ALONE)
