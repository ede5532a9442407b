"""Starlette and FastAPI: the policy that answers is that of what runs, however it is wrapped and wherever it lies."""

import functools
import os
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from fastapi import APIRouter, Depends, FastAPI
from fastapi import WebSocket as FastAPIWebSocket
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Host, Mount, Route, Router, WebSocketRoute
from starlette.websockets import WebSocket

from crossorigin import Policy
from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.starlette import CORS, cors
from tests.middleware.drive import Headers, asgi_app
from tests.middleware.test_both import APP, EVIL
from tests.middleware.test_starlette import ask, handshake

ANYONE = Policy(allow_origins="*")
ALONE: Headers = []
NOBODY: Headers = [(b"vary", b"Origin")]
PUBLIC: Headers = [(b"access-control-allow-origin", b"*")]


@pytest.fixture(autouse=True)
def _nothing_bound_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


def fields(app: Any, path: str = "/x", method: str = "GET", **more: Any) -> Headers:
    """The CORS headers of a response of the app's, beside which its policy is `*`: none under `cors(None)`, which is
    what all here is bound to. A preflight is allowed if the response is."""
    answered = ask(app, path, method, **more)
    assert answered.status == 200, answered
    found = [field for field in answered.fields if field[0].startswith(b"access-control-") or field[0] == b"vary"]
    preflight = ask(app, path, "OPTIONS", (b"access-control-request-method", method.encode()), **more)
    assert (PUBLIC[0] in preflight.fields) is (PUBLIC[0] in found)
    return found


def new() -> Any:
    """A function of its own, to bind a policy to; both frameworks can run it."""

    async def view(request: Request) -> Response:
        return PlainTextResponse("secret")

    return view


def bound() -> Any:
    return cors(None)(new())


def views() -> Any:
    class Views:
        @cors(None)
        async def method(self, request: Request) -> Response:
            return PlainTextResponse("secret")

        @staticmethod
        @cors(None)
        async def static(request: Request) -> Response:
            return PlainTextResponse("secret")

        @classmethod
        @cors(None)
        async def of_class(cls, request: Request) -> Response:
            return PlainTextResponse("secret")

        async def _worded(self, word: str, request: Request) -> Response:
            return PlainTextResponse(word)

        worded = functools.partialmethod(cors(None)(_worded), "secret")

    return Views


def with_wraps(function: Any) -> Any:
    @functools.wraps(function)
    async def wrapper(request: Request) -> Response:
        return await function(request)  # type: ignore[no-any-return]

    return wrapper


def without_wraps(function: Any) -> Any:
    async def wrapper(request: Request) -> Response:
        return await function(request)  # type: ignore[no-any-return]

    return wrapper


class Keeping:
    """A decorator that is a class, and keeps the function to itself."""

    def __init__(self, function: Any) -> None:
        self.function = function

    async def method(self, request: Request) -> Response:
        return await self.function(request)  # type: ignore[no-any-return]

    async def __call__(self, request: Request) -> Response:
        return await self.function(request)  # type: ignore[no-any-return]


def called() -> Any:
    class Called:
        @cors(None)
        async def __call__(self, request: Request) -> Response:
            return PlainTextResponse("secret")

    return Called()


SEEN_THROUGH: dict[str, Callable[[], Any]] = {
    "a function": bound,
    "a partial": lambda: functools.partial(bound()),
    "a partial of a partial": lambda: functools.partial(functools.partial(bound())),
    "a bound partial": lambda: cors(None)(functools.partial(new())),
    "a method": lambda: views()().method,
    "a partial of a method": lambda: functools.partial(views()().method),
    "a static method": lambda: views().static,
    "a method of the class": lambda: views().of_class,
    "a partialmethod": lambda: views()().worded,
    "functools.wraps": lambda: with_wraps(with_wraps(bound())),
}
HIDDEN: dict[str, Callable[[], Any]] = {
    "a decorator without wraps": lambda: without_wraps(bound()),
    "a method of an object that keeps it": lambda: Keeping(bound()).method,
    "a partial of a decorator without wraps": lambda: functools.partial(without_wraps(bound())),
}
CALLED: dict[str, Callable[[], Any]] = {
    "an object": called,
    "a partial of an object": lambda: functools.partial(called()),
}


def in_starlette(endpoint: Any) -> Starlette:
    return Starlette(routes=[Route("/x", endpoint)])


def in_fastapi(endpoint: Any) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.get("/x")(endpoint)
    return app


def included(endpoint: Any) -> FastAPI:
    app, router = FastAPI(openapi_url=None), APIRouter()
    router.get("/x")(endpoint)
    app.include_router(router)
    return app


def depended_on(call: Any) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.get("/x", dependencies=[Depends(call)])(lambda: 1)
    return app


def depended_on_by_all(call: Any) -> FastAPI:
    async def between(found: Any) -> None: ...

    between.__defaults__ = (Depends(call),)
    app = FastAPI(openapi_url=None, dependencies=[Depends(between)])
    app.get("/x")(lambda: 1)
    return app


ENDPOINTS = (in_starlette, in_fastapi, included)
DEPENDENCIES = (depended_on, depended_on_by_all)


@pytest.mark.parametrize("app_of", [*ENDPOINTS, *DEPENDENCIES])
@pytest.mark.parametrize("wrapped", SEEN_THROUGH.values(), ids=SEEN_THROUGH)
def test_a_binding_is_seen_through_wrappers(app_of: Any, wrapped: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(wrapped())
    CORS(app, ANYONE)
    assert fields(app) == ALONE
    assert not caplog.records


def test_a_binding_is_seen_through_the_adapters_between_sync_and_async() -> None:
    app = in_starlette(with_wraps(sync_to_async(functools.partial(async_to_sync(bound())))))
    CORS(app, ANYONE)
    assert fields(app) == ALONE


@pytest.mark.parametrize("app_of", [in_fastapi, included, *DEPENDENCIES])
@pytest.mark.parametrize("called", CALLED.values(), ids=CALLED)
def test_a_binding_of_what_an_object_does_when_it_is_called_is_too(app_of: Any, called: Any) -> None:
    app = app_of(called())
    CORS(app, ANYONE)
    assert fields(app) == ALONE


@pytest.mark.parametrize("app_of", [*ENDPOINTS, *DEPENDENCIES])
@pytest.mark.parametrize("wrapped", HIDDEN.values(), ids=HIDDEN)
def test_where_a_binding_may_be_hidden_no_page_may_read(
    app_of: Any, wrapped: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = app_of(wrapped())
    CORS(app, ANYONE)
    assert fields(app) == fields(app) == NOBODY
    (record,) = caplog.records
    assert "a policy may be bound inside it, where we cannot see it" in record.getMessage()


def test_a_hidden_binding_that_another_app_has_reached_is_hidden_still() -> None:
    view = bound()
    other = in_starlette(view)
    CORS(other, ANYONE)
    assert fields(other) == ALONE
    app = in_starlette(without_wraps(view))
    CORS(app, ANYONE)
    assert fields(app) == NOBODY


def test_what_hides_nothing_has_the_policy_of_the_app() -> None:
    cors(None)(new())
    app = FastAPI(openapi_url=None)
    app.get("/x", dependencies=[Depends(os.getcwd), Depends(Keeping(new())), Depends(without_wraps(new()))])(lambda: 1)
    CORS(app, ANYONE)
    assert fields(app) == PUBLIC


# Classes


def endpoint_class() -> Any:
    class Endpoint(HTTPEndpoint):
        async def get(self, request: Request) -> Response:
            return PlainTextResponse("public")

        @cors(None)
        async def put(self, request: Request) -> Response:
            return PlainTextResponse("secret")

        async def _worded(self, request: Request, word: str) -> Response:
            return PlainTextResponse(word)

        post = functools.partialmethod(cors(None)(_worded), word="secret")
        delete = functools.partialmethod(put)

    return Endpoint


PLACES: dict[str, Callable[[Any], BaseRoute]] = {
    "a route": lambda endpoint: Route("/x", endpoint),
    "a partial": lambda endpoint: Route("/x", functools.partial(endpoint)),
    "a mount": lambda endpoint: Mount("/x", app=endpoint),
    "a mount of a partial": lambda endpoint: Mount("/x", app=functools.partial(endpoint)),
    "a mount in a mount": lambda endpoint: Mount("", routes=[Mount("/x", app=endpoint)]),
    "a mount behind a middleware": lambda endpoint: Mount(
        "/", Router([Mount("/x", app=endpoint)]), middleware=[Middleware(GZipMiddleware)]
    ),
    "a host": lambda endpoint: Host("api.example.com", app=endpoint),
    "a mount behind a host": lambda endpoint: Host("api.example.com", Router([Mount("/x", app=endpoint)])),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("framework", [Starlette, FastAPI])
def test_the_methods_of_a_class_are_bound_wherever_it_lies(place: Any, framework: Any) -> None:
    app = framework()
    app.router.routes += [place(endpoint_class())]
    CORS(app, ANYONE)
    path = "/x/" if ask(app, "/x", "GET", (b"host", b"api.example.com")).status in (307, 404) else "/x"

    def of(method: str) -> Headers:
        answered = ask(app, path, method, (b"host", b"api.example.com"))
        assert answered.status == 200
        return [field for field in answered.fields if field[0].startswith(b"access-control-")]

    assert {method: of(method) for method in ("GET", "PUT", "POST", "DELETE")} == {
        "GET": PUBLIC,
        "PUT": ALONE,
        "POST": ALONE,
        "DELETE": ALONE,
    }


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_class_is_bound_wherever_it_lies(place: Any) -> None:
    endpoint = cors(None)(endpoint_class())
    app = Starlette(routes=[place(endpoint)])
    CORS(app, ANYONE)
    for path in ("/x", "/x/"):
        answered = ask(app, path, "GET", (b"host", b"api.example.com"))
        if answered.status == 200:
            assert PUBLIC[0] not in answered.fields


# WebSockets


def new_socket() -> Any:
    async def socket(websocket: FastAPIWebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    return socket


def socket_class() -> Any:
    class Socket(WebSocketEndpoint):
        async def dispatch(self) -> None:
            await self.on_connect(WebSocket(self.scope, self.receive, self.send))

        async def on_connect(self, websocket: WebSocket) -> None:
            await websocket.accept()

    return Socket


def test_websockets_are_guarded_by_what_is_bound_behind_wrappers() -> None:
    strict = cors(allow_origins=[EVIL.decode()])
    with_bound_method = socket_class()
    strict(with_bound_method.on_connect)
    app = FastAPI(openapi_url=None)
    app.router.routes += [
        WebSocketRoute("/partial", functools.partial(strict(new_socket()))),
        WebSocketRoute("/class", strict(socket_class())),
        WebSocketRoute("/method", with_bound_method),
        Mount("/mounted", app=with_bound_method),
        WebSocketRoute("/hidden", without_wraps(strict(new_socket()))),
        WebSocketRoute("/free", new_socket()),
    ]
    app.websocket("/fastapi")(functools.partial(strict(new_socket())))
    app.websocket("/depending", dependencies=[Depends(functools.partial(strict(lambda: None)))])(new_socket())
    CORS(app, ANYONE, guard_websockets=True)
    passes = {
        path: tuple("websocket.accept" in handshake(app, path, origin) for origin in (APP, EVIL))
        for path in ("/partial", "/class", "/method", "/mounted/", "/fastapi", "/depending", "/hidden", "/free")
    }
    assert passes.pop("/hidden") == (False, False)
    assert passes.pop("/free") == (True, True)
    assert set(passes.values()) == {(False, True)}


# Apps


def as_function(app: Any) -> Any:
    """A middleware as many write them."""

    async def middleware(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    return middleware


class Named:
    """A middleware that calls the app what it likes."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.inner(scope, receive, send)


AROUND: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda app: app,
    "a class": GZipMiddleware,
    "a class with another name for it": Named,
    "a function": as_function,
    "a function around a function around a class": lambda app: as_function(as_function(Named(app))),
    "a partial": lambda app: functools.partial(Named(app)),
    "a method": lambda app: Named(app).__call__,
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
@pytest.mark.parametrize(
    "inner", [Router, lambda routes: Starlette(routes=routes), lambda routes: FastAPI(routes=routes)]
)
def test_what_is_bound_in_a_mounted_app_is_found_behind_what_wraps_it(around: Any, inner: Any) -> None:
    app = Starlette(
        routes=[
            Mount("/of-route", around(inner(routes=[Route("/x", bound()), Route("/free", new())]))),
            Mount("/of-app", around(cors(None)(inner(routes=[Route("/x", new())])))),
            Host("host.example", around(inner(routes=[Route("/x", bound())]))),
        ]
    )
    CORS(app, ANYONE)
    assert fields(app, "/of-route/x") == ALONE
    assert fields(app, "/of-route/free") == PUBLIC
    assert fields(app, "/of-app/x") == ALONE
    assert PUBLIC[0] not in ask(app, "/x", "GET", (b"host", b"host.example")).fields


@pytest.mark.parametrize("around", [GZipMiddleware, Named])
def test_what_is_bound_in_an_app_that_is_an_endpoint_is_found(around: Any) -> None:
    app = Starlette(
        routes=[Route("/x", around(Router([Route("/x", bound())]))), Route("/y", Router([Route("/y", new())]))]
    )
    CORS(app, ANYONE)
    assert fields(app) == ALONE
    assert fields(app, "/y") == PUBLIC


class Versions:
    """An app that hands requests to one of several."""

    def __init__(self, first: Any, second: Any) -> None:
        self.first, self.second = first, second

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await (self.first if (b"x-version", b"1") in scope["headers"] else self.second)(scope, receive, send)


def test_where_an_app_may_be_one_of_several_no_page_reads_if_something_is_bound_in_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    free = Route("/x", new())
    app = Starlette(
        routes=[
            Mount("/a", Versions(Router([Route("/x", new())]), Router([Route("/x", new())]))),
            Mount("/b", Versions(Router([free]), Starlette(routes=[Route("/y", bound()), free]))),
            cors(None)(Mount("/c", Versions(Router([Route("/x", new())]), Router([Route("/x", new())])))),
        ]
    )
    CORS(app, ANYONE)
    assert [fields(app, f"/{name}/x") for name in "abc"] == [PUBLIC, NOBODY, ALONE]
    (record,) = caplog.records
    assert "a policy may be bound inside it" in record.getMessage()


def test_an_app_that_knows_the_one_it_is_mounted_in_is_not_taken_for_it() -> None:
    app = Starlette()
    inner = Named(asgi_app())
    inner.parent = app  # type: ignore[attr-defined]
    app.mount("/x", inner)
    app.add_route("/y", bound())
    CORS(app, ANYONE)
    assert fields(app, "/x/y") == PUBLIC
    assert fields(app, "/y") == ALONE


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_the_crossorigin_policy_of_a_mounted_app_decides_behind_what_wraps_it(around: Any) -> None:
    own = Policy(allow_origins=[EVIL.decode(), "https://other.example"])
    inner = around(CORSMiddleware(asgi_app(), own))
    listed = [Middleware(CORSMiddleware, own)]
    app = Starlette(routes=[Mount("/x", inner), Route("/y", new(), methods=["GET", "OPTIONS"], middleware=listed)])
    CORS(app, ANYONE)
    for path in ("/x/", "/y"):
        assert fields(app, path) == NOBODY
        assert ask(app, path, "OPTIONS", (b"access-control-request-method", b"GET")).status == 403


def test_the_crossorigin_policy_around_an_endpoint_decides() -> None:
    own = Policy(allow_origins=[EVIL.decode(), "https://other.example"])
    app = Starlette(routes=[Route("/x", GZipMiddleware(CORSMiddleware(asgi_app(), own)))])  # type: ignore[arg-type]
    CORS(app, ANYONE)
    assert fields(app) == NOBODY


def test_a_router_whose_paths_are_broken_fails_when_it_is_asked_and_no_sooner() -> None:
    """FastAPI makes the paths of an included router when the first request gets there."""
    broken = APIRouter()
    broken.get("/{x}")(new())
    app = FastAPI(openapi_url=None)
    app.get("/x")(bound())
    app.include_router(broken, prefix="/{x}")
    app.get("/y")(new())
    CORS(app, ANYONE)
    assert fields(app) == ALONE
    answered = ask(app, "/y")
    assert (type(answered.error), answered.status, PUBLIC[0] in answered.fields) == (ValueError, 500, False)
