"""`python -m tests.contract.serve SERVER MODULE:APP FD`: one app on a real server, on a socket of the caller.

A process of its own for each: settings, signal handlers and event loops of frameworks do not mix.
"""

import importlib
import socket
import sys
from collections.abc import Callable
from typing import Any


def uvicorn(app: Any, listening: socket.socket) -> None:
    import uvicorn

    uvicorn.Server(uvicorn.Config(app, log_level="critical")).run(sockets=[listening])


def hypercorn(app: Any, listening: socket.socket) -> None:
    import asyncio

    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.loglevel = "CRITICAL"
    asyncio.run(serve(app, config))


def waitress(app: Any, listening: socket.socket) -> None:
    import waitress

    waitress.create_server(app, sockets=[listening], threads=2).run()


def gunicorn(app: Any, listening: socket.socket) -> None:
    from gunicorn.app.base import BaseApplication

    class Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            self.cfg.set("bind", f"fd://{listening.fileno()}")
            self.cfg.set("loglevel", "critical")

        def load(self) -> Any:
            return app

    Application().run()


def aiohttp(app: Any, listening: socket.socket) -> None:
    from aiohttp import web

    web.run_app(app, sock=listening, print=None, access_log=None)


def tornado(app: Any, listening: socket.socket) -> None:
    import asyncio

    from tornado.httpserver import HTTPServer

    async def serve() -> None:
        listening.setblocking(False)
        HTTPServer(app).add_sockets([listening])
        await asyncio.Event().wait()

    asyncio.run(serve())


def sanic(app: Any, listening: socket.socket) -> None:
    app.run(sock=listening, single_process=True, motd=False, access_log=False)


def granian(interface: str) -> Callable[[Any, socket.socket], None]:
    """Granian opens its socket itself, and tells nobody when it listens; here it takes one as it does on macOS."""

    def serve(app: Any, listening: socket.socket) -> None:
        from granian.net import SocketHolder
        from granian.server import Server

        def take() -> None:
            server._ssp, server._sso, server._sfd = None, None, listening.fileno()
            server._shd = SocketHolder(listening.fileno(), False, 64)

        server = Server(sys.argv[2], interface=interface, log_enabled=False)
        server._init_shared_socket = take
        server.serve()

    return serve


SERVERS: dict[str, Callable[[Any, socket.socket], None]] = {
    "uvicorn": uvicorn,
    "hypercorn": hypercorn,
    "waitress": waitress,
    "gunicorn": gunicorn,
    "aiohttp": aiohttp,
    "tornado": tornado,
    "sanic": sanic,
    "granian-asgi": granian("asgi"),
    "granian-wsgi": granian("wsgi"),
}


def main() -> None:
    server, target, descriptor = sys.argv[1:]
    module, _, attribute = target.partition(":")
    app = getattr(importlib.import_module(module), attribute)
    SERVERS[server](app, socket.socket(fileno=int(descriptor)))


if __name__ == "__main__":
    main()
