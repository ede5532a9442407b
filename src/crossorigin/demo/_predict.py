"""The scenario through the browser half: real requests to the API, and what a browser would make of the answers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from crossorigin.browser import (
    STANDARD,
    Context,
    Outcome,
    Page,
    Profile,
    Request,
    Verdict,
    feature_request,
    fetch,
    fetch_request,
    page_at,
    xhr_request,
)
from crossorigin.drivers import NetworkDriver

from ._record import Run
from ._result import SAW, WORDS, Result, saw_response
from ._scenario import ROWS, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Who is who: the page, the API, and the stranger, which is the page's server under its other name."""

    page: str
    api: str
    stranger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the browser half makes of one row."""

    row: Row
    result: Result
    verdict: Verdict

    @property
    def surprises(self) -> tuple[str, ...]:
        """What is not as the scenario says, a sentence each."""
        expect, verdict, last = self.row.expect, self.verdict, self.result.exchanges[-1:]
        pairs = (
            ("the outcome", expect.outcome.value, verdict.outcome.value),
            ("the reason", expect.reason, verdict.reason),
            ("a preflight", expect.preflight, self.result.preflight is not None),
            ("the API's code ran", expect.ran, self.result.ran),
            ("the last status", expect.status, last[0].status if last else None),
        )
        return tuple(f"{name}: expected {wanted}, got {got}" for name, wanted, got in pairs if wanted != got)


def url_of(row: Row, run: Run, origins: Origins) -> str:
    """The row's URL. Browsers keep fonts, modules and images by URL, so each of those rows has one of its own."""
    own = "" if row.how in ("fetch", "xhr") else f"&row={row.id}"
    return f"{origins.api}{row.path}?run={run.id}{own}"


def predict(run: Run, origins: Origins, profile: Profile = STANDARD) -> Iterator[Prediction]:
    """Every row in order, with one browser's cookies and caches from first to last."""
    context = Context(profile=profile, now=time.time)
    page = page_at(f"{origins.page}/")
    actors = {"page": page, "stranger": page_at(f"{origins.stranger}/stranger.html", top_level=page.origin)}
    with NetworkDriver(proxy="") as driver:  # loopback is reached directly, whatever the environment says
        for row in ROWS:
            actor = actors[row.actor]
            verdict = driver.run(fetch(_request(row, actor, url_of(row, run, origins)), actor, context=context)).verdict
            result = Result(outcome=WORDS[verdict.outcome], saw=_saw(row, verdict), exchanges=run.take())
            yield Prediction(row=row, result=result, verdict=verdict)


def _request(row: Row, page: Page, url: str) -> Request:
    """What the page's script does, as the browser half calls it."""
    match row.how:
        case "fetch":
            return fetch_request(
                page,
                url,
                method=row.method,
                headers=row.headers,
                body=row.body,
                credentials=row.credentials,
                mode=row.mode,
            )
        case "xhr":
            return xhr_request(
                page,
                url,
                method=row.method,
                headers=row.headers,
                body=row.body,
                with_credentials=row.credentials == "include",
                upload_listener=row.upload_listener,
            )
        case "font":
            return feature_request(page, "font", url)
        case "module":
            return feature_request(page, "import", url)
        case "canvas" | "webgl":
            return feature_request(page, "image", url, crossorigin=row.crossorigin)


def _saw(row: Row, verdict: Verdict) -> str:
    """What the script would see."""
    if verdict.outcome is Outcome.READABLE and row.how in ("fetch", "xhr") and verdict.response is not None:
        names = {name.decode("latin-1").lower() for name, _ in verdict.response.headers}
        return saw_response(verdict.response.status, list(names))
    # A dead server is a network error, which looks to a script as a blocked request does.
    outcome = Outcome.BLOCKED if verdict.outcome is Outcome.NO_ANSWER else verdict.outcome
    return SAW[row.how, outcome]
