"""A limit for code that runs in the caller's own thread: an alarm interrupts it, where there is one."""

import inspect
import signal
import threading
import time
from types import FrameType
from typing import Self

from ._frames import is_debugged

_AGAIN = 1.0
"""Seconds after which the alarm rings again, for an app that swallows what it raises."""

# Without the enumerations around them, which cost more than all the rest.
_set_handler = inspect.unwrap(signal.signal)
_handler = inspect.unwrap(signal.getsignal)


class TimeIsUp(BaseException):
    """What the alarm raises: not an Exception, so that an app's own handlers let it pass."""


class Alarm:
    """Rings after so many seconds, None for never, and raises TimeIsUp inside the `with alarm:` block that runs then.

    Only in the main thread of a POSIX system: Python can interrupt no other, so there a block takes as long as it
    takes. A debugger takes its time, too. An alarm that is set already and would ring earlier stays, as one of
    pytest-timeout's. `close` it in any case.
    """

    def __init__(self, seconds: float | None) -> None:
        self._armed = False
        self._rung = False
        self._outer, self._interval = _outer_alarm()
        self._is_set = seconds is not None and seconds <= self._outer
        self._began = time.monotonic()
        if self._is_set:
            self._previous = _set_handler(signal.SIGALRM, self._ring)
            self.set(seconds or 0.0)

    def set(self, seconds: float) -> None:
        """Has it ring in so many seconds from now, whatever was set before."""
        self._rung = False
        if self._is_set:
            signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6), _AGAIN)

    def close(self) -> None:
        """Takes it away, and puts back what was there before. Harmless when repeated."""
        self._armed = False
        if not self._is_set:
            return
        self._is_set = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        _set_handler(signal.SIGALRM, self._previous)
        if self._outer < float("inf"):
            left = self._outer - (time.monotonic() - self._began)
            signal.setitimer(signal.ITIMER_REAL, max(left, 1e-6), self._interval)

    def __enter__(self) -> Self:
        self._armed = True
        if self._rung:
            self._armed = False
            raise TimeIsUp
        return self

    def __exit__(self, *details: object) -> None:
        self._armed = False

    def _ring(self, _: int, frame: FrameType | None) -> None:
        if is_debugged(frame):
            return
        self._rung = True
        if self._armed:
            raise TimeIsUp


def _outer_alarm() -> tuple[float, float]:
    """In how many seconds somebody else's alarm rings, and how often then. Before any other: there can be none."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        return float("-inf"), 0.0
    if _handler(signal.SIGALRM) is None:  # it is not Python's, and could not be put back
        return float("-inf"), 0.0
    seconds, interval = signal.getitimer(signal.ITIMER_REAL)
    return seconds or float("inf"), interval
