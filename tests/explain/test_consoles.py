"""The words of the two browsers, held against what they printed: the recordings of tests/differential, and more of them."""

import json
from pathlib import Path

import pytest

from crossorigin.browser import PROFILES, Context, RequestError, fetch, page_at
from crossorigin.explain import explain
from tests.differential import _engine
from tests.differential._outcome import read, recording, without_addresses
from tests.differential.cases import SMOKE

BROWSERS = ("chromium", "firefox")
# What a console shows beside the words about CORS: of other parts of the browser, about the same failure.
OTHER_WORDS = ("Failed to load resource", "downloadable font", "Error: ", "Script error", "The resource ", "Loading ")


def _printed(browser: str, name: str) -> list[str]:
    """What `explain` says that the browser prints for a case, in the recordings' form."""
    case, profile = SMOKE[name], PROFILES[browser]
    page = page_at(f"{_engine.ORIGINS['page']}/")
    context = Context(profile=profile)
    servers = _engine._Servers(case)
    lines: list[str] = []
    for call in case.calls:
        try:
            request = _engine._request(call, case, page)
        except RequestError:
            continue
        flow = fetch(request, page, context=context)
        try:
            send = next(flow)
            while True:
                send = flow.send(servers.answer(send))
        except StopIteration as stop:
            cause = explain(stop.value).cause
            if cause is not None:
                lines.extend(getattr(cause.consoles, browser))
    return [without_addresses(line, _engine.ORIGINS) for line in lines]


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("name", SMOKE)
def test_the_words_are_those_that_the_browser_printed(browser: str, name: str) -> None:
    recorded = read(recording(browser, "smoke"))[name].console
    ours = [line for line in _printed(browser, name) if not line.startswith(OTHER_WORDS)]
    assert ours == [line for line in recorded if not line.startswith(OTHER_WORDS)]


def test_the_recordings_hold_words_of_every_kind() -> None:
    """So that the test above cannot pass on silence."""
    for browser in BROWSERS:
        lines = [line for outcome in read(recording(browser, "smoke")).values() for line in outcome.console]
        assert len({line.partition("(Reason: ")[2] or line.rpartition("policy: ")[2] for line in lines}) > 20
