"""The defects of other packages that concern the policy, each as a test that we have not got it. See peers.md.

The names say whose defect it is; versions are those of November 2026.
"""

import re

import pytest

from crossorigin.policy import Policy, PolicyError, PolicyMap

GOOD = "https://good.example.com"


def allowed(policy: Policy, origin: str) -> bool:
    return policy.decide("GET", {"Origin": origin}).allowed


def codes(**declared: object) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        Policy(**declared)  # type: ignore[arg-type]
    return [problem.code for problem in caught.value.problems]


LIST = Policy(allow_origins=[GOOD, "https://other.example"], allow_credentials=True, allow_methods=["PUT"])


def test_starlette_substrings_of_a_str_are_not_origins() -> None:
    assert codes(allow_origins=GOOD) == ["not-a-collection"]
    for origin in ("https://good.example.co", "h", "", GOOD[:-1]):
        assert not allowed(LIST, origin)


def test_starlette_and_express_no_credentials_field_for_denied_origins() -> None:
    preflight = {"Access-Control-Request-Method": "PUT"}
    assert LIST.decide("GET", {"Origin": "https://evil.test"}).headers == ()
    assert LIST.decide("OPTIONS", {"Origin": "https://evil.test"} | preflight).headers == ((b"content-length", b"0"),)


def test_starlette_flask_cors_and_litestar_any_origin_with_credentials_is_refused() -> None:
    assert codes(allow_origins=["*"], allow_credentials=True) == ["credentials-wildcard-origin"]
    assert codes(allow_origins="*", allow_credentials=True) == ["credentials-wildcard-origin"]


def test_starlette_no_max_age_sends_no_field_and_not_none() -> None:
    decision = LIST.decide("OPTIONS", {"Origin": GOOD, "Access-Control-Request-Method": "PUT"})
    assert b"access-control-max-age" not in dict(decision.headers)
    assert not any(b"None" in value for _, value in decision.headers)


def test_starlette_a_long_request_headers_field_is_not_reflected() -> None:
    long = ",".join(f"x-{number}" for number in range(8000))
    asked = {"Origin": GOOD, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": long}
    for policy in (LIST, LIST.replace(allow_headers="*"), LIST.replace(allow_headers="*", allow_credentials=False)):
        decision = policy.decide("OPTIONS", asked)
        assert sum(len(value) for _, value in decision.headers) < 200


@pytest.mark.parametrize(
    "origin", ["https://good.example.evil.test", "https://good.example.com.evil.test", f"{GOOD}/x?y#z"]
)
def test_flask_cors_and_django_no_prefix_of_an_origin_matches(origin: str) -> None:
    assert not allowed(LIST, origin)
    assert not allowed(Policy(allow_origins=["https://*.example.com", GOOD]), origin)


def test_flask_cors_no_text_is_guessed_to_be_a_regex() -> None:
    assert codes(allow_origins=[r"https://good.*\.com"]) == ["origin-regex"]
    assert codes(allow_origins=[re.compile("https://good")]) == ["origin-regex"]


def test_flask_cors_a_wildcard_stands_for_whole_labels() -> None:
    policy = Policy(allow_origins=["https://*.x.example", GOOD])
    assert allowed(policy, "https://a.x.example")
    for origin in ("https://Xx.example", "https://ax.example", "https://x.example", "https://a-x.example"):
        assert not allowed(policy, origin)


def test_flask_cors_a_part_of_a_method_is_no_method() -> None:
    assert codes(allow_origins=[GOOD], allow_methods="GET,PUT") == ["not-a-collection"]
    preflight = {"Origin": GOOD, "Access-Control-Request-Method": "PU"}
    assert LIST.decide("OPTIONS", preflight).reason.code == "method-unlisted"


def test_flask_cors_api_does_not_cover_apiary() -> None:
    policies = PolicyMap({"/api/": LIST})
    assert policies.resolve("/api/x") is LIST
    assert policies.resolve("/apiary") is None
    with pytest.raises(PolicyError):
        PolicyMap({"/api/*": LIST})


def test_flask_cors_paths_are_case_sensitive_and_plus_is_no_space() -> None:
    """CVE-2024-6866 (case), CVE-2024-6844 (`+`), CVE-2024-6839 (the longest match, not the longest expression)."""
    policies = PolicyMap({"/api/": LIST, "/api/a b/": None})
    assert policies.resolve("/API/x") is None
    assert policies.resolve("/api/a+b/x") is LIST
    assert policies.resolve("/api/a b/x") is None


def test_django_the_listed_origin_is_echoed_and_not_a_url_that_contains_it() -> None:
    assert codes(allow_origins=["https://good.example.com/x"]) == ["origin-path"]
    assert not allowed(LIST, "https://good.example.com/x?y#z")


def test_litestar_options_without_a_requested_method_is_no_preflight() -> None:
    assert LIST.decide("OPTIONS", {"Origin": GOOD}).kind == "actual"


def test_express_not_every_options_is_hijacked() -> None:
    assert LIST.decide("OPTIONS", {}).kind == "actual"
    assert LIST.decide("OPTIONS", {"Access-Control-Request-Method": "PUT"}).kind == "actual"


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize("headers", [{}, {"Origin": GOOD}, {"Origin": "https://evil.test"}])
def test_aiohttp_falcon_asgi_cors_express_vary_is_always_there(method: str, headers: dict[str, str]) -> None:
    assert LIST.decide(method, headers).vary[0] == b"Origin"


def test_express_rightly_no_vary_where_the_answer_is_constant() -> None:
    for policy in (Policy(allow_origins="*"), Policy(allow_origins=[GOOD])):
        assert {policy.decide("GET", headers).vary for headers in ({}, {"Origin": GOOD}, {"Origin": "x"})} == {()}


def test_express_readme_a_suffix_is_no_domain() -> None:
    policy = Policy(allow_origins=["https://*.example.com", "https://example.com"])
    assert not allowed(policy, "https://evilexample.com")
    assert codes(allow_origins=[r"/example\.com$/"]) == ["origin-regex"]


def test_blacksheep_an_unlisted_origin_is_not_answered_400_nor_a_same_origin_post() -> None:
    assert LIST.decide("POST", {"Origin": "https://evil.test"}).status is None
    same = {"Origin": "https://api.example.com", "Host": "api.example.com"}
    assert LIST.replace(refuse_disallowed=True).decide("POST", same).status is None


def test_tower_http_a_policy_can_refuse() -> None:
    decision = LIST.replace(refuse_disallowed=True).decide("POST", {"Origin": "https://evil.test"})
    assert (decision.kind, decision.status) == ("refused", 403)


def test_jub0bs_an_origins_only_policy_answers_the_preflight_of_an_upload_listener() -> None:
    decision = Policy(allow_origins=[GOOD, "https://b.example"]).decide(
        "OPTIONS", {"Origin": GOOD, "Access-Control-Request-Method": "POST"}
    )
    assert (decision.status, decision.allowed) == (204, True)
    assert decision.headers == ((b"access-control-allow-origin", GOOD.encode()),)


def test_jub0bs_ipv6_survives_the_round_trip() -> None:
    policy = Policy(allow_origins=["http://[::1]:8080", "http://[::1]:*"])
    assert Policy.from_mapping(policy.to_mapping()).allow_origins == ("http://[::1]:8080", "http://[::1]:*")


def test_jub0bs_what_precedes_a_matching_end_is_looked_at() -> None:
    assert not allowed(Policy(allow_origins=["https://*.example.com"]), "https://evil.com/.example.com")


def test_jub0bs_barfoo_is_not_below_foo() -> None:
    """GHSA-vhxv-fg4m-p2w8."""
    policy = Policy(allow_origins=["https://foo.com", "https://bar.com", "https://*.foo.com"])
    assert not allowed(policy, "https://barfoo.com")
    assert not allowed(policy, "https://foobar.com")
    assert allowed(policy, "https://bar.foo.com")


def test_rs_cors_and_flask_cors_commas_cost_linear_time() -> None:
    """Not timed: an echo is bounded before it is split, and for a list nothing is split at all."""
    commas = "," * 65536
    asked = {"Origin": GOOD, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": commas}
    assert b"access-control-allow-headers" not in dict(LIST.replace(allow_headers="*").decide("OPTIONS", asked).headers)
