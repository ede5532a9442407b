"""What is bound in a Starlette or FastAPI app, by the place where it lies, and what lies below a mount."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from inspect import getattr_static
from types import FunctionType, MethodType
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.routing import BaseRoute, Host, Mount, Router, compile_path
from starlette.staticfiles import StaticFiles

from .engine import MAX_DEPTH, UNBOUND, Binding, Route, bound_policy, held_by, seen_through

LEFT_ALONE = Route(None)
ENDPOINT_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY")
_NO_APPS = (FunctionType, MethodType, partial, type)
"""Endpoints that Starlette takes for functions of a request, or for classes that it makes an object of for each."""


class Place(NamedTuple):
    """Where a router, a mounted app or a route lies in an app.

    Attributes:
        steps: what a policy may be bound to on the way there, from the outside inwards, and how many of a route's
            dependencies lie outside it.
        prefix: of its paths, for names.
        is_absolute, root: what mounts have put behind the root path (a FastAPI's own takes its place), with parameters.
    """

    steps: tuple[tuple[object, int], ...]
    prefix: str = ""
    is_absolute: bool = False
    root: str = ""

    def within(self, target: object, outside: int = 0) -> "Place":
        return self._replace(steps=(*self.steps, (target, outside)))

    @property
    def below(self) -> str | None:
        """A name for all paths below."""
        return f"{self.prefix}/{{path}}" if self.prefix else None

    def bound(self, dependants: Sequence[Any] = (), ran: Iterable[object] = ()) -> Binding:
        """What is bound furthest in. `dependants` are FastAPI's dependencies of a route, the router's before its own;
        `ran` is what the framework calls, the outermost first."""
        targets: list[tuple[object, bool]] = []
        done = 0
        for target, before in self.steps:
            targets += ((call, True) for call in calls_of(dependants[done:before]))
            targets.append((target, False))
            done = max(done, before)
        targets += ((call, True) for call in (*calls_of(dependants[done:]), *ran))
        for target, is_called in reversed(targets):
            policy = bound_policy(endpoint=target) if is_called else bound_policy(target)
            if policy is not UNBOUND:
                return policy
        return UNBOUND

    def mounted(self, route: BaseRoute, shape: Mount | Host) -> "Place":
        """The place of the app that is mounted by a route."""
        steps = (*((target, 0) for target, _ in self.steps), (route, 0))
        if isinstance(shape, Host):
            return self._replace(steps=steps, prefix=self.prefix + shape.host)
        return self._replace(steps=steps, prefix=self.prefix + shape.path, root=self.root + shape.path)

    def may_have_root(self, root: str, before: str) -> bool:
        """Whether mounts alone can have made this root path, of the one that a request came in with."""
        made = root if self.is_absolute else root.removeprefix(before)
        if not self.is_absolute and before + made != root:
            return False
        if "{" not in self.root:
            return made == self.root
        try:
            return compile_path(self.root)[0].fullmatch(made) is not None
        except ValueError:  # two mounts on the way have a parameter of the same name
            return False


def at(place: Place, route: BaseRoute, shape: Any, name: str) -> Route:
    """The route for what serves requests at a place, by what a class of it would run.

    Args:
        route: what the app's author has.
        shape: what the framework made of it: with prefix and dependencies.
        name: of the method that a class runs.
    """
    endpoint, dependants = getattr(shape, "endpoint", None), dependants_of(shape)
    policy = place.within(route, len(dependants)).bound(dependants, ran(endpoint, name))
    path = getattr(shape, "path_format", None)
    return Route(policy, methods_of(shape, endpoint), None if path is None else place.prefix + path)


def at_app(place: Place, app: object, name: str) -> Route:
    """The route for a mounted app in which no router can be seen."""
    return Route(place.bound((), ran(app, name)), methods_of(None, app), place.below)


def dependants_of(shape: Any) -> Sequence[Any]:
    return getattr(getattr(shape, "dependant", None), "dependencies", ())


def calls_of(dependants: Iterable[Any]) -> Iterator[object]:
    """The functions of dependencies, and before each the ones that it depends on itself."""
    for dependant in dependants:
        yield from calls_of(dependant.dependencies)
        yield dependant.call


def ran(endpoint: object, name: str) -> list[object]:
    """What is called for a request, the outermost first: a class, which may be in a partial, before its method."""
    called = [endpoint]
    if (view := class_of(endpoint)) is not None:
        name = "get" if name == "head" and not hasattr(view, "head") else name
        # Statically: a partialmethod makes a function of itself when it is asked for, in which nothing can be seen.
        called.append(getattr_static(view, name, None))
    return called


def handler_of(method: str, kind: str = "http") -> str:
    """What a class runs: for a WebSocket handshake, or for a method. In any case of letters: earlier Starlettes run
    PATCH's for `patch`, which browsers send as it is."""
    if kind == "websocket":
        return "on_connect"
    return method.lower() if method.upper() in ENDPOINT_METHODS else ""


def methods_of(shape: Any, endpoint: object) -> frozenset[str]:
    """The methods of a route; none of an ASGI app, which does not tell them."""
    if type(endpoint) is StaticFiles:
        return frozenset(("GET", "HEAD"))
    methods, view = getattr(shape, "methods", None), class_of(endpoint)
    if methods is None and view is not None and issubclass(view, HTTPEndpoint):
        methods = {method for method in ENDPOINT_METHODS if getattr(view, method.lower(), None) is not None}
        methods |= {"HEAD"} if "GET" in methods else set()
    return frozenset(methods or ())


def class_of(endpoint: object) -> type | None:
    return next((found for found in seen_through(endpoint) if isinstance(found, type)), None)


class Inner(NamedTuple):
    """A router that a mounted app hands requests to.

    Attributes:
        place: in which it lies.
        root_path: a FastAPI's own, or nothing.
        has_cors: whether the app that it is the router of has a CORS of ours.
    """

    router: Router
    place: Place
    root_path: str
    has_cors: bool


def inner_routers(app: object, place: Place, has_cors: Callable[[Any], bool]) -> list[Inner]:
    """The routers that a mounted app may hand requests to, as far as can be seen: through `app`, where middleware keeps
    what it wraps, or else through all that it holds. Several: nobody knows which.

    What the app lies in is none of them: an app may know the one that it is mounted in.
    """
    seen = {id(target) for target, _ in place.steps}
    budget = len(seen) + MAX_DEPTH
    found: list[Inner] = []
    waiting = [(app, place)]
    while waiting and len(seen) < budget:
        target, outside = waiting.pop(0)
        if id(target) in seen:
            continue
        seen.add(id(target))
        if isinstance(target, Router):
            found.append(Inner(target, outside, "", has_cors=False))
        elif isinstance(target, Starlette):
            own = getattr(target, "root_path", "")
            inside = outside.within(target)
            inside = inside._replace(is_absolute=True, root=own) if own else inside
            found.append(Inner(target.router, inside, own, has_cors=has_cors(target)))
        elif not isinstance(target, type):
            waiting += [(inner, outside.within(target)) for inner in _inside(target)]
    return found


def is_app(endpoint: object) -> bool:
    """Whether Starlette takes an endpoint for an app, so that there may be a router in it."""
    return not isinstance(endpoint, _NO_APPS)


def _inside(app: Any) -> list[object]:
    inner = getattr(app, "app", None)
    if inner is not None:
        return [inner]
    owner = getattr(app, "__self__", None)
    return [*[*seen_through(app)][1:], *(() if owner is None else (owner,)), *held_by(app)]
