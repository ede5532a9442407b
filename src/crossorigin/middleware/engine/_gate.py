"""What stands before an app whose framework speaks neither ASGI nor WSGI: aiohttp, Tornado, Sanic.

Each of them says in its own file how a request is read and where the fields are put; what is to be put is said here.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from crossorigin.policy import NO_OUTCOME
from crossorigin.standard import Origin

from . import _log
from ._arguments import Policies, RoutePolicy, checked_policies, own_origins_of
from ._event import OnDecision
from ._merge import WSGIFieldNames
from ._native import NativeFields, NativePlan, native
from ._plan import Asked, Rule, ask
from ._routes import Route, RoutePolicies, Unbound, default_policies
from ._stacking import Layer, is_about_cors, qualified

_ALLOW_ORIGIN = "Access-Control-Allow-Origin"
_VARY_ORIGIN: NativeFields = (("Vary", "Origin"),)
_REFUSAL = b"Not allowed by CORS"
_REFUSAL_FIELDS: NativeFields = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", str(len(_REFUSAL))),
    ("Cache-Control", "no-store"),
    *_VARY_ORIGIN,
)


class Ruling(NamedTuple):
    """What is done with one request.

    Attributes:
        fields: what goes on the response; None leaves it as it is.
        status: of the answer in the place of the app's; None: the app answers.
        body: of that answer, which the framework leaves out where the method is HEAD.
        is_unguarded: a WebSocket handshake from an origin that the policy does not allow, which nothing holds up.
    """

    fields: NativeFields | None = None
    status: int | None = None
    body: bytes = b""
    is_unguarded: bool = False


LEFT_ALONE = Ruling()
_USUAL_METHODS = {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}


class Gate:
    """The policies of one app, in force, and what its integration asks of them.

    Args:
        policy, fields: as the integration was given them, `UNBOUND` for none.
        find: see `RoutePolicies`.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two.
    """

    __slots__ = ("_guards_websockets", "_known", "_plan", "_plan_of", "warnings")

    def __init__(
        self,
        policy: Policies | Unbound | None,
        fields: Mapping[str, Any],
        find: Callable[[Any, str], Route],
        *,
        own_origins: Collection[str | Origin],
        debug: bool,
        on_decision: OnDecision | None,
        guard_websockets: bool,
    ) -> None:
        self.warnings = _log.Warnings()
        self._guards_websockets = guard_websockets
        self._plan_of = partial(
            NativePlan,
            own_origins=own_origins_of(own_origins),
            debug=debug,
            on_decision=on_decision,
            warnings=self.warnings,
        )
        self._plan = self._plan_of(RoutePolicies(default_policies(policy, fields), find))
        self._known: dict[tuple[str, ...], WSGIFieldNames] = {}

    @property
    def policy(self) -> Policies | None:
        return self._plan.default

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        checked = None if policy is None else checked_policies(policy, taker="CORS")
        self._plan = self._plan_of(self._plan.with_default(checked))

    def quick(self, method: str, origin: bytes | None, upgrade: str | None) -> NativeFields | None:
        """The fields for the app's response, where they hang on nothing but the Origin; None: ask `rule`."""
        plan = self._plan
        if not plan.is_quick or method == "OPTIONS" or upgrade is not None:
            return None
        if plan.native_constant is not None:
            return plan.native_constant
        if origin is not None and plan.matches(origin):
            return ((_ALLOW_ORIGIN, origin.decode("ascii")), *plan.native_after_origin)
        return _VARY_ORIGIN

    async def rule(self, asked: Asked, upgrade: str | None) -> Ruling:
        """What is done with a request. `upgrade` is its Upgrade field."""
        plan = self._plan
        rule = plan.rule_for(asked)
        if rule is None:
            return LEFT_ALONE
        if asked.method != "OPTIONS" and upgrade is not None and upgrade.strip().lower() == "websocket":
            return await self._rule_handshake(plan, asked, rule)
        outcome, candidate = NO_OUTCOME, NO_OUTCOME
        if rule.asks_predicates:
            outcome, candidate = await ask(rule, asked.fields.get(b"origin"))
        answer = plan.answer(asked, rule, outcome, candidate)
        return Ruling(native(answer.headers + answer.vary), answer.status, answer.body)

    def merged(
        self, headers: Iterable[tuple[str, str]], fields: NativeFields, route: object
    ) -> list[tuple[str, str]] | None:
        """The response's `headers` with `fields` on them; None where `fields` need only be put behind them."""
        names = tuple([name for name, _ in fields])
        known = self._known.get(names)
        if known is None:
            known = self._known[names] = WSGIFieldNames()
        headers = [*headers]
        for name, _ in headers:
            if name not in known:
                merged, removed = known.merge(headers, fields)
                if removed:
                    self.warnings.removed(route, removed)
                return merged
        return None

    async def _rule_handshake(self, plan: NativePlan, asked: Asked, rule: Rule) -> Ruling:
        """A handshake passes or is refused: it has no fields."""
        if await plan.allows_handshake(asked, rule):
            return LEFT_ALONE
        if not self._guards_websockets:
            return Ruling(is_unguarded=True)
        return Ruling(_REFUSAL_FIELDS, 403, _REFUSAL)


def foreign_layer(hook: Any, place: str) -> Layer | None:
    """The layer that a hook of an app is, if it answers CORS: a function, an object that is called, its method."""
    owner = getattr(hook, "__self__", None)
    named = type(owner) if owner is not None else hook if hasattr(hook, "__qualname__") else type(hook)
    return Layer(qualified(named).partition(".<locals>")[0], place) if is_about_cors(named) else None


def methods_alike(
    bound: Mapping[str, RoutePolicy | Unbound | None], policy: RoutePolicy | Unbound | None
) -> frozenset[str]:
    """The methods of a path that have this policy, `bound` being what is bound to each; `*` stands for all others.

    A preflight lists them all, for a browser keeps them all: so one that another policy governs must not be among them.

    >>> from crossorigin import Policy
    >>> public = Policy(allow_origins="*")
    >>> sorted(methods_alike({"GET": public, "PUT": public, "DELETE": None}, public))
    ['GET', 'PUT']
    """
    names = {name for name, other in bound.items() if other == policy}
    others = bound.keys() - names
    if "*" in names and others:  # every method but those
        names = (names | _USUAL_METHODS) - others - {"*"}
    return frozenset(names)
