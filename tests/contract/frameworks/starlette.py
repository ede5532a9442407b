"""The contract's app in Starlette."""

from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from crossorigin.middleware.starlette import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

FRAMEWORK = Framework(
    servers=("uvicorn", "hypercorn", "granian-asgi"), item_methods="DELETE,GET,HEAD,PUT", has_websockets=True
)


def home(request: Request) -> Response:
    return PlainTextResponse("ok")


class Item(HTTPEndpoint):
    async def get(self, request: Request) -> Response:
        return PlainTextResponse(f"item {request.path_params['item']}")

    async def put(self, request: Request) -> Response:
        return PlainTextResponse(f"put {request.path_params['item']}")

    async def delete(self, request: Request) -> Response:
        return Response(status_code=204)


@cors(PUBLIC)
def public(request: Request) -> Response:
    return PlainTextResponse("public")


@cors(REFUSING)
def refusing(request: Request) -> Response:
    return PlainTextResponse("refusing")


@cors(None)
def bare(request: Request) -> Response:
    return PlainTextResponse("bare", headers={"Access-Control-Allow-Origin": "https://own.example"})


def own(request: Request) -> Response:
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "x-secret"}
    return PlainTextResponse("own", headers=headers)


def vary(request: Request) -> Response:
    return PlainTextResponse("vary", headers={"Vary": "Accept"})


def stream(request: Request) -> Response:
    return StreamingResponse(iter(["one", "two", "three"]), media_type="text/plain")


def events(request: Request) -> Response:
    async def sent() -> AsyncIterator[str]:
        yield "data: 1\n\n"
        yield "data: 2\n\n"

    return StreamingResponse(sent(), media_type="text/event-stream")


def moved(request: Request) -> Response:
    return RedirectResponse("/", 307)


def boom(request: Request) -> Response:
    raise RuntimeError("an error of the app, on purpose")


def options(request: Request) -> Response:
    return PlainTextResponse("own options" if request.method == "OPTIONS" else "options")


def sub(request: Request) -> Response:
    return PlainTextResponse("sub")


@cors(PUBLIC)
def sub_public(request: Request) -> Response:
    return PlainTextResponse("sub public")


def subway(request: Request) -> Response:
    return PlainTextResponse("subway")


def cafe(request: Request) -> Response:
    return PlainTextResponse("café")


async def ws(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


app = Starlette(
    routes=[
        Route("/", home),
        Route("/items/{item}", Item),
        Route("/public", public),
        Route("/refusing", refusing, methods=["GET", "POST"]),
        Route("/bare", bare),
        Route("/own", own),
        Route("/vary", vary),
        Route("/stream", stream),
        Route("/events", events),
        Route("/moved", moved),
        Route("/boom", boom),
        Route("/options", options, methods=["GET", "OPTIONS"]),
        cors(SUB)(Mount("/sub", routes=[Route("/x", sub), Route("/public", sub_public)])),
        Route("/subway", subway),
        Route("/café", cafe),
        WebSocketRoute("/ws", ws),
    ]
)
CORS(app, LISTED, guard_websockets=True)
