"""CORS for Falcon, WSGI and ASGI: around the whole app, with policies for resources, responders and sinks.

    app = falcon.App()
    app.add_route("/items/{item}", Item())
    app = CORS(app, Policy(allow_origins=["https://app.example.com"], allow_methods="route"))

What comes back is what the server is given. It has the methods of Falcon's app, so routes may be added to it as well.
"""

import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast, overload

import falcon
import falcon.asgi
from falcon import responders

from crossorigin.policy import Fields
from crossorigin.standard import Origin

from .asgi import ASGIApp, Receive, Scope, Send, origin_of, send_server_error
from .asgi import CORSMiddleware as ASGIMiddleware
from .asgi import asked_of as asked_of_scope
from .engine import (
    UNBOUND,
    NativeFields,
    NativePlan,
    OnDecision,
    Policies,
    PolicyFields,
    Route,
    RoutePolicies,
    Unbound,
    Warnings,
    WSGIFieldNames,
    bound_policy,
    cors,
    default_policies,
    native,
    unknown_route,
)
from .wsgi import THROW_KEYS, Environ, StartResponse, write_server_error
from .wsgi import CORSMiddleware as WSGIMiddleware
from .wsgi import asked_of as asked_of_environ

if TYPE_CHECKING:
    from typing import Unpack

__all__ = ["CORS", "cors"]


MAX_KNOWN_ROUTES = 10_000


class _OfFalcon:
    """The app's own methods and options, so that the two are one object to those who add routes."""

    app: Any
    _hook: "_Hook"
    _warnings: Warnings

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "app":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self.app, name)

    def add_middleware(self, middleware: object) -> None:
        """As Falcon's. Its own `CORSMiddleware` beside ours is told of at once."""
        self.app.add_middleware(middleware)
        self._warnings.stacked(self.app)


class WSGICORS(_OfFalcon, WSGIMiddleware):
    """A `falcon.App` with CORS."""

    _read = staticmethod(asked_of_environ)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        plan = self._plan
        if environ["REQUEST_METHOD"] == "OPTIONS" or not (plan.is_quick or plan.is_late):
            environ[self._hook.is_decided] = None
            return super().__call__(environ, start_response)
        try:
            body: Iterable[bytes] = self.app(environ, start_response)
        except Exception:  # Falcon calls `start_response` at its very end, so nothing was answered
            if not any(map(environ.get, THROW_KEYS)):
                write_server_error(environ, start_response, native(self._hook.fields_of_failed(environ)))
            raise
        return body


class ASGICORS(_OfFalcon, ASGIMiddleware):
    """A `falcon.asgi.App` with CORS."""

    _read = staticmethod(asked_of_scope)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plan = self._plan
        if scope["type"] != "http" or scope["method"] == "OPTIONS" or not (plan.is_quick or plan.is_late):
            scope[self._hook.is_decided] = None
            await super().__call__(scope, receive, send)
            return
        has_started = False

        async def noting(message: "Any") -> "None":
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception:
            if not has_started:
                with suppress(OSError):  # the client is gone: what the app raised matters more
                    await send_server_error(scope, send, self._hook.fields_of_failed(scope))
            raise


class _Hook:
    """Falcon's own middleware, the outermost: it puts the fields on a response that Falcon has in hand, which costs
    less than to look at what the server is sent.

    Attributes:
        is_decided: the key, in an environ or a scope, of a request that had to be decided before the app runs: the
            layer around the app puts its fields.
    """

    def __init__(self, cors: "WSGICORS | ASGICORS") -> None:
        self._cors = cors
        self.is_decided = f"crossorigin.decided.{id(cors.app)}"
        cors._plan_of = partial(NativePlan, **cors._plan_of.keywords)  # Falcon takes text on both sides
        cors._plan = cast("Any", cors._plan_of)(cors._plan.policies)
        app = cors.app
        app._unprepared_middleware.insert(0, self)  # Falcon has no public way to be the first
        app._middleware = app._prepare_middleware(
            app._unprepared_middleware, independent_middleware=app._independent_middleware
        )
        self._known: dict[bool, WSGIFieldNames] = {False: WSGIFieldNames(), True: WSGIFieldNames()}

    def process_response(self, req: Any, resp: Any, resource: object, req_succeeded: bool) -> None:  # noqa: ARG002
        environ = req.env
        if self.is_decided in environ:
            environ[self.is_decided] = _Dispatched(req, resource)
        else:
            self._put(resp, self._fields(environ, environ.get("HTTP_ORIGIN"), req, resource, resp), req)

    async def process_response_async(self, req: Any, resp: Any, resource: object, req_succeeded: bool) -> None:  # noqa: ARG002
        scope = req.scope
        if self.is_decided in scope:
            scope[self.is_decided] = _Dispatched(req, resource)
        else:
            self._put(resp, self._fields(scope, _text(origin_of(scope)), req, resource, resp), req)

    def fields_of_failed(self, came_in: Any) -> Fields:
        """The fields of a plain 500, where an error handler of the app raises again: by what came in."""
        asked = self._cors._read(came_in)
        rule = self._cors._plan.rule_for(asked)
        return () if rule is None else rule.compiled.actual_fields(asked.fields.get(b"origin"))

    def _fields(self, came_in: Any, origin: str | None, req: Any, resource: object, resp: Any) -> NativeFields | None:
        plan = cast("NativePlan", self._cors._plan)
        if plan.is_quick:
            return plan.native_constant or plan.native_fields_for(origin)
        rule = plan.dispatched(_Dispatched(req, resource), came_in, resp.status_code, self._cors._read)
        return None if rule is None else plan.native_fields_of(rule, origin)

    def _put(self, resp: Any, fields: NativeFields | None, req: Any) -> None:
        if fields is None:
            return
        known = self._known[fields[-1][0] == "Vary"]
        headers = resp.headers
        for name in headers:
            if name not in known:
                merged, removed = known.merge(headers.items(), fields)
                for other in headers:
                    resp.delete_header(other)
                for other, value in merged:
                    resp.set_header(other, value)
                if removed:
                    self._cors._warnings.removed(req.uri_template or req.path, removed)
                return
        for name, value in fields:
            resp.set_header(name, value)


class Options(PolicyFields, total=False):
    """The keywords of `CORS` for both kinds of app."""

    own_origins: Collection[str | Origin]
    debug: bool
    on_decision: OnDecision | None


@overload
def CORS(  # type: ignore[overload-overlap]  # falcon.asgi.App is a falcon.App, and is called otherwise all the same
    app: "falcon.asgi.App[Any, Any]",
    policy: Policies | Unbound | None = UNBOUND,
    *,
    guard_websockets: bool = False,
    **options: "Unpack[Options]",
) -> ASGICORS: ...


@overload
def CORS(
    app: "falcon.App[Any, Any]", policy: Policies | Unbound | None = UNBOUND, **options: "Unpack[Options]"
) -> WSGICORS: ...


def CORS(  # noqa: N802  # what it is called in every framework; here it makes one of two classes
    app: "falcon.App[Any, Any]",
    policy: Policies | Unbound | None = UNBOUND,
    *,
    guard_websockets: bool = False,
    own_origins: Collection[str | Origin] = (),
    debug: bool = False,
    on_decision: OnDecision | None = None,
    **fields: "Unpack[PolicyFields]",
) -> "WSGICORS | ASGICORS":
    """A policy around a Falcon app, and the place of those that `cors` binds to what the app routes to.

    Args:
        app: a `falcon.App` or `falcon.asgi.App`, without `cors_enable`: two that answer CORS are one too many.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; None if only resources have policies; or leave it out, and
            give the keywords of `Policy`. `allow_methods="route"` stands for the responders of each resource.
        guard_websockets: of a `falcon.asgi.App`: refuse a WebSocket handshake from an origin that is not allowed.
        own_origins, debug, on_decision: as of `crossorigin.middleware.asgi.CORSMiddleware`.

    Raises:
        PolicyError: the keywords declare no valid policy; or the app is WSGI, and a predicate is async.
        TypeError: there is no policy, or there are two; or the app is none of Falcon's; or a WSGI app is to be guarded.
        RuntimeError: the app has a CORS already.

    >>> CORS(falcon.App(), allow_origins=["https://app.example.com"]).policy
    Policy(allow_origins=['https://app.example.com'])
    """
    if isinstance(app, _OfFalcon):
        raise RuntimeError(  # noqa: TRY004  # the type is right: it is there twice
            "this Falcon app has a CORS already: keep one, and bind other policies to resources with @cors(...)"
        )
    if not isinstance(app, falcon.App):
        raise TypeError(
            f"CORS of crossorigin.middleware.falcon takes a falcon.App or a falcon.asgi.App, not {type(app).__name__}: "
            "give it the app itself, and put other middleware around what it gives back"
        )
    resources = _Resources(app)
    policies = RoutePolicies(
        default_policies(policy, fields),
        resources.find,
        record=resources.record,
        was_rerouted=resources.was_rerouted,
        was_moved=resources.was_moved,
        targets=resources.targets,
        untold=resources.untold,
    )
    options: Options = {"own_origins": own_origins, "debug": debug, "on_decision": on_decision}
    if isinstance(app, falcon.asgi.App):
        of_asgi = ASGICORS(cast("ASGIApp", app), policies, guard_websockets=guard_websockets, **options)
        of_asgi._hook = _Hook(of_asgi)
        return of_asgi
    if guard_websockets:
        raise TypeError("guard_websockets is for a falcon.asgi.App: a falcon.App has no WebSockets")
    of_wsgi = WSGICORS(app, policies, **options)
    of_wsgi._hook = _Hook(of_wsgi)
    return of_wsgi


class _Dispatched(NamedTuple):
    """A request as Falcon has it when the response is ready, with the resource that it found; None of a sink, a static
    route, a 404, and where a middleware answered."""

    request: Any
    resource: object


class _Resources:
    """The resources of an app: which one a request would reach, and which one Falcon has dispatched it to."""

    def __init__(self, app: "falcon.App[Any, Any]") -> None:
        self._app = app
        self._routes: dict[tuple[int, str | None, str], Route] = {}
        self._resources: list[object] = []

    def find(self, target: Mapping[str, Any], method: str) -> Route:
        """Falcon's own look-up: its router first, then sinks and static routes in their order."""
        try:
            request = _request_of(self._app, target, method)
        except falcon.HTTPError:  # Falcon answers it with the same error
            return Route()
        except Exception as error:  # noqa: BLE001  # Falcon meets it too, and answers as it does
            return unknown_route(error)
        return self._search(request, "WEBSOCKET" if request.is_websocket else method)

    def record(self, target: Any, came_in: Mapping[str, Any], status: int) -> Route | None:  # noqa: ARG002
        """The route of the resource that Falcon ran. Where it has none its router is asked: that is one look-up in a
        tree, of a request that is there."""
        dispatched = self._dispatched(target)
        if dispatched is None:
            return None
        request, resource = dispatched
        key = id(resource), request.uri_template, request.method
        route = self._routes.get(key) if resource is not None else None
        if route is None:
            route = self._search(request, request.method)
            if resource is not None and route.name is not None and len(self._routes) < MAX_KNOWN_ROUTES:
                self._routes[key] = route
                self._resources.append(resource)  # kept: so its id stays its own
        return route

    def was_moved(self, target: Any, came_in: Mapping[str, Any]) -> bool:
        """Whether it was the path."""
        dispatched = self._dispatched(target)
        return dispatched is not None and bool(dispatched.request.path != _request_of(self._app, came_in, "GET").path)

    def was_rerouted(self, target: Any, came_in: Mapping[str, Any]) -> bool:
        """Whether a middleware of the app's changed the path or the method, which Falcon lets them do."""
        dispatched = self._dispatched(target)
        if dispatched is None:
            return False
        request = dispatched.request
        is_wsgi = "PATH_INFO" in came_in
        path: str = came_in["PATH_INFO" if is_wsgi else "path"]
        method: str = came_in["REQUEST_METHOD" if is_wsgi else "method"]
        if request.path == path and request.method == method:
            return False
        return bool(request.path != _request_of(self._app, came_in, method).path or request.method != method)

    def untold(self) -> Iterator[Route]:
        """The sinks: they take every method, and do not tell which of them they answer."""
        for matcher, target, is_sink in self._app._sink_and_static_routes:
            if is_sink:
                yield Route(bound_policy(endpoint=target), name=getattr(matcher, "pattern", None))

    def targets(self) -> Iterator[object]:
        """All that a policy could be bound to, as far as Falcon's own router tells; of another, when it is met with."""
        self._routes.clear()
        self._resources.clear()
        nodes = [*getattr(self._app._router, "_roots", ())]
        while nodes:
            node = nodes.pop()
            nodes += node.children
            yield node.resource
            yield from (node.method_map or {}).values()
        for _, target, _ in self._app._sink_and_static_routes:
            yield target

    def _dispatched(self, target: Any) -> _Dispatched | None:
        """What the hook is given, or has left in the environ or scope of a request that was decided before."""
        if isinstance(target, _Dispatched):
            return target
        found: _Dispatched | None = target.get(f"crossorigin.decided.{id(self._app)}")
        return found

    def _search(self, request: Any, method: str) -> Route:
        try:
            found: Any = self._app._router_search(request.path, req=request)
        except falcon.HTTPError:
            return Route()
        except Exception as error:  # noqa: BLE001  # a converter's: Falcon meets it too, and answers as it does
            return unknown_route(error)
        if found is None or found[0] is None:
            return _sink_of(self._app, request.path)
        resource, responders_of = found[:2]
        methods = frozenset(
            name for name, responder in responders_of.items() if name != "WEBSOCKET" and not _is_falcons(responder)
        )
        responder = responders_of.get(method)
        policy = bound_policy(resource, endpoint=None if _is_falcons(responder) else responder)
        return Route(policy, methods, found[3] if len(found) > 3 else None)


def _text(origin: bytes | None) -> str | None:
    return None if origin is None else origin.decode("latin-1")


def _request_of(app: "falcon.App[Any, Any]", target: Mapping[str, Any], method: str) -> Any:
    """The request that Falcon's router would be given: its path is decoded and stripped as the app's options say."""
    if isinstance(app, falcon.asgi.App):
        return app._request_type({**target, "method": method}, _receive_nothing, options=app.req_options)
    # Without the body, which is the app's to read.
    environ = {**target, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO()}
    return app._request_type(environ, options=app.req_options)


async def _receive_nothing() -> Any:
    raise RuntimeError("a router reads no body")


def _sink_of(app: "falcon.App[Any, Any]", path: str) -> Route:
    """A sink takes every method, and nobody can know which of them it answers: `"route"` lists none."""
    for matcher, target, is_sink in app._sink_and_static_routes:
        if matcher.match(path):
            return Route(bound_policy(endpoint=target), name=getattr(matcher, "pattern", None) if is_sink else None)
    return Route()


def _is_falcons(responder: object) -> bool:
    """Whether Falcon made the responder: the automatic OPTIONS, and the 405 of every method that a resource lacks."""
    return getattr(responder, "__module__", None) == responders.__name__
