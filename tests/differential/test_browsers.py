"""The engine is held to what Chromium and Firefox did, and the browsers to what was recorded.

The recordings are committed, so that the engine is judged on every machine. Where a browser is installed, it runs all
cases anew; where `CI=true` or `CROSSORIGIN_BROWSERS=require`, a missing browser is a failure and never a skip.
A test is a browser and a topic; its failure names each case that differs, with both sides.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import pytest

from crossorigin.browser import PROFILES
from tests.differential._compare import differences, report
from tests.differential._differences import KNOWN, KNOWN_WORDS
from tests.differential._engine import Explained, run_explained
from tests.differential._live import BROWSERS, run_cases
from tests.differential._outcome import Outcome, read, recording
from tests.differential._overlays import OVERLAYS, Overlay, topics_of
from tests.differential._readings import misread
from tests.differential._reruns import PROPERTY, Outcomes, Reruns
from tests.differential.topics import CASES, TOPICS

every_run = pytest.mark.parametrize(
    ("browser", "topic"), [(browser, topic) for browser in BROWSERS for topic in topics_of(browser)]
)


@cache
def recorded(browser: str, topic: str) -> Outcomes:
    return read(recording(browser, topic))


@cache
def judged(browser: str, topic: str) -> Mapping[str, tuple[Outcome, tuple[Explained, ...]]]:
    overlay = OVERLAYS.get(browser, Overlay(browser, ()))
    profile = PROFILES[overlay.browser]
    return {name: run_explained(case, profile, overlay.settings) for name, case in TOPICS[topic].items()}


def engine(browser: str, topic: str) -> Outcomes:
    return {name: outcome for name, (outcome, _) in judged(browser, topic).items()}


@pytest.fixture(scope="session")
def reruns() -> Reruns:
    return Reruns()


@pytest.fixture(scope="session")
def live(reruns: Reruns) -> Callable[[str], Outcomes]:
    """Outcomes of a browser's run of all cases, which is made once, when a test first asks for it."""

    @cache
    def run(browser: str) -> Outcomes | Exception:
        def run_named(names: Iterable[str]) -> Outcomes:
            return asyncio.run(run_cases(browser, (CASES[name] for name in names)))

        topics = topics_of(browser)
        everything = {name: outcome for topic in topics for name, outcome in recorded(browser, topic).items()}
        try:
            return reruns.settled(browser, everything, run_named(everything), run_named)
        except Exception as error:  # a run that failed is not tried again by each of the tests
            return error

    def outcomes(browser: str) -> Outcomes:
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


def _judge(found: Mapping[str, str], known: Mapping[tuple[str, str], str], browser: str, topic: str, what: str) -> None:
    listed = {name for by, name in known if by == browser and name in TOPICS[topic]}
    new = {name: text for name, text in found.items() if name not in listed}
    assert not new, report(new, what)
    gone = sorted(listed - found.keys())
    assert not gone, f"these differences are gone: take them out of _differences: {', '.join(gone)}"


@every_run
def test_every_case_is_recorded_and_nothing_else(browser: str, topic: str) -> None:
    assert sorted(recorded(browser, topic)) == sorted(TOPICS[topic])


def test_known_differences_name_cases() -> None:
    assert all(browser in BROWSERS and case in CASES for browser, case in [*KNOWN, *KNOWN_WORDS])


@every_run
def test_the_engine_does_as_the_browser_did(browser: str, topic: str) -> None:
    ours = {name: outcome.without_console() for name, outcome in engine(browser, topic).items()}
    theirs = {name: outcome.without_console() for name, outcome in recorded(browser, topic).items()}
    _judge(differences(ours, theirs, ours), KNOWN, browser, topic, f"the engine, and {browser} as recorded")


@every_run
def test_explain_has_the_words_of_the_browser(browser: str, topic: str) -> None:
    """Of cases that the engine does not judge as the browser does, no words are asked."""
    names = [name for name in TOPICS[topic] if (browser, name) not in KNOWN]
    theirs = recorded(browser, topic)
    ours = {name: theirs[name].with_console(engine(browser, topic)[name].console) for name in names}
    _judge(differences(ours, theirs, names), KNOWN_WORDS, browser, topic, f"explain, and {browser} as recorded")


@every_run
def test_what_explain_writes_is_read_back(browser: str, topic: str) -> None:
    found = {
        name: wrong
        for name, (_, explained) in judged(browser, topic).items()
        for one in explained
        if one.lines and (wrong := misread(one))
    }
    assert not found, report(found, "what explain writes, and what is read back")


@pytest.mark.browsers
@pytest.mark.timeout(900)
@every_run
def test_the_browser_does_as_it_did(
    browser: str,
    topic: str,
    live: Callable[[str], Outcomes],
    reruns: Reruns,
    record_property: Callable[[str, object], None],
) -> None:
    """A browser's new version may differ: then read the difference, and record anew (`record`)."""
    _require(browser)
    found = differences(recorded(browser, topic), live(browser), TOPICS[topic])
    for (by, name), text in reruns.told.items():
        if by == browser and name in TOPICS[topic]:
            record_property(PROPERTY, text)
    assert not found, report(found, f"{browser} as recorded, and as it is now")
