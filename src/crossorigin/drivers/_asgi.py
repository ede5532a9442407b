"""ASGI apps in process: each request is one run of the app, streamed, with its header bytes as they are.

An app runs to its end before its exchange is over, as its background work is what a test looks at next; only one that
streams on without end is told that the client has gone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Self
from urllib.parse import unquote_to_bytes  # decodes percent-escapes; it parses nothing

from crossorigin.browser import NetworkFailure, ResponseHead, Send

from ._app_answer import failed_before_answer, header_list, say
from ._app_task import GRACE, AppTask
from ._lifespan import Lifespan, LifespanMode, noted_on
from ._read_reply import ReadReply
from ._run import run_async
from ._values import DEFAULT_MAX_BODY, DEFAULT_TIMEOUT, Answer, AsyncReply, Body, Fetched, Flow
from ._wire import Target, fields_on_the_wire, has_no_body, is_event_stream, target_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
ASGIApp = Callable[[Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

_PIECE = 64 * 1024
"""Bytes of a request body in one message, and of a response body that wait before the app has to."""


class AsyncASGIDriver:
    """Runs flows against an ASGI app, in the running event loop of asyncio.

    Args:
        app: a callable of scope, receive and send.
        root_path: the path it is mounted below, as in the ASGI specification: requests keep their whole path.
        lifespan: "auto" starts the app before its first request and goes on where it knows no lifespan; "on" makes
            that a failure; "off" leaves it out.
        timeout: seconds for one request altogether, and for the start-up and the shutdown each, None for no limit. An
            app that blocks the event loop (`time.sleep`) cannot be stopped.
        max_body: bytes of the last response's body that are read.

    A redirect's, preflight's or blocked response's body is run to its end too, and dropped.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        root_path: str = "",
        lifespan: LifespanMode = "auto",
        timeout: float | None = DEFAULT_TIMEOUT,
        max_body: int = DEFAULT_MAX_BODY,
    ) -> None:
        self._app = app
        self._root_path = root_path
        self._lifespan = Lifespan(app, lifespan, timeout)
        self._timeout = timeout
        self._max_body = max_body
        self._running: set[_Call] = set()

    async def run(self, flow: Flow) -> Fetched:
        """Runs a flow to its verdict."""
        return await run_async(flow, self, self._max_body)

    async def open(self, send: Send) -> AsyncReply:
        """Runs the app for one request, up to the head of its answer."""
        exception = await self._lifespan.startup()
        if exception is not None:
            message = f"the app did not start: {say(exception)}"
            return ReadReply(NetworkFailure(kind="application", message=message), exception=exception)
        call = _Call(send, self._scope(send, target_of(send.url)), self._timeout, self._max_body)
        self._running.add(call)
        call.start(self._app, self._running.discard)
        try:
            await call.wait_for_head()
        except BaseException:
            await call.stop()
            raise
        return call

    async def aclose(self) -> None:
        """Ends what still runs, then shuts the app down: its lifespan ends.

        Raises:
            LifespanFailed: the app said that its shutdown failed, or it did not end in time.
        """
        for call in tuple(self._running):
            await call.stop()
        await self._lifespan.shutdown()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        with noted_on(error):
            await self.aclose()

    @property
    def has_started(self) -> bool:
        """Whether the app has a lifespan that runs."""
        return self._lifespan.state is not None

    def _scope(self, send: Send, target: Target) -> Scope:
        path, _, query = target.path.encode("ascii").partition(b"?")
        websocket = _is_websocket(send)
        scope: Scope = {
            "type": "websocket" if websocket else "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            # What browsers speak with servers over TLS today; a stream can be uploaded over it alone.
            "http_version": "2" if target.scheme == "https" and not websocket else "1.1",
            "scheme": {"http": "ws", "https": "wss"}[target.scheme] if websocket else target.scheme,
            "server": (target.bare_host, target.port),
            "client": ("127.0.0.1", 49152),
            "root_path": self._root_path,
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path,
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in fields_on_the_wire(send, target)],
            "extensions": {},
        }
        if websocket:
            scope["subprotocols"] = []
            scope["extensions"] = {"websocket.http.response": {}}
        else:
            scope["method"] = send.method
        if self._lifespan.state is not None:
            scope["state"] = self._lifespan.state.copy()
        return scope


class _Call:
    """One run of the app: the server's side of one exchange, and the reply that its client holds."""

    def __init__(self, send: Send, scope: Scope, timeout: float | None, max_body: int) -> None:
        self.answer: Answer = NetworkFailure(kind="application", message="the app has not answered yet")
        self.exception: BaseException | None = None
        self._send = send
        self._scope = scope
        self._timeout = timeout
        self._max_body = max_body
        self._deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        self._unread = _incoming(send, scope)
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._started = False
        self._complete = False
        self._disconnected = asyncio.Event()
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    def start(self, app: ASGIApp, ended: "Callable[[_Call], None]") -> None:
        self._task = AppTask(self._run(app))
        self._task.task.add_done_callback(lambda _: ended(self))

    async def _run(self, app: ASGIApp) -> None:
        try:
            await app(self._scope, self._receive, self._take)
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001  # also SystemExit, which would otherwise stop the whole loop
            if not self._disconnected.is_set():
                self.exception = error
        finally:
            self._news.set()

    async def wait_for_head(self) -> None:
        try:
            async with asyncio.timeout_at(self._deadline):
                while not self._started and not self._task.done():
                    await self._news.wait()
                    self._news.clear()
        except TimeoutError:
            message = f"the app sent no response within {self._timeout:g} s"
            self.answer = NetworkFailure(kind="timeout", message=message)
            return
        if not self._started:
            self.answer = self._no_answer()

    def _no_answer(self) -> NetworkFailure:
        if self.exception is None:
            return NetworkFailure(
                kind="application", message="the app returned without an answer: it sent no http.response.start"
            )
        return failed_before_answer(self.exception)

    async def read(self, limit: int) -> Body:
        """Reads at most `limit` bytes, and lets the app end."""
        if not isinstance(self.answer, ResponseHead):
            await self.stop()
            return Body()
        data, cut = bytearray(), False
        failure: NetworkFailure | None = None
        empty = has_no_body(self._send.method, self.answer.status)
        streams = is_event_stream(self.answer)
        try:
            async with asyncio.timeout_at(self._deadline):
                while len(data) <= limit and (limit or not streams):
                    if not empty:
                        data += b"".join(self._pieces)
                    self._pieces.clear()
                    self._waiting = 0
                    self._room.set()
                    if self._complete or self._task.done():
                        break
                    await self._news.wait()
                    self._news.clear()
        except TimeoutError:
            cut = streams
            if not streams:
                failure = NetworkFailure(
                    kind="timeout", message=f"the app did not finish its response within {self._timeout:g} s"
                )
        cut = cut or len(data) > limit or (streams and not limit)
        await self._end()
        if failure is None and not self._complete and not cut:
            why = "returned" if self.exception is None else f"raised {say(self.exception)}"
            failure = NetworkFailure(kind="application", message=f"the app {why} before its answer was complete")
        return Body(data=bytes(data[:limit]), truncated=cut, failure=failure)

    async def discard(self) -> None:
        """Lets the app end, its body dropped."""
        await self.read(self._max_body)

    async def aclose(self) -> None:
        """Stops an app that has not answered in full. One that has may go on with its background work."""
        if not self._complete:
            await self.stop()

    async def stop(self) -> None:
        """Stops the app where it stands."""
        self._disconnect()
        await self._task.stop()

    async def _end(self) -> None:
        """Waits for the app: until its time is up, or for a moment only where it would go on sending."""
        if not self._complete:
            self._disconnect()
            await self._task.wait(GRACE)
            await self.stop()
            return
        now = asyncio.get_running_loop().time()
        await self._task.wait(None if self._deadline is None else max(self._deadline - now, 0.0))

    def _disconnect(self) -> None:
        self._disconnected.set()
        self._room.set()

    async def _receive(self) -> Message:
        if self._unread and not self._disconnected.is_set():
            return self._unread.pop(0)
        if not self._complete:
            await self._disconnected.wait()
        if self._scope["type"] == "websocket":
            return {"type": "websocket.disconnect", "code": 1001, "reason": ""}
        return {"type": "http.disconnect"}

    async def _take(self, message: Message) -> None:
        if self._disconnected.is_set():
            raise OSError("the client has gone away")
        match message["type"]:
            case "http.response.start" | "websocket.http.response.start" if not self._started:
                self._answered(_status(message["status"]), message.get("headers") or ())
            case "http.response.body" | "websocket.http.response.body" if self._started and not self._complete:
                await self._take_body(message)
            case "websocket.accept" if not self._started:
                self._answered(101, message.get("headers") or ())
                self._finished()
            case "websocket.close" if not self._started:
                self._answered(403, ())
                self._finished()
            case other:
                raise RuntimeError(f"the app sent {other!r} where it has no place: {self._state()}")

    async def _take_body(self, message: Message) -> None:
        body = message.get("body", b"")
        if not isinstance(body, bytes | bytearray | memoryview):
            raise TypeError(f"the body of an ASGI message is bytes, not {type(body).__name__}")
        if body:
            self._pieces.append(bytes(body))
            self._waiting += len(body)
        if not message.get("more_body", False):
            self._finished()
            return
        self._news.set()
        while self._waiting > _PIECE and not self._disconnected.is_set():
            self._room.clear()
            await self._room.wait()

    def _answered(self, status: int, fields: Iterable[tuple[bytes, bytes]]) -> None:
        version = "HTTP/2" if self._scope["http_version"] == "2" else "HTTP/1.1"
        self.answer = ResponseHead(status=status, headers=header_list(fields), http_version=version)
        self._started = True
        self._news.set()

    def _finished(self) -> None:
        self._complete = True
        self._news.set()
        if self._scope["type"] == "websocket":
            self._disconnected.set()  # a browser half looks at the handshake alone

    def _state(self) -> str:
        if self._complete:
            return "its answer is complete"
        return "its answer has begun" if self._started else "its answer has not begun"


def _incoming(send: Send, scope: Scope) -> list[Message]:
    if scope["type"] == "websocket":
        return [{"type": "websocket.connect"}]
    body = send.body or b""
    starts = range(0, len(body), _PIECE) or (0,)
    return [
        {"type": "http.request", "body": body[start : start + _PIECE], "more_body": start + _PIECE < len(body)}
        for start in starts
    ]


def _is_websocket(send: Send) -> bool:
    return (send.headers.get(b"upgrade") or b"").lower() == b"websocket"


def _status(status: object) -> int:
    if not isinstance(status, int) or not 200 <= status <= 999:
        raise ValueError(f"the status of an answer is a number from 200 to 999, not {status!r}")
    return int(status)
