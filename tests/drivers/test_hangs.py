"""ASGI apps that hang: each ends within its timeout, says so, and keeps neither the test nor the process waiting."""

import asyncio
import heapq
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from crossorigin.browser import NetworkFailure
from crossorigin.drivers import (
    ASGI,
    ASGIDriver,
    AsyncASGIDriver,
    Fetched,
    Flow,
    LifespanFailed,
)
from crossorigin.drivers._frames import is_debugged, place_of
from crossorigin.testing import AsyncBrowser, Browser
from tests.drivers.flows import Script, script, send, verdict

pytestmark = pytest.mark.usefixtures("short_grace")

URL = "https://api.example.com/"
SOON = 0.05

Receive = Callable[[], Awaitable[dict[str, Any]]]
Answer = Callable[[dict[str, Any]], Awaitable[None]]
Part = Callable[[Receive, Answer], Awaitable[None]]


async def forever() -> None:
    await asyncio.Event().wait()


async def stubborn() -> None:
    while True:
        with suppress(asyncio.CancelledError):
            await forever()


async def respond(answer: Answer) -> None:
    await answer({"type": "http.response.start", "status": 200, "headers": []})
    await answer({"type": "http.response.body", "body": b"fine"})


def with_lifespan(lifespan: Part, calls: list[str] | None = None) -> Any:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        if calls is not None:
            calls.append(scope["type"])
        if scope["type"] == "lifespan":
            await lifespan(receive, answer)
        else:
            await respond(answer)

    return app


async def starts(receive: Receive, answer: Answer) -> None:
    assert await receive() == {"type": "lifespan.startup"}
    await answer({"type": "lifespan.startup.complete"})


def _sync(app: Any, asked: Script, **options: Any) -> Fetched:
    with ASGIDriver(app, **options) as driver:
        return driver.run(asked.flow())


def _async(app: Any, asked: Script, **options: Any) -> Fetched:
    async def main() -> Fetched:
        async with AsyncASGIDriver(app, **options) as driver:
            fetched = await driver.run(asked.flow())
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return fetched

    return asyncio.run(main())


Run = Callable[..., Fetched]


@pytest.fixture(params=[_sync, _async], ids=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param  # type: ignore[no-any-return]


# The start-up


async def _never_asks(receive: Receive, answer: Answer) -> None:
    await forever()


async def _never_says(receive: Receive, answer: Answer) -> None:
    await receive()
    await forever()


async def _waits_for_a_request(receive: Receive, answer: Answer) -> None:
    while (await receive())["type"] != "http.request":
        pass


async def _clings(receive: Receive, answer: Answer) -> None:
    await receive()
    await stubborn()


@pytest.mark.parametrize("lifespan", [_never_asks, _never_says, _waits_for_a_request, _clings])
@pytest.mark.parametrize("mode", ["auto", "on"])
def test_a_start_up_that_hangs_fails_each_request(run: Run, lifespan: Part, mode: str) -> None:
    calls: list[str] = []
    asked = script(send(URL), send(URL))
    fetched = run(with_lifespan(lifespan, calls), asked, timeout=SOON, lifespan=mode)
    assert calls == ["lifespan"]
    assert isinstance(fetched.exception, LifespanFailed)
    said = "it never received lifespan.startup" in str(fetched.exception)
    assert said == (lifespan is _never_asks)
    for answer in asked.answers:
        assert isinstance(answer, NetworkFailure)
        assert answer.kind == "application"
        assert "the app's start-up did not end within 0.05 s" in answer.message
        assert "ASGI(app, lifespan='off')" in answer.message


def test_the_lifespan_may_be_left_out(run: Run) -> None:
    assert run(with_lifespan(_never_says), script(send(URL)), timeout=60, lifespan="off").body == b"fine"


@pytest.mark.parametrize("words", ["", "no database"])
def test_a_start_up_that_fails_and_stays_is_ended(run: Run, words: str) -> None:
    async def lifespan(receive: Receive, answer: Answer) -> None:
        await answer({"type": "lifespan.startup.failed", "message": words})
        await stubborn()

    fetched = run(with_lifespan(lifespan), script(send(URL)), timeout=60)
    assert isinstance(fetched.exception, LifespanFailed)
    assert str(fetched.exception) == (words or "the app's startup failed")


async def _ends_early(receive: Receive, answer: Answer) -> None:
    await starts(receive, answer)


async def _ignores_it(receive: Receive, answer: Answer) -> None:
    return


async def _raises(receive: Receive, answer: Answer) -> None:
    raise RuntimeError("what is a lifespan?")


@pytest.mark.parametrize("lifespan", [_ends_early, _ignores_it, _raises])
def test_one_that_ends_early_is_fine(run: Run, lifespan: Part) -> None:
    assert run(with_lifespan(lifespan), script(send(URL)), timeout=60).body == b"fine"


def test_without_a_timeout_the_start_up_takes_as_long_as_it_takes() -> None:
    async def main() -> bytes:
        go, waiting = asyncio.Event(), asyncio.Event()

        async def lifespan(receive: Receive, answer: Answer) -> None:
            waiting.set()
            await go.wait()
            await starts(receive, answer)

        async with AsyncASGIDriver(with_lifespan(lifespan), timeout=None) as driver:
            running = asyncio.create_task(driver.run(script(send(URL)).flow()))
            await waiting.wait()
            go.set()
            return (await running).body

    assert asyncio.run(main()) == b"fine"


def test_a_start_up_goes_on_for_the_next_request_when_the_first_is_cancelled() -> None:
    calls: list[str] = []

    async def main() -> bytes:
        go, waiting = asyncio.Event(), asyncio.Event()

        async def lifespan(receive: Receive, answer: Answer) -> None:
            waiting.set()
            await go.wait()
            await starts(receive, answer)

        async with AsyncASGIDriver(with_lifespan(lifespan, calls), timeout=60) as driver:
            first = asyncio.create_task(driver.run(script(send(URL)).flow()))
            await waiting.wait()
            first.cancel()
            await asyncio.wait({first})
            second = asyncio.create_task(driver.run(script(send(URL)).flow()))
            go.set()
            return (await second).body

    assert asyncio.run(main()) == b"fine"
    assert calls == ["lifespan", "http"]


def test_closing_does_not_wait_for_a_start_up() -> None:
    calls: list[str] = []

    async def main() -> BaseException | None:
        waiting = asyncio.Event()

        async def lifespan(receive: Receive, answer: Answer) -> None:
            waiting.set()
            await forever()

        async with AsyncASGIDriver(with_lifespan(lifespan, calls), timeout=None) as driver:
            running = asyncio.create_task(driver.run(script(send(URL)).flow()))
            await waiting.wait()
        return (await running).exception

    assert str(asyncio.run(main())) == "the app was closed before it had started"
    assert calls == ["lifespan"]


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("hang", [forever, stubborn])
def test_ctrl_c_gets_out_of_a_start_up(hang: Callable[[], Awaitable[None]]) -> None:
    caller = threading.get_ident()

    async def lifespan(receive: Receive, answer: Answer) -> None:
        signal.pthread_kill(caller, signal.SIGINT)
        await hang()

    with pytest.raises(KeyboardInterrupt), ASGIDriver(with_lifespan(lifespan), timeout=3600) as driver:
        driver.run(script(send(URL)).flow())


# The shutdown


def shuts_down(*words: str, hang: Callable[[], Awaitable[None]]) -> Part:
    async def lifespan(receive: Receive, answer: Answer) -> None:
        await starts(receive, answer)
        assert await receive() == {"type": "lifespan.shutdown"}
        for word in words:
            await answer({"type": f"lifespan.shutdown.{word}", "message": "lost"})
        await hang()

    return lifespan


async def _deaf(receive: Receive, answer: Answer) -> None:
    await starts(receive, answer)
    await stubborn()


@pytest.mark.parametrize(
    ("lifespan", "says"),
    [
        pytest.param(
            shuts_down(hang=forever), "shutdown did not end within 0.05 s: it sent neither", id="says nothing"
        ),
        pytest.param(shuts_down(hang=stubborn), "shutdown did not end within 0.05 s", id="swallows cancellation"),
        pytest.param(_deaf, "shutdown did not end within 0.05 s", id="does not ask"),
        pytest.param(shuts_down("complete", hang=stubborn), "its lifespan did not return within 0.05 s", id="stays"),
        pytest.param(shuts_down("failed", hang=stubborn), "the app's shutdown failed: lost", id="fails and stays"),
    ],
)
def test_a_shutdown_that_hangs_is_an_error_of_closing(run: Run, lifespan: Part, says: str) -> None:
    asked = script(send(URL))
    with pytest.raises(LifespanFailed, match=says):
        run(with_lifespan(lifespan), asked, timeout=SOON)
    assert asked.head.status == 200


def test_what_failed_before_the_shutdown_is_not_hidden_by_it() -> None:
    app = with_lifespan(shuts_down(hang=forever))

    def test() -> None:
        with ASGIDriver(app, timeout=SOON) as driver:
            driver.run(script(send(URL)).flow())
            raise AssertionError("first")

    with pytest.raises(AssertionError, match="first") as caught:
        test()
    assert caught.value.__notes__[0].startswith("Then the app was closed: the app's shutdown did not end")

    async def main() -> None:
        async with AsyncASGIDriver(app, timeout=SOON) as driver:
            await driver.run(script(send(URL)).flow())
            raise AssertionError("second")

    with pytest.raises(AssertionError, match="second") as caught:
        asyncio.run(main())
    assert caught.value.__notes__


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_gets_out_of_a_shutdown() -> None:
    caller = threading.get_ident()

    async def hang() -> None:
        signal.pthread_kill(caller, signal.SIGINT)
        await stubborn()

    app = with_lifespan(shuts_down(hang=hang))
    with pytest.raises(KeyboardInterrupt), ASGIDriver(app, timeout=3600) as driver:
        driver.run(script(send(URL)).flow())


def test_a_closed_driver_starts_the_app_anew() -> None:
    calls: list[str] = []
    driver = ASGIDriver(with_lifespan(shuts_down("complete", hang=asyncio.Event().is_set), calls))  # type: ignore[arg-type]
    with pytest.raises(TypeError):  # the first shutdown awaits what cannot be awaited
        _run_and_close(driver)
    with pytest.raises(TypeError):
        _run_and_close(driver)
    assert calls == ["lifespan", "http"] * 2


def _run_and_close(driver: ASGIDriver) -> None:
    with driver:
        assert driver.run(script(send(URL)).flow()).body == b"fine"


# Requests of an ASGI app


def test_an_app_that_never_responds_and_will_not_go_is_left(run: Run) -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        await stubborn()

    asked = script(send(URL))
    fetched = run(app, asked, lifespan="off", timeout=SOON)
    assert (asked.failure.kind, asked.failure.message) == ("timeout", "the app sent no response within 0.05 s")
    assert fetched.exception is None


def test_an_app_that_stops_in_its_body_and_will_not_go_is_left(run: Run) -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        await answer({"type": "http.response.start", "status": 200, "headers": []})
        await answer({"type": "http.response.body", "body": b"half", "more_body": True})
        await stubborn()

    fetched = run(app, script(send(URL)), lifespan="off", timeout=SOON)
    assert fetched.body == b"half"
    assert fetched.body_failure is not None
    assert fetched.body_failure.message == "the app did not finish its response within 0.05 s"


def test_an_app_that_catches_everything_is_left_too() -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        while not released.is_set():
            try:
                await forever()
            except BaseException:
                caught.append("it")
                if len(caught) > 2:  # when the interpreter throws it away
                    return

    released, caught = threading.Event(), list[str]()
    asked = script(send(URL))
    _async(app, asked, lifespan="off", timeout=SOON)
    assert asked.failure.kind == "timeout"
    released.set()


def test_what_an_app_does_with_its_task_works_as_without_us(run: Run) -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        try:
            async with asyncio.timeout(0):
                await forever()
        except TimeoutError:
            async with asyncio.TaskGroup() as group:
                group.create_task(respond(answer))

    assert run(app, script(send(URL)), lifespan="off", timeout=60).body == b"fine"


# An app that blocks its event loop


class Blocking:
    """Blocks the loop at one place, until it is released."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.release = threading.Event()
        self.head_was_seen = threading.Event()

    def at(self, place: str) -> None:
        if place == self.place:
            self.release.wait()

    async def __call__(self, scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        if scope["type"] == "lifespan":
            self.at("startup")
            await starts(receive, answer)
            await receive()
            self.at("shutdown")
            await answer({"type": "lifespan.shutdown.complete"})
            return
        self.at("request")
        await answer({"type": "http.response.start", "status": 200, "headers": []})
        while self.place == "body" and not self.head_was_seen.is_set():
            await asyncio.sleep(0)
        self.at("body")
        await answer({"type": "http.response.body", "body": b"fine"})


@pytest.mark.parametrize("place", ["startup", "request"])
def test_a_blocked_loop_is_no_response(place: str) -> None:
    app = Blocking(place)
    asked = script(send(URL), send(URL))
    driver = ASGIDriver(app, timeout=SOON)
    fetched = driver.run(asked.flow())
    for answer in asked.answers:
        assert isinstance(answer, NetworkFailure)
        assert answer.kind == "timeout"
        assert answer.message.startswith("the app blocks its event loop: for 0.05 s it has been at ")
        assert f"{__file__}:" in answer.message
    assert fetched.body == b""
    if place == "startup":
        driver.close()  # nothing was started
    else:
        with pytest.raises(LifespanFailed, match="was not shut down: it blocks its event loop"):
            driver.close()
    app.release.set()


def test_a_loop_that_blocks_in_the_body() -> None:
    app = Blocking("body")
    asked = script(send(URL), send(URL))

    def flow(*, last: bool) -> Flow:
        asked.answers.append((yield send(URL)))
        app.head_was_seen.set()
        if not last:
            asked.answers.append((yield send(URL)))
        return verdict()

    driver = ASGIDriver(app, timeout=SOON, lifespan="off")
    fetched = driver.run(flow(last=True))
    assert asked.head.status == 200
    assert fetched.body_failure is not None
    assert fetched.body_failure.kind == "timeout"
    assert fetched.body_failure.message.startswith("the app blocks its event loop")
    driver.close()
    app.release.set()
    app.release, app.head_was_seen = threading.Event(), threading.Event()
    driver.run(flow(last=False))
    assert asked.failure.message.startswith("the app blocks its event loop")  # the second request, not the first's body
    driver.close()
    app.release.set()


def test_a_loop_that_blocks_in_the_shutdown() -> None:
    app = Blocking("shutdown")
    driver = ASGIDriver(app, timeout=SOON)
    assert driver.run(script(send(URL)).flow()).body == b"fine"
    with pytest.raises(LifespanFailed, match="was not shut down: the app blocks its event loop"):
        driver.close()
    app.release.set()


def test_a_loop_that_is_released_serves_again() -> None:
    app = Blocking("request")
    with ASGIDriver(app, timeout=SOON, lifespan="off") as driver:
        asked = script(send(URL))
        driver.run(asked.flow())
        assert asked.failure.kind == "timeout"
        app.place = ""
        app.release.set()
        assert driver.run(script(send(URL)).flow()).body == b"fine"


def test_a_slow_app_that_lets_its_loop_turn_is_no_blocked_one() -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        await stubborn()

    asked = script(send(URL))
    _sync(app, asked, lifespan="off", timeout=4 * SOON)
    assert asked.failure.message == "the app sent no response within 0.2 s"


# Debuggers


def test_a_debugger_may_take_its_time() -> None:
    frames: list[Any] = []
    code = "import sys\ndef stop(frames): frames.append(sys._getframe())\n"
    for name in ("pdb", "_pydevd_bundle.pydevd_frame", "app"):
        namespace: dict[str, Any] = {"__name__": name}
        exec(code, namespace)
        namespace["stop"](frames)
    assert [is_debugged(frame) for frame in frames] == [True, True, False]
    assert not is_debugged(None)


def test_the_place_is_the_apps_not_the_standard_librarys() -> None:
    frames: list[Any] = []
    heapq.nlargest(2, [1, 2], key=lambda each: frames.append(sys._getframe()) or each)
    frame = frames[0]
    assert "heapq" in frame.f_back.f_code.co_filename
    assert place_of(frame) == f"{__file__}:{frame.f_lineno}"
    assert place_of(frame.f_back) == f"{__file__}:{frame.f_back.f_back.f_lineno}"
    assert place_of(None) == "an unknown place"


# Browsers


def test_a_browser_says_so() -> None:
    app = with_lifespan(_never_says)
    with Browser({"https://api.example.com": app}, timeout=SOON) as browser:
        page = browser.page("https://app.example.com")
        with pytest.raises(LifespanFailed, match="start-up did not end within"):
            page.fetch(URL)
        assert isinstance(page.attempt(URL).exception, LifespanFailed)
    hang = with_lifespan(shuts_down(hang=forever))
    browser = Browser({"https://api.example.com": hang, "https://other.example.com": ASGI(app)}, timeout=SOON)
    browser.page("https://app.example.com").attempt(URL)
    with pytest.raises(LifespanFailed, match="shutdown did not end"):
        browser.close()

    def test() -> None:
        with Browser({URL[:-1]: hang}, timeout=SOON) as browser:
            browser.page("https://app.example.com").attempt(URL)
            raise AssertionError("first")

    with pytest.raises(AssertionError, match="first") as caught:
        test()
    assert caught.value.__notes__


def test_an_asynchronous_browser_says_so() -> None:
    async def main() -> None:
        async with AsyncBrowser({URL[:-1]: with_lifespan(_clings)}, timeout=SOON) as browser:
            with pytest.raises(LifespanFailed, match="start-up did not end within"):
                await browser.page("https://app.example.com").fetch(URL)
        async with AsyncBrowser({URL[:-1]: with_lifespan(shuts_down(hang=stubborn))}, timeout=SOON) as browser:
            await browser.page("https://app.example.com").attempt(URL)
            raise AssertionError("first")

    with pytest.raises(AssertionError, match="first") as caught:
        asyncio.run(main())
    assert caught.value.__notes__


def test_a_process_ends_though_its_apps_hang() -> None:
    code = """
import asyncio, threading
from crossorigin.testing import AsyncBrowser, Browser

API, PAGE = "https://api.example.com", "https://app.example.com"

def wsgi(environ, start_response):
    threading.Event().wait()

async def asgi(scope, receive, send):
    threading.Event().wait()

async def main():
    async with AsyncBrowser({API: wsgi}, timeout=0.05) as browser:
        print((await browser.page(PAGE).attempt(f"{API}/")).outcome)

asyncio.run(main())
for app in wsgi, asgi:
    with Browser({API: app}, timeout=0.05) as browser:
        print(browser.page(PAGE).attempt(f"{API}/").outcome)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["no-answer"] * 3
