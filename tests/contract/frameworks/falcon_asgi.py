"""The contract's app in Falcon, ASGI."""

from collections.abc import AsyncIterator
from typing import Any

import falcon
import falcon.asgi

from crossorigin.middleware.falcon import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

FRAMEWORK = Framework(
    servers=("uvicorn", "hypercorn", "granian-asgi"), item_methods="DELETE,GET,PUT", head=405, has_websockets=True
)


class Text:
    """A resource that answers one word, with fields of its own."""

    def __init__(self, text: str, **fields: str) -> None:
        self.text = text
        self.fields = {name.replace("_", "-"): value for name, value in fields.items()}

    async def on_get(self, req: Any, resp: Any) -> None:
        resp.text = self.text
        resp.set_headers(self.fields)


class Item:
    async def on_get(self, req: Any, resp: Any, item: str) -> None:
        resp.text = f"item {item}"

    async def on_put(self, req: Any, resp: Any, item: str) -> None:
        resp.text = f"put {item}"

    async def on_delete(self, req: Any, resp: Any, item: str) -> None:
        resp.status = 204


@cors(REFUSING)
class Refusing(Text):
    async def on_post(self, req: Any, resp: Any) -> None:
        resp.text = self.text


class Stream:
    def __init__(self, media_type: str, *parts: bytes) -> None:
        self.media_type, self.parts = media_type, parts

    async def on_get(self, req: Any, resp: Any) -> None:
        resp.content_type = self.media_type
        resp.stream = self.each_part()

    async def each_part(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part


class Events:
    async def on_get(self, req: Any, resp: Any) -> None:
        async def each_event() -> AsyncIterator[falcon.asgi.SSEvent]:
            yield falcon.asgi.SSEvent(data=b"1")
            yield falcon.asgi.SSEvent(data=b"2")

        resp.sse = each_event()


class Socket:
    async def on_websocket(self, req: Any, ws: Any) -> None:
        await ws.accept()
        await ws.close()


class Moved:
    async def on_get(self, req: Any, resp: Any) -> None:
        raise falcon.HTTPTemporaryRedirect("/")


class Boom:
    async def on_get(self, req: Any, resp: Any) -> None:
        raise RuntimeError("a bug, on purpose")


class Options(Text):
    async def on_options(self, req: Any, resp: Any) -> None:
        resp.text = "own options"


@cors(SUB)
class Sub:
    """Falcon has no sub-apps: what belongs together is a resource, with a suffix for each route."""

    async def on_get_x(self, req: Any, resp: Any) -> None:
        resp.text = "sub"

    @cors(PUBLIC)
    async def on_get_public(self, req: Any, resp: Any) -> None:
        resp.text = "sub public"


def plain_error(req: Any, resp: Any, error: falcon.HTTPError) -> None:
    """Without the `Vary: Accept` of Falcon's own serializer: the table has one list for all frameworks."""
    resp.text = error.title


falcons = falcon.asgi.App(media_type=falcon.MEDIA_TEXT)
falcons.set_error_serializer(plain_error)
app = CORS(falcons, LISTED, guard_websockets=True)
app.add_route("/", Text("ok"))
app.add_route("/items/{item}", Item())
app.add_route("/public", cors(PUBLIC)(Text("public")))
app.add_route("/refusing", Refusing("refusing"))
app.add_route("/bare", cors(None)(Text("bare", Access_Control_Allow_Origin="https://own.example")))
app.add_route("/own", Text("own", Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="x-secret"))
app.add_route("/vary", Text("vary", Vary="Accept"))
app.add_route("/stream", Stream("text/plain", b"one", b"two", b"three"))
app.add_route("/events", Events())
app.add_route("/moved", Moved())
app.add_route("/boom", Boom())
app.add_route("/options", Options("options"))
app.add_route("/sub/x", sub := Sub(), suffix="x")
app.add_route("/sub/public", sub, suffix="public")
app.add_route("/subway", Text("subway"))
app.add_route("/café", Text("café"))
app.add_route("/ws", Socket())
