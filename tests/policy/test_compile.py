"""Law 5: the fast decider answers every request as the reference does."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin.policy import (
    Decision,
    Origin,
    Policy,
    PolicyError,
    RequestURL,
    _reference,
    compile_policy,
    dangerously,
    read_request,
    refuse_async_predicates,
)
from crossorigin.policy._request import CORSRequest
from tests.policy.strategies import declarations, policies, requests

Request = tuple[str, list[tuple[bytes, bytes]]]

PUT = [(b"access-control-request-method", b"PUT")]


def both(policy: Policy, request: Request, **more: Any) -> tuple[Decision, Decision]:
    method, fields = request
    fast = compile_policy(policy).decide(method, fields, **more)
    slow = _reference.decide(policy, CORSRequest.of(method, fields, **more))
    return fast, slow


@settings(max_examples=1000)
@given(policies(), requests(), st.sampled_from([None, "http", "https"]), st.booleans())
def test_compiled_equals_reference(policy: Policy, request: Request, scheme: str | None, own: bool) -> None:
    own_origins = ("https://app.example.com", "http://localhost:3000") if own else ()
    fast, slow = both(policy, request, scheme=scheme, own_origins=own_origins)
    assert fast == slow
    assert fast.reason == slow.reason


def fails(origin: Origin) -> bool:
    raise ConnectionError("database is gone")


def is_tenant(origin: Origin, request: RequestURL) -> bool:
    return origin.host.endswith(request.host)


PREDICATES = [
    fails,
    lambda origin: origin.host.endswith("example.com"),
    is_tenant,
    lambda origin: False,
    lambda origin: "yes",
]


@settings(max_examples=300)
@given(st.data(), requests(), st.sampled_from(["", "com", "app.example.com"]), st.sampled_from(["/", "/a//b"]))
def test_compiled_equals_reference_with_predicates(data: st.DataObject, request: Request, host: str, path: str) -> None:
    url = RequestURL(scheme="https", host=host, path=path)
    entries = st.sampled_from([*PREDICATES, "https://*.example.com", "https://app.example.com"])
    declared = data.draw(declarations().filter(lambda declared: declared["allow_origins"] != "*"))
    origins = data.draw(st.just("*") | st.lists(entries, min_size=1, max_size=4))
    within = entries if origins == "*" else st.sampled_from([*PREDICATES, *origins])
    credentials = data.draw((st.booleans() if origins != "*" else st.just(False)) | st.lists(within, max_size=3))
    if credentials and "*" in declared["expose_headers"]:
        declared["expose_headers"] = []
    if origins == "*":
        declared["refuse_disallowed"] = False
    policy = Policy(**declared | {"allow_origins": origins, "allow_credentials": credentials})
    slow = _reference.decide(policy, CORSRequest.of(*request, url=url))
    fast = compile_policy(policy).decide(*request, request=url)
    assert fast == slow
    assert type(fast.error) is type(slow.error)
    assert asyncio.run(compile_policy(policy).adecide(*request, request=url)) == slow


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"origin", b"host", b"x-a", b"access-control-request-headers"]), st.binary(max_size=4)
        )
    )
)
def test_reading_a_request_joins_repeated_lines_in_order(fields: list[tuple[bytes, bytes]]) -> None:
    read = read_request(fields)
    for name in (b"origin", b"host", b"access-control-request-headers"):
        lines = [value for other, value in fields if other == name]
        assert read.get(name) == (b", ".join(lines) if lines else None)


def test_what_no_decision_depends_on_may_come_twice() -> None:
    lines = [(b"x-a", b"1"), (b"origin", b"https://a.example"), (b"x-a", b"2"), (b"origin", b"https://b.example")]
    assert read_request(lines) == {b"origin": b"https://a.example, https://b.example"}


def test_reading_many_lines_of_one_field_is_linear() -> None:
    fields = [(b"access-control-request-headers", b"x" * 50)] * 100_000
    assert len(read_request(fields)[b"access-control-request-headers"]) == 52 * 100_000 - 2


def test_the_tables_of_a_policy_are_made_once() -> None:
    policy = Policy(allow_origins="*")
    assert compile_policy(policy) is compile_policy(policy)


def test_patterns_are_asked_before_predicates_and_malformed_origins_reach_none() -> None:
    asked: list[Origin] = []

    def record(origin: Origin) -> bool:
        asked.append(origin)
        return True

    compiled = compile_policy(Policy(allow_origins=["https://app.example.com", record]))
    for origin in (b"https://app.example.com", b"null", b"https://a/", b"https://" + b"a" * 1_000_000, b""):
        compiled.ask(origin)
    compiled.ask(None)
    assert asked == []
    assert compiled.ask(b"https://other.example").allowed
    assert asked == [Origin("https", "other.example")]


def test_an_async_predicate_is_awaited_once_and_its_failure_denies_without_being_kept() -> None:
    calls = []

    async def in_database(origin: Origin) -> bool:
        calls.append(origin)
        if origin.host == "fails.example":
            raise ConnectionError
        return origin.host == "good.example"

    compiled = compile_policy(Policy(allow_origins=[in_database], allow_methods=["PUT"]))

    def decide(method: str, fields: Iterable[tuple[bytes, bytes]]) -> Decision:
        return asyncio.run(compiled.adecide(method, list(fields)))

    good = decide("GET", [(b"origin", b"https://good.example")])
    assert (good.headers, good.vary) == (((b"access-control-allow-origin", b"https://good.example"),), (b"Origin",))
    failed = decide("GET", [(b"origin", b"https://fails.example")])
    assert failed.headers == ((b"cache-control", b"no-store"),)
    assert isinstance(failed.error, ConnectionError)
    preflight = decide("OPTIONS", [(b"origin", b"https://fails.example"), *PUT])
    assert (preflight.status, preflight.headers) == (403, ((b"cache-control", b"no-store"), (b"content-length", b"0")))
    assert [origin.host for origin in calls] == ["good.example", "fails.example", "fails.example"]


def test_async_predicates_are_a_problem_where_nothing_can_await_them() -> None:
    async def later(origin: Origin) -> bool:
        return True

    refuse_async_predicates(Policy(allow_origins=[PREDICATES[1]]))
    with pytest.raises(PolicyError) as caught:
        refuse_async_predicates(Policy(allow_origins=["https://a.example", later]))
    assert [(problem.code, problem.index) for problem in caught.value.problems] == [("async-predicate", 1)]


@pytest.mark.parametrize(
    ("declared", "constant"),
    [
        ({"allow_origins": "*"}, ((b"access-control-allow-origin", b"*"),)),
        (
            {"allow_origins": ["https://a.example"], "allow_credentials": True, "expose_headers": ["ETag"]},
            (
                (b"access-control-allow-origin", b"https://a.example"),
                (b"access-control-allow-credentials", b"true"),
                (b"access-control-expose-headers", b"etag"),
            ),
        ),
        ({"allow_origins": ["https://a.example"], "refuse_disallowed": True}, None),
        ({"allow_origins": ["https://a.example", "https://b.example"]}, None),
        (
            {"allow_origins": ["https://a.example", dangerously("https://a.example", because="once was a problem")]},
            ((b"access-control-allow-origin", b"https://a.example"),),
        ),
        ({"allow_origins": ["https://*.a.example"]}, None),
        ({"allow_origins": ["https://a.example", PREDICATES[1]]}, None),
    ],
    ids=["any origin", "one origin", "one that refuses", "two", "one in two ways", "a wildcard", "one and a predicate"],
)
def test_a_policy_is_constant_if_nothing_of_a_request_can_change_its_answer(
    declared: dict[str, Any], constant: object
) -> None:
    policy = Policy(**declared)
    assert compile_policy(policy).constant == constant
    compiled, reference = both(policy, ("GET", []))
    assert compiled.headers == reference.headers == (constant or ())


@pytest.mark.parametrize("origin", [None, b"https://a.example", b"https://stranger.example"])
@pytest.mark.parametrize(
    "origins", ["*", ["https://a.example"], ["https://a.example", "https://b.example"]], ids=["any", "one", "two"]
)
def test_fields_that_are_ready_are_those_of_the_answer(origins: Any, origin: bytes | None) -> None:
    compiled = compile_policy(Policy(allow_origins=origins, allow_methods=["PUT"], expose_headers=["ETag"]))
    answer = compiled.answer("GET", {b"origin": origin})
    assert compiled.actual_fields(origin) == answer.headers + answer.vary
    if origin is not None:
        answer = compiled.answer("OPTIONS", {b"origin": origin, b"access-control-request-method": b"PUT"})
        assert compiled.preflight_fields(origin) == (answer.status, answer.headers + answer.vary)


def test_cookies_pass_where_their_origin_may_send_them() -> None:
    def is_tenant(origin: Origin) -> bool:
        return origin.host.endswith(".tenant.example")

    listed, tenant, stranger = b"https://a.example", b"https://x.tenant.example", b"https://stranger.example"
    compiled = compile_policy(Policy(allow_origins="*", allow_credentials=[listed.decode(), is_tenant]))
    assert [compiled.lets_cookies_pass(each, compiled.ask(each)) for each in (listed, tenant, stranger)] == [
        True,
        True,
        False,
    ]
    alike = compile_policy(Policy(allow_origins="*"))
    assert alike.lets_cookies_pass(stranger, alike.ask(stranger))


def test_a_decision_is_the_answer_with_its_reason() -> None:
    policy = Policy(allow_origins=["https://a.example"])
    fields = {b"origin": b"https://a.example"}
    compiled = compile_policy(policy)
    assert compiled.decision("GET", fields, compiled.ask(fields[b"origin"])) == policy.decide("GET", fields)
