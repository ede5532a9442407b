"""CORS for Sanic: a policy for an app, and others for its blueprints, views and handlers.

    app = Sanic("shop")
    CORS(app, Policy(allow_origins=["https://app.example.com"]))

It is the first request middleware, which answers preflights, and the last response middleware, which puts the fields on
whatever is answered: streams, the router's 404 and 405, the answers of exception handlers. Under Sanic's own server and
under ASGI ones.
"""

import sys
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.blueprint_group import BlueprintGroup
from sanic.constants import HTTP_METHODS
from sanic.signals import Event
from sanic_routing.route import Route as SanicRoute

from crossorigin.policy import READ_FIELDS
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

_OUTERMOST = sys.maxsize
"""Sanic's priority: of request middlewares the highest is the first, of response middlewares the last."""

_RULING, _RESPONSE = "crossorigin_ruling", "crossorigin_response"
"""What is kept in `request.ctx`: what is done with the request, and the response that has its fields."""

_POLICY_VIOLATION = 1008


class CORS:
    """A policy for a Sanic app, and the place of those that `cors` binds to its blueprints and handlers.

    Args:
        app: the app, before it is started.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; None if only routes have policies; or leave it out, and
            give the keywords of `Policy`. `allow_methods="route"` stands for the methods of each path.
        own_origins: the origins that this app is reached by, for `refuse_disallowed` and the guard, where a proxy
            ends TLS or rewrites Host.
        debug: log why a request was not allowed, and say it in refusals.
        on_decision: called with a `DecisionEvent` for each request that has an Origin, before it is answered.
        guard_websockets: refuse a WebSocket handshake from an origin that the policy does not allow.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two; or the app is none of Sanic's.
        RuntimeError: the app has a CORS already, or it is started.

    >>> app = Sanic("doctest_of_cors")
    >>> CORS(app, allow_origins=["https://app.example.com"]).policy
    Policy(allow_origins=['https://app.example.com'])
    """

    def __init__(
        self,
        app: "Sanic[Any, Any]",
        policy: Policies | Unbound | None = UNBOUND,
        *,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        guard_websockets: bool = False,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        if not isinstance(app, Sanic):
            raise TypeError(f"CORS of crossorigin.middleware.sanic takes a Sanic app, not {app!r}")
        if any(isinstance(getattr(middleware.func, "__self__", None), CORS) for middleware in app.request_middleware):
            raise RuntimeError("this Sanic app has a CORS already: keep one, and bind other policies with @cors(...)")
        if app.router.finalized:
            raise RuntimeError("CORS(app, ...) comes too late: the Sanic app is started, and takes no more middlewares")
        self._gate = Gate(
            RoutePolicies(default_policies(policy, fields), self._find, targets=self._targets),
            own_origins=own_origins,
            debug=debug,
            on_decision=on_decision,
            guard_websockets=guard_websockets,
        )
        self._app = app
        self._of_one_path: dict[int, tuple[SanicRoute, ...]] = {}
        self._blueprints: dict[int, Blueprint | None] = {}
        app.register_middleware(self._on_request, "request", priority=_OUTERMOST)
        app.register_middleware(self._on_response, "response", priority=_OUTERMOST)
        # A response middleware that answers itself ends the run of the others, and an error that comes after
        # `request.respond()` has none: then this is the last chance.
        app.add_signal(self._before_send, Event.HTTP_LIFECYCLE_RESPONSE)
        app.add_signal(self._after_handshake, Event.WEBSOCKET_HANDLER_BEFORE)
        app.register_listener(self._before_start, "before_server_start")

    @property
    def policy(self) -> Policies | None:
        """The policy of the app. One that is assigned takes effect whole, from the next request on."""
        return self._gate.policy

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        self._gate.policy = policy

    async def _on_request(self, request: Request) -> HTTPResponse | None:
        if self._quick(request) is not None:
            return None
        ruling = await self._rule(request)
        setattr(request.ctx, _RULING, ruling if ruling.status is None else LEFT_ALONE)
        if ruling.status is None:
            return None
        if getattr(request.stream, "ws", None) is not None:
            return _ClosedHandshake()
        return _Answer(ruling.body, ruling.status, dict(ruling.native_fields or ()))

    async def _on_response(self, request: Request, response: Any) -> None:
        ruling = getattr(request.ctx, _RULING, None)
        fields = ruling.native_fields if ruling is not None else self._quick(request)
        if ruling is None and fields is None:  # what Sanic answers though no request middleware ran: a timeout
            ruling = await self._rule(request)
            fields = ruling.native_fields if ruling.status is None else None
        setattr(request.ctx, _RESPONSE, response)
        if fields is None:
            return
        merged = self._gate.merged(response.headers.items(), fields, _shown(request))
        if merged is not None:
            response.headers.clear()
        response.headers.extend(fields if merged is None else merged)

    async def _before_send(self, request: Request, response: Any) -> None:
        if getattr(request.ctx, _RESPONSE, None) is not response:
            await self._on_response(request, response)

    async def _after_handshake(self, request: Request, **_: Any) -> None:
        ruling = getattr(request.ctx, _RULING, None)
        if ruling is not None and ruling.is_unguarded:
            self._gate.warnings.unguarded_websocket(request.path)

    async def _before_start(self, app: "Sanic[Any, Any]") -> None:
        for layer in _layers(app):
            self._gate.warnings.layer(layer)

    def _quick(self, request: Request) -> NativeFields | None:
        return self._gate.quick(request.method, _field(request, "origin"), _upgrade(request))

    async def _rule(self, request: Request) -> Ruling:
        fields = {name: value for name in READ_FIELDS if (value := _field(request, name.decode())) is not None}
        path = unquote(request.path)
        asked = Asked(request, request.method, path, fields, request.scheme, path, _lines(request))
        return await self._gate.rule(asked, _upgrade(request))

    def _find(self, request: Request, method: str) -> Route:
        is_preflight = request.method == "OPTIONS"
        route = self._route(request, method) if is_preflight else _dispatched(request) or self._route(request, method)
        if route is None:  # the path may be there all the same: then what it has answers for it
            others = (self._route(request, other) for other in map(str, HTTP_METHODS))
            route = next((other for other in others if other is not None), None)
        if route is None:
            return Route()
        policy = self._bound(route, method)
        if not is_preflight:
            return Route(policy, name=f"/{route.path}")
        bound: dict[str, RoutePolicy | Unbound | None] = {}
        for other in self._routes_of_path(route):
            for name in map(str, other.methods):
                bound.setdefault(name, self._bound(other, name))
        return Route(policy, frozenset(bound), f"/{route.path}", bound)

    def _route(self, request: Request, method: str) -> SanicRoute | None:
        host = request.headers.get("host")
        try:
            found = self._app.router.resolve(request.path, method=method, extra={"host": host} if host else None)
        except Exception:  # noqa: BLE001  # NotFound, NoMethod; what else a path's converter raises, Sanic has met too
            return None
        # sanic-ext adds HEAD and OPTIONS to what is there: they are the framework's.
        return None if getattr(found[1], "__auto_handler__", False) else found[0]

    def _routes_of_path(self, route: SanicRoute) -> tuple[SanicRoute, ...]:
        known = self._of_one_path.get(id(route))
        if known is None:
            known = tuple(
                other
                for other in self._app.router.routes
                if other.parts == route.parts
                and other.requirements == route.requirements
                and not getattr(other.handler, "__auto_handler__", False)
            )
            self._of_one_path[id(route)] = known  # they stay alive, and so their ids their own
        return known

    def _bound(self, route: SanicRoute, method: str) -> RoutePolicy | Unbound | None:
        handler: Any = route.handler
        if getattr(handler, "is_websocket", False):
            handler = handler.args[0]  # Sanic wraps the user's own
        view = getattr(handler, "view_class", None)
        policy = bound_policy(endpoint=getattr(view, method.lower(), None))
        return bound_policy(view, *self._contexts(route), endpoint=handler) if policy is UNBOUND else policy

    def _targets(self) -> Iterator[object]:
        """All that a policy could be bound to and a request to the app could reach."""
        for route in self._app.router.routes:
            handler: Any = route.handler
            view = getattr(handler, "view_class", None)
            yield handler.args[0] if getattr(handler, "is_websocket", False) else handler
            yield view
            yield from (getattr(view, str(name).lower(), None) for name in HTTP_METHODS)
            yield from self._contexts(route)

    def _contexts(self, route: SanicRoute) -> Iterator[object]:
        """That of the route's blueprint, and that of what it was copied from, which `copy` leaves behind."""
        blueprint = self._blueprint(route)
        if blueprint is not None:
            yield blueprint.ctx
            yield getattr(self._app.blueprints.get(blueprint.copied_from), "ctx", None)

    def _blueprint(self, route: SanicRoute) -> Blueprint | None:
        if id(route) not in self._blueprints:
            self._blueprints[id(route)] = next(
                (
                    blueprint
                    for blueprint in self._app.blueprints.values()
                    if any(other is route for other in blueprint.routes)
                ),
                None,
            )
        return self._blueprints[id(route)]


def cors(policy: RoutePolicy | Unbound | None = UNBOUND, /, **fields: "Unpack[PolicyFields]") -> Callable[[T], T]:
    """A policy for a handler, a class-based view or one of its methods, a blueprint or a group of blueprints: it holds
    in place of the app's, the innermost winning.

    It stands below Sanic's own decorator (`@app.get`). Around a group, it is the policy of those of its blueprints that
    have none.

    Args:
        policy: a `Policy` or `ReportOnly`; None for no CORS at all; or leave it out and give the keywords of `Policy`.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two.

    >>> public = cors(allow_origins="*")(Blueprint("public", url_prefix="/public"))
    """
    bind: Callable[[Any], Any] = _cors(route_policy(policy, fields))

    def bind_any(target: T) -> T:
        if isinstance(target, BlueprintGroup):
            for blueprint in target.blueprints:
                if not hasattr(blueprint.ctx, ATTRIBUTE):
                    bind(blueprint.ctx)
        else:
            bind(target.ctx if isinstance(target, Blueprint) else target)
        return target

    return bind_any


class _Answer(HTTPResponse):
    """An answer with the fields that it is given, and no type of a body that it has not."""

    __slots__ = ()

    @property
    def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
        return (field for field in super().processed_headers if field != (b"content-type", b"None"))


class _ClosedHandshake(HTTPResponse):
    """The refusal of a WebSocket handshake under ASGI, which is no HTTP response there."""

    __slots__ = ()

    async def send(self, *_: Any, **__: Any) -> None:
        transport: Any = self.stream and self.stream.transport  # type: ignore[union-attr]  # ASGIApp, which Sanic types loosely
        await transport.send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "Not allowed by CORS"})


def _dispatched(request: Request) -> SanicRoute | None:
    """Sanic's own record, which it makes before the first request middleware runs; none on a 404 or a 405."""
    route: SanicRoute | None = request.route
    return None if route is None or getattr(route.handler, "__auto_handler__", False) else route


def _lines(request: Request) -> Iterator[tuple[bytes, bytes]]:
    for name, value in request.headers.items():
        yield name.encode("latin-1", "replace"), str(value).encode("utf-8", "surrogateescape")


def _upgrade(request: Request) -> str | None:
    if getattr(request.stream, "ws", None) is not None:  # ASGI, where HTTP/2 has no Upgrade field
        return "websocket"
    upgrade: str | None = request.headers.get("upgrade")
    return upgrade


def _field(request: Request, name: str) -> bytes | None:
    """A field as it came, for which Sanic has this encoding. Two Origin lines are no origin."""
    lines = request.headers.getall(name, None)
    return ", ".join(lines).encode("utf-8", "surrogateescape") if lines else None


def _shown(request: Request) -> str:
    return request.path if request.route is None else f"/{request.route.path}"


def _layers(app: "Sanic[Any, Any]") -> Iterator[Layer]:
    for place in ("request_middleware", "response_middleware"):
        for middleware in getattr(app, place):
            function = middleware.func
            layer = foreign_layer(function, f"Sanic.{place}")
            is_ours = isinstance(getattr(function, "__self__", None), CORS)
            if layer is not None and not is_ours and not _is_idle(app, function):
                yield layer


def _is_idle(app: "Sanic[Any, Any]", function: Any) -> bool:
    """sanic-ext has its CORS in every app; it does nothing until it is configured, or a handler is decorated."""
    if not function.__module__.startswith("sanic_ext."):
        return False
    return not app.config.get("CORS_ORIGINS") and not any(hasattr(r.handler, "__cors__") for r in app.router.routes)
