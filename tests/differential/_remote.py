"""The part of both browsers' remote protocols that is the same: JSON over a WebSocket, an id a command, events between.

Chromium's DevTools protocol and WebDriver BiDi, which Firefox speaks, are both of this shape. Driving them directly
needs one small package for both browsers, and gives what WebDriver hides: the console's own words.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

Listener = Callable[[dict[str, Any]], None]


class RemoteError(RuntimeError):
    """The browser refused a command: a mistake of the harness, never an outcome of a case."""


class Console(list[str]):
    """What a page has printed, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self._printed = asyncio.Event()

    def add(self, line: str) -> None:
        """One more line."""
        self.append(line)
        self._printed.set()

    async def until(self, text: str, *, within: float) -> None:
        """Wait for a line that has this text in it."""
        looked_at = 0
        async with asyncio.timeout(within):
            while not any(text in line for line in self[looked_at:]):
                looked_at = len(self)
                self._printed.clear()
                await self._printed.wait()


class Remote:
    """One connection. Commands are awaited; events go to the one listener."""

    def __init__(self, socket: ClientConnection, listener: Listener) -> None:
        self._socket = socket
        self._listener = listener
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, url: str, listener: Listener) -> Remote:
        """Open the connection; browsers refuse an Origin header here, so none is sent."""
        return cls(await connect(url, max_size=None, ping_interval=None, compression=None, proxy=None), listener)

    async def call(self, method: str, *, session: str | None = None, within: float = 30, **params: Any) -> Any:
        """Send one command and wait for its result."""
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        await self._socket.send(json.dumps(message))
        try:
            reply = await asyncio.wait_for(future, within)
        except TimeoutError as error:
            raise TimeoutError(f"{method}: no answer in {within} s") from error
        if "error" in reply:
            raise RemoteError(f"{method}: {reply['error']} {reply.get('message', '')}")
        return reply["result"]

    async def close(self) -> None:
        """Close the connection and stop reading."""
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        await self._socket.close()

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                message = json.loads(text)
                waiting = self._waiting.pop(message.get("id") or -1, None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(message)
                elif "method" in message:
                    self._listener(message)
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionError("the browser is gone"))
