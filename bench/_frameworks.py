"""Peers that live inside a framework: Litestar, Falcon, Flask, aiohttp. Each over its own bare framework."""

from collections.abc import Callable, Sequence
from typing import Any

import aiohttp_cors
import falcon
import falcon.asgi
import flask_cors
from aiohttp import web
from flask import Flask, Response
from litestar import Litestar, get, put
from litestar.config.cors import CORSConfig

from bench._contender import Bare, Contender
from bench._drive import ASGI, WSGI
from bench._drive_loop import AioHTTP
from bench._plain import BARE as PLAIN
from bench._requests import HEADERS, MAX_AGE, METHODS, Declaration

PATH = "/items/1"


@get(PATH)
async def _litestar_get() -> dict[str, str]:
    return {}


@put(PATH)
async def _litestar_put() -> None:
    return None


def _litestar(declaration: Declaration | None = None) -> Any:
    config = None
    if declaration is not None:
        listed = {"any": ["*"], "exact": declaration.origins, "wildcards": declaration.wildcards}
        config = CORSConfig(
            allow_origins=listed[declaration.kind],
            allow_methods=[*METHODS],
            allow_headers=[*HEADERS],
            allow_credentials=declaration.credentials,
            max_age=MAX_AGE,
        )
    return Litestar([_litestar_get, _litestar_put], cors_config=config)


class _FalconItem:
    async def on_get(self, req: Any, resp: Any) -> None:
        resp.media = {}

    on_put = on_get


def _falcon(declaration: Declaration | None = None) -> Any:
    middleware = []
    if declaration is not None:
        origins: str | Sequence[str] = "*" if declaration.kind == "any" else declaration.origins
        credentials = "*" if declaration.credentials else None
        middleware = [falcon.CORSMiddleware(allow_origins=origins, allow_credentials=credentials)]
    app = falcon.asgi.App(middleware=middleware)
    app.add_route(PATH, _FalconItem())
    return app


def _flask(declaration: Declaration | None = None) -> Any:
    app = Flask("bench")

    @app.route(PATH, methods=["GET", "PUT"])
    def item() -> Response:
        return Response("{}", content_type="application/json")

    if declaration is not None:
        listed: dict[str, Any] = {"any": "*", "exact": declaration.origins, "wildcards": declaration.regexes}
        flask_cors.CORS(
            app,
            origins=listed[declaration.kind],
            methods=[*METHODS],
            allow_headers=[*HEADERS],
            supports_credentials=declaration.credentials,
            max_age=MAX_AGE,
        )
    return app


class _AioHTTPServer:
    """Starts the app's server once, in the loop that runs by then."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None)

    async def __call__(self) -> Callable[[], Any]:
        if self._runner.server is None:
            await self._runner.setup()
        assert self._runner.server is not None
        return self._runner.server


async def _aiohttp_item(request: web.Request) -> web.Response:
    return web.Response(body=b"{}", content_type="application/json")


def _aiohttp(declaration: Declaration | None = None) -> Any:
    app = web.Application()
    if declaration is None:
        app.router.add_get(PATH, _aiohttp_item)
        app.router.add_put(PATH, _aiohttp_item)
        return _AioHTTPServer(app)
    options = aiohttp_cors.ResourceOptions(
        allow_credentials=declaration.credentials, allow_headers=HEADERS, max_age=MAX_AGE
    )
    origins = ["*"] if declaration.kind == "any" else declaration.origins
    cors = aiohttp_cors.setup(app, defaults=dict.fromkeys(origins, options))
    resource = cors.add(app.router.add_resource(PATH))
    cors.add(resource.add_route("GET", _aiohttp_item))
    cors.add(resource.add_route("PUT", _aiohttp_item))
    return _AioHTTPServer(app)


def _aiohttp_nothing() -> Any:
    async def handler(request: Any) -> web.Response:
        return web.Response()

    async def start() -> Callable[[], Any]:
        return web.Server(handler, access_log=None)

    return start


BARE = {
    "Litestar": Bare(ASGI(), _litestar, PLAIN["plain ASGI"].nothing),
    "Falcon": Bare(ASGI(), _falcon, PLAIN["plain ASGI"].nothing),
    "aiohttp": Bare(AioHTTP(), _aiohttp, _aiohttp_nothing),
    "Flask": Bare(WSGI(), _flask, PLAIN["plain WSGI"].nothing),
}

_NO_WILDCARDS = {"wildcards": "has none"}

CONTENDERS = (
    Contender("litestar", "litestar", "Litestar", _litestar),
    Contender(
        "falcon",
        "falcon",
        "Falcon",
        _falcon,
        _NO_WILDCARDS,
        note="falcon and aiohttp-cors never send Vary. falcon's sets fields on a response that Falcon has in hand, and "
        "so may add less than the floor, which has to wrap `send`.",
    ),
    Contender("aiohttp-cors", "aiohttp-cors", "aiohttp", _aiohttp, _NO_WILDCARDS),
    Contender(
        "flask-cors",
        "flask-cors",
        "Flask",
        _flask,
        note="flask-cors, as it is set up by default, answers a request without Origin with a field for every origin.",
    ),
)
