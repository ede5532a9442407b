"""The record of what Starlette and FastAPI dispatched, against the router asked about the same request: over generated
apps, the policy that decides is the same, but where a layer inside leads the request elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route, Router

from crossorigin import Policy
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.starlette import CORS, cors
from tests.middleware.drive import Answered, asgi

ORIGIN = (b"origin", b"https://app.example.com")
PATHS = ["", "/a", "/b", "/a/b", "/{x}", "/{x:int}", "/a/{rest:path}"]
PREFIXES = ["/a", "/b", "/{p}", "/c/d"]
METHODS = [["GET"], ["PUT"], ["GET", "PUT"], ["DELETE"]]
ASKED_PATHS = ["/", "/a", "/b", "/a/", "/a/b", "/b/a", "/7", "/a/7", "/c/d", "/c/d/a", "/b/b/a", "/a/b/7", "/nowhere"]
HOSTS = ["a.example.com", "{h}.example.org"]
ASKED_METHODS = ["GET", "HEAD", "PUT", "DELETE", "POST"]


class Numbered:
    """Policies that are told apart by what they expose."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Policy:
        self.count += 1
        return Policy(allow_origins="*", expose_headers=[f"x-{self.count}"])


def maybe_bound(draw: Any, policies: Numbered, target: Any) -> Any:
    kind = draw(st.sampled_from(["plain", "plain", "bound", "none"]))
    if kind == "plain":
        return target
    return cors(policies() if kind == "bound" else None)(target)


def endpoint(draw: Any, policies: Numbered, *, is_fastapi: bool) -> Any:
    if not is_fastapi and draw(st.booleans()):

        class Items(HTTPEndpoint):
            async def get(self, request: Request) -> Response:
                return PlainTextResponse("get")

            async def put(self, request: Request) -> Response:
                return PlainTextResponse("put")

        Items.get = maybe_bound(draw, policies, Items.get)  # type: ignore[method-assign]
        return maybe_bound(draw, policies, Items)

    async def view(request: Request) -> Response:
        return PlainTextResponse("view")

    return maybe_bound(draw, policies, view)


def dependency(draw: Any, policies: Numbered) -> list[Any]:
    if draw(st.booleans()):
        return []

    def depended() -> None: ...

    return [Depends(maybe_bound(draw, policies, depended))]


def fill_starlette(draw: Any, policies: Numbered, depth: int, shared: list[Any]) -> list[Any]:
    routes: list[Any] = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["route", "route", "mount", "host", "shared"] if depth else ["route", "shared"]))
        if kind == "mount":
            inner = app_below(draw, policies, depth - 1, shared)
            routes.append(maybe_bound(draw, policies, Mount(draw(st.sampled_from(PREFIXES)), inner)))
        elif kind == "host":
            routes.append(Host(draw(st.sampled_from(HOSTS)), app_below(draw, policies, depth - 1, shared)))
        else:
            if kind == "route" or not shared:
                shared.append(endpoint(draw, policies, is_fastapi=False))
            view = shared[-1]
            methods = None if isinstance(view, type) else draw(st.sampled_from(METHODS))
            path = draw(st.sampled_from(PATHS)) or "/"
            routes.append(maybe_bound(draw, policies, Route(path, view, methods=methods)))
    return routes


def app_below(draw: Any, policies: Numbered, depth: int, shared: list[Any]) -> Any:
    kind = draw(st.sampled_from(["starlette", "router", "fastapi", "wrapped", "opaque"]))
    if kind == "fastapi":
        return fill_fastapi(draw, policies, depth, shared)
    if kind == "opaque":

        async def opaque(scope: Any, receive: Any, send: Any) -> None:
            await PlainTextResponse("opaque")(scope, receive, send)

        return maybe_bound(draw, policies, opaque)
    routes = fill_starlette(draw, policies, depth, shared)
    if kind == "router":
        return maybe_bound(draw, policies, Router(routes))
    app = maybe_bound(draw, policies, Starlette(routes=routes))
    return GZipMiddleware(app) if kind == "wrapped" else app


def included(draw: Any, policies: Numbered) -> dict[str, Any]:
    return {"prefix": draw(st.sampled_from(PREFIXES)), "dependencies": dependency(draw, policies)}


def fill_router(draw: Any, policies: Numbered, depth: int) -> APIRouter:
    router = APIRouter(dependencies=dependency(draw, policies))
    for _ in range(draw(st.integers(1, 2))):
        if depth and draw(st.booleans()):
            inner = fill_router(draw, policies, depth - 1)
            router.include_router(inner, **included(draw, policies))
        else:
            view = endpoint(draw, policies, is_fastapi=True)
            path, methods = draw(st.sampled_from(PATHS[1:])), draw(st.sampled_from(METHODS))
            router.add_api_route(path, view, methods=methods, dependencies=dependency(draw, policies))
    return maybe_bound(draw, policies, router)  # type: ignore[no-any-return]


def fill_fastapi(draw: Any, policies: Numbered, depth: int, shared: list[Any]) -> FastAPI:
    app = FastAPI(dependencies=dependency(draw, policies))
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["route", "router", "router", "plain", "mount"] if depth else ["route", "plain"]))
        if kind == "mount":
            app.mount(draw(st.sampled_from(PREFIXES)), app_below(draw, policies, depth - 1, shared))
        elif kind == "plain":
            app.router.routes.append(Route(draw(st.sampled_from(PATHS[1:])), endpoint(draw, policies, is_fastapi=True)))
        elif kind == "router":
            router = fill_router(draw, policies, depth - 1)
            for _ in range(draw(st.integers(1, 2))):  # one router, included twice
                app.include_router(router, **included(draw, policies))
        else:
            view = endpoint(draw, policies, is_fastapi=True)
            app.add_api_route(draw(st.sampled_from(PATHS[1:])), view, methods=draw(st.sampled_from(METHODS)))
    return app


class Copies:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app({**scope}, receive, send)


class AnswersItself:
    """A layer that answers some requests itself, before the router is asked."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answers = scope["type"] == "http" and len(scope["path"]) % 3 == 0
        await (PlainTextResponse("early", 404) if answers else self.app)(scope, receive, send)


class Raises(AnswersItself):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)
        raise RuntimeError("a bug, on purpose")


@st.composite
def apps(draw: Any) -> Any:
    policies, shared = Numbered(), []  # type: ignore[var-annotated]
    layers = draw(st.sampled_from([[], [], [Copies], [AnswersItself], [Raises], [GZipMiddleware, AnswersItself]]))
    if draw(st.booleans()):
        app: Any = fill_fastapi(draw, policies, 2, shared)
        app.user_middleware = [Middleware(layer) for layer in layers]
    else:
        app = Starlette(
            routes=fill_starlette(draw, policies, 2, shared), middleware=[Middleware(cls) for cls in layers]
        )
    extension = CORS(app, draw(st.sampled_from([Policy(allow_origins="*", expose_headers=["x-app"]), None])))
    return app, extension


def fields_of(answered: Answered) -> Any:
    ours = [field for field in answered.fields if field[0].startswith((b"access-control", b"vary"))]
    return answered.status, sorted(ours)


REQUESTS = st.tuples(
    st.sampled_from(ASKED_METHODS),
    st.sampled_from(ASKED_PATHS),
    st.sampled_from([b"a.example.com", b"b.example.org", b"api"]),
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(apps(), st.lists(REQUESTS, min_size=12, max_size=20))
def test_the_record_names_the_policy_that_the_router_does(made: Any, requests: Any) -> None:
    app, extension = made
    ask: Callable[..., Answered] = lambda method, path, host: asgi(app, method, [ORIGIN, (b"host", host)], path=path)  # noqa: E731
    ask("GET", "/", b"api")  # the first request looks at all there is
    plan = extension._middleware._plan
    if not plan.is_late:
        return  # nothing is bound
    for request in requests:
        late = fields_of(ask(*request))
        plan.is_late = False
        careful = fields_of(ask(*request))
        plan.is_late = True
        assert late == careful, request


def test_what_was_generated_is_dispatched_by_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison above says nothing if the router is asked all the same."""
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    app = FastAPI()
    router = APIRouter(dependencies=[Depends(lambda: None)])
    router.add_api_route("/x", cors(None)(lambda: 1))
    app.include_router(router, prefix="/r")
    app.add_api_route("/y", lambda: 2)
    app.mount("/m", Starlette(routes=[Route("/z", cors(None)(lambda request: PlainTextResponse("z")))]))
    extension = CORS(app, Policy(allow_origins="*"))
    asgi(app, "GET", [ORIGIN], path="/")

    def find(self: object, scope: Any, method: str) -> Any:
        raise AssertionError("the router was asked")

    monkeypatch.setattr(type(extension._find), "__call__", find)
    for method, path, status, fields in [
        ("GET", "/r/x", 200, []),
        ("GET", "/y", 200, [(b"access-control-allow-origin", b"*")]),
        ("GET", "/m/z", 200, []),
        ("GET", "/nowhere", 404, [(b"access-control-allow-origin", b"*")]),
        ("GET", "/m/nowhere", 404, [(b"access-control-allow-origin", b"*")]),
        ("DELETE", "/y", 405, [(b"access-control-allow-origin", b"*")]),
        ("DELETE", "/r/x", 405, []),
        ("GET", "/openapi.json", 200, [(b"access-control-allow-origin", b"*")]),
    ]:
        answered = asgi(app, method, [ORIGIN], path=path)
        assert (path, *fields_of(answered)) == (path, status, fields)


class StripsAVersion(Copies):
    """Changes the scope that it was given, as a version prefix is often taken off."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["path"] = scope["path"].removeprefix("/v1")
        await self.app(scope, receive, send)


def rewriting(kind: Any, default: Policy) -> Any:
    async def view(request: Request) -> Response:
        return PlainTextResponse("the one that runs")

    async def shadowed(request: Request) -> Response:
        return PlainTextResponse("nobody gets here")

    promised = Policy(allow_origins="*", allow_methods=["DELETE"], allow_headers=["x-key"])
    routes = [
        Route("/v1/x", cors(promised)(shadowed), methods=["GET", "DELETE"]),
        Route("/x", cors(None)(view), methods=["GET", "DELETE"]),
    ]
    app = kind(routes=routes, middleware=[Middleware(StripsAVersion)])
    CORS(app, default)
    asgi(app, "GET", [ORIGIN], path="/nowhere")  # the first request looks at all there is
    return app


ANYONE = Policy(allow_origins="*")

# Decided when the response starts, or before the app runs since somebody has to be asked: the outcome is the same.
both_ways = pytest.mark.parametrize(
    "default", [ANYONE, Policy(allow_origins=[lambda origin: True])], ids=["late", "careful"]
)


@both_ways
@pytest.mark.parametrize("kind", [Starlette, FastAPI])
def test_a_simple_request_has_the_policy_of_what_runs(
    kind: Any, default: Policy, caplog: pytest.LogCaptureFixture
) -> None:
    answered = asgi(rewriting(kind, default), "GET", [ORIGIN], path="/v1/x")
    assert (answered.body, fields_of(answered)) == (b"the one that runs", (200, []))
    assert not caplog.records


@both_ways
@pytest.mark.parametrize("kind", [Starlette, FastAPI])
@pytest.mark.parametrize(("method", "more"), [("DELETE", []), ("GET", [(b"x-key", b"1")])], ids=["method", "header"])
def test_what_a_preflight_did_not_promise_is_for_nobody(
    kind: Any, default: Policy, method: str, more: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = rewriting(kind, default)
    asked = [ORIGIN, (b"access-control-request-method", method.encode()), (b"access-control-request-headers", b"x-key")]
    assert asgi(app, "OPTIONS", asked, path="/v1/x").status == 204
    for _ in range(2):
        answered = asgi(app, method, [ORIGIN, *more], path="/v1/x")
        assert (answered.body, fields_of(answered)) == (b"the one that runs", (200, [(b"vary", b"Origin")]))
    (record,) = caplog.records  # once for the route
    assert (record.levelname, "Put that layer outside CORS" in record.getMessage()) == ("ERROR", True)
    assert asgi(app, "OPTIONS", asked, path="/v1/x").status == 403


def test_what_browsers_and_proxies_add_is_no_sign_of_a_preflight(caplog: pytest.LogCaptureFixture) -> None:
    added = [(b"user-agent", b"x"), (b"sec-fetch-mode", b"cors"), (b"cookie", b"a=b"), (b"x-forwarded-for", b"::1")]
    answered = asgi(rewriting(Starlette, ANYONE), "GET", [ORIGIN, *added], path="/v1/x")
    assert fields_of(answered) == (200, [])
    assert not caplog.records


def test_a_route_that_is_bound_or_added_later_is_seen() -> None:
    async def view(request: Request) -> Response:
        return PlainTextResponse("view")

    async def other(request: Request) -> Response:
        return PlainTextResponse("other")

    app = Starlette(routes=[Route("/x", view)])
    CORS(app, ANYONE)
    assert fields_of(asgi(app, "GET", [ORIGIN], path="/x"))[1] != []
    cors(None)(view)
    assert fields_of(asgi(app, "GET", [ORIGIN], path="/x"))[1] == []
    app.router.routes.append(Route("/y", cors(None)(other)))
    app.mount("/m", Starlette(routes=[Route("/z", other)]))
    for path in ("/y", "/m/z"):
        assert fields_of(asgi(app, "GET", [ORIGIN], path=path)) == (200, [])
