"""What a middleware reads of its policy for each request; swapped whole when the policy is."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from crossorigin.policy import (
    NO_OUTCOME,
    Answer,
    CompiledPolicy,
    Fields,
    Outcome,
    Policy,
    PolicyMap,
    ReportOnly,
    compile_policy,
    is_same_origin_request,
    refuse_async_predicates,
)

from . import _log
from ._arguments import Policies, RoutePolicy, check_hook, checked_policies, each_policy
from ._event import DecisionEvent, OnDecision, one_line
from ._routes import RoutePolicies, Unbound, watch


class Rule(NamedTuple):
    """What decides one request: tables, those of a candidate beside them, and the framework's name of the route."""

    compiled: CompiledPolicy
    candidate: CompiledPolicy | None = None
    route: str | None = None

    @property
    def asks_predicates(self) -> bool:
        return self.compiled.has_predicates or (self.candidate is not None and self.candidate.has_predicates)


class Asked(NamedTuple):
    """One request, as much of it as a decision depends on.

    Attributes:
        target: the framework's own request, for finding its route.
        path: decoded.
        fields: as `read_request` gives them.
    """

    target: Any
    method: str
    path: str
    fields: Mapping[bytes, bytes]
    scheme: str | None = None

    @property
    def wanted_method(self) -> str:
        """The method that the page wants to use: of a preflight, the one it asks for."""
        requested = self.fields.get(b"access-control-request-method")
        if self.method == "OPTIONS" and requested is not None and b"origin" in self.fields:
            return requested.decode("latin-1")
        return self.method


class Plan:
    """One policy, map of policies, or policies of routes, ready.

    Attributes:
        compiled: the tables of the one policy; None where there are several.
        is_quick: nobody has to be asked or told, and no route has a policy of its own. `constant`, or `matches` and
            `after_origin`, say all about requests that are not OPTIONS.
        answers_options: `compiled` says all about OPTIONS too, if the plan is quick.
        preflights: what preflights are answered at once; None where that takes more care.
        after_origin: what follows Access-Control-Allow-Origin on a response to an allowed Origin, Vary with it.
    """

    __slots__ = (
        "__weakref__",
        "_known_rules",
        "_on_decision",
        "_own_origins",
        "_quick_rule",
        "_warnings",
        "after_origin",
        "answers_options",
        "compiled",
        "constant",
        "debug",
        "is_quick",
        "matches",
        "policies",
        "preflights",
    )

    def __init__(
        self,
        policies: Policies | RoutePolicies,
        *,
        own_origins: Collection[str] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        can_await: bool = True,
        warnings: "_log.Warnings | None" = None,
    ) -> None:
        if on_decision is not None:
            check_hook(on_decision)
        self.policies = policies
        self.debug = debug
        self._own_origins = own_origins
        self._on_decision = on_decision
        self._warnings = warnings or _log.Warnings()
        self._known_rules: dict[tuple[int, frozenset[str]], tuple[RoutePolicy, Rule]] = {}
        needs_route = False
        default = self.default
        for policy in () if default is None else each_policy(default):
            if not can_await:
                refuse_async_predicates(policy)
            if self.is_placed and policy.needs_route:
                needs_route = True
            else:
                compile_policy(policy)  # now, and not while the first request waits
        self.compiled: CompiledPolicy | None = None
        if isinstance(default, Policy):
            # The methods of a route matter to preflights alone.
            self.compiled = compile_policy(default.for_route(()))
        is_watched = debug or on_decision is not None
        self.is_quick = self.compiled is not None and self.compiled.asks_nobody and not is_watched
        self.answers_options = not needs_route
        self.preflights = self.compiled.preflights if self.compiled and self.is_quick and not needs_route else None
        self._quick_rule = None if self.compiled is None else Rule(self.compiled)
        self.constant: Fields | None = None
        self.matches: Callable[[bytes], bool] = frozenset[bytes]().__contains__
        self.after_origin: Fields = ()
        if self.compiled is not None:
            self.constant = self.compiled.constant
            self.matches = self.compiled.matches
            self.after_origin = (*self.compiled.after_origin, (b"vary", b"Origin"))
        # At last: another thread may bind the first policy meanwhile, and tells those that it finds watching.
        if isinstance(policies, RoutePolicies) and (watch(self) or policies.has_inner_apps):
            self.routes_are_bound()

    @property
    def is_placed(self) -> bool:
        """Whether an integration put the middleware into its place, so that nothing is to be said about that."""
        return isinstance(self.policies, RoutePolicies)

    @property
    def default(self) -> Policies | None:
        """The policy, or that of the app where its routes have some of their own."""
        return self.policies.default if isinstance(self.policies, RoutePolicies) else self.policies

    def with_default(self, policies: Policies | None) -> "Policies | RoutePolicies":
        """The policies with another one in the place of the app's: None too, where routes have some of their own.

        Raises:
            TypeError: it is nothing that an app can have.
        """
        if not isinstance(self.policies, RoutePolicies):
            return checked_policies(policies)
        return replace(self.policies, default=None if policies is None else checked_policies(policies))

    def routes_are_bound(self) -> None:
        """A route of the process has got a policy of its own."""
        self.is_quick = False
        self.preflights = None

    def preflight(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, Fields] | None:
        """The whole answer to an OPTIONS request, its status and its fields, if it is a preflight that takes no care.

        What it asks for is not looked at: the answer says what is allowed.
        """
        table = self.preflights
        if table is None:
            return None
        origin = requested_method = None
        for name, value in headers:
            if name == b"origin":
                origin = value if origin is None else b""  # two lines are no origin
            elif name == b"access-control-request-method":
                requested_method = value
        if origin is None or requested_method is None:
            return None
        if table.constant is not None:
            return table.status, table.constant
        if self.matches(origin):
            return table.status, ((b"access-control-allow-origin", origin), *table.after_origin)
        return 403, table.denied

    def rule_for(self, asked: Asked) -> Rule | None:
        """What decides a request; None where the app is to be left alone."""
        if self.is_quick and (self.answers_options or asked.method != "OPTIONS"):
            return self._quick_rule  # nobody looks for a route
        policies, route = self.policies, None
        policy: RoutePolicy | PolicyMap | Unbound | None
        methods: frozenset[str] = frozenset()
        if isinstance(policies, RoutePolicies):
            policy, methods, route = policies.find(asked.target, asked.wanted_method)
            if isinstance(policy, Unbound):
                policy = policies.default
        else:
            policy = policies
        if isinstance(policy, PolicyMap):
            policy = policy.resolve(asked.path)
        if policy is None:
            return None
        rule = self._rule_of(policy, methods)
        return rule if route is None else rule._replace(route=route)

    def answer(self, asked: Asked, rule: Rule, outcome: Outcome, candidate: Outcome = NO_OUTCOME) -> Answer:
        """The answer, with what the operator and the hook are told about it. The outcomes are those of the predicates
        of the rule and of its candidate."""
        compiled, fields = rule.compiled, asked.fields
        if outcome.error is not None:
            _log.predicate_failed(outcome.error, fields.get(b"origin"))
        answer = compiled.answer(asked.method, fields, outcome, asked.scheme, self._own_origins)
        if b"origin" in fields and (self.debug or self._on_decision is not None or rule.candidate is not None):
            event = self._event(asked, rule, outcome, candidate)
            self._tell(event)
            if self.debug and answer.body:
                answer = _with_body(answer, b"%s: %s\n" % (answer.body, event.decision.reason.code.encode("ascii")))
        return answer

    async def allows_handshake(self, asked: Asked, rule: Rule) -> bool:
        """Whether the policy lets a WebSocket be opened. CORS does not cover them, and browsers send no Sec-Fetch-Site
        with them: one without Origin, or from the app's own, passes."""
        origin = asked.fields.get(b"origin")
        if origin is None or rule.compiled.allows_every_origin or rule.compiled.matches(origin):
            return True
        outcome, _ = await ask(rule, origin)
        if outcome.error is not None:
            _log.predicate_failed(outcome.error, origin)
        return outcome.allowed or is_same_origin_request(
            origin,
            sec_fetch_site=asked.fields.get(b"sec-fetch-site"),
            host=asked.fields.get(b"host"),
            scheme=asked.scheme,
            own_origins=self._own_origins,
        )

    def _rule_of(self, policy: RoutePolicy, methods: frozenset[str]) -> Rule:
        key = id(policy), methods
        known = self._known_rules.get(key)
        if known is not None:
            return known[1]
        bound = policy.for_route(methods)
        if isinstance(bound, ReportOnly):
            rule = Rule(compile_policy(bound.current), compile_policy(bound.candidate))
        else:
            rule = Rule(compile_policy(bound))
        self._known_rules[key] = policy, rule  # the policy is kept too: so its id stays its own
        return rule

    def _event(self, asked: Asked, rule: Rule, outcome: Outcome, candidate_outcome: Outcome) -> DecisionEvent:
        def decision(compiled: CompiledPolicy, outcome: Outcome) -> Any:
            return compiled.decision(
                asked.method, asked.fields, outcome, scheme=asked.scheme, own_origins=self._own_origins
            )

        return DecisionEvent(
            decision=decision(rule.compiled, outcome),
            candidate=None if rule.candidate is None else decision(rule.candidate, candidate_outcome),
            method=one_line(asked.wanted_method),
            path=one_line(asked.path),
            origin=one_line(asked.fields[b"origin"].decode("latin-1")),
            route=rule.route,
        )

    def _tell(self, event: DecisionEvent) -> None:
        if self.debug and not event.decision.allowed:
            _log.not_allowed(event)
        if self._on_decision is not None:
            try:
                self._on_decision(event)
            except Exception as error:  # noqa: BLE001  # who watches requests must not fail them
                self._warnings.hook_failed(error)
        elif event.differs:
            self._warnings.candidate_differs(event)


async def ask(rule: Rule, origin: bytes | None) -> tuple[Outcome, Outcome]:
    """What the predicates of a rule and of its candidate say of an Origin."""
    outcome = await _ask(rule.compiled, origin)
    return outcome, NO_OUTCOME if rule.candidate is None else await _ask(rule.candidate, origin)


def ask_sync(rule: Rule, origin: bytes | None) -> tuple[Outcome, Outcome]:
    """As `ask`, where nothing can be awaited."""
    outcome = rule.compiled.ask(origin)
    return outcome, NO_OUTCOME if rule.candidate is None else rule.candidate.ask(origin)


async def _ask(compiled: CompiledPolicy, origin: bytes | None) -> Outcome:
    return await compiled.ask_async(origin) if compiled.is_async else compiled.ask(origin)


def _with_body(answer: Answer, body: bytes) -> Answer:
    length = (b"content-length", b"%d" % len(body))
    return answer._replace(
        body=body, headers=tuple(length if field[0] == length[0] else field for field in answer.headers)
    )
