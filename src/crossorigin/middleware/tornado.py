"""CORS for Tornado: a policy for an `Application`, and others for its rules and handlers.

    application = web.Application([(r"/items/([0-9]+)", ItemHandler)])
    CORS(application, Policy(allow_origins=["https://app.example.com"]))

It is the first rule of the application's router: one that answers preflights, and prepares the connection of any other
request, so that the fields go on whatever is answered: error pages, redirects, files, streams, what a WSGI app inside
says. Handlers need no base class.
"""

import copy
from asyncio import Future
from collections.abc import Awaitable, Collection, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tornado import httputil, web
from tornado.ioloop import IOLoop
from tornado.routing import AnyMatches, Router, Rule, RuleRouter

from crossorigin.policy import READ_FIELDS
from crossorigin.standard import Origin

from .engine import (
    UNBOUND,
    Asked,
    Gate,
    NativeFields,
    OnDecision,
    Policies,
    Route,
    RoutePolicies,
    RoutePolicy,
    Ruling,
    Unbound,
    bound_policy,
    cors,
    default_policies,
)

if TYPE_CHECKING:
    from typing import TypeGuard, Unpack

    from .engine import PolicyFields

__all__ = ["CORS", "cors"]

StartLine = httputil.RequestStartLine | httputil.ResponseStartLine
Way = tuple[object, ...]
"""From an application to what serves a request, all that it passes: routers, rules, at last the handler's class."""


class CORS:
    """A policy for a Tornado `Application`, and the place of those that `cors` binds to its rules and handlers.

    `cors(policy)` is put on a handler's class or one of its methods, or around a `URLSpec` or another rule. An
    application that is the target of a rule may have a CORS of its own: it decides alone there.

    Args:
        application: the application.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; None if only rules and handlers have policies; or leave it
            out, and give the keywords of `Policy`. `allow_methods="route"` stands for the methods of each handler.
        own_origins: the origins that this application is reached by, for `refuse_disallowed` and the guard, where a
            proxy ends TLS or rewrites Host.
        debug: log why a request was not allowed, and say it in refusals.
        on_decision: called with a `DecisionEvent` for each request that has an Origin, before it is answered.
        guard_websockets: refuse a WebSocket handshake from an origin that the policy does not allow. The handler's
            `check_origin` is asked all the same.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two; or the application is none of Tornado's.
        RuntimeError: the application has a CORS already.

    >>> application = web.Application()
    >>> CORS(application, allow_origins=["https://app.example.com"]).policy
    Policy(allow_origins=['https://app.example.com'])
    """

    def __init__(
        self,
        application: web.Application,
        policy: Policies | Unbound | None = UNBOUND,
        *,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        guard_websockets: bool = False,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        if not isinstance(application, web.Application):
            raise TypeError(f"CORS of crossorigin.middleware.tornado takes a web.Application, not {application!r}")
        if _gate_of(application) is not None:
            raise RuntimeError("this Application has a CORS already: keep one, and bind other policies with @cors(...)")
        self._gate = Gate(
            RoutePolicies(default_policies(policy, fields), _find, targets=lambda: _targets(application)),
            own_origins=own_origins,
            debug=debug,
            on_decision=on_decision,
            guard_websockets=guard_websockets,
        )
        application.default_router.rules.insert(0, Rule(AnyMatches(), _FirstRule(application, self._gate)))

    @property
    def policy(self) -> Policies | None:
        """The policy of the application. One that is assigned takes effect whole, from the next request on."""
        return self._gate.policy

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        self._gate.policy = policy


class _FirstRule(Router):
    """Finds no handler, and so the next rule is tried: or one that waits for a ruling, and then goes on itself."""

    def __init__(self, application: web.Application, gate: Gate) -> None:
        self.application = application
        self.gate = gate

    def find_handler(
        self,
        request: httputil.HTTPServerRequest,
        **kwargs: Any,  # noqa: ARG002  # Tornado's signature
    ) -> httputil.HTTPMessageDelegate | None:
        connection = request.connection
        if isinstance(connection, _Connection) and self.gate in connection.ruled_for:
            return None
        headers = request.headers
        text = headers.get("Origin")
        origin = None if text is None else text.encode("latin-1", "replace")
        fields = self.gate.quick(request.method or "", origin, headers.get("Upgrade"))
        if fields is None:
            return self._delegate(request)
        _Connection.of(request).prepare(self.gate, fields)
        return None

    def _delegate(self, request: httputil.HTTPServerRequest) -> "_RulingDelegate":
        read = {name: value.encode("latin-1", "replace") for name, value in _read(request)}
        path = unquote(request.path)
        lines = [
            (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for name, value in request.headers.get_all()
        ]
        asked = Asked((), request.method or "", path, read, request.protocol, path, lines)
        wanted = copy.copy(request)
        wanted.method = asked.wanted_method
        _Connection.of_copy(wanted).ruled_for.add(self.gate)  # who looks for its way comes by here again
        return _RulingDelegate(self.application, request, asked, _way(self.application, wanted))


class _RulingDelegate(httputil.HTTPMessageDelegate):
    """Asks for the ruling, which may be awaited; then answers, or hands over to what the application finds."""

    def __init__(
        self, application: web.Application, request: httputil.HTTPServerRequest, asked: Asked, way: Way
    ) -> None:
        self.way = way
        self._application = application
        self._request = request
        self._asked = asked
        self._inner: Any = None
        self._answer: Any = None  # in the place of `_inner`: it is not given the body

    async def headers_received(self, start_line: StartLine, headers: httputil.HTTPHeaders) -> None:
        await self._rule()
        received = None if self._inner is None else self._inner.headers_received(start_line, headers)
        if received is not None:
            await received

    async def _rule(self) -> None:
        gates = _gates(self.way)
        start, gate = max(gates.items())  # the innermost decides
        asked = self._asked._replace(target=self.way[start:])
        ruling = await gate.rule(asked, self._request.headers.get("Upgrade"))
        connection = _Connection.of(self._request)
        connection.ruled_for.update(gates.values())
        if ruling.status is None:
            connection.prepare(gate, ruling.native_fields, is_unguarded=ruling.is_unguarded)
            self._inner = self._application.find_handler(self._request)
        else:
            connection.prepare(gate, None)  # whatever an application further out prepared
            self._answer = self._application.get_handler_delegate(self._request, _Answer, {"ruling": ruling})

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        received: Awaitable[None] | None = None if self._inner is None else self._inner.data_received(chunk)
        return received

    def finish(self) -> None:
        if self._inner is not None:
            self._inner.finish()
        else:
            self._answer.execute()

    def on_connection_close(self) -> None:
        if self._inner is not None:
            self._inner.on_connection_close()

    def execute(self) -> None:
        """Called instead of all those with the whole request, by an `Application` that a `FallbackHandler` calls."""
        IOLoop.current().add_callback(self._execute)

    async def _execute(self) -> None:
        await self._rule()
        (self._inner or self._answer).execute()


@web.stream_request_body  # so that no body, which was dropped, is parsed
class _Answer(web.RequestHandler):
    """Answers in the place of the application's handler, with its Date, its Server field and its access log."""

    def initialize(self, ruling: Ruling) -> None:
        self._ruling = ruling
        self.SUPPORTED_METHODS = (self.request.method or "",)

    def prepare(self) -> None:
        self.set_status(self._ruling.status or 500)
        self.clear_header("Content-Type")
        for name, value in self._ruling.native_fields or ():
            self.set_header(name, value)
        self.finish(self._ruling.body or None)

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here that would need it."""

    def check_trusted_origin(self, origin: str) -> bool:  # noqa: ARG002  # Tornado's signature
        return True


class _Connection(httputil.HTTPConnection):
    """A request's connection, which puts the fields on the response that goes through it."""

    def __init__(self, connection: httputil.HTTPConnection, path: str) -> None:
        self._connection = connection
        self._path = path
        self._gate: Gate | None = None
        self._fields: NativeFields | None = None
        self._is_unguarded = False
        self.ruled_for: set[Gate] = set()
        """Those that have decided, or left it to one further in."""

    @classmethod
    def of(cls, request: httputil.HTTPServerRequest) -> "_Connection":
        connection = request.connection
        if isinstance(connection, _Connection):  # that of an application further out: the innermost prepares last
            return connection
        assert connection is not None  # noqa: S101  # of a server's request, as Tornado asserts too
        request.connection = wrapped = cls(connection, request.path)
        return wrapped

    @classmethod
    def of_copy(cls, request: httputil.HTTPServerRequest) -> "_Connection":
        """One that prepares nothing, for a copy that is used for finding a handler."""
        known = request.connection
        assert known is not None  # noqa: S101  # see above
        request.connection = copied = cls(known, request.path)
        if isinstance(known, _Connection):
            copied.ruled_for |= known.ruled_for
        return copied

    def prepare(self, gate: Gate, fields: NativeFields | None, *, is_unguarded: bool = False) -> None:
        self._gate, self._fields, self._is_unguarded = gate, fields, is_unguarded

    def write_headers(
        self, start_line: StartLine, headers: httputil.HTTPHeaders, chunk: bytes | None = None
    ) -> "Future[None]":
        gate, fields = self._gate, self._fields
        if gate is not None and fields is not None:
            headers = self._with_fields(gate, headers, fields)
        elif gate is not None and self._is_unguarded and getattr(start_line, "code", 200) == 101:
            gate.warnings.unguarded_websocket(self._path)
        return self._connection.write_headers(start_line, headers, chunk)

    def _with_fields(self, gate: Gate, headers: httputil.HTTPHeaders, fields: NativeFields) -> httputil.HTTPHeaders:
        merged = gate.merged(headers.get_all(), fields, self._path)
        if merged is not None:
            headers, fields = httputil.HTTPHeaders(), tuple(merged)
        for name, value in fields:
            headers.add(name, value)
        return headers

    def write(self, chunk: bytes) -> "Future[None]":
        return self._connection.write(chunk)

    def finish(self) -> None:
        self._connection.finish()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _way(router: Router, request: httputil.HTTPServerRequest, within: Way = ()) -> Way:
    """What a request passes from a router on, asking each rule's own matcher; empty where the router has nothing.
    `within` are the applications that it lies in."""
    find = type(router).find_handler
    if find is web.Application.find_handler:
        application: Any = router
        default = application.settings.get("default_handler_class")
        found = _way(application.default_router, request, (*within, application))
        return application, *(found or ([default] if default else ()))
    if not isinstance(router, RuleRouter) or find is not RuleRouter.find_handler:
        return _way_of_delegate(router, request, within)
    for rule in router.rules:
        target = rule.target
        if isinstance(target, _FirstRule) or rule.matcher.match(request) is None:
            continue
        if not isinstance(target, Router):
            return router, rule, target, *_way_of_fallback(rule, request, within)
        way = _way(target, request, within)
        if way:
            return router, rule, *way
    return ()


def _way_of_delegate(router: Router, request: httputil.HTTPServerRequest, within: Way) -> Way:
    """Behind a router that says itself what it finds."""
    delegate: Any = router.find_handler(request)
    if delegate is None:
        return ()
    if isinstance(delegate, _RulingDelegate):  # of an application with a CORS
        return router, *delegate.way
    application, handler = (getattr(delegate, name, None) for name in ("application", "handler_class"))
    if application is None or application is router or application in within:
        return router, handler
    way = _way(application, request, within)
    # Its own rules led there, or the router went past them.
    return (router, *way) if way[-1] is handler else (router, application, handler)


def _way_of_fallback(rule: Rule, request: httputil.HTTPServerRequest, within: Way) -> Way:
    fallback = (rule.target_kwargs or {}).get("fallback")
    is_one = _is_handler(rule.target) and issubclass(rule.target, web.FallbackHandler)
    return _way(fallback, request, within) if is_one and isinstance(fallback, Router) else ()


def _gates(way: Way) -> dict[int, Gate]:
    """The gates of the applications on the way that have one, by their places. The router of one may lead to itself."""
    places: dict[Gate, int] = {}
    for place, step in enumerate(way):
        if isinstance(step, web.Application) and (gate := _gate_of(step)) is not None:
            places.setdefault(gate, place)
    return {place: gate for gate, place in places.items()}


def _gate_of(application: web.Application) -> Gate | None:
    for rule in application.default_router.rules:
        if isinstance(rule.target, _FirstRule):
            return rule.target.gate
    return None


def _find(way: Way, method: str) -> Route:
    bound = {name: _bound(way, name) for name in _methods(way[-1])}
    return Route(_bound(way, method), frozenset(bound), _name([step for step in way if isinstance(step, Rule)]), bound)


def _bound(way: Way, method: str) -> RoutePolicy | Unbound | None:
    handler = way[-1]
    if not _is_handler(handler):
        return bound_policy(*reversed(way))
    return bound_policy(*reversed(way), endpoint=getattr(handler, method.lower(), None))


def _targets(target: object, seen: set[int] | None = None) -> Iterator[object]:
    """All that a policy could be bound to and a request to a router could reach."""
    seen = set() if seen is None else seen
    if target is None or id(target) in seen:
        return
    seen.add(id(target))
    yield target
    if _is_handler(target):
        yield from (getattr(target, name.lower(), None) for name in target.SUPPORTED_METHODS)
    if isinstance(target, web.Application):
        yield from _targets(target.settings.get("default_handler_class"), seen)
        yield from _targets(target.default_router, seen)
    if isinstance(target, RuleRouter):
        for rule in target.rules:
            yield rule
            yield from _targets(rule.target, seen)
            yield from _targets((rule.target_kwargs or {}).get("fallback"), seen)


def _methods(handler: object) -> Iterator[str]:
    if isinstance(handler, web.Application):
        return  # its 404
    if not _is_handler(handler) or issubclass(handler, web.FallbackHandler):
        yield "*"  # a delegate, a WSGI app: who knows
        return
    for name in handler.SUPPORTED_METHODS:
        method = getattr(handler, name.lower(), None)
        if method is not None and method is not getattr(web.RequestHandler, name.lower(), None):
            yield name


def _is_handler(target: object) -> "TypeGuard[type[web.RequestHandler]]":
    return isinstance(target, type) and issubclass(target, web.RequestHandler)


def _name(rules: list[Rule]) -> str | None:
    """The innermost rule that says something, by its name or its pattern."""
    for rule in reversed(rules):
        name = rule.name or getattr(getattr(rule.matcher, "regex", None), "pattern", None)
        if name is not None:
            return str(name)
    return None


def _read(request: httputil.HTTPServerRequest) -> Iterator[tuple[bytes, str]]:
    for name in READ_FIELDS:
        lines = request.headers.get_list(name.decode())
        if lines:
            yield name, ", ".join(lines)
