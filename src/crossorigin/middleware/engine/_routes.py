"""Policies bound to what a framework routes to: the one decorator, and what an integration finds for a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast
from weakref import WeakSet

from crossorigin.policy import PolicyMap

from ._arguments import Policies, RoutePolicy, check_route_policy, policies_of
from ._log import logger, shown

if TYPE_CHECKING:
    from typing import Unpack

    from ._arguments import PolicyFields
    from ._plan import Plan

T = TypeVar("T")

ATTRIBUTE = "__crossorigin_policy__"
"""`functools.wraps` copies it, so a decorator above `cors` hides nothing."""


class Unbound:
    """No policy is given or bound: that of the router, and at last of the app, holds. None says more: no CORS."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNBOUND"


UNBOUND: Final = Unbound()


class Route(NamedTuple):
    """What a framework's router says of a request.

    Attributes:
        policy: what is bound to the route, or to what it lies in.
        methods: the methods that the route has, for `allow_methods="route"`.
        name: what to call it in logs and counters: one of a bounded number, so never the path of a request.
    """

    policy: RoutePolicy | Unbound | None = UNBOUND
    methods: frozenset[str] = frozenset()
    name: str | None = None


_NOBODY: Final = PolicyMap({}).nobody


def unknown_route(error: BaseException | None) -> Route:
    """The route of a request on which the router raised. A moment later it may find one, of whatever policy, so no
    page may read the answer. The text of the error may be a stranger's, lines and all: so without its traceback."""
    logger.error("no page may read the answer, for the router raised %s", shown(error))
    return Route(_NOBODY)


@dataclass(frozen=True, slots=True)
class RoutePolicies:
    """An app's policy beside those of its routes.

    Attributes:
        default: where nothing is bound; None leaves such a request untouched.
        find: the route that a request of this method would reach; the first argument is the framework's own request
            (ASGI scope, WSGI environ, …). It answers `Route()` where there is none, and does not raise.
        has_inner_apps: apps below this one may have a CORS of their own, so `find` is asked even while no route of the
            process has a policy.
        when_started: called when an app that has a start-up has completed it, for what was mounted meanwhile.
    """

    default: Policies | None
    find: Callable[[Any, str], Route]
    has_inner_apps: bool = False
    when_started: Callable[[], object] | None = None


class _Bound:
    """Whether any route of this process has a policy of its own. While none has, nobody looks for a route."""

    __slots__ = ("any", "lock", "plans")

    def __init__(self) -> None:
        self.any = False
        self.lock = Lock()
        self.plans: WeakSet[Plan] = WeakSet()


_bound = _Bound()


def watch(plan: "Plan") -> bool:
    """Whether a policy is bound to a route already; if not, the plan is told when one is."""
    with _bound.lock:
        _bound.plans.add(plan)
        return _bound.any


def cors(policy: RoutePolicy | Unbound | None = UNBOUND, /, **fields: "Unpack[PolicyFields]") -> Callable[[T], T]:
    """A policy for one endpoint, or for all below a router: it holds in place of the app's.

    Args:
        policy: a `Policy` or `ReportOnly`; None for no CORS at all; or leave it out and give the keywords of `Policy`.

    Returns:
        What binds the policy to an endpoint (a function, a class) or a router, and gives the same object back. It
        answers nothing itself: the integration of the framework, `CORS(app, …)`, looks for it.

    Raises:
        PolicyError: the keywords declare no valid policy.
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
        announce()
        return target

    return bind


def route_policy(policy: object, fields: Mapping[str, Any]) -> RoutePolicy | None:
    """The policy that `cors(policy, **fields)` declares.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two, or it is nothing that one route can have.
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
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two, or it is something else.
    """
    if policies is None and not fields:
        return None
    return policies_of(None if isinstance(policies, Unbound) else policies, fields, taker="CORS")


def announce() -> None:
    """A route has got a policy of its own: from now on routes are looked for."""
    with _bound.lock:
        _bound.any = True
        for plan in [*_bound.plans]:
            plan.routes_are_bound()


def bound_policy(*targets: object) -> RoutePolicy | Unbound | None:
    """What is bound to the first of the targets that has something bound: from the endpoint outwards."""
    for target in targets:
        policy: RoutePolicy | Unbound | None = getattr(target, ATTRIBUTE, UNBOUND)
        if policy is not UNBOUND:
            return policy
    return UNBOUND
