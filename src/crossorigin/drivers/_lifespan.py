"""The lifespan of an ASGI app: started before its first request, ended when its driver is closed."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Literal

LifespanMode = Literal["auto", "on", "off"]


class LifespanFailed(RuntimeError):
    """The app said that its startup or shutdown failed. What it raised, if anything, is the cause."""


class Lifespan:
    """https://asgi.readthedocs.io/en/latest/specs/lifespan.html

    One app's. `state` is what the app keeps in it for its requests, None where it has no lifespan.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], mode: LifespanMode) -> None:
        if mode not in ("auto", "on", "off"):
            raise ValueError(f"lifespan is 'auto', 'on' or 'off', not {mode!r}")
        self.state: dict[str, Any] | None = None
        self._app = app
        self._mode = mode
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._outcome: BaseException | None = None
        self._error: BaseException | None = None
        self._said: dict[str, str | None] = {}
        self._asked_to_start = False
        self._news = asyncio.Event()
        self._leave = asyncio.Event()

    async def startup(self) -> BaseException | None:
        """Starts the app, once. Returns why it did not start, None where it did or has no lifespan."""
        async with self._lock:
            if self._task is None and self._mode != "off":
                self.state = {}
                self._task = asyncio.create_task(self._run())
                await self._hear("startup", self._task)
                self._outcome = self._verdict_of_startup()
            return self._outcome

    async def shutdown(self) -> None:
        """Ends it, if it runs.

        Raises:
            LifespanFailed: the app said so.
        """
        async with self._lock:
            if self._task is None:
                return
            if not self._task.done():
                self._leave.set()
                await self._hear("shutdown", self._task)
                await self._task
            failed = self._said.get("shutdown.failed")
            self._task = None
            if failed is not None:
                raise LifespanFailed(f"the app's shutdown failed: {failed}") from self._error
            if self._error is not None and "startup.complete" in self._said:
                raise self._error

    async def _run(self) -> None:
        scope: MutableMapping[str, Any] = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await self._app(scope, self._receive, self._take)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  # also SystemExit, which would otherwise stop the whole loop
            self._error = error
        finally:
            self._news.set()

    async def _receive(self) -> MutableMapping[str, Any]:
        if not self._asked_to_start:
            self._asked_to_start = True
            return {"type": "lifespan.startup"}
        await self._leave.wait()
        return {"type": "lifespan.shutdown"}

    async def _take(self, message: MutableMapping[str, Any]) -> None:
        kind = str(message["type"]).removeprefix("lifespan.")
        if kind not in ("startup.complete", "startup.failed", "shutdown.complete", "shutdown.failed"):
            raise RuntimeError(f"the app sent {message['type']!r} in its lifespan, where it has no place")
        self._said[kind] = message.get("message", "")
        self._news.set()

    async def _hear(self, phase: str, task: asyncio.Task[None]) -> None:
        while not {f"{phase}.complete", f"{phase}.failed"} & self._said.keys() and not task.done():
            waiting = asyncio.create_task(self._news.wait())
            await asyncio.wait({waiting, task}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            self._news.clear()

    def _verdict_of_startup(self) -> BaseException | None:
        if "startup.complete" in self._said:
            return None
        if "startup.failed" in self._said:
            failed = LifespanFailed(self._said["startup.failed"] or "the app's startup failed")
            failed.__cause__ = self._error
            return failed
        # It ended without a word: most apps without a lifespan raise at the sight of an unknown scope.
        self.state = None
        if self._mode == "on":
            return self._error or LifespanFailed("the app has no lifespan")
        return None
