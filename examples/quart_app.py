"""A Quart app with an API, and a WebSocket for its own page alone. Run it: hypercorn examples.quart_app:app"""

from quart import Quart, websocket

from crossorigin.middleware.quart import CORS, cors

app = Quart(__name__)
extension = CORS(
    app,
    allow_origins=["https://app.example.com"],
    allow_methods="route",
    allow_headers=["content-type"],
    guard_websockets=True,
)


@app.put("/items/<int:item>")
async def write(item: int) -> dict[str, int]:
    return {"written": item}


@app.get("/rates")
@cors(allow_origins="*")
async def rates() -> dict[str, float]:
    return {"EUR": 1.0, "USD": 1.1}


@app.websocket("/prices")
async def prices() -> None:
    await websocket.send("1.0")
