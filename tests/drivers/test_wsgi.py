"""WSGI apps in process: the environ, every way to answer, and every way to fail."""

import asyncio
import contextvars
import io
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.validate import validator

import flask
import pytest

from crossorigin.drivers import AsyncWSGIDriver, Fetched, WSGIDriver
from crossorigin.standard import HeaderList
from tests.drivers.flows import Script, script, send

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Any]
Run = Callable[..., Fetched]
URL = "https://api.example.com/"


def _sync(app: App, asked: Script, **options: Any) -> Fetched:
    with WSGIDriver(app, **options) as driver:
        return driver.run(asked.flow())


def _async(app: App, asked: Script, **options: Any) -> Fetched:
    async def main() -> Fetched:
        async with AsyncWSGIDriver(app, **options) as driver:
            return await driver.run(asked.flow())

    return asyncio.run(main())


@pytest.fixture(params=[_sync, _async], ids=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param  # type: ignore[no-any-return]


def test_the_environ_is_whole(run: Run) -> None:
    seen: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        seen.append(environ | {"wsgi.input": environ["wsgi.input"].read()})
        start("200 OK", [])
        return []

    headers = [
        ("Origin", "https://app.example.com"),
        ("Content-Type", "text/plain"),
        ("X-Twice", "1"),
        ("x-twice", "2"),
        ("X_Twice", "smuggled"),
        ("Cookie", "a=1"),
        ("Cookie", "b=\xe9"),
    ]
    url = "https://api.example.com:8443/v1/caf%C3%A9%2f?q=%20&r"
    run(app, script(send(url, "PUT", headers, b"abc")), script_name="/v1/")
    assert seen == [
        {
            "REQUEST_METHOD": "PUT",
            "SCRIPT_NAME": "/v1",
            "PATH_INFO": "/caf\xc3\xa9/",
            "QUERY_STRING": "q=%20&r",
            "REQUEST_URI": "/v1/caf%C3%A9%2f?q=%20&r",
            "RAW_URI": "/v1/caf%C3%A9%2f?q=%20&r",
            "SERVER_NAME": "api.example.com",
            "SERVER_PORT": "8443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_PORT": "49152",
            "HTTP_HOST": "api.example.com:8443",
            "HTTP_ORIGIN": "https://app.example.com",
            "CONTENT_TYPE": "text/plain",
            "CONTENT_LENGTH": "3",
            "HTTP_X_TWICE": "1,2",
            "HTTP_COOKIE": "a=1; b=\xe9",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": b"abc",
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
    ]


@pytest.mark.parametrize(
    ("path", "script_name", "expected"),
    [
        ("/", "", ("", "/")),
        ("/v1", "/v1", ("/v1", "")),
        ("/v1/", "/v1", ("/v1", "/")),
        ("/v10/x", "/v1", ("", "/v10/x")),
    ],
)
def test_a_mounted_app_gets_the_rest_of_the_path(path: str, script_name: str, expected: tuple[str, str]) -> None:
    seen: list[tuple[str, str]] = []

    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        seen.append((environ["SCRIPT_NAME"], environ["PATH_INFO"]))
        start("200 OK", [])
        return []

    _sync(app, script(send(f"https://api.example.com{path}")), script_name=script_name)
    assert seen == [expected]


def test_the_standards_own_validator_has_nothing_to_say(run: Run) -> None:
    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        assert environ["wsgi.input"].read(3) == b"new"
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"valid"]

    asked = script(send(URL, "POST", [("Origin", "https://app.example.com")], b"new"))
    fetched = run(validator(app), asked)
    assert (fetched.exception, fetched.body) == (None, b"valid")


def test_flask_answers_and_streams_with_its_context(run: Run) -> None:
    app = flask.Flask("test")

    @app.route("/items/<int:number>", methods=["PUT"])
    def put(number: int) -> flask.Response:
        def stream() -> Iterator[str]:
            for part in range(3):
                yield f"{number}.{part} {flask.request.get_data(as_text=True)};"

        return flask.Response(flask.stream_with_context(stream()), headers=[("Vary", "A"), ("Vary", "B")])

    asked = script(send(f"{URL}items/7", "PUT", body=b"x"))
    fetched = run(app, asked)
    assert (fetched.exception, fetched.body) == (None, b"7.0 x;7.1 x;7.2 x;")
    assert asked.head.headers.values(b"vary") == (b"A", b"B")


class Body:
    """An iterable with a close(), as WSGI has it, that counts how often it was closed."""

    def __init__(self, *pieces: Any, error: BaseException | None = None, close: BaseException | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.close_error = close
        self.closed = 0

    def __iter__(self) -> Iterator[Any]:
        yield from self.pieces
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        self.closed += 1
        if self.close_error is not None:
            raise self.close_error


def answering(body: Any, status: str = "200 OK", headers: Any = ()) -> App:
    def app(environ: dict[str, Any], start: Start) -> Any:
        start(status, list(headers))
        return body

    return app


def test_a_body_is_joined_and_closed_once(run: Run) -> None:
    body = Body(b"", b"a", b"", b"bc")
    asked = script(send(URL))
    fetched = run(answering(body, "404 Not Found", [("Vary", "Origin"), ("vary", " Accept ")]), asked)
    assert (asked.head.status, fetched.body, fetched.truncated, fetched.body_failure) == (404, b"abc", False, None)
    assert asked.head.headers == HeaderList(((b"Vary", b"Origin"), (b"vary", b"Accept")))
    assert body.closed == 1


def test_a_generator_starts_its_response_when_it_is_first_asked() -> None:
    def app(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
        start("200 OK", [("X-Late", "1")])
        yield b"late"

    asked = script(send(URL))
    assert _sync(app, asked).body == b"late"
    assert asked.head.headers == HeaderList(((b"X-Late", b"1"),))


def test_write_comes_before_what_is_returned(run: Run) -> None:
    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        write = start("200 OK", [])
        write(b"one ")
        write(b"two ")
        return [b"three"]

    assert run(app, script(send(URL))).body == b"one two three"


def test_an_endless_body_is_cut_and_closed(run: Run) -> None:
    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
        finally:
            closed.append(True)

    closed: list[bool] = []
    fetched = run(answering(endless()), script(send(URL)), max_body=5500)
    assert (len(fetched.body), fetched.truncated, closed) == (5500, True, [True])


def test_what_is_written_without_end_is_not_kept_without_end() -> None:
    class Piece(bytes):
        alive = 0

        def __init__(self, _data: bytes) -> None:
            Piece.alive += 1

        def __del__(self) -> None:
            Piece.alive -= 1

    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        write = start("200 OK", [])
        for _ in range(1000):
            write(Piece(b"x" * 100))
            assert Piece.alive < 20
        return []

    fetched = _sync(app, script(send(URL)), max_body=1000)
    assert (fetched.exception, len(fetched.body), fetched.truncated) == (None, 1000, True)


def test_a_slow_body_times_out_between_its_pieces(run: Run) -> None:
    def slow() -> Iterator[bytes]:
        while True:
            yield b"x"
            threading.Event().wait(0.4)

    fetched = run(answering(slow()), script(send(URL)), timeout=1)
    assert 1 <= len(fetched.body) <= 4
    assert fetched.body_failure is not None
    assert fetched.body_failure.kind == "timeout"


@pytest.mark.parametrize(("method", "status"), [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304")])
def test_no_body_where_http_has_none(method: str, status: str) -> None:
    fetched = _sync(answering([b"ignored"], status), script(send(URL, method)))
    assert (fetched.body, fetched.body_failure) == (b"", None)


def test_a_redirects_body_is_run_to_its_end_too(run: Run) -> None:
    ends: list[str] = []

    def pieces(path: str) -> Iterator[bytes]:
        try:
            yield b"a"
            yield b"b"
            ends.append(f"end of {path}")
        finally:
            ends.append(f"closed {path}")

    def app(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
        start("200 OK", [])
        return pieces(environ["PATH_INFO"])

    run(app, script(send(f"{URL}1"), send(f"{URL}2")))
    assert ends == ["end of /1", "closed /1", "end of /2", "closed /2"]


# Apps that fail


def test_an_app_that_raises_before_it_answers(run: Run) -> None:
    error = ZeroDivisionError("by zero")

    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        raise error

    asked = script(send(URL))
    fetched = run(app, asked)
    assert asked.failure.kind == "application"
    assert asked.failure.message == (
        "the app raised ZeroDivisionError: by zero before it answered; "
        "a server would answer 500, with no field but its own"
    )
    assert fetched.exception is error


def test_a_head_that_was_not_sent_yet_is_lost_with_the_app() -> None:
    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [])
        raise ValueError("too late")

    asked = script(send(URL))
    assert isinstance(_sync(app, asked).exception, ValueError)
    assert asked.failure.kind == "application"


def test_an_app_that_raises_in_its_body(run: Run) -> None:
    error = KeyError("k")
    body = Body(b"half", error=error)
    asked = script(send(URL))
    fetched = run(answering(body), asked)
    assert (asked.head.status, fetched.body, fetched.exception, body.closed) == (200, b"half", error, 1)
    assert fetched.body_failure is not None
    assert fetched.body_failure.message == "the app raised KeyError: 'k' before its answer was complete"


def test_an_app_that_raises_when_it_is_closed_has_answered(run: Run) -> None:
    error = OSError("rollback")
    fetched = run(answering(Body(b"whole", close=error)), script(send(URL)))
    assert (fetched.body, fetched.body_failure, fetched.exception) == (b"whole", None, error)


def test_exc_info_replaces_a_head_that_was_not_sent() -> None:
    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [("X-Old", "1")])
        try:
            raise ValueError("inner")
        except ValueError:
            start("500 Oops", [("X-New", "1")], sys.exc_info())
        return [b"sorry"]

    asked = script(send(URL))
    assert _sync(app, asked).body == b"sorry"
    assert (asked.head.status, asked.head.headers) == (500, HeaderList(((b"X-New", b"1"),)))


def test_exc_info_is_raised_again_once_the_head_was_sent() -> None:
    def app(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
        start("200 OK", [])
        yield b"sent"
        try:
            raise ValueError("inner")
        except ValueError:
            start("500 Oops", [], sys.exc_info())

    asked = script(send(URL))
    fetched = _sync(app, asked)
    assert (asked.head.status, fetched.body, str(fetched.exception)) == (200, b"sent", "inner")


@pytest.mark.parametrize(
    ("app", "error"),
    [
        pytest.param(answering(["text"]), TypeError, id="text in the body"),
        pytest.param(answering([], "OK"), ValueError, id="status without a number"),
        pytest.param(answering([], "2000 OK"), ValueError, id="status of four digits"),
        pytest.param(answering([], "²00 OK"), ValueError, id="status of other digits"),
        pytest.param(answering([], 200), ValueError, id="status as a number"),  # type: ignore[arg-type]
        pytest.param(answering([], headers=[(b"a", b"b")]), TypeError, id="headers as bytes"),
        pytest.param(answering([], headers=[("a", "b\r\nset-cookie: c")]), ValueError, id="injected line"),
        pytest.param(answering([], headers=[("a", "\u20ac")]), UnicodeEncodeError, id="beyond latin-1"),
        pytest.param(lambda environ, start: [b"x"], AssertionError, id="body without a head"),
        pytest.param(lambda environ, start: [start("200 OK", []), start("200 OK", [])], AssertionError, id="two heads"),
        pytest.param(lambda environ, start: None, TypeError, id="nothing to iterate"),
    ],
)
def test_what_no_server_would_send_is_an_error_in_the_app(app: App, error: type[Exception]) -> None:
    asked = script(send(URL))
    fetched = _sync(app, asked)
    assert isinstance(fetched.exception, error), fetched.exception
    assert asked.failure.kind == "application"


@pytest.mark.parametrize("piece", [None, "text", 0])
def test_a_later_piece_that_is_not_bytes_is_an_error_too(run: Run, piece: object) -> None:
    asked = script(send(URL))
    fetched = run(answering([b"one", piece, b"two"]), asked)  # type: ignore[list-item]
    assert (asked.head.status, fetched.body) == (200, b"one")
    assert isinstance(fetched.exception, TypeError)
    assert fetched.body_failure is not None


def test_an_app_that_calls_no_start_response(run: Run) -> None:
    asked = script(send(URL))
    assert run(lambda environ, start: [], asked).exception is None
    assert asked.failure.message == "the app returned without an answer: it did not call start_response"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_is_not_the_apps(error: type[BaseException]) -> None:
    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        raise error

    with pytest.raises(error):
        _sync(app, script(send(URL)))


# Threads and contexts


WHO: contextvars.ContextVar[str] = contextvars.ContextVar("WHO")


def test_the_app_runs_in_the_callers_own_context() -> None:
    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        who = WHO.get()
        WHO.set("app")
        start("200 OK", [])
        return [f"{who} {threading.current_thread() is threading.main_thread()}".encode()]

    WHO.set("caller")
    assert _sync(app, script(send(URL))).body == b"caller True"
    assert WHO.get() == "app"


def test_in_an_asynchronous_test_it_does_not_stop_the_loop() -> None:
    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [])
        asked.set()
        assert ticked.wait(60)
        return [WHO.get().encode()]

    asked, ticked = threading.Event(), threading.Event()

    async def main() -> bytes:
        WHO.set("task")
        async with AsyncWSGIDriver(app) as driver:
            running = asyncio.create_task(driver.run(script(send(URL)).flow()))
            await asyncio.to_thread(asked.wait)
            ticked.set()
            return (await running).body

    assert asyncio.run(main()) == b"task"


def test_the_input_can_be_read_line_by_line() -> None:
    def app(environ: dict[str, Any], start: Start) -> list[bytes]:
        start("200 OK", [])
        assert isinstance(environ["wsgi.input"], io.BytesIO)
        return [line.strip() for line in environ["wsgi.input"]]

    assert _sync(app, script(send(URL, "POST", body=b"a\r\nb\n"))).body == b"ab"
