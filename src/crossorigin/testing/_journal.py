"""The last verdicts of this process: the pytest plugin shows them below a test that failed."""

from collections import deque

from crossorigin.browser import Verdict

_KEPT = 20
_recent: deque[Verdict] = deque(maxlen=_KEPT)


def record(verdict: Verdict) -> None:
    """Keeps a verdict, and forgets the oldest of many."""
    _recent.append(verdict)


def recent_verdicts() -> tuple[Verdict, ...]:
    """The last verdicts, the oldest first."""
    return tuple(_recent)


def forget_verdicts() -> None:
    """Forgets them, as before each test."""
    _recent.clear()
