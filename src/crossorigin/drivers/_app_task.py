"""An app's coroutine in a task that can always be ended, even if the app swallows its cancellation."""

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import suppress
from typing import Any

GRACE = 1.0
"""Seconds that an app has to end after it was told that its client has gone, or was cancelled."""


class AppTask:
    """Runs a coroutine of an app in a task of the running loop.

    The event loop cannot be closed cleanly while a task goes on, and a task goes on as long as its coroutine catches
    each CancelledError. So `stop` cancels once, and where that does not help, it gives the coroutine up: the task ends
    without it.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._coroutine = coroutine
        self._given_up = False
        self.task = asyncio.create_task(self._run())

    def done(self) -> bool:
        """Whether it has ended."""
        return self.task.done()

    async def wait(self, timeout: float | None) -> None:
        """Waits until it has ended, or `timeout` seconds have passed."""
        await asyncio.wait({self.task}, timeout=timeout)

    async def stop(self) -> None:
        """Ends it where it stands."""
        for self._given_up in (False, True):
            if self.task.done():
                return
            self.task.cancel()
            await self.wait(GRACE)

    async def _run(self) -> None:
        await self

    def __await__(self) -> Generator[Any, None, None]:
        """What `await` on the coroutine does, until it is given up."""
        with suppress(StopIteration):
            waiting = self._coroutine.send(None)
            while True:
                try:
                    yield waiting
                except BaseException as error:
                    if self._given_up or isinstance(error, GeneratorExit):
                        with suppress(RuntimeError):  # it ignores that, too
                            self._coroutine.close()
                        raise
                    waiting = self._coroutine.throw(error)
                else:
                    waiting = self._coroutine.send(None)
