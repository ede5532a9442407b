"""CORS for aiohttp: a policy for an `Application`, and others for its sub-applications, resources, routes and handlers.

    app = web.Application()
    app.add_routes(routes)
    CORS(app, Policy(allow_origins=["https://app.example.com"]))

It is the app's outermost middleware, which answers preflights, and a handler of `on_response_prepare`, which puts the
fields on every response: streams, files, the router's 404 and 405, and the 500 that aiohttp makes of an exception.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from aiohttp import hdrs, web

from crossorigin.policy import read_request
from crossorigin.standard import Origin

from .engine import (
    ATTRIBUTE,
    LEFT_ALONE,
    UNBOUND,
    Asked,
    Gate,
    Layer,
    NativeFields,
    OnDecision,
    Policies,
    Route,
    RoutePolicies,
    RoutePolicy,
    Ruling,
    Unbound,
    announce,
    bound_policy,
    default_policies,
    foreign_layer,
    route_policy,
)
from .engine import cors as _cors

if TYPE_CHECKING:
    from typing import Unpack

    from .engine import PolicyFields

__all__ = ["CORS", "cors"]

T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class _Target(NamedTuple):
    """What the router makes of a request, and whether it is a preflight, which is about the other methods too."""

    match: web.UrlMappingMatchInfo
    is_preflight: bool


_RULING = web.RequestKey("crossorigin.ruling", Ruling)


class CORS:
    """A policy for an aiohttp `Application`, and the place of those that `cors` binds to its routes.

    A sub-application may have a CORS of its own: it decides alone below its prefix or domain.

    Args:
        app: the app, before it is started or added to another one.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; None if only routes have policies; or leave it out, and
            give the keywords of `Policy`. `allow_methods="route"` stands for the methods of each path.
        own_origins: the origins that this app is reached by, for `refuse_disallowed` and the guard, where a proxy
            ends TLS or rewrites Host.
        debug: log why a request was not allowed, and say it in refusals.
        on_decision: called with a `DecisionEvent` for each request that has an Origin, before it is answered.
        guard_websockets: refuse a WebSocket handshake from an origin that the policy does not allow.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two; or the app is none of aiohttp's.
        RuntimeError: the app has a CORS already, or it is frozen: started, or added to another one.

    >>> app = web.Application()
    >>> CORS(app, allow_origins=["https://app.example.com"]).policy
    Policy(allow_origins=['https://app.example.com'])
    """

    __middleware_version__ = 1
    """aiohttp tells new-style middlewares by it."""

    def __init__(
        self,
        app: web.Application,
        policy: Policies | Unbound | None = UNBOUND,
        *,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        guard_websockets: bool = False,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        if not isinstance(app, web.Application):
            raise TypeError(f"CORS of crossorigin.middleware.aiohttp takes a web.Application, not {app!r}")
        if _own(app) is not None:
            raise RuntimeError("this Application has a CORS already: keep one, and bind other policies with @cors(...)")
        if app.pre_frozen:
            raise RuntimeError(
                "CORS(app, ...) comes too late: the Application is started, or added to another one, and takes no more "
                "middlewares. Call it before web.run_app(app), AppRunner(app) and add_subapp(..., app)"
            )
        self._gate = Gate(
            RoutePolicies(default_policies(policy, fields), self._find, targets=lambda: _targets(app)),
            own_origins=own_origins,
            debug=debug,
            on_decision=on_decision,
            guard_websockets=guard_websockets,
        )
        self._of_one_path: dict[int, tuple[web.AbstractResource, ...]] = {}
        app.middlewares.insert(0, cast("Any", self))
        app.on_response_prepare.append(self._on_response_prepare)
        app.on_startup.append(self._on_startup)

    @property
    def policy(self) -> Policies | None:
        """The policy of the app. One that is assigned takes effect whole, from the next request on."""
        return self._gate.policy

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        self._gate.policy = policy

    async def __call__(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if _RULING in request or self._quick(request) is not None:
            return await handler(request)
        match = await _match(request)
        decider = _decider(match)
        if decider is None:
            return await handler(request)
        ruling = await decider._rule(request, match)
        if ruling.status is None:
            request[_RULING] = ruling
            return await handler(request)
        request[_RULING] = LEFT_ALONE
        return web.Response(status=ruling.status, body=ruling.body or None, headers=ruling.native_fields)

    async def _on_response_prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        if _decider(request.match_info) is not self:
            return
        ruling = request.get(_RULING)
        fields = ruling.native_fields if ruling is not None else self._quick(request)
        if ruling is None and fields is None:  # what aiohttp answers before any middleware is asked: a bad Expect
            ruling = await self._rule(request, await _match(request))
            fields = ruling.native_fields if ruling.status is None else None
        if ruling is not None and ruling.is_unguarded and response.status == 101:
            self._gate.warnings.unguarded_websocket(request.path)
        if fields is not None:
            merged = self._gate.merged(response.headers.items(), fields, _shown(request))
            if merged is not None:
                response.headers.clear()
            response.headers.extend(fields if merged is None else merged)

    async def _on_startup(self, app: web.Application) -> None:
        for layer in _layers(app):
            self._gate.warnings.layer(layer)

    def _quick(self, request: web.Request) -> NativeFields | None:
        headers = request.headers
        lines = headers.getall(hdrs.ORIGIN, ())
        # As it came, for which aiohttp has this encoding. Two Origin lines are no origin.
        origin = ", ".join(lines).encode("utf-8", "surrogateescape") if lines else None
        return self._gate.quick(request.method, origin, headers.get(hdrs.UPGRADE))

    async def _rule(self, request: web.Request, match: web.UrlMappingMatchInfo) -> Ruling:
        fields = read_request([(name.lower(), value) for name, value in request.raw_headers])
        below_root = request.path.removeprefix(self._prefix(match))
        asked = Asked(
            match, request.method, request.path, fields, request.scheme, below_root or "/", request.raw_headers
        )
        asked = asked._replace(target=_Target(match, asked.is_preflight))
        return await self._gate.rule(asked, request.headers.get(hdrs.UPGRADE))

    def _prefix(self, match: web.UrlMappingMatchInfo) -> str:
        """The prefix of a sub-application that has this CORS, below which its router routes."""
        prefix = ""
        for outer, app in pairwise(match.apps):
            prefix = _prefix_of(app, outer) or prefix  # a resource's own has those of the outer ones in it
            if _own(app) is self:
                return prefix
        return ""

    def _find(self, target: _Target, method: str) -> Route:
        match = target.match
        route = match.route
        apps = [*match.apps]
        while len(apps) > 1 and _own(apps[0]) is not self:  # what is bound further out is overruled
            apps.pop(0)
        apps.reverse()
        if route.resource is None:  # a 404
            return Route(bound_policy(*apps))
        policy = _bound(route, method, apps)
        if not target.is_preflight:
            return Route(policy, name=route.resource.canonical)
        bound: dict[str, RoutePolicy | Unbound | None] = {}
        for resource in self._resources_of_path(route.resource, apps[0]):
            for other in resource:
                for name in _methods(other):
                    bound.setdefault(name, _bound(other, name, apps))
        return Route(policy, frozenset(bound), route.resource.canonical, bound)

    def _resources_of_path(
        self, resource: web.AbstractResource, app: web.Application
    ) -> Iterable[web.AbstractResource]:
        """All that match the same paths: aiohttp makes another one where a path is added again later on."""
        known = self._of_one_path.get(id(resource))
        if known is None:
            info = resource.get_info()
            known = tuple(other for other in app.router.resources() if other is resource or other.get_info() == info)
            self._of_one_path[id(resource)] = known  # they stay alive, and so their ids their own
        return known


def cors(policy: RoutePolicy | Unbound | None = UNBOUND, /, **fields: "Unpack[PolicyFields]") -> Callable[[T], T]:
    """A policy for a handler, a `web.View` or one of its methods, a route, a resource or a sub-application: it holds in
    place of the app's, the innermost winning.

    Args:
        policy: a `Policy` or `ReportOnly`; None for no CORS at all; or leave it out and give the keywords of `Policy`.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two; or it is put on what is no route yet (`web.get(...)`).

    >>> app = web.Application()
    >>> files = cors(allow_origins="*")(app.router.add_static("/files", "."))
    """
    declared = route_policy(policy, fields)

    def bind(target: T) -> T:
        if isinstance(target, web.AbstractRouteDef):
            raise TypeError(f"{target!r} is no route yet, and frozen: put @cors(...) on its handler")
        if not isinstance(target, web.Application):
            return _cors(declared)(target)
        object.__setattr__(target, ATTRIBUTE, declared)  # its own warns of attributes that it does not know
        announce()
        return target

    return bind


async def _match(request: web.Request) -> web.UrlMappingMatchInfo:
    """What the router makes of a request, a preflight being taken for the request that it asks about.

    Where the path is there and the method is not, what the path has answers for it.
    """
    match = request.match_info
    method = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD)
    if request.method == hdrs.METH_OPTIONS and method is not None and hdrs.ORIGIN in request.headers:
        match = await _resolve(request, method)
    error = match.http_exception
    if isinstance(error, web.HTTPMethodNotAllowed) and error.allowed_methods:
        allowed = error.allowed_methods
        match = await _resolve(request, hdrs.METH_GET if hdrs.METH_GET in allowed else min(allowed))
    return match


async def _resolve(request: web.Request, method: str) -> web.UrlMappingMatchInfo:
    app = request.match_info.apps[0]
    try:
        match = await app.router.resolve(request.clone(method=method))
    except Exception:  # noqa: BLE001  # a body that was read already, of which there are no clones; a resource's own bug
        return request.match_info
    match.add_app(app)
    return match


def _decider(match: web.UrlMappingMatchInfo) -> CORS | None:
    """The CORS of the innermost app that has one."""
    for app in reversed(match.apps):
        found = _own(app)
        if found is not None:
            return found
    return None


def _own(app: web.Application) -> CORS | None:
    for middleware in app.middlewares:
        if isinstance(middleware, CORS):
            return middleware
    return None


def _bound(route: web.AbstractRoute, method: str, apps: Iterable[web.Application]) -> RoutePolicy | Unbound | None:
    handler: Any = route.handler
    outside = (route, route.resource, *apps)
    if not _is_view(handler):
        return bound_policy(*outside, endpoint=handler)
    return bound_policy(handler, *outside, endpoint=getattr(handler, method.lower(), None))


def _targets(app: web.Application) -> Iterator[object]:
    """All that a policy could be bound to and a request to the app could reach."""
    yield app
    for resource in app.router.resources():
        yield resource
        inner = resource.get_info().get("app")
        if inner is not None:
            yield from _targets(inner)
            continue
        for route in resource:
            yield route
            yield route.handler
            if _is_view(route.handler):
                yield from (getattr(route.handler, name.lower(), None) for name in hdrs.METH_ALL)


def _prefix_of(inner: web.Application, outer: web.Application) -> str:
    for resource in outer.router.resources():
        info = resource.get_info()
        if info.get("app") is inner:
            return info.get("prefix", "")
    return ""


def _methods(route: web.AbstractRoute) -> Iterable[str]:
    if route.method == hdrs.METH_ANY and _is_view(route.handler):
        return [name for name in hdrs.METH_ALL if hasattr(route.handler, name.lower())]
    return (route.method,)


def _is_view(handler: object) -> bool:
    return isinstance(handler, type) and issubclass(handler, web.View)


def _shown(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return request.path if resource is None else resource.canonical


def _layers(app: web.Application) -> Iterator[Layer]:
    for place, hooks in (("middlewares", app.middlewares), ("on_response_prepare", app.on_response_prepare)):
        for hook in hooks:
            layer = foreign_layer(hook, f"Application.{place}")
            if layer is not None and not isinstance(getattr(hook, "__self__", hook), CORS):
                yield layer
