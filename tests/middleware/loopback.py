"""One request to a server on loopback, in the test's own event loop: the whole answer, and the policies behind it."""

import asyncio
import http.client
import io
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from crossorigin import Policy
from tests.middleware.drive import Answered, Headers

APP, SUB, EVIL = b"https://app.example.com", b"https://sub.example.com", b"https://evil.example.net"
FROM_APP, FROM_EVIL = [(b"origin", APP)], [(b"origin", EVIL)]
LISTED = Policy(allow_origins=[APP.decode(), "https://*.apps.example.com"], allow_methods="route")
PUBLIC = Policy(allow_origins="*")
OF_SUB = Policy(allow_origins=[SUB.decode()], allow_methods=["PUT"])
VARY = (b"vary", b"Origin")
VARY_OPTIONS = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
ALLOWED = [(b"access-control-allow-origin", APP), VARY]
ANYONE = [(b"access-control-allow-origin", b"*")]
SUBS = [(b"access-control-allow-origin", SUB)]
REFUSED = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", b"19"),
    (b"cache-control", b"no-store"),
    VARY,
]

OF_THE_SERVER = {b"date", b"server", b"connection", b"keep-alive", b"transfer-encoding", b"alt-svc"}

HANDSHAKE: Headers = [
    (b"upgrade", b"websocket"),
    (b"connection", b"Upgrade"),
    (b"sec-websocket-version", b"13"),
    (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
]


class _Recorded:
    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def makefile(self, mode: str) -> io.BytesIO:
        return self._file


async def ask(
    port: int, method: str, path: str, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
) -> Answered:
    """The answer without the fields that the server adds of its own; the body decoded of its chunks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [b"%b: %b\r\n" % field for field in headers]
    if not any(name == b"connection" for name, _ in headers):
        lines.append(b"connection: close\r\n")
    if body:
        lines.append(b"content-length: %d\r\n" % len(body))
    writer.write(
        b"%b %b HTTP/1.1\r\nhost: api.example\r\n%b\r\n%b" % (method.encode(), path.encode(), b"".join(lines), body)
    )
    try:
        async with asyncio.timeout(10):
            data = await reader.readuntil(b"\r\n\r\n")
            if not data.startswith(b"HTTP/1.1 101") and b"connection: upgrade" not in b"".join(lines).lower():
                data += await reader.read()
    finally:
        writer.close()
    response = http.client.HTTPResponse(_Recorded(data), method=method)  # type: ignore[arg-type]  # of a socket, it reads a file
    response.begin()
    answered = Answered(status=response.status)
    answered.headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.getheaders()
        if name.lower().encode("latin-1") not in OF_THE_SERVER
    ]
    answered.body = b"" if b"connection: upgrade" in b"".join(lines).lower() else response.read()
    return answered


def cors_fields(answered: Answered) -> Headers:
    return [(name, value) for name, value in answered.headers if name.startswith(b"access-control-") or name == b"vary"]


@asynccontextmanager
async def aiohttp_server(app: Any) -> AsyncIterator[int]:
    from aiohttp import web

    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def tornado_server(app: Any) -> AsyncIterator[int]:
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets

    server = HTTPServer(app)
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    try:
        yield sockets[0].getsockname()[1]
    finally:
        server.stop()
        await server.close_all_connections()


@asynccontextmanager
async def sanic_server(app: Any) -> AsyncIterator[int]:
    import socket

    app.config.TOUCHUP = False  # it rewrites Sanic's classes for the whole process; the contract's app has it
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=bound, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.start_serving()
    try:
        yield bound.getsockname()[1]
    finally:
        await server.before_stop()
        server.close()
        await server.wait_closed()
        await server.after_stop()
        bound.close()
