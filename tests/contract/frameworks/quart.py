"""The contract's app in Quart."""

from collections.abc import AsyncIterator

from quart import Blueprint, Quart, Response, redirect, request, websocket

from crossorigin.middleware.quart import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

app = Quart(__name__, static_folder=None)


def text(body: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, mimetype="text/plain", headers=named)


@app.get("/")
async def root() -> Response:
    return text("ok")


@app.get("/items/<item>")
async def read(item: str) -> Response:
    return text(f"item {item}")


@app.put("/items/<item>")
async def write(item: str) -> Response:
    return text(f"put {item}")


@app.delete("/items/<item>")
async def delete(item: str) -> Response:
    return Response(status=204)


@app.get("/public")
@cors(PUBLIC)
async def public() -> Response:
    return text("public")


@cors(REFUSING)
@app.route("/refusing", methods=["GET", "POST"])
async def refusing() -> Response:
    return text("refusing")


@app.get("/bare")
@cors(None)
async def bare() -> Response:
    return text("bare", Access_Control_Allow_Origin="https://own.example")


@app.get("/own")
async def own() -> Response:
    return text("own", Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="x-secret")


@app.get("/vary")
async def vary() -> Response:
    return text("vary", Vary="Accept")


@app.get("/stream")
async def stream() -> Response:
    async def each() -> AsyncIterator[str]:
        for part in ("one", "two", "three"):
            yield part

    return Response(each(), mimetype="text/plain")


@app.get("/events")
async def events() -> Response:
    async def each() -> AsyncIterator[str]:
        yield "data: 1\n\n"
        yield "data: 2\n\n"

    return Response(each(), mimetype="text/event-stream")


@app.get("/moved")
async def moved() -> object:
    return redirect("/", 307)


@app.get("/boom")
async def boom() -> Response:
    raise RuntimeError("an error of the app, on purpose")


@app.route("/options", methods=["GET", "OPTIONS"])
async def options() -> Response:
    return text("own options" if request.method == "OPTIONS" else "options")


@app.get("/subway")
async def subway() -> Response:
    return text("subway")


@app.get("/café")
async def café() -> Response:
    return text("café")


@app.websocket("/ws")
async def ws() -> None:
    await websocket.accept()
    await websocket.close(1000)


sub = cors(SUB)(Blueprint("sub", __name__, url_prefix="/sub"))


@sub.get("/x")
async def sub_x() -> Response:
    return text("sub")


@sub.get("/public")
@cors(PUBLIC)
async def sub_public() -> Response:
    return text("sub public")


app.register_blueprint(sub)
CORS(app, LISTED, guard_websockets=True)

FRAMEWORK = Framework(servers=("hypercorn", "uvicorn"), item_methods="PUT", has_websockets=True)
