"""WSGI apps that hang: interrupted in the main thread, left behind in a thread elsewhere."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from crossorigin.drivers import AsyncWSGIDriver, Fetched, WSGIDriver, _alarm
from crossorigin.drivers._alarm import Alarm, TimeIsUp
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


@pytest.fixture
def no_alarm() -> Iterator[None]:
    """No alarm of pytest-timeout's, and it is put back."""
    seconds, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    yield
    signal.setitimer(signal.ITIMER_REAL, seconds, interval)


@pytest.mark.usefixtures("no_alarm")
def test_an_alarm_of_somebody_elses_is_kept() -> None:
    before = signal.getsignal(signal.SIGALRM)
    signal.setitimer(signal.ITIMER_REAL, 1000, 7)
    with closing(Alarm(2000)):  # it would come first
        assert signal.getsignal(signal.SIGALRM) is before
    with closing(Alarm(500)) as alarm:
        assert signal.getsignal(signal.SIGALRM) is not before
        assert signal.getitimer(signal.ITIMER_REAL)[0] <= 500
    alarm.close()
    alarm.set(1)
    seconds, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    assert signal.getsignal(signal.SIGALRM) is before
    assert 500 < seconds <= 1000
    assert interval == 7


@pytest.mark.usefixtures("no_alarm")
def test_the_alarm_raises_in_its_blocks_only() -> None:
    with closing(Alarm(0)) as alarm:
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
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@pytest.mark.usefixtures("no_alarm")
def test_the_alarm_leaves_a_debugger_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rung = threading.Event()

    def debugged(frame: Any) -> bool:
        rung.set()
        return True

    monkeypatch.setattr(_alarm, "is_debugged", debugged)
    with closing(Alarm(SOON)) as alarm, alarm:
        rung.wait()


def test_there_is_none_in_another_thread() -> None:
    seen: list[Any] = []

    def work() -> None:
        before = signal.getsignal(signal.SIGALRM)
        with closing(Alarm(500)) as alarm, alarm:
            seen.append(signal.getsignal(signal.SIGALRM) is before)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]


@pytest.mark.parametrize("without", ["setitimer", "handler"])
def test_there_is_none_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch, without: str) -> None:
    before = signal.getsignal(signal.SIGALRM)
    if without == "setitimer":
        monkeypatch.delattr(signal, "setitimer")
    else:
        monkeypatch.setattr(_alarm, "_handler", lambda _: None)
    with closing(Alarm(500)):
        monkeypatch.undo()
        assert signal.getsignal(signal.SIGALRM) is before


def test_a_browser_says_so() -> None:
    with (
        Browser({URL[:-1]: WSGIApp("call")}, timeout=SOON) as browser,
        pytest.raises(NoAnswer, match="sent no response within"),
    ):
        browser.page("https://app.example.com").fetch(URL)
