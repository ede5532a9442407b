"""CORS for every ASGI app: Starlette, FastAPI, Litestar, Quart, Django, plain ones, on every ASGI server.

    app = CORSMiddleware(app, Policy(allow_origins=["https://app.example.com"]))

Its place is outside the framework, as here, so that error responses carry the policy's fields too.
"""

from collections.abc import Awaitable, Callable, Collection, MutableMapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from crossorigin.policy import Fields, read_request
from crossorigin.standard import Origin

from ._roots import Roots
from ._start_up import FailingStart, failing_start, lies_in_starlette
from .engine import (
    ASGIFieldNames,
    Asked,
    OnDecision,
    Plan,
    Policies,
    Route,
    RoutePolicies,
    Ruling,
    Warnings,
    checked_app,
    own_origins_of,
    path_below,
    policies_of,
    untold_routes,
)

if TYPE_CHECKING:
    from typing import Unpack

    from .engine import PolicyFields

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_SERVER_ERROR = b"Internal Server Error"
_POLICY_VIOLATION = 1008


class CORSMiddleware:
    """A policy in front of an ASGI app. It owns the CORS fields of every response, and answers preflights itself.

    Args:
        app: the app.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; or leave it out, and give the keywords of `Policy`.
        guard_websockets: refuse a WebSocket handshake from an origin that the policy does not allow. CORS does not
            cover WebSockets: without a guard any page may open one, with the user's cookies.
        own_origins: the origins that this app is reached by, for `refuse_disallowed` and the guard, where a proxy
            ends TLS or rewrites Host.
        debug: log why a request was not allowed, and say it in refusals.
        on_decision: called with a `DecisionEvent` for each request that has an Origin, before it is answered. It is no
            coroutine function, and what it raises is logged. Without it nothing is worked out for it.

    Raises:
        PolicyError: the keywords declare no valid policy, or `allow_methods` is `"route"`: here nobody knows routes.
        TypeError: there is no policy, or there are two.

    Starlette and FastAPI make what is added to them, `app.add_middleware(CORSMiddleware, ...)`, when they are called
    first. There a mistake fails the start-up of the app, or every request where the server runs no start-up.

    Only `http` and `websocket` scopes are touched, and nothing is buffered.
    """

    if not TYPE_CHECKING:  # type checkers know the arguments by `__init__`

        def __new__(cls, *arguments: Any, **options: Any) -> Any:
            return failing_start(cls, arguments, options) or super().__new__(cls)

    def __init__(
        self,
        app: ASGIApp,
        policy: Policies | RoutePolicies | None = None,
        *,
        guard_websockets: bool = False,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        self.app = checked_app(app)
        self._guard_websockets = guard_websockets
        self._warnings = Warnings()
        self._roots = Roots(app)
        self._plan_of = partial(Plan)
        try:
            self._plan_of = partial(
                Plan,
                own_origins=own_origins_of(own_origins),
                debug=debug,
                on_decision=on_decision,
                warnings=self._warnings,
            )
            self._plan = self._plan_of(policy if isinstance(policy, RoutePolicies) else policies_of(policy, fields))
        except Exception as error:
            if not lies_in_starlette(app):
                raise
            self.app, self._plan = FailingStart(error), Plan(RoutePolicies(None, _leave_alone))
        self.tell_of_layers()
        self._known = ASGIFieldNames()
        self._known_beside_vary = ASGIFieldNames()

    @property
    def policy(self) -> Policies | None:
        """The policy in force. One that is assigned takes effect whole, from the next request on."""
        return self._plan.default

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        self._plan = self._plan_of(self._plan.with_default(policy))

    def tell_of_layers(self) -> None:
        """Warn, once, of each layer inside the app that answers CORS too."""
        self._warnings.stacked(self.app)

    def look_again(self) -> None:
        """With the next request, look anew at what the app can reach: something was mounted."""
        self._plan.look_again()

    # A coroutine function, and no plain one that returns the app's coroutine: servers tell ASGI 3 from 2 by it.
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        plan = self._plan
        fields: Fields | None
        came_in: Scope | None = None
        decided: Scope | None = None
        origin: bytes | None = None
        known = self._known
        if plan.is_quick and scope["type"] == "http" and scope["method"] != "OPTIONS":
            fields = plan.constant
            if fields is not None:
                known = self._known_beside_vary
            else:
                fields = plan.fields_for(origin_of(scope))
        elif plan.is_quick and scope["type"] == "http" and (ruling := plan.preflight(_listed_headers(scope))):
            await _answer(ruling, scope, send)
            return
        elif plan.is_late and scope["type"] == "http" and scope["method"] != "OPTIONS":
            fields, came_in, origin = (), {**scope}, origin_of(scope)
        else:
            decided = {**scope}
            prepared = await self._prepare(plan, scope, receive, send)
            if prepared is None:
                return
            fields, known = prepared

        inside_framework = "app" in scope  # asked before the app is called: Starlette writes itself there
        removed: Sequence[bytes] = ()

        # A plain function that returns the server's awaitable saves a coroutine for each message. It is made for each
        # request, so it closes over little, and its annotations are text, not to be evaluated each time.
        def send_with_fields(message: "Any") -> "Awaitable[None]":
            nonlocal fields, known, removed
            if fields is not None and message["type"] == "http.response.start":
                if came_in is not None:
                    fields, known = self._fields_of_dispatched(plan, scope, came_in, origin, message["status"])
                elif decided is not None:
                    ruling = plan.decided_anew(scope, decided, message["status"], self._asked_of)
                    if ruling is not None:
                        fields, known = ruling.fields, ASGIFieldNames()
                if fields is None:
                    return send(message)
                headers = [*message["headers"]] if "headers" in message else []
                for name, _ in headers:
                    if name not in known:
                        headers, removed = known.merge(headers, fields)
                        break
                else:
                    headers += fields
                fields = None
                message = message.copy()  # the app's own, which it may send again
                message["headers"] = headers
            return send(message)

        try:
            await self.app(scope, receive, send_with_fields)
        except Exception:
            if fields is not None:  # nothing was answered
                if inside_framework and not plan.is_placed:
                    self._warn_inside(scope)
                else:
                    if came_in is not None:
                        fields, _ = self._fields_of_dispatched(plan, scope, came_in, origin, 500)
                    elif decided is not None and (anew := plan.decided_anew(scope, decided, 500, self._asked_of)):
                        fields = anew.fields
                    if fields is not None:
                        with suppress(OSError):  # the client is gone: what the app raised matters more
                            await send_server_error(scope, send, fields)
            raise
        finally:
            if removed:
                self._warn_removed(scope, removed)

    def _fields_of_dispatched(
        self, plan: Plan, scope: Scope, came_in: Scope, origin: bytes | None, status: int
    ) -> tuple[Fields | None, ASGIFieldNames]:
        """The fields for the response of the route that the framework has dispatched the request to, and the names
        beside which they need no merging."""
        rule = plan.dispatched(scope, came_in, status, self._asked_of)
        if rule is None:
            return None, self._known
        fields = rule.compiled.actual_fields(origin)
        return fields, self._known_beside_vary if rule.compiled.constant is not None else self._known

    async def _prepare(
        self, plan: Plan, scope: Scope, receive: Receive, send: Send
    ) -> tuple[Fields, ASGIFieldNames] | None:
        """The fields for the app's response, and the names beside which they need no merging; None: all is done."""
        if scope["type"] != "http":
            await self._pass_other(plan, scope, receive, send)
            return None
        ruling = await plan.ruling_async(self._asked_of(scope))
        if ruling.fields is None:
            await self.app(scope, receive, send)
            return None
        if ruling.status is not None:
            await _answer(ruling, scope, send)
            return None
        if ruling.must_not_be_stored:
            return ruling.fields, ASGIFieldNames()  # knows none: headers that are not of CORS are set and removed too
        has_vary = any(name == b"vary" for name, _ in ruling.fields)
        return ruling.fields, self._known if has_vary else self._known_beside_vary

    async def _pass_other(self, plan: Plan, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self.tell_of_layers()  # again: what was added since is found now
            if "app" in scope and not plan.is_placed:
                self._warn_inside(scope)
            if isinstance(plan.policies, RoutePolicies):
                send = self._when_started(plan.policies, send)
        if scope["type"] == "websocket":
            ruling = await plan.handshake(self._asked_of(scope), guards=self._guard_websockets)
            if ruling.is_unguarded:
                self._warnings.unguarded_websocket(scope["path"])
            if ruling.status is not None:
                await receive()
                reason = ruling.body.decode("ascii")
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})
                return
        await self.app(scope, receive, send)

    def _when_started(self, policies: RoutePolicies, send: Send) -> Send:
        async def send_start_up(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                if policies.when_started is not None:
                    policies.when_started()
                self._warnings.untold(untold_routes(policies))
            await send(message)

        return send_start_up

    def _asked_of(self, scope: Scope) -> Asked:
        asked = asked_of(scope)
        if self._plan.is_placed:  # the integration says how its framework reads the path
            return asked
        return asked._replace(below_root=self._roots.path_below(scope.get("root_path", ""), asked.path))

    def _warn_removed(self, scope: Scope, names: Sequence[bytes]) -> None:
        route = scope.get("endpoint") or scope.get("path")
        self._warnings.removed(route, [name.decode("latin-1") for name in names])

    def _warn_inside(self, scope: Scope) -> None:
        self._warnings.inside_framework(type(scope["app"]).__name__)


def _leave_alone(scope: Scope, method: str) -> Route:  # noqa: ARG001
    return Route(None)


def _listed_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The request's fields. ASGI takes any iterable, of iterables of two: what can be read but once is kept, for the
    app reads it too."""
    headers = scope["headers"]
    if type(headers) is not list:
        headers = scope["headers"] = [(name, value) for name, value in headers]
    return headers


def origin_of(scope: Scope) -> bytes | None:
    origin = None
    headers = scope["headers"]
    for name, value in headers if type(headers) is list else _listed_headers(scope):
        if name == b"origin":
            origin = value if origin is None else b""  # two lines are no origin
    return origin


def asked_of(scope: Scope) -> Asked:
    headers, path = _listed_headers(scope), scope["path"]
    return Asked(
        scope,
        scope.get("method", "GET"),  # a WebSocket handshake has none
        path,
        read_request(headers),
        scope.get("scheme"),
        path_below(scope.get("root_path", ""), path),
        headers,
    )


async def _answer(ruling: Ruling, scope: Scope, send: Send) -> None:
    """Answers in the place of the app."""
    await send({"type": "http.response.start", "status": ruling.status, "headers": [*(ruling.fields or ())]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else ruling.body})


async def send_server_error(scope: Scope, send: Send, fields: Fields) -> None:
    """A plain 500 with the policy's fields, so that the page can tell an error of the app from one of CORS."""
    content = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(_SERVER_ERROR)),
    )
    await send({"type": "http.response.start", "status": 500, "headers": [*content, *fields]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else _SERVER_ERROR})
