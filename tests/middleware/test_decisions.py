"""What hooks and the log are told of decisions, and policies that are only tried: alike over ASGI and WSGI."""

import logging
import re
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin import Origin, Policy, PolicyError, PolicyMap, ReportOnly
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.engine._event import one_line
from crossorigin.standard import visible
from tests.middleware.test_both import ANY, APP, BOTH, EVIL, LISTED, PUT, REFUSING, TEXT, VARY, Side, allowed


@pytest.fixture(params=BOTH, ids=lambda side: side.name)
def side(request: pytest.FixtureRequest) -> Any:
    return request.param


def told(side: Side, policy: Any, *requests: Any) -> list[DecisionEvent]:
    events: list[DecisionEvent] = []
    middleware = side.middleware(side.app(), policy, on_decision=events.append)
    for method, headers, path in requests:
        side.drive(middleware, method, headers, path=path, PATH_INFO=path)
    return events


def test_a_hook_is_told_of_each_request_that_has_an_origin(side: Side) -> None:
    events = told(
        side,
        REFUSING,
        ("GET", [], "/"),
        ("GET", [(b"origin", APP)], "/a"),
        ("POST", [(b"origin", EVIL)], "/b"),
        ("OPTIONS", [(b"origin", APP), (b"access-control-request-method", b"DELETE")], "/c"),
    )
    assert [(e.decision.kind, e.method, e.path, e.origin, str(e.decision.reason.code), e.route) for e in events] == [
        ("actual", "GET", "/a", APP.decode(), "allowed", None),
        ("refused", "POST", "/b", EVIL.decode(), "origin-unlisted", None),
        ("preflight", "DELETE", "/c", APP.decode(), "method-unlisted", None),
    ]
    assert all(event.candidate is None and not event.differs for event in events)


def test_the_answer_is_the_same_with_a_hook(side: Side) -> None:
    for policy in (LISTED, ANY, REFUSING):
        for method, headers in [
            ("GET", []),
            ("GET", [(b"origin", APP)]),
            ("GET", [(b"origin", EVIL)]),
            ("OPTIONS", [(b"origin", APP), PUT]),
            ("OPTIONS", [(b"origin", EVIL), PUT]),
            ("OPTIONS", [(b"origin", APP)]),
        ]:
            plain = side.request(policy, method, headers)
            watched = side.request(policy, method, headers, on_decision=lambda event: None)
            assert (watched.status, watched.headers, watched.body) == (plain.status, plain.headers, plain.body)


def test_what_a_stranger_wrote_is_one_bounded_line(side: Side) -> None:
    hostile = b"https://x\nERROR root: all is lost\x1b[31m\xff" + b"a" * 5000
    (event,) = told(side, LISTED, ("GET", [(b"origin", hostile)], "/\r\n" + "b" * 5000))
    for text in (event.origin, event.path):
        assert text.isascii()
        assert text.isprintable()
        assert len(text) == 200
        assert re.search(r"[ab]\.\.\. \(50\d\d characters\)$", text)


@given(st.text(max_size=250), st.sampled_from(["", "é", "\n", "\U0010ffff"]), st.integers(0, 10_000))
def test_one_line_is_never_longer_nor_ends_within_an_escape(text: str, character: str, times: int) -> None:
    text += character * times
    line = one_line(text)
    assert line.isascii()
    assert line.isprintable()
    assert len(line) <= 200
    whole = visible(text, len(text), ascii_only=True)
    head, ending, _ = (line, "", "") if line == whole else line.rpartition("... (")
    assert line in (whole, f"{head}... ({len(text)} characters)")
    ends = accumulate((len(visible(it, ascii_only=True)) for it in text), initial=0)
    assert whole.startswith(head)
    assert len(head) in ends
    assert not ending or len(head) > 160


def test_what_a_stranger_wrote_is_ascii(side: Side) -> None:
    wanted = (b"access-control-request-method", b"caf\xe9\tX")
    (event,) = told(side, LISTED, ("OPTIONS", [(b"origin", b"https://caf\xe9.example"), wanted], "/"))
    assert (event.method, event.origin) == ("caf\\xe9\\tX", "https://caf\\xe9.example")


def test_a_hook_that_raises_fails_no_request_and_is_reported_once(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    def hook(event: DecisionEvent) -> None:
        raise OSError("the counter is down")

    middleware = side.middleware(side.app(), LISTED, on_decision=hook)
    for _ in range(3):
        assert side.drive(middleware, "GET", [(b"origin", APP)]).fields == [TEXT, *allowed(APP)]
    middleware.policy = LISTED.replace()
    side.drive(middleware, "GET", [(b"origin", APP)])
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage().startswith("on_decision raised OSError('the counter is down')")


TRIED = ReportOnly(current=ANY, candidate=LISTED)


def test_a_policy_that_is_only_tried_changes_nothing_on_the_wire(side: Side) -> None:
    for method, headers in [("GET", []), ("GET", [(b"origin", EVIL)]), ("OPTIONS", [(b"origin", EVIL), PUT])]:
        plain = side.request(ANY, method, headers)
        tried = side.request(TRIED, method, headers)
        assert (tried.status, tried.headers, tried.body) == (plain.status, plain.headers, plain.body)


def test_a_hook_is_told_where_the_candidate_would_decide_otherwise(side: Side) -> None:
    events = told(side, TRIED, ("GET", [(b"origin", EVIL)], "/"), ("GET", [(b"origin", APP)], "/"))
    assert [event.decision.allowed for event in events] == [True, True]
    assert [event.candidate and str(event.candidate.reason.code) for event in events] == ["origin-unlisted", "allowed"]
    # Allowed both times, but the candidate allows credentials too.
    assert [event.differs for event in events] == [True, True]
    (same,) = told(
        side,
        ReportOnly(current=ANY, candidate=LISTED.replace(allow_credentials=False)),
        ("GET", [(b"origin", APP)], "/"),
    )
    assert not same.differs


def test_credentials_are_no_difference_where_neither_lets_the_page_read(side: Side) -> None:
    one = Policy(allow_origins=[APP.decode()])  # a constant answer, which says so to every page
    (event,) = told(
        side, ReportOnly(current=one.replace(allow_credentials=True), candidate=one), ("GET", [(b"origin", EVIL)], "/")
    )
    assert (event.decision.allowed, event.differs) == (False, False)


def test_with_a_hook_the_log_says_nothing_of_a_candidate(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    (event,) = told(side, TRIED, ("GET", [(b"origin", EVIL)], "/"))
    assert event.differs
    assert caplog.records == []


def test_a_candidate_that_refuses_differs_though_neither_lets_the_page_read(side: Side) -> None:
    (event,) = told(side, ReportOnly(current=LISTED, candidate=REFUSING), ("GET", [(b"origin", EVIL)], "/"))
    assert (event.decision.allowed, event.candidate and event.candidate.allowed, event.differs) == (False, False, True)


def test_the_predicates_of_a_candidate_are_asked(side: Side) -> None:
    def is_app(origin: Origin) -> bool:
        return str(origin) == APP.decode()

    tried = ReportOnly(current=ANY, candidate=Policy(allow_origins=[is_app]))
    events = told(side, tried, ("GET", [(b"origin", APP)], "/"), ("GET", [(b"origin", EVIL)], "/"))
    assert [event.differs for event in events] == [False, True]


def test_a_failing_predicate_of_a_candidate_leaves_the_answer_alone(side: Side) -> None:
    def fails(origin: Origin) -> bool:
        raise OSError

    tried = ReportOnly(current=ANY, candidate=Policy(allow_origins=[fails]))
    assert side.request(tried, "GET", [(b"origin", APP)]).fields == side.request(ANY, "GET", []).fields


def test_without_a_hook_the_log_says_each_difference_once(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    middleware = side.middleware(side.app(), TRIED)
    for _ in range(3):
        side.drive(middleware, "GET", [(b"origin", EVIL)])
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage() == (
        "report only: GET / from https://evil.example.net is allowed now, and the candidate would make it "
        "not allowed (origin-unlisted)"
    )


def test_reports_have_an_end(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    middleware = side.middleware(side.app(), TRIED)
    for number in range(150):
        path = f"/{number}"
        side.drive(middleware, "GET", [(b"origin", EVIL)], path=path, PATH_INFO=path)
    assert len(caplog.records) == 100
    assert caplog.records[-1].getMessage().endswith("no more differences are reported: use on_decision")


def test_a_map_may_hold_policies_that_are_only_tried(side: Side) -> None:
    policies = PolicyMap({"/tried/": TRIED, "/": LISTED})
    events = told(side, policies, ("GET", [(b"origin", EVIL)], "/tried/x"), ("GET", [(b"origin", EVIL)], "/other"))
    assert [event.candidate is not None for event in events] == [True, False]


def test_methods_of_routes_want_an_integration_in_every_place(side: Side) -> None:
    of_route = LISTED.replace(allow_methods="route")
    for policies in (of_route, ReportOnly(current=ANY, candidate=of_route), PolicyMap({"/": of_route})):
        with pytest.raises(PolicyError) as raised:
            side.middleware(side.app(), policies)
        assert [problem.code for problem in raised.value.problems] == ["method-route-unknown"]


def test_a_policy_that_is_assigned_keeps_the_hook(side: Side) -> None:
    events: list[DecisionEvent] = []
    middleware = side.middleware(side.app(), LISTED, on_decision=events.append)
    middleware.policy = TRIED
    assert middleware.policy == TRIED
    assert side.drive(middleware, "GET", [(b"origin", EVIL)]).fields != [TEXT, VARY]
    assert [event.candidate is not None for event in events] == [True]
