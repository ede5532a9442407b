"""Recorded requests through the browser half: the verdict is the one that the browser gave, or none."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crossorigin.browser import (
    FIREFOX,
    Context,
    NetworkFailure,
    Outcome,
    Reason,
    ResponseHead,
    Verdict,
    fetch,
    fetch_request,
    page_at,
)
from crossorigin.captures import Asked, Provenance, Recorded, RecordedExchange, read_har
from crossorigin.diagnosis import replay
from crossorigin.drivers import AnsweringDriver
from crossorigin.standard import HeaderList
from tests.captures.hars import API, APP, CHROME, entry, one, preflight, read
from tests.captures.hars import FIREFOX as FIREFOX_CREATOR

PASTED = Path(__file__).parent.parent / "captures" / "pasted"
ALLOWED = {"Access-Control-Allow-Origin": APP}
WITH_COOKIES = {"Access-Control-Allow-Credentials": "true"}


@pytest.mark.parametrize(
    ("file", "url", "reason", "hop", "status"),
    [
        ("har-01-500.har", "https://api.example.com/v1/orders?page=2", Reason.ACAO_MISSING, 0, 500),
        ("har-03-preflight-header.har", "https://api.example.com/v1/me", Reason.PREFLIGHT_HEADER, 0, 204),
        ("har-04-login-redirect.har", "https://app.example.com/api/values", Reason.ACAO_MISSING, 1, 200),
        ("har-07-cached-image.har", "http://cdn.example.net/cached.png", Reason.ACAO_MISSING, 0, 200),
    ],
)
def test_what_browsers_recorded(file: str, url: str, reason: Reason, hop: int, status: int) -> None:
    with (PASTED / file).open("rb") as stream:
        found = [(item, replay(item)) for item in read_har(stream).items if isinstance(item, Recorded)]
    ((recorded, verdict),) = [(item, verdict) for item, verdict in found if item.failed]
    assert recorded.asked.url == url
    assert recorded.asked.origin_provenance is Provenance.RECORDED
    assert verdict is not None
    assert (verdict.outcome, verdict.reason) == (Outcome.BLOCKED, reason)
    assert verdict.finding is not None
    assert verdict.finding.hop == hop
    assert verdict.finding.exchange is not None
    answer = verdict.exchanges[verdict.finding.exchange].answer
    assert isinstance(answer, ResponseHead)
    assert answer.status == status
    # What did not fail is not said to have.
    assert not any(verdict.outcome is Outcome.BLOCKED for item, verdict in found if verdict and not item.failed)


# What is not known


@pytest.mark.parametrize(
    "made",
    [
        entry(headers={"Origin": APP}, status=0, error="net::ERR_FAILED"),
        entry(headers={"Origin": APP}, status=0, error="net::ERR_BLOCKED_BY_CLIENT"),
        entry(headers={"Origin": APP}, status=0, error=""),
        entry(headers={"Origin": APP}, answer={**ALLOWED, **WITH_COOKIES}, error="net::ERR_FAILED"),  # another cause
        entry(headers={"Origin": APP}, error="net::ERR_BLOCKED_BY_CLIENT"),
        entry(headers={"Origin": APP}, error="net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS"),
        entry(headers={"Origin": APP}),  # it says that nothing failed: an extension added the header
        entry(headers={"Origin": APP}, response={"_fetchedViaServiceWorker": True}, error="net::ERR_FAILED"),
        entry(answer=ALLOWED, error="net::ERR_FAILED"),  # whose page?
        entry(f"{APP}/", headers={"Sec-Fetch-Mode": "navigate"}, _resourceType="document"),
        entry(method="CONNECT", headers={"Origin": APP}, error="net::ERR_FAILED"),
        preflight(method="PUT", answer={**ALLOWED, "Access-Control-Allow-Methods": "PUT"}),
    ],
)
def test_what_the_recording_does_not_hold_is_not_known(made: dict[str, Any]) -> None:
    assert replay(one(made)) is None


def test_a_recording_that_breaks_off_behind_a_redirect() -> None:
    redirect = entry(headers={"Origin": APP}, status=302, answer={**ALLOWED, "Location": "/login"})
    assert replay(one(redirect, creator=FIREFOX_CREATOR)) is None


def test_a_failure_of_the_network_is_no_answer() -> None:
    verdict = replay(one(entry(headers={"Origin": APP}, status=0, error="net::ERR_CONNECTION_REFUSED")))
    assert verdict is not None
    assert (verdict.outcome, verdict.reason) == (Outcome.NO_ANSWER, Reason.TRANSPORT)


def test_a_request_that_went_out_without_a_preflight_in_the_recording_had_passed_it() -> None:
    put = entry(method="PUT", headers={"Origin": APP, "X-A": "1"}, answer=ALLOWED)
    verdict = replay(one(put, creator={"name": "Playwright"}))
    assert verdict is not None
    assert verdict.readable
    assert not verdict.preflighted
    refused = replay(one(entry(method="PUT", headers={"Origin": APP}), creator=FIREFOX_CREATOR))
    assert refused is not None
    assert refused.reason is Reason.ACAO_MISSING


def test_the_credentials_are_those_that_explain_how_it_ended() -> None:
    wildcard = {"Access-Control-Allow-Origin": "*"}
    failed = replay(one(entry(headers={"Origin": APP}, answer=wildcard, error="net::ERR_FAILED")))
    assert failed is not None
    assert failed.reason is Reason.ACAO_WILDCARD_CREDENTIALS
    fine = replay(one(entry(headers={"Origin": APP}, answer={**wildcard, **WITH_COOKIES})))
    assert fine is not None
    assert fine.readable
    cookie = replay(one(entry(headers={"Origin": APP, "Cookie": "a=b"}, answer=wildcard), creator=FIREFOX_CREATOR))
    assert cookie is not None
    assert cookie.reason is Reason.ACAO_WILDCARD_CREDENTIALS


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        ({}, "net::ERR_FAILED", Reason.ACAO_MISSING),  # a 304 that nobody gave the headers
        ({}, None, None),
        (ALLOWED, None, "readable"),
    ],
)
def test_a_304_has_what_was_cached_and_else_what_came(
    answer: dict[str, str], error: str | None, reason: object
) -> None:
    verdict = replay(one(entry(headers={"Origin": APP}, status=304, answer=answer, error=error)))
    assert (verdict and (verdict.reason or str(verdict.outcome))) == reason


def test_who_does_not_say_how_it_ended_leaves_a_copy_in_the_cache_open() -> None:
    def verdict(**more: Any) -> Verdict | None:
        return replay(one(entry(headers={"Origin": APP}, **more), creator=FIREFOX_CREATOR))

    assert verdict(answer=ALLOWED, _fromCache="disk") is None
    blocked = verdict(_fromCache="disk")
    assert blocked is not None
    assert blocked.reason is Reason.ACAO_MISSING
    assert verdict(status=304) is None


def test_features_are_asked_as_the_page_did() -> None:
    font = replay(one(entry(headers={"Origin": APP}, _resourceType="font", error="net::ERR_FAILED")))
    assert font is not None
    assert (font.reason, font.request.destination) == (Reason.ACAO_MISSING, "font")
    image = replay(one(entry(headers={"Referer": APP}, _resourceType="image")))
    assert image is not None
    assert image.outcome is Outcome.OPAQUE
    events = replay(one(entry(headers={"Origin": APP, "X-B": "1"}, answer=ALLOWED, _resourceType="eventsource")))
    assert events is not None
    assert events.readable
    beacon = replay(
        one(
            preflight(method="POST", names="content-type", answer=ALLOWED, at=0, took=1),
            entry(method="POST", status=0, body="{}", error="net::ERR_FAILED", at=2, _resourceType="ping"),
        )
    )
    assert beacon is not None
    assert (beacon.reason, beacon.request.mode) == (Reason.PREFLIGHT_HEADER, "cors")
    upload = replay(
        one(
            preflight(method="POST", at=0, took=1),
            entry(method="POST", status=0, error="net::ERR_FAILED", body="x", at=2, _resourceType="xhr"),
        )
    )
    assert upload is not None
    assert upload.reason is Reason.PREFLIGHT_ACAO_MISSING


def test_page_and_profile_are_the_callers() -> None:
    exchange = RecordedExchange(method="GET", url=API, request_headers=(), answer=ResponseHead(status=200))
    recorded = Recorded(asked=Asked(url=API), exchanges=(exchange,))
    page = page_at(f"{APP}/start")
    verdict = replay(recorded, page=page, profile=FIREFOX)
    assert verdict is not None
    assert (verdict.page, verdict.profile) == (page, FIREFOX)


# Made up: what the browser half makes of any answers, it makes of their recording.

OTHER = "https://other.example"
URLS = (API, f"{OTHER}/a", f"{APP}/own", "https://api.example.com/b")


class Made:
    """A fetch that was made up; its verdict would fill pages."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def __repr__(self) -> str:
        request = self.verdict.request
        lines = [f"{request.method} {request.url} {request.credentials} {request.headers}: {self.verdict.reason}"]
        lines += [f"{e.send.purpose} {e.send.method} {e.send.url} -> {e.answer}" for e in self.verdict.exchanges]
        return "\n".join(lines)


@st.composite
def fetches(draw: st.DrawFn, *, evident: bool = False, network: bool = True) -> Made:
    """`evident`: the recording shows the credentials mode, since nothing hints at another than it had."""
    page = page_at(f"{APP}/")
    credentials = draw(st.sampled_from(["same-origin", "include"]))
    headers = draw(st.lists(st.sampled_from(["X-A", "X-B", "Authorization", "Content-Type"]), unique=True))
    method = draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"]))
    request = fetch_request(
        page,
        draw(st.sampled_from(URLS)),
        method=method,
        headers=[(name, "application/json" if name == "Content-Type" else "v") for name in headers],
        body=None if method == "GET" else b"{}",
        credentials=credentials,  # type: ignore[arg-type]
    )
    with_credentials = st.sampled_from(["true", "True", None]) if credentials == "include" or not evident else st.none()
    heads = st.builds(
        head,
        st.sampled_from([200, 204, 302, 307, 403, 500]),
        st.fixed_dictionaries(
            {
                "Access-Control-Allow-Origin": st.sampled_from([APP, APP, "*", None, OTHER, "null"]),
                "Access-Control-Allow-Credentials": with_credentials,
                "Access-Control-Allow-Methods": st.sampled_from([None, "*", "PUT, DELETE", "GET"]),
                "Access-Control-Allow-Headers": st.sampled_from([None, "*", "x-a, x-b, content-type, authorization"]),
                "Location": st.sampled_from([*URLS, None]),
            }
        ),
    )
    refused = st.just(NetworkFailure(kind="refused", message="net::ERR_CONNECTION_REFUSED"))
    answers = iter(draw(st.lists(heads | refused if network else heads, min_size=5, max_size=5)))

    def answer(_: object) -> ResponseHead | NetworkFailure:
        return next(answers, ResponseHead(status=200))

    verdict = AnsweringDriver(answer).run(fetch(request, page, context=Context())).verdict
    assume(verdict.exchanges)
    return Made(verdict)


def head(status: int, fields: dict[str, str | None]) -> ResponseHead:
    items = [
        (name, value) for name, value in fields.items() if value is not None and (name != "Location" or status < 400)
    ]
    return ResponseHead(status=status, headers=HeaderList.of(items))


def chrome(made: Verdict, at: float) -> list[dict[str, Any]]:
    """As Chromium's front end writes a fetch, sanitized: a preflight behind its request, and `_error`."""
    found: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    for number, exchange in enumerate(made.exchanges):
        is_last = number == len(made.exchanges) - 1
        at += 10
        if exchange.send.purpose == "preflight":
            waiting.append(written(exchange, at, _resourceType="preflight"))
            if is_last:
                own = [(name.decode(), value.decode()) for name, value in made.request.headers]
                kept = [(name, value) for name, value in own if name != "Authorization"]
                never = entry(
                    exchange.send.url, _asked_for(exchange), kept, 0, error="net::ERR_FAILED", at=at - 1, took=20
                )
                found += [{**never, "_resourceType": "fetch"}, *waiting]
            continue
        made_entry = written(exchange, at - 11 if waiting else at, _resourceType="fetch")
        made_entry["time"] = 25 if waiting else 5
        if is_last and made.outcome is Outcome.BLOCKED:
            made_entry["response"]["_error"] = "net::ERR_FAILED"
        found += [made_entry, *waiting]
        waiting = []
    for each in found:
        each["request"]["headers"] = [
            field for field in each["request"]["headers"] if field["name"] not in ("Authorization", "Cookie")
        ]
    return found


def firefox(made: Verdict, at: float) -> list[dict[str, Any]]:
    """As Firefox writes it: everything, in the order of the wire, and nothing of what was never sent."""
    found = []
    for exchange in made.exchanges:
        at += 10
        each = written(exchange, at)
        each["time"] = 5
        del each["response"]["_error"]
        if exchange.send.credentials and exchange.send.purpose == "request":
            each["request"]["headers"].append({"name": "Cookie", "value": "a=b"})
        found.append(each)
    return found


def written(exchange: Any, at: float, **more: Any) -> dict[str, Any]:
    headers = [(name.decode(), value.decode()) for name, value in exchange.send.headers]
    answer = exchange.answer
    failed = isinstance(answer, NetworkFailure)
    return entry(
        exchange.send.url,
        exchange.send.method,
        [*headers, ("Host", "x"), ("Connection", "keep-alive")],
        0 if failed else answer.status,
        [] if failed else [(name.decode(), value.decode()) for name, value in answer.headers],
        error=answer.message if failed else None,
        body=None if exchange.send.body is None else exchange.send.body.decode(),
        at=at,
        took=2,
        **more,
    )


def _asked_for(exchange: Any) -> str:
    return exchange.send.headers.get(b"access-control-request-method").decode()


def shown(verdict: Verdict | None) -> object:
    """What a person is told: how it ended, why, where, and what was on the wire."""
    if verdict is None:
        return None
    wire = [(exchange.send.method, exchange.send.url, exchange.answer) for exchange in verdict.exchanges]
    finding = verdict.finding
    return verdict.outcome, verdict.reason, finding and (finding.hop, finding.exchange), wire


def compare(found: list[Recorded], made: list[Verdict]) -> None:
    """Each replay is the verdict that was recorded. Where nothing tells the credentials mode, it may be another one in

    which the same answers end alike: then it is the verdict of that mode.
    """
    assert len(found) == len(made)
    for recorded, original in zip(found, made, strict=True):
        verdict = replay(recorded)
        if verdict is None:  # a preflight alone: that cookies were wanted, which it refused, nothing shows
            assert recorded.failed is None
            assert recorded.exchanges[-1].preflight
            assert (recorded.asked.credentials, original.request.credentials) == (None, "include")
            continue
        expected = original
        if verdict.request.credentials != original.request.credentials:
            assert recorded.asked.credentials_provenance is Provenance.GUESSED
            answers = iter([exchange.answer for exchange in original.exchanges])
            request = original.request.replace(credentials=verdict.request.credentials)
            flow = fetch(request, original.page, context=Context())
            expected = AnsweringDriver(lambda _, answers=answers: next(answers)).run(flow).verdict
        assert shown(verdict) == shown(expected)
        assert verdict.outcome == original.outcome


@given(st.lists(fetches(), min_size=1, max_size=3))
def test_chromes_recording_has_the_verdict_that_it_recorded(made: list[Made]) -> None:
    entries = [line for number, each in enumerate(made) for line in chrome(each.verdict, number * 5000)]
    compare(read(*entries, creator=CHROME), [each.verdict for each in made])


@given(st.lists(fetches(evident=True, network=False), min_size=1, max_size=3))
def test_firefoxs_recording_has_the_verdict_that_it_recorded(made: list[Made]) -> None:
    entries = [line for number, each in enumerate(made) for line in firefox(each.verdict, number * 5000)]
    compare(read(*entries, creator=FIREFOX_CREATOR), [each.verdict for each in made])


def test_the_order_in_which_chrome_writes_is_not_relied_on() -> None:
    asks = preflight(method="PUT", at=1, took=1)
    put = entry(method="PUT", headers={"Origin": APP}, status=0, error="net::ERR_FAILED", at=0, took=9)
    for entries in ([asks, put], [put, asks]):
        verdict = replay(one(*entries))
        assert verdict is not None
        assert verdict.reason is Reason.PREFLIGHT_ACAO_MISSING
