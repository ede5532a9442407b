"""A limit for code that runs in the caller's own thread: one thread minds the time of all, and a signal interrupts.

An alarm costs no system call as long as nothing is late: the thread sleeps until the earliest moment at which one could
be, and most are closed long before.
"""

import os
import signal
import threading
import time
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Self

from ._frames import is_debugged

_AGAIN = 1.0
"""Seconds after which the alarm rings again, for an app that swallows what it raises."""

_SIGNAL: int = getattr(signal, "SIGURG", 0) if hasattr(signal, "pthread_kill") else 0
"""Ignored by default, so that one too many does no harm; and SIGALRM is left to others, as pytest-timeout."""

_NEVER = float("inf")


class TimeIsUp(BaseException):
    """What the alarm raises: not an Exception, so that an app's own handlers let it pass."""


class Alarm:
    """Rings after so many seconds, None for never, and raises TimeIsUp inside the `with alarm:` block that runs then.

    Only in the main thread of a POSIX system: Python can interrupt no other, so elsewhere a block takes as long as it
    takes. So it does where the program itself handles SIGURG, and in a debugger. `close` it in any case.
    """

    __slots__ = ("_armed", "_due", "_is_set", "_rung")

    def __init__(self, seconds: float | None) -> None:
        self._armed = False
        self._rung = False
        self._due = _NEVER
        self._is_set = seconds is not None and _SIGNAL != 0 and _in_main_thread()
        if self._is_set:
            _watch.alarms.append(self)
            self.set(seconds or 0.0)

    def set(self, seconds: float) -> None:
        """Has it ring in so many seconds from now, whatever was set before."""
        if self._is_set:
            self._due = time.monotonic() + seconds
            self._rung = False
            _watch.wake_for(self._due)

    def close(self) -> None:
        """Takes it away. Harmless when repeated."""
        self._armed = False
        if self._is_set:
            self._is_set = False
            _watch.alarms.remove(self)

    def __enter__(self) -> Self:
        self._armed = True
        if self._rung:
            self._armed = False
            raise TimeIsUp
        return self

    def __exit__(self, *details: object) -> None:
        self._armed = False

    def is_due(self) -> float:
        """When it rings, by the monotonic clock: never again, once it has rung and nothing is to be interrupted."""
        return self._due if self._armed or not self._rung else _NEVER

    def ring(self) -> bool:
        """Whether it is late, and interrupts what runs."""
        self._rung = self._rung or self._due <= time.monotonic()
        return self._rung and self._armed


def rest() -> None:
    """Ends the thread, unless an alarm is set. The next alarm starts another."""
    if _in_main_thread() and not _watch.alarms:
        _watch.end()


class _Watch:
    """The thread, and what it minds. All but `_run` is for the main thread."""

    def __init__(self) -> None:
        self.alarms: list[Alarm] = []
        self.forget()

    def forget(self) -> None:
        """A process that was forked has no such thread."""
        self._thread: threading.Thread | None = None
        self._wakes_at = _NEVER
        self._calls: SimpleQueue[bool] = SimpleQueue()  # its `put` may be interrupted: no lock stays behind

    def wake_for(self, due: float) -> None:
        """Has the thread wake up by then."""
        if due >= self._wakes_at:
            return
        if self._thread is None:
            if signal.getsignal(_SIGNAL) in (signal.SIG_DFL, signal.SIG_IGN):
                signal.signal(_SIGNAL, _ring)
            self._thread = threading.Thread(target=self._run, name="crossorigin-alarm", daemon=True)
            self._thread.start()
        self._calls.put(True)

    def end(self) -> None:
        """Ends the thread, if there is one."""
        if self._thread is None:
            return
        self._calls.put(False)
        self._thread.join()
        self.forget()
        if signal.getsignal(_SIGNAL) is _ring:
            signal.signal(_SIGNAL, signal.SIG_DFL)

    def _run(self) -> None:
        while True:
            self._wakes_at = _NEVER  # an alarm that is set from here on calls
            due = min((alarm.is_due() for alarm in tuple(self.alarms)), default=_NEVER)
            now = time.monotonic()
            if due <= now:
                if signal.getsignal(_SIGNAL) is _ring:
                    signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)
                due = now + _AGAIN
            self._wakes_at = due
            try:
                if not self._calls.get(timeout=None if due == _NEVER else min(due - now, threading.TIMEOUT_MAX)):
                    return
            except Empty:
                pass


_watch = _Watch()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_watch.forget)


def _in_main_thread() -> bool:
    return threading.get_ident() == threading.main_thread().ident


def _ring(_: int, frame: FrameType | None) -> None:
    if not is_debugged(frame) and True in [alarm.ring() for alarm in _watch.alarms]:
        raise TimeIsUp
