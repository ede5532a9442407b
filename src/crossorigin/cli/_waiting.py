"""What is waited for, on the terminal, while no answer is there."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from crossorigin.browser import Verdict
from crossorigin.drivers import Flow
from crossorigin.explain import Shown

_CLEAR = "\r\x1b[K"


def told(flow: Flow) -> Flow:
    """The same flow; each request that has no answer yet stands on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        return flow
    return _told(flow)


def _told(flow: Flow) -> Flow:
    try:
        send = next(flow)
        while True:
            with _line(f"waiting for {send.method} {Shown().url(send.url, 100)} (Ctrl-C stops)"):
                answer = yield send
            send = flow.send(answer)
    except StopIteration as stop:
        verdict: Verdict = stop.value
        return verdict


@contextmanager
def _line(text: str) -> Iterator[None]:
    stream = sys.stderr
    try:
        stream.write(text)
        stream.flush()
        yield
    finally:
        stream.write(_CLEAR)
        stream.flush()
