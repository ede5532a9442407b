"""An event loop in a thread of its own, so that the synchronous drivers work where a loop already runs."""

import asyncio
import threading
import weakref
from collections.abc import Coroutine
from typing import Any, TypeVar

from crossorigin.browser import Send

from ._values import Answer, AsyncOpener, AsyncReply, Body

T = TypeVar("T")

_PATIENCE = 2.0
"""Seconds that a loop has to show that it is alive, before what it was to clean up is left to the process's end."""


class LoopThread:
    """Runs coroutines in one event loop, in one background thread, for callers in any other thread.

    Starts when it is first used. A coroutine sees the caller's context variables. Closing it cancels what still runs.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._stop: weakref.finalize[Any, LoopThread] | None = None

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Runs it and waits for it. Ctrl-C while waiting cancels it."""
        if threading.current_thread() is self._thread:
            coroutine.close()
            raise RuntimeError(
                "this browser is driving the very app that calls it: its event loop cannot wait for itself; "
                "use AsyncBrowser inside an app"
            )
        future = asyncio.run_coroutine_threadsafe(coroutine, self._started())
        try:
            return future.result()
        finally:
            future.cancel()

    def responds(self) -> bool:
        """Whether the loop still turns. One that an app blocks (a busy loop, `time.sleep`) cannot be waited for."""
        if self._loop is None:
            return True
        alive = threading.Event()
        self._loop.call_soon_threadsafe(alive.set)
        return alive.wait(_PATIENCE)

    def close(self) -> None:
        """Cancels what still runs, and ends the thread. The next use would start another."""
        with self._lock:
            if self._stop is not None:
                self._stop()
            self._loop = self._thread = self._stop = None

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                # A daemon, for a browser that nobody closed must not keep the interpreter from ending.
                self._thread = threading.Thread(target=_serve, args=(self._loop,), name="crossorigin-loop", daemon=True)
                self._thread.start()
                self._stop = weakref.finalize(self, _stop, self._loop, self._thread)
            return self._loop


class LoopReply:
    """A reply of an asynchronous driver, for synchronous callers."""

    def __init__(self, reply: AsyncReply, loop: LoopThread) -> None:
        self._reply = reply
        self._loop = loop

    @property
    def answer(self) -> Answer:
        """The head, or why there is none."""
        return self._reply.answer

    @property
    def exception(self) -> BaseException | None:
        """What the app raised."""
        return self._reply.exception

    def read(self, limit: int) -> Body:
        """Reads at most `limit` bytes."""
        return self._loop.run(self._reply.read(limit))

    def discard(self) -> None:
        """Lets the exchange come to its end without the body."""
        self._loop.run(self._reply.discard())

    def close(self) -> None:
        """Ends the exchange where it stands."""
        if self._loop.responds():
            self._loop.run(self._reply.aclose())


def open_in_loop(opener: AsyncOpener, send: Send, loop: LoopThread) -> LoopReply:
    """Opens `send` in the loop's thread."""
    return LoopReply(loop.run(opener.open(send)), loop)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    loop.call_soon_threadsafe(loop.stop)
    thread.join(_PATIENCE)
