"""Where requests go: names, addresses, localhost, IPv6, what --resolve says, and who is not there."""

import asyncio
import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from crossorigin.browser import NetworkFailure
from crossorigin.drivers import NetworkDriver
from crossorigin.drivers._resolve import parse_resolve
from tests.drivers.flows import Script, script, send
from tests.drivers.servers import Answering, RawServer, closed_port, ok


def _run(asked: Script, **options: Any) -> bytes:
    with NetworkDriver(environ={}, **options) as driver:
        return driver.run(asked.flow()).body


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "a.b.LOCALHOST", "localhost."])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_names_below_localhost_are_this_machine(host: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _no_resolver)
    answer = Answering(ok(b"here"))
    with RawServer(answer, host=address) as server:
        assert _run(script(send(f"http://{host.lower()}:{server.port}/"))) == b"here"
    assert b"Host: %b:%d\r\n" % (host.lower().encode(), server.port) in answer.requests[0]


def _no_resolver(host: str, *args: object, **options: object) -> list[Any]:
    """What asyncio asks about addresses passes; names do not."""
    if ":" in str(host) or str(host).replace(".", "").isdigit():
        return _getaddrinfo(host, *args, **options)  # type: ignore[arg-type]
    raise AssertionError(f"the resolver was asked for {host}")


_getaddrinfo = socket.getaddrinfo


def test_an_ipv6_address_is_reached_and_named_in_brackets() -> None:
    answer = Answering(ok(b"six"))
    with RawServer(answer, host="::1") as server:
        assert _run(script(send(f"http://[::1]:{server.port}/"))) == b"six"
    assert answer.requests == [b"GET / HTTP/1.1\r\nHost: [::1]:%d\r\n\r\n" % server.port]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_an_answer_has_the_address_that_it_came_from(address: str) -> None:
    with RawServer(Answering(ok(b"here")), host=address) as server:
        asked = script(send(f"http://near.example:{server.port}/"))
        _run(asked, resolve=[f"near.example:{server.port}:{address}"])
    assert asked.answers[0].address == address


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_in_a_refused_space_is_sent_nothing(scheme: str) -> None:
    received: list[bytes] = []
    with RawServer(lambda connection: received.append(connection.recv(1))) as server:
        request = replace(send(f"{scheme}://near.example:{server.port}/"), refused_spaces=("local", "loopback"))
        asked = script(request)
        _run(asked, resolve=[f"near.example:{server.port}:127.0.0.1"])
    (failure,) = asked.answers
    assert isinstance(failure, NetworkFailure)
    assert failure.address == "127.0.0.1"
    assert not b"".join(received)


def test_a_server_in_another_space_is_asked() -> None:
    with RawServer(Answering(ok(b"here"))) as server:
        request = replace(send(f"http://near.example:{server.port}/"), refused_spaces=("local", "public"))
        assert _run(script(request), resolve=[f"near.example:{server.port}:127.0.0.1"]) == b"here"


def test_what_is_not_reached_has_no_address() -> None:
    with closed_port() as port:
        asked = script(send(f"http://127.0.0.1:{port}/"))
        _run(asked)
    assert asked.answers[0].address is None


def test_resolve_says_where_a_host_is() -> None:
    answer = Answering(ok(b"moved"))
    with RawServer(answer) as server:
        body = _run(
            script(send(f"http://api.example.com:{server.port}/x")),
            resolve=[f"other.example.com:{server.port}:127.0.0.9", f"api.example.com:{server.port}:127.0.0.1"],
        )
    assert body == b"moved"
    assert answer.requests == [b"GET /x HTTP/1.1\r\nHost: api.example.com:%d\r\n\r\n" % server.port]


def test_several_addresses_are_tried_in_turn() -> None:
    with RawServer(Answering(ok(b"second"))) as server:
        asked = script(send(f"http://api.example.com:{server.port}/"))
        assert _run(asked, resolve=[f"api.example.com:{server.port}:[::1],127.0.0.1"]) == b"second"


@contextmanager
def _silent(host: str, port: int) -> Iterator[None]:
    """Nothing answers there: once a backlog is full, the kernel answers no further SYN."""
    with ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind((host, port))
        full.listen(0)
        with suppress(TimeoutError):
            while True:
                clog = stack.enter_context(socket.socket())
                clog.settimeout(0.3)
                clog.connect((host, port))
        yield


def test_an_address_that_is_silent_does_not_hold_up_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(Answering(ok(b"quick"))) as server, _silent("127.0.0.2", server.port):
        asked = script(send(f"http://api.example.com:{server.port}/"))
        assert _run(asked, resolve=[f"api.example.com:{server.port}:127.0.0.2,127.0.0.1"]) == b"quick"


@pytest.mark.parametrize(
    ("entry", "parsed"),
    [
        ("a.test:443:127.0.0.1", {("a.test", 443): ("127.0.0.1",)}),
        ("A.TEST:443:127.0.0.1", {("a.test", 443): ("127.0.0.1",)}),
        ("+a.test:1:::1", {("a.test", 1): ("::1",)}),
        ("*:80:[2001:db8::1],10.0.0.1", {("*", 80): ("2001:db8::1", "10.0.0.1")}),
        ("[::1]:80:127.0.0.1", {("::1", 80): ("127.0.0.1",)}),
    ],
)
def test_entries_of_resolve(entry: str, parsed: object) -> None:
    assert parse_resolve([entry]) == parsed


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "a.test",
        "a.test:443",
        "a.test:443:",
        "a.test:x:127.0.0.1",
        ":443:127.0.0.1",
        "a:1:b.test",
        "-a:1",
        "a:²:::1",
    ],
)
def test_what_resolve_does_not_take(entry: str) -> None:
    with pytest.raises(ValueError, match="HOST:PORT:ADDRESS"):
        NetworkDriver(resolve=[entry])


def test_a_name_that_does_not_resolve_is_a_dns_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    asked = script(send("http://api.example.com/"))
    _run(asked)
    assert asked.failure.kind == "dns"
    assert asked.failure.message == "the name api.example.com does not resolve: Name or service not known"


def test_a_name_no_resolver_can_be_asked_for_is_one_too() -> None:
    asked = script(send(f"http://{'a' * 64}.example.com/"))
    _run(asked)
    assert asked.failure.kind == "dns"


def test_a_resolver_that_hangs_cannot_hold_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    ended = threading.Event()

    def hang(*args: object, **options: object) -> list[Any]:
        release.wait()
        ended.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    asked = script(send("http://api.example.com/"))
    _run(asked, timeout=0.2)
    release.set()
    assert ended.wait(60)
    assert asked.failure.kind == "timeout"
    assert asked.failure.message == "0.2 s were over while connecting to api.example.com:80"


def test_a_refusal_names_every_address_that_was_tried() -> None:
    with closed_port() as port:
        asked = script(send(f"http://api.example.com:{port}/"))
        _run(asked, resolve=[f"api.example.com:{port}:127.0.0.1,127.0.0.2"])
    assert asked.failure.kind == "refused"
    assert asked.failure.message == (
        f"nothing listens at 127.0.0.1:{port} and 127.0.0.2:{port} (api.example.com): the connection was refused"
    )


@pytest.mark.parametrize(
    ("number", "says"), [(errno.EHOSTUNREACH, "there is no route to it"), (errno.EIO, "the connection failed")]
)
def test_no_route_is_unreachable(number: int, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def connect(self: object, factory: object, host: str, port: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_connection", connect)
    asked = script(send("http://[::1]:8080/"))
    _run(asked)
    assert asked.failure.kind == "unreachable"
    assert asked.failure.message == f"[::1]:8080 cannot be reached: {says}"
