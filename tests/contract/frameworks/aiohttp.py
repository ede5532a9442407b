"""The contract's app in aiohttp."""

from aiohttp import web

from crossorigin.middleware.aiohttp import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

FRAMEWORK = Framework(servers=("aiohttp",), item_methods="DELETE,GET,HEAD,PUT", has_websockets=True)

routes = web.RouteTableDef()


@routes.get("/")
async def home(request: web.Request) -> web.Response:
    return web.Response(text="ok")


@routes.get("/items/{item}")
async def read_item(request: web.Request) -> web.Response:
    return web.Response(text=f"item {request.match_info['item']}")


@routes.put("/items/{item}")
async def write_item(request: web.Request) -> web.Response:
    return web.Response(text=f"put {request.match_info['item']}")


@routes.delete("/items/{item}")
async def delete_item(request: web.Request) -> web.Response:
    return web.Response(status=204)


@routes.get("/public")
@cors(PUBLIC)
async def public(request: web.Request) -> web.Response:
    return web.Response(text="public")


@routes.view("/refusing")
@cors(REFUSING)
class Refusing(web.View):
    async def get(self) -> web.Response:
        return web.Response(text="refusing")

    async def post(self) -> web.Response:
        return web.Response(text="refusing")


@routes.get("/bare")
@cors(None)
async def bare(request: web.Request) -> web.Response:
    return web.Response(text="bare", headers={"Access-Control-Allow-Origin": "https://own.example"})


@routes.get("/own")
async def own(request: web.Request) -> web.Response:
    fields = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "x-secret"}
    return web.Response(text="own", headers=fields)


@routes.get("/vary")
async def vary(request: web.Request) -> web.Response:
    return web.Response(text="vary", headers={"Vary": "Accept"})


@routes.get("/stream")
async def stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    await response.prepare(request)
    for part in (b"one", b"two", b"three"):
        await response.write(part)
    return response


@routes.get("/events")
async def events(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for number in (b"1", b"2"):
        await response.write(b"data: %b\n\n" % number)
    return response


@routes.get("/moved")
async def moved(request: web.Request) -> web.Response:
    raise web.HTTPTemporaryRedirect("/")


@routes.get("/boom")
async def boom(request: web.Request) -> web.Response:
    raise RuntimeError("an error of the app, on purpose")


@routes.options("/options")
async def own_options(request: web.Request) -> web.Response:
    return web.Response(text="own options")


@routes.get("/options")
async def options(request: web.Request) -> web.Response:
    return web.Response(text="options")


@routes.get("/subway")
async def subway(request: web.Request) -> web.Response:
    return web.Response(text="subway")


@routes.get("/café")
async def cafe(request: web.Request) -> web.Response:
    return web.Response(text="café")


@routes.get("/ws")
async def ws(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.close()
    return socket


async def sub_x(request: web.Request) -> web.Response:
    return web.Response(text="sub")


@cors(PUBLIC)
async def sub_public(request: web.Request) -> web.Response:
    return web.Response(text="sub public")


sub = web.Application()
sub.add_routes([web.get("/x", sub_x), web.get("/public", sub_public)])
CORS(sub, SUB)

app = web.Application()
CORS(app, LISTED, guard_websockets=True)
app.add_routes(routes)
app.add_subapp("/sub", sub)
