"""FastAPI before 0.137, which copies the routes of an included router: what is bound to endpoints and dependencies is
kept, and a policy for a router or a route is refused at once."""

import sys
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from fastapi.routing import APIRoute, APIWebSocketRoute
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, Router, WebSocketRoute

from crossorigin import Policy, PolicyMap
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.starlette import CORS, cors
from tests.middleware.drive import asgi
from tests.middleware.test_both import APP, EVIL, LISTED
from tests.middleware.test_starlette import OF_ROUTE, ask, handshake, held, named


@pytest.fixture(autouse=True)
def _is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi.__version__", "0.136.3")
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


def include(app: Any, router: Any, prefix: str = "", dependencies: Sequence[Any] = ()) -> None:
    """As `include_router` was: of routers and routes nothing is kept but what is handed on here."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            depends_on = [*dependencies, *route.dependencies]
            app.add_api_route(prefix + route.path, route.endpoint, methods=route.methods, dependencies=depends_on)
        elif isinstance(route, APIWebSocketRoute):
            depends_on = [*dependencies, *route.dependencies]
            app.add_api_websocket_route(prefix + route.path, route.endpoint, dependencies=depends_on)
        elif isinstance(route, Route):
            app.add_route(prefix + route.path, route.endpoint, methods=[*(route.methods or ())])


async def view(request: Any) -> PlainTextResponse:
    return PlainTextResponse("view")


async def socket(websocket: WebSocket) -> None: ...


class Versioned(APIRouter):
    pass


@pytest.mark.parametrize(
    "target",
    [
        APIRouter(),
        Versioned(prefix="/v1"),
        FastAPI().router,
        APIRoute("/x", view),
        Route("/x", view),
        APIWebSocketRoute("/x", socket),
        WebSocketRoute("/x", socket),
    ],
    ids=lambda target: type(target).__name__,
)
@pytest.mark.parametrize("policy", [LISTED, None])
def test_a_policy_for_what_would_lose_it_is_refused_at_once(target: Any, policy: Policy | None) -> None:
    with pytest.raises(RuntimeError) as raised:
        cors(policy)(target)
    assert str(raised.value) == (
        f"cors cannot bind a policy to this {type(target).__name__}: FastAPI 0.136.3 copies the routes of a router "
        "that is included, and loses the policy. Upgrade to FastAPI 0.137 or later, or bind the policy to each "
        "endpoint: @cors(...) on the function"
    )
    assert not hasattr(target, "__crossorigin_policy__")


@pytest.mark.parametrize("version", ["0.137.0", "0.137.0rc1", "0.165.1", "1.0.0rc1", None])
def test_later_ones_keep_it(version: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if version is None:  # Starlette alone
        monkeypatch.delitem(sys.modules, "fastapi")
    else:
        monkeypatch.setattr("fastapi.__version__", version)
    cors(LISTED)(APIRouter())
    cors(LISTED)(Route("/x", view))


def test_bound_endpoints_and_dependencies_are_kept_by_what_is_copied() -> None:
    async def needed() -> None: ...

    router = APIRouter(prefix="/reports", dependencies=[Depends(cors(named("dependency"))(needed))])
    plain = APIRouter()

    @router.get("/own")
    @plain.get("/own")
    @cors(named("endpoint"))
    def own() -> None: ...

    @cors(named("above"))
    @plain.put("/own")
    def above() -> None: ...

    @router.get("/inherited")
    @plain.get("/inherited")
    def inherited() -> None: ...

    plain.add_route("/view", cors(named("view"))(lambda request: PlainTextResponse("")))
    app = FastAPI()
    CORS(app, LISTED)
    include(app, router, "/v1")
    include(app, plain, "/v1")
    include(app, plain, "/v2", [Depends(needed)])
    assert {path: held(app, path) for path in BOUND} == BOUND
    assert held(app, "/v1/own", "PUT") == "above"


BOUND = {
    "/v1/reports/own": "endpoint",
    "/v1/reports/inherited": "dependency",
    "/v1/own": "endpoint",
    "/v1/inherited": "app",
    "/v1/view": "view",
    "/v2/own": "endpoint",
    "/v2/inherited": "dependency",
    "/v2/nowhere": "app",
}


def test_what_is_mounted_is_not_copied_and_keeps_its_policy() -> None:
    sub = cors(named("sub"))(FastAPI())
    app = FastAPI(routes=[cors(named("mount"))(Mount("/mount", Router([Route("/x", view)])))])
    app.mount("/sub", sub)
    app.mount("/router", cors(named("router"))(Router([Route("/x", view)])))
    sub.add_route("/x", view)
    CORS(app, LISTED)
    assert [held(app, f"/{name}/x") for name in ("mount", "sub", "router")] == ["mount", "sub", "router"]


def test_policies_of_the_app_are_in_force() -> None:
    app = FastAPI()
    router = APIRouter()
    router.get("/items")(lambda: 1)
    router.delete("/items")(lambda: 1)
    include(app, router, "/v1")
    ours = CORS(app, OF_ROUTE)
    answered = ask(app, "/v1/items", "OPTIONS", (b"access-control-request-method", b"DELETE"))
    assert dict(answered.fields)[b"access-control-allow-methods"] == b"DELETE"
    ours.policy = PolicyMap({"/v1/": named("below"), "/": LISTED})
    assert [held(app, path) for path in ("/v1/items", "/nowhere")] == ["below", "app"]


def test_a_guard_knows_what_is_bound_to_a_websocket() -> None:
    router = APIRouter()

    @router.websocket("/socket")
    @cors(Policy(allow_origins=[EVIL.decode()]))
    async def accepting(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    app = FastAPI()
    include(app, router, "/v1")
    CORS(app, LISTED, guard_websockets=True)
    passes, refused = ["websocket.accept", "websocket.close"], ["websocket.close"]
    assert [handshake(app, "/v1/socket", origin) for origin in (APP, EVIL)] == [refused, passes]


NODES = st.recursive(
    st.tuples(st.sampled_from(["a", "b", "{x}"]), st.sampled_from(["GET", "PUT"])),
    lambda inner: st.tuples(st.sampled_from(["a", "b"]), st.lists(inner, max_size=3)),
    max_leaves=6,
)


@given(st.lists(NODES, min_size=1, max_size=4), st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3))
def test_the_policy_is_always_that_of_the_endpoint_that_is_called(nodes: Any, segments: list[str]) -> None:
    count = 0

    def grow(router: Any, nodes: Any) -> None:
        nonlocal count
        for segment, inside in nodes:
            if isinstance(inside, list):
                inner = APIRouter()
                grow(inner, inside)
                include(router, inner, f"/{segment}")
                continue
            count += 1
            router.api_route(f"/{segment}", methods=[inside])(named_endpoint(f"x-{count}"))

    app = FastAPI(openapi_url=None)
    grow(app, nodes)
    CORS(app, LISTED)
    for method in ("GET", "PUT"):
        answered = asgi(app, method, [(b"origin", APP)], path="/" + "/".join(segments))
        if answered.status == 200:
            assert dict(answered.fields)[b"access-control-expose-headers"] == answered.body


def named_endpoint(name: str) -> Any:
    @cors(named(name))
    async def endpoint() -> PlainTextResponse:
        return PlainTextResponse(name)

    return endpoint


def test_starlette_is_served_beside_it() -> None:
    app = Starlette(routes=[Route("/x", cors(named("view"))(view))])
    CORS(app, LISTED)
    try:
        assert held(app, "/x") == "view"
    finally:
        del view.__crossorigin_policy__  # type: ignore[attr-defined]  # what `cors` sets
