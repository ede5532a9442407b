"""Policies bound to what a framework routes to: the one decorator, what is bound to a target, and who hears of it."""

from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from weakref import WeakSet, ref

from crossorigin.policy import Policy, PolicyMap

from ._arguments import Policies, RoutePolicy, check_route_policy, policies_of
from ._log import logger, shown
from ._wrappers import hides, seen_through

if TYPE_CHECKING:
    from typing import Unpack

    from ._arguments import PolicyFields
    from ._plan import Plan

T = TypeVar("T")

ATTRIBUTE = "__crossorigin_policy__"
"""`functools.wraps` copies it, so a decorator above `cors` hides nothing."""


class Unbound:
    """No policy is given or bound: that of the router, or of the app, is in force. None says more: no CORS at all."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNBOUND"


UNBOUND: Final = Unbound()

MAX_TOLD_OF = 100

Binding = RoutePolicy | Unbound | None

NOBODY: Final = PolicyMap({}).nobody
"""The policy of what cannot be known: no page may read the response."""


def cors(policy: RoutePolicy | Unbound | None = UNBOUND, /, **fields: "Unpack[PolicyFields]") -> Callable[[T], T]:
    """A policy for one endpoint, or for all below a router: it replaces the app's there.

    Args:
        policy: a `Policy` or `ReportOnly`; None for no CORS at all; or leave it out and give the keywords of `Policy`.

    Returns:
        A decorator that binds the policy to an endpoint (a function, a class) or a router, and returns the same object.
        It adds no headers itself: the integration of the framework, `CORS(app, …)`, looks for it.

    Raises:
        PolicyError: the keywords do not declare a valid policy.
        TypeError: there is no policy, or there are two; or the target takes no attribute.

    >>> @cors(allow_origins="*")
    ... def rates(): ...
    >>> bound_policy(rates)
    Policy(allow_origins='*')
    """
    declared = route_policy(policy, fields)

    def bind(target: T) -> T:
        try:
            setattr(target, ATTRIBUTE, declared)
        except AttributeError:
            raise TypeError(
                f"cors cannot bind a policy to {shown(target)}, which takes no attributes: bind it to the function, "
                "the class or the route object"
            ) from None
        announce(target)
        return target

    return bind


def route_policy(policy: object, fields: Mapping[str, Any]) -> RoutePolicy | None:
    """The policy that `cors(policy, **fields)` declares.

    Raises:
        PolicyError: the keywords do not declare a valid policy.
        TypeError: there is no policy, or there are two, or one route cannot have it.
    """
    if isinstance(policy, Unbound) or fields:
        policy = policies_of(None if isinstance(policy, Unbound) else policy, fields, taker="cors")
    if policy is not None:
        check_route_policy(policy)
    return cast("RoutePolicy | None", policy)


def default_policies(policies: object, fields: Mapping[str, Any]) -> Policies | None:
    """What an integration, `CORS(app, policy, **fields)`, is given for its app. None, which has to be said, is for
    an app of which only routes have policies; `UNBOUND` stands for nothing given.

    Raises:
        PolicyError: the keywords do not declare a valid policy.
        TypeError: there is no policy, or there are two, or it is something else.
    """
    if policies is None and not fields:
        return None
    return policies_of(None if isinstance(policies, Unbound) else policies, fields, taker="CORS")


def bound_policy(*targets: object, endpoint: object = None) -> Binding:
    """What is bound to the first of the targets that has something bound: from the endpoint outwards.

    Args:
        targets: what the endpoint lies in, the innermost first.
        endpoint: the callable that the framework runs, which is looked through: partials, bound methods, objects that
            are called. If something bound may be hidden in it, `NOBODY` is its policy, with one warning.
    """
    if endpoint is not None:
        policy = _binding_of(endpoint)
        if policy is not UNBOUND:
            return policy
        if _registry.has_bindings and hides(endpoint, _is_bound):
            return hidden(endpoint)
    for target in targets:
        policy = _binding_of(target)
        if policy is not UNBOUND:
            return policy
    return UNBOUND


def hidden(endpoint: object) -> Policy:
    """The policy of something in which a policy may be bound that cannot be seen, with one warning."""
    _registry.warn_of_hidden(endpoint)
    return NOBODY


def _binding_of(target: object) -> Binding:
    for found in seen_through(target):
        policy: Binding = getattr(found, ATTRIBUTE, UNBOUND)
        if policy is not UNBOUND:
            return policy
    return UNBOUND


def _is_bound(target: object) -> bool:
    """Whether something is bound to a callable; to the class that it calls, if `as_view` made it; or to its methods."""
    view_class = getattr(target, "view_class", None)
    classes = view_class.__mro__ if isinstance(view_class, type) else ()
    members = (member for cls in classes for member in (cls, *vars(cls).values()))
    return any(_binding_of(it) is not UNBOUND for it in (target, *members))


class _Registry:
    """Where in this process policies are bound, and the plans that have to hear of it.

    What was bound is known weakly, and crossed off once an app has been seen to reach it: what is left may yet be
    routed to by any app.
    """

    __slots__ = ("_hidden", "_is_complete", "_lock", "_plans", "_told_of", "_unreached", "has_bindings")

    def __init__(self) -> None:
        self.has_bindings = False
        self._is_complete = True
        self._hidden: set[str] = set()
        self._told_of: set[str] = set()
        self._lock = Lock()
        self._plans: WeakSet[Plan] = WeakSet()
        self._unreached: dict[int, ref[Any]] = {}

    def add(self, target: object) -> None:
        with self._lock:
            self.has_bindings = True
            if target is not None:
                try:
                    self._unreached[id(target)] = ref(target)
                except TypeError:  # slots without __weakref__: nobody can tell when it is reached
                    self._is_complete = False
            for plan in [*self._plans]:
                plan.look_again()

    def watch(self, plan: "Plan") -> None:
        with self._lock:
            self._plans.add(plan)

    def settle(self, plan: "Plan", *, is_quick: bool, is_late: bool) -> None:
        with self._lock:
            plan.settle(is_quick=is_quick, is_late=is_late)

    def reached(self, targets: Iterable[object]) -> list[Binding]:
        """What is bound to these targets, which an app reaches, or may be hidden in them."""
        policies: list[Binding] = []
        for target in targets:
            if hides(target, _is_bound):
                policies.append(NOBODY)
            for found in seen_through(target):
                policy: Binding = getattr(found, ATTRIBUTE, UNBOUND)
                if policy is not UNBOUND:
                    policies.append(policy)
                    self._unreached.pop(id(found), None)
        return policies

    def unreached(self) -> list[object]:
        """What is bound and alive, and no app has been seen to reach; None in it stands for what nobody can know."""
        with self._lock:
            alive = {key: target for key, known in self._unreached.items() if (target := known()) is not None}
            self._unreached = {key: self._unreached[key] for key in alive}
        return [*alive.values(), *(() if self._is_complete else (None,))]

    def warn_of_unreached(self) -> None:
        """Once every app of the process has looked: what is bound and no app reaches is likely forgotten."""
        with self._lock:
            if not all(plan.has_looked_at_all for plan in self._plans):
                return
        for target in self.unreached():
            name = shown(target)
            if target is not None and name not in self._told_of and len(self._told_of) < MAX_TOLD_OF:
                self._told_of.add(name)
                logger.warning(
                    "cors(...) is bound to %s, and no app with CORS has a route to it: the policy has no effect there",
                    name,
                )

    def warn_of_hidden(self, endpoint: object) -> None:
        name = shown(endpoint)
        if name not in self._hidden:
            self._hidden.add(name)
            logger.warning(
                "no page may read responses of %s: a policy may be bound inside it, where we cannot see it. "
                "Bind the policy to it, @cors(...), or write its decorator with functools.wraps",
                name,
            )


_registry = _Registry()


def announce(target: object = None) -> None:
    """A policy is bound, to `target` where it is known: every app looks again at what its routes are bound to."""
    _registry.add(target)


def settle(plan: "Plan", *, is_quick: bool, is_late: bool) -> None:
    """What a plan has found, unless something was bound while it looked."""
    _registry.settle(plan, is_quick=is_quick, is_late=is_late)


def bindings_in_reach(targets: Callable[[], Iterable[object]] | None) -> list[Binding]:
    """What is bound to something that an app reaches, or may come to reach: what no app has been seen to reach is bound
    to a route that may yet be added. Empty: nothing is, so nobody has to look for routes.

    Args:
        targets: all that the app reaches; None: nobody knows, so anything that is bound may be.
    """
    if not _registry.has_bindings:
        return []
    if targets is None:
        return [NOBODY]
    bound = _registry.reached(targets())
    return [*bound, *(NOBODY if it is None else _binding_of(it) for it in _registry.unreached())]


def warn_of_unreached() -> None:
    """Warns, once each, of what is bound and no app of the process reaches, as soon as all of them have looked."""
    _registry.warn_of_unreached()


def watch(plan: "Plan") -> None:
    """The plan hears of each policy that is bound from now on."""
    _registry.watch(plan)
