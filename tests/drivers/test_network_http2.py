"""HTTP/2: against hypercorn, and against servers that break its rules frame by frame."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import hypercorn.asyncio
import hypercorn.config
import pytest
import trustme
from h2.connection import ConnectionState

from crossorigin.drivers import Fetched, NetworkDriver
from crossorigin.standard import HeaderList
from tests.drivers.flows import Script, script, send
from tests.drivers.servers import RawServer


async def _echo(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    """Tells the request back: its line, its fields, its body."""
    if scope["type"] != "http":
        raise RuntimeError(scope["type"])
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message["more_body"]:
            break
    fields = b"".join(name + b"=" + value + b"\n" for name, value in scope["headers"])
    target = f"{scope['raw_path'].decode()}?{scope['query_string'].decode()}"
    line = f"{scope['method']} {target} {scope['http_version']}\n".encode()
    answer = [(b"vary", b"origin"), (b"x-twice", b"1"), (b"vary", b"accept"), (b"x-twice", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": answer})
    await send({"type": "http.response.body", "body": line + fields + body})


@pytest.fixture(scope="module")
def hypercorn_port(ca: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("hypercorn")
    certificate = ca.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = hypercorn.config.Config()
        config.bind = [f"fd://{listener.fileno()}"]
        config.certfile, config.keyfile = str(folder / "cert.pem"), str(folder / "key.pem")
        config.include_server_header = config.include_date_header = False
        config.errorlog = None
        loop = asyncio.new_event_loop()
        stop = asyncio.Event()
        started = threading.Event()

        async def serve() -> None:
            async def until_stopped() -> None:
                started.set()
                await stop.wait()

            await hypercorn.asyncio.serve(_echo, config, shutdown_trigger=until_stopped)  # type: ignore[arg-type]

        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
        thread.start()
        started.wait(10)
        yield listener.getsockname()[1]
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=10)
        assert not thread.is_alive()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        with contextlib.suppress(OSError):
            listener.detach()


def _run(asked: Script, cacert: Path, **options: object) -> Fetched:
    with NetworkDriver(environ={}, cacert=cacert, **options) as driver:  # type: ignore[arg-type]
        return driver.run(asked.flow())


def test_http2_is_spoken_where_the_server_agrees(hypercorn_port: int, cacert: Path) -> None:
    asked = script(
        send(
            f"https://127.0.0.1:{hypercorn_port}/a%2fb?q", "PUT", [("Origin", "https://a.test"), ("X-A", "b")], b"body"
        )
    )
    fetched = _run(asked, cacert)
    assert asked.head.http_version == "HTTP/2"
    assert asked.head.status == 200
    assert asked.head.headers == HeaderList(
        ((b"vary", b"origin"), (b"x-twice", b"1"), (b"vary", b"accept"), (b"x-twice", b"2"))
    )
    assert fetched.body.decode() == (
        f"PUT /a%2fb?q 2\nhost=127.0.0.1:{hypercorn_port}\norigin=https://a.test\nx-a=b\ncontent-length=4\nbody"
    )


def test_a_large_body_goes_out_and_comes_back(hypercorn_port: int, cacert: Path) -> None:
    body = bytes(range(256)) * 4000
    fetched = _run(script(send(f"https://127.0.0.1:{hypercorn_port}/", "POST", body=body)), cacert)
    assert fetched.body.endswith(body)
    cut = _run(script(send(f"https://127.0.0.1:{hypercorn_port}/", "POST", body=body)), cacert, max_body=1000)
    assert (len(cut.body), cut.truncated) == (1000, True)


def test_http1_is_spoken_where_http2_is_not_offered(hypercorn_port: int, cacert: Path) -> None:
    asked = script(send(f"https://127.0.0.1:{hypercorn_port}/"))
    fetched = _run(asked, cacert, http2=False)
    assert asked.head.http_version == "HTTP/1.1"
    assert fetched.body.startswith(b"GET /? 1.1\n")


Reaction = Callable[[h2.connection.H2Connection, int], None]


def _http2_server(tls: ssl.SSLContext, react: Reaction) -> RawServer:
    tls.set_alpn_protocols(["h2"])

    def serve(stream: socket.socket) -> None:
        # Nothing outbound is checked: what breaks the rules is the point.
        config = h2.config.H2Configuration(
            client_side=False, validate_outbound_headers=False, normalize_outbound_headers=False
        )
        connection = h2.connection.H2Connection(config=config)
        connection.initiate_connection()
        stream.sendall(connection.data_to_send())
        while (data := stream.recv(65536)) and connection.state_machine.state is not ConnectionState.CLOSED:
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    react(connection, event.stream_id)
            stream.sendall(connection.data_to_send())

    return RawServer(serve, tls=tls)


def _headers(*fields: tuple[str, str], end: bool = True) -> Reaction:
    return lambda connection, stream: connection.send_headers(stream, fields, end_stream=end)


@pytest.fixture
def h2_tls(ca: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    return context


def _asked(react: Reaction, tls: ssl.SSLContext, cacert: Path, **options: object) -> tuple[Script, Fetched]:
    with _http2_server(tls, react) as server:
        asked = script(send(f"https://127.0.0.1:{server.port}/"))
        return asked, _run(asked, cacert, **options)


@pytest.mark.parametrize(
    "react",
    [
        pytest.param(_headers(("vary", "origin")), id="no status"),
        pytest.param(_headers((":status", "abc")), id="status of letters"),
        pytest.param(_headers((":status", "200"), ("X-Upper", "1")), id="upper-case name"),
        pytest.param(_headers(("vary", "origin"), (":status", "200")), id="status behind a field"),
        pytest.param(lambda connection, stream: connection.reset_stream(stream, 7), id="stream reset"),
        pytest.param(lambda connection, stream: connection.close_connection(1), id="GOAWAY"),
    ],
)
def test_what_breaks_the_rules_is_a_failure(react: Reaction, h2_tls: ssl.SSLContext, cacert: Path) -> None:
    asked, _ = _asked(react, h2_tls, cacert)
    assert asked.failure.kind == "protocol", asked.failure
    assert asked.failure.message.isprintable()


def test_early_hints_are_passed_over(h2_tls: ssl.SSLContext, cacert: Path) -> None:
    def react(connection: h2.connection.H2Connection, stream: int) -> None:
        connection.send_headers(stream, [(":status", "103"), ("link", "</a>")])
        connection.send_headers(stream, [(":status", "200"), ("vary", "origin")], end_stream=True)

    asked, _ = _asked(react, h2_tls, cacert)
    assert (asked.head.status, asked.head.headers) == (200, HeaderList(((b"vary", b"origin"),)))


def test_a_head_beyond_what_was_agreed_is_too_large(h2_tls: ssl.SSLContext, cacert: Path) -> None:
    asked, _ = _asked(_headers((":status", "200"), *[(f"x-{n}", "y" * 1000) for n in range(100)]), h2_tls, cacert)
    assert asked.failure.kind == "too-large"


def test_a_body_whose_stream_is_reset_is_kept_as_far_as_it_came(h2_tls: ssl.SSLContext, cacert: Path) -> None:
    def react(connection: h2.connection.H2Connection, stream: int) -> None:
        connection.send_headers(stream, [(":status", "200")])
        connection.send_data(stream, b"half")
        connection.reset_stream(stream, 2)

    asked, fetched = _asked(react, h2_tls, cacert)
    assert asked.head.status == 200
    assert fetched.body_failure is not None
    assert fetched.body_failure.kind == "protocol"


def test_a_stream_without_an_end_times_out(h2_tls: ssl.SSLContext, cacert: Path) -> None:
    asked, fetched = _asked(_headers((":status", "200"), end=False), h2_tls, cacert, timeout=1.5)
    assert asked.head.status == 200
    assert fetched.body_failure is not None
    assert fetched.body_failure.kind == "timeout"
