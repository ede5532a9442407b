"""A browser's process and its profile: started together, and gone together whatever happens in between."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

PATIENCE = 10
REAPING = 2.0
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


@contextlib.asynccontextmanager
async def running(*command: str, profile: Path, environment: Mapping[str, str] | None = None) -> AsyncIterator[None]:
    """The command runs while the block does. Home is the profile, so that no user's settings are read or written."""
    _adopt_orphans()
    home = str(profile)
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, "HOME": home, "TMPDIR": home, **(environment or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )
    try:
        yield
    finally:
        _signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), PATIENCE)
        _signal_group(process.pid, signal.SIGKILL)
        await process.wait()
        _reap_group(process.pid)


def _adopt_orphans() -> None:
    """A browser's children outlive it by moments: they become ours then, so that somebody reaps them. (Linux.)"""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def _reap_group(leader: int) -> None:
    deadline = time.monotonic() + REAPING
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-leader, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
        except ChildProcessError:  # none is left
            return


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


async def noted(note: Path, parts: int = 1) -> list[str]:
    """The words of a file that a browser writes once it is ready."""
    for _ in range(PATIENCE * 60):
        if note.exists() and len(words := note.read_text().split()) >= parts:
            return words
        await asyncio.sleep(0.05)
    raise AssertionError(f"the browser did not write {note.name}: it did not start")
