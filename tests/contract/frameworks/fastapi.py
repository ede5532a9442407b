"""The contract's app in FastAPI."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, FastAPI, Response, WebSocket
from fastapi.responses import PlainTextResponse, RedirectResponse, StreamingResponse

from crossorigin.middleware.starlette import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

FRAMEWORK = Framework(
    servers=("uvicorn", "hypercorn", "granian-asgi"), item_methods="PUT", head=405, has_websockets=True
)

app = FastAPI(default_response_class=PlainTextResponse)
CORS(app, LISTED, guard_websockets=True)


@app.get("/")
def home() -> str:
    return "ok"


@app.get("/items/{item}")
def read(item: str) -> str:
    return f"item {item}"


@app.put("/items/{item}")
def write(item: str) -> str:
    return f"put {item}"


@app.delete("/items/{item}", status_code=204)
def delete(item: str) -> None:
    return None


@app.get("/public")
@cors(PUBLIC)
def public() -> str:
    return "public"


@cors(REFUSING)
@app.api_route("/refusing", methods=["GET", "POST"])
def refusing() -> str:
    return "refusing"


@app.get("/bare")
@cors(None)
def bare(response: Response) -> str:
    response.headers["Access-Control-Allow-Origin"] = "https://own.example"
    return "bare"


@app.get("/own")
def own(response: Response) -> str:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "x-secret"
    return "own"


@app.get("/vary")
def vary(response: Response) -> str:
    response.headers["Vary"] = "Accept"
    return "vary"


@app.get("/stream")
def stream() -> StreamingResponse:
    return StreamingResponse(iter(["one", "two", "three"]), media_type="text/plain")


@app.get("/events")
def events() -> StreamingResponse:
    async def sent() -> AsyncIterator[str]:
        yield "data: 1\n\n"
        yield "data: 2\n\n"

    return StreamingResponse(sent(), media_type="text/event-stream")


@app.get("/moved")
def moved() -> RedirectResponse:
    return RedirectResponse("/", 307)


@app.get("/boom")
def boom() -> None:
    raise RuntimeError("an error of the app, on purpose")


@app.options("/options")
def own_options() -> str:
    return "own options"


@app.get("/options")
def options() -> str:
    return "options"


router = APIRouter(prefix="/sub", default_response_class=PlainTextResponse)
cors(SUB)(router)


@router.get("/x")
def sub() -> str:
    return "sub"


@router.get("/public")
@cors(PUBLIC)
def sub_public() -> str:
    return "sub public"


app.include_router(router)


@app.get("/subway")
def subway() -> str:
    return "subway"


@app.get("/café")
def cafe() -> str:
    return "café"


@app.websocket("/ws")
async def ws(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()
