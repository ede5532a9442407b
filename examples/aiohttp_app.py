"""An aiohttp app with a public route and a private sub-application. Run it: python examples/aiohttp_app.py"""

from aiohttp import web

from crossorigin import Policy
from crossorigin.middleware.aiohttp import CORS, cors

routes = web.RouteTableDef()


@routes.get("/rates")
@cors(allow_origins="*")
async def rates(request: web.Request) -> web.Response:
    return web.json_response({"EUR": 1.0, "USD": 1.1})


@routes.get("/items/{item}")
async def read_item(request: web.Request) -> web.Response:
    return web.json_response({"item": request.match_info["item"]})


@routes.put("/items/{item}")
async def write_item(request: web.Request) -> web.Response:
    return web.json_response({"item": request.match_info["item"], "values": await request.json()})


async def users(request: web.Request) -> web.Response:
    return web.json_response(["ada", "grace"])


def make_app() -> web.Application:
    admin = web.Application()
    admin.router.add_get("/users", users)
    CORS(admin, Policy(allow_origins=["https://admin.example.com"], allow_credentials=True))

    app = web.Application()
    app.add_routes(routes)
    app.add_subapp("/admin", admin)
    CORS(
        app,
        Policy(
            allow_origins=["https://app.example.com", "https://*.preview.example.com"],
            allow_methods="route",
            allow_headers=["content-type"],
        ),
    )
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="127.0.0.1", port=8080)
