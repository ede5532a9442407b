"""What a middleware reads of its policy for each request; swapped whole when the policy is.

Long because the ways to a decision, before the app runs and after, share what is known of one app.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from crossorigin.policy import (
    REFUSAL,
    CompiledPolicy,
    Decision,
    DecisionCode,
    DecisionReason,
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
from ._bindings import NOBODY, UNBOUND, Binding, Unbound, bindings_in_reach, settle, warn_of_unreached, watch
from ._event import DecisionEvent, OnDecision, one_line
from ._preflighted import was_preflighted
from ._routes import RoutePolicies
from ._rulings import (
    HANDSHAKE_REFUSED,
    LEFT_ALONE,
    NOT_ASKED,
    UNGUARDED,
    Asked,
    Outcomes,
    Rule,
    Ruling,
    ask,
    ask_sync,
)
from ._shared_url import beside_others, methods_of_others
from ._stacking import cors_layers
from ._untold import untold_routes

_NO_METHODS = frozenset[str]()


class _Key(NamedTuple):
    """What a rule is made of, beside the policy: its place in memory stands for that, so it is kept with the rule."""

    policy: int
    methods: frozenset[str]
    others: frozenset[str]


class Plan:
    """One policy, map of policies, or policies of routes, ready.

    Attributes:
        compiled: the tables of the one policy; None where there are several.
        is_quick: nobody has to be asked or told, and no route has a policy of its own: `constant`, or `fields_for`,
            says all about requests that are not OPTIONS.
        is_late: routes have policies of their own, and which of them it is may be asked when the response starts:
            `dispatched` says it, of requests that are not OPTIONS.
        answers_options: `compiled` says all about OPTIONS too, if the plan is quick.
        constant: the fields of every response, where they are the same for all.
        matches: whether a pattern of `compiled` matches an Origin.
        fields_for: the fields of a response to an Origin, Vary with them, where they are not.
    """

    __slots__ = (
        "__weakref__",
        "_has_bindings",
        "_has_looked",
        "_known_rules",
        "_on_decision",
        "_own_origins",
        "_quick_rule",
        "_rerouted",
        "_warnings",
        "answers_options",
        "compiled",
        "constant",
        "debug",
        "fields_for",
        "is_late",
        "is_quick",
        "matches",
        "policies",
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
        self._known_rules: dict[_Key, tuple[RoutePolicy, Rule]] = {}
        self._rerouted: set[str | None] = set()
        needs_route = False
        default = self.default
        for policy in () if default is None else each_policy(default):
            if not can_await:
                refuse_async_predicates(policy)
            if self.is_placed and policy.needs_route:
                needs_route = True
            else:
                compile_policy(policy)  # now, and not while the first request waits
        # The methods of a route matter to preflights alone.
        self.compiled = compile_policy(default.for_route(())) if isinstance(default, Policy) else None
        self.answers_options = not needs_route
        self._quick_rule = None if self.compiled is None else Rule(self.compiled)
        self.constant: Fields | None = None if self.compiled is None else self.compiled.constant
        self.matches: Callable[[bytes], bool] = _no_one if self.compiled is None else self.compiled.matches
        self.fields_for: Callable[[bytes | None], Fields] = (
            _no_fields if self.compiled is None else self.compiled.actual_fields
        )
        self._has_bindings = self._has_looked = self.is_late = False
        self.is_quick = self._could_be_quick and not isinstance(policies, RoutePolicies)
        if isinstance(policies, RoutePolicies):
            watch(self)

    @property
    def is_placed(self) -> bool:
        """Whether an integration put the middleware into its place, so that nothing is to be said about that."""
        return isinstance(self.policies, RoutePolicies)

    @property
    def default(self) -> Policies | None:
        """The policy, or that of the app where its routes have some of their own."""
        return self.policies.default if isinstance(self.policies, RoutePolicies) else self.policies

    @property
    def _could_be_quick(self) -> bool:
        is_watched = self.debug or self._on_decision is not None
        return self.compiled is not None and self.compiled.asks_nobody and not is_watched

    def with_default(self, policies: Policies | None) -> "Policies | RoutePolicies":
        """The policies with another one in the place of the app's: None too, where routes have some of their own.

        Raises:
            TypeError: an app cannot have it.
        """
        if not isinstance(self.policies, RoutePolicies):
            return checked_policies(policies)
        return replace(self.policies, default=None if policies is None else checked_policies(policies))

    @property
    def has_looked_at_all(self) -> bool:
        """Whether it is known what the app reaches."""
        return self._has_looked and isinstance(self.policies, RoutePolicies) and self.policies.targets is not None

    def look_again(self) -> None:
        """A policy was bound somewhere in this process, or an app was mounted: with the next request, all that this app
        can reach is looked at anew."""
        self._has_looked = self.is_quick = self.is_late = False

    def preflight(self, headers: Iterable[tuple[bytes, bytes]]) -> Ruling | None:
        """What is done with an OPTIONS request, if the plan is quick and it is a preflight that takes no care.

        What it asks for is not looked at: the answer says what is allowed.
        """
        if self.compiled is None or self.compiled.preflights is None or not self.answers_options:
            return None
        origin = requested_method = None
        for name, value in headers:
            if name == b"origin":
                origin = value if origin is None else b""  # two lines are no origin
            elif name == b"access-control-request-method":
                requested_method = value
        if origin is None or requested_method is None:
            return None
        status, fields = self.compiled.preflight_fields(origin)
        return Ruling(fields, status)

    def rule_for(self, asked: Asked) -> Rule | None:
        """What decides a request; None where the app is to be left alone."""
        policies = self.policies
        if not isinstance(policies, RoutePolicies):
            return self._quick_rule or self._rule_of(self._in_force(UNBOUND, asked))
        if not self._has_looked:
            self._look()
        if self.is_quick and (self.answers_options or asked.method != "OPTIONS"):
            return self._quick_rule  # nobody looks for a route
        route = policies.find(asked.target, asked.wanted_method)
        policy = self._in_force(route.policy, asked)
        others = _NO_METHODS
        if policy is not None and self._has_bindings and asked.is_preflight:
            if route.name in self._rerouted:
                policy = NOBODY
            if policy is not NOBODY:
                others = methods_of_others(
                    policy,
                    route,
                    lambda method: policies.find(asked.target, method),
                    lambda bound: self._in_force(bound, asked),
                )
        return self._rule_of(policy, route.methods, others, route.name)

    def dispatched(self, target: Any, came_in: Any, status: Any, read: Callable[[Any], Asked]) -> Rule | None:
        """What decides a request when its response starts: the policy of the route that the framework dispatched it to.

        Args:
            target: the framework's request as it is now.
            came_in: as it was.
            status: the response's.
            read: reads of a request what `rule_for` needs.
        """
        policies = self.policies
        if not isinstance(policies, RoutePolicies) or policies.record is None:
            return self.rule_for(read(came_in))
        route = policies.record(target, came_in, status)
        if isinstance(policies.default, PolicyMap) and self._was_moved(target, came_in):
            if route is None or isinstance(route.policy, Unbound):
                return self._rule_of(NOBODY)
        elif route is None:
            return self.rule_for(read(came_in))
        was_rerouted = policies.was_rerouted is not None and policies.was_rerouted(target, came_in)
        policy: RoutePolicy | None
        if not isinstance(route.policy, Unbound):
            policy = route.policy
        elif isinstance(policies.default, PolicyMap):
            policy = self._in_force(UNBOUND, read(came_in))
        else:
            policy = policies.default
        if was_rerouted and self._breaks_promise(read(came_in), policy, route.name):
            policy = NOBODY
        return self._rule_of(policy)

    def rerouted(self, asked: Asked, now: Asked) -> Ruling | None:
        """What is done with a request that was decided already, `asked`, and was sent elsewhere by a layer further in:
        nobody may read what runs under another policy than the preflight was answered by. None: it may be decided anew.
        """
        policies = self.policies
        if isinstance(policies, RoutePolicies):
            route = policies.find(now.target, now.method)
            if self._breaks_promise(asked, self._in_force(route.policy, now), route.name):
                return Ruling(compile_policy(NOBODY).actual_fields(None))
        return None

    def decided_anew(self, target: Any, came_in: Any, status: Any, read: Callable[[Any], Asked]) -> Ruling | None:
        """What is done with a request that was decided before the app ran, and that a layer further in sent elsewhere.
        None: it was not, or all is as it was decided. The arguments are those of `dispatched`."""
        policies = self.policies
        if not isinstance(policies, RoutePolicies) or policies.record is None or policies.was_rerouted is None:
            return None
        if not policies.was_rerouted(target, came_in):
            return None
        route, asked = policies.record(target, came_in, status), read(came_in)
        decided = policies.find(came_in, asked.method) if route is None else route
        policy = self._in_force(decided.policy, asked)
        if self._is_by_path(decided.policy, policy) and self._was_moved(target, came_in):
            return Ruling(compile_policy(NOBODY).actual_fields(None))
        if route is None:
            return None
        if policy == self._in_force(policies.find(came_in, asked.method).policy, asked):
            return None
        # Who would have to be asked cannot be any more.
        if self._breaks_promise(asked, policy, route.name) or _asks_before(policy):
            return Ruling(compile_policy(NOBODY).actual_fields(None))
        rule = self._rule_of(policy, route=route.name)
        return LEFT_ALONE if rule is None else Ruling(rule.compiled.actual_fields(asked.fields.get(b"origin")))

    def _was_moved(self, target: Any, came_in: Any) -> bool:
        policies = self.policies
        if not isinstance(policies, RoutePolicies) or policies.was_moved is None:
            return False
        return policies.was_moved(target, came_in)

    def _is_by_path(self, bound: Binding, policy: RoutePolicy | None) -> bool:
        """Whether the path of a request has chosen the policy, or is told to its predicates."""
        if isinstance(bound, Unbound) and isinstance(self.default, PolicyMap):
            return True
        shaped = None if policy is None else policy.for_route(())
        return shaped is not None and any(compile_policy(one).wants_request for one in each_policy(shaped))

    def _breaks_promise(self, asked: Asked, policy: RoutePolicy | None, route: str | None) -> bool:
        """Whether a preflight for this request was answered by another policy than that of the route it was sent to.
        From then on such preflights are refused."""
        policies = self.policies
        if not isinstance(policies, RoutePolicies) or not was_preflighted(asked):
            return False
        promised = policies.find(asked.target, asked.method)
        if self._in_force(promised.policy, asked) == policy:
            return False
        self._rerouted.add(promised.name)
        self._warnings.rerouted(asked, route)
        return True

    def ruling(self, asked: Asked) -> Ruling:
        """What is done with a request, where nothing can be awaited."""
        rule = self.rule_for(asked)
        if rule is None:
            return LEFT_ALONE
        return self._ruling(asked, rule, self._ask_sync(rule, asked) if rule.asks_predicates else NOT_ASKED)

    async def ruling_async(self, asked: Asked) -> Ruling:
        """What is done with a request."""
        rule = self.rule_for(asked)
        if rule is None:
            return LEFT_ALONE
        return self._ruling(asked, rule, await self._ask(rule, asked) if rule.asks_predicates else NOT_ASKED)

    async def handshake(self, asked: Asked, *, guards: bool) -> Ruling:
        """What is done with a WebSocket handshake. CORS does not cover them, and browsers send no Sec-Fetch-Site with
        them: one without Origin, or from the app's own, passes.

        Args:
            guards: whether one from an origin that the policy does not allow is refused.
        """
        rule = self.rule_for(asked)
        origin = asked.fields.get(b"origin")
        if rule is None or origin is None:
            return LEFT_ALONE
        compiled = rule.compiled
        if compiled.allows_every_origin and isinstance(compiled.policy.allow_credentials, bool):
            return LEFT_ALONE
        outcomes = await self._ask(rule, asked) if rule.asks_predicates else NOT_ASKED
        outcome, candidate = outcomes
        if outcome.error is not None:
            _log.predicate_failed(outcome.error, origin)
        # A handshake brings the user's cookies: where only some origins may, they are the ones.
        is_allowed = compiled.allows_every_origin or compiled.matches(origin) or outcome.allowed
        passes = (is_allowed and compiled.lets_cookies_pass(origin, outcome)) or (
            is_same_origin_request(
                origin,
                sec_fetch_site=asked.fields.get(b"sec-fetch-site"),
                host=asked.fields.get(b"host"),
                scheme=asked.scheme,
                own_origins=self._own_origins,
            )
        )
        if guards and (self.debug or self._on_decision is not None):
            event = self._event(asked, rule, outcome, candidate)
            if not passes:
                event = replace(event, decision=_as_refused(event.decision, event.origin))
            if event.decision.allowed is passes:  # one from the app's own origin is no page's of another
                self._tell(event, rule)
        if passes:
            return LEFT_ALONE
        return HANDSHAKE_REFUSED if guards else UNGUARDED

    def _look(self) -> None:
        """Looks at what the app can reach: with its first request, and whenever something was bound since."""
        self._has_looked = True
        policies = self.policies
        assert isinstance(policies, RoutePolicies)  # noqa: S101  # asked for by `rule_for`
        bound = bindings_in_reach(policies.targets)
        self._has_bindings = bool(bound)
        has_inner_policy = False
        for app in policies.inner_apps():
            for layer in cors_layers(app):
                if layer.is_ours:
                    has_inner_policy = True
                elif policies.default is not None:
                    self._warnings.layer(layer)
        is_quick = self._could_be_quick and not bound and not has_inner_policy
        known = [] if policies.default is None else [*each_policy(policies.default)]
        is_late = (
            policies.record is not None
            and not is_quick
            and not (self.debug or self._on_decision is not None or isinstance(policies.default, ReportOnly))
            and not any(map(_asks_before, [*known, *bound]))
        )
        settle(self, is_quick=is_quick, is_late=is_late)
        if bound:
            warn_of_unreached()
        self._warnings.untold(untold_routes(policies, bound))

    def settle(self, *, is_quick: bool, is_late: bool) -> None:
        """What was found, if nothing was bound meanwhile: called by the one who says so."""
        if self._has_looked:
            self.is_quick, self.is_late = is_quick, is_late

    def _in_force(self, policy: Binding, asked: Asked) -> RoutePolicy | None:
        """The policy for what is bound to a route: the app's where nothing is."""
        if not isinstance(policy, Unbound):
            return policy
        default = self.default
        if not isinstance(default, PolicyMap):
            return default
        path = self._with_path(asked).below_root
        return default.nobody if path is None else default.resolve(path)

    def _with_path(self, asked: Asked) -> Asked:
        """The request with the path that its framework routes by, where that is not simply the one below the root."""
        policies = self.policies
        if not isinstance(policies, RoutePolicies) or policies.path_of is None:
            return asked
        return asked._replace(below_root=policies.path_of(asked.target))

    def _rule_of(
        self,
        policy: RoutePolicy | None,
        methods: frozenset[str] = _NO_METHODS,
        others: frozenset[str] = _NO_METHODS,
        route: str | None = None,
    ) -> Rule | None:
        if policy is None:
            return None
        key = _Key(id(policy), methods, others)
        known = self._known_rules.get(key)
        if known is None:
            shaped = policy.for_route(methods)
            if others:
                shaped = beside_others(shaped, others)
            known_for = [bool(methods) or not one.needs_route for one in each_policy(policy)]
            if isinstance(shaped, ReportOnly):
                rule = Rule(compile_policy(shaped.current), compile_policy(shaped.candidate), None, *known_for)
            else:
                rule = Rule(compile_policy(shaped), None, None, *known_for)
            known = self._known_rules[key] = policy, rule
        rule = known[1]
        return rule if route is None else rule._replace(route=route)

    def _ruling(self, asked: Asked, rule: Rule, outcomes: Outcomes = NOT_ASKED) -> Ruling:
        """What is done, with what the operator and the hook are told about it."""
        outcome, candidate = outcomes
        compiled, fields = rule.compiled, asked.fields
        if outcome.error is not None:
            _log.predicate_failed(outcome.error, fields.get(b"origin"))
        answer = compiled.answer(asked.method, fields, outcome, asked.scheme, self._own_origins)
        body, headers = answer.body, answer.headers
        if b"origin" in fields and (self.debug or self._on_decision is not None or rule.candidate is not None):
            event = self._event(asked, rule, outcome, candidate)
            self._tell(event, rule)
            if self.debug and body:
                body, headers = _with_reason(answer.headers, body, event)
        return Ruling(headers + answer.vary, answer.status, body, must_not_be_stored=outcome.error is not None)

    def _ask_sync(self, rule: Rule, asked: Asked) -> Outcomes:
        how = self.policies.ask_sync if isinstance(self.policies, RoutePolicies) else ask_sync
        return how(rule, self._with_path(asked))

    async def _ask(self, rule: Rule, asked: Asked) -> Outcomes:
        how = self.policies.ask if isinstance(self.policies, RoutePolicies) else ask
        return await how(rule, self._with_path(asked))

    def _event(self, asked: Asked, rule: Rule, outcome: Outcome, candidate_outcome: Outcome) -> DecisionEvent:
        def decision(compiled: CompiledPolicy, outcome: Outcome) -> Decision:
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

    def _tell(self, event: DecisionEvent, rule: Rule) -> None:
        if self.debug and not event.decision.allowed:
            _log.not_allowed(event, rule.compiled.policy, knows_methods=rule.knows_methods)
        if self._on_decision is not None:
            try:
                self._on_decision(event)
            except Exception as error:  # noqa: BLE001  # who watches requests must not fail them
                self._warnings.hook_failed(error)
        elif event.differs:
            self._warnings.candidate_differs(event, knows_methods=rule.candidate_knows_methods)


def _no_one(origin: bytes) -> bool:  # noqa: ARG001
    return False


def _no_fields(origin: bytes | None) -> Fields:  # of a plan that is never quick
    raise NotImplementedError


def _asks_before(policy: Binding) -> bool:
    """Whether a policy has to be known before the app runs: it refuses, asks predicates, or is only tried."""
    if isinstance(policy, ReportOnly):
        return True
    return isinstance(policy, Policy) and not compile_policy(policy.for_route(())).asks_nobody


def _as_refused(decision: Decision, origin: str) -> Decision:
    """The decision of a handshake that is refused: to HTTP requests, the same policy might answer with headers."""
    fields, reason = HANDSHAKE_REFUSED.fields or (), decision.reason
    if reason.allowed:  # to read without cookies
        evidence = (("Origin", origin),)
        reason = DecisionReason(
            code=DecisionCode.ORIGIN_UNLISTED, allowed=False, field="allow_credentials", evidence=evidence
        )
    return replace(
        decision,
        kind="refused",
        status=403,
        headers=fields[:-1],
        vary=(b"Origin",),
        body=REFUSAL,
        explain=lambda: reason,
    )


def _with_reason(headers: Fields, body: bytes, event: DecisionEvent) -> tuple[bytes, Fields]:
    """A refusal that says why, to the one who sent the Origin: no more than the reason's code and that Origin."""
    body = b"%s: %s (%s)\n" % (body, event.decision.reason.code.encode("ascii"), event.origin.encode("ascii"))
    length = (b"content-length", b"%d" % len(body))
    return body, tuple(length if field[0] == length[0] else field for field in headers)
