"""The two halves against each other, and both against a third opinion.

A policy that allows a request is one whose Decision the browser half reads, and the reverse: that is the law, and it
holds under the profile `standard`. Under the others it holds but for EXCEPTIONS, a closed list. The third opinion is
naive: it looks at the declaration alone, and knows neither half's code.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin import Policy
from crossorigin.browser import (
    PROFILES,
    STANDARD,
    Context,
    Page,
    Profile,
    Reason,
    Request,
    ResponseHead,
    Send,
    Verdict,
    fetch,
    fetch_request,
    page_at,
)
from crossorigin.standard import HeaderList

API = "https://api.service.example/items"
ORIGINS = ["https://app.example", "https://app.example:8443", "http://localhost:3000", "https://other.example"]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "QUERY"]
HEADERS = ["x-a", "x-b", "authorization", "content-type"]
VISIBLE = ["etag", "x-request-id"]


def is_valid(allow_origins: Any, allow_credentials: Any, refuse_disallowed: bool, **others: Any) -> bool:
    if allow_origins == "*":
        return allow_credentials is not True and not refuse_disallowed
    return isinstance(allow_credentials, bool) or set(allow_credentials) <= set(allow_origins)


POLICIES = st.fixed_dictionaries(
    {
        "allow_origins": st.one_of(st.just("*"), st.lists(st.sampled_from(ORIGINS[:3]), min_size=1, unique=True)),
        "allow_methods": st.one_of(st.just("*"), st.lists(st.sampled_from(METHODS[2:]), unique=True)),
        "allow_headers": st.one_of(
            st.just("*"), st.just(["*", "authorization"]), st.lists(st.sampled_from(HEADERS), unique=True)
        ),
        "expose_headers": st.lists(st.sampled_from(VISIBLE), unique=True),
        "allow_credentials": st.booleans() | st.lists(st.sampled_from(ORIGINS[:3]), unique=True),
        "max_age": st.sampled_from([None, 0, 600]),
        "refuse_disallowed": st.booleans(),
        "preflight_status": st.sampled_from([200, 204]),
    }
).filter(lambda fields: is_valid(**fields))
REQUESTS = st.fixed_dictionaries(
    {
        "method": st.sampled_from(METHODS),
        "headers": st.dictionaries(
            st.sampled_from(["X-A", "x-b", "Authorization", "Accept", "Content-Type"]),
            st.sampled_from(["text/plain", "application/json"]),
        ),
        "credentials": st.sampled_from(["omit", "same-origin", "include"]),
    }
)


def serve(policy: Policy, send: Send) -> ResponseHead:
    """A server with this policy in front of an app that answers everything."""
    decision = policy.decide(send.method, send.headers.fields, scheme="https", own_origins=())
    app = () if decision.kind != "actual" else ((b"ETag", b"1"), (b"X-Request-Id", b"2"))
    return ResponseHead(status=decision.status or 200, headers=HeaderList((*decision.headers, *app)))


def verdict_of(policy: Policy, page: Page, request: Request, profile: Profile) -> Verdict:
    flow = fetch(request, page, context=Context(profile=profile))
    answer: Any = None
    while True:
        try:
            answer = serve(policy, flow.send(answer))
        except StopIteration as stop:
            verdict = stop.value
            break
    assert isinstance(verdict, Verdict)
    return verdict


def naively_allowed(policy: dict[str, Any], origin: str, request: dict[str, Any]) -> bool:
    """What the declaration says, word by word."""
    if policy["allow_origins"] != "*" and origin not in policy["allow_origins"]:
        return False
    if request["credentials"] == "include" and not may_send_credentials(policy, origin):
        return False
    if policy["allow_methods"] != "*" and request["method"] not in ("GET", "POST", *policy["allow_methods"]):
        return False
    for name, value in request["headers"].items():
        name = name.lower()
        if name == "accept" or (name == "content-type" and value == "text/plain"):
            continue
        if name in policy["allow_headers"]:
            continue
        if "*" not in policy["allow_headers"] or name == "authorization":
            return False
    return True


def may_send_credentials(policy: dict[str, Any], origin: str) -> bool:
    allowed = policy["allow_credentials"]
    return allowed if isinstance(allowed, bool) else origin in allowed


def authorization_under_a_wildcard(policy: dict[str, Any], origin: str, request: dict[str, Any]) -> bool:
    """Browsers take a literal `*` on the wire for Authorization too. To credentialed origins a policy sends names."""
    if (
        "*" not in policy["allow_headers"]
        or request["credentials"] == "include"
        or may_send_credentials(policy, origin)
    ):
        return False
    return naively_allowed(policy | {"allow_headers": ["*", "authorization"]}, origin, request)


Exceptions = Mapping[str, Callable[[dict[str, Any], str, dict[str, Any]], bool]]

EXCEPTIONS: Exceptions = {"authorization under a wildcard": authorization_under_a_wildcard}
"""All that a browser reads although the policy does not allow it. There is nothing that it allows and they refuse."""


@given(POLICIES, st.sampled_from(ORIGINS), REQUESTS)
@settings(max_examples=400)
def test_the_browser_reads_what_the_declaration_allows_and_nothing_else(
    fields: dict[str, Any], origin: str, request: dict[str, Any]
) -> None:
    page = page_at(origin + "/")
    verdict = verdict_of(Policy(**fields), page, fetch_request(page, API, **request), STANDARD)
    assert verdict.readable == naively_allowed(fields, origin, request), verdict.reason
    assert not verdict.warnings
    if verdict.readable:
        assert verdict.response is not None
        shown = {name.lower().decode() for name, _ in verdict.response.headers}
        assert shown == set(fields["expose_headers"])


@given(POLICIES, st.sampled_from(ORIGINS), REQUESTS)
@settings(max_examples=400)
def test_what_a_decision_calls_allowed_is_what_the_browser_reads(
    fields: dict[str, Any], origin: str, request: dict[str, Any]
) -> None:
    policy = Policy(**fields)
    page = page_at(origin + "/")
    verdict = verdict_of(policy, page, fetch_request(page, API, **request), STANDARD)
    decisions = [policy.decide(e.send.method, e.send.headers.fields, scheme="https") for e in verdict.exchanges]
    credentials_fit = request["credentials"] != "include" or may_send_credentials(fields, origin)
    assert verdict.readable == (credentials_fit and all(decision.allowed for decision in decisions))


@pytest.mark.parametrize(
    "profile", [profile for profile in PROFILES.values() if profile != STANDARD], ids=lambda profile: profile.name
)
@given(POLICIES, st.sampled_from(ORIGINS), REQUESTS)
@settings(max_examples=200)
def test_other_profiles_read_what_the_declaration_allows_and_the_exceptions(
    profile: Profile, fields: dict[str, Any], origin: str, request: dict[str, Any]
) -> None:
    page = page_at(origin + "/")
    verdict = verdict_of(Policy(**fields), page, fetch_request(page, API, **request), profile)
    allowed = naively_allowed(fields, origin, request)
    excepted = not allowed and any(holds(fields, origin, request) for holds in EXCEPTIONS.values())
    assert verdict.readable == (allowed or excepted), verdict.reason
    assert {warning.reason for warning in verdict.warnings} == (
        {Reason.PREFLIGHT_AUTHORIZATION_WILDCARD} if excepted else set()
    )


def test_every_exception_is_met() -> None:
    """By a policy and a request of its own; and what it excepts, the standard does not read."""
    fields = {"allow_origins": "*", "allow_headers": "*", "allow_methods": [], "allow_credentials": False}
    request = {"method": "GET", "headers": {"Authorization": "Bearer x"}, "credentials": "same-origin"}
    page = page_at(ORIGINS[0])
    for holds in EXCEPTIONS.values():
        assert holds(fields, ORIGINS[0], request)
    for profile in PROFILES.values():
        verdict = verdict_of(Policy(**fields), page, fetch_request(page, API, **request), profile)
        assert verdict.readable == (profile is not STANDARD)
