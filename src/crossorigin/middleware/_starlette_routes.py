"""Which route of a Starlette or FastAPI app a request would reach, which one it was dispatched to, and what is bound on
the way there.

What a request would reach is asked of the framework's own routes (`route.matches`), in the framework's order. What it
does beside that is followed here: routers that were included, mounted apps, hosts, redirects to the path with or
without its last slash. What a request was dispatched to, the framework has written into the scope.
"""

from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import nullcontext, suppress
from operator import attrgetter
from types import FunctionType
from typing import Any, NamedTuple

from starlette._utils import get_route_path
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Host, Match, Mount, Router, WebSocketRoute

from ._roots import Roots
from ._starlette_bound import (
    LEFT_ALONE,
    Inner,
    Place,
    at,
    at_app,
    calls_of,
    class_of,
    dependants_of,
    handler_of,
    inner_routers,
    is_app,
    methods_of,
)
from .engine import (
    INTEGRATION,
    NOBODY,
    UNBOUND,
    Binding,
    InnerApps,
    Leaf,
    Leaves,
    Route,
    bound_policy,
    hidden,
    unknown_route,
)

Scope = MutableMapping[str, Any]

NOT_FOUND = 404

_FRAMEWORKS = ("starlette.routing", "fastapi.routing")
_routes_of = attrgetter("routes")


class _MatchingFailed(Exception):
    """A route of the app's raised when it was asked. It may again when the app asks it, and is answered there."""


class _Way(NamedTuple):
    """A way to what serves requests, or to a mount on the way there.

    Attributes:
        leaf: as the framework writes it into the scope.
        route: what the app's author has.
        shape: what the framework made of it: with prefix and dependencies.
        inner: the routers that a mounted app may hand requests to.
        has_cors: whether a CORS of ours, on the way there, decides alone.
        is_told: whether the way is the only one from a mounted app that is on it.
    """

    leaf: object
    route: BaseRoute
    shape: Any
    place: Place
    inner: Sequence[Inner]
    has_cors: bool
    is_told: bool

    @property
    def is_mount(self) -> bool:
        return isinstance(self.shape, Mount | Host)

    def route_for(self, method: str) -> Route:
        if self.has_cors:
            return LEFT_ALONE
        name = handler_of(method)
        return at_app(self.place, self.leaf, name) if self.is_mount else at(self.place, self.route, self.shape, name)


class RouteFinder:
    """Finds the route of a request in one app: the one that it would reach, and the one that it was dispatched to."""

    __slots__ = (
        "_app",
        "_has_silent_routes",
        "_inner_apps",
        "_leaves",
        "_nowhere",
        "_places",
        "_reads_headers",
        "_roots",
        "_routers",
        "_size",
    )

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._inner_apps = InnerApps()
        self._leaves = Leaves(self._walk)
        self._nowhere: dict[int, Route | None] = {}
        self._places: dict[int, list[Place]] = {}
        self._roots = Roots(app)
        self._routers: list[Any] = []
        self._size = -1
        self._has_silent_routes = self._reads_headers = False

    def __call__(self, scope: Scope, method: str) -> Route:
        is_preflight = scope.get("method") == "OPTIONS" != method
        # What an outer FastAPI has noted of its own routes says nothing of those here.
        scope = {**scope, "method": method, "fastapi": {}}
        router, place = self._app.router, Place(((self._app, 0),))
        try:
            route = self._in_router(router, scope, place)
            if not is_preflight or route.policy is NOBODY:
                return route
        except _MatchingFailed as failed:
            return unknown_route(failed.__cause__)
        with suppress(_MatchingFailed):  # of a route further on, that none of these methods may get to
            route = route._replace(by_method=self._claims(router, scope, place))
        return route

    def targets(self) -> Iterator[object]:
        """All that a policy could be bound to and a request could reach."""
        self._inner_apps = InnerApps()
        self._leaves.forget()
        yield from (self._app, self._app.router)
        for way in self._ways():
            yield from _targets_of(way)

    def mounted_apps(self) -> Iterator[object]:
        """Every app that is mounted, at any depth, with all that wraps it, and what is around a single route; none that
        `cors(None)` leaves alone."""
        self._roots.look_again()
        for way in self._ways():
            app = _made_by_author(way.shape)
            if app is not None and way.place.within(app).bound() is not None:
                yield app

    def path_of(self, scope: Scope) -> str | None:
        """The path that the app routes by; None where a FastAPI that is mounted at its root has a root path of its own,
        by which it reads another one."""
        path = get_route_path(scope)
        others = (get_route_path({**scope, "root_path": root}) for root in self._roots.of_nested())
        return None if any(other != path for other in others) else path

    def untold(self) -> Iterator[Route]:
        """The routes that do not tell their methods. A WebSocket has none to tell."""
        for way in self._ways():
            if len(way.inner) != 1 and not isinstance(way.shape, WebSocketRoute):
                route = way.route_for("")
                if not route.methods:
                    yield route

    # What a request was dispatched to

    def record(self, scope: Scope, came_in: Scope, status: int) -> Route | None:
        """The route that the app's router has dispatched a request to, by what it has written into the scope: nothing,
        if a layer further in copied the scope, or answered before the router was asked."""
        if sum(map(len, map(_routes_of, self._routers))) != self._size:
            self._leaves.look()
        leaf = _leaf_of(scope)
        if "router" in came_in and leaf is _leaf_of(came_in):
            return None
        if status == NOT_FOUND and id(leaf) in self._nowhere:
            return self._nowhere[id(leaf)] if self._found_none(scope, came_in) else None
        return None if leaf is None else self._leaves.route_of(leaf, scope["method"])

    def was_rerouted(self, scope: Scope, came_in: Scope) -> bool:
        """Whether a layer further in has changed in place what the router looks at."""
        if scope["path"] != came_in["path"] or scope["method"] != came_in["method"]:
            return True
        if self._has_other_root(scope, came_in):
            return True
        return self._reads_headers and scope["headers"] != came_in["headers"]

    def was_moved(self, scope: Scope, came_in: Scope) -> bool:
        """Whether it was the path, or the root that is taken off it."""
        return scope["path"] != came_in["path"] or self._has_other_root(scope, came_in)

    def _has_other_root(self, scope: Scope, came_in: Scope) -> bool:
        """Whether something else than mounts has changed the root path."""
        before, root = came_in.get("root_path", ""), scope.get("root_path", "")
        # The first mount keeps the root path that it found.
        if "app_root_path" not in came_in and scope.get("app_root_path", before) != before:
            return True
        if root == before:
            return False
        return not any(place.may_have_root(root, before) for place in self._places.get(id(_leaf_of(scope)), ()))

    def _found_none(self, scope: Scope, came_in: Scope) -> bool:
        """Whether the router of the app, or of a mounted one, has asked its routes, and none matched."""
        if scope.get("router") is not self._app.router or "router" in came_in or self._has_silent_routes:
            return False
        return "frontend_path" not in scope.get("fastapi", ())

    def _walk(self) -> Iterator[Leaf]:
        router = self._app.router
        self._nowhere = {id(None): Route(Place(((self._app, 0), (router, 0))).bound())}
        self._has_silent_routes = self._reads_headers = False
        self._places = {}
        self._routers = [router]
        for way in self._ways():
            keys = [way.leaf]
            if not way.is_mount:
                endpoint = getattr(way.shape, "endpoint", None)
                keys += [] if endpoint is None or endpoint is way.leaf else [endpoint]
                self._has_silent_routes |= endpoint is None
            self._reads_headers |= isinstance(way.shape, Host) or not _is_told(way.route)
            self._routers += [inner.router for inner in way.inner]
            self._routers += [it for it, _ in way.place.steps if isinstance(it, Router)]
            for key in keys:
                # A FastAPI that is mounted has put its own root path there before it answers that it has no such route.
                self._places.setdefault(id(key), []).extend((way.place, *(inner.place for inner in way.inner)))
                yield key, None if way.inner or not way.is_told else way.route_for
            if len(way.inner) == 1 and way.is_told and not _is_wrapped(way.leaf):
                ((router, place, *_),) = way.inner
                policy = None if way.has_cors or way.inner[0].has_cors else place.within(router).bound()
                self._nowhere[id(way.leaf)] = None if id(way.leaf) in self._nowhere else Route(policy)
        self._routers = [*{id(it): it for it in self._routers}.values()]
        self._size = sum(map(len, map(_routes_of, self._routers)))

    def _ways(self) -> Iterator[_Way]:
        """Every way through the app's routers, mounts and included routers, down to what serves requests."""
        return self._ways_in(self._app.router, Place(((self._app, 0),)), has_cors=False)

    def _ways_in(self, router: Any, place: Place, *, has_cors: bool, is_told: bool = True) -> Iterator[_Way]:
        for leaf, route, shape, around in _all_routes(router.routes, place.within(router), is_tolerant=True):
            app, inside, inner = self._inner_of(route, shape, around)
            decides = has_cors or self._decides(shape)
            yield _Way(leaf if inside is around else app, route, shape, inside, inner, decides, is_told)
            for it in inner:
                one = is_told and len(inner) == 1
                yield from self._ways_in(it.router, it.place, has_cors=decides or it.has_cors, is_told=one)

    def _decides(self, shape: Any) -> bool:
        """Whether a CORS of ours is around a mounted app, or a single route: in its `middleware`, or around an endpoint
        that is an app."""
        app = _made_by_author(shape)
        return app is not None and self._inner_apps.decides(app)

    # What a request would reach

    def _in_router(self, router: Router, scope: Scope, place: Place) -> Route:
        within = place.within(router)
        found = _selected(router.routes, scope)
        if found is not None:
            route, child_scope = found
            return self._in_route(route, {**scope, **child_scope}, within)
        if (redirected := _redirected(router, scope)) is not None:
            target = self._in_router(router, redirected, place)
            # The redirect is the outer app's own, also where it leads to one that has a CORS of its own.
            return Route(within.bound()) if target is LEFT_ALONE else target
        return _frontend(router, scope, within) or Route(within.bound(), name=within.below)

    def _in_route(self, route: Any, scope: Scope, place: Place) -> Route:
        if not hasattr(route, "original_router"):
            return self._at(route, route, scope, place)
        # FastAPI keeps a router that was included as one route, and puts its routes together in a context.
        place = place.within(route.original_router, len(route.include_context.dependencies))
        match, child_scope, within, context = _asked(route._match, scope)
        if match is Match.NONE:
            return Route(place.bound())
        scope = {**scope, **child_scope}
        if context is None:
            return self._in_route(within, scope, place)
        return self._at(context.original_route, context.starlette_route or context, scope, place)

    def _at(self, route: BaseRoute, shape: Any, scope: Scope, place: Place) -> Route:
        if self._decides(shape):
            return LEFT_ALONE
        app, inside, inner = self._inner_of(route, shape, place)
        if inner:
            return self._below(inner, scope, inside)
        name = handler_of(scope["method"], scope["type"])
        return at_app(inside, app, name) if inside is not place else at(place, route, shape, name)

    def _inner_of(self, route: BaseRoute, shape: Any, place: Place) -> tuple[Any, Place, Sequence[Inner]]:
        """What a route hands requests to, an app or an endpoint; the place of that; and the routers in it."""
        if isinstance(shape, Mount | Host):
            inside = place.mounted(route, shape)
            return shape.app, inside, inner_routers(shape.app, inside, self._inner_apps.decides)
        endpoint = getattr(shape, "endpoint", None)
        return endpoint, place, inner_routers(endpoint, place, self._inner_apps.decides) if is_app(endpoint) else ()

    def _below(self, inner: Sequence[Inner], scope: Scope, place: Place) -> Route:
        if len(inner) > 1:  # nobody knows which
            has_own = any(self._has_own(it, place) for it in inner)
            return Route(hidden(place.steps[-1][0]) if has_own else place.bound(), name=place.below)
        ((router, within, root_path, has_cors),) = inner
        if has_cors:
            return LEFT_ALONE
        return self._in_router(router, {**scope, "root_path": root_path} if root_path else scope, within)

    def _has_own(self, inner: Inner, outside: Place) -> bool:
        """Whether something inside of a mounted app has a policy of its own."""
        ways = [*self._ways_in(inner.router, inner.place, has_cors=inner.has_cors)]
        known = {id(target) for target, _ in outside.steps}
        targets = (it for way in ways for it in _targets_of(way) if id(it) not in known)
        return any(way.has_cors for way in ways) or any(bound_policy(it) is not UNBOUND for it in targets)

    # What the methods of a path are bound to

    def _claims(self, router: Router, scope: Scope, place: Place) -> dict[str, Binding] | None:
        """What is bound to each method that a route of the path takes; None where they have to be asked one by one."""
        claimed: dict[str, Binding] = {}
        within = place.within(router)
        has_matched = False
        for _, route, shape, around in _all_routes(router.routes, within):
            if not _is_told(route):
                return None
            match, child_scope = _asked(shape.matches, scope)
            if match is Match.NONE:
                continue
            has_matched = True
            more = self._claims_of(route, shape, {**scope, **child_scope}, around)
            if more is None:
                return None
            claimed = {**more, **claimed}
            if isinstance(shape, Mount | Host) or not shape.methods:  # it takes all others too
                return claimed
        if has_matched:
            return claimed
        if (redirected := _redirected(router, scope)) is not None:
            more = self._claims(router, redirected, place)
            return {"*": within.bound()} if more == {"*": None} else more
        return {"*": self._in_router(router, scope, place).policy}

    def _claims_of(self, route: BaseRoute, shape: Any, scope: Scope, place: Place) -> dict[str, Binding] | None:
        app, inside, inner = self._inner_of(route, shape, place)
        is_mount = inside is not place
        if len(inner) == 1 and not inner[0].has_cors and not self._decides(shape):
            if not is_mount and shape.methods:
                return None
            root_path = inner[0].root_path or scope.get("root_path", "")
            return self._claims(inner[0].router, {**scope, "root_path": root_path}, inner[0].place)
        methods = methods_of(None if is_mount else shape, app)
        if not methods:
            return {"*": self._at(route, shape, scope, place).policy}
        return {name: self._at(route, shape, {**scope, "method": name}, place).policy for name in methods}


def _leaf_of(scope: Scope) -> Any:
    """What the framework has written into the scope of what it dispatched to: the context of an included route, a
    route, an endpoint or a mounted app; None where there is nothing yet. What an outer router has written is stale by
    the time an inner one has, which may not write all of it."""
    route, endpoint = scope.get("route"), scope.get("endpoint")
    if "fastapi" in scope and (context := scope["fastapi"].get("effective_route_context")) is not None:
        if context.original_route is route:
            return context
        made = context.starlette_route
        if made is not None and endpoint is not None and getattr(made, "endpoint", None) is endpoint:
            return context
    return route if endpoint is None or getattr(route, "endpoint", None) is endpoint else endpoint


def _all_routes(
    routes: Iterable[Any], place: Place, *, is_tolerant: bool = False
) -> Iterator[tuple[Any, Any, Any, Place]]:
    """Each route of a router, those of included routers in their place: as it is written into the scope, as the app's
    author has it, and what the framework made of it. A router whose paths are broken is an error, or is left out."""
    for route in routes:
        if hasattr(route, "original_router"):
            within = place.within(route.original_router, len(route.include_context.dependencies))
            with suppress(_MatchingFailed) if is_tolerant else nullcontext():
                candidates = _asked(type(route).effective_candidates, route)
                yield from _all_routes(candidates, within, is_tolerant=is_tolerant)
        elif hasattr(route, "original_route"):
            yield route, route.original_route, route.starlette_route or route, place
        else:
            yield route, route, route, place


def _targets_of(way: _Way) -> Iterator[object]:
    """All on a way that a policy may be bound to."""
    yield from (target for target, _ in way.place.steps)
    yield from calls_of(dependants_of(way.shape))
    yield from (way.route, way.leaf, _made_by_author(way.shape))
    endpoint = way.leaf if way.is_mount else getattr(way.shape, "endpoint", None)
    yield endpoint
    if (view := class_of(endpoint)) is not None:
        yield from (it for cls in view.__mro__ for it in vars(cls).values() if callable(it))


def _made_by_author(shape: Any) -> Any:
    """The app that a route hands requests to, but for one that the framework made of a function; None for that."""
    app = getattr(shape, "app", None)
    is_made = isinstance(app, type) or (isinstance(app, FunctionType) and app.__module__ in _FRAMEWORKS)
    return None if is_made else app


def _is_wrapped(app: Any) -> bool:
    """Whether something in a mounted app may answer before its router is asked."""
    if isinstance(app, Router):
        return app.middleware_stack != app.app
    return not isinstance(app, Starlette) or bool(app.user_middleware) or hasattr(app, INTEGRATION)


def _is_told(route: Any) -> bool:
    """Whether a route matches as the framework has it: by its path, its host and its methods."""
    return type(route).matches.__module__ in _FRAMEWORKS


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


def _frontend(router: Any, scope: Scope, place: Place) -> Route | None:
    """The files of a frontend, which FastAPI looks for where no route matches (`router.frontend(...)`)."""
    if not hasattr(router, "_match_low_priority"):
        return None
    match, _, route, context = _asked(router._match_low_priority, scope)
    if match is Match.NONE:
        return None
    group = route if context is None else context.original_route
    dependants = dependants_of(context or group)
    for included, before in _steps_to(group, router):
        place = place.within(included, before)
    return Route(place.within(group, len(dependants)).bound(dependants), frozenset({"GET", "HEAD"}), place.below)


def _steps_to(group: BaseRoute, router: Any, outside: int = 0) -> Sequence[tuple[object, int]]:
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
