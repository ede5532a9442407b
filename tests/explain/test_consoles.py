"""The words of the two browsers, held against what they printed: the recordings of tests/differential, and more."""

import json
from pathlib import Path
from typing import Any

import pytest

from crossorigin.browser import PROFILES, Context, RequestError, feature_request, fetch, page_at, xhr_request
from crossorigin.explain import explain
from tests.differential import _engine
from tests.differential._outcome import read, recording, without_addresses
from tests.differential.cases import SMOKE
from tests.explain.verdicts import head, run

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


# consoles.jsonl: the same for other kinds of requests, as printed by Chromium 156 and Firefox 153 (November 2026). A
# line each: what the page did with {api}/case/x, what the server answered, and the console.
KINDS = [json.loads(line) for line in Path(__file__).with_name("consoles.jsonl").read_text("utf-8").splitlines()]


def _kind_id(row: dict[str, object]) -> str:
    fields = " ".join(str(line).partition(": ")[2] for line in row["answer"])  # type: ignore[attr-defined]
    options = " ".join(f"{k}={v}" for k, v in row.items() if k not in ("api", "answer", "browser", "console"))
    return f"{row['browser']}: {row['api']} {options} <- {fields or 'nothing'}"


@pytest.mark.parametrize("row", KINDS, ids=_kind_id)
def test_the_words_fit_the_kind_of_request(row: dict[str, Any]) -> None:
    def placed(text: str) -> str:
        for label, origin in _engine.ORIGINS.items():
            text = text.replace(f"{{{label}}}", origin)
        return text

    page, url = page_at(placed("{page}/")), placed("{api}/case/x")
    options = {name: row[name] for name in ("crossorigin", "destination", "with_credentials", "method") if name in row}
    request = (
        xhr_request(page, url, **options) if row["api"] == "xhr" else feature_request(page, row["api"], url, **options)
    )
    fields = [tuple(placed(line).split(": ", 1)) for line in row["answer"]]
    verdict = run(head(200, fields), page=page, request=request, profile=PROFILES[row["browser"]])  # type: ignore[arg-type]
    cause = explain(verdict).cause
    assert cause is not None
    assert list(getattr(cause.consoles, row["browser"])) == [placed(line) for line in row["console"]]
