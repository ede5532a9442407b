"""TLS: whom the driver trusts, and what it says where it does not."""

import ssl
from pathlib import Path

import pytest
import trustme

from crossorigin.drivers import NetworkDriver
from tests.drivers.flows import Script, script, send
from tests.drivers.servers import Answering, RawServer, ok


def _run(asked: Script, **options: object) -> bytes:
    with NetworkDriver(environ={}, **options) as driver:  # type: ignore[arg-type]
        return driver.run(asked.flow()).body


def test_a_certificate_of_the_given_authority_is_trusted(server_tls: ssl.SSLContext, cacert: Path) -> None:
    answer = Answering(ok(b"secret"))
    with RawServer(answer, tls=server_tls) as server:
        asked = script(send(f"https://127.0.0.1:{server.port}/"))
        assert _run(asked, cacert=cacert) == b"secret"
    assert answer.requests == [b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % server.port]


def test_one_of_a_stranger_is_not(server_tls: ssl.SSLContext) -> None:
    answer = Answering(ok())
    with RawServer(answer, tls=server_tls) as server:
        asked = script(send(f"https://127.0.0.1:{server.port}/"))
        _run(asked)
    assert asked.failure.kind == "tls"
    assert asked.failure.message.startswith(
        f"no secure connection to 127.0.0.1:{server.port}: its certificate is not valid: "
    )
    assert answer.requests == []


def test_nor_one_for_another_host(server_tls: ssl.SSLContext, cacert: Path) -> None:
    with RawServer(Answering(ok()), tls=server_tls) as server:
        asked = script(send(f"https://other.example.com:{server.port}/"))
        _run(asked, cacert=cacert, resolve=[f"other.example.com:{server.port}:127.0.0.1"])
    assert asked.failure.kind == "tls"
    assert "other.example.com" in asked.failure.message


def test_insecure_takes_any(server_tls: ssl.SSLContext) -> None:
    with RawServer(Answering(ok(b"taken")), tls=server_tls) as server:
        asked = script(send(f"https://other.example.com:{server.port}/"))
        body = _run(asked, insecure=True, resolve=[f"*:{server.port}:127.0.0.1"])
    assert body == b"taken"


def test_the_host_is_named_without_its_trailing_dot(cacert: Path, ca: trustme.CA) -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("api.example.com").configure_cert(context)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    answer = Answering(ok(b"dot"))
    with RawServer(answer, tls=context) as server:
        asked = script(send(f"https://api.example.com.:{server.port}/"))
        assert _run(asked, cacert=cacert, resolve=[f"api.example.com.:{server.port}:127.0.0.1"]) == b"dot"
    assert names == ["api.example.com"]
    assert b"Host: api.example.com.:%d\r\n" % server.port in answer.requests[0]


def test_plain_http_behind_an_https_url_is_named() -> None:
    def answer_in_plain(connection: object) -> None:
        connection.recv(4096)  # type: ignore[attr-defined]
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")  # type: ignore[attr-defined]

    with RawServer(answer_in_plain) as server:
        asked = script(send(f"https://127.0.0.1:{server.port}/"))
        _run(asked)
    assert asked.failure.kind == "tls"
    assert "does not speak TLS" in asked.failure.message


def test_a_server_that_never_shakes_hands_times_out() -> None:
    def silent(connection: object) -> None:
        while connection.recv(4096):  # type: ignore[attr-defined]
            pass

    with RawServer(silent) as server:
        asked = script(send(f"https://127.0.0.1:{server.port}/"))
        _run(asked, timeout=1)
    assert asked.failure.kind == "timeout"
    assert asked.failure.message == f"1 s were over while securing the connection to 127.0.0.1:{server.port}"


def test_a_server_that_hangs_up_on_the_handshake_is_a_tls_failure() -> None:
    with RawServer(lambda connection: None) as server:
        asked = script(send(f"https://127.0.0.1:{server.port}/"))
        _run(asked)
    assert asked.failure.kind == "tls"


@pytest.mark.parametrize("text", ["", "no certificate"], ids=["empty", "not PEM"])
def test_a_file_without_a_certificate_is_an_error_at_once(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ca.pem"
    path.write_text(text)
    with pytest.raises(ValueError, match="no PEM file of certificates"):
        NetworkDriver(cacert=path)


def test_so_is_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        NetworkDriver(cacert=tmp_path / "missing.pem")
