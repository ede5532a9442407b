"""CORS for Starlette and FastAPI, with policies for single routes.

app = FastAPI()
CORS(app, Policy(allow_origins=["https://app.example.com"]))

@app.get("/rates")
@cors(allow_origins="*")
def rates(): ...
"""

import sys
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.applications import Starlette
from starlette.routing import Route, Router, WebSocketRoute

from crossorigin.standard import Origin

from ._starlette_routes import RouteFinder
from ._start_up import FailingStart, lies_in_starlette
from .asgi import CORSMiddleware
from .engine import (
    INTEGRATION,
    UNBOUND,
    OnDecision,
    Policies,
    RoutePolicies,
    RoutePolicy,
    Unbound,
    cors_layers,
    default_policies,
    route_policy,
)
from .engine import cors as _cors

if TYPE_CHECKING:
    from typing import Unpack

    from starlette.types import ASGIApp

    from .engine import PolicyFields

__all__ = ["CORS", "cors"]

T = TypeVar("T")

_KEEPS_ROUTERS = (0, 137)
"""The first FastAPI that does. Earlier ones copy the routes of an included router, by their endpoints and dependencies:
what is bound to those is kept, and what is bound to the router or to a route is lost."""


def cors(policy: RoutePolicy | Unbound | None = UNBOUND, /, **fields: "Unpack[PolicyFields]") -> Callable[[T], T]:
    """A policy for one endpoint, or for everything below a router or a mount: it replaces the app's there.

    Args:
        policy: a `Policy` or `ReportOnly`; None for no CORS at all; or leave it out and give the keywords of `Policy`.

    Returns:
        A decorator that binds the policy to an endpoint (a function, a class), a route, a router or a mounted app, and
        returns the same object. `CORS(app, ...)` looks for it.

    Raises:
        PolicyError: the keywords do not declare a valid policy.
        TypeError: there is no policy, or there are two; or the target takes no attribute.
        RuntimeError: the target is an `APIRouter` or a route, and this FastAPI is older than 0.137, which would lose
            the policy when the router is included.

    >>> @cors(allow_origins="*")
    ... async def rates(request): ...
    """
    bind: Callable[[T], T] = _cors(route_policy(policy, fields))

    def bind_if_kept(target: T) -> T:
        _check_target(target)
        return bind(target)

    return bind_if_kept


class CORS:
    """A policy for a Starlette or FastAPI app, around everything that the app is made of.

    It lies outside every middleware, also of those that are added later, and outside Starlette's own error layer: so
    the fields are on each 404, 405, 422 and 500 too. A preflight is answered by the policy of the route that its
    Access-Control-Request-Method would reach.

    Args:
        app: a `Starlette` or `FastAPI` that has not served yet.
        policy: a `Policy`, a `ReportOnly` or a `PolicyMap`; None where only what `cors` binds shall hold; or leave it
            out, and give the keywords of `Policy`. `allow_methods="route"` allows the methods that each route has.
        own_origins: the origins that this app is reached by, for `refuse_disallowed` and the guard, where a proxy
            ends TLS or rewrites Host.
        debug: log why a request was not allowed, and say it in refusals.
        on_decision: called with a `DecisionEvent` for each request that has an Origin, before it is answered. It is no
            coroutine function, and what it raises is logged.
        guard_websockets: refuse a WebSocket handshake from an origin that the policy of its route does not allow.

    Raises:
        PolicyError: the keywords declare no valid policy.
        TypeError: there is no policy, or there are two, or the app is of another framework.
        RuntimeError: the app has a CORS of ours already, or has served already.

    >>> app = Starlette()
    >>> CORS(app, allow_origins=["https://app.example.com"]).policy
    Policy(allow_origins=['https://app.example.com'])
    """

    if not TYPE_CHECKING:  # type checkers know the arguments by `__init__`

        def __new__(cls, *arguments: Any, **options: Any) -> Any:
            app = arguments[0] if arguments else options.get("app")
            return FailingStart(_not_for(app)) if lies_in_starlette(app) else super().__new__(cls)

    def __init__(
        self,
        app: Starlette,
        policy: Policies | Unbound | None = UNBOUND,
        *,
        own_origins: Collection[str | Origin] = (),
        debug: bool = False,
        on_decision: OnDecision | None = None,
        guard_websockets: bool = False,
        **fields: "Unpack[PolicyFields]",
    ) -> None:
        _check_app(app)
        default = default_policies(policy, fields)
        self.app = app
        self._find = RouteFinder(app)
        self._middleware = CORSMiddleware(
            app,
            RoutePolicies(
                default,
                self._find,
                record=self._find.record,
                was_rerouted=self._find.was_rerouted,
                was_moved=self._find.was_moved,
                targets=self._find.targets,
                inner_apps=self._find.mounted_apps,
                untold=self._find.untold,
                when_started=self._look_below,
                path_of=self._find.path_of,
            ),
            own_origins=own_origins,
            debug=debug,
            on_decision=on_decision,
            guard_websockets=guard_websockets,
        )
        self._build_inner_stack = app.build_middleware_stack
        app.build_middleware_stack = self._build_stack  # type: ignore[method-assign]  # Starlette has no other place
        setattr(app, INTEGRATION, self)

    @property
    def policy(self) -> Policies | None:
        """The app's policy. One that is assigned takes effect whole, from the next request on."""
        return self._middleware.policy

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        self._middleware.policy = policy

    def _build_stack(self) -> "ASGIApp":
        """What the app calls at its start-up, or with its first request: now all that was added to it is known."""
        self._middleware.app = self._build_inner_stack()
        self._middleware.tell_of_layers()
        self._look_below()
        return self._middleware

    def _look_below(self) -> None:
        self._middleware.look_again()


def _check_app(app: object) -> None:
    if not isinstance(app, Starlette):
        raise _not_for(app)
    name = type(app).__name__
    if ours := [layer for layer in cors_layers(app) if layer.name.startswith("crossorigin.")]:
        raise RuntimeError(
            f"this {name} app has a CORS already: {ours[0].name} ({ours[0].place}). Two would answer each request; "
            "remove one, or assign another policy to the one that is there"
        )
    if app.middleware_stack is not None:
        raise RuntimeError(
            f"CORS comes too late: this {name} app has served already, and its middleware is built. "
            "Write CORS(app, ...) below the line that makes the app"
        )


def _not_for(app: object) -> TypeError:
    return TypeError(
        f"CORS is for a Starlette or FastAPI app, not {type(app).__name__}. Write CORS(app, ...) below the line that "
        "makes the app, and not add_middleware; other ASGI apps: crossorigin.middleware.asgi.CORSMiddleware"
    )


def _check_target(target: object) -> None:
    is_router = isinstance(target, Router) and hasattr(target, "include_router")
    if not is_router and not isinstance(target, Route | WebSocketRoute):
        return
    version = getattr(sys.modules.get("fastapi"), "__version__", None)
    if version is not None and _numbers(version) < _KEEPS_ROUTERS:
        raise RuntimeError(
            f"cors cannot bind a policy to this {type(target).__name__}: FastAPI {version} copies the routes of a "
            "router that is included, and loses the policy. Upgrade to FastAPI "
            f"{'.'.join(map(str, _KEEPS_ROUTERS))} or later, or bind the policy to each endpoint: "
            "@cors(...) on the function"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split(".")[:2])
