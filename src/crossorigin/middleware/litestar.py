"""CORS for Litestar: a policy for the app, and others for routers, controllers and handlers.

    app = Litestar([read_item])
    CORS(app, Policy(allow_origins=["https://app.example.com"]))

It lies around Litestar's router and its exception handlers, so that error responses carry the policy's fields too.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from litestar import Controller, Litestar, Router
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler, BaseRouteHandler
from litestar.plugins.base import ReceiveRoutePlugin
from litestar.utils import normalize_path

from crossorigin.standard import Origin

from .asgi import ASGIApp, CORSMiddleware, Scope
from .engine import (
    UNBOUND,
    InnerApps,
    OnDecision,
    Policies,
    Route,
    RoutePolicies,
    RoutePolicy,
    Unbound,
    announce,
    bound_policy,
    check_route_policy,
    default_policies,
    route_policy,
    unknown_route,
)
from .engine import cors as _cors

if TYPE_CHECKING:
    from typing import Unpack

    from .engine import PolicyFields

__all__ = ["CORS", "cors"]

T = TypeVar("T")

OPT = "crossorigin"
"""The key of `opt`, which Litestar hands down from app to router, controller and handler, the innermost winning."""


class CORS:
    """A policy for a Litestar app, and the place of those that `cors` binds to its routes.

    Args:
        app: the app. Its `cors_config` stays None: two that answer CORS are one too many.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; None if only routes have policies; or leave it out, and
            give the keywords of `Policy`. `allow_methods="route"` stands for the methods of each handler.
        guard_websockets, own_origins, debug, on_decision: as of `crossorigin.middleware.asgi.CORSMiddleware`.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two, or what stands in an `opt` is none; or the app is none of
            Litestar's.
        RuntimeError: the app has a CORS already.
    """

    def __init__(
        self,
        app: Litestar,
        policy: Policies | Unbound | None = UNBOUND,
        *,
        guard_websockets: bool = False,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        if not isinstance(app, Litestar):
            raise TypeError(f"CORS of crossorigin.middleware.litestar takes a Litestar app, not {type(app).__name__}")
        if isinstance(app.asgi_handler, CORSMiddleware):
            raise RuntimeError(  # noqa: TRY004  # the type is right: it is there twice
                "this Litestar app has a CORS already: keep one, and bind other policies with @cors(...)"
            )
        routes = _Routes()
        for route in app.routes:
            routes.receive_route(route)
        self._middleware = CORSMiddleware(
            cast("ASGIApp", app.asgi_handler),
            RoutePolicies(default_policies(policy, fields), _finder(app)),
            guard_websockets=guard_websockets,
            own_origins=own_origins,
            debug=debug,
            on_decision=on_decision,
        )
        app.asgi_handler = cast("Any", self._middleware)
        app.plugins.receive_route = (*app.plugins.receive_route, routes)

    @property
    def policy(self) -> Policies | None:
        """The policy of the app. One that is assigned takes effect whole, from the next request on."""
        return self._middleware.policy

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        self._middleware.policy = policy


def cors(policy: RoutePolicy | Unbound | None = UNBOUND, /, **fields: "Unpack[PolicyFields]") -> Callable[[T], T]:
    """A policy for one handler, or for all below a controller or a router, in place of the app's: the innermost wins.

    It stands above or below Litestar's own decorator (`@get`), on a `Controller` class, or around a `Router`. The same
    can be said as `opt={"crossorigin": policy}`.

    Args:
        policy: a `Policy` or `ReportOnly`; None for no CORS at all; or leave it out and give the keywords of `Policy`.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two.
    """
    declared = route_policy(policy, fields)

    def bind(target: T) -> T:
        layer: Any = target
        is_layer = isinstance(target, BaseRouteHandler | Router)
        if is_layer or (isinstance(target, type) and issubclass(target, Controller)):
            # Litestar's own objects are slotted and copied; their `opt` is what it hands down.
            opt = getattr(layer, "opt", None)  # of a Controller that sets none, the slot
            layer.opt = {**(opt if isinstance(opt, Mapping) else {}), OPT: declared}
            announce()
            return target
        return _cors(declared)(target)

    return bind


class _Routes(ReceiveRoutePlugin):
    """Looks at each route of the app, also at one that is registered later, for what makes routes be looked for: a
    policy that nobody bound but its `opt`, or a mounted app, which may have a CORS of its own."""

    __slots__ = ()

    def receive_route(self, route: Any) -> None:
        for handler in getattr(route, "route_handlers", None) or (route.route_handler,):
            policy = handler.opt.get(OPT)
            if policy is not None:
                try:
                    check_route_policy(policy)
                except TypeError as error:
                    raise TypeError(f"opt[{OPT!r}] of {handler}: {error}") from None
            if OPT in handler.opt or isinstance(handler, ASGIRouteHandler):
                announce()


def _finder(app: Litestar) -> Callable[[Scope, str], Route]:
    inner_apps = InnerApps()

    def find(scope: Scope, method: str) -> Route:
        route_of = app.asgi_router.handle_routing
        path = _normalized(scope)
        wanted: Any = method if scope["type"] == "http" else None
        try:
            _, handler, _, _, template = route_of(path=path, method=wanted)
        except MethodNotAllowedException as error:
            # The path is there: what it has answers for it.
            others = [name for name in _allowed(error) if name != "OPTIONS"]
            if not others:
                return Route()
            found = [find(scope, name) for name in others]
            return found[0]._replace(methods=frozenset().union(*(route.methods for route in found)))
        except HTTPException:
            return Route()
        except Exception as error:  # noqa: BLE001  # of a parameter's parser: Litestar comes upon it too, and answers
            return unknown_route(error)
        if isinstance(handler, ASGIRouteHandler) and inner_apps.decides(handler.fn):
            return Route(None)
        return Route(_policy_of(handler), _methods_of(handler), template)

    return find


def _normalized(scope: Scope) -> str:
    """The path as `ASGIRouter.__call__` looks it up."""
    path: str = scope["path"]
    root_path = scope.get("root_path", "")
    return normalize_path(path.split(root_path, maxsplit=1)[-1] if root_path else path)


def _allowed(error: MethodNotAllowedException) -> list[str]:
    allow = (error.headers or {}).get("allow", "")
    return [name for name in allow.split(", ") if name]


def _policy_of(handler: Any) -> RoutePolicy | Unbound | None:
    of_function = bound_policy(handler.fn)
    if of_function is not UNBOUND:
        return of_function
    policy: RoutePolicy | Unbound | None = handler.opt.get(OPT, UNBOUND)
    return policy


def _methods_of(handler: Any) -> frozenset[str]:
    return frozenset(map(str, getattr(handler, "http_methods", ())))  # a mounted ASGI app does not tell its methods
