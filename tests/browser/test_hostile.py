"""Hostile servers: whatever comes back, there is a Verdict, and soon."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin.browser import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    WEBKIT,
    Context,
    NetworkFailure,
    ResponseHead,
    Verdict,
    feature_request,
    fetch,
    fetch_request,
)
from crossorigin.standard import HeaderList
from tests.browser.scripted import API, PAGE, check, head, play

NAMES = st.sampled_from(
    [
        b"access-control-allow-origin",
        b"Access-Control-Allow-Origin",
        b"access-control-allow-credentials",
        b"access-control-allow-methods",
        b"access-control-allow-headers",
        b"access-control-expose-headers",
        b"access-control-max-age",
        b"location",
        b"set-cookie",
        b"content-type",
        b"x-content-type-options",
        b"cross-origin-resource-policy",
        b"timing-allow-origin",
        b"referrer-policy",
        b"",
        b"\0",
    ]
)
VALUES = st.one_of(
    st.binary(max_size=20),
    st.sampled_from(
        [
            b"*",
            b"null",
            b"true",
            b"https://app.example",
            b"PUT, x-a",
            b"x-a",
            b"/y",
            b"https://app.example/y",
            b"https://third.example/",
            b"http://a.example:25/",
            b'"',
            b",,,",
            b"a=b; Domain=example; Max-Age=-9; Expires=9 Jun 99999 1:1:1",
            b"same-origin",
            b"-99999999999999999999",
        ]
    ),
)
HEADS = st.builds(
    lambda status, fields, version: ResponseHead(
        status=status, headers=HeaderList(tuple(fields)), http_version=version
    ),
    st.one_of(st.sampled_from([200, 204, 301, 302, 303, 304, 307, 308, 401, 407, 421]), st.integers(-5, 2000)),
    st.lists(st.tuples(NAMES, VALUES), max_size=6),
    st.sampled_from(["HTTP/1.1", "HTTP/2", ""]),
)
ANSWERS = st.one_of(
    HEADS, HEADS, HEADS, st.builds(NetworkFailure, kind=st.just("protocol"), message=st.text(max_size=9))
)
REQUESTS = st.sampled_from(
    [
        fetch_request(PAGE, API),
        fetch_request(PAGE, API, method="PUT", headers={"x-a": "1", "Authorization": "t"}, credentials="include"),
        fetch_request(PAGE, "/x", redirect="manual"),
        fetch_request(PAGE, API, mode="no-cors"),
        feature_request(PAGE, "script", API),
        feature_request(PAGE, "websocket", API),
        feature_request(PAGE, "iframe", API),
    ]
)


@given(
    REQUESTS,
    st.lists(ANSWERS, min_size=1, max_size=8),
    st.sampled_from([STANDARD, CHROMIUM, FIREFOX, WEBKIT]),
    st.booleans(),
)
@settings(max_examples=400)
def test_any_answers_end_in_a_verdict(request_: object, answers: list[object], profile: object, explore: bool) -> None:
    flow = fetch(request_, PAGE, context=Context(profile=profile, explore=explore))  # type: ignore[arg-type]
    answer: object = None
    verdict = None
    for count in range(200):
        try:
            flow.send(answer)  # type: ignore[arg-type]
        except StopIteration as stop:
            verdict = stop.value
            break
        answer = answers[count % len(answers)]
    assert isinstance(verdict, Verdict)
    check(verdict)


# The sizes are such that a quadratic step takes minutes and a linear one no time at all: the time-out tells them apart.

COUNT = 15_000


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Access-Control-Allow-Headers", "x-{n},"),
        ("Access-Control-Allow-Methods", "M{n},"),
        ("Access-Control-Expose-Headers", "x-{n},"),
        ("Access-Control-Allow-Origin", "https://{n},"),
        ("Access-Control-Max-Age", "999999"),
        ("Timing-Allow-Origin", '"{n},'),
        ("Set-Cookie", "a{n}=b;"),
        ("Referrer-Policy", "origin,"),
        ("Content-Type", "a/b,"),
    ],
)
def test_a_list_without_end_costs_no_more_than_its_length(name: str, unit: str) -> None:
    value = "".join(unit.format(n=n) for n in range(COUNT))
    allow = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Allow-Headers": "*",
        "Location": "/",
    }
    answer = head(404, *{**allow, name: value}.items())
    request = fetch_request(PAGE, API, method="PUT", headers={f"x-{n}": "1" for n in range(100)})
    assert play(request, answer).verdict.finding
    play(fetch_request(PAGE, API), head(200, *{**allow, name: value}.items()))
    play(fetch_request(PAGE, "/x"), head(302, *{**allow, name: value}.items()), head(200))


@pytest.mark.timeout(30)
def test_twelve_thousand_fields_cost_little() -> None:
    fields = [(f"x-{n}", "") for n in range(12_000)]
    exposed = ("Access-Control-Expose-Headers", ",".join(f"x-{n}" for n in range(12_000)))
    verdict = play(fetch_request(PAGE, API), head(200, ("Access-Control-Allow-Origin", "*"), exposed, *fields)).verdict
    assert verdict.response is not None
    assert len(verdict.response.headers) == 12_000
