"""CORS for Falcon, WSGI and ASGI: around the whole app, with policies for resources, responders and sinks.

    app = falcon.App()
    app.add_route("/items/{item}", Item())
    app = CORS(app, Policy(allow_origins=["https://app.example.com"], allow_methods="route"))

What comes back is what the server is given. It has the methods of Falcon's app, so routes may be added to it as well.
"""

import io
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, cast, overload

import falcon
import falcon.asgi
from falcon import responders

from crossorigin.standard import Origin

from .asgi import ASGIApp
from .asgi import CORSMiddleware as ASGIMiddleware
from .engine import (
    UNBOUND,
    OnDecision,
    Policies,
    PolicyFields,
    Route,
    RoutePolicies,
    Unbound,
    Warnings,
    bound_policy,
    cors,
    default_policies,
    unknown_route,
)
from .wsgi import CORSMiddleware as WSGIMiddleware

if TYPE_CHECKING:
    from typing import Unpack

__all__ = ["CORS", "cors"]


class _OfFalcon:
    """The app's own methods and options, so that the two are one object to those who add routes."""

    app: Any
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


class ASGICORS(_OfFalcon, ASGIMiddleware):
    """A `falcon.asgi.App` with CORS."""


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
    policies = RoutePolicies(default_policies(policy, fields), _finder(app))
    options: Options = {"own_origins": own_origins, "debug": debug, "on_decision": on_decision}
    if isinstance(app, falcon.asgi.App):
        return ASGICORS(cast("ASGIApp", app), policies, guard_websockets=guard_websockets, **options)
    if guard_websockets:
        raise TypeError("guard_websockets is for a falcon.asgi.App: a falcon.App has no WebSockets")
    return WSGICORS(app, policies, **options)


def _finder(app: "falcon.App[Any, Any]") -> Callable[[Any, str], Route]:
    """Falcon's own look-up: its router first, then sinks and static routes in their order."""

    def find(target: Mapping[str, Any], method: str) -> Route:
        try:
            request = _request_of(app, target, method)
            found: Any = app._router_search(request.path, req=request)
        except falcon.HTTPError:  # Falcon answers it with the same error
            return Route()
        except Exception as error:  # noqa: BLE001  # a converter's: Falcon meets it too, and answers as it does
            return unknown_route(error)
        if found is None or found[0] is None:
            return _sink_of(app, request.path)
        resource, responders_of = found[:2]
        responder = responders_of.get("WEBSOCKET" if request.is_websocket else method)
        methods = frozenset(
            name for name, responder in responders_of.items() if name != "WEBSOCKET" and not _is_falcons(responder)
        )
        return Route(bound_policy(responder, resource), methods, found[3] if len(found) > 3 else None)

    return find


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
            return Route(bound_policy(target), name=getattr(matcher, "pattern", None) if is_sink else None)
    return Route()


def _is_falcons(responder: object) -> bool:
    """Whether Falcon made the responder: the automatic OPTIONS, and the 405 of every method that a resource lacks."""
    return getattr(responder, "__module__", None) == responders.__name__
