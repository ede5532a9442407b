"""The contract's app in Litestar."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Controller, Litestar, MediaType, Response, Router, delete, get, put, route
from litestar import websocket as websocket_handler
from litestar.connection import WebSocket
from litestar.params import FromPath
from litestar.response import Redirect, ServerSentEvent, Stream

from crossorigin.middleware.litestar import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

FRAMEWORK = Framework(
    servers=("uvicorn", "hypercorn", "granian-asgi"), item_methods="PUT", head=405, has_websockets=True
)
TEXT = MediaType.TEXT


@get("/", media_type=TEXT, sync_to_thread=False)
def home() -> str:
    return "ok"


@get("/items/{item:int}", media_type=TEXT, sync_to_thread=False)
def read_item(item: FromPath[int]) -> str:
    return f"item {item}"


@put("/items/{item:int}", media_type=TEXT, sync_to_thread=False)
def write_item(item: FromPath[int]) -> str:
    return f"put {item}"


@delete("/items/{item:int}", sync_to_thread=False)
def delete_item(item: FromPath[int]) -> None:
    return None


@cors(PUBLIC)
@get("/public", media_type=TEXT, sync_to_thread=False)
def public() -> str:
    return "public"


@route("/refusing", http_method=["GET", "POST"], media_type=TEXT, sync_to_thread=False, status_code=200)
@cors(REFUSING)
def refusing() -> str:
    return "refusing"


@get("/bare", media_type=TEXT, sync_to_thread=False, opt={"crossorigin": None})
def bare() -> Response[str]:
    return Response("bare", headers={"Access-Control-Allow-Origin": "https://own.example"})


@get("/own", media_type=TEXT, sync_to_thread=False)
def own() -> Response[str]:
    fields = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "x-secret"}
    return Response("own", headers=fields)


@get("/vary", media_type=TEXT, sync_to_thread=False)
def vary() -> Response[str]:
    return Response("vary", headers={"Vary": "Accept"})


@get("/stream", sync_to_thread=False)
def stream() -> Stream:
    async def parts() -> AsyncIterator[str]:
        for part in ("one", "two", "three"):
            yield part

    return Stream(parts(), media_type=TEXT)


@get("/events", sync_to_thread=False)
def events() -> ServerSentEvent:
    return ServerSentEvent(iter(["1", "2"]), event_type=None)


@get("/moved", sync_to_thread=False)
def moved() -> Redirect:
    return Redirect("/", status_code=307)


@get("/boom", sync_to_thread=False)
def boom() -> None:
    raise RuntimeError("an error of the app, on purpose")


@route("/options", http_method=["OPTIONS"], media_type=TEXT, sync_to_thread=False)
def own_options() -> str:
    return "own options"


@get("/options", media_type=TEXT, sync_to_thread=False)
def options() -> str:
    return "options"


class Sub(Controller):
    path = "/"

    @get("/x", media_type=TEXT, sync_to_thread=False)
    def x(self) -> str:
        return "sub"

    @cors(PUBLIC)
    @get("/public", media_type=TEXT, sync_to_thread=False)
    def public(self) -> str:
        return "sub public"


@get("/subway", media_type=TEXT, sync_to_thread=False)
def subway() -> str:
    return "subway"


@get("/café", media_type=TEXT, sync_to_thread=False)
def cafe() -> str:
    return "café"


@websocket_handler("/ws")
async def ws(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    await socket.close()


app = Litestar(
    [
        home, read_item, write_item, delete_item, public, refusing, bare, own, vary, stream, events, moved, boom,
        own_options, options, cors(SUB)(Router("/sub", route_handlers=[Sub])), subway, cafe, ws,
    ],
    openapi_config=None,
    logging_config=None,
)  # fmt: skip
CORS(app, LISTED, guard_websockets=True)
