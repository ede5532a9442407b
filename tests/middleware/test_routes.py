"""Policies bound to routes, over both middlewares, with a router of two lines in the place of a framework's."""

import gc
import sys
from functools import wraps
from threading import Thread
from typing import Any

import pytest

from crossorigin import Policy, PolicyError, PolicyMap, ReportOnly
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.engine import UNBOUND, Asked, Route, RoutePolicies, _bindings, announce, bound_policy, cors
from crossorigin.middleware.engine._plan import Plan
from tests.middleware.test_both import ANY, APP, BOTH, EVIL, LISTED, PUT, TEXT, VARY, VARY_OPTIONS, Side, allowed

ANYONE = (b"access-control-allow-origin", b"*")
OF_ROUTE = LISTED.replace(allow_methods="route")


@pytest.fixture(params=BOTH, ids=lambda side: side.name)
def side(request: pytest.FixtureRequest) -> Any:
    return request.param


def own() -> None: ...


def public() -> None: ...


def bare() -> None: ...


def find(target: Any, method: str) -> Route:
    path = target.get("path") or target["PATH_INFO"]
    endpoint = {"/own": own, "/public": public, "/bare": bare}.get(path)
    if endpoint is None or (path == "/own" and method not in ("GET", "PUT")):
        return Route()
    methods = frozenset({"GET", "PUT"} if path == "/own" else {"GET", "DELETE"})
    return Route(bound_policy(endpoint), methods, path)


def drive(side: Side, default: Any, method: str, path: str, *headers: Any, **more: Any) -> Any:
    middleware = side.middleware(side.app(), RoutePolicies(default, find), **more)
    return side.drive(middleware, method, headers, path=path, PATH_INFO=path)


@pytest.fixture
def bound() -> Any:
    cors(ANY)(public)
    cors(None)(bare)
    yield
    for endpoint in (public, bare):
        del endpoint.__crossorigin_policy__


def test_the_policy_of_a_route_holds_in_place_of_the_apps(side: Side, bound: Any) -> None:
    origin = (b"origin", EVIL)
    assert drive(side, LISTED, "GET", "/own", origin).fields == [TEXT, VARY]
    assert drive(side, LISTED, "GET", "/public", origin).fields == [TEXT, ANYONE]
    assert drive(side, LISTED, "GET", "/bare", origin).fields == [TEXT]
    assert drive(side, LISTED, "GET", "/nowhere", (b"origin", APP)).fields == [TEXT, *allowed(APP)]


def test_without_a_policy_of_the_app_all_else_is_left_untouched(side: Side, bound: Any) -> None:
    assert drive(side, None, "GET", "/own", (b"origin", APP)).fields == [TEXT]
    assert drive(side, None, "OPTIONS", "/own", (b"origin", APP), PUT).fields == [TEXT]
    assert drive(side, None, "GET", "/public", (b"origin", EVIL)).fields == [TEXT, ANYONE]


def test_a_preflight_is_resolved_to_the_route_that_its_method_would_reach(side: Side) -> None:
    asked: list[str] = []

    def find_and_note(target: Any, method: str) -> Route:
        asked.append(method)
        return Route(ANY if method == "PUT" else UNBOUND)

    middleware = side.middleware(side.app(), RoutePolicies(OF_ROUTE, find_and_note))
    preflight = side.drive(middleware, "OPTIONS", [(b"origin", EVIL), PUT])
    # The app's policy governs what this route does not.
    assert preflight.fields == [ANYONE, (b"access-control-max-age", b"0"), (b"content-length", b"0"), VARY_OPTIONS]
    # Without an Origin, or without a requested method, OPTIONS is a request for OPTIONS.
    side.drive(middleware, "OPTIONS", [PUT])
    side.drive(middleware, "OPTIONS", [(b"origin", EVIL)])
    assert asked[0] == "PUT"
    assert set(asked[1:-2]) == {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}
    assert asked[-2:] == ["OPTIONS", "OPTIONS"]


def test_the_methods_of_the_route_are_those_that_a_preflight_lists(side: Side) -> None:
    def methods(path: str, method: bytes = b"PUT") -> list[bytes]:
        answered = drive(side, OF_ROUTE, "OPTIONS", path, (b"origin", APP), (b"access-control-request-method", method))
        assert answered.status == 204
        return [value for name, value in answered.fields if name == b"access-control-allow-methods"]

    assert methods("/own") == [b"GET,PUT"]
    assert methods("/public", b"DELETE") == [b"DELETE,GET"]
    assert methods("/nowhere") == []


def test_binding_late_takes_effect(side: Side) -> None:
    middleware = side.middleware(side.app(), RoutePolicies(LISTED, find))
    request = [(b"origin", EVIL)]
    assert side.drive(middleware, "GET", request, path="/public", PATH_INFO="/public").fields == [TEXT, VARY]
    cors(ANY)(public)
    try:
        assert side.drive(middleware, "GET", request, path="/public", PATH_INFO="/public").fields == [TEXT, ANYONE]
    finally:
        del public.__crossorigin_policy__


def test_what_is_bound_while_a_plan_looks_takes_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    bound_meanwhile: list[object] = []

    def another_thread_binds() -> tuple[object, ...]:
        if not bound_meanwhile:
            bound_meanwhile.append(cors(ANY)(lambda: None))
        return ()

    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    plan = Plan(RoutePolicies(LISTED, find, targets=tuple, inner_apps=another_thread_binds))
    asked = Asked({"path": "/own"}, "GET", "/own", {})
    for _ in range(2):  # what is bound and not yet reached may come to be
        plan.rule_for(asked)
        assert not plan.is_quick
    bound_meanwhile[:] = [None]
    gc.collect()
    plan.look_again()
    plan.rule_for(asked)
    assert plan.is_quick


def test_threads_that_bind_and_threads_that_make_plans_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    plans: list[Plan] = []
    failures: list[Exception] = []

    def run(step: Any) -> None:
        try:
            for _ in range(300):
                step()
        except Exception as error:
            failures.append(error)

    steps = [announce, lambda: plans.append(Plan(RoutePolicies(LISTED, find)))]
    threads = [Thread(target=run, args=(step,)) for step in steps * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert failures == []
    assert not any(plan.is_quick for plan in plans)


def test_a_policy_that_went_is_never_taken_for_one_that_came_to_its_place_in_memory(side: Side, bound: Any) -> None:
    middleware = side.middleware(side.app(), RoutePolicies(LISTED, find))
    preflight = [(b"origin", EVIL), (b"access-control-request-method", b"GET")]
    for number in range(50):
        cors(Policy(allow_origins="*", allow_methods="route", max_age=number))(public)
        answered = side.drive(middleware, "OPTIONS", preflight, path="/public", PATH_INFO="/public")
        assert (b"access-control-max-age", b"%d" % number) in answered.fields


def test_events_name_the_route(side: Side, bound: Any) -> None:
    events: list[DecisionEvent] = []
    drive(side, LISTED, "GET", "/public", (b"origin", EVIL), on_decision=events.append)
    drive(side, LISTED, "GET", "/nowhere", (b"origin", EVIL), on_decision=events.append)
    assert [(event.route, event.decision.allowed) for event in events] == [("/public", True), (None, False)]


def test_the_app_may_have_a_map_and_the_routes_policies_of_their_own(side: Side, bound: Any) -> None:
    policies = PolicyMap({"/own": LISTED})
    assert drive(side, policies, "GET", "/own", (b"origin", APP)).fields == [TEXT, *allowed(APP)]
    assert drive(side, policies, "GET", "/public", (b"origin", EVIL)).fields == [TEXT, ANYONE]
    assert drive(side, policies, "GET", "/nowhere", (b"origin", APP)).fields == [TEXT]


def test_a_route_may_have_a_policy_that_is_only_tried(side: Side) -> None:
    events: list[DecisionEvent] = []
    tried = ReportOnly(current=ANY, candidate=OF_ROUTE)
    middleware = side.middleware(
        side.app(), RoutePolicies(LISTED, lambda *_: Route(tried, frozenset({"PUT"}))), on_decision=events.append
    )
    side.drive(middleware, "OPTIONS", [(b"origin", APP), PUT])
    (event,) = events
    assert event.candidate is not None
    assert event.candidate.headers[2] == (b"access-control-allow-methods", b"PUT")


def test_a_policy_that_is_assigned_is_the_apps_and_the_routes_keep_theirs(side: Side, bound: Any) -> None:
    middleware = side.middleware(side.app(), RoutePolicies(None, find))
    middleware.policy = LISTED
    assert middleware.policy == LISTED
    request = [(b"origin", EVIL)]
    assert side.drive(middleware, "GET", request, path="/own", PATH_INFO="/own").fields == [TEXT, VARY]
    assert side.drive(middleware, "GET", request, path="/public", PATH_INFO="/public").fields == [TEXT, ANYONE]


def test_without_a_policy_of_its_own_any_more_the_app_is_left_untouched(side: Side, bound: Any) -> None:
    middleware = side.middleware(side.app(), RoutePolicies(LISTED, find))
    middleware.policy = None
    assert middleware.policy is None
    request = [(b"origin", APP)]
    assert side.drive(middleware, "GET", request, path="/own", PATH_INFO="/own").fields == [TEXT]
    assert side.drive(middleware, "GET", request, path="/public", PATH_INFO="/public").fields == [TEXT, ANYONE]


def test_where_nobody_knows_routes_there_is_always_a_policy(side: Side) -> None:
    middleware = side.middleware(side.app(), LISTED)
    with pytest.raises(TypeError, match="not NoneType"):
        middleware.policy = None
    assert middleware.policy == LISTED


def test_while_nothing_is_bound_nobody_looks_for_a_route(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())

    def find_nothing(target: Any, method: str) -> Route:
        raise AssertionError("looked for a route")

    middleware = side.middleware(side.app(), RoutePolicies(LISTED, find_nothing))
    for method, headers in [
        ("GET", [(b"origin", APP)]),
        ("OPTIONS", [(b"origin", APP), PUT]),
        ("OPTIONS", [(b"origin", EVIL), PUT]),
        ("OPTIONS", [(b"origin", APP)]),
    ]:
        assert side.drive(middleware, method, headers).error is None


def test_what_is_bound_survives_a_decorator_above_it() -> None:
    @cors(ANY)
    def endpoint() -> None: ...

    @wraps(endpoint)
    def wrapper() -> None: ...

    assert bound_policy(wrapper) == ANY
    assert bound_policy(own, wrapper) == ANY
    assert bound_policy(own) is UNBOUND
    assert repr(UNBOUND) == "UNBOUND"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cors(), TypeError, "cors needs a policy: cors(Policy(allow_origins=[...]))"),
        (lambda: cors(own), TypeError, "not function: write @cors(Policy(allow_origins=[...]))"),
        (lambda: cors(PolicyMap({"/": None})), TypeError, "the policy of a route is a Policy, a ReportOnly or None"),
        (lambda: cors(ANY, max_age=5), TypeError, "cors takes a policy or the fields of one, not both: remove max_age"),
        (lambda: cors(allow_origins=["null"]), PolicyError, "origin-null"),
    ],
    ids=["nothing", "no call", "a map", "both", "a bad one"],
)
def test_what_cannot_be_bound_is_said_at_once(call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)


def test_the_keywords_of_a_policy_do_too() -> None:
    @cors(allow_origins="*", max_age=5)
    def endpoint() -> None: ...

    assert bound_policy(endpoint) == Policy(allow_origins="*", max_age=5)


def test_a_binding_that_is_unreached_is_warned_of_once_when_all_apps_have_looked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())

    def reached() -> None: ...

    def forgotten() -> None: ...

    cors(ANY)(reached)
    cors(ANY)(forgotten)
    plans = [Plan(RoutePolicies(LISTED, find, targets=lambda: [reached])) for _ in range(2)]
    asked = Asked({"path": "/own"}, "GET", "/own", {})
    plans[0].rule_for(asked)
    assert not caplog.records  # the other app may reach it
    for plan in (plans[1], *plans):
        plan.look_again()
        plan.rule_for(asked)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "forgotten, and no app with CORS has a route to it" in record.getMessage()


def test_a_binding_is_not_called_unreached_where_nobody_knows_what_an_app_reaches(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())

    def endpoint() -> None: ...

    cors(ANY)(endpoint)
    Plan(RoutePolicies(LISTED, find)).rule_for(Asked({"path": "/own"}, "GET", "/own", {}))
    assert not caplog.records
