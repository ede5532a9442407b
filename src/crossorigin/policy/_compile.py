"""The fast decider. Law: it answers every request as `_reference` does.

A policy is worked into tables once: the field lines of each row of the Decision table, ready to send. A request then
costs one look-up of its Origin. Middleware reads the tables itself on the way that most requests go, and calls
`answer` for all others (OPTIONS, `refuse_disallowed`, predicates).

Nothing of the request is parsed but what a policy echoes: the lists that a preflight is answered with are the whole
lists as declared, so that one preflight fills the browser's cache for all of them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from crossorigin.standard import MAX_ORIGIN_LENGTH, is_token, parse_serialized_origin, parse_token_list

from ._decision import (
    MAX_ECHOED_HEADERS,
    MAX_ECHOED_METHOD,
    NO_STORE,
    REFUSAL,
    VARY_OPTIONS,
    VARY_ORIGIN,
    Decision,
    DecisionKind,
    DecisionReason,
)
from ._errors import PolicyError, problem
from ._index import OriginIndex
from ._patterns import OriginRules
from ._predicates import Askable, Outcome, Question, ask, ask_async, is_async_predicate
from ._request import READ_FIELDS, CORSRequest, HeadersInput
from ._request_url import RequestURL
from ._same_origin import is_same_origin_request

if TYPE_CHECKING:
    from ._policy import Policy

Field = tuple[bytes, bytes]
Fields = tuple[Field, ...]

NO_OUTCOME = Outcome()
"""Nobody was asked."""
_ANY_ORIGIN: Field = (b"access-control-allow-origin", b"*")
_VARY_ORIGIN: Fields = ((b"vary", b", ".join(VARY_ORIGIN)),)
_VARY_OPTIONS: Fields = ((b"vary", b", ".join(VARY_OPTIONS)),)


def compile_policy(policy: "Policy") -> "CompiledPolicy":
    """The tables of a policy: made when they are first asked for, and kept with it.

    Raises:
        PolicyError: `allow_methods` is `"route"`, and nobody said which: `for_route(methods)` comes first.
    """
    compiled = policy._compiled
    if compiled is None:
        if policy.needs_route:
            raise PolicyError.of([problem("method-route-unknown", "allow_methods", None, "route")])
        compiled = CompiledPolicy(policy)
        object.__setattr__(policy, "_compiled", compiled)
    return compiled


def refuse_async_predicates(policy: "Policy") -> None:
    """For those who can await nothing.

    Raises:
        PolicyError: with a problem for each async predicate.
    """
    credentialed = () if isinstance(policy.allow_credentials, bool) else policy.allow_credentials
    problems = [
        problem("async-predicate", field, index, entry)
        for field, entries in (("allow_origins", policy.allow_origins), ("allow_credentials", credentialed))
        for index, entry in enumerate(entries)
        if callable(entry) and is_async_predicate(entry)
    ]
    if problems:
        raise PolicyError.of(problems)


class Answer(NamedTuple):
    """A row of the Decision table, filled in: the parts of a `Decision`, Vary as the field that is sent."""

    kind: DecisionKind
    status: int | None
    headers: Fields
    vary: Fields
    body: bytes = b""


def read_request(headers: Collection[Field]) -> dict[bytes, bytes]:
    """The fields of a request by name, those that a decision depends on at least.

    Several lines of one are joined by `, `: so two Origin lines match nothing, whatever they hold. Names are taken to
    be in lower case, as ASGI has them.
    """
    fields = dict(headers)
    if len(fields) == len(headers):  # no name twice: one call in C has read them all
        return fields
    lines: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        if name in READ_FIELDS:
            lines.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in lines.items()}


class Preflights(NamedTuple):
    """The rows of the Decision table for preflights of a policy that echoes nothing of them, Vary with each.

    Attributes:
        status: of one whose origin is allowed; any other is answered 403.
        constant: all of it, where that is the same for everyone; None where it depends on the Origin.
        after_origin: what follows Access-Control-Allow-Origin.
        denied: all of it, where the origin is not allowed.
    """

    status: int
    constant: Fields | None
    after_origin: Fields
    denied: Fields


class _Tier(NamedTuple):
    """What responses carry that let their page read, with credentials or without.

    Attributes:
        allow_origin: the field that is the same for every Origin of the tier; None where each gets its own back.
        after_origin: what follows it on an actual response.
        methods, names, rest: what follows it on a preflight's, but for what is echoed.
    """

    allow_origin: Field | None
    after_origin: Fields
    methods: Fields
    names: Fields
    rest: Fields
    echoes_method: bool
    echoes_headers: bool


class CompiledPolicy:
    """One policy as tables.

    Attributes:
        policy: what it was made of.
        allows_every_origin: `*` is allowed.
        has_predicates: there is somebody to `ask`.
        is_async: a predicate has to be awaited, so `ask` is not enough.
        wants_request: a predicate takes the request too, so `ask` needs it.
        constant: the fields of every actual response, whatever was asked; None where they depend on the Origin.
        matches: whether a pattern matches an Origin field's value. Predicates are not asked.
        after_origin: what follows Access-Control-Allow-Origin on an actual response to an allowed Origin; where only
            some origins may send credentials, to one of the others.
        preflights: what preflights are answered, if no predicate has to be asked; None where something of them is
            echoed, or only some origins may send credentials.
        asks_nobody: `constant`, or `matches` and `after_origin`, say all about actual requests: no predicate is asked,
            nothing is refused, and all allowed origins are answered alike.
    """

    __slots__ = (
        "_asks_of_credentials",
        "_credentialed",
        "_echoes_authorization",
        "_may_send_credentials",
        "_others",
        "after_origin",
        "allows_every_origin",
        "asks_nobody",
        "constant",
        "has_predicates",
        "is_async",
        "matches",
        "policy",
        "preflights",
        "wants_request",
    )

    def __init__(self, policy: "Policy") -> None:
        rules = policy._rules
        self.policy = policy
        self.matches = _matcher(rules)
        self.allows_every_origin = rules.any_origin
        self.has_predicates = bool(policy._predicates)
        self.is_async = policy.is_async
        self.wants_request = policy.wants_request
        self.asks_nobody = not self.has_predicates and not policy.refuse_disallowed and policy._credentialed is None

        self._echoes_authorization = "authorization" in policy.allow_headers
        # Those whose requests may carry credentials, if only some may; and all others.
        self._may_send_credentials = None if policy._credentialed is None else _matcher(policy._credentialed)
        self._asks_of_credentials = policy._credentialed is not None and bool(policy._credentialed.predicates)
        self._credentialed = _tier(policy, None, credentials=True)
        constant_origin = _constant_origin(policy)
        any_origin = _ANY_ORIGIN if rules.any_origin else None
        self._others = _tier(policy, constant_origin or any_origin, credentials=policy.allow_credentials is True)
        self.after_origin = self._others.after_origin
        self.constant: Fields | None = None
        if constant_origin is not None:
            self.constant = (constant_origin, *self.after_origin)
        self.preflights: Preflights | None = None
        tier = self._others
        if policy._credentialed is None and not tier.echoes_method and not tier.echoes_headers:
            after_origin = tier.methods + tier.names + tier.rest + _VARY_OPTIONS
            self.preflights = Preflights(
                status=policy.preflight_status,
                constant=None if constant_origin is None else (constant_origin, *after_origin),
                after_origin=after_origin,
                denied=_PREFLIGHT_DENIED.headers + _PREFLIGHT_DENIED.vary,
            )

    def actual_fields(self, origin: bytes | None) -> Fields:
        """The fields of an actual response, Vary with them, where `asks_nobody`."""
        if self.constant is not None:
            return self.constant
        if origin is not None and self.matches(origin):
            return ((b"access-control-allow-origin", origin), *self.after_origin, *_VARY_ORIGIN)
        return _VARY_ORIGIN

    def preflight_fields(self, origin: bytes) -> tuple[int, Fields]:
        """The status and the fields of the answer to a preflight, Vary with them, where `asks_nobody` and there are
        `preflights`."""
        table = self.preflights
        assert table is not None  # noqa: S101
        if table.constant is not None:
            return table.status, table.constant
        if self.matches(origin):
            return table.status, ((b"access-control-allow-origin", origin), *table.after_origin)
        return 403, table.denied

    def decide(
        self,
        method: str,
        headers: HeadersInput,
        *,
        scheme: str | None = None,
        own_origins: Collection[str] = (),
        request: RequestURL | None = None,
    ) -> Decision:
        """The answer as a value that can explain itself. See `Policy.decide`."""
        asked = CORSRequest.of(method, headers, scheme=scheme, own_origins=own_origins, url=request)
        return self._decision(asked, self.ask(asked.origin, request))

    async def adecide(
        self,
        method: str,
        headers: HeadersInput,
        *,
        scheme: str | None = None,
        own_origins: Collection[str] = (),
        request: RequestURL | None = None,
    ) -> Decision:
        """As `decide`, for predicates of both kinds."""
        asked = CORSRequest.of(method, headers, scheme=scheme, own_origins=own_origins, url=request)
        return self._decision(asked, await self.ask_async(asked.origin, request))

    def ask(self, origin: bytes | None, request: RequestURL | None = None) -> Outcome:
        """What the predicates say of an Origin that no pattern matches. Only well-formed origins come before them.

        One that takes the request fails where there is none, and is not asked about a path that could mean another.
        """
        question = self._question(origin, request)
        return NO_OUTCOME if question is None else ask(question)

    async def ask_async(self, origin: bytes | None, request: RequestURL | None = None) -> Outcome:
        """As `ask`, for predicates of both kinds."""
        question = self._question(origin, request)
        return NO_OUTCOME if question is None else await ask_async(question, self.policy.predicate_timeout)

    def _question(self, origin: bytes | None, request: RequestURL | None) -> Question | None:
        if origin is None or not self.has_predicates or len(origin) > MAX_ORIGIN_LENGTH:
            return None
        is_allowed = self.matches(origin)
        credentialed, may_send_credentials = self.policy._credentialed, self._may_send_credentials
        predicates = () if is_allowed else self.policy._rules.askable
        of_credentials: tuple[Askable, ...] = ()
        if credentialed is not None and may_send_credentials is not None and not may_send_credentials(origin):
            of_credentials = credentialed.askable
        if not predicates and not of_credentials:
            return None
        parsed = parse_serialized_origin(origin.decode("latin-1"))
        return None if parsed is None else Question(parsed, is_allowed, predicates, of_credentials, request)

    def lets_cookies_pass(self, origin: bytes, outcome: Outcome) -> bool:
        """Whether an allowed Origin may bring cookies, for what always brings them; True where the policy does not tell
        its origins apart by that."""
        may_send_credentials = self._may_send_credentials
        return may_send_credentials is None or outcome.credentials is not None or may_send_credentials(origin)

    def _tier(self, origin: bytes, outcome: Outcome) -> _Tier:
        """What an allowed Origin is answered with."""
        may_send_credentials = self._may_send_credentials
        if may_send_credentials is None:
            return self._others
        return self._credentialed if outcome.credentials is not None or may_send_credentials(origin) else self._others

    def _no_store(self, tier: _Tier, outcome: Outcome) -> Fields:
        """For an allowed Origin to which a failing predicate may have denied credentials: that must not be cached."""
        return (NO_STORE,) if outcome.error is not None and self._asks_of_credentials and tier is self._others else ()

    def answer(
        self,
        method: str,
        fields: Mapping[bytes, bytes | None],
        outcome: Outcome = NO_OUTCOME,
        scheme: str | None = None,
        own_origins: Collection[str] = (),
    ) -> Answer:
        """The answer to a request with these fields, as `read_request` gives them.

        `outcome` is what `ask` said of its Origin; it is not looked at where a pattern decides.
        """
        origin = fields.get(b"origin")
        vary = _VARY_ORIGIN
        if method == "OPTIONS":
            vary = _VARY_OPTIONS
            requested_method = fields.get(b"access-control-request-method")
            if origin is not None and requested_method is not None:
                # What echoes something is not constant: a stranger is not told what it asked for.
                constant = self.constant if self.preflights is not None else None
                if constant is not None or self.matches(origin) or outcome.allowed:
                    requested_headers = fields.get(b"access-control-request-headers")
                    return self._preflight(origin, outcome, requested_method, requested_headers)
                return _PREFLIGHT_DENIED if outcome.error is None else _PREFLIGHT_DENIED_BY_ERROR
        if self.constant is not None:
            return Answer("actual", None, self.constant, vary if method == "OPTIONS" else ())
        if origin is None:
            return Answer("actual", None, (), vary)
        if self.matches(origin) or outcome.allowed:
            tier = self._tier(origin, outcome)
            allow_origin = tier.allow_origin or (b"access-control-allow-origin", origin)
            return Answer("actual", None, (*self._no_store(tier, outcome), allow_origin, *tier.after_origin), vary)
        if self.policy.refuse_disallowed and not is_same_origin_request(
            origin,
            sec_fetch_site=fields.get(b"sec-fetch-site"),
            host=fields.get(b"host"),
            scheme=scheme,
            own_origins=own_origins,
        ):
            return Answer("refused", 403, _REFUSAL_FIELDS, vary, REFUSAL)
        # A denial that a failing predicate caused is nobody's to keep.
        return Answer("actual", None, () if outcome.error is None else (NO_STORE,), vary)

    def decision(
        self,
        method: str,
        fields: Mapping[bytes, bytes],
        outcome: Outcome,
        *,
        scheme: str | None = None,
        own_origins: Collection[str] = (),
    ) -> Decision:
        """What `answer` answers the same arguments, as a value that can explain itself: slow."""
        return self._decision(CORSRequest.of(method, fields, scheme=scheme, own_origins=own_origins), outcome)

    def _decision(self, request: CORSRequest, outcome: Outcome) -> Decision:
        fields = {
            b"origin": request.origin,
            b"access-control-request-method": request.requested_method,
            b"access-control-request-headers": request.requested_headers,
            b"sec-fetch-site": request.sec_fetch_site,
            b"host": request.host,
        }
        answer = self.answer(request.method, fields, outcome, request.scheme, request.own_origins)

        return Decision(
            kind=answer.kind,
            status=answer.status,
            headers=answer.headers,
            vary=tuple(name for _, names in answer.vary for name in names.split(b", ")),
            body=answer.body,
            error=outcome.error,
            explain=partial(_explain, self.policy, request, outcome),
        )

    def _preflight(
        self, origin: bytes, outcome: Outcome, requested_method: bytes, requested_headers: bytes | None
    ) -> Answer:
        tier = self._tier(origin, outcome)
        methods, names = tier.methods, tier.names
        if tier.echoes_method and _is_echoed_method(requested_method):
            methods = (*methods, (b"access-control-allow-methods", requested_method))
        if tier.echoes_headers and requested_headers is not None:
            names = self._echo(requested_headers)
        allow_origin = tier.allow_origin or (b"access-control-allow-origin", origin)
        fields = (*self._no_store(tier, outcome), allow_origin, *methods, *names, *tier.rest)
        return Answer("preflight", self.policy.preflight_status, fields, _VARY_OPTIONS)

    def _echo(self, requested: bytes) -> Fields:
        tokens = parse_token_list(requested) if len(requested) <= MAX_ECHOED_HEADERS else None
        if tokens is None:
            return ()
        return _list_field(
            b"access-control-allow-headers",
            [token for token in tokens if self._echoes_authorization or token.lower() != "authorization"],
        )


def _matcher(rules: OriginRules) -> Callable[[bytes], bool]:
    """Whether `*` or a pattern of these matches an Origin field's value."""
    if rules.any_origin:
        return _is_any
    index = OriginIndex(rules.exact, rules.patterns)
    # A single call in C where nothing but exact origins is listed.
    return index.matches if rules.patterns else index.exact.__contains__


def _is_any(origin: bytes) -> bool:  # noqa: ARG001  # a matcher
    return True


def _tier(policy: "Policy", allow_origin: Field | None, *, credentials: bool) -> _Tier:
    sent: Fields = ((b"access-control-allow-credentials", b"true"),) if credentials else ()
    echoes_method = credentials and "*" in policy.allow_methods
    echoes_headers = credentials and "*" in policy.allow_headers
    return _Tier(
        allow_origin=allow_origin,
        after_origin=sent + _list_field(b"access-control-expose-headers", policy.expose_headers),
        methods=sent + _list_field(b"access-control-allow-methods", () if echoes_method else policy.allow_methods),
        names=_list_field(b"access-control-allow-headers", () if echoes_headers else policy.allow_headers),
        rest=(() if policy.max_age is None else ((b"access-control-max-age", b"%d" % policy.max_age),))
        + (() if policy.preflight_status == 204 else ((b"content-length", b"0"),)),
        echoes_method=echoes_method,
        echoes_headers=echoes_headers,
    )


def _constant_origin(policy: "Policy") -> Field | None:
    rules = policy._rules
    if policy.refuse_disallowed or policy._credentialed is not None:
        return None
    if rules.any_origin:
        return _ANY_ORIGIN
    if len(rules.exact) == 1 and not rules.patterns and not rules.predicates:
        return (b"access-control-allow-origin", rules.exact[0].encode("ascii"))
    return None


def _list_field(name: bytes, items: Iterable[str]) -> Fields:
    """The one field line that lists `items`, each once; none where there are none.

    `*` covers the others, but for `authorization` among request headers.
    """
    listed = tuple(dict.fromkeys(items))
    if "*" in listed:
        beside = name == b"access-control-allow-headers" and "authorization" in listed
        listed = ("*", "authorization") if beside else ("*",)
    return ((name, ",".join(listed).encode("ascii")),) if listed else ()


def _is_echoed_method(method: bytes) -> bool:
    return len(method) <= MAX_ECHOED_METHOD and is_token(method.decode("latin-1"))


def _explain(policy: "Policy", request: CORSRequest, outcome: Outcome) -> DecisionReason:
    from ._reference import explain  # here: it imports Policy, and the hot path never asks why

    return explain(policy, request, outcome)


_REFUSAL_FIELDS: Fields = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", b"%d" % len(REFUSAL)),
    NO_STORE,
)
_PREFLIGHT_DENIED = Answer("preflight", 403, ((b"content-length", b"0"),), _VARY_OPTIONS)
_PREFLIGHT_DENIED_BY_ERROR = Answer("preflight", 403, (NO_STORE, (b"content-length", b"0")), _VARY_OPTIONS)
