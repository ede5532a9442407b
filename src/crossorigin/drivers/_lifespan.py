"""The lifespan of an ASGI app: started before its first request, ended when its driver is closed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Literal

from ._app_task import AppTask

LifespanMode = Literal["auto", "on", "off"]


class LifespanFailed(RuntimeError):
    """The app's start-up or shutdown failed, or did not end in time. What the app raised, if anything, is the cause; or
    the context, where the message has all of it."""

    __module__ = "crossorigin.testing"  # as a traceback calls it: where most know it from


@contextmanager
def noted_on(error: BaseException | None) -> Iterator[None]:
    """At the end of a `with` block: a failed shutdown does not take the place of the error that ended the block."""
    try:
        yield
    except LifespanFailed as failed:
        if error is None:
            raise
        error.add_note(f"Then the app was closed: {failed}")


class Lifespan:
    """https://asgi.readthedocs.io/en/latest/specs/lifespan.html

    One app's. `timeout` is in seconds, for the start-up and for the shutdown each, None for no limit.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], mode: LifespanMode, timeout: float | None) -> None:
        if mode not in ("auto", "on", "off"):
            raise ValueError(f"lifespan is 'auto', 'on' or 'off', not {mode!r}")
        self._app = app
        self._mode = mode
        self._timeout = timeout
        self._run: _Run | None = None

    @property
    def state(self) -> dict[str, Any] | None:
        """What the app keeps for its requests, None if it has no lifespan or has not started."""
        return self._run.state if self._run is not None and self._run.has_started else None

    async def startup(self) -> BaseException | None:
        """Starts the app, once. Returns why it did not start, None if it did or has no lifespan."""
        if self._mode == "off":
            return None
        if self._run is None:
            self._run = _Run(self._app, self._timeout)
        return await self._run.start(must_have_one=self._mode == "on")

    async def shutdown(self) -> None:
        """Ends it, if it runs.

        Raises:
            LifespanFailed: the app said that its shutdown failed, or did not end in time.
        """
        run, self._run = self._run, None
        if run is not None:
            await run.end()


class _Run:
    """One run of the app's lifespan: the server's side of it."""

    def __init__(self, app: Callable[..., Awaitable[None]], timeout: float | None) -> None:
        self.state: dict[str, Any] = {}
        self._timeout = timeout
        self._error: BaseException | None = None
        self._said: dict[str, str] = {}
        self._asked_for = 0
        self._ended = False
        self._given_up: LifespanFailed | None = None
        self._news = asyncio.Event()
        self._leave = asyncio.Event()
        self._start_by = self._deadline()
        self._task = AppTask(self._call(app))

    @property
    def has_started(self) -> bool:
        """Whether the app said that it has."""
        return "startup.complete" in self._said

    async def start(self, *, must_have_one: bool) -> BaseException | None:
        """Waits for the start-up, which goes on if whoever waits is cancelled, and says why it failed."""
        if self._given_up is None and not await self._hear("startup.complete", "startup.failed", by=self._start_by):
            where = "" if self._asked_for else ": it never received lifespan.startup"
            self._given_up = LifespanFailed(
                f"the app's start-up did not end within {self._timeout:g} s{where}. Send lifespan.startup.complete "
                "once it has started; raise the timeout if it takes longer; or leave the lifespan out with "
                "ASGI(app, lifespan='off')"
            )
            await self._task.stop()
        if self._given_up is not None or self.has_started:
            return self._given_up
        if "startup.failed" in self._said:
            words = self._said["startup.failed"]
            failed = LifespanFailed(words or "the app's startup failed")
            if self._error is not None and words and all(line in words for line in str(self._error).splitlines()):
                failed.__context__, failed.__suppress_context__ = self._error, True  # a traceback has it once
            else:
                failed.__cause__ = self._error
            return failed
        # It ended without a word: most apps without a lifespan raise at the sight of an unknown scope.
        return (self._error or LifespanFailed("the app has no lifespan")) if must_have_one else None

    async def end(self) -> None:
        """Shuts the app down if it has started, and ends it in any case.

        Raises:
            LifespanFailed: the app said so, or did not end in time.
        """
        try:
            if not self.has_started:
                self._given_up = self._given_up or LifespanFailed("the app was closed before it had started")
                return
            self._leave.set()
            deadline = self._deadline()
            in_time = await self._hear("shutdown.complete", "shutdown.failed", by=deadline)
            failed = self._said.get("shutdown.failed")
            if failed is not None:
                raise LifespanFailed(f"the app's shutdown failed: {failed}") from self._error
            if not in_time:
                raise LifespanFailed(
                    f"the app's shutdown did not end within {self._timeout:g} s: it sent neither "
                    "lifespan.shutdown.complete nor lifespan.shutdown.failed"
                )
            if not await self._hear(by=deadline):
                raise LifespanFailed(
                    f"the app sent lifespan.shutdown.complete, but its lifespan did not return within "
                    f"{self._timeout:g} s"
                )
        finally:
            await self._task.stop()
        if self._error is not None:
            raise self._error

    async def _call(self, app: Callable[..., Awaitable[None]]) -> None:
        scope: MutableMapping[str, Any] = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await app(scope, self._receive, self._take)
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001  # also SystemExit, which would otherwise stop the whole loop
            self._error = error
        finally:
            self._ended = True
            self._news.set()

    async def _receive(self) -> MutableMapping[str, Any]:
        self._asked_for += 1
        if self._asked_for == 1:
            return {"type": "lifespan.startup"}
        await self._leave.wait()
        return {"type": "lifespan.shutdown"}

    async def _take(self, message: MutableMapping[str, Any]) -> None:
        kind = str(message["type"]).removeprefix("lifespan.")
        if kind not in ("startup.complete", "startup.failed", "shutdown.complete", "shutdown.failed"):
            raise RuntimeError(f"the app sent {message['type']!r} in its lifespan, where it has no place")
        self._said[kind] = message.get("message", "")
        self._news.set()

    async def _hear(self, *words: str, by: float | None) -> bool:
        """Waits until the app says one of the words, or ends. False if it did neither in time."""
        try:
            async with asyncio.timeout_at(by):
                while not self._ended and self._said.keys().isdisjoint(words):
                    await self._news.wait()
                    self._news.clear()
        except TimeoutError:
            return False
        return True

    def _deadline(self) -> float | None:
        return None if self._timeout is None else asyncio.get_running_loop().time() + self._timeout
