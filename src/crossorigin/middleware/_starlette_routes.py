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

from .engine import MAX_DEPTH, InnerApps, Route, bound_policy, unknown_route

Scope = MutableMapping[str, Any]

Steps = tuple[tuple[object, int], ...]
"""What a policy may be bound to, from the outside inwards, and how many of the route's dependencies lie outside it."""

_LEFT_ALONE = Route(None)
_ENDPOINT_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY")


class _MatchingFailed(Exception):
    """A route of the app's raised when it was asked. It may again when the app asks it, and is answered there."""


class RouteFinder:
    """Finds the route of a request in one app."""

    __slots__ = ("_app", "_inner_apps")

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._inner_apps = InnerApps()

    def __call__(self, scope: Scope, method: str) -> Route:
        try:
            return self._in_router(self._app.router, {**scope, "method": method}, ((self._app, 0),), "")
        except _MatchingFailed as failed:
            return unknown_route(failed.__cause__)

    def forget(self) -> None:
        """Something was mounted: what was known of the apps below this one is looked at anew."""
        self._inner_apps = InnerApps()

    def mounted_apps(self) -> Iterator[object]:
        """Every app that is mounted, at any depth, with all that wraps it."""
        return _mounted(self._app.router, set())

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
        endpoint = getattr(shape, "endpoint", None)
        policy = _bound(steps, _dependants(shape), route, *_of_endpoint(endpoint, scope["method"]))
        path = getattr(shape, "path_format", None)
        return Route(policy, _methods(shape, endpoint), None if path is None else prefix + path)

    def _in_app(self, app: Any, scope: Scope, steps: Steps, prefix: str) -> Route:
        if self._inner_apps.decides(app):
            return _LEFT_ALONE
        for _ in range(MAX_DEPTH):
            if isinstance(app, Router):
                return self._in_router(app, scope, steps, prefix)
            steps = (*steps, (app, 0))
            if isinstance(app, Starlette):
                root_path = getattr(app, "root_path", "")  # FastAPI's own takes the place of the mount's
                return self._in_router(
                    app.router, {**scope, "root_path": root_path} if root_path else scope, steps, prefix
                )
            app = getattr(app, "app", None)
            if app is None:
                break
        return Route(_bound(steps), name=_below(prefix))


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
    return Route(_bound(steps, _dependants(context or group), group), frozenset({"GET", "HEAD"}), _below(prefix))


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


def _bound(steps: Steps, dependants: Sequence[Any] = (), *innermost: object) -> Any:
    """What is bound furthest in. `dependants` are FastAPI's dependencies of a route, the router's before its own."""
    targets: list[object] = []
    done = 0
    for target, before in steps:
        targets += _calls(dependants[done:before])
        targets.append(target)
        done = max(done, before)
    targets += _calls(dependants[done:])
    targets += innermost
    return bound_policy(*reversed(targets))


def _dependants(shape: Any) -> Sequence[Any]:
    return getattr(getattr(shape, "dependant", None), "dependencies", ())


def _calls(dependants: Iterable[Any]) -> Iterator[object]:
    """The functions of dependencies, and before each the ones that it depends on itself."""
    for dependant in dependants:
        yield from _calls(dependant.dependencies)
        yield dependant.call


def _of_endpoint(endpoint: Any, method: str) -> list[object]:
    """An endpoint, the outermost first: the function of a partial before it, a class before its method."""
    targets = [endpoint]
    while isinstance(endpoint, partial):
        endpoint = endpoint.func
        targets.insert(0, endpoint)
    if isinstance(endpoint, type):
        # In any case of letters: earlier Starlettes run the method of PATCH for `patch`, which browsers send as it is.
        name = "get" if method == "HEAD" and not hasattr(endpoint, "head") else method.lower()
        targets.append(getattr(endpoint, name, None))
    return targets


def _methods(shape: Any, endpoint: object) -> frozenset[str]:
    """The methods of a route; none of an ASGI app, which does not tell them."""
    methods = getattr(shape, "methods", None)
    if methods is None and isinstance(endpoint, type) and issubclass(endpoint, HTTPEndpoint):
        methods = {method for method in _ENDPOINT_METHODS if getattr(endpoint, method.lower(), None) is not None}
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
            yield route.app
            inner = route.app
            for _ in range(MAX_DEPTH):
                if inner is None or isinstance(inner, Router | Starlette):
                    break
                inner = getattr(inner, "app", None)
        if inner is not None and hasattr(inner, "routes"):
            yield from _mounted(inner, seen)
