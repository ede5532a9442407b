"""Predicates of two parameters: who may read depends on the URL that is asked for."""

import asyncio
from functools import partial, wraps
from typing import Any

import pytest

from crossorigin import Policy, RequestURL
from crossorigin.policy import CompiledPolicy, Decision, Origin, PolicyError, compile_policy
from crossorigin.policy._predicates import required_parameters
from crossorigin.policy._reference import adecide, decide
from crossorigin.policy._request import CORSRequest

PAGE = "https://www.shop.example"
SHOP = RequestURL(scheme="https", host="shop.api.example", path="/items/7", route="/items/{id}")
OTHER = RequestURL(scheme="https", host="other.api.example", path="/items/7")


def is_tenant(origin: Origin, request: RequestURL) -> bool:
    return (origin.host, request.host) == ("www.shop.example", "shop.api.example")


async def is_tenant_async(origin: Origin, request: RequestURL) -> bool:
    await asyncio.sleep(0)
    return is_tenant(origin, request)


class Tenants:
    def __call__(self, origin: Origin, request: RequestURL, known: Any = ()) -> bool:
        return is_tenant(origin, request)

    def method(self, origin: Origin, request: RequestURL) -> bool:
        return is_tenant(origin, request)

    @staticmethod
    def static(origin: Origin, request: RequestURL, /, *, known: Any = ()) -> bool:
        return is_tenant(origin, request)


def known_first(known: Any, origin: Origin, request: RequestURL) -> bool:
    return is_tenant(origin, request)


@wraps(is_tenant)
def wrapped(*arguments: Any) -> bool:
    return is_tenant(*arguments)


def both(policy: Policy, request: RequestURL, method: str = "GET", origin: str = PAGE) -> Decision:
    headers = {"origin": origin} | ({"access-control-request-method": "PUT"} if method == "OPTIONS" else {})
    asked = CORSRequest.of(method, headers, url=request)
    found = [asyncio.run(adecide(policy, asked)), asyncio.run(policy.adecide(method, headers, request=request))]
    if not policy.is_async:
        found += [decide(policy, asked), policy.decide(method, headers, request=request)]
    assert all(decision == found[0] for decision in found)
    assert len({(decision.reason.code, type(decision.error)) for decision in found}) == 1
    return found[0]


TWO = [is_tenant, is_tenant_async, Tenants(), Tenants().method, Tenants.static, partial(known_first, ()), wrapped]


def without_address(value: object) -> str:
    return repr(value).partition(" at 0x")[0].partition(", ")[0]


@pytest.mark.parametrize("predicate", TWO, ids=without_address)
def test_a_predicate_of_two_parameters_gets_the_request(predicate: Any) -> None:
    policy = Policy(allow_origins=["https://app.example.com", predicate], allow_methods=["PUT"])
    assert policy.wants_request
    assert both(policy, SHOP).headers == ((b"access-control-allow-origin", PAGE.encode()),)
    assert both(policy, OTHER).headers == ()
    assert both(policy, OTHER).vary == (b"Origin",)
    assert [both(policy, request, "OPTIONS").status for request in (SHOP, OTHER)] == [204, 403]


@pytest.mark.parametrize("predicate", TWO, ids=without_address)
def test_one_that_decides_on_credentials_gets_it_too(predicate: Any) -> None:
    policy = Policy(allow_origins="*", allow_credentials=[predicate])
    assert policy.wants_request
    assert both(policy, SHOP).headers[1:] == ((b"access-control-allow-credentials", b"true"),)
    assert both(policy, OTHER).headers == ((b"access-control-allow-origin", b"*"),)


def with_default(origin: Origin, allowed: Any = ("www.shop.example",)) -> bool:
    return origin.host in allowed


def all_defaults(origin: Any = None, request: Any = None) -> bool:
    return request is None and with_default(origin)


def keywords(origin: Origin, *, request: Any = None, **more: Any) -> bool:
    return request is None and with_default(origin)


class ByName:
    def __init__(self, origin: Origin) -> None:
        raise AssertionError("nobody is asked")


@pytest.mark.parametrize(
    "predicate",
    [
        with_default,
        all_defaults,
        keywords,
        lambda origin, allowed=("www.shop.example",): origin.host in allowed,
        partial(is_tenant, request=SHOP),
        {Origin.parse(PAGE)}.__contains__,
        {Origin.parse(PAGE): True}.__getitem__,
    ],
    ids=without_address,
)
def test_parameters_with_defaults_do_not_count(predicate: Any) -> None:
    policy = Policy(allow_origins=[predicate])
    assert required_parameters(predicate) == 1
    assert not policy.wants_request
    assert policy.decide("GET", {"Origin": PAGE}).allowed
    assert both(policy, OTHER).allowed


def test_a_signature_that_cannot_be_read_is_taken_for_one_of_one_parameter() -> None:
    class Opaque:
        __signature__ = "none"

        def __call__(self, origin: Origin) -> bool:
            return True

    assert required_parameters(Opaque()) == 1


def stars(*arguments: Any) -> bool:
    raise AssertionError("nobody is asked")


def origin_and_stars(origin: Origin, *rest: Any) -> bool:
    raise AssertionError("nobody is asked")


def unwrapped(function: Any) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return call


@pytest.mark.parametrize(
    ("predicate", "fact"),
    [
        (stars, "*arguments"),
        (origin_and_stars, "*rest"),
        (unwrapped(is_tenant), "*args"),
        (known_first, "3 arguments"),
        (lambda: True, "no argument"),
        (lambda **more: True, "no argument"),
        (lambda origin, *, tenant: True, "the keyword tenant"),
    ],
    ids=["stars", "origin and stars", "a decorator without wraps", "three", "none", "keywords alone", "a keyword"],
)
@pytest.mark.parametrize("field", ["allow_origins", "allow_credentials"])
def test_parameters_that_cannot_be_filled_are_a_problem(field: str, predicate: Any, fact: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(**{"allow_origins": "*"} | {field: [predicate]})
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("predicate-parameters", f"{field}[0]")
    assert (
        f" takes {fact}: a predicate is called with the origin, or with the origin and the request" in problem.message
    )
    assert problem.hint.startswith("write its parameters as (origin), or as (origin, request) to get the request too")


@pytest.mark.parametrize("request_given", [None, "https://shop.api.example/", SHOP.host], ids=repr)
def test_without_the_request_such_a_policy_decides_nothing(request_given: Any) -> None:
    for policy in (Policy(allow_origins=[is_tenant]), Policy(allow_origins="*", allow_credentials=[is_tenant])):
        with pytest.raises(TypeError, match=r"pass request=RequestURL\(scheme"):
            policy.decide("GET", {}, request=request_given)
        with pytest.raises(TypeError, match="takes the request"):
            asyncio.run(policy.adecide("GET", {"Origin": PAGE}, request=request_given))
    asynchronous = Policy(allow_origins=[is_tenant_async])
    with pytest.raises(TypeError, match=r"await policy\.adecide"):
        asynchronous.decide("GET", {}, request=SHOP)


@pytest.mark.parametrize("predicate", [is_tenant, is_tenant_async])
def test_a_middleware_that_gives_no_request_lets_nobody_in(predicate: Any) -> None:
    compiled = compile_policy(Policy(allow_origins=[predicate]))
    assert compiled.wants_request
    for outcome in (compiled.ask(PAGE.encode()), asyncio.run(compiled.ask_async(PAGE.encode()))):
        assert not outcome.allowed
        assert isinstance(outcome.error, TypeError)


def test_it_is_asked_each_time_and_never_remembered() -> None:
    asked: list[RequestURL] = []

    def records(origin: Origin, request: RequestURL) -> bool:
        asked.append(request)
        return len(asked) == 1

    policy = Policy(allow_origins=[records])
    compiled: CompiledPolicy = compile_policy(policy)
    assert (compiled.constant, compiled.asks_nobody) == (None, False)
    outcomes = [compiled.ask(PAGE.encode(), request).allowed for request in (SHOP, SHOP, OTHER)]
    assert outcomes == [True, False, False]
    assert asked == [SHOP, SHOP, OTHER]


@pytest.mark.parametrize("path", ["/items//7", "/items/../admin", "/items/.", "/a\\b", "items", "*"])
def test_a_path_that_could_mean_another_is_not_asked_about(path: str) -> None:
    def anyone(origin: Origin, request: RequestURL) -> bool:
        raise AssertionError("nobody is asked")

    request = RequestURL(scheme="https", host="shop.api.example", path=path)
    decision = both(Policy(allow_origins=[anyone], allow_methods=["PUT"]), request)
    assert (decision.headers, decision.error, decision.reason.code) == ((), None, "origin-unlisted")
    tiers = both(Policy(allow_origins="*", allow_credentials=[anyone]), request)
    assert tiers.headers == ((b"access-control-allow-origin", b"*"),)
    beside = Policy(allow_origins=[anyone, with_default])
    decision = both(beside, request)
    assert decision.allowed
    assert decision.reason.index == 1


def test_the_root_of_a_mount_has_no_path_at_all() -> None:
    assert both(Policy(allow_origins=[is_tenant]), RequestURL(scheme="http", host=SHOP.host, path="")).allowed


def test_the_value_is_frozen_and_says_nothing_but_the_url() -> None:
    with pytest.raises(AttributeError):
        SHOP.path = "/"  # type: ignore[misc]
    assert set(RequestURL.__slots__) == {"scheme", "host", "path", "route"}
    assert OTHER.route is None
    assert len({SHOP, RequestURL(scheme="https", host=SHOP.host, path=SHOP.path, route=SHOP.route)}) == 1


def test_the_request_is_no_part_of_what_a_policy_is() -> None:
    policy = Policy(allow_origins=[is_tenant])
    assert policy == Policy(allow_origins=[is_tenant])
    assert not policy.diff(policy)
    with pytest.raises(TypeError, match="is a predicate"):
        policy.to_mapping()
