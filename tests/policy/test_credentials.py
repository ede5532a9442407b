"""Two tiers: some origins may send credentials, all others that are allowed read without."""

import asyncio
import copy
import pickle
from typing import Any

import pytest

from crossorigin.policy import Decision, Origin, Policy, PolicyError, dangerously, refuse_async_predicates
from crossorigin.policy._reference import adecide, decide
from crossorigin.policy._request import CORSRequest

APP, OTHER, STRANGER = "https://app.example.com", "https://other.example", "https://stranger.example"
VARY = (b"Origin",)
OPTIONS = (b"Origin", b"Access-Control-Request-Method", b"Access-Control-Request-Headers")
CREDENTIALS = (b"access-control-allow-credentials", b"true")
NO_STORE = (b"cache-control", b"no-store")

PUBLIC = Policy(allow_origins="*", allow_credentials=[APP])
LISTED = Policy(allow_origins=[APP, OTHER], allow_credentials=[APP], expose_headers=["etag"])


def both(policy: Policy, origin: str | None, method: str = "GET", **more: str) -> Decision:
    """The decision, by the compiled decider and by the reference."""
    headers = {name.replace("_", "-"): value for name, value in more.items()} | ({"origin": origin} if origin else {})
    request = CORSRequest.of(method, headers)
    found = [asyncio.run(adecide(policy, request)), asyncio.run(policy.adecide(method, headers))]
    if not policy.is_async:
        found += [decide(policy, request), policy.decide(method, headers)]
    assert all(decision == found[0] for decision in found)
    assert len({(decision.reason, type(decision.error)) for decision in found}) == 1
    return found[0]


def allow_origin(value: str) -> tuple[bytes, bytes]:
    return (b"access-control-allow-origin", value.encode())


@pytest.mark.parametrize(
    ("policy", "origin", "headers"),
    [
        (PUBLIC, APP, (allow_origin(APP), CREDENTIALS)),
        (PUBLIC, OTHER, (allow_origin("*"),)),
        (PUBLIC, "null", (allow_origin("*"),)),
        (PUBLIC, f"{APP}/", (allow_origin("*"),)),
        (PUBLIC, f"{APP}, {APP}", (allow_origin("*"),)),
        (PUBLIC, "x" * 1000, (allow_origin("*"),)),
        (PUBLIC, None, ()),
        (LISTED, APP, (allow_origin(APP), CREDENTIALS, (b"access-control-expose-headers", b"etag"))),
        (LISTED, OTHER, (allow_origin(OTHER), (b"access-control-expose-headers", b"etag"))),
        (LISTED, STRANGER, ()),
        (LISTED, None, ()),
        (Policy(allow_origins=[APP], allow_credentials=[APP]), STRANGER, ()),
        (Policy(allow_origins=[APP], allow_credentials=[APP]), None, ()),
        (Policy(allow_origins=[APP], allow_credentials=[APP]), APP, (allow_origin(APP), CREDENTIALS)),
    ],
)
def test_every_response_varies_and_only_the_listed_get_credentials(
    policy: Policy, origin: str | None, headers: Any
) -> None:
    decision = both(policy, origin)
    assert (decision.kind, decision.status, decision.headers, decision.vary) == ("actual", None, headers, VARY)
    assert decision.allowed is bool(headers)
    assert both(policy, origin, "OPTIONS").vary == OPTIONS


def test_it_is_never_constant_not_even_with_one_origin() -> None:
    from crossorigin.policy import compile_policy

    for policy in (PUBLIC, LISTED, Policy(allow_origins=[APP], allow_credentials=[APP])):
        compiled = compile_policy(policy)
        assert (compiled.constant, compiled.preflights, compiled.asks_nobody) == (None, None, False)


ANYTHING = Policy(
    allow_origins="*", allow_credentials=[APP], allow_methods="*", allow_headers=["*", "authorization"], max_age=5
)


@pytest.mark.parametrize(
    ("origin", "headers"),
    [
        (
            APP,
            (
                allow_origin(APP),
                CREDENTIALS,
                (b"access-control-allow-methods", b"PUT"),
                (b"access-control-allow-headers", b"x-a,authorization"),
                (b"access-control-max-age", b"5"),
            ),
        ),
        (
            OTHER,
            (
                allow_origin("*"),
                (b"access-control-allow-methods", b"*"),
                (b"access-control-allow-headers", b"*,authorization"),
                (b"access-control-max-age", b"5"),
            ),
        ),
    ],
)
def test_a_star_is_echoed_to_those_with_credentials_and_sent_to_the_others(origin: str, headers: Any) -> None:
    asked = {"access_control_request_method": "PUT", "access_control_request_headers": "x-a,authorization"}
    decision = both(ANYTHING, origin, "OPTIONS", **asked)
    assert (decision.status, decision.headers, decision.vary) == (204, headers, OPTIONS)
    assert decision.allowed


@pytest.mark.parametrize(("origin", "code"), [(APP, "method-malformed"), (OTHER, "allowed")])
def test_only_what_is_echoed_has_a_limit(origin: str, code: str) -> None:
    assert both(ANYTHING, origin, "OPTIONS", access_control_request_method="X" * 65).reason.code == code
    long = {"access_control_request_method": "PUT", "access_control_request_headers": "a" * 1025}
    assert both(ANYTHING, origin, "OPTIONS", **long).allowed is (origin == OTHER)


def test_a_preflight_of_a_stranger_is_refused() -> None:
    decision = both(LISTED, STRANGER, "OPTIONS", access_control_request_method="PUT")
    assert (decision.status, decision.headers) == (403, ((b"content-length", b"0"),))


def test_the_list_takes_patterns_and_what_dangerously_lifts() -> None:
    because = "a printer's page, on the factory's own network"
    policy = Policy(
        allow_origins=["https://*.example.com", "http://printer.example", dangerously("null", because="a viewer")],
        allow_credentials=[
            "https://*.admin.example.com",
            dangerously("http://printer.example", because=because),
            dangerously("null", because="a viewer"),
        ],
    )
    for origin in ("https://a.admin.example.com", "http://printer.example", "null"):
        assert both(policy, origin).headers == (allow_origin(origin), CREDENTIALS)
    assert both(policy, "https://admin.example.com").headers == (allow_origin("https://admin.example.com"),)


# Predicates


def is_staff(origin: Origin) -> bool:
    if origin.host.startswith("fails"):
        raise LookupError("no database")
    return origin.host.startswith("staff")


async def is_staff_async(origin: Origin) -> bool:
    return is_staff(origin)


def is_customer(origin: Origin) -> bool:
    return origin.host.endswith(".customers.example")


async def never(origin: Origin) -> bool:
    await asyncio.sleep(3600)
    return True


@pytest.mark.parametrize("predicate", [is_staff, is_staff_async])
@pytest.mark.parametrize("origins", ["*", ["https://*.example.com"], [is_customer, "https://*.example.com"]])
def test_a_predicate_decides_who_sends_credentials(origins: Any, predicate: Any) -> None:
    policy = Policy(allow_origins=origins, allow_credentials=[APP, predicate])
    assert policy.is_async is (predicate is is_staff_async)
    staff, guest = "https://staff.example.com", "https://guest.example.com"
    anonymous = allow_origin("*" if origins == "*" else guest)
    assert both(policy, staff).headers == (allow_origin(staff), CREDENTIALS)
    assert both(policy, guest).headers == (anonymous,)
    assert both(policy, APP).headers == (allow_origin(APP), CREDENTIALS)


def test_who_is_not_allowed_is_not_asked_about() -> None:
    asked: list[str] = []

    def records(origin: Origin) -> bool:
        asked.append(str(origin))
        return True

    policy = Policy(
        allow_origins=[is_customer, APP, OTHER],
        allow_credentials=[APP, records],
    )
    for origin in (STRANGER, APP, "null", f"{OTHER}/", None):
        both(policy, origin)
    assert asked == []
    assert both(policy, "https://a.customers.example").headers[1] == CREDENTIALS
    assert set(asked) == {"https://a.customers.example"}


@pytest.mark.parametrize("predicate", [is_staff, is_staff_async])
def test_a_failure_denies_credentials_alone_and_is_not_cached(predicate: Any) -> None:
    policy = Policy(allow_origins="*", allow_credentials=[predicate, APP], allow_methods=["PUT"])
    decision = both(policy, "https://fails.example")
    assert decision.headers == (NO_STORE, allow_origin("*"))
    assert decision.allowed
    assert isinstance(decision.error, LookupError)
    assert decision.reason.evidence[-2:] == (
        ("credentials", "no: a predicate failed"),
        ("error", "LookupError('no database')"),
    )
    preflight = both(policy, "https://fails.example", "OPTIONS", access_control_request_method="PUT")
    assert (preflight.status, preflight.headers[:2]) == (204, (NO_STORE, allow_origin("*")))
    again = Policy(allow_origins="*", allow_credentials=[predicate, lambda origin: True])
    assert both(again, "https://fails.example").headers == (allow_origin("https://fails.example"), CREDENTIALS)


def test_a_failure_about_the_origin_is_not_one_about_credentials() -> None:
    def fails(origin: Origin) -> bool:
        raise LookupError

    policy = Policy(allow_origins=[fails, is_customer], allow_credentials=["https://a.customers.example"])
    assert both(policy, "https://a.customers.example").headers[1:] == (CREDENTIALS,)
    assert both(policy, "https://b.customers.example").headers == (allow_origin("https://b.customers.example"),)
    assert both(policy, STRANGER).headers == (NO_STORE,)


def test_the_predicates_of_both_lists_share_one_timeout() -> None:
    policy = Policy(allow_origins=[is_customer], allow_credentials=[never], predicate_timeout=0.01)
    decision = both(policy, "https://a.customers.example")
    assert decision.headers == (NO_STORE, allow_origin("https://a.customers.example"))
    assert isinstance(decision.error, TimeoutError)


def test_what_cannot_be_awaited_is_a_problem_of_its_field() -> None:
    with pytest.raises(PolicyError) as caught:
        refuse_async_predicates(Policy(allow_origins="*", allow_credentials=[is_staff, is_staff_async]))
    assert [(problem.code, problem.where) for problem in caught.value.problems] == [
        ("async-predicate", "allow_credentials[1]")
    ]


# The value


def test_an_empty_list_is_false() -> None:
    none = Policy(allow_origins="*", allow_credentials=[])
    assert none.allow_credentials is False
    assert none == Policy(allow_origins="*")
    assert hash(none) == hash(Policy(allow_origins="*"))
    assert repr(none) == "Policy(allow_origins='*')"


def test_it_holds_what_was_written_and_says_it_again() -> None:
    lifted = dangerously("http://printer.example", because="in the factory")
    policy = Policy(allow_origins="*", allow_credentials=iter([Origin.parse(APP), lifted]))
    assert policy.allow_credentials == (APP, lifted)
    assert repr(policy) == f"Policy(allow_origins='*', allow_credentials=['{APP}', {lifted!r}])"
    assert policy == Policy(allow_origins="*", allow_credentials=[lifted, APP, APP])
    assert policy.to_mapping()["allow_credentials"] == [
        APP,
        {"dangerously": "http://printer.example", "because": "in the factory"},
    ]
    for again in (copy.copy(policy), pickle.loads(pickle.dumps(policy)), policy.replace(max_age=None)):
        assert both(again, APP) == both(policy, APP)
    assert policy.replace(allow_credentials=False) == Policy(allow_origins="*")
    with pytest.raises(TypeError, match=r"allow_credentials\[0\] is a predicate"):
        Policy(allow_origins="*", allow_credentials=[is_staff]).to_mapping()


def test_a_list_is_not_the_same_as_true() -> None:
    assert Policy(allow_origins=[APP], allow_credentials=[APP]) != Policy(allow_origins=[APP], allow_credentials=True)


def test_the_reason_says_which_entry_lets_credentials_in() -> None:
    assert both(PUBLIC, APP).reason.evidence == (("Origin", APP), ("rule", "*"), ("credentials", f"yes: {APP}"))
    assert both(PUBLIC, OTHER).reason.evidence[-1] == ("credentials", "no: not listed")
    assert "credentials" not in dict(both(LISTED, STRANGER).reason.evidence)


def test_refusing_is_about_the_origin_alone() -> None:
    policy = Policy(allow_origins=[APP, OTHER], allow_credentials=[APP], refuse_disallowed=True)
    assert [both(policy, origin).kind for origin in (APP, OTHER, STRANGER)] == ["actual", "actual", "refused"]
