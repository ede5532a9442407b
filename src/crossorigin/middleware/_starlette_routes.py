"""Which route of a Starlette or FastAPI app a request would reach, and what is bound on the way there.

The framework's own routes are asked (`route.matches`), in the framework's order. What it does beside that is followed
here: routers that were included, mounted apps, hosts, redirects to the path with or without its last slash.
"""

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from functools import partial
from typing import Any

from starlette._utils import get_route_path
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.routing import BaseRoute, Host, Match, Mount, Router

from .engine import (
    MAX_DEPTH,
    Binding,
    InnerApps,
    Leaf,
    Leaves,
    Route,
    bound_policy,
    seen_through,
    unknown_route,
)

Scope = MutableMapping[str, Any]

Steps = tuple[tuple[object, int], ...]
"""What a policy may be bound to, from the outside inwards, and how many of the route's dependencies lie outside it."""

Way = tuple[object, Any, Any, Steps]
"""A leaf as the router writes it into the scope, its shape, the route of the app's author, and what lies around it."""

NOT_FOUND = 404

_LEFT_ALONE = Route(None)
_ENDPOINT_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY")


class _MatchingFailed(Exception):
    """A route of the app's raised when it was asked. It may again when the app asks it, and is answered there."""


class RouteFinder:
    """Finds the route of a request in one app: the one that it would reach, and the one that it was dispatched to."""

    __slots__ = ("_app", "_inner_apps", "_leaves")

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._inner_apps = InnerApps()
        self._leaves = Leaves(self._walk)

    def __call__(self, scope: Scope, method: str) -> Route:
        try:
            return self._in_router(self._app.router, {**scope, "method": method}, ((self._app, 0),), "")
        except _MatchingFailed as failed:
            return unknown_route(failed.__cause__)

    def record(self, scope: Scope, came_in: Scope, status: int) -> Route | None:
        """The route that the app's router has dispatched a request to, by what it writes into the scope. It has written
        nothing where a layer further in copied the scope or answered before the router was asked."""
        if scope.get("router") is not self._app.router or "router" in came_in:
            return None
        route, endpoint = scope.get("route"), scope.get("endpoint")
        context = scope["fastapi"].get("effective_route_context") if "fastapi" in scope else None
        leaf: object
        if context is not None:
            # Of an included router, if it is not a stale one: FastAPI says so of its own routes alone.
            leaf = context if context.original_route is route else None
        elif route is not None and endpoint is not None and _endpoint_of(route) is endpoint:
            leaf = route
        elif endpoint is not None:
            leaf = endpoint  # a plain route of Starlette's in a FastAPI, or a mount
        elif route is None and status == NOT_FOUND:
            return Route(_bound(((self._app, 0), (self._app.router, 0))))
        else:
            leaf = None
        if leaf is None:
            return None
        # Of a mounted router, which has found nothing; a redirect is its own, and an error may have come before it.
        if status != NOT_FOUND and (leaf is endpoint or isinstance(leaf, Mount | Host)) and not _is_opaque(endpoint):
            return None
        return self._leaves.route_of(leaf, scope["method"])

    def targets(self) -> Iterator[object]:
        """All that a policy could be bound to and a request could reach."""
        self._inner_apps = InnerApps()
        self._leaves.forget()
        yield self._app
        yield self._app.router
        for _, shape, route, steps in self._ways():
            endpoint = _endpoint_of(shape)
            yield from (target for target, _ in steps)
            yield from _calls(_dependants(shape))
            yield route
            yield endpoint
            if (view := _class_of(endpoint)) is not None:
                yield from (getattr(view, name.lower(), None) for name in _ENDPOINT_METHODS)

    def mounted_apps(self) -> Iterator[object]:
        """Every app that is mounted, at any depth, with all that wraps it; none that `cors(None)` leaves alone."""
        return _mounted(self._app.router, set())

    def _walk(self) -> Iterator[Leaf]:
        for leaf, shape, route, steps in self._ways():
            route_for = partial(self._route_for, shape, route, steps)
            yield leaf, route_for
            endpoint = _endpoint_of(shape)
            if leaf is route and endpoint is not None:
                yield endpoint, route_for

    def _route_for(self, shape: Any, route: BaseRoute, steps: Steps, method: str) -> Route:
        if any(self._inner_apps.decides(target) for target, _ in steps[2:]):
            return _LEFT_ALONE
        if isinstance(shape, Mount | Host):  # its router has found nothing, or it is no router
            return Route(_bound(steps, (), shape.app if _is_opaque(shape.app) else None, method=method))
        return _route_at(route, shape, method, steps, "")

    def _ways(self) -> Iterator[Way]:
        """Every way through the app's routers, mounts and included routers down to what serves a request."""
        return _ways_below(self._app.router, ((self._app, 0),), 0)

    def _in_router(self, router: Router, scope: Scope, outside: Steps, prefix: str) -> Route:
        steps = (*outside, (router, 0))
        found = _selected(router.routes, scope)
        if found is not None:
            route, child_scope = found
            return self._in_route(route, {**scope, **child_scope}, steps, prefix)
        if (redirected := _redirected(router, scope)) is not None:
            target = self._in_router(router, redirected, outside, prefix)
            # The redirect is the outer app's own, also where it leads to one that has a CORS of its own.
            return Route(_bound(steps)) if target is _LEFT_ALONE else target
        return _frontend(router, scope, steps, prefix) or Route(_bound(steps), name=_below(prefix))

    def _in_route(self, route: Any, scope: Scope, steps: Steps, prefix: str) -> Route:
        if not hasattr(route, "original_router"):
            return self._at(route, route, scope, steps, prefix)
        # FastAPI keeps a router that was included as one route, and puts its routes together in a context.
        steps = (*steps, (route.original_router, len(route.include_context.dependencies)))
        match, child_scope, within, context = _asked(route._match, scope)
        if match is Match.NONE:
            return Route(_bound(steps))
        scope = {**scope, **child_scope}
        if context is None:
            return self._in_route(within, scope, steps, prefix)
        return self._at(context.original_route, context.starlette_route or context, scope, steps, prefix)

    def _at(self, route: BaseRoute, shape: Any, scope: Scope, steps: Steps, prefix: str) -> Route:
        """`route` is what the app's author has, `shape` what the framework made of it: with prefix and dependencies."""
        if isinstance(shape, Mount | Host):
            steps = (*((target, 0) for target, _ in steps), (route, 0))
            return self._in_app(
                shape.app, scope, steps, prefix + (shape.host if isinstance(shape, Host) else shape.path)
            )
        return _route_at(route, shape, scope["method"], steps, prefix)

    def _in_app(self, app: Any, scope: Scope, steps: Steps, prefix: str) -> Route:
        if self._inner_apps.decides(app):
            return _LEFT_ALONE
        for layer in _layers(app):
            if isinstance(layer, Router):
                return self._in_router(layer, scope, steps, prefix)
            steps = (*steps, (layer, 0))
            if isinstance(layer, Starlette):
                root_path = getattr(layer, "root_path", "")  # FastAPI's own takes the place of the mount's
                return self._in_router(
                    layer.router, {**scope, "root_path": root_path} if root_path else scope, steps, prefix
                )
        return Route(_bound(steps[:-1], (), app, method=scope["method"]), _methods(None, app), _below(prefix))


def _ways_below(router: Any, outside: Steps, depth: int) -> Iterator[Way]:
    if depth >= MAX_DEPTH:
        return
    steps = (*outside, (router, 0))
    for route in router.routes:
        yield from _ways_of(route, route, route, steps, depth)


def _ways_of(leaf: Any, shape: Any, route: Any, steps: Steps, depth: int) -> Iterator[Way]:
    if hasattr(route, "original_router"):
        steps = (*steps, (route.original_router, len(route.include_context.dependencies)))
        for candidate in route.effective_candidates():
            if hasattr(candidate, "original_router"):
                yield from _ways_of(candidate, candidate, candidate, steps, depth + 1)
            else:
                shape = candidate.starlette_route or candidate
                yield from _ways_of(candidate, shape, candidate.original_route, steps, depth + 1)
        return
    if not isinstance(shape, Mount | Host):
        yield leaf, shape, route, steps
        return
    steps = (*((target, 0) for target, _ in steps), (route, 0))
    below: Any = None
    for layer in _layers(shape.app):
        steps = (*steps, (layer, 0)) if not isinstance(layer, Router) else steps
        below = layer.router if isinstance(layer, Starlette) else layer if isinstance(layer, Router) else None
    yield (leaf, shape, route, (*steps, (below, 0)) if below is not None else steps)
    if below is not None:
        yield from _ways_below(below, steps, depth + 1)


def _layers(app: Any) -> Iterator[Any]:
    """What a mounted app is wrapped in, from the outermost on, and at last the router or the app of Starlette's."""
    for _ in range(MAX_DEPTH):
        if app is None:
            return
        yield app
        if isinstance(app, Router | Starlette):
            return
        app = getattr(app, "app", None)


def _route_at(route: BaseRoute, shape: Any, method: str, steps: Steps, prefix: str) -> Route:
    endpoint = getattr(shape, "endpoint", None)
    policy = _bound(steps, _dependants(shape), endpoint, route=route, method=method)
    path = getattr(shape, "path_format", None)
    return Route(policy, _methods(shape, endpoint), None if path is None else prefix + path)


def _is_opaque(app: Any) -> bool:
    return not any(isinstance(layer, Router | Starlette) for layer in _layers(app))


def _endpoint_of(route: Any) -> object:
    """What the router writes into the scope as the endpoint of a route."""
    return route.app if isinstance(route, Mount | Host) else getattr(route, "endpoint", None)


def _selected(routes: Sequence[BaseRoute], scope: Scope) -> tuple[BaseRoute, Scope] | None:
    """The first route that matches, or else the first that would with another method."""
    full, none = Match.FULL, Match.NONE  # an enumeration's members are slow to look up, and routes are many
    other_method = None
    try:
        for route in routes:
            match, child_scope = route.matches(scope)
            if match is none:
                continue
            if match is full:
                return route, child_scope
            if other_method is None:
                other_method = route, child_scope
    except Exception as error:
        raise _MatchingFailed from error
    return other_method


def _asked(question: Any, scope: Scope) -> Any:
    try:
        return question(scope)
    except Exception as error:
        raise _MatchingFailed from error


def _redirected(router: Router, scope: Scope) -> Scope | None:
    """The scope of the path that the router would redirect to, which is answered as that one is."""
    path = get_route_path(scope)
    if scope["type"] != "http" or not router.redirect_slashes or path == "/":
        return None
    redirected = {**scope, "path": scope["path"].rstrip("/") if path.endswith("/") else scope["path"] + "/"}
    return None if _selected(router.routes, redirected) is None else redirected


def _frontend(router: Any, scope: Scope, steps: Steps, prefix: str) -> Route | None:
    """The files of a frontend, which FastAPI looks for where no route matches (`router.frontend(...)`)."""
    if not hasattr(router, "_match_low_priority"):
        return None
    match, _, route, context = _asked(router._match_low_priority, scope)
    if match is Match.NONE:
        return None
    group = route if context is None else context.original_route
    steps = (*steps, *_steps_to(group, router))
    policy = _bound(steps, _dependants(context or group), route=group)
    return Route(policy, frozenset({"GET", "HEAD"}), _below(prefix))


def _steps_to(group: BaseRoute, router: Any, outside: int = 0) -> Steps:
    """The included routers between a router and the frontend of one of them."""
    for included in router.routes:
        inner = getattr(included, "original_router", None)
        if inner is not None:
            before = outside + len(included.include_context.dependencies)
            if group in inner._low_priority_routes:
                return ((inner, before),)
            if further := _steps_to(group, inner, before):
                return ((inner, before), *further)
    return ()


def _bound(
    steps: Steps, dependants: Sequence[Any] = (), endpoint: Any = None, *, route: object = None, method: str = "GET"
) -> Binding:
    """What is bound furthest in: to an endpoint (of a class, to its method), to its route, to FastAPI's dependencies of
    the route, the router's before its own, or to one of the steps."""
    targets: list[object] = []
    done = 0
    for target, before in steps:
        targets += _calls(dependants[done:before])
        targets.append(target)
        done = max(done, before)
    targets += _calls(dependants[done:])
    targets.append(route)
    if (view := _class_of(endpoint)) is None:
        return bound_policy(*reversed(targets), endpoint=endpoint)
    # In any case of letters: earlier Starlettes run the method of PATCH for `patch`, which browsers send as it is.
    name = "get" if method == "HEAD" and not hasattr(view, "head") else method.lower()
    handler = getattr(view, name, None) if name.upper() in _ENDPOINT_METHODS else None
    return bound_policy(endpoint, *reversed(targets), endpoint=handler)


def _class_of(endpoint: Any) -> type | None:
    return next((found for found in seen_through(endpoint) if isinstance(found, type)), None)


def _dependants(shape: Any) -> Sequence[Any]:
    return getattr(getattr(shape, "dependant", None), "dependencies", ())


def _calls(dependants: Iterable[Any]) -> Iterator[object]:
    """The functions of dependencies, and before each the ones that it depends on itself."""
    for dependant in dependants:
        yield from _calls(dependant.dependencies)
        yield dependant.call


def _methods(shape: Any, endpoint: object) -> frozenset[str]:
    """The methods of a route; none of an ASGI app, which does not tell them."""
    methods, view = getattr(shape, "methods", None), _class_of(endpoint)
    if methods is None and view is not None and issubclass(view, HTTPEndpoint):
        methods = {method for method in _ENDPOINT_METHODS if getattr(view, method.lower(), None) is not None}
        methods |= {"HEAD"} if "GET" in methods else set()
    return frozenset(methods or ())


def _below(prefix: str) -> str | None:
    return f"{prefix}/{{path}}" if prefix else None


def _mounted(router: Any, seen: set[int]) -> Iterator[object]:
    """Every app that is mounted below a path or a host, as it was mounted, with all that wraps it."""
    if id(router) in seen:
        return
    seen.add(id(router))
    for route in router.routes:
        inner: Any = getattr(route, "original_router", None)
        if isinstance(route, Mount | Host):
            if bound_policy(route) is not None:
                yield route.app
            inner = next((layer for layer in _layers(route.app) if isinstance(layer, Router | Starlette)), None)
        if inner is not None and hasattr(inner, "routes"):
            yield from _mounted(inner, seen)
