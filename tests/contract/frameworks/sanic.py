"""The contract's app in Sanic."""

from typing import Any

from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import empty, redirect, text
from sanic.views import HTTPMethodView

from crossorigin.middleware.sanic import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

FRAMEWORK = Framework(servers=("sanic",), item_methods="DELETE,GET,PUT", has_websockets=True)

app: "Sanic[Any, Any]" = Sanic("contract", configure_logging=False)


@app.route("/", methods=["GET", "HEAD"])
async def home(request: Request) -> HTTPResponse:
    return text("ok")


@app.get("/items/<item>")
async def read_item(request: Request, item: str) -> HTTPResponse:
    return text(f"item {item}")


@app.put("/items/<item>")
async def write_item(request: Request, item: str) -> HTTPResponse:
    return text(f"put {item}")


@app.delete("/items/<item>")
async def delete_item(request: Request, item: str) -> HTTPResponse:
    return empty()


@app.get("/public")
@cors(PUBLIC)
async def public(request: Request) -> HTTPResponse:
    return text("public")


@cors(REFUSING)
class Refusing(HTTPMethodView):
    async def get(self, request: Request) -> HTTPResponse:
        return text("refusing")

    async def post(self, request: Request) -> HTTPResponse:
        return text("refusing")


app.add_route(Refusing.as_view(), "/refusing")


@app.get("/bare")
@cors(None)
async def bare(request: Request) -> HTTPResponse:
    return text("bare", headers={"Access-Control-Allow-Origin": "https://own.example"})


@app.get("/own")
async def own(request: Request) -> HTTPResponse:
    return text("own", headers={"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "x-secret"})


@app.get("/vary")
async def vary(request: Request) -> HTTPResponse:
    return text("vary", headers={"Vary": "Accept"})


@app.get("/stream")
async def stream(request: Request) -> None:
    response = await request.respond(content_type="text/plain")
    for part in ("one", "two", "three"):
        await response.send(part)
    await response.eof()


@app.get("/events")
async def events(request: Request) -> None:
    response = await request.respond(content_type="text/event-stream")
    for number in (1, 2):
        await response.send(f"data: {number}\n\n")
    await response.eof()


@app.get("/moved")
async def moved(request: Request) -> HTTPResponse:
    return redirect("/", status=307)


@app.get("/boom")
async def boom(request: Request) -> HTTPResponse:
    raise RuntimeError("an error of the app, on purpose")


@app.options("/options")
async def own_options(request: Request) -> HTTPResponse:
    return text("own options")


@app.get("/options")
async def options(request: Request) -> HTTPResponse:
    return text("options")


@app.get("/subway")
async def subway(request: Request) -> HTTPResponse:
    return text("subway")


@app.get("/café", unquote=True)
async def cafe(request: Request) -> HTTPResponse:
    return text("café")


@app.websocket("/ws")
async def ws(request: Request, socket: Any) -> None:
    await socket.close()


sub = Blueprint("sub", url_prefix="/sub")


@sub.get("/x")
async def sub_x(request: Request) -> HTTPResponse:
    return text("sub")


@sub.get("/public")
@cors(PUBLIC)
async def sub_public(request: Request) -> HTTPResponse:
    return text("sub public")


app.blueprint(cors(SUB)(sub))
CORS(app, LISTED, guard_websockets=True)
