"""Attacks on origin matching: what is no origin is never matched, never echoed, and never an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy import Decision, Policy, dangerously
from crossorigin.policy._reference import decide
from crossorigin.policy._request import CORSRequest
from crossorigin.standard import parse_serialized_origin
from tests.policy.strategies import EXACT, HOSTILE_ORIGINS, ORIGINS, STRANGERS, WILDCARDS, mutated
from tests.policy.test_patterns import oracle

POLICIES = {
    "exact": Policy(allow_origins=["https://app.example.com", "https://example.com"], allow_credentials=True),
    "wildcards": Policy(allow_origins=WILDCARDS, allow_credentials=True),
    "all-of-them": Policy(allow_origins=[*EXACT, *WILDCARDS], allow_credentials=True),
    "refusing": Policy(allow_origins=WILDCARDS, refuse_disallowed=True),
    "echoing": Policy(allow_origins=WILDCARDS, allow_credentials=True, allow_methods="*", allow_headers="*"),
    "two-tiers": Policy(allow_origins=[*EXACT, *WILDCARDS], allow_credentials=WILDCARDS, allow_methods="*"),
    "anyone-they-say": Policy(allow_origins=[*WILDCARDS, lambda origin: True]),
}


def answers(policy: Policy, lines: list[bytes]) -> list[Decision]:
    """The answers to a request and to a preflight, by both deciders."""
    actual = [(b"origin", line) for line in lines]
    preflight = [*actual, (b"access-control-request-method", b"PUT"), (b"access-control-request-headers", b"x-a")]
    decisions = []
    for method, headers in (("GET", actual), ("OPTIONS", actual), ("OPTIONS", preflight)):
        decisions += [policy.decide(method, headers), decide(policy, CORSRequest.of(method, headers))]
    return decisions


def assert_denied(policy: Policy, lines: list[bytes]) -> None:
    for decision in answers(policy, lines):
        assert not decision.allowed
        assert decision.vary[0] == b"Origin"
        assert not [name for name, _ in decision.headers if name.startswith(b"access-control-")]
        sent = b"".join(value for _, value in decision.headers) + decision.body
        assert not any(len(line) > 4 and line in sent for line in lines)
        if decision.kind != "actual":
            assert decision.status == 403


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("origin", HOSTILE_ORIGINS, ids=lambda value: repr(value)[:60])
def test_a_hostile_origin_is_denied(policy: Policy, origin: bytes) -> None:
    assert parse_serialized_origin(origin.decode("latin-1")) is None
    assert_denied(policy, [origin])


@pytest.mark.parametrize("policy", [POLICIES[name] for name in ("exact", "wildcards", "refusing", "echoing")])
@pytest.mark.parametrize("origin", [*STRANGERS, b"null", b"file://"], ids=repr)
def test_a_stranger_is_denied(policy: Policy, origin: bytes) -> None:
    assert_denied(policy, [origin])


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize(
    "lines",
    [
        [b"https://app.example.com", b"https://app.example.com"],
        [b"https://app.example.com", b"https://evil.example"],
        [b"", b"https://app.example.com"],
        [b"https://app.example.com", b""],
        [b"null", b"null"],
    ],
    ids=repr,
)
def test_two_origin_lines_match_nothing(policy: Policy, lines: list[bytes]) -> None:
    assert_denied(policy, lines)


@pytest.mark.parametrize("origin", [b"null", b"file://"])
def test_what_is_lifted_is_matched_whole(origin: bytes) -> None:
    lifted = dangerously(origin.decode(), because="a test")
    policy = Policy(allow_origins=["https://app.example.com", lifted])
    assert policy.decide("GET", [(b"origin", origin)]).headers == ((b"access-control-allow-origin", origin),)
    for hostile in (origin.upper(), origin + b" ", b" " + origin, origin + b"/", origin + b", " + origin, origin[:-1]):
        assert_denied(policy, [hostile])


@pytest.mark.parametrize("origin", [origin for origin in HOSTILE_ORIGINS if origin], ids=lambda value: repr(value)[:60])
def test_a_constant_policy_echoes_nothing(origin: bytes) -> None:
    tiers = Policy(allow_origins="*", allow_credentials=[*EXACT, *WILDCARDS], allow_methods="*", allow_headers="*")
    for decision in answers(tiers, [origin]):
        assert (b"access-control-allow-origin", b"*") in decision.headers
        assert (b"access-control-allow-credentials", b"true") not in decision.headers
    for policy, value in ((Policy(allow_origins="*"), b"*"), (Policy(allow_origins=[EXACT[0]]), EXACT[0].encode())):
        for decision in answers(policy, [origin]):
            assert (decision.reason.code == "origin-malformed") is (value != b"*")
            assert decision.headers == ((b"access-control-allow-origin", value),)


@given(mutated(ORIGINS))
def test_an_origin_is_allowed_just_where_it_is_well_formed_and_the_oracle_agrees(origin: bytes) -> None:
    text = origin.decode("latin-1")
    expected = parse_serialized_origin(text) is not None and any(
        oracle(pattern, text) for pattern in [*EXACT, *WILDCARDS]
    )
    for decision in answers(POLICIES["all-of-them"], [origin]):
        assert (decision.reason.code in ("allowed", "method-unlisted")) is expected
        assert ((b"access-control-allow-origin", origin) in decision.headers) is expected


@given(st.text(max_size=40))
def test_text_of_any_kind_raises_nothing(origin: str) -> None:
    for policy in POLICIES.values():
        policy.decide("GET", {"Origin": origin, "Access-Control-Request-Method": origin})
        policy.decide("OPTIONS", {"Origin": origin, "Access-Control-Request-Method": origin, "Host": origin})
