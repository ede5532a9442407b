"""Inside and outside real Starlette and FastAPI apps, driven with their lifespan as a server would."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from crossorigin import Policy
from crossorigin.middleware.asgi import CORSMiddleware
from tests.middleware.drive import Answered, asgi, http_scope

APP = b"https://app.example.com"
POLICY = Policy(
    allow_origins=[APP.decode(), "https://other.example.com"], allow_methods=["PUT"], allow_credentials=True
)
FIELDS = [
    (b"access-control-allow-origin", APP),
    (b"access-control-allow-credentials", b"true"),
    (b"vary", b"Origin"),
]
FROM_APP = [(b"origin", APP), (b"accept-encoding", b"gzip")]


def json_field(length: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", b"%d" % length), (b"content-type", b"application/json")]


def fastapi_app() -> FastAPI:
    app = FastAPI()

    @app.get("/items/{number}")
    async def read(number: int) -> dict[str, int]:
        return {"number": number}

    @app.get("/own")
    async def own(response: Response) -> dict[str, int]:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Vary"] = "Accept"
        return {}

    @app.get("/bug")
    async def bug() -> None:
        raise RuntimeError("a bug, on purpose")

    @app.exception_handler(KeyError)
    async def handle(request: Request, error: KeyError) -> JSONResponse:
        return JSONResponse({"handled": True}, status_code=418)

    @app.get("/handled")
    async def handled() -> None:
        raise KeyError

    return app


def inside() -> Any:
    app = fastapi_app()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[APP.decode(), "https://other.example.com"],
        allow_methods=["PUT"],
        allow_credentials=True,
    )
    return app


def outside() -> Any:
    return CORSMiddleware(fastapi_app(), POLICY)


PLACES = pytest.mark.parametrize("place", [inside, outside])


@PLACES
def test_fastapi_routes_carry_the_fields(place: Any) -> None:
    answered = asgi(place(), headers=FROM_APP, path="/items/1")
    assert (answered.status, answered.headers) == (200, [*json_field(12), *FIELDS])


@PLACES
def test_errors_of_the_router_and_of_validation_carry_the_fields(place: Any) -> None:
    app = place()
    for method, path, status in [("GET", "/nowhere", 404), ("PUT", "/items/1", 405), ("GET", "/items/x", 422)]:
        answered = asgi(app, method, FROM_APP, path=path)
        assert answered.status == status
        assert answered.headers[-3:] == FIELDS


@PLACES
def test_an_exception_handler_of_the_app_is_not_pre_empted(place: Any) -> None:
    answered = asgi(place(), headers=FROM_APP, path="/handled")
    assert (answered.status, answered.headers) == (418, [*json_field(16), *FIELDS])


@PLACES
def test_preflights_are_answered_before_the_router(place: Any) -> None:
    answered = asgi(place(), "OPTIONS", [*FROM_APP, (b"access-control-request-method", b"PUT")], path="/items/1")
    assert (answered.status, answered.headers) == (
        204,
        [
            *FIELDS[:2],
            (b"access-control-allow-methods", b"PUT"),
            (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        ],
    )


@PLACES
def test_what_a_route_sets_itself_is_replaced(place: Any, caplog: pytest.LogCaptureFixture) -> None:
    answered = asgi(place(), headers=FROM_APP, path="/own")
    assert answered.headers == [*json_field(2), (b"vary", b"Accept, Origin"), *FIELDS[:2]]
    assert [record.getMessage().split(" set ")[0] for record in caplog.records] == ["fastapi_app.<locals>.own"]


def test_outside_the_framework_its_unhandled_500_carries_the_fields() -> None:
    answered = asgi(outside(), headers=FROM_APP, path="/bug")
    assert isinstance(answered.error, RuntimeError)
    assert answered.status == 500
    assert answered.headers[-3:] == FIELDS


def test_inside_the_framework_its_unhandled_500_is_its_own(caplog: pytest.LogCaptureFixture) -> None:
    answered = asgi(inside(), headers=FROM_APP, path="/bug")
    assert isinstance(answered.error, RuntimeError)
    assert (answered.status, answered.body) == (500, b"Internal Server Error")
    assert not [name for name, _ in answered.headers if name.startswith(b"access-control-")]
    assert "Put it outside" in caplog.records[0].getMessage()


def lifespan(app: Any) -> list[str]:
    sent: list[str] = []
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Any:
        return {"type": next(events)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))
    return sent


def test_the_place_is_told_at_start_up(caplog: pytest.LogCaptureFixture) -> None:
    complete = ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert lifespan(outside()) == complete
    assert not caplog.records
    assert lifespan(inside()) == complete
    (record,) = caplog.records
    assert record.getMessage().startswith("CORSMiddleware runs inside FastAPI")


def starlette_app() -> Starlette:
    async def text(request: Request) -> Response:
        return PlainTextResponse("x" * 2000)

    async def stream(request: Request) -> Response:
        async def chunks() -> Any:
            yield b"1"
            yield b"2"

        return StreamingResponse(chunks(), media_type="text/event-stream")

    async def moved(request: Request) -> Response:
        return RedirectResponse("/text")

    routes = [Route("/text", text), Route("/stream", stream), Route("/moved", moved)]
    return Starlette(routes=[Mount("/v1", routes=routes), *routes], middleware=[Middleware(GZipMiddleware)])


def answer(path: str) -> Answered:
    return asgi(CORSMiddleware(starlette_app(), POLICY), headers=FROM_APP, path=path)


def test_the_vary_of_a_compressing_middleware_is_merged() -> None:
    answered = answer("/text")
    assert (b"vary", b"Accept-Encoding, Origin") in answered.headers
    assert [name for name, _ in answered.headers].count(b"vary") == 1


def test_streams_redirects_and_mounts_carry_the_fields() -> None:
    for path, status in [("/stream", 200), ("/moved", 307), ("/v1/stream", 200), ("/v1/", 404)]:
        answered = answer(path)
        assert answered.status == status
        assert answered.headers.count((b"access-control-allow-origin", APP)) == 1


def test_a_mounted_app_may_have_a_policy_of_its_own() -> None:
    inner = CORSMiddleware(fastapi_app(), allow_origins="*")
    app = Starlette(routes=[Mount("/public", app=inner)])
    answered = asgi(app, headers=FROM_APP, path="/public/items/1")
    assert answered.headers == [*json_field(12), (b"access-control-allow-origin", b"*")]


def test_an_outer_policy_owns_the_response_of_an_inner_one() -> None:
    app = CORSMiddleware(CORSMiddleware(fastapi_app(), allow_origins="*"), POLICY)
    assert asgi(app, headers=FROM_APP, path="/items/1").headers == [*json_field(12), *FIELDS]


def test_websockets_of_fastapi_are_guarded() -> None:
    app = FastAPI()

    @app.websocket("/ws")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    async def run(origin: bytes) -> list[str]:
        sent: list[str] = []

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message["type"])

        scope = {**http_scope(headers=[(b"origin", origin)], path="/ws"), "type": "websocket", "scheme": "ws"}
        await CORSMiddleware(app, POLICY, guard_websockets=True)(scope, receive, send)
        return sent

    assert asyncio.run(run(APP)) == ["websocket.accept", "websocket.close"]
    assert asyncio.run(run(b"https://evil.example.net")) == ["websocket.close"]
