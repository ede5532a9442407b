"""HTTP/1.1 over real sockets: what goes out, and what is made of every kind of answer."""

import asyncio
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from crossorigin.drivers import AsyncNetworkDriver, Fetched, NetworkDriver
from crossorigin.standard import HeaderList
from tests.drivers.flows import Script, script, send
from tests.drivers.servers import Answering, RawServer, closed_port, ok, read_head

Run = Callable[..., Fetched]


def _sync(flow_of: Script, **options: object) -> Fetched:
    with NetworkDriver(environ={}, **options) as driver:  # type: ignore[arg-type]
        return driver.run(flow_of.flow())


def _async(flow_of: Script, **options: object) -> Fetched:
    async def main() -> Fetched:
        async with AsyncNetworkDriver(environ={}, **options) as driver:  # type: ignore[arg-type]
            return await driver.run(flow_of.flow())

    return asyncio.run(main())


@pytest.fixture(params=[_sync, _async], ids=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param  # type: ignore[no-any-return]


def _answered(*pieces: bytes, run: Run = _sync, **options: object) -> tuple[Script, Fetched]:
    with RawServer(Answering(*pieces)) as server:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        return asked, run(asked, **options)


# What goes out


def test_nothing_is_on_the_wire_but_what_the_flow_says_and_host(run: Run) -> None:
    answer = Answering(ok())
    with RawServer(answer) as server:
        url = f"http://127.0.0.1:{server.port}/a%2fb/%zz/|?q=%20&\"'"
        run(script(send(url, headers=[("Accept", "*/*"), ("X-Twice", "1"), ("x-twice", "2"), ("X-Empty", "")])))
    assert answer.requests == [
        (
            b"GET /a%%2fb/%%zz/|?q=%%20&%%22%%27 HTTP/1.1\r\n"
            b"Host: 127.0.0.1:%d\r\nAccept: */*\r\nX-Twice: 1\r\nx-twice: 2\r\nX-Empty: \r\n\r\n"
        )
        % server.port
    ]


def test_a_bare_question_mark_stays_and_a_fragment_does_not() -> None:
    answer = Answering(ok())
    with RawServer(answer) as server:
        _sync(script(send(f"http://127.0.0.1:{server.port}/p?#frag")))
    assert answer.requests[0].startswith(b"GET /p? HTTP/1.1\r\n")


def test_a_body_goes_with_its_length(run: Run) -> None:
    answer = Answering(ok(), body=5)
    with RawServer(answer) as server:
        run(script(send(f"http://127.0.0.1:{server.port}/", "PUT", [("Content-Type", "text/plain")], b"a\r\n\0b")))
    assert answer.requests == [
        b"PUT / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\na\r\n\0b"
        % server.port
    ]


@pytest.mark.parametrize(
    ("method", "expected"),
    [("POST", b"Content-Length: 0\r\n"), ("PUT", b"Content-Length: 0\r\n"), ("DELETE", b""), ("patch", b"")],
)
def test_only_a_bodyless_post_or_put_says_that_it_has_no_body(method: str, expected: bytes) -> None:
    answer = Answering(ok())
    with RawServer(answer) as server:
        _sync(script(send(f"http://127.0.0.1:{server.port}/", method)))
    host = b"Host: 127.0.0.1:%d\r\n" % server.port
    assert answer.requests == [method.encode() + b" / HTTP/1.1\r\n" + host + expected + b"\r\n"]


def test_each_exchange_has_a_connection_of_its_own(run: Run) -> None:
    answer = Answering(ok())
    with RawServer(answer) as server:
        url = f"http://127.0.0.1:{server.port}/"
        asked = script(send(url, "OPTIONS"), send(url, "PUT"))
        fetched = run(asked)
        assert server.connections == 2
    assert [request.split(b" ")[0] for request in answer.requests] == [b"OPTIONS", b"PUT"]
    assert [answer.status for answer in asked.answers] == [200, 200]  # type: ignore[union-attr]
    assert fetched.body == b"hello"


# What comes back


def test_duplicate_fields_are_kept_in_order_and_in_their_case(run: Run) -> None:
    asked, fetched = _answered(
        ok(
            b"x",
            b"Vary: Origin",
            b"ACCESS-control-Allow-Origin: a",
            b"vary:  Accept \t",
            b"access-control-allow-origin: b",
        ),
        run=run,
    )
    assert asked.head.status == 200
    assert asked.head.http_version == "HTTP/1.1"
    assert asked.head.headers == HeaderList(
        (
            (b"Content-Length", b"1"),
            (b"Vary", b"Origin"),
            (b"ACCESS-control-Allow-Origin", b"a"),
            (b"vary", b"Accept"),
            (b"access-control-allow-origin", b"b"),
        )
    )
    assert (fetched.body, fetched.truncated, fetched.body_failure, fetched.exception) == (b"x", False, None, None)


@pytest.mark.parametrize(
    "early", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n" * 3]
)
def test_informational_responses_are_passed_over(early: bytes) -> None:
    asked, fetched = _answered(early, ok(b"done"))
    assert (asked.head.status, asked.head.headers, fetched.body) == (
        200,
        HeaderList(((b"Content-Length", b"4"),)),
        b"done",
    )


@pytest.mark.parametrize(
    ("response", "body"),
    [
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
            b"abcd",
            id="chunked",
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end", id="until the connection closes"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nold", b"old", id="HTTP/1.0"),
        pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", b"hi", id="bare line feeds"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", b"", id="204"),
        pytest.param(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b"", id="304 with a length"),
    ],
)
def test_bodies_end_where_http_says(run: Run, response: bytes, body: bytes) -> None:
    _, fetched = _answered(response, run=run)
    assert (fetched.body, fetched.truncated, fetched.body_failure) == (body, False, None)


def test_a_body_is_read_to_the_limit_and_no_further(run: Run) -> None:
    _, exactly = _answered(ok(b"12345"), run=run, max_body=5)
    assert (exactly.body, exactly.truncated) == (b"12345", False)
    _, more = _answered(ok(b"123456"), run=run, max_body=5)
    assert (more.body, more.truncated, more.body_failure) == (b"12345", True, None)


def test_a_body_of_a_gigabyte_is_cut_and_not_waited_for(run: Run) -> None:
    answer = Answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", *([b"x" * 1_000_000] * 1074))
    with RawServer(answer) as server:
        fetched = run(script(send(f"http://127.0.0.1:{server.port}/")), max_body=100_000)
        assert answer.closed.wait(60)
    assert (len(fetched.body), fetched.truncated) == (100_000, True)


def test_a_body_that_breaks_off_is_kept_as_far_as_it_came(run: Run) -> None:
    asked, fetched = _answered(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", run=run)
    assert asked.head.status == 200
    assert (fetched.body, fetched.truncated) == (b"half", False)
    assert fetched.body_failure is not None
    assert fetched.body_failure.kind == "protocol"


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="status of letters"),
        pytest.param(b"HTTP/1.1 99 Low\r\n\r\n", id="status of two digits"),
        pytest.param(b"HTTP/1.1 099 Low\r\n\r\n", id="status below 100"),
        pytest.param(b"HTTP/1.1 1000 High\r\n\r\n", id="status of four digits"),
        pytest.param(b"HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n", id="space in a field name"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", id="two lengths"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n", id="NUL in a value"),
        pytest.param(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", id="101 unasked"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Half", id="half a head"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_no_http_is_a_failure_and_no_exception(run: Run, response: bytes) -> None:
    asked, fetched = _answered(response, run=run)
    assert asked.failure.kind == "protocol"
    assert "127.0.0.1:" in asked.failure.message
    assert asked.failure.message.isprintable()
    assert fetched.body == b""


def test_what_a_hostile_server_wrote_is_quoted_short() -> None:
    asked, _ = _answered(b"\x1b[31m" + b"A" * 50_000 + b"\r\n\r\n")
    assert len(asked.failure.message) < 400
    assert "\x1b" not in asked.failure.message


def test_a_connection_that_is_reset_is_a_failure(run: Run) -> None:
    def reset(connection: socket.socket) -> None:
        read_head(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with RawServer(reset) as server:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        run(asked)
    assert asked.failure.kind == "protocol"
    assert "answer" in asked.failure.message


@pytest.mark.parametrize("size", [100_000, 200_000])
def test_large_heads_are_taken_up_to_chromiums_limit(size: int) -> None:
    asked, _ = _answered(ok(b"", b"X-Large: " + b"x" * size))
    assert len(asked.head.headers.get(b"x-large") or b"") == size


@pytest.mark.parametrize(
    "field",
    [pytest.param(b"X-Large: " + b"x" * 400_000, id="one"), pytest.param(b"\r\n".join([b"X: y"] * 80_000), id="many")],
)
def test_a_head_beyond_it_is_too_large(run: Run, field: bytes) -> None:
    asked, _ = _answered(ok(b"", field), run=run)
    assert asked.failure.kind == "too-large"


# Nobody there, or nobody in time


def test_nobody_listening_is_refused(run: Run) -> None:
    with closed_port() as port:
        asked = script(send(f"http://127.0.0.1:{port}/"))
        run(asked)
    assert asked.failure.kind == "refused"
    assert asked.failure.message == f"nothing listens at 127.0.0.1:{port}: the connection was refused"


def test_a_server_that_does_not_answer_times_out(run: Run) -> None:
    with RawServer(lambda connection: read_head(connection) and connection.recv(1)) as server:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        run(asked, timeout=1)
    assert asked.failure.kind == "timeout"
    assert asked.failure.message == f"1 s were over while waiting for 127.0.0.1:{server.port} to answer"


def test_a_server_that_sends_a_byte_at_a_time_cannot_stretch_the_timeout(run: Run) -> None:
    trickle = [bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 50_000]
    with RawServer(Answering(*trickle, pause=0.02)) as server:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        run(asked, timeout=0.4)
    assert asked.failure.kind == "timeout"


def test_a_body_that_trickles_is_cut_off_after_the_head_was_judged(run: Run) -> None:
    pieces = [b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n", *[b"x"] * 50_000]
    with RawServer(Answering(*pieces, pause=0.02)) as server:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        fetched = run(asked, timeout=1.5)
    assert asked.head.status == 200
    assert 0 < len(fetched.body) < 50_000
    assert fetched.body_failure is not None
    assert fetched.body_failure.kind == "timeout"


EVENT_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: Text/Event-Stream; charset=utf-8\r\n\r\n"


class Streaming:
    """Sends events, and stays until its client hangs up."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.hung_up = threading.Event()

    def __call__(self, connection: socket.socket) -> None:
        read_head(connection)
        for piece in (EVENT_STREAM, *self.pieces):
            connection.sendall(piece)
        connection.settimeout(None)
        if connection.recv(1) == b"":
            self.hung_up.set()


def test_an_event_stream_gives_what_comes_while_there_is_time(run: Run) -> None:
    streaming = Streaming(b"data: 1\n\n", b"data: 2\n\n")
    with RawServer(streaming) as server:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        fetched = run(asked, timeout=0.4)
        assert streaming.hung_up.wait(60)
    assert asked.head.status == 200
    assert (fetched.body, fetched.truncated, fetched.body_failure) == (b"data: 1\n\ndata: 2\n\n", True, None)


def test_an_event_stream_that_ends_is_whole(run: Run) -> None:
    with RawServer(Answering(EVENT_STREAM, b"data: 1\n\n")) as server:
        fetched = run(script(send(f"http://127.0.0.1:{server.port}/")))
    assert (fetched.body, fetched.truncated, fetched.body_failure) == (b"data: 1\n\n", False, None)


def test_an_event_stream_is_read_to_the_limit(run: Run) -> None:
    with RawServer(Streaming(*[b"data: x\n\n"] * 5)) as server:
        fetched = run(script(send(f"http://127.0.0.1:{server.port}/")), timeout=3600, max_body=10)
    assert (fetched.body, fetched.truncated, fetched.body_failure) == (b"data: x\n\nd", True, None)


def test_an_event_stream_that_breaks_is_broken(run: Run) -> None:
    head = EVENT_STREAM.replace(b"\r\n\r\n", b"\r\nContent-Length: 100\r\n\r\n")
    with RawServer(Answering(head, b"data: 1\n\n")) as server:
        fetched = run(script(send(f"http://127.0.0.1:{server.port}/")))
    assert fetched.body_failure is not None


def test_event_streams_may_be_left_unread(run: Run) -> None:
    with RawServer(Streaming(b"data: 1\n\n")) as server:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        fetched = run(asked, timeout=3600, event_streams=False)
    assert asked.head.status == 200
    assert (fetched.body, fetched.truncated, fetched.body_failure) == (b"", True, None)


def test_endless_informational_responses_time_out(run: Run) -> None:
    pieces = [b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 10_000
    with RawServer(Answering(*pieces, pause=0.001)) as server:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        run(asked, timeout=0.4)
    assert asked.failure.kind == "timeout"


def test_the_connection_is_closed_when_the_time_is_up() -> None:
    answer = Answering(b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 2000, pause=0.005)
    with RawServer(answer) as server:
        _sync(script(send(f"http://127.0.0.1:{server.port}/")), timeout=0.2)
        assert answer.closed.wait(60)


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_a_synchronous_run_and_its_connection_at_once() -> None:
    hung_up = threading.Event()
    caller = threading.get_ident()

    def silent(connection: socket.socket) -> None:
        read_head(connection)
        signal.pthread_kill(caller, signal.SIGINT)
        connection.settimeout(None)
        if connection.recv(1) == b"":
            hung_up.set()

    with RawServer(silent) as server, NetworkDriver(environ={}, timeout=3600) as driver:
        asked = script(send(f"http://127.0.0.1:{server.port}/"))
        with pytest.raises(KeyboardInterrupt):
            driver.run(asked.flow())
        assert hung_up.wait(60)


def test_the_synchronous_driver_works_inside_a_running_loop() -> None:
    async def main() -> bytes:
        _, fetched = _answered(ok(b"inside"))
        return fetched.body

    assert asyncio.run(main()) == b"inside"


def test_a_flow_that_sends_nothing_has_its_verdict(run: Run) -> None:
    fetched = run(script())
    assert fetched.verdict.readable
    assert fetched.body == b""


def test_plain_http_loads_no_library_of_tls_and_http2() -> None:
    program = (
        "import sys\n"
        "from crossorigin.drivers import NetworkDriver\n"
        "from crossorigin.browser import Context, fetch, fetch_request, page_at\n"
        "page = page_at('http://localhost:3000/')\n"
        "with NetworkDriver(environ={}) as driver:\n"
        "    driver.run(fetch(fetch_request(page, sys.argv[1]), page, context=Context()))\n"
        "print(*{'httpcore2', 'h2', 'trio', 'anyio'} & set(sys.modules))\n"
    )
    with RawServer(Answering(ok())) as server:
        command = [sys.executable, "-c", program, f"http://127.0.0.1:{server.port}/"]
        assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout == "\n"
