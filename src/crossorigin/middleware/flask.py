"""CORS for Flask: an extension, and policies for blueprints and views.

cors = CORS(app, allow_origins=["https://app.example.com"], allow_methods="route")

@app.get("/rates")
@crossorigin.middleware.flask.cors(allow_origins="*")
def rates(): ...
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet

from flask import Flask
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from crossorigin.standard import Origin

from ._extension import KEY, LookedInto, check_app, layers, refuse_second, watch_rules
from ._werkzeug_routes import AppRoutes
from .engine import (
    UNBOUND,
    Asked,
    InnerApps,
    OnDecision,
    Outcomes,
    Policies,
    Route,
    RoutePolicies,
    Rule,
    Unbound,
    ask_sync,
    bound_policy,
    cors,
    default_policies,
    qualified,
)
from .wsgi import CORSMiddleware, Environ, ExcInfo, LateResponse

if TYPE_CHECKING:
    from typing import Unpack

    from .engine import PolicyFields

__all__ = ["CORS", "cors"]

_ROUTED_BY = ("REQUEST_METHOD", "PATH_INFO", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme")


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
        routes = _Routes(app, layers(wrapped))
        policies = RoutePolicies(
            default,
            routes.find,
            record=routes.record,
            was_rerouted=_was_rerouted,
            was_moved=routes.was_moved,
            targets=routes.targets,
            inner_apps=routes.inner_apps,
            ask_sync=partial(_ask_within, app),
        )
        middleware = self._middleware(LookedInto(app, wrapped), policies)
        if not routes.has_mounts:
            middleware._late_response = _LateResponse
        app.wsgi_app = middleware  # type: ignore[method-assign]  # as Flask's documentation does it
        app.extensions[KEY] = middleware
        watch_rules(app, middleware.look_again)
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


def _ask_within(app: Flask, rule: Rule, asked: Asked) -> Outcomes:
    """In the app's context: a predicate may use `current_app`, and so the app's database."""
    with app.app_context():
        return ask_sync(rule, asked)


class _LateResponse(LateResponse):
    """As its base, for a Flask in which nothing is mounted: what is known of a rule, or of an error, is looked up, and
    the rest is the base's. All in one method: to call another costs as much as ten lines."""

    __slots__ = ()

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        environ, came_in, late = self.environ, self.came_in, self.plan.late
        origin = None
        is_as_it_came_in = True
        try:
            request = environ["werkzeug.request"]
            rule = request.url_rule
            if rule is not None:
                by_method, fields, by_origin = late[id(rule)]
                if by_method is not None:
                    fields, by_origin = by_method[request.method]
            else:
                error = type(request.routing_exception)
                is_405 = error is MethodNotAllowed
                _, fields, by_origin = late[request.path.rpartition("/")[0] if is_405 else id(error)]
            if came_in is not None:
                origin = came_in["HTTP_ORIGIN"]
                is_as_it_came_in = (
                    environ["PATH_INFO"] is came_in["PATH_INFO"]
                    and environ["REQUEST_METHOD"] is came_in["REQUEST_METHOD"]
                )
        except (AttributeError, KeyError):  # not known yet; or there is no request, or one of an app that is no Flask
            is_as_it_came_in = False
        if not is_as_it_came_in:
            self.plan.learn(environ, self.as_it_came_in(), status)
            return super().start(status, headers, exc_info)
        if by_origin is None:
            known = self.middleware._known_beside_vary
        else:
            fields, known = by_origin[origin], self.known
        merged = [*headers]
        if fields is not None:
            for name, _ in merged:
                if name not in known:
                    merged = self.merged(merged, fields, known)
                    break
            else:
                merged += fields
        self.has_started = True
        if exc_info is None:
            return self.start_response(status, merged)
        return self.start_response(status, merged, exc_info)


class _Place(NamedTuple):
    """Where a request goes, of an app and those that its dispatchers mount.

    Attributes:
        app: whose routes it reaches; None: of no Flask.
        path: below where the app is mounted.
        around: what is around a mounted app, the innermost first.
        decides: a crossorigin policy of the mounted app's own does.
    """

    app: Flask | None
    path: str
    around: tuple[object, ...] = ()
    decides: bool = False


class _Routes:
    """What a Flask says of its routes, and of those of the apps that are mounted in it.

    Args:
        chain: what a request to the app passes through, from the outermost layer on.
    """

    __slots__ = ("_app", "_chain", "_inner_apps", "_of_apps", "_own", "has_mounts")

    def __init__(self, app: Flask, chain: Iterable[object]) -> None:
        self._app = app
        self._chain = [*chain]
        self.has_mounts = any(isinstance(layer, DispatcherMiddleware) for layer in self._chain)
        self._own = AppRoutes(app)
        self._of_apps: dict[int, tuple[Flask, AppRoutes]] = {}
        self._inner_apps = InnerApps()

    def find(self, environ: Environ, method: str) -> Route:
        place = self._place(environ.get("PATH_INFO", ""))
        app = place.app
        if place.decides or app is None:
            return Route(None if place.decides else bound_policy(*place.around))
        inside = {**environ, "PATH_INFO": place.path}
        route = self._routes_of(app).find(
            # Shallow: it is thrown away, so it neither reads the body nor puts itself into the environ.
            lambda: app.create_url_adapter(app.request_class(inside, shallow=True)),
            method,
            is_preflight=environ["REQUEST_METHOD"] == "OPTIONS",
        )
        return _bound_around(route, place)

    def record(self, environ: Environ, came_in: Environ, status: str) -> Route | None:  # noqa: ARG002
        request = environ.get("werkzeug.request")
        if request is None:  # a layer inside has copied the environ, or the request is over
            return None
        # What dispatchers have split, as it was.
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        place = self._place(path.removeprefix(came_in.get("SCRIPT_NAME", "")))
        route = None if place.app is None else self._routes_of(place.app).dispatched(request)
        return None if route is None else _bound_around(route, place)

    def was_moved(self, environ: Environ, came_in: Environ) -> bool:
        """Whether it was not the dispatchers that have changed the path."""
        return bool(environ.get("PATH_INFO", "") != self._place(came_in.get("PATH_INFO", "")).path)

    def targets(self) -> Iterator[object]:
        self._of_apps = {}
        self._inner_apps = InnerApps()
        self._own.forget()
        yield from self._own.targets()
        for _, around in _mounts(self._chain):
            yield from around
            for layer in around:
                if isinstance(layer, Flask):
                    yield from self._routes_of(layer).targets()

    def inner_apps(self) -> Iterator[object]:
        return (mounted for mounted, around in _mounts(self._chain) if bound_policy(*around) is not None)

    def _place(self, path: str) -> _Place:
        app: Flask | None = self._app
        chain, is_mounted, around = self._chain, False, list[object]()
        while True:
            passed = [*takewhile(lambda layer: not isinstance(layer, DispatcherMiddleware), chain)]
            dispatcher = chain[len(passed)] if len(passed) < len(chain) else None
            if is_mounted:
                is_last = dispatcher is None
                if any(map(_is_ours, passed)) or (is_last and any(map(self._inner_apps.decides, passed[:1]))):
                    return _Place(None, path, decides=True)
                around = [*reversed(passed), *around]
                app = next((layer for layer in passed if isinstance(layer, Flask)), app)
            if not isinstance(dispatcher, DispatcherMiddleware):
                return _Place(app, path, tuple(around))
            script, path = _split(dispatcher, path)
            chain = chain[len(passed) + 1 :]
            if script in dispatcher.mounts:
                app, chain, is_mounted = None, [*_below(dispatcher.mounts[script])], True

    def _routes_of(self, app: Flask) -> AppRoutes:
        if app is self._app:
            return self._own
        return self._of_apps.setdefault(id(app), (app, AppRoutes(app)))[1]


def _was_rerouted(environ: Environ, came_in: Environ) -> bool:
    return [*map(environ.get, _ROUTED_BY)] != [*map(came_in.get, _ROUTED_BY)]


def _bound_around(route: Route, place: _Place) -> Route:
    """A route of a mounted app, with what is bound around that app where nothing is to the route."""
    return route._replace(policy=bound_policy(*place.around)) if route.policy is UNBOUND and place.around else route


def _mounts(
    chain: Iterable[object], around: tuple[object, ...] = (), seen: frozenset[int] = frozenset()
) -> Iterator[tuple[object, tuple[object, ...]]]:
    """Each app that a dispatcher in a chain mounts, and what is around it, itself first."""
    for layer in chain:
        for mounted in layer.mounts.values() if isinstance(layer, DispatcherMiddleware) else ():
            if id(mounted) not in seen:
                below = [*_below(mounted)]
                yield mounted, (*reversed(below), *around)
                yield from _mounts(below, (*reversed(below), *around), seen | {id(mounted)})


def _split(dispatcher: DispatcherMiddleware, path: str) -> tuple[str, str]:
    """A path as a dispatcher splits it: where it looks for a mounted app, and what it hands on."""
    script, rest = path, ""
    while "/" in script and script not in dispatcher.mounts:
        script, _, last = script.rpartition("/")
        rest = f"/{last}{rest}"
    return script, rest


def _below(mounted: object) -> Iterator[object]:
    """What a request to a mounted app passes through: also what a Flask's `wsgi_app` is wrapped in."""
    for layer in layers(mounted):
        yield getattr(layer, "__self__", layer)  # mounted as `app.wsgi_app`
        if isinstance(layer, Flask):
            yield from layers(layer.wsgi_app)


def _is_ours(layer: object) -> bool:
    return qualified(type(layer)).startswith("crossorigin.")


def _nothing(environ: Environ, start_response: Any) -> Iterator[bytes]:
    raise NotImplementedError


def _nowhere(target: Any, method: str) -> Route:
    raise NotImplementedError
