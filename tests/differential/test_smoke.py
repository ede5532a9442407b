"""The smoke of `cases`: the engine is held to what Chromium and Firefox did, and the browsers to what was recorded.

The recordings are committed, so that the engine is judged on every machine. Where a browser is installed, it runs all
cases anew; where `CI=true` or `CROSSORIGIN_BROWSERS=require`, a missing browser is a failure and never a skip.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from crossorigin.browser import PROFILES
from tests.differential._differences import KNOWN
from tests.differential._engine import run_case
from tests.differential._live import BROWSERS, run_cases
from tests.differential._outcome import Outcome, read, recording
from tests.differential.cases import SMOKE

RECORDED = {browser: read(recording(browser, "smoke")) for browser in BROWSERS}

every_case = pytest.mark.parametrize("name", SMOKE)
every_browser = pytest.mark.parametrize("browser", BROWSERS)


@pytest.fixture(scope="session")
def live() -> Callable[[str], Mapping[str, Outcome]]:
    """Outcomes of a browser's run of all cases, which is made once, when a test first asks for it."""

    @cache
    def run(browser: str) -> Mapping[str, Outcome] | Exception:
        try:
            return asyncio.run(run_cases(browser, SMOKE.values()))
        except Exception as error:  # a run that failed is not tried again by each of the tests
            return error

    def outcomes(browser: str) -> Mapping[str, Outcome]:
        result = run(browser)
        if isinstance(result, Exception):
            raise result
        return result

    return outcomes


def _require(browser: str) -> None:
    if BROWSERS[browser].executable() is not None:
        return
    if os.environ.get("CI") == "true" or os.environ.get("CROSSORIGIN_BROWSERS") == "require":
        pytest.fail(f"{browser} is not installed, and this run may not go without it")
    pytest.skip(f"{browser} is not installed")


@every_browser
def test_every_case_is_recorded_and_nothing_else(browser: str) -> None:
    assert sorted(RECORDED[browser]) == sorted(SMOKE)


def test_known_differences_name_cases() -> None:
    assert all(browser in BROWSERS and case in SMOKE for browser, case in KNOWN)


@every_browser
@every_case
def test_the_engine_does_as_the_browser_did(browser: str, name: str) -> None:
    engine = run_case(SMOKE[name], PROFILES[browser]).without_console()
    recorded = RECORDED[browser][name].without_console()
    if (browser, name) in KNOWN:
        assert engine != recorded, "this difference is gone: take it out of _differences"
    else:
        assert engine == recorded


@every_browser
@every_case
def test_explain_has_the_words_of_the_browser(browser: str, name: str) -> None:
    assert run_case(SMOKE[name], PROFILES[browser]).console == RECORDED[browser][name].console


@pytest.mark.browsers
@every_browser
@every_case
def test_the_browser_does_as_it_did(browser: str, name: str, live: Callable[[str], Mapping[str, Outcome]]) -> None:
    """A browser's new version may differ: then read the difference, and record anew (`record`)."""
    _require(browser)
    assert live(browser)[name] == RECORDED[browser][name]
