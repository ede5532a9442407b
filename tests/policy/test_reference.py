"""The Decision table, row by row, over whole header lists; and what must hold of every decision."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin.policy import Decision, DecisionCode, Policy, dangerously
from crossorigin.policy._reference import decide
from crossorigin.policy._request import CORSRequest
from crossorigin.standard import get_decode_and_split, is_token, parse_serialized_origin
from tests.policy.strategies import declarations, policies, requests

OK = "https://app.example.com"
OTHER = "https://other.example"
CONSTANT = Policy(allow_origins=[OK], allow_methods=["PUT"], allow_headers=["X-A"], expose_headers=["ETag"], max_age=60)
LISTED = CONSTANT.replace(allow_origins=[OK, OTHER])
CREDENTIALED = LISTED.replace(allow_credentials=True)
ANYONE = CONSTANT.replace(allow_origins="*")
REFUSING = LISTED.replace(refuse_disallowed=True)
ECHOING = Policy(allow_origins=[OK, OTHER], allow_methods="*", allow_headers="*", allow_credentials=True)

ORIGIN = (b"Origin",)
OPTIONS = (b"Origin", b"Access-Control-Request-Method", b"Access-Control-Request-Headers")
ACAO = (b"access-control-allow-origin", OK.encode())
ACAO_ANY = (b"access-control-allow-origin", b"*")
ACAC = (b"access-control-allow-credentials", b"true")
ACEH = (b"access-control-expose-headers", b"etag")
ACAM = (b"access-control-allow-methods", b"PUT")
ACAH = (b"access-control-allow-headers", b"x-a")
ACMA = (b"access-control-max-age", b"60")
REFUSED = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", b"19"),
    (b"cache-control", b"no-store"),
)


def answer(policy: Policy, method: str, **fields: str) -> Decision:
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    decision = decide(policy, CORSRequest.of(method, headers))
    assert policy.decide(method, headers) == decision
    return decision


def actual(headers: tuple[Any, ...], vary: tuple[bytes, ...]) -> tuple[Any, ...]:
    return ("actual", None, headers, vary, b"")


def preflight(status: int, *headers: Any) -> tuple[Any, ...]:
    return ("preflight", status, headers, OPTIONS, b"")


def parts(decision: Decision) -> tuple[Any, ...]:
    return (decision.kind, decision.status, decision.headers, decision.vary, decision.body)


@pytest.mark.parametrize(
    ("policy", "origin", "expected"),
    [
        pytest.param(CONSTANT, OK, actual((ACAO, ACEH), ()), id="constant-allowed"),
        pytest.param(CONSTANT, OTHER, actual((ACAO, ACEH), ()), id="constant-not-allowed"),
        pytest.param(CONSTANT, None, actual((ACAO, ACEH), ()), id="constant-no-origin"),
        pytest.param(
            CONSTANT.replace(allow_credentials=True), OTHER, actual((ACAO, ACAC, ACEH), ()), id="constant-credentials"
        ),
        pytest.param(
            CONSTANT.replace(allow_origins=[OK, OK]), None, actual((ACAO, ACEH), ()), id="constant-listed-twice"
        ),
        pytest.param(ANYONE, OK, actual((ACAO_ANY, ACEH), ()), id="anyone-allowed"),
        pytest.param(ANYONE, "null", actual((ACAO_ANY, ACEH), ()), id="anyone-null"),
        pytest.param(ANYONE, "nonsense", actual((ACAO_ANY, ACEH), ()), id="anyone-malformed"),
        pytest.param(ANYONE, None, actual((ACAO_ANY, ACEH), ()), id="anyone-no-origin"),
        pytest.param(LISTED, OK, actual((ACAO, ACEH), ORIGIN), id="listed-allowed"),
        pytest.param(LISTED, "https://evil.example", actual((), ORIGIN), id="listed-not-allowed"),
        pytest.param(LISTED, None, actual((), ORIGIN), id="listed-no-origin"),
        pytest.param(LISTED.replace(expose_headers=[]), OK, actual((ACAO,), ORIGIN), id="nothing-exposed"),
        pytest.param(CREDENTIALED, OK, actual((ACAO, ACAC, ACEH), ORIGIN), id="credentialed"),
        pytest.param(
            CONSTANT.replace(allow_origins=["https://*.example.com"]),
            OK,
            actual((ACAO, ACEH), ORIGIN),
            id="one-wildcard",
        ),
        pytest.param(CONSTANT.replace(refuse_disallowed=True), OK, actual((ACAO, ACEH), ORIGIN), id="one-that-refuses"),
        pytest.param(REFUSING, OK, actual((ACAO, ACEH), ORIGIN), id="refusing-allowed"),
        pytest.param(REFUSING, None, actual((), ORIGIN), id="refusing-no-origin"),
        pytest.param(
            REFUSING, "https://evil.example", ("refused", 403, REFUSED, ORIGIN, b"Not allowed by CORS"), id="refused"
        ),
        pytest.param(REFUSING, "null", ("refused", 403, REFUSED, ORIGIN, b"Not allowed by CORS"), id="refused-null"),
        pytest.param(REFUSING, "", ("refused", 403, REFUSED, ORIGIN, b"Not allowed by CORS"), id="refused-empty"),
        pytest.param(
            Policy(allow_origins=[dangerously("null", because="x")]),
            "https://evil.example",
            actual(((b"access-control-allow-origin", b"null"),), ()),
            id="constant-null",
        ),
    ],
)
def test_actual_requests(policy: Policy, origin: str | None, expected: tuple[Any, ...]) -> None:
    fields = {} if origin is None else {"origin": origin}
    for method in ("GET", "POST", "DELETE", "head"):
        assert parts(answer(policy, method, **fields)) == expected


@pytest.mark.parametrize(
    ("policy", "origin", "expected"),
    [
        pytest.param(CONSTANT, OK, preflight(204, ACAO, ACAM, ACAH, ACMA), id="constant-allowed"),
        pytest.param(CONSTANT, OTHER, preflight(204, ACAO, ACAM, ACAH, ACMA), id="constant-not-allowed"),
        pytest.param(ANYONE, OTHER, preflight(204, ACAO_ANY, ACAM, ACAH, ACMA), id="anyone"),
        pytest.param(LISTED, OK, preflight(204, ACAO, ACAM, ACAH, ACMA), id="listed-allowed"),
        pytest.param(
            LISTED, "https://evil.example", preflight(403, (b"content-length", b"0")), id="listed-not-allowed"
        ),
        pytest.param(
            REFUSING, "https://evil.example", preflight(403, (b"content-length", b"0")), id="refusing-not-allowed"
        ),
        pytest.param(CREDENTIALED, OK, preflight(204, ACAO, ACAC, ACAM, ACAH, ACMA), id="credentialed"),
        pytest.param(Policy(allow_origins=[OK, OTHER]), OK, preflight(204, ACAO), id="empty-lists-left-out"),
        pytest.param(
            LISTED.replace(preflight_status=200),
            OK,
            preflight(200, ACAO, ACAM, ACAH, ACMA, (b"content-length", b"0")),
            id="status",
        ),
        pytest.param(
            LISTED.replace(max_age=0),
            OK,
            preflight(204, ACAO, ACAM, ACAH, (b"access-control-max-age", b"0")),
            id="max-age-0",
        ),
        pytest.param(
            Policy(
                allow_origins=[OK, OTHER], allow_methods=["GET", "put", "PUT"], allow_headers=["Accept", "X-A", "x-a"]
            ),
            OK,
            preflight(
                204,
                ACAO,
                (b"access-control-allow-methods", b"GET,PUT"),
                (b"access-control-allow-headers", b"accept,x-a"),
            ),
            id="safelisted-kept-and-each-once",
        ),
        pytest.param(
            Policy(allow_origins="*", allow_methods="*", allow_headers="*"),
            OK,
            preflight(204, ACAO_ANY, (b"access-control-allow-methods", b"*"), (b"access-control-allow-headers", b"*")),
            id="wildcards",
        ),
        pytest.param(
            Policy(allow_origins="*", allow_methods=["PUT", "*"], allow_headers=["x", "authorization", "*"]),
            OK,
            preflight(
                204,
                ACAO_ANY,
                (b"access-control-allow-methods", b"*"),
                (b"access-control-allow-headers", b"*,authorization"),
            ),
            id="wildcards-cover-all-but-authorization",
        ),
    ],
)
def test_preflights(policy: Policy, origin: str, expected: tuple[Any, ...]) -> None:
    for requested in ({"PUT": "x-a"}, {"CHICKEN": "x-b, x-c"}, {"": ""}):
        for method, headers in requested.items():
            decision = answer(
                policy,
                "OPTIONS",
                origin=origin,
                access_control_request_method=method,
                access_control_request_headers=headers,
            )
            assert parts(decision) == expected


@pytest.mark.parametrize(
    ("policy", "fields", "expected"),
    [
        pytest.param(LISTED, {}, actual((), OPTIONS), id="no-origin"),
        pytest.param(LISTED, {"origin": OK}, actual((ACAO, ACEH), OPTIONS), id="no-requested-method"),
        pytest.param(LISTED, {"access_control_request_method": "PUT"}, actual((), OPTIONS), id="no-origin-but-method"),
        pytest.param(CONSTANT, {}, actual((ACAO, ACEH), OPTIONS), id="constant"),
        pytest.param(
            REFUSING,
            {"origin": "https://evil.example"},
            ("refused", 403, REFUSED, OPTIONS, b"Not allowed by CORS"),
            id="refused",
        ),
    ],
)
def test_other_options_requests_go_to_the_app(
    policy: Policy, fields: dict[str, str], expected: tuple[Any, ...]
) -> None:
    assert parts(answer(policy, "OPTIONS", **fields)) == expected


@pytest.mark.parametrize(
    ("requested", "echoed"),
    [
        ("x-a", b"x-a"),
        ("x-a, X-B,,x-a", b"x-a,X-B"),
        ("authorization", None),
        ("x-a,Authorization", b"x-a"),
        ("", None),
        ("x a", None),
        ("x-a\r\nset-cookie: a=b", None),
        (",".join(["x-a"] * 256), b"x-a"),
        (",".join(["x-a"] * 256) + ", ", None),
        ("a" * 1024, b"a" * 1024),
        ("a" * 1025, None),
        ("x-a," * 16384, None),
    ],
)
def test_any_header_with_credentials_echoes_what_is_asked(requested: str, echoed: bytes | None) -> None:
    decision = answer(
        ECHOING, "OPTIONS", origin=OK, access_control_request_method="GET", access_control_request_headers=requested
    )
    headers = () if echoed is None else ((b"access-control-allow-headers", echoed),)
    assert decision.headers == (ACAO, ACAC, (b"access-control-allow-methods", b"GET"), *headers)


def test_authorization_is_echoed_where_it_is_listed() -> None:
    decision = answer(
        ECHOING.replace(allow_headers=["*", "authorization"]),
        "OPTIONS",
        origin=OK,
        access_control_request_method="GET",
        access_control_request_headers="Authorization,x-a",
    )
    assert decision.headers[-1] == (b"access-control-allow-headers", b"Authorization,x-a")


@pytest.mark.parametrize(
    ("requested", "echoed"), [("PUT", True), ("x" * 64, True), ("x" * 65, False), ("P T", False), ("", False)]
)
def test_any_method_with_credentials_echoes_what_is_asked(requested: str, echoed: bool) -> None:
    decision = answer(ECHOING, "OPTIONS", origin=OK, access_control_request_method=requested)
    methods = ((b"access-control-allow-methods", requested.encode()),) if echoed else ()
    assert decision.headers == (ACAO, ACAC, *methods)


def test_a_preflight_that_echoes_is_not_constant_though_the_policy_is() -> None:
    policy = ECHOING.replace(allow_origins=[OK])
    denied = answer(policy, "OPTIONS", origin=OTHER, access_control_request_method="PUT")
    assert parts(denied) == preflight(403, (b"content-length", b"0"))
    assert parts(answer(policy, "GET", origin=OTHER)) == actual((ACAO, ACAC), ())


@pytest.mark.parametrize(
    ("fields", "passes"),
    [
        pytest.param({"sec-fetch-site": "same-origin"}, True, id="same-origin"),
        pytest.param({"sec-fetch-site": "none"}, True, id="typed-into-the-address-bar"),
        pytest.param({"sec-fetch-site": "same-site", "host": "evil.example"}, False, id="site-decides-alone"),
        pytest.param({"sec-fetch-site": "cross-site"}, False, id="cross-site"),
        pytest.param({"host": "evil.example"}, True, id="the-host-itself"),
        pytest.param({"host": "evil.example:443"}, True, id="the-host-with-its-default-port"),
        pytest.param({"host": "evil.example:8443"}, False, id="another-port"),
        pytest.param(
            {"host": "api.example.com", "x-forwarded-host": "evil.example"}, False, id="forwarded-host-is-not-read"
        ),
        pytest.param({}, False, id="nothing-known"),
    ],
)
def test_refusing_spares_the_servers_own_pages(fields: dict[str, str], passes: bool) -> None:
    headers = {"origin": "https://evil.example"} | fields
    decision = decide(REFUSING, CORSRequest.of("POST", headers))
    assert (decision.kind == "actual") is passes
    assert not decision.allowed
    assert decision.reason.code == ("origin-own" if passes else "origin-unlisted")
    assert REFUSING.decide("POST", headers) == decision


def test_own_origins_and_the_scheme_count_for_the_same_origin() -> None:
    headers = {"origin": "http://me.example", "host": "me.example"}
    assert REFUSING.decide("GET", headers, scheme="http").kind == "actual"
    assert REFUSING.decide("GET", headers, scheme="https").kind == "refused"
    assert REFUSING.decide("GET", headers, scheme="https", own_origins=["http://me.example"]).kind == "actual"
    assert decide(REFUSING, CORSRequest.of("GET", headers, scheme="https")).kind == "refused"


LISTS = Policy(
    allow_origins=["https://*.example.com", OTHER], allow_methods=["PUT"], allow_headers=["x-a", "content-type"]
)
ANY_LISTS = Policy(allow_origins="*", allow_methods="*", allow_headers="*")


REASONS: list[tuple[Policy, dict[str, str], str, str | None, bool]] = [
    (LISTS, {}, "no-origin", None, False),
    (LISTS, {"origin": OK}, "allowed", "allow_origins", True),
    (LISTS, {"origin": "https://evil.example"}, "origin-unlisted", "allow_origins", False),
    (LISTS, {"origin": "null"}, "origin-unlisted", "allow_origins", False),
    (LISTS, {"origin": "https://App.example.com"}, "origin-malformed", "allow_origins", False),
    (LISTS, {"origin": "x"}, "origin-malformed", "allow_origins", False),
    (LISTS, {"origin": "file://"}, "origin-unlisted", "allow_origins", False),
    (ANY_LISTS, {"origin": "x"}, "allowed", "allow_origins", True),
    (ANY_LISTS, {"origin": "file://"}, "allowed", "allow_origins", True),
    (ANY_LISTS, {"origin": "null"}, "allowed", "allow_origins", True),
    (LISTS, {"origin": OK, "acrm": "PUT"}, "allowed", "allow_origins", True),
    (LISTS, {"origin": OK, "acrm": "POST", "acrh": "Content-Type,x-a"}, "allowed", "allow_origins", True),
    (LISTS, {"origin": OK, "acrm": "put"}, "method-unlisted", "allow_methods", False),
    (LISTS, {"origin": OK, "acrm": "P T"}, "method-malformed", "allow_methods", False),
    (LISTS, {"origin": OK, "acrm": ""}, "method-malformed", "allow_methods", False),
    (LISTS, {"origin": OK, "acrm": "PUT", "acrh": "x-a, X-B"}, "header-unlisted", "allow_headers", False),
    (LISTS, {"origin": OK, "acrm": "PUT", "acrh": "x a"}, "headers-malformed", "allow_headers", False),
    (LISTS, {"origin": OK, "acrm": "PUT", "acrh": "x-a," * 500}, "allowed", "allow_origins", True),
    (LISTS, {"origin": OK, "acrm": "PUT", "acrh": "x-a," * 16385}, "headers-malformed", "allow_headers", False),
    (LISTS, {"origin": OK, "acrm": "PATCH", "acrh": "x-b"}, "method-unlisted", "allow_methods", False),
    (LISTS, {"origin": "https://evil.example", "acrm": "PATCH"}, "origin-unlisted", "allow_origins", False),
    (ANY_LISTS, {"origin": OK, "acrm": "X" * 65, "acrh": "x-b"}, "allowed", "allow_origins", True),
    (
        ANY_LISTS,
        {"origin": OK, "acrm": "PUT", "acrh": "authorization"},
        "authorization-unlisted",
        "allow_headers",
        False,
    ),
    (ECHOING, {"origin": OK, "acrm": "PUT", "acrh": "x-b"}, "allowed", "allow_origins", True),
    (ECHOING, {"origin": OK, "acrm": "X" * 65}, "method-malformed", "allow_methods", False),
    (ECHOING, {"origin": OK, "acrm": "PUT", "acrh": "a" * 1025}, "headers-malformed", "allow_headers", False),
    (
        ECHOING,
        {"origin": OK, "acrm": "PUT", "acrh": "authorization"},
        "authorization-unlisted",
        "allow_headers",
        False,
    ),
    (REFUSING, {"origin": "https://evil.example"}, "origin-unlisted", "allow_origins", False),
    (REFUSING, {"origin": OK}, "allowed", "allow_origins", True),
    (REFUSING, {}, "no-origin", None, False),
    (REFUSING, {"origin": "https://evil.example", "acrm": "PUT"}, "origin-unlisted", "allow_origins", False),
]


@pytest.mark.parametrize(
    ("policy", "fields", "code", "field", "allowed"),
    REASONS,
    ids=lambda value: repr(value)[:60] if isinstance(value, dict) else None,
)
def test_reasons(policy: Policy, fields: dict[str, str], code: str, field: str | None, allowed: bool) -> None:
    names = {"acrm": "access-control-request-method", "acrh": "access-control-request-headers"}
    headers = {names.get(name, name): value for name, value in fields.items()}
    method = "OPTIONS" if "acrm" in fields else "GET"
    for decision in (policy.decide(method, headers), decide(policy, CORSRequest.of(method, headers))):
        reason = decision.reason
        assert (reason.code, reason.field, reason.allowed) == (code, field, allowed)
        assert decision.allowed is allowed
        assert all(len(value) < 1000 for _, value in reason.evidence)


def test_the_evidence_names_the_rule_that_matched() -> None:
    reason = LISTS.decide("GET", {"origin": OK}).reason
    assert (reason.index, reason.evidence) == (0, (("Origin", OK), ("rule", "https://*.example.com")))
    lifted = Policy(allow_origins=[OK, dangerously("null", because="x")])
    reason = lifted.decide("GET", {"origin": "null"}).reason
    assert (reason.index, reason.evidence) == (1, (("Origin", "null"), ("rule", "null")))


def test_the_evidence_names_what_was_asked_and_what_is_listed() -> None:
    asked = {"origin": OK, "access-control-request-method": "PUT", "access-control-request-headers": "x-a, X-B"}
    assert LISTS.decide("OPTIONS", asked).reason.evidence == (
        ("header", "x-b"),
        ("Access-Control-Request-Headers", "x-a, X-B"),
        ("allow_headers", "x-a, content-type"),
    )


def test_a_refusal_shows_what_was_known_of_the_server() -> None:
    reason = REFUSING.decide("GET", {"origin": "https://evil.example", "host": "api.example.com"}).reason
    assert reason.evidence == (
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "absent"),
        ("Host", "api.example.com"),
    )


def test_evidence_of_hostile_bytes_can_be_logged() -> None:
    reason = LISTS.decide("GET", [(b"origin", b"https://\x1b[31m\r\n\xe9" + b"x" * 1000)]).reason
    assert reason.evidence[0][1].startswith(r"https://\x1b[31m\r\n\xe9xxx")
    assert reason.evidence[0][1].isascii()


def test_every_reason_has_a_case() -> None:
    """The other two are those of test_refusing_spares_the_servers_own_pages and of test_predicates.py."""
    assert {code for _, _, code, _, _ in REASONS} | {"origin-own", "predicate-failed"} == set(DecisionCode)


def test_a_decision_is_a_value() -> None:
    one, other = (LISTED.decide("GET", {"origin": OK}) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != LISTED.decide("GET", {})
    with pytest.raises(AttributeError):
        one.status = 200  # type: ignore[misc]


# What holds of every decision


def field(decision: Decision, name: bytes) -> list[bytes]:
    return [value for other, value in decision.headers if other == name]


@settings(max_examples=300)
@given(policies(), requests())
def test_the_compiled_decider_equals_the_reference(policy: Policy, request: Any) -> None:
    """Also in tests/policy/test_compile.py; here over the requests of this file."""
    method, headers = request
    reference = decide(policy, CORSRequest.of(method, headers))
    compiled = policy.decide(method, headers)
    assert compiled == reference
    assert compiled.reason == reference.reason


@settings(max_examples=300)
@given(policies(), requests())
def test_every_decision_is_one_that_a_browser_cannot_misread(policy: Policy, request: Any) -> None:
    method, headers = request
    decision = decide(policy, CORSRequest.of(method, headers))
    origins = [value for name, value in headers if name == b"Origin"]

    names = [name for name, _ in decision.headers]
    assert len(names) == len(set(names)), "a field twice"
    assert all(name == name.lower() and is_token(name.decode()) for name in names)
    assert not any(byte in value for _, value in decision.headers for byte in b"\r\n\0"), "an injected line"
    assert len(decision.vary) == len(set(decision.vary))

    acao = field(decision, b"access-control-allow-origin")
    constant = {b"*"} if policy.allow_origins == ("*",) else {rule.encode() for rule in policy._rules.exact}
    if acao and acao[0] not in constant:
        assert origins == acao, "an origin that was not sent, or one of several"
        assert decision.reason.code not in ("origin-unlisted", "origin-malformed", "no-origin"), "an origin not allowed"
        assert b"Origin" in decision.vary
        assert parse_serialized_origin(acao[0].decode()) is not None
    if acao == [b"*"]:
        assert policy.allow_origins == ("*",)
        assert not field(decision, b"access-control-allow-credentials"), "`*` with credentials"
    if not acao:
        assert not [name for name in names if name.startswith(b"access-control-")]
    assert field(decision, b"access-control-allow-credentials") in ([], [b"true"])

    if decision.kind == "actual":
        assert (decision.status, decision.body) == (None, b"")
        assert set(names) <= {
            b"access-control-allow-origin",
            b"access-control-allow-credentials",
            b"access-control-expose-headers",
            b"cache-control",
        }
    else:
        assert decision.status is not None
        assert field(decision, b"content-length") == (
            [] if decision.status == 204 else [str(len(decision.body)).encode()]
        )
    assert (decision.kind == "preflight") is (CORSRequest.of(method, headers).is_preflight)
    if decision.kind == "refused":
        assert policy.refuse_disallowed
        assert origins
        assert field(decision, b"cache-control") == [b"no-store"]
    if method == "OPTIONS":
        assert decision.vary == OPTIONS
    for name in (b"access-control-allow-methods", b"access-control-allow-headers", b"access-control-expose-headers"):
        for value in field(decision, name):
            assert all(map(is_token, get_decode_and_split(value)))
            assert len(value) <= 1024


@given(declarations(), requests())
def test_what_is_answered_depends_on_nothing_that_vary_does_not_name(declared: dict[str, Any], request: Any) -> None:
    """A cache that keys on the fields in Vary serves everyone what they would have been answered."""
    policy = Policy(**declared)
    method, headers = request
    decision = decide(policy, CORSRequest.of(method, headers))
    if decision.kind == "refused" or policy.refuse_disallowed:
        return  # not to be stored, and decided by Sec-Fetch-Site and Host
    keyed = {name.lower() for name in decision.vary}
    kept = [(name, value) for name, value in headers if name.lower() in keyed]
    assert decide(policy, CORSRequest.of(method, kept)) == decision


@given(policies(), st.lists(st.binary(max_size=12), max_size=3), requests())
def test_other_fields_make_no_difference(policy: Policy, names: list[bytes], request: Any) -> None:
    method, headers = request
    others = [(b"x-" + name, b"https://app.example.com") for name in names]
    assert decide(policy, CORSRequest.of(method, [*others, *headers])) == decide(
        policy, CORSRequest.of(method, headers)
    )


@settings(max_examples=300)
@given(policies(), requests())
def test_what_is_told_is_what_is_sent(policy: Policy, request: Any) -> None:
    """Hooks, counters and logs hear the decision: of an Origin that the response lets in, it must not say otherwise."""
    method, headers = request
    decision = policy.decide(method, headers)
    origin = CORSRequest.of(method, headers).origin
    if origin is None:
        return
    lets_in = field(decision, b"access-control-allow-origin") in ([b"*"], [origin])
    blames_the_origin = decision.reason.field == "allow_origins" and not decision.allowed
    assert lets_in is not (blames_the_origin or decision.reason.code == "origin-own")
