"""Apps that need an event loop: Django over ASGI, which waits for threads and for a disconnect, and aiohttp.

The loop's own work is in the bare app's time as well. The time of Django's other threads is in neither, which is to
its favour.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from bench._answer import Answer
from bench._drive import asgi_answer, scopes
from bench._measure import Load
from bench._requests import Request

BATCH = 10


@cache
def _runner() -> asyncio.Runner:
    """One loop for all that need one."""
    return asyncio.Runner()


def close() -> None:
    """Ends the loop, and what runs in it."""
    if _runner.cache_info().currsize:
        _runner().close()
        _runner.cache_clear()


def _batch(one: Callable[[], Awaitable[object]]) -> Load:
    async def batch() -> None:
        for _ in range(BATCH):
            await one()

    return Load(lambda: _runner().run(batch()), BATCH)


class LoopASGI:
    """An ASGI app in a running loop. What it receives second never comes: the client stays."""

    def load(self, app: Any, request: Request) -> Load:
        next_scope = scopes(request)

        async def send(message: Any) -> None:
            pass

        return _batch(lambda: app(next_scope(), _receiver(), send))

    def answer(self, app: Any, request: Request) -> Answer:
        messages: list[Any] = []
        scope = scopes(request.first())()

        async def send(message: Any) -> None:
            messages.append(message)

        _runner().run(app(scope, _receiver(), send))
        return asgi_answer(messages, scope)


def _receiver() -> Callable[[], Awaitable[dict[str, Any]]]:
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await asyncio.get_running_loop().create_future()
        sent = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


class AioHTTP:
    """An aiohttp server's protocol, fed with the bytes of requests through a transport that goes nowhere.

    `app` is a function that starts a server in the running loop.
    """

    def load(self, app: Any, request: Request) -> Load:
        connection = _runner().run(_connect(app))
        next_bytes = _raw(request)
        return _batch(lambda: connection.ask(next_bytes()))

    def answer(self, app: Any, request: Request) -> Answer:
        next_bytes = _raw(request.first())

        async def ask() -> bytes:
            return await (await _connect(app)).ask(next_bytes())

        head, _, _ = _runner().run(ask()).partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        origin = request.origins[0].decode("latin-1") if request.origins else ""
        return Answer(int(status.split()[1]), [(*line.split(": ", 1),) for line in lines], origin)


async def _connect(start: Callable[[], Awaitable[Any]]) -> "_Connection":
    protocol = (await start())()
    return _Connection(protocol)


class _Connection(asyncio.Transport):
    """A transport that keeps the last answer. An answer is one write: such small ones are."""

    def __init__(self, protocol: Any) -> None:
        super().__init__({"peername": ("127.0.0.1", 50000), "sockname": ("127.0.0.1", 8000)})
        self._protocol = protocol
        self._answered: asyncio.Future[bytes] | None = None
        self._closing = False
        protocol.connection_made(self)

    async def ask(self, data: bytes) -> bytes:
        self._answered = asyncio.get_running_loop().create_future()
        self._protocol.data_received(data)
        return await self._answered

    def write(self, data: Any) -> None:
        if self._answered is None or self._answered.done():
            raise RuntimeError("an answer in two writes")
        self._answered.set_result(bytes(data))

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        self._closing = True

    abort = close


def _raw(request: Request) -> Callable[[], bytes]:
    head = f"{request.method} /items/1 HTTP/1.1\r\n".encode()
    head += b"".join(b"%s: %s\r\n" % field for field in request.fields)
    if not request.origins:
        return lambda: head + b"\r\n"
    origins = request.in_turn()
    return lambda: b"%sOrigin: %s\r\n\r\n" % (head, next(origins))
