"""The slow decider: the Decision table, row by row, to be read. `_compile` must answer as it does.

Here alone a decision is explained, on demand: `explain` goes over the same request again, and says what decided.
"""

from functools import partial

from crossorigin.standard import (
    Origin,
    is_cors_safelisted_method,
    is_token,
    parse_serialized_origin,
    parse_token_list,
    visible,
)

from ._dangerously import Dangerously
from ._decision import (
    MAX_ECHOED_HEADERS,
    MAX_ECHOED_METHOD,
    NO_STORE,
    REFUSAL,
    VARY_OPTIONS,
    VARY_ORIGIN,
    Decision,
    DecisionCode,
    DecisionReason,
)
from ._errors import shown
from ._patterns import ORIGINS_OUTSIDE_THE_GRAMMAR, OriginPattern, parse_origin_pattern
from ._policy import Policy
from ._predicates import Askable, Outcome, Question, ask, ask_async
from ._request import CORSRequest
from ._same_origin import is_same_origin_request

Fields = tuple[tuple[bytes, bytes], ...]

MAX_EXPLAINED_HEADERS = 65536
SHOWN_VALUE = 200


def decide(policy: Policy, request: CORSRequest) -> Decision:
    """The answer of a policy without async predicates."""
    asked = question(policy, request)
    return answer(policy, request, Outcome() if asked is None else ask(asked))


async def adecide(policy: Policy, request: CORSRequest) -> Decision:
    """The answer of any policy."""
    asked = question(policy, request)
    if asked is None:
        return answer(policy, request, Outcome())
    return answer(policy, request, await ask_async(asked, policy.predicate_timeout))


def question(policy: Policy, request: CORSRequest) -> Question | None:
    """Whom to ask about a well-formed origin: predicates come after patterns, and credentials after the origin."""
    origin = None if request.origin is None else parse_serialized_origin(request.origin.decode("latin-1"))
    if origin is None:
        return None
    allowed = _origin_reason(policy, request, Outcome()).allowed
    credentialed = policy._credentialed
    if credentialed is None or _credentials_rule(policy, request, Outcome()) is not None:
        of_credentials: tuple[Askable, ...] = ()
    else:
        of_credentials = credentialed.askable
    return Question(origin, allowed, () if allowed else policy._rules.askable, of_credentials, request.url)


def answer(policy: Policy, request: CORSRequest, outcome: Outcome) -> Decision:
    """The Decision table. `outcome` is what the predicates said."""
    allowed = _origin_reason(policy, request, outcome).allowed
    credentials = may_send_credentials(policy, request, outcome)
    constant_origin = _constant_origin(policy)
    origin = constant_origin or request.origin or b""
    if policy._rules.any_origin and not credentials:
        origin = b"*"
    # What a failing predicate may have denied must not be cached.
    failed = outcome.error is not None and not (allowed and (credentials or not _asks_of_credentials(policy)))
    no_store = (NO_STORE,) if failed else ()
    vary = VARY_OPTIONS if request.method == "OPTIONS" else () if constant_origin else VARY_ORIGIN
    decision = partial(Decision, vary=vary, error=outcome.error, explain=partial(explain, policy, request, outcome))

    if request.is_preflight:
        if allowed or (constant_origin and not _echoes(policy)):
            fields = (*no_store, *_preflight_fields(policy, request, origin, credentials=credentials))
            return decision(kind="preflight", status=policy.preflight_status, headers=fields)
        return decision(kind="preflight", status=403, headers=(*no_store, (b"content-length", b"0")))

    if allowed or constant_origin:
        return decision(kind="actual", headers=(*no_store, *_actual_fields(policy, origin, credentials=credentials)))

    if _refuses(policy, request):
        length = str(len(REFUSAL)).encode()
        fields = ((b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length), NO_STORE)
        return decision(kind="refused", status=403, headers=fields, body=REFUSAL)

    return decision(kind="actual", headers=no_store)


def explain(policy: Policy, request: CORSRequest, outcome: Outcome) -> DecisionReason:
    """Why `answer` answers so, and whether a browser would let the page do what it asks."""
    reason = _origin_reason(policy, request, outcome)
    if request.is_preflight and reason.allowed:
        echoes = may_send_credentials(policy, request, outcome)
        return (
            _method_reason(policy, request, echoes=echoes) or _headers_reason(policy, request, echoes=echoes) or reason
        )
    if not request.is_preflight and policy.refuse_disallowed and not reason.allowed and request.origin is not None:
        evidence = (
            *reason.evidence,
            ("Sec-Fetch-Site", _shown(request.sec_fetch_site)),
            ("Host", _shown(request.host)),
        )
        if not _refuses(policy, request):
            return DecisionReason(code=DecisionCode.ORIGIN_OWN, allowed=False, evidence=evidence)
        return DecisionReason(code=reason.code, allowed=False, field=reason.field, evidence=evidence)
    return reason


def matches(pattern: OriginPattern, origin: Origin) -> bool:
    """Whether a pattern matches a well-formed origin.

    >>> matches(parse_origin_pattern("https://*.example.com"), Origin("https", "a.b.example.com"))
    True
    """
    if pattern.scheme != origin.scheme or pattern.port not in ("*", origin.port):
        return False
    label, _, parent = origin.host.partition(".")
    match pattern.kind:
        case "subdomains":
            return origin.host.endswith(f".{pattern.host}")
        case "label":
            return parent == pattern.host and pattern.matches_label(label)
        case "any-host":
            return True
        case _:
            return origin.host == pattern.host


# Credentials


def may_send_credentials(policy: Policy, request: CORSRequest, outcome: Outcome) -> bool:
    """Whether an allowed origin may: all of them, none, or those that `allow_credentials` lists."""
    if isinstance(policy.allow_credentials, bool):
        return policy.allow_credentials
    return _credentials_rule(policy, request, outcome) is not None


def _credentials_rule(policy: Policy, request: CORSRequest, outcome: Outcome) -> str | None:
    """The entry of the list that lets the origin send credentials."""
    if policy._credentialed is None or isinstance(policy.allow_credentials, bool) or request.origin is None:
        return None
    text = request.origin.decode("latin-1")
    for entry in policy.allow_credentials:
        rule = entry.pattern if isinstance(entry, Dangerously) else entry
        if isinstance(rule, str) and _rule_matches(rule, text, parse_serialized_origin(text)):
            return rule
    return None if outcome.credentials is None else shown(policy._credentialed.predicates[outcome.credentials])


def _asks_of_credentials(policy: Policy) -> bool:
    return policy._credentialed is not None and bool(policy._credentialed.predicates)


# Constancy


def _constant_origin(policy: Policy) -> bytes | None:
    """Access-Control-Allow-Origin, if it is the same on every actual response: nothing of the request is looked at."""
    rules = policy._rules
    if not isinstance(policy.allow_credentials, bool):
        return None
    if rules.any_origin:
        return b"*"
    entries = [entry.pattern if isinstance(entry, Dangerously) else entry for entry in policy.allow_origins]
    if rules.exact and all(entry == rules.exact[0] for entry in entries) and not policy.refuse_disallowed:
        return rules.exact[0].encode()
    return None


def _echoes(policy: Policy) -> bool:
    """Whether a preflight's answer repeats what was asked: `*` means nothing to a browser with credentials."""
    return bool(policy.allow_credentials) and ("*" in policy.allow_methods or "*" in policy.allow_headers)


# Fields


def _actual_fields(policy: Policy, origin: bytes, *, credentials: bool) -> Fields:
    return (
        *_origin_fields(origin, credentials=credentials),
        *_list_field(b"access-control-expose-headers", policy.expose_headers),
    )


def _preflight_fields(policy: Policy, request: CORSRequest, origin: bytes, *, credentials: bool) -> Fields:
    fields = (
        *_origin_fields(origin, credentials=credentials),
        *_list_field(b"access-control-allow-methods", _methods(policy, request, echoes=credentials)),
        *_list_field(b"access-control-allow-headers", _headers(policy, request, echoes=credentials)),
    )
    if policy.max_age is not None:
        fields = (*fields, (b"access-control-max-age", str(policy.max_age).encode()))
    return fields if policy.preflight_status == 204 else (*fields, (b"content-length", b"0"))


def _origin_fields(origin: bytes, *, credentials: bool) -> Fields:
    allow_origin = (b"access-control-allow-origin", origin)
    return (allow_origin, (b"access-control-allow-credentials", b"true")) if credentials else (allow_origin,)


def _list_field(name: bytes, items: tuple[str, ...]) -> Fields:
    """The field that lists `items`, each once; none where there are none, and `*` alone where it covers all of them."""
    if "*" in items:
        items = ("*", "authorization") if name.endswith(b"allow-headers") and "authorization" in items else ("*",)
    return ((name, ",".join(dict.fromkeys(items)).encode()),) if items else ()


def _methods(policy: Policy, request: CORSRequest, *, echoes: bool) -> tuple[str, ...]:
    if not (echoes and "*" in policy.allow_methods):
        return policy.allow_methods
    method = (request.requested_method or b"").decode("latin-1")
    return (method,) if is_token(method) and len(method) <= MAX_ECHOED_METHOD else ()


def _headers(policy: Policy, request: CORSRequest, *, echoes: bool) -> tuple[str, ...]:
    if not (echoes and "*" in policy.allow_headers):
        return policy.allow_headers
    value = request.requested_headers or b""
    names = parse_token_list(value) if len(value) <= MAX_ECHOED_HEADERS else None
    listed = "authorization" in policy.allow_headers
    return tuple(name for name in names or () if listed or name.lower() != "authorization")


# Reasons


def _refuses(policy: Policy, request: CORSRequest) -> bool:
    if not policy.refuse_disallowed or request.origin is None:
        return False
    return not is_same_origin_request(
        request.origin,
        sec_fetch_site=request.sec_fetch_site,
        host=request.host,
        scheme=request.scheme,
        own_origins=request.own_origins,
    )


def _origin_reason(policy: Policy, request: CORSRequest, outcome: Outcome) -> DecisionReason:
    """The question of the origin alone."""
    if request.origin is None:
        return DecisionReason(code=DecisionCode.NO_ORIGIN, allowed=False)
    text = request.origin.decode("latin-1")
    origin = parse_serialized_origin(text)
    evidence: tuple[tuple[str, str], ...] = (("Origin", _shown(request.origin)),)
    credentials = _credentials_evidence(policy, request, outcome)
    for index, entry in enumerate(policy.allow_origins):
        rule = entry.pattern if isinstance(entry, Dangerously) else entry
        if isinstance(rule, str) and _rule_matches(rule, text, origin):
            return _allowed(index, (*evidence, ("rule", rule), *credentials))
    if outcome.index is not None:
        predicate = policy._rules.predicates[outcome.index]
        rule = shown(predicate)
        return _allowed(policy.allow_origins.index(predicate), (*evidence, ("rule", rule), *credentials))
    if origin is None and text not in ORIGINS_OUTSIDE_THE_GRAMMAR:
        code = DecisionCode.ORIGIN_MALFORMED
    elif outcome.error is not None:
        code = DecisionCode.PREDICATE_FAILED
        evidence = (*evidence, ("error", shown(outcome.error)))
    else:
        code = DecisionCode.ORIGIN_UNLISTED
    return DecisionReason(code=code, allowed=False, field="allow_origins", evidence=evidence)


def _credentials_evidence(policy: Policy, request: CORSRequest, outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Whether an allowed origin may send credentials, where only some may."""
    if policy._credentialed is None:
        return ()
    rule = _credentials_rule(policy, request, outcome)
    if rule is None and outcome.error is not None and _asks_of_credentials(policy):
        return (("credentials", "no: a predicate failed"), ("error", shown(outcome.error)))
    return (("credentials", "no: not listed" if rule is None else f"yes: {rule}"),)


def _rule_matches(rule: str, text: str, origin: Origin | None) -> bool:
    if rule == "*":
        return True  # what is sent lets anyone in, and so says the decision
    if rule in ORIGINS_OUTSIDE_THE_GRAMMAR:
        return rule == text
    pattern = parse_origin_pattern(rule)
    return pattern is not None and origin is not None and matches(pattern, origin)


def _allowed(index: int, evidence: tuple[tuple[str, str], ...]) -> DecisionReason:
    return DecisionReason(
        code=DecisionCode.ALLOWED, allowed=True, field="allow_origins", index=index, evidence=evidence
    )


def _method_reason(policy: Policy, request: CORSRequest, *, echoes: bool) -> DecisionReason | None:
    """What keeps the requested method from being allowed; None where nothing does."""
    method = (request.requested_method or b"").decode("latin-1")
    listed = ", ".join(policy.allow_methods)
    denied = partial(
        DecisionReason,
        allowed=False,
        field="allow_methods",
        evidence=(
            ("Access-Control-Request-Method", _shown(request.requested_method)),
            ("allow_methods", listed),
        ),
    )
    if not is_token(method):
        return denied(code=DecisionCode.METHOD_MALFORMED)
    if is_cors_safelisted_method(method) or method in policy.allow_methods:
        return None
    if "*" not in policy.allow_methods:
        return denied(code=DecisionCode.METHOD_UNLISTED)
    if echoes and len(method) > MAX_ECHOED_METHOD:
        return denied(code=DecisionCode.METHOD_MALFORMED)
    return None


def _headers_reason(policy: Policy, request: CORSRequest, *, echoes: bool) -> DecisionReason | None:
    """What keeps the requested headers from being allowed; None where nothing does."""
    value = request.requested_headers or b""
    evidence = (
        ("Access-Control-Request-Headers", _shown(value)),
        ("allow_headers", ", ".join(policy.allow_headers)),
    )
    denied = partial(DecisionReason, allowed=False, field="allow_headers")
    wildcard = "*" in policy.allow_headers
    limit = MAX_ECHOED_HEADERS if wildcard and echoes else MAX_EXPLAINED_HEADERS
    names = parse_token_list(value) if len(value) <= limit else None
    if names is None:
        return denied(code=DecisionCode.HEADERS_MALFORMED, evidence=evidence)
    listed = {*policy.allow_headers}
    for name in names:
        name = name.lower()
        if name in listed or (wildcard and name != "authorization"):
            continue
        code = DecisionCode.AUTHORIZATION_UNLISTED if wildcard else DecisionCode.HEADER_UNLISTED
        return denied(code=code, evidence=(("header", _shown(name.encode())), *evidence))
    return None


def _shown(value: bytes | None) -> str:
    """A stranger's bytes as a log can hold them."""
    return "absent" if value is None else visible(value, SHOWN_VALUE, ascii_only=True)
