"""CORS for Quart: an extension, and policies for blueprints, views and WebSockets.

cors = CORS(app, allow_origins=["https://app.example.com"], allow_methods="route", guard_websockets=True)

@app.get("/rates")
@crossorigin.middleware.quart.cors(allow_origins="*")
async def rates(): ...
"""

from collections.abc import Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlparse
from weakref import WeakSet, ref

from quart import Quart, request
from quart.wrappers.base import BaseRequestWebsocket
from werkzeug.datastructures import Headers

from crossorigin.standard import Origin

from ._extension import KEY, LookedInto, check_app, refuse_second, watch_rules
from ._werkzeug_routes import AppRoutes
from .asgi import CORSMiddleware, Receive, Scope, Send
from .engine import (
    INTEGRATION,
    UNBOUND,
    Asked,
    OnDecision,
    Outcomes,
    Policies,
    Route,
    RoutePolicies,
    Rule,
    Unbound,
    ask,
    cors,
    default_policies,
)

if TYPE_CHECKING:
    from typing import Unpack

    from werkzeug.routing import MapAdapter

    from .engine import PolicyFields

__all__ = ["CORS", "cors"]

_ROUTED_BY = ("path", "method", "headers", "root_path", "scheme")


class CORS:
    """A policy in front of a Quart app, which knows the app's routes.

    Args:
        app: the app; or leave it out, and call `init_app`.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; None where only what is bound with `cors(policy)` has
            CORS; or leave it out, and give the keywords of `Policy`.
        guard_websockets: refuse a WebSocket handshake from an origin that the policy of its route does not allow. CORS
            does not cover WebSockets: without a guard any page may open one, with the user's cookies.
        own_origins: the origins that the app is reached by, for `refuse_disallowed` and the guard, where a proxy ends
            TLS or rewrites Host.
        debug: log why a request was not allowed, and say it in refusals.
        on_decision: called with a `DecisionEvent` for each request that has an Origin, before it is answered.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is an app and no policy, or there are two policies, or the app is no Quart app.
        RuntimeError: the app has a CORS of ours already.

    It wraps `app.asgi_app`, so the fields are on the app's 404, 405 and 500 too, and on what `app.test_client()` gets.

    >>> app = Quart("shop")
    >>> extension = CORS(app, allow_origins=["https://app.example.com"], allow_methods="route", guard_websockets=True)
    >>> app.extensions["crossorigin"].policy is extension.policy
    True
    """

    def __init__(
        self,
        app: Quart | None = None,
        policy: Policies | Unbound | None = UNBOUND,
        *,
        guard_websockets: bool = False,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        self._policy: Policies | Unbound | None = UNBOUND
        if fields or not isinstance(policy, Unbound):
            self._policy = default_policies(policy, fields)
        self._middleware = partial(
            CORSMiddleware,
            guard_websockets=guard_websockets,
            own_origins=own_origins,
            debug=debug,
            on_decision=on_decision,
        )
        self._in_force: WeakSet[CORSMiddleware] = WeakSet()
        if app is not None:
            self.init_app(app)
        elif not isinstance(self._policy, Unbound):
            self._middleware(_nothing, RoutePolicies(self._policy, _nowhere))  # whatever is wrong is said here and now

    def init_app(
        self, app: Quart, policy: Policies | Unbound | None = UNBOUND, **fields: "Unpack[PolicyFields]"
    ) -> None:
        """Puts the extension on an app; on as many as there are.

        Args:
            app: the app, with its blueprints or before they are registered.
            policy: the policy of this app, if it is not that of the constructor; or the keywords of one.

        Raises:
            PolicyError: as the constructor does.
            TypeError: as the constructor does.
            RuntimeError: the app has a CORS of ours already.
        """
        check_app(app, Quart, "flask")
        is_given = fields or not isinstance(policy, Unbound)
        default = default_policies(policy if is_given else self._policy, fields)
        wrapped = app.asgi_app
        refuse_second(app, wrapped, CORSMiddleware)
        routes = _Routes(app)
        policies = RoutePolicies(
            default,
            routes.find,
            record=routes.record,
            was_rerouted=_was_rerouted,
            was_moved=lambda scope, came_in: _path_of(scope) != _path_of(came_in),
            targets=routes.targets,
            path_of=_path_of,
            ask=partial(_ask_within, app),
        )
        middleware = self._middleware(LookedInto(app, wrapped), policies)
        app.asgi_app = middleware  # type: ignore[assignment,method-assign]  # as Quart's documentation does it
        app.extensions[KEY] = middleware
        watch_rules(app, middleware.look_again)
        setattr(app, INTEGRATION, self)  # nobody else looks into `asgi_app`
        self._in_force.add(middleware)

    @property
    def policy(self) -> Policies | None:
        """That of the constructor, or the one assigned since. It takes effect whole, on every app that the extension
        is on, from the next request on; `app.extensions["crossorigin"].policy` is that of one app."""
        return default_policies(self._policy, {})

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        for middleware in [*self._in_force]:
            middleware.policy = policy
        self._policy = policy


async def _ask_within(app: Quart, rule: Rule, asked: Asked) -> Outcomes:
    """In the app's context: a predicate may use `current_app`, and so the app's database."""
    async with app.app_context():
        return await ask(rule, asked)


class _Routes:
    """What a Quart says of its routes."""

    __slots__ = ("_app", "_key", "_routes")

    def __init__(self, app: Quart) -> None:
        self._app = app
        self._routes = AppRoutes(app)
        self._key = f"crossorigin.request.{id(app)}"
        # Before all others: they may answer in the place of the view. Quart has routed the request by then.
        app.before_request_funcs[None].insert(0, self._keep)

    async def _keep(self) -> None:
        scope = cast("dict[str, Any]", request.scope)
        scope[self._key] = ref(request._get_current_object())  # type: ignore[attr-defined]  # it has the scope too

    def find(self, scope: Scope, method: str) -> Route:
        is_preflight = scope.get("method") == "OPTIONS"
        return self._routes.find(partial(_adapter, self._app, scope), method, is_preflight=is_preflight)

    def record(self, scope: Scope, came_in: Scope, status: int) -> Route | None:  # noqa: ARG002
        kept = scope.get(self._key)
        return None if kept is None else self._routes.dispatched(kept())

    def targets(self) -> Iterator[object]:
        self._routes.forget()
        return self._routes.targets()


def _was_rerouted(scope: Scope, came_in: Scope) -> bool:
    return any(scope.get(name) != came_in.get(name) for name in _ROUTED_BY)


def _adapter(app: Quart, scope: Scope) -> "MapAdapter | None":
    headers = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
    if scope.get("http_version", "1.1") < "1.1":
        headers.setdefault("Host", app.config["SERVER_NAME"] or "")
    return app.create_url_adapter(
        BaseRequestWebsocket(
            scope.get("method", "GET"),
            scope.get("scheme", "http"),
            _below_root(scope),
            b"",  # nothing is routed by the query
            headers,
            scope.get("root_path", ""),
            scope.get("http_version", "1.1"),
            scope,  # type: ignore[arg-type]  # hypercorn's types of a scope, which is this one
        )
    )


def _below_root(scope: Scope) -> str:
    """The path as Quart routes by it: it takes the root off the beginning, whether a slash follows or not, and what is
    not below the root is nowhere."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if not path.startswith("/"):
        path = urlparse(path).path  # of a whole URL
    if not root:
        return path
    return path.removeprefix(root) if path != root and path.startswith(root) else " "


def _path_of(scope: Scope) -> str:
    """As werkzeug takes it: with one slash at its beginning."""
    below = _below_root(scope)
    return below if below == " " else f"/{below.lstrip('/')}"


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    raise NotImplementedError


def _nowhere(target: Any, method: str) -> Route:
    raise NotImplementedError
