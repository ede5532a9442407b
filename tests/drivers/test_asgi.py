"""ASGI apps in process: what they are given, what is made of what they send, and how they end."""

import asyncio
import contextvars
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from crossorigin.drivers import ASGIDriver, AsyncASGIDriver, Fetched, LifespanFailed
from crossorigin.standard import HeaderList
from tests.drivers.flows import Script, script, send

Receive = Callable[[], Awaitable[dict[str, Any]]]
Answer = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Answer], Awaitable[None]]
Run = Callable[..., Fetched]


def _sync(app: App, asked: Script, **options: Any) -> Fetched:
    with ASGIDriver(app, **options) as driver:  # type: ignore[arg-type]
        return driver.run(asked.flow())


def _async(app: App, asked: Script, **options: Any) -> Fetched:
    async def main() -> Fetched:
        async with AsyncASGIDriver(app, **options) as driver:  # type: ignore[arg-type]
            return await driver.run(asked.flow())

    return asyncio.run(main())


@pytest.fixture(params=[_sync, _async], ids=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param  # type: ignore[no-any-return]


URL = "https://api.example.com/"


def answering(*messages: dict[str, Any], error: BaseException | None = None) -> App:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        if scope["type"] == "lifespan":
            raise NotImplementedError
        for message in messages:
            await answer(message)
        if error is not None:
            raise error

    return app


def start(status: int = 200, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


# What an app is given


def test_the_scope_is_whole(run: Run) -> None:
    scopes: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        scopes.append(scope)
        await answer(start())
        await answer(body(b""))

    headers = [("Origin", "https://app.example.com"), ("X-TWICE", "1"), ("x-twice", "\xe9")]
    asked = script(send("https://api.example.com:8443/v1/caf%C3%A9%2f?q=%20#f", "PUT", headers, b"abc"))
    run(app, asked, root_path="/v1", lifespan="off")
    assert scopes == [
        {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "2",
            "method": "PUT",
            "scheme": "https",
            "server": ("api.example.com", 8443),
            "client": ("127.0.0.1", 49152),
            "root_path": "/v1",
            "path": "/v1/café/",
            "raw_path": b"/v1/caf%C3%A9%2f",
            "query_string": b"q=%20",
            "headers": [
                (b"host", b"api.example.com:8443"),
                (b"origin", b"https://app.example.com"),
                (b"x-twice", b"1"),
                (b"x-twice", b"\xe9"),
                (b"content-length", b"3"),
            ],
            "extensions": {},
        }
    ]


@pytest.mark.parametrize("size", [0, 10, 65536, 65537, 200_000])
def test_a_large_body_comes_in_pieces_as_from_a_server(run: Run, size: int) -> None:
    messages: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        while not messages or messages[-1].get("more_body"):
            messages.append(await receive())
        await answer(start())
        await answer(body(b""))
        messages.append(await receive())

    run(app, script(send(URL, "POST", body=b"x" * size)), lifespan="off")
    assert [message["type"] for message in messages] == ["http.request"] * max(1, -(-size // 65536)) + [
        "http.disconnect"
    ]
    assert b"".join(message.get("body", b"") for message in messages) == b"x" * size


def test_an_app_runs_in_its_frameworks_routes(run: Run) -> None:
    async def item(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{request.method} {request.url} {await request.body()!r}")

    app = Starlette(routes=[Route("/items/{id}", item, methods=["PUT"])])
    fetched = run(app, script(send(f"{URL}items/1?a=b", "PUT", body=b"new")))
    assert fetched.body == b"PUT https://api.example.com/items/1?a=b b'new'"


# What is made of what it sends


def test_bytes_of_headers_are_kept_as_they_are(run: Run) -> None:
    headers = ((b"Vary", b"Origin"), (b"vary", b"  Accept\t"), (b"X-A", b"\xff"), (b"vary", b"Origin"))
    asked = script(send(URL))
    fetched = run(answering(start(201, *headers), body(b"x")), asked)
    assert asked.head.status == 201
    assert asked.head.headers == HeaderList(
        ((b"Vary", b"Origin"), (b"vary", b"Accept"), (b"X-A", b"\xff"), (b"vary", b"Origin"))
    )
    assert (fetched.body, fetched.body_failure, fetched.exception) == (b"x", None, None)


def test_a_streamed_body_is_joined(run: Run) -> None:
    fetched = run(
        answering(start(), body(b"a", more=True), body(b"", more=True), body(b"bc", more=True), body(b"")),
        script(send(URL)),
    )
    assert (fetched.body, fetched.truncated) == (b"abc", False)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("GET", 205)])
def test_no_body_where_http_has_none(method: str, status: int) -> None:
    fetched = _sync(answering(start(status), body(b"ignored")), script(send(URL, method)))
    assert (fetched.body, fetched.body_failure) == (b"", None)


def test_an_endless_stream_is_cut_and_the_app_told(run: Run) -> None:
    ended: list[str] = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
        finally:
            ended.append("ended")

    app = Starlette(routes=[Route("/", lambda request: StreamingResponse(endless()))])
    fetched = run(app, script(send(URL)), max_body=5000)
    assert (fetched.body, fetched.truncated, fetched.exception) == (b"x" * 5000, True, None)
    assert ended == ["ended"]


def test_an_app_that_streams_waits_for_its_reader() -> None:
    sent = 0

    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        nonlocal sent
        await answer(start())
        while sent < 1000:
            await answer(body(b"x" * 100_000, more=True))
            sent += 1

    fetched = _sync(app, script(send(URL)), lifespan="off", max_body=250_000)
    assert fetched.truncated
    assert sent < 10


def test_a_slow_event_stream_times_out_with_what_had_come(run: Run) -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        await answer(start())
        await answer(body(b"data: 1\n\n", more=True))
        message = await receive()
        assert message == {"type": "http.request", "body": b"", "more_body": False}
        seen.append(await receive())

    seen: list[dict[str, Any]] = []
    fetched = run(app, script(send(URL)), lifespan="off", timeout=1)
    assert fetched.body == b"data: 1\n\n"
    assert fetched.body_failure is not None
    assert (fetched.body_failure.kind, fetched.exception) == ("timeout", None)
    assert seen == [{"type": "http.disconnect"}]


def test_an_app_that_never_answers_times_out(run: Run) -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        await asyncio.Event().wait()

    asked = script(send(URL))
    run(app, asked, lifespan="off", timeout=0.2)
    assert (asked.failure.kind, asked.failure.message) == ("timeout", "the app sent no response within 0.2 s")


def test_background_work_is_done_when_its_exchange_is(run: Run) -> None:
    done: list[str] = []

    async def work(path: str) -> None:
        for _ in range(100):
            await asyncio.sleep(0)
        done.append(path)

    async def redirect(request: Request) -> RedirectResponse:
        return RedirectResponse("/b", background=BackgroundTask(work, "/a"))

    async def final(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"after {done}", background=BackgroundTask(work, "/b"))

    app = Starlette(routes=[Route("/a", redirect), Route("/b", final)])
    fetched = run(app, script(send(f"{URL}a"), send(f"{URL}b")))
    assert fetched.body == b"after ['/a']"
    assert done == ["/a", "/b"]


def test_background_work_longer_than_the_timeout_goes_on_until_the_driver_is_closed() -> None:
    states: list[str] = []

    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        await answer(start())
        await answer(body(b"answered"))
        try:
            await asyncio.Event().wait()
        finally:
            states.append("stopped")

    with ASGIDriver(app, lifespan="off", timeout=1) as driver:  # type: ignore[arg-type]
        fetched = driver.run(script(send(URL)).flow())
        assert (fetched.body, fetched.body_failure) == (b"answered", None)
        assert states == []
    assert states == ["stopped"]


# Apps that fail


def test_an_app_that_raises_before_it_answers(run: Run) -> None:
    error = ZeroDivisionError("division by zero")
    asked = script(send(URL))
    fetched = run(answering(error=error), asked)
    assert asked.failure.kind == "application"
    assert asked.failure.message == (
        "the app raised ZeroDivisionError: division by zero before it answered; "
        "a server would answer 500, with no field but its own"
    )
    assert fetched.exception is error
    assert error.__traceback__ is not None


def test_an_app_that_raises_in_its_body(run: Run) -> None:
    error = KeyError("k")
    asked = script(send(URL))
    fetched = run(answering(start(), body(b"half", more=True), error=error), asked)
    assert asked.head.status == 200
    assert (fetched.body, fetched.exception) == (b"half", error)
    assert fetched.body_failure is not None
    assert fetched.body_failure.message == "the app raised KeyError: 'k' before its answer was complete"


def test_a_framework_that_answers_500_and_raises_again(run: Run) -> None:
    async def boom(request: Request) -> PlainTextResponse:
        raise LookupError("gone")

    asked = script(send(URL))
    fetched = run(Starlette(routes=[Route("/", boom)]), asked)
    assert asked.head.status == 500
    assert (fetched.body, fetched.body_failure) == (b"Internal Server Error", None)
    assert isinstance(fetched.exception, LookupError)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()], ids=["SystemExit", "KeyboardInterrupt"])
def test_an_app_that_would_stop_the_loop_does_not(run: Run, error: BaseException) -> None:
    fetched = run(answering(error=error), script(send(URL)))
    assert fetched.exception is error


def test_an_app_that_returns_without_an_answer(run: Run) -> None:
    asked = script(send(URL))
    assert run(answering(), asked).exception is None
    assert asked.failure.message == "the app returned without an answer: it sent no http.response.start"


def test_an_app_that_returns_in_the_middle(run: Run) -> None:
    fetched = run(answering(start(), body(b"half", more=True)), script(send(URL)))
    assert fetched.body_failure is not None
    assert fetched.body_failure.message == "the app returned before its answer was complete"


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        pytest.param([body(b"x")], RuntimeError, id="body first"),
        pytest.param([start(), start()], RuntimeError, id="two starts"),
        pytest.param([start(), body(b""), body(b"")], RuntimeError, id="body after the end"),
        pytest.param([{"type": "http.response.push"}], RuntimeError, id="unknown message"),
        pytest.param([start(99)], ValueError, id="status 99"),
        pytest.param([start("200")], ValueError, id="status as text"),  # type: ignore[arg-type]
        pytest.param([start(200, ("vary", "origin"))], TypeError, id="headers as text"),  # type: ignore[arg-type]
        pytest.param([start(200, (b"a b", b""))], ValueError, id="name with a space"),
        pytest.param([start(200, (b"a", b"b\r\nset-cookie: c"))], ValueError, id="injected line"),
        pytest.param([start(), {"type": "http.response.body", "body": "text"}], TypeError, id="body as text"),
    ],
)
def test_what_no_server_would_send_is_an_error_in_the_app(
    messages: list[dict[str, Any]], error: type[Exception]
) -> None:
    fetched = _sync(answering(*messages), script(send(URL)))
    assert isinstance(fetched.exception, error)


def test_the_exception_of_an_earlier_exchange_is_kept(run: Run) -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        await answer(start())
        await answer(body(b""))
        if scope["method"] == "OPTIONS":
            raise ValueError("in the preflight")

    fetched = run(app, script(send(URL, "OPTIONS"), send(URL)), lifespan="off")
    assert str(fetched.exception) == "in the preflight"


# WebSocket handshakes


HANDSHAKE = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Origin", "https://app.example.com")]


def test_a_websocket_handshake_is_one_for_the_app_too(run: Run) -> None:
    async def talk(websocket: WebSocket) -> None:
        assert websocket.url.scheme == "wss"
        await websocket.accept(headers=[(b"x-a", b"b")])
        await websocket.send_text("hello")

    asked = script(send(URL, headers=HANDSHAKE))
    fetched = run(Starlette(routes=[WebSocketRoute("/", talk)]), asked)
    assert (asked.head.status, asked.head.headers) == (101, HeaderList(((b"x-a", b"b"),)))
    assert (fetched.body, fetched.body_failure, fetched.exception) == (b"", None, None)


def test_a_websocket_that_is_closed_before_it_opens_is_a_403(run: Run) -> None:
    async def refuse(websocket: WebSocket) -> None:
        await websocket.close()

    asked = script(send(URL, headers=HANDSHAKE))
    run(Starlette(routes=[WebSocketRoute("/", refuse)]), asked)
    assert asked.head.status == 403


def test_a_websocket_may_be_denied_with_a_response(run: Run) -> None:
    async def deny(websocket: WebSocket) -> None:
        await websocket.send_denial_response(PlainTextResponse("no", status_code=401))

    asked = script(send(URL, headers=HANDSHAKE))
    fetched = run(Starlette(routes=[WebSocketRoute("/", deny)]), asked)
    assert (asked.head.status, fetched.body) == (401, b"no")


# Lifespan


def _lifespan_app(events: list[str]) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        events.append("startup")
        yield {"pool": "open"}
        events.append("shutdown")

    async def show(request: Request) -> PlainTextResponse:
        events.append("request")
        return PlainTextResponse(request.state.pool)

    return Starlette(routes=[Route("/", show)], lifespan=lifespan)


def test_an_app_is_started_once_and_shut_down(run: Run) -> None:
    events: list[str] = []
    fetched = run(_lifespan_app(events), script(send(URL), send(URL)))
    assert fetched.body == b"open"
    assert events == ["startup", "request", "request", "shutdown"]


def test_each_request_has_the_lifespans_state_and_cannot_change_it_for_the_next(run: Run) -> None:
    seen: list[dict[str, str]] = []

    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["pool"] = "open"
            await answer({"type": "lifespan.startup.complete"})
            return
        seen.append(dict(scope["state"]))
        scope["state"]["user"] = "me"
        await answer(start())
        await answer(body(b""))

    run(app, script(send(URL), send(URL)))
    assert seen == [{"pool": "open"}, {"pool": "open"}]


def test_lifespan_off_leaves_it_out(run: Run) -> None:
    events: list[str] = []
    assert isinstance(run(_lifespan_app(events), script(send(URL)), lifespan="off").exception, AttributeError)
    assert events == ["request"]


@pytest.mark.parametrize("words", ["", "no database"])
def test_an_app_that_does_not_start_is_a_failure_each_time(run: Run, words: str) -> None:
    calls: list[str] = []

    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        calls.append(scope["type"])
        await answer({"type": "lifespan.startup.failed", "message": words})
        raise OSError("disk")

    asked = script(send(URL), send(URL))
    fetched = run(app, asked)
    assert calls == ["lifespan"]
    assert asked.failure.kind == "application"
    assert (words or "the app's startup failed") in asked.failure.message
    assert isinstance(fetched.exception, LifespanFailed)
    assert isinstance(fetched.exception.__cause__, OSError)


def test_an_app_without_a_lifespan_goes_on_unless_it_must_have_one(run: Run) -> None:
    app = answering(start(), body(b"fine"))
    assert run(app, script(send(URL))).body == b"fine"
    asked = script(send(URL))
    assert isinstance(run(app, asked, lifespan="on").exception, NotImplementedError)
    assert asked.failure.kind == "application"


def test_a_shutdown_that_fails_is_an_error_of_closing(run: Run) -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await answer({"type": "lifespan.startup.complete"})
            await receive()
            await answer({"type": "lifespan.shutdown.failed", "message": "lost"})
            return
        await answer(start())
        await answer(body(b""))

    with pytest.raises(LifespanFailed, match="shutdown failed: lost"):
        run(app, script(send(URL)))


def test_a_shutdown_that_raises_is_raised(run: Run) -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await answer({"type": "lifespan.startup.complete"})
            await receive()
            raise ConnectionError("lost")
        await answer(start())
        await answer(body(b""))

    with pytest.raises(ConnectionError, match="lost"):
        run(app, script(send(URL)))


def test_lifespan_is_one_of_three_words() -> None:
    with pytest.raises(ValueError, match="'auto', 'on' or 'off'"):
        ASGIDriver(answering(), lifespan="maybe")  # type: ignore[arg-type]


# Threads and contexts


WHO: contextvars.ContextVar[str] = contextvars.ContextVar("WHO")


async def _who(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
    await answer(start())
    await answer(body(f"{WHO.get()} {threading.current_thread().name}".encode()))


def test_the_app_sees_the_callers_context_in_a_thread_of_its_own() -> None:
    WHO.set("caller")
    assert _sync(_who, script(send(URL)), lifespan="off").body == b"caller crossorigin-loop"


def test_it_works_inside_a_running_loop() -> None:
    async def main() -> Fetched:
        WHO.set("inner")
        return _sync(_who, script(send(URL)), lifespan="off")

    assert asyncio.run(main()).body == b"inner crossorigin-loop"


def test_the_asynchronous_driver_runs_the_app_in_the_callers_loop() -> None:
    loops: list[object] = []

    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        loops.append(asyncio.get_running_loop())
        await answer(start())
        await answer(body(b""))

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        async with AsyncASGIDriver(app, lifespan="off") as driver:  # type: ignore[arg-type]
            await driver.run(script(send(URL)).flow())

    asyncio.run(main())
    assert loops[0] is loops[1]


def test_a_driver_that_drives_itself_says_so_instead_of_hanging() -> None:
    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        driver.run(script(send(URL)).flow())

    driver = ASGIDriver(app, lifespan="off")  # type: ignore[arg-type]
    with driver:
        fetched = driver.run(script(send(URL)).flow())
    assert isinstance(fetched.exception, RuntimeError)
    assert "AsyncBrowser" in str(fetched.exception)


def test_a_driver_nobody_closed_leaves_no_thread() -> None:
    driver = ASGIDriver(answering(start(), body(b"")))  # type: ignore[arg-type]
    driver.run(script(send(URL)).flow())
    assert any(thread.name == "crossorigin-loop" for thread in threading.enumerate())
    del driver
    assert not any(thread.name == "crossorigin-loop" for thread in threading.enumerate())


def test_a_cancelled_run_stops_the_app() -> None:
    states: list[str] = []

    async def main() -> None:
        called = asyncio.Event()

        async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
            called.set()
            try:
                await asyncio.Event().wait()
            finally:
                states.append("stopped")

        async with AsyncASGIDriver(app, lifespan="off") as driver:  # type: ignore[arg-type]
            running = asyncio.create_task(driver.run(script(send(URL)).flow()))
            await called.wait()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert states == ["stopped"]

    asyncio.run(main())


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_gets_past_an_app_that_blocks_its_loop() -> None:
    release = threading.Event()
    caller = threading.get_ident()
    threads: list[threading.Thread] = []

    async def app(scope: dict[str, Any], receive: Receive, answer: Answer) -> None:
        await answer(start())
        threads.append(threading.current_thread())
        signal.pthread_kill(caller, signal.SIGINT)
        release.wait()

    driver = ASGIDriver(app, lifespan="off", timeout=3600)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt), driver:
        driver.run(script(send(URL)).flow())
    release.set()
    (loop,) = threads
    loop.join(60)
    assert not loop.is_alive()
