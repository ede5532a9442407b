"""CORS for Flask: an extension, and policies for blueprints and views.

cors = CORS(app, allow_origins=["https://app.example.com"], allow_methods="route")

@app.get("/rates")
@crossorigin.middleware.flask.cors(allow_origins="*")
def rates(): ...
"""

from collections.abc import Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from crossorigin.standard import Origin

from ._extension import KEY, LookedInto, check_app, layers, refuse_second, route_of
from .engine import (
    UNBOUND,
    InnerApps,
    OnDecision,
    Policies,
    Route,
    RoutePolicies,
    Unbound,
    bound_policy,
    cors,
    default_policies,
)
from .wsgi import CORSMiddleware, Environ

if TYPE_CHECKING:
    from typing import Unpack

    from .engine import PolicyFields

__all__ = ["CORS", "cors"]


class CORS:
    """A policy in front of a Flask app, which knows the app's routes.

    Args:
        app: the app; or leave it out, and call `init_app`.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; None where only what is bound with `cors(policy)` has
            CORS; or leave it out, and give the keywords of `Policy`. Predicates must be plain functions.
        own_origins: the origins that the app is reached by, for `refuse_disallowed`, where a proxy ends TLS or rewrites
            Host.
        debug: log why a request was not allowed, and say it in refusals.
        on_decision: called with a `DecisionEvent` for each request that has an Origin, before it is answered.

    Raises:
        PolicyError: the keywords declare no valid policy, or a predicate is async.
        TypeError: there is an app and no policy, or there are two policies, or the app is no Flask app.
        RuntimeError: the app has a CORS of ours already.

    It wraps `app.wsgi_app`, so the fields are on the app's 404, 405 and 500 too, and on what `app.test_client()` gets.

    >>> app = Flask("shop")
    >>> extension = CORS(app, allow_origins=["https://app.example.com"], allow_methods="route")
    >>> @app.put("/items/<int:item>")
    ... def write(item): ...
    >>> preflight = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "PUT"}
    >>> app.test_client().options("/items/7", headers=preflight).headers["Access-Control-Allow-Methods"]
    'PUT'
    """

    def __init__(
        self,
        app: Flask | None = None,
        policy: Policies | Unbound | None = UNBOUND,
        *,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        self._policy: Policies | Unbound | None = UNBOUND
        if fields or not isinstance(policy, Unbound):
            self._policy = default_policies(policy, fields)
        self._middleware = partial(CORSMiddleware, own_origins=own_origins, debug=debug, on_decision=on_decision)
        self._in_force: WeakSet[CORSMiddleware] = WeakSet()
        if app is not None:
            self.init_app(app)
        elif not isinstance(self._policy, Unbound):
            self._middleware(_nothing, RoutePolicies(self._policy, _nowhere))  # whatever is wrong is said here and now

    def init_app(
        self, app: Flask, policy: Policies | Unbound | None = UNBOUND, **fields: "Unpack[PolicyFields]"
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
        check_app(app, Flask, "quart")
        is_given = fields or not isinstance(policy, Unbound)
        default = default_policies(policy if is_given else self._policy, fields)
        wrapped = app.wsgi_app
        refuse_second(app, wrapped, CORSMiddleware)
        dispatchers = [layer for layer in layers(wrapped) if isinstance(layer, DispatcherMiddleware)]
        find = partial(_find, InnerApps(), app, dispatchers)
        routes = RoutePolicies(default, find, inner_apps=partial(_mounted, dispatchers))
        middleware = self._middleware(LookedInto(app, wrapped), routes)
        app.wsgi_app = middleware  # type: ignore[method-assign]  # as Flask's documentation does it
        app.extensions[KEY] = middleware
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


def _find(
    inner_apps: InnerApps, app: Flask | None, dispatchers: list[DispatcherMiddleware], environ: Environ, method: str
) -> Route:
    path: str = environ.get("PATH_INFO", "")
    for dispatcher in dispatchers:
        prefix = _mounted_at(dispatcher, path)
        if prefix is None:
            continue
        mounted = dispatcher.mounts[prefix]
        if inner_apps.decides(mounted):
            return Route(None)
        script_name = environ.get("SCRIPT_NAME", "") + prefix
        inside = {**environ, "SCRIPT_NAME": script_name, "PATH_INFO": path.removeprefix(prefix)}
        below = [*_below(mounted)]
        route = _find(
            inner_apps,
            next((layer for layer in below if isinstance(layer, Flask)), None),
            [layer for layer in below if isinstance(layer, DispatcherMiddleware)],
            inside,
            method,
        )
        return route._replace(policy=bound_policy(*reversed(below))) if route.policy is UNBOUND else route
    if app is None:
        return Route()
    # Shallow: it is thrown away, so it neither reads the body nor puts itself into the environ.
    return route_of(app, lambda: app.create_url_adapter(app.request_class(environ, shallow=True)), method)


def _mounted(dispatchers: list[DispatcherMiddleware]) -> Iterator[object]:
    for dispatcher in dispatchers:
        yield from dispatcher.mounts.values()


def _mounted_at(dispatcher: DispatcherMiddleware, path: str) -> str | None:
    """Where the app is mounted that a dispatcher hands this path to; None where it goes on to the dispatcher's own."""
    while path not in dispatcher.mounts and "/" in path:
        path = path.rpartition("/")[0]
    return path if path in dispatcher.mounts else None


def _below(mounted: object) -> Iterator[object]:
    """What a request to a mounted app passes through: also what a Flask's `wsgi_app` is wrapped in."""
    for layer in layers(mounted):
        yield getattr(layer, "__self__", layer)  # mounted as `app.wsgi_app`
        if isinstance(layer, Flask):
            yield from layers(layer.wsgi_app)


def _nothing(environ: Environ, start_response: Any) -> Iterator[bytes]:
    raise NotImplementedError


def _nowhere(target: Any, method: str) -> Route:
    raise NotImplementedError
