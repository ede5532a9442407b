"""A browser's process and its profile: started together, and gone together whatever happens in between."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import re
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

PATIENCE = 10
READY_WITHIN = 60
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


@contextlib.asynccontextmanager
async def running(*command: str, profile: Path, environment: Mapping[str, str] | None = None) -> AsyncIterator[str]:
    """The command runs while the block does, which is given the address that it says it listens on.

    Home is the profile, so that no user's settings are read or written.
    """
    _adopt_orphans()
    home = str(profile)
    said, told = os.pipe()
    pipe, listening = await asyncio.get_running_loop().connect_read_pipe(_Listening, os.fdopen(said, "rb"))
    try:
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                env={**os.environ, "HOME": home, "TMPDIR": home, **(environment or {})},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        finally:
            os.close(told)
        try:
            async with asyncio.timeout(READY_WITHIN):
                address = await listening.address
            yield address
        finally:
            _signal_group(process.pid, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), PATIENCE)
            _signal_group(process.pid, signal.SIGKILL)
            await process.wait()
            _reap_group(process.pid)
    finally:
        pipe.close()


def _adopt_orphans() -> None:
    """A browser's children outlive it by moments: they become ours then, so that somebody reaps them. (Linux.)"""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def _reap_group(leader: int) -> None:
    """Waits for all that is left of a group, each of which was killed: the children of each become ours as it ends."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-leader, 0)


def _die_with_parent() -> None:
    """A run that is killed cleans up no more: then the kernel ends the browser with it. (Linux has this.)"""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _signal_group(leader: int, number: signal.Signals) -> None:
    """Browsers are many processes; those that outlive the first would go on writing to the profile."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, number)


@contextlib.contextmanager
def empty_profile(browser: str) -> Iterator[Path]:
    """A directory that is deleted at the end, even where the browser's last children still write to it."""
    with tempfile.TemporaryDirectory(prefix=f"{browser}-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


class _Listening(asyncio.Protocol):
    """Reads what a browser says, up to where it listens. Nobody needs the rest."""

    def __init__(self) -> None:
        self.address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._said = b""

    def data_received(self, data: bytes) -> None:
        if not self.address.done():
            self._said += data
            if found := re.search(rb"listening on (ws://\S+)\s", self._said):
                self.address.set_result(found[1].decode())

    def connection_lost(self, error: Exception | None) -> None:
        if not self.address.done():
            self.address.set_exception(ConnectionError(f"the browser did not start: {self._said.decode()}"))
