"""CORS in FastAPI: bound to path operations, routers, dependencies and frontends; and the framework as oracle."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, WebSocket
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Host, Match, Mount, Route, Router

from crossorigin import Policy
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.starlette import CORS, cors
from tests.middleware.drive import asgi
from tests.middleware.test_both import APP, EVIL, LISTED, PUT, VARY_OPTIONS, allowed
from tests.middleware.test_starlette import OF_ROUTE, ask, handshake, held, named


@pytest.fixture(autouse=True)
def _nothing_bound_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


async def nothing() -> None: ...


def dependency(name: str) -> Any:
    async def depended_on() -> None: ...

    return Depends(cors(named(name))(depended_on))


def test_every_error_carries_the_fields() -> None:
    app = FastAPI()
    CORS(app, LISTED)

    @app.get("/items/{item}")
    def read(item: int) -> int:
        if item == 0:
            raise HTTPException(418)
        return 1 // (item - 1)

    for method, path, status in [
        ("GET", "/items/2", 200),
        ("GET", "/items/x", 422),
        ("GET", "/items/0", 418),
        ("GET", "/items/1", 500),
        ("GET", "/nowhere", 404),
        ("POST", "/items/2", 405),
        ("GET", "/items/2/", 307),
        ("GET", "/docs", 200),
    ]:
        answered = ask(app, path, method)
        assert (answered.status, answered.headers[-4:]) == (status, allowed(APP))


def test_the_decorator_stands_above_or_below() -> None:
    app = FastAPI()
    CORS(app, LISTED)

    @cors(named("above"))
    @app.get("/above")
    def above() -> None: ...

    @app.get("/below")
    @cors(named("below"))
    async def below() -> None: ...

    @app.put("/above")
    def other() -> None: ...

    assert [held(app, path) for path in ("/above", "/below")] == ["above", "below"]
    assert held(app, "/above", "PUT") == "app"


def test_a_preflight_lists_the_methods_of_the_path_operation() -> None:
    app = FastAPI()
    CORS(app, OF_ROUTE)

    @app.get("/items/{item}")
    def read(item: int) -> None: ...

    @app.api_route("/items/{item}", methods=["PUT", "DELETE"])
    def write(item: int) -> None: ...

    answered = ask(app, "/items/7", "OPTIONS", PUT)
    assert (answered.status, answered.fields) == (
        204,
        [
            (b"access-control-allow-origin", APP),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-allow-methods", b"DELETE,PUT"),
            (b"access-control-allow-headers", b"x-a"),
            VARY_OPTIONS,
        ],
    )


def test_what_is_bound_to_a_router_survives_its_inclusion() -> None:
    app = FastAPI()
    CORS(app, LISTED)
    inner = APIRouter()
    outer = APIRouter(prefix="/outer")
    shared = APIRouter()
    app.include_router(outer, prefix="/v1")
    outer.include_router(inner, prefix="/inner")
    outer.include_router(shared, prefix="/shared")
    app.include_router(shared, prefix="/shared")
    cors(named("outer"))(outer)

    @outer.get("/own")
    @cors(named("own"))
    def own() -> None: ...

    @outer.get("/text")
    @inner.get("/text")
    @shared.get("/text")
    @app.get("/text")
    def text() -> None: ...

    assert {path: held(app, path) for path in ROUTED} == ROUTED
    cors(named("inner"))(inner)
    assert {path: held(app, path) for path in ROUTED} == ROUTED | {"/v1/outer/inner/text": "inner"}


ROUTED = {
    "/v1/outer/text": "outer",
    "/v1/outer/own": "own",
    "/v1/outer/inner/text": "outer",
    "/v1/outer/shared/text": "outer",
    "/shared/text": "app",
    "/text": "app",
    "/v1/outer/text/": "outer",  # the redirect to what has no slash
    "/v1/outer/nowhere": "app",  # no route, so no router
}


def test_a_dependency_binds_where_it_is_declared() -> None:
    app = FastAPI(dependencies=[dependency("of-app")])
    CORS(app, LISTED)
    router = APIRouter(dependencies=[dependency("of-router")])
    plain = APIRouter()

    @router.get("/route", dependencies=[dependency("first"), dependency("of-route"), Depends(nothing)])
    @router.get("/router")
    @plain.get("/plain")
    @app.get("/app")
    def endpoint() -> None: ...

    @router.get("/endpoint", dependencies=[dependency("of-route")])
    @cors(named("of-endpoint"))
    def bound() -> None: ...

    app.include_router(router)
    app.include_router(plain, prefix="/included", dependencies=[dependency("of-inclusion")])
    app.include_router(plain)
    assert {path: held(app, path) for path in DEPENDENT} == DEPENDENT


DEPENDENT = {
    "/route": "of-route",
    "/router": "of-router",
    "/endpoint": "of-endpoint",
    "/included/plain": "of-inclusion",
    "/plain": "of-app",
    "/app": "of-app",
    "/nowhere": "app",  # no dependency runs there
}


def test_routers_and_dependencies_take_their_turns_from_the_inside() -> None:
    """Each level bound in both ways, and the levels taken off one by one from the innermost."""

    def app(levels: int) -> FastAPI:
        def bound(level: int) -> list[Any]:
            return [dependency(f"d{level}")] if level < levels else [Depends(nothing)]

        outer = APIRouter(dependencies=bound(2))
        inner = APIRouter(dependencies=bound(5))
        for level, router in [(1, outer), (4, inner)]:
            if level < levels:
                cors(named(f"d{level}"))(router)

        @inner.get("/", dependencies=bound(6))
        def endpoint() -> None: ...

        outer.include_router(inner, prefix="/inner", dependencies=bound(3))
        app = FastAPI()
        app.include_router(outer, prefix="/outer", dependencies=bound(0))
        CORS(app, LISTED)
        return app

    assert [held(app(levels), "/outer/inner/") for levels in range(8)] == ["app", *(f"d{n}" for n in range(7))]


def test_a_dependency_of_the_endpoint_and_one_of_a_dependency_bind_too() -> None:
    @cors(named("key"))
    def api_key() -> str:
        return "key"

    def user(key: Annotated[str, Depends(api_key)]) -> str:
        return key

    app = FastAPI()
    CORS(app, LISTED)

    @cors(named("session"))
    def session(key: Annotated[str, Depends(api_key)]) -> str:
        return key

    @app.get("/session")
    def closer(session: Annotated[str, Depends(session)]) -> None: ...

    @app.get("/direct")
    def direct(key: Annotated[str, Depends(api_key)]) -> None: ...

    @app.get("/indirect", dependencies=[dependency("outside")])
    def indirect(user: Annotated[str, Depends(user)]) -> None: ...

    assert [held(app, path) for path in ("/direct", "/indirect", "/session")] == ["key", "key", "session"]


def test_mounts_hosts_and_plain_routes_in_an_included_router() -> None:
    async def text(request: Any) -> PlainTextResponse:
        return PlainTextResponse("text")

    @cors(named("endpoint"))
    async def bound(request: Any) -> PlainTextResponse:
        return PlainTextResponse("text")

    routes: list[Any] = [
        Route("/text", text),
        Route("/bound", bound),
        cors(named("mount"))(Mount("/mount", routes=[Route("/text", text), Route("/bound", bound)])),
        cors(named("host"))(Host("other.example", Router([Route("/text", text)]))),
    ]
    sub = FastAPI()
    sub.root_path = "/elsewhere"
    sub.get("/text")(nothing)
    own = FastAPI()
    own.get("/text")(nothing)
    CORS(own, named("own"))
    router = cors(named("router"))(APIRouter(routes=routes))
    router.mount("/sub", cors(named("sub"))(sub))
    router.mount("/own", own)
    app = FastAPI()
    app.include_router(router, prefix="/api", dependencies=[dependency("unused")])
    events: list[DecisionEvent] = []
    CORS(app, LISTED, on_decision=events.append)
    expected = {
        "/api/text": "router",  # dependencies do not run for Starlette's own routes
        "/api/bound": "endpoint",
        "/api/mount/text": "mount",
        "/api/mount/bound": "endpoint",
        "/api/mount/nowhere": "mount",
        "/api/own/text": "own",
        "/api/sub/text": "sub",
    }
    assert {path: held(app, path) for path in expected} == expected
    assert ask(app, "/api/text", "GET", (b"host", b"other.example")).status == 200
    names = [event.route for event in events if event.decision.kind == "actual"]
    assert names == [
        "/api/text",
        "/api/bound",
        "/api/mount/text",
        "/api/mount/bound",
        "/api/mount/{path}",
        "/api/sub/{path}",  # its own root_path takes the place of the mount's: a 404 there
        "/api/text",
    ]


def test_the_dependencies_of_a_mounted_app_are_its_own() -> None:
    sub = FastAPI(dependencies=[dependency("of-sub")])
    sub.get("/text")(nothing)
    router = APIRouter(dependencies=[Depends(nothing)])
    router.mount("/sub", sub)
    app = FastAPI()
    app.include_router(router, dependencies=[Depends(nothing)])
    cors(named("router"))(router)
    CORS(app, LISTED)
    assert held(app, "/sub/text") == "of-sub"
    assert held(app, "/sub/nowhere") == "router"


def test_an_app_with_a_cors_below_an_included_router_is_found_at_the_start() -> None:
    own = FastAPI()
    own.get("/text")(nothing)
    CORS(own, named("own"))
    inner, outer = APIRouter(), APIRouter()
    inner.mount("/own", own)
    outer.include_router(inner, prefix="/inner")
    app = FastAPI()
    app.include_router(outer, prefix="/outer")
    CORS(app, LISTED)
    assert ask(app, "/inner/own/text").status == 404
    assert held(app, "/outer/inner/own/text") == "own"


def test_hosts_in_an_included_router_come_first_if_they_are_first() -> None:
    async def text(request: Any) -> PlainTextResponse:
        return PlainTextResponse("text")

    host = cors(named("host"))(Host("other.example", Router([Route("/text", text)])))
    app = FastAPI()
    app.include_router(APIRouter(routes=[host, Route("/text", text)]), prefix="/api")
    CORS(app, LISTED)
    answered = ask(app, "/api/text", "GET", (b"host", b"other.example"))
    assert (answered.status, answered.fields[-1]) == (200, (b"access-control-expose-headers", b"host"))
    assert held(app, "/api/text") == "app"


def test_a_frontend_has_the_policy_of_its_router_and_dependencies(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("page")
    app = FastAPI()
    deep, router, plain = APIRouter(), APIRouter(), APIRouter()
    cors(named("deep"))(deep)
    router.include_router(deep, prefix="/deep")
    app.include_router(router, prefix="/router", dependencies=[dependency("of-inclusion")])
    app.include_router(plain, prefix="/plain")
    for each in (deep, router, plain):
        each.frontend("/", directory=tmp_path)
    app.frontend("/files", directory=tmp_path)
    CORS(app, LISTED)
    expected = {
        "/router/deep/index.html": "deep",
        "/router/index.html": "of-inclusion",
        "/plain/index.html": "app",
        "/files/index.html": "app",
        "/nowhere": "app",
    }
    assert [ask(app, path).status for path in expected] == [200, 200, 200, 200, 404]
    assert {path: held(app, path) for path in expected} == expected
    cors(named("router"))(plain)
    assert held(app, "/plain/index.html") == "router"
    preflight = ask(app, "/plain/index.html", "OPTIONS", PUT)
    assert dict(preflight.fields)[b"access-control-allow-methods"] == b"GET,HEAD"


def test_a_route_class_of_the_apps_is_asked_in_an_included_router() -> None:
    class Versioned(APIRoute):
        def matches(self, scope: Any) -> Any:
            if (b"x-version", b"2") not in scope["headers"]:
                return Match.NONE, {}
            return super().matches(scope)

    router = APIRouter(route_class=Versioned)

    @router.get("/text")
    @cors(named("two"))
    def second() -> str:
        return "two"

    app = FastAPI()
    app.include_router(router, prefix="/v")

    @app.get("/v/text")
    def first() -> str:
        return "one"

    CORS(app, LISTED)
    answered = ask(app, "/v/text", "GET", (b"x-version", b"2"))
    assert (answered.body, answered.fields[-1]) == (b'"two"', (b"access-control-expose-headers", b"two"))
    assert held(app, "/v/text") == "app"


def test_websockets_are_guarded_by_the_policy_of_their_router_and_dependencies() -> None:
    strict = Policy(allow_origins=[EVIL.decode()])
    router = cors(strict)(APIRouter())
    depending = APIRouter()

    @router.websocket("/router")
    @depending.websocket("/depending")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    app = FastAPI()
    app.websocket("/app")(socket)
    app.include_router(router, prefix="/ws")
    app.include_router(depending, dependencies=[Depends(cors(strict)(nothing))])
    try:
        CORS(app, LISTED, guard_websockets=True)
        passes, refused = ["websocket.accept", "websocket.close"], ["websocket.close"]
        assert [handshake(app, "/app", origin) for origin in (APP, EVIL)] == [passes, refused]
        assert [handshake(app, "/ws/router", origin) for origin in (APP, EVIL)] == [refused, passes]
        assert [handshake(app, "/depending", origin) for origin in (APP, EVIL)] == [refused, passes]
    finally:
        del nothing.__crossorigin_policy__  # type: ignore[attr-defined]  # what `cors` sets


def test_a_root_path_of_the_app_is_understood() -> None:
    app = FastAPI()
    app.root_path = "/api"
    CORS(app, LISTED)

    @app.get("/text")
    @cors(named("text"))
    def text() -> None: ...

    assert held(app, "/api/text") == "text"
    assert held(app, "/text") == "text"


def test_requests_at_once_do_not_disturb_each_other() -> None:
    app = FastAPI()
    router = cors(named("router"))(APIRouter())

    @router.get("/{number}")
    async def number(number: int) -> int:
        await asyncio.sleep(0)
        return number

    app.include_router(router, prefix="/numbers")
    CORS(app, LISTED)

    async def one(path: str) -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"origin", APP)], "query_string": b""}
        await app(scope, receive, send)
        return sent

    async def many() -> list[Any]:
        return await asyncio.gather(*(one(f"/numbers/{n}") for n in range(50)))

    for number_, sent in enumerate(asyncio.run(many())):
        assert sent[1]["body"] == b"%d" % number_
        assert (b"access-control-expose-headers", b"router") in sent[0]["headers"]


# The framework is the oracle: whichever endpoint it calls, the policy of that endpoint was sent.

SEGMENTS = st.sampled_from(["a", "b", "{x}", "{x:int}", "7"])
LEAVES = st.tuples(st.just("leaf"), SEGMENTS, st.sets(st.sampled_from(["GET", "PUT"]), min_size=1))
NODES = st.recursive(
    LEAVES,
    lambda inner: st.tuples(st.sampled_from(["include", "mount", "api"]), SEGMENTS, st.lists(inner, max_size=3)),
    max_leaves=8,
)


def grown(trees: Any) -> FastAPI:
    """An app of nested routers, mounts and sub-apps, each endpoint with a policy that its body names."""
    count = 0

    def leaf(router: Any, path: str, methods: set[str]) -> None:
        nonlocal count
        count += 1
        name = f"x-{count}"

        @cors(named(name))
        async def endpoint() -> PlainTextResponse:
            return PlainTextResponse(name)

        router.api_route(path, methods=sorted(methods))(endpoint)

    def grow(router: Any, nodes: Any) -> None:
        for kind, segment, inside in nodes:
            path = "/" + segment.replace("x", f"x{count}")
            if kind == "leaf":
                leaf(router, path, inside)
                continue
            below: Any = FastAPI(openapi_url=None) if kind == "api" else APIRouter()
            grow(below, inside)
            if kind == "include":
                router.include_router(below, prefix=path.replace(":int", ""))
            else:
                router.mount(path, below)

    app = FastAPI(openapi_url=None)
    grow(app.router, trees)
    return app


@settings(max_examples=150)
@given(st.lists(NODES, min_size=1, max_size=4), st.data())
def test_the_policy_is_always_that_of_the_endpoint_that_is_called(trees: Any, data: st.DataObject) -> None:
    app = grown(trees)
    CORS(app, LISTED)
    for _ in range(6):
        segments = data.draw(st.lists(st.sampled_from(["a", "b", "7", "c"]), min_size=1, max_size=4))
        path = "/" + "/".join(segments) + data.draw(st.sampled_from(["", "/"]))
        method = data.draw(st.sampled_from(["GET", "PUT"]))
        answered = asgi(app, method, [(b"origin", APP)], path=path)
        fields = dict(answered.fields)
        assert len(fields) == len(answered.fields)
        if answered.status == 200:
            assert fields[b"access-control-expose-headers"] == answered.body
            preflight = asgi(
                app, "OPTIONS", [(b"origin", APP), (b"access-control-request-method", method.encode())], path=path
            )
            assert method.encode() in dict(preflight.fields)[b"access-control-allow-methods"].split(b",")
        elif answered.status == 404:
            assert fields[b"access-control-expose-headers"] == b"etag"
