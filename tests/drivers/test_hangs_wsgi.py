"""WSGI apps that hang: interrupted in the main thread, left behind in a thread elsewhere."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from queue import SimpleQueue
from typing import Any

import pytest

from crossorigin.drivers import AsyncWSGIDriver, Fetched, WSGIDriver, _alarm
from crossorigin.drivers._alarm import Alarm, TimeIsUp, rest
from crossorigin.testing import Browser, NoAnswer
from tests.drivers.flows import Script, script, send

pytestmark = pytest.mark.usefixtures("short_grace")

URL = "https://api.example.com/"
SOON = 0.05

Run = Callable[..., Fetched]


class Body:
    """A body that blocks where it is told to."""

    def __init__(self, place: str, block: Callable[[], None]) -> None:
        self.place = place
        self.block = block
        self.pieces = iter([b"one", b"two"])
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self.pieces)
        if piece.decode() == self.place:
            self.block()
        return piece

    def close(self) -> None:
        self.closed += 1
        if self.place == "close":
            self.block()


class WSGIApp:
    """Blocks at one place, until it is released."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.release = threading.Event()
        self.body = Body(place, lambda: self._wait())

    def _wait(self) -> None:
        self.release.wait()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self.place == "call":
            self._wait()
        write = start_response("200 OK", [])
        if self.place == "write":
            write(b"zero")
            self._wait()
        if self.place == "generator":
            return self.generator()
        return self.body

    def generator(self) -> Iterator[bytes]:
        try:
            self._wait()
            yield b"one"
        finally:
            self.body.closed += 1


def _wsgi_sync(app: WSGIApp, asked: Script) -> Fetched:
    with WSGIDriver(app, timeout=SOON) as driver:
        return driver.run(asked.flow())


def _wsgi_async(app: WSGIApp, asked: Script) -> Fetched:
    async def main() -> Fetched:
        async with AsyncWSGIDriver(app, timeout=SOON) as driver:
            return await driver.run(asked.flow())

    try:
        return asyncio.run(main())
    finally:
        app.release.set()


@pytest.fixture(params=[_wsgi_sync, _wsgi_async], ids=["sync", "async"])
def run_wsgi(request: pytest.FixtureRequest) -> Run:
    return request.param  # type: ignore[no-any-return]


@pytest.mark.parametrize("place", ["call", "one", "generator"])
def test_a_wsgi_app_that_never_responds(run_wsgi: Run, place: str) -> None:
    asked = script(send(URL))
    app = WSGIApp(place)
    fetched = run_wsgi(app, asked)
    assert (asked.failure.kind, fetched.body, fetched.exception) == ("timeout", b"", None)
    told = asked.failure.message.removeprefix("the app sent no response within 0.05 s")
    assert told in ("", "; its thread cannot be stopped, and goes on until the process ends")
    assert bool(told) == (run_wsgi is _wsgi_async)
    if run_wsgi is _wsgi_sync:
        assert app.body.closed == (place != "call")


@pytest.mark.parametrize(("place", "body"), [("two", b"one"), ("write", b"zero")])
def test_a_wsgi_app_that_stops_in_its_body(place: str, body: bytes) -> None:
    asked = script(send(URL))
    fetched = _wsgi_sync(WSGIApp(place), asked)
    assert (asked.head.status, fetched.body, fetched.exception) == (200, body, None)
    assert fetched.body_failure is not None
    assert (fetched.body_failure.kind, fetched.body_failure.message) == (
        "timeout",
        "the app did not finish its response within 0.05 s",
    )


def test_a_wsgi_app_that_stops_in_its_body_in_a_thread() -> None:
    asked = script(send(URL))
    fetched = _wsgi_async(WSGIApp("two"), asked)
    assert (asked.head.status, fetched.body) == (200, b"one")
    assert fetched.body_failure is not None
    assert "its thread cannot be stopped" in fetched.body_failure.message


def test_a_wsgi_app_that_does_not_come_back_from_close() -> None:
    asked = script(send(URL))
    fetched = _wsgi_sync(WSGIApp("close"), asked)
    assert (asked.head.status, fetched.body, fetched.body_failure) == (200, b"onetwo", None)
    assert isinstance(fetched.exception, TimeoutError)
    assert str(fetched.exception) == "the app did not return from close() of its body within 0.05 s"
    fetched = _wsgi_async(WSGIApp("close"), asked)
    assert fetched.body == b"onetwo"
    assert fetched.body_failure is not None


def test_a_wsgi_app_that_catches_the_alarm_hears_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_alarm, "_AGAIN", SOON)
    caught: list[BaseException] = []

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        while len(caught) < 3:
            try:
                threading.Event().wait()
            except BaseException as error:
                caught.append(error)
        threading.Event().wait()

    asked = script(send(URL))
    with WSGIDriver(app, timeout=SOON) as driver:
        driver.run(asked.flow())
    assert asked.failure.kind == "timeout"
    assert all(isinstance(error, TimeIsUp) for error in caught)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("place", ["one", "two", "close"])
def test_ctrl_c_gets_out_of_a_wsgi_app_whose_body_is_closed(place: str) -> None:
    app = WSGIApp(place)
    app.body.block = lambda: signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), WSGIDriver(app, timeout=3600) as driver:
        driver.run(script(send(URL)).flow())
    assert app.body.closed == 1


def test_a_cancelled_call_of_a_wsgi_app_leaves_its_thread_behind() -> None:
    app = WSGIApp("call")
    called = threading.Event()
    wait = app._wait
    app._wait = lambda: (called.set(), wait())  # type: ignore[method-assign, assignment]

    async def main() -> None:
        driver = AsyncWSGIDriver(app, timeout=3600)
        running = asyncio.create_task(driver.run(script(send(URL)).flow()))
        await asyncio.to_thread(called.wait)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(main())
    app.release.set()


def test_what_ends_the_process_in_a_thread_ends_it() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        raise SystemExit(3)

    async def main() -> Fetched:
        async with AsyncWSGIDriver(app) as driver:
            return await driver.run(script(send(URL)).flow())

    with pytest.raises(SystemExit):
        asyncio.run(main())


# The alarm


@contextmanager
def alarm_in(seconds: float) -> Iterator[Alarm]:
    """An alarm that is closed, and its thread ended."""
    with closing(Alarm(seconds)) as alarm:
        yield alarm
    rest()


def minding() -> list[threading.Thread]:
    """The threads that look at the time."""
    return [thread for thread in threading.enumerate() if thread.name == "crossorigin-alarm"]


def test_the_alarm_raises_in_its_blocks_only() -> None:
    with alarm_in(0) as alarm:
        while not alarm._rung:
            pass
        with pytest.raises(TimeIsUp), alarm:
            pytest.fail("it had rung before")
        alarm.set(SOON)
        with pytest.raises(TimeIsUp), alarm:
            threading.Event().wait()
        alarm.set(500)
        with alarm:
            pass
        alarm.close()
        alarm.set(0)


def test_one_thread_minds_all_alarms_and_ends_with_the_last() -> None:
    with alarm_in(500) as first, alarm_in(1000):
        rest()  # that may not end it
        (thread,) = minding()
        with alarm_in(SOON) as soonest:
            assert minding() == [thread]
            with first, pytest.raises(TimeIsUp), soonest:
                threading.Event().wait()
            assert not first._rung
        first.set(SOON)
        with pytest.raises(TimeIsUp), first:
            threading.Event().wait()
    assert minding() == []


def test_an_alarm_that_is_closed_in_time_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bool] = []

    class Counted(SimpleQueue[bool]):
        def put(self, item: bool, *further: Any) -> None:
            calls.append(item)
            super().put(item)

    monkeypatch.setattr(_alarm._watch, "_calls", Counted())
    with alarm_in(500):
        for _ in range(100):
            with closing(Alarm(501)) as alarm, alarm:
                pass
    assert calls == [True, False]  # the first one's, and the end's


def test_an_alarm_rings_inside_the_block_of_another() -> None:
    with alarm_in(SOON) as outer, alarm_in(500) as inner, outer:
        with pytest.raises(TimeIsUp), inner:
            threading.Event().wait()
        assert not inner._rung


def test_what_others_set_stays_as_it_is() -> None:
    handler, (seconds, _) = signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)
    with alarm_in(500):
        assert signal.getsignal(signal.SIGALRM) is handler
        assert bool(signal.getitimer(signal.ITIMER_REAL)[0]) == bool(seconds)
    assert signal.getsignal(signal.SIGURG) == signal.SIG_DFL


@pytest.mark.parametrize("first", [True, False])
def test_a_signal_that_the_program_handles_is_not_sent(first: bool) -> None:
    heard: list[int] = []

    def handler(number: int, _: object) -> None:
        heard.append(number)

    with ExitStack() as stack:
        stack.callback(signal.signal, signal.SIGURG, signal.getsignal(signal.SIGURG))
        if first:
            signal.signal(signal.SIGURG, handler)
        alarm = stack.enter_context(alarm_in(500))
        signal.signal(signal.SIGURG, handler)
        with alarm:
            alarm.set(0)
            while not alarm._due < _alarm._watch._wakes_at < alarm._due + 100:
                pass  # until the thread has looked, and waits again
        stack.callback(lambda: signal.getsignal(signal.SIGURG) is handler or pytest.fail("it is gone"))
    assert heard == []


def test_a_debugger_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rung = threading.Event()

    def debugged(frame: Any) -> bool:
        rung.set()
        return True

    monkeypatch.setattr(_alarm, "is_debugged", debugged)
    with alarm_in(SOON) as alarm, alarm:
        rung.wait()


def test_there_is_none_in_another_thread() -> None:
    seen: list[Any] = []

    def work() -> None:
        with closing(Alarm(500)) as alarm, alarm:
            rest()
            seen.append(minding())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [[]]


def test_there_is_none_where_the_system_cannot_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_alarm, "_SIGNAL", 0)
    with alarm_in(0) as alarm, alarm:
        assert minding() == []


def test_there_is_one_in_a_forked_process() -> None:
    code = """
import os, threading
from crossorigin.drivers._alarm import Alarm, TimeIsUp, rest
outer = Alarm(500)
child = os.fork()
if child:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
try:
    with Alarm(0.05):
        threading.Event().wait(60)
except TimeIsUp:
    os._exit(42)
"""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], timeout=60).returncode == 42


def test_a_browser_says_so() -> None:
    with (
        Browser({URL[:-1]: WSGIApp("call")}, timeout=SOON) as browser,
        pytest.raises(NoAnswer, match="sent no response within"),
    ):
        browser.page("https://app.example.com").fetch(URL)
