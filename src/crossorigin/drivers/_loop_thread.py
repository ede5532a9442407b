"""An event loop in a thread of its own, so that the synchronous drivers work where a loop already runs."""

import asyncio
import concurrent.futures
import sys
import threading
import weakref
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from crossorigin.browser import NetworkFailure, Send

from ._app_task import GRACE
from ._frames import is_debugged, place_of
from ._values import Answer, AsyncOpener, AsyncReply, Body, Reply

T = TypeVar("T")

_PATIENCE = 2.0
"""Seconds that a loop has to show that it is alive, before what it was to clean up is left to the process's end."""

_LEAST = 0.5
"""Seconds that a loop must have stood still to count as blocked, however short the timeout: machines are busy."""


class LoopBlocked(Exception):
    """An app blocks the event loop that it runs in. Nothing can stop it; the loop's thread ends with the process."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A loop that was started. `stop` ends it, at the latest when its LoopThread is no more."""

    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    stop: "weakref.finalize[Any, LoopThread]"

    def ping(self) -> threading.Event:
        """An event that the loop sets as soon as it turns."""
        alive = threading.Event()
        self.loop.call_soon_threadsafe(alive.set)
        return alive


class LoopThread:
    """Runs coroutines in one event loop, in one background thread, for callers in any other thread.

    Starts when it is first used. A coroutine sees the caller's context variables. Closing it cancels what still runs.
    """

    def __init__(self) -> None:
        self._running: _Running | None = None
        self._lock = threading.Lock()
        self._unanswered: threading.Event | None = None

    def run(self, coroutine: Coroutine[Any, Any, T], patience: float | None = None) -> T:
        """Runs it and waits for it. Ctrl-C while waiting cancels it.

        Raises:
            LoopBlocked: the loop has stood still for `patience` seconds. None waits however long that is.
        """
        running = self._started()
        if threading.current_thread() is running.thread:
            coroutine.close()
            raise RuntimeError(
                "this browser is driving the very app that calls it: its event loop cannot wait for itself; "
                "use AsyncBrowser inside an app"
            )
        future = asyncio.run_coroutine_threadsafe(coroutine, running.loop)
        try:
            return future.result() if patience is None else self._result(future, running, max(patience, _LEAST))
        finally:
            future.cancel()

    def responds(self) -> bool:
        """Whether the loop still turns. One that an app blocks (a busy loop, `time.sleep`) cannot be waited for."""
        if self._unanswered is not None and not self._unanswered.is_set():
            return False
        return self._running is None or self._running.ping().wait(_PATIENCE)

    def close(self) -> None:
        """Cancels what still runs, and ends the thread. The next use would start another."""
        with self._lock:
            running, self._running = self._running, None
            if running is None:
                return
            if self._unanswered is None or self._unanswered.is_set():
                running.stop()
            else:  # it is not waited for: it ends as soon as the app lets it
                running.stop.detach()
                running.loop.call_soon_threadsafe(running.loop.stop)
            self._unanswered = None

    def _result(self, future: "concurrent.futures.Future[T]", running: _Running, patience: float) -> T:
        step = patience / 4
        still, ping = 0.0, None
        while True:
            try:
                return future.result(step)
            except TimeoutError:
                if future.done():
                    raise
            frame = sys._current_frames().get(running.thread.ident or 0)
            if ping is None or ping.is_set() or is_debugged(frame):
                still, ping = 0.0, running.ping()
                continue
            still += step
            if still >= patience:
                self._unanswered = ping
                raise LoopBlocked(f"the app blocks its event loop: for {still:g} s it has been at {place_of(frame)}")

    def _started(self) -> _Running:
        with self._lock:
            if self._running is None:
                loop = asyncio.new_event_loop()
                # A daemon, for a browser that nobody closed must not keep the interpreter from ending.
                thread = threading.Thread(target=_serve, args=(loop,), name="crossorigin-loop", daemon=True)
                thread.start()
                self._running = _Running(loop, thread, weakref.finalize(self, _stop, loop, thread))
            return self._running


class LoopReply:
    """A reply of an asynchronous driver, for synchronous callers. `patience` is LoopThread.run's."""

    def __init__(self, reply: AsyncReply, loop: LoopThread, patience: float | None) -> None:
        self._reply = reply
        self._loop = loop
        self._patience = patience

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
        try:
            return self._loop.run(self._reply.read(limit), self._patience)
        except LoopBlocked as blocked:
            return Body(failure=NetworkFailure(kind="timeout", message=str(blocked)))

    def discard(self) -> None:
        """Lets the exchange come to its end without the body."""
        try:
            self._loop.run(self._reply.discard(), self._patience)
        except LoopBlocked:
            return  # what is sent next will say so

    def close(self) -> None:
        """Ends the exchange where it stands."""
        if self._loop.responds():
            self._loop.run(self._reply.aclose())


class BlockedReply:
    """What is left of an exchange when the app blocks its loop before it responded."""

    exception: BaseException | None = None

    def __init__(self, blocked: LoopBlocked) -> None:
        self.answer: Answer = NetworkFailure(kind="timeout", message=str(blocked))

    def read(self, limit: int) -> Body:  # noqa: ARG002  # a Reply's signature
        """Nothing came."""
        return Body()

    def discard(self) -> None:
        """Nothing can be ended."""

    def close(self) -> None:
        """Nothing can be ended."""


def open_in_loop(opener: AsyncOpener, send: Send, loop: LoopThread, patience: float | None) -> Reply:
    """Opens `send` in the loop's thread. A loop that stands still for `patience` seconds is the reply's failure."""
    try:
        return LoopReply(loop.run(opener.open(send), patience), loop, patience)
    except LoopBlocked as blocked:
        return BlockedReply(blocked)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:  # one that swallows it does not hold the thread up
            loop.run_until_complete(asyncio.wait(tasks, timeout=GRACE))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    loop.call_soon_threadsafe(loop.stop)
    thread.join(_PATIENCE)
