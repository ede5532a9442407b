"""Two policies compared: every difference has a request that shows it, and no request differs without one."""

import pickle
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings

from crossorigin import Origin, Policy, dangerously
from crossorigin.policy import Difference, DifferenceCode, Setting, Witness
from crossorigin.standard import CORS_SAFELISTED_RESPONSE_HEADER_NAMES
from tests.policy.strategies import METHODS, ORIGINS, REQUEST_HEADERS, RESPONSE_HEADERS, policies

APP = "https://app.example.com"
OTHER = "https://other.example"
EXTENSIONS = dangerously("moz-extension://*", because="each Firefox has its own host")


def denying_fields(policy: Policy, witness: Witness) -> set[str]:
    """The fields of a policy by which it denies a request, by what `decide` answers. None where it allows it."""
    actual = policy.decide("GET", {"Origin": witness.origin})
    if not actual.allowed:
        return {"allow_origins"}
    fields = dict(actual.headers)
    denied = set()
    if witness.method not in ("GET", "HEAD", "POST"):
        preflight = {"Origin": witness.origin, "Access-Control-Request-Method": witness.method}
        if not policy.decide("OPTIONS", preflight).allowed:
            denied.add("allow_methods")
    if witness.header is not None:
        preflight = {
            "Origin": witness.origin,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": witness.header,
        }
        if not policy.decide("OPTIONS", preflight).allowed:
            denied.add("allow_headers")
    if witness.credentials and fields.get(b"access-control-allow-credentials") != b"true":
        denied.add("allow_credentials")
    if witness.reads is not None and witness.reads.encode() not in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
        exposed = fields.get(b"access-control-expose-headers", b"").split(b",")
        if witness.reads.encode() not in exposed and exposed != [b"*"]:
            denied.add("expose_headers")
    return denied


def runs(policy: Policy, witness: Witness) -> bool:
    method, headers = witness.request
    return policy.decide(method, headers).kind == "actual"


def assert_shown(difference: Difference, more: Policy, less: Policy) -> None:
    witness = difference.witness
    assert witness is not None
    if difference.code is DifferenceCode.STRANGER_RUNS:
        assert (runs(more, witness), runs(less, witness)) == (True, False)
        return
    assert denying_fields(more, witness) == set()
    assert difference.field in denying_fields(less, witness)
    if difference.code in ("origin", "method", "header", "header-value", "exposed"):
        assert more.decide(*witness.request).allowed
    if difference.code in ("method", "method-any", "header", "header-value", "header-any"):
        assert not less.decide(*witness.request).allowed


def named(difference: Difference) -> tuple[str, str, int | None]:
    return difference.code, difference.field, difference.index


@settings(max_examples=600)
@given(policies(), policies())
def test_each_difference_has_a_request_that_shows_it(candidate: Policy, current: Policy) -> None:
    diff = candidate.diff(current)
    for difference in diff.gains:
        assert_shown(difference, candidate, current)
    for difference in diff.loses:
        assert_shown(difference, current, candidate)
    assert all(difference.certain for difference in diff.gains + diff.loses)
    back = current.diff(candidate)
    assert [named(gain) for gain in back.gains] == [named(loss) for loss in diff.loses]
    assert bool(diff) == (diff.widens or diff.narrows)


REQUESTS = [
    Witness(origin=origin, method=method, header=header, credentials=credentials, reads=reads)
    for origin in ORIGINS
    for method, header, credentials, reads in [
        *((method, None, False, None) for method in (*METHODS[1:-1], "TEA")),
        *(("GET", header.lower(), False, None) for header in (*REQUEST_HEADERS, "x-tea")),
        ("GET", None, True, None),
        *(("GET", None, False, header.lower()) for header in (*RESPONSE_HEADERS, "x-tea")),
    ]
]


@settings(max_examples=60)
@given(policies(), policies())
def test_no_request_differs_without_a_difference(candidate: Policy, current: Policy) -> None:
    told = {difference.field for difference in candidate.diff(current).gains}
    for request in REQUESTS:
        if not denying_fields(candidate, request):
            assert denying_fields(current, request) <= told, request


@settings(max_examples=200)
@given(policies(), policies(), policies())
def test_what_widens_nowhere_does_not_widen_in_two_steps(one: Policy, two: Policy, three: Policy) -> None:
    assert not one.diff(one)
    if not two.diff(one).widens and not three.diff(two).widens:
        assert not three.diff(one).widens


def policy(*origins: Any, **more: Any) -> Policy:
    return Policy(allow_origins=origins or [APP], **more)


def told(candidate: Policy, current: Policy) -> list[tuple[str, object, Witness | None, bool]]:
    return [(str(gain.code), gain.value, gain.witness, gain.certain) for gain in candidate.diff(current).gains]


at_app = partial(Witness, origin=APP)


@pytest.mark.parametrize(
    ("candidate", "current", "expected"),
    [
        pytest.param(policy(), policy(), [], id="equal"),
        pytest.param(
            policy(APP, "https://*.example.com"),
            policy("https://*.example.com", APP),
            [],
            id="order",
        ),
        pytest.param(
            policy(APP, dangerously(APP, because="once")), policy("https://*.example.com"), [], id="covered, twice"
        ),
        pytest.param(
            policy(OTHER, allow_methods=["PUT"], allow_credentials=True),
            policy(),
            [("origin", OTHER, Witness(origin=OTHER, credentials=True), True)],
            id="no common origin: origins only",
        ),
        pytest.param(
            policy(APP, "https://*.example.com"),
            policy(),
            [("origin-part", "https://*.example.com", Witness(origin="https://a.example.com"), True)],
            id="overlap",
        ),
        pytest.param(
            policy(OTHER, OTHER),
            policy(),
            [("origin", OTHER, Witness(origin=OTHER), True)],
            id="twice told once",
        ),
        pytest.param(
            policy("*"),
            policy("https://stranger.example"),
            [("origin-part", "*", Witness(origin="https://stranger.a"), True)],
            id="every origin",
        ),
        pytest.param(policy("tauri://localhost", "http://[::1]:*"), policy("*"), [], id="below every origin"),
        pytest.param(
            policy(dangerously("file://", because="old"), dangerously("null", because="sandbox")),
            policy("*"),
            [],
            id="file and null are of every origin",
        ),
        pytest.param(
            policy(EXTENSIONS), policy(EXTENSIONS, "moz-extension://A", "tauri://localhost"), [], id="below any host"
        ),
        pytest.param(
            policy(EXTENSIONS),
            policy("moz-extension://A", "moz-extension://a"),
            [("origin-part", EXTENSIONS, Witness(origin="moz-extension://b"), True)],
            id="any host is more than some",
        ),
        pytest.param(
            policy(EXTENSIONS, allow_methods=["PUT"]),
            policy(EXTENSIONS),
            [("method", "PUT", Witness(origin="moz-extension://a", method="PUT"), True)],
            id="both have any host",
        ),
        pytest.param(
            policy(allow_methods=["GET", "PUT", "put"]),
            policy(),
            [("method", "PUT", at_app(method="PUT"), True)],
            id="a method; safelisted ones are none",
        ),
        pytest.param(
            policy(allow_methods=["*", "PATCH"]),
            policy(allow_methods=["PUT"]),
            [("method-any", "*", at_app(method="DELETE"), True)],
            id="every method",
        ),
        pytest.param(policy(allow_methods=["PUT"]), policy(allow_methods="*"), [], id="one of every method"),
        pytest.param(
            policy(allow_headers=["X-A", "Accept", "content-type"]),
            policy(),
            [
                ("header", "x-a", at_app(header="x-a"), True),
                ("header-value", "accept", at_app(header="accept"), True),
                ("header-value", "content-type", at_app(header="content-type"), True),
            ],
            id="headers, some of them safelisted for some values",
        ),
        pytest.param(
            policy(allow_headers=["*", "authorization", "x-a"]),
            policy(allow_headers=["x-a"]),
            [
                ("header-any", "*", at_app(header="x-b"), True),
                ("header", "authorization", at_app(header="authorization"), True),
            ],
            id="every header, and authorization",
        ),
        pytest.param(
            policy(allow_headers=["authorization", "x-a"]),
            policy(allow_headers="*"),
            [("header", "authorization", at_app(header="authorization"), True)],
            id="authorization is not of every header",
        ),
        pytest.param(
            policy(expose_headers=["ETag", "Content-Length"]),
            policy(),
            [("exposed", "etag", at_app(reads="etag"), True)],
            id="an exposed header; safelisted ones are none",
        ),
        pytest.param(
            policy(expose_headers="*"),
            policy(expose_headers=["x-a"]),
            [("exposed-any", "*", at_app(reads="x-b"), True)],
            id="every response header",
        ),
        pytest.param(
            policy(allow_credentials=True),
            policy("*"),
            [("credentials", True, at_app(credentials=True), True)],
            id="credentials",
        ),
        pytest.param(
            policy(allow_credentials=[APP]), policy(allow_credentials=True), [], id="listed is no more than all"
        ),
        pytest.param(
            policy(allow_credentials=True), policy(allow_credentials=[APP]), [], id="all are no more than listed"
        ),
        pytest.param(
            policy("*", allow_credentials=[OTHER, APP, OTHER]),
            policy("*", allow_credentials=[APP]),
            [("credentials-origin", OTHER, Witness(origin=OTHER, credentials=True), True)],
            id="one more may send credentials, told once",
        ),
        pytest.param(
            policy("*", allow_credentials=["https://*.example.com"]),
            policy("*", allow_credentials=[APP, "https://*.a.example.com"]),
            [
                (
                    "credentials-origin",
                    "https://*.example.com",
                    Witness(origin="https://a.example.com", credentials=True),
                    True,
                )
            ],
            id="a pattern of them",
        ),
        pytest.param(
            policy("https://*.example.com", allow_credentials=True),
            policy("https://*.example.com:*", OTHER, allow_credentials=["https://a.example.com", OTHER]),
            [("credentials-part", True, Witness(origin="https://b.example.com", credentials=True), True)],
            id="all, and not only some",
        ),
        pytest.param(
            policy("*", allow_credentials=["https://*.example.com"]),
            policy(APP, allow_credentials=[APP]),
            [("origin-part", "*", Witness(origin="https://stranger.example"), True)],
            id="origins that are new are told as such",
        ),
        pytest.param(
            policy(APP, OTHER, allow_credentials=[OTHER]),
            policy(),
            [("origin", OTHER, Witness(origin=OTHER, credentials=True), True)],
            id="a new origin with credentials is told once",
        ),
        pytest.param(
            policy("https://*.example.com", allow_credentials=["https://*.example.com"]),
            policy(APP),
            [
                (
                    "origin-part",
                    "https://*.example.com",
                    Witness(origin="https://a.example.com", credentials=True),
                    True,
                ),
                ("credentials-origin", "https://*.example.com", at_app(credentials=True), True),
            ],
            id="the origins of both, beside those that are new",
        ),
        pytest.param(
            policy(),
            policy(refuse_disallowed=True),
            [("stranger-runs", False, Witness(origin="https://stranger.example"), True)],
            id="strangers are not refused any more",
        ),
        pytest.param(policy(refuse_disallowed=True), policy(), [], id="strangers are refused"),
        pytest.param(
            policy("*"),
            policy(refuse_disallowed=True),
            [
                ("origin-part", "*", Witness(origin="https://stranger.example"), True),
                ("stranger-runs", False, Witness(origin="https://stranger.example"), True),
            ],
            id="strangers are not refused any more, and read",
        ),
        pytest.param(
            policy(allow_methods="route"),
            policy(allow_methods=["PUT"]),
            [("method-route", ("route",), None, False)],
            id="the route's methods",
        ),
        pytest.param(
            policy(allow_methods=["PUT", "DELETE"]),
            policy(allow_methods="route"),
            [("method-route", ("PUT", "DELETE"), None, False)],
            id="beyond the route's methods, or not",
        ),
        pytest.param(policy(allow_methods="route"), policy(allow_methods="route"), [], id="the route's, both"),
        pytest.param(policy(), policy(allow_methods="route"), [], id="no method beyond the safelisted"),
        pytest.param(policy(allow_methods="route"), policy(allow_methods="*"), [], id="the route's of every method"),
    ],
)
def test_by_example(
    candidate: Policy, current: Policy, expected: list[tuple[str, object, Witness | None, bool]]
) -> None:
    assert told(candidate, current) == expected


def is_customer(origin: Origin) -> bool:
    raise AssertionError("nobody is asked")


def is_partner(origin: Origin) -> bool:
    raise AssertionError("nobody is asked")


PUT = {"allow_methods": ["PUT"]}


@pytest.mark.parametrize(
    ("candidate", "current", "expected"),
    [
        pytest.param(policy(APP, is_customer), policy(is_customer, APP), [], id="the same"),
        pytest.param(
            policy(APP, is_customer, is_customer),
            policy(APP, is_partner),
            [("predicate", is_customer, None, False)],
            id="another",
        ),
        pytest.param(policy(is_customer), policy("*"), [], id="below every origin"),
        pytest.param(
            policy(APP),
            policy(is_customer),
            [("origin", APP, Witness(origin=APP), False)],
            id="what a predicate may have allowed",
        ),
        pytest.param(
            policy("*"),
            policy(is_customer),
            [("origin", "*", Witness(origin="null"), True)],
            id="what no predicate is asked about",
        ),
        pytest.param(
            policy("*"),
            policy(is_customer, dangerously("null", because="sandbox")),
            [("origin-part", "*", Witness(origin="https://stranger.example"), False)],
            id="null is listed beside the predicate",
        ),
        pytest.param(
            policy(APP, **PUT),
            policy(APP, is_customer),
            [("method", "PUT", at_app(method="PUT"), True)],
            id="a method at a common pattern",
        ),
        pytest.param(
            policy(APP, **PUT),
            policy(is_customer),
            [("origin", APP, Witness(origin=APP), False), ("method", "PUT", at_app(method="PUT"), True)],
            id="a method where the predicate may have allowed the origin",
        ),
        pytest.param(
            policy(is_customer, **PUT),
            policy(is_customer),
            [("method", "PUT", None, False)],
            id="a method for whom the predicate allows",
        ),
        pytest.param(
            policy(OTHER, is_customer, **PUT),
            policy(APP),
            [
                ("origin", OTHER, Witness(origin=OTHER), True),
                ("predicate", is_customer, None, False),
                ("method", "PUT", None, False),
            ],
            id="a method where the new predicate may allow a known origin",
        ),
        pytest.param(
            policy("*", allow_credentials=[is_customer, APP]),
            policy("*", allow_credentials=[is_partner]),
            [
                ("credentials-origin", is_customer, None, False),
                ("credentials-origin", APP, at_app(credentials=True), False),
            ],
            id="who may send credentials, by predicates",
        ),
        pytest.param(
            policy("*", allow_credentials=[is_customer]),
            policy("*", allow_credentials=[APP, is_customer]),
            [],
            id="the same predicate of credentials",
        ),
        pytest.param(
            policy(APP, is_customer, allow_credentials=True),
            policy(is_customer, allow_credentials=[is_customer]),
            [
                ("origin", APP, at_app(credentials=True), False),
                ("credentials-part", True, at_app(credentials=True), False),
            ],
            id="all, and not whom a predicate says",
        ),
        pytest.param(
            policy(APP, is_customer, allow_credentials=True),
            policy(APP, is_customer, allow_credentials=[APP]),
            [("credentials-part", True, None, False)],
            id="all whom a predicate allows",
        ),
        pytest.param(
            policy(is_customer, allow_credentials=[APP]),
            policy(is_customer),
            [("credentials-origin", APP, at_app(credentials=True), False)],
            id="credentials where a predicate allows the origin, or not",
        ),
        pytest.param(
            policy("https://*.example.com", allow_credentials=["https://*.example.com"]),
            policy(is_customer),
            [
                (
                    "origin",
                    "https://*.example.com",
                    Witness(origin="https://a.example.com", credentials=True),
                    False,
                ),
                (
                    "credentials-origin",
                    "https://*.example.com",
                    Witness(origin="https://a.example.com", credentials=True),
                    True,
                ),
            ],
            id="credentials where the other's predicate may have allowed the origin",
        ),
        pytest.param(
            policy(is_customer),
            policy(is_customer, refuse_disallowed=True),
            [("stranger-runs", False, Witness(origin="null"), True)],
            id="strangers are not refused any more",
        ),
    ],
)
def test_predicates_are_never_asked(
    candidate: Policy, current: Policy, expected: list[tuple[str, object, Witness | None, bool]]
) -> None:
    assert told(candidate, current) == expected


def test_what_gives_nobody_access_is_listed_apart() -> None:
    candidate = policy(max_age=60, preflight_status=200, predicate_timeout=2)
    diff = candidate.diff(policy())
    assert not diff
    assert diff.other == (
        Setting(field="max_age", current=None, candidate=60),
        Setting(field="predicate_timeout", current=1.0, candidate=2.0),
        Setting(field="preflight_status", current=204, candidate=200),
    )


def test_a_difference_says_where_it_stands() -> None:
    gains = policy(APP, OTHER, allow_headers=["x-a", "x-b"]).diff(policy(allow_headers=["x-a"])).gains
    assert [(gain.field, gain.index) for gain in gains] == [("allow_origins", 1), ("allow_headers", 1)]


def test_a_diff_is_a_value() -> None:
    diff = policy(OTHER).diff(policy())
    assert pickle.loads(pickle.dumps(diff)) == diff
    assert len({diff, policy(OTHER).diff(policy())}) == 1


@pytest.mark.parametrize(
    ("witness", "request_of_it"),
    [
        (at_app(), ("GET", {"Origin": APP})),
        (at_app(method="PUT"), ("OPTIONS", {"Origin": APP, "Access-Control-Request-Method": "PUT"})),
        (
            at_app(header="x-a"),
            (
                "OPTIONS",
                {
                    "Origin": APP,
                    "Access-Control-Request-Method": "GET",
                    "Access-Control-Request-Headers": "x-a",
                },
            ),
        ),
    ],
    ids=["simple", "method", "header"],
)
def test_the_request_of_a_witness(witness: Witness, request_of_it: tuple[str, dict[str, str]]) -> None:
    assert witness.request == request_of_it


def test_every_code_has_a_case_here() -> None:
    cases = [*test_by_example.pytestmark[0].args[1], *test_predicates_are_never_asked.pytestmark[0].args[1]]
    seen = {code for case in cases for code, *_ in case.values[2]}
    assert seen == {str(code) for code in DifferenceCode}
