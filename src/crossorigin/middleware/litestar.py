"""CORS for Litestar: a policy for the app, and others for routers, controllers and handlers.

    app = Litestar([read_item])
    CORS(app, Policy(allow_origins=["https://app.example.com"]))

It lies around Litestar's router and its exception handlers, so that error responses carry the policy's fields too.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from litestar import Controller, Litestar, Router
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler, BaseRouteHandler
from litestar.plugins.base import ReceiveRoutePlugin
from litestar.utils import normalize_path

from crossorigin.standard import Origin

from .asgi import ASGIApp, CORSMiddleware, Scope
from .engine import (
    ATTRIBUTE,
    UNBOUND,
    Binding,
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
        handlers = _Handlers(app)
        for route in app.routes:
            handlers.receive_route(route)
        self._middleware = CORSMiddleware(
            cast("ASGIApp", app.asgi_handler),
            RoutePolicies(
                default_policies(policy, fields),
                handlers.find,
                record=handlers.record,
                was_rerouted=_was_rerouted,
                targets=handlers.targets,
                inner_apps=handlers.mounted_apps,
                untold=handlers.untold,
                path_of=_normalized,
            ),
            guard_websockets=guard_websockets,
            own_origins=own_origins,
            debug=debug,
            on_decision=on_decision,
        )
        app.asgi_handler = cast("Any", self._middleware)
        app.plugins.receive_route = (*app.plugins.receive_route, handlers)

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


class _Handlers(ReceiveRoutePlugin):
    """The handlers of an app, also of a route that is registered later: which one a request would reach, and which one
    Litestar has dispatched it to. An `opt` may bind a policy that nobody announced."""

    __slots__ = ("_app", "_bound_paths", "_inner_apps", "_known", "_opts", "_routes")

    def __init__(self, app: Litestar) -> None:
        self._app = app
        self._inner_apps = InnerApps()
        self._known: dict[int, BaseRouteHandler] = {}
        self._opts: list[_Opt] = []
        self._routes: list[tuple[BaseRouteHandler, Any]] = []
        self._bound_paths: re.Pattern[str] | None = None

    def receive_route(self, route: Any) -> None:
        for handler in getattr(route, "route_handlers", None) or (route.route_handler,):
            self._known[id(handler)] = handler
            self._routes.append((handler, route))
            policy = handler.opt.get(OPT)
            if policy is not None:
                try:
                    check_route_policy(policy)
                except TypeError as error:
                    raise TypeError(f"opt[{OPT!r}] of {handler}: {error}") from None
            if OPT in handler.opt:
                self._opts.append(_Opt(policy))
                announce(self._opts[-1])
            elif isinstance(handler, ASGIRouteHandler):
                announce()

    def find(self, scope: Scope, method: str) -> Route:
        """The route that a request would reach, as Litestar's router says."""
        wanted: Any = method if scope["type"] == "http" else None
        try:
            _, handler, _, _, template = self._app.asgi_router.handle_routing(path=_normalized(scope), method=wanted)
        except MethodNotAllowedException as error:
            # The path is there: what it has answers for it.
            others = [name for name in _allowed(error) if name != "OPTIONS"]
            if not others:
                return Route()
            found = [self.find(scope, name) for name in others]
            return found[0]._replace(methods=frozenset().union(*(route.methods for route in found)))
        except HTTPException:
            return Route()
        except Exception as error:  # noqa: BLE001  # of a parameter's parser: Litestar comes upon it too, and answers
            return unknown_route(error)
        return self._route_of(handler, template)

    def record(self, scope: Scope, came_in: Scope, status: int) -> Route | None:
        """The route of the handler that Litestar ran. It keeps none on a 404, a 405, a bad Host, and below a mounted
        app the record may be that one's."""
        handler = scope.get("route_handler")
        if handler is None:
            return Route() if status in (404, 405) and not self._reaches_bound(came_in) else None
        return self._route_of(handler, scope.get("path_template")) if id(handler) in self._known else None

    def targets(self) -> Iterator[object]:
        """All that a policy could be bound to."""
        self._inner_apps = InnerApps()
        bound = [_as_a_regex(route) for handler, route in self._routes if _policy_of(handler) is not UNBOUND]
        self._bound_paths = re.compile("|".join(bound), re.DOTALL)
        yield from self._opts
        for handler in self._known.values():
            yield handler.fn

    def mounted_apps(self) -> Iterator[object]:
        return (
            handler.fn
            for handler in self._known.values()
            if isinstance(handler, ASGIRouteHandler) and _policy_of(handler) is not None
        )

    def untold(self) -> Iterator[Route]:
        """The ASGI apps that are mounted, which do not tell their methods."""
        return (
            self._route_of(handler, route.path)
            for handler, route in self._routes
            if isinstance(handler, ASGIRouteHandler)
        )

    def _route_of(self, handler: Any, template: str | None) -> Route:
        if isinstance(handler, ASGIRouteHandler) and self._inner_apps.decides(handler.fn):
            return Route(None)
        return Route(_policy_of(handler), _methods_of(handler), template)

    def _reaches_bound(self, scope: Scope) -> bool:
        """Whether the path could be that of something bound, with whatever method."""
        return self._bound_paths is None or self._bound_paths.fullmatch(_normalized(scope)) is not None


class _Opt:
    """What an `opt` binds, as something that a policy is bound to."""

    def __init__(self, policy: RoutePolicy | None) -> None:
        setattr(self, ATTRIBUTE, policy)


def _as_a_regex(route: Any) -> str:
    """What a route's path matches at most, with whatever parameters."""
    parts = [
        re.escape(part) if isinstance(part, str) else ".*" if part.type is Path else "[^/]*"
        for part in route.path_components
    ]
    below = "(?:/.*)?" if isinstance(getattr(route, "route_handler", None), ASGIRouteHandler) else ""
    return "".join(f"/{part}" for part in parts) + below or "/"


def _normalized(scope: Scope) -> str:
    """The path as `ASGIRouter.__call__` looks it up."""
    path: str = scope["path"]
    root_path = scope.get("root_path", "")
    return normalize_path(path.split(root_path, maxsplit=1)[-1] if root_path else path)


def _allowed(error: MethodNotAllowedException) -> list[str]:
    allow = (error.headers or {}).get("allow", "")
    return [name for name in allow.split(", ") if name]


def _was_rerouted(scope: Scope, came_in: Scope) -> bool:
    """Whether a layer inside changed the path. Litestar itself puts there what it looked up, and below a mounted app
    the rest: then nothing is lost but the time to find out."""
    return bool(scope["path"] != _normalized(came_in) or scope["method"] != came_in["method"])


def _policy_of(handler: Any) -> Binding:
    of_function = bound_policy(endpoint=handler.fn)
    if of_function is not UNBOUND:
        return of_function
    policy: Binding = handler.opt.get(OPT, UNBOUND)
    return policy


def _methods_of(handler: Any) -> frozenset[str]:
    return frozenset(map(str, getattr(handler, "http_methods", ())))  # a mounted ASGI app does not tell its methods
