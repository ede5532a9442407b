"""Proxies: which one, and how each kind is spoken to."""

import select
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.drivers import Fetched, NetworkDriver
from crossorigin.drivers._proxy import Proxies, Proxy, bypasses
from crossorigin.drivers._wire import target_of
from tests.drivers.flows import Script, script, send
from tests.drivers.servers import Answering, RawServer, closed_port, ok, read_head


def _run(asked: Script, **options: Any) -> Fetched:
    with NetworkDriver(**({"environ": {}} | options)) as driver:
        return driver.run(asked.flow())


# Which one


@pytest.mark.parametrize(
    ("option", "environ", "url", "expected"),
    [
        pytest.param(None, {}, "http://a.test/", None, id="none"),
        pytest.param(None, {"http_proxy": "p:1"}, "http://a.test/", "http://p:1", id="http_proxy"),
        pytest.param(None, {"http_proxy": "p:1"}, "https://a.test/", None, id="http_proxy is not for https"),
        pytest.param(None, {"HTTP_PROXY": "p:1"}, "http://a.test/", "http://p:1", id="HTTP_PROXY"),
        pytest.param(None, {"HTTP_PROXY": "p:1", "REQUEST_METHOD": "GET"}, "http://a.test/", None, id="httpoxy"),
        pytest.param(
            None, {"http_proxy": "p:1", "REQUEST_METHOD": "GET"}, "http://a.test/", "http://p:1", id="lower under CGI"
        ),
        pytest.param(
            None, {"https_proxy": "p:1", "HTTPS_PROXY": "q:1"}, "https://a.test/", "http://p:1", id="lower case first"
        ),
        pytest.param(
            None, {"https_proxy": "", "HTTPS_PROXY": "q:1"}, "https://a.test/", "http://q:1", id="empty is unset"
        ),
        pytest.param(None, {"ALL_PROXY": "socks5://p"}, "https://a.test/", "socks5://p:1080", id="ALL_PROXY"),
        pytest.param(
            None, {"ALL_PROXY": "p:1", "HTTPS_PROXY": "q:2"}, "https://a.test/", "http://q:2", id="scheme's own first"
        ),
        pytest.param(None, {"ALL_PROXY": "p:1", "NO_PROXY": "a.test"}, "https://a.test/", None, id="NO_PROXY"),
        pytest.param(
            None,
            {"ALL_PROXY": "p:1", "no_proxy": "b.test", "NO_PROXY": "a.test"},
            "http://a.test/",
            "http://p:1",
            id="no_proxy first",
        ),
        pytest.param(None, {"ALL_PROXY": "p:1"}, "http://localhost:8000/", None, id="none for localhost"),
        pytest.param("q:2", {"ALL_PROXY": "p:1"}, "http://a.test/", "http://q:2", id="the option wins"),
        pytest.param("q:2", {"NO_PROXY": "*"}, "http://a.test/", "http://q:2", id="over NO_PROXY too"),
        pytest.param("", {"ALL_PROXY": "p:1"}, "http://a.test/", None, id="the empty option is none"),
    ],
)
def test_which_proxy_is_taken(option: str | None, environ: dict[str, str], url: str, expected: str | None) -> None:
    proxy = Proxies(option, environ).proxy_for(target_of(url))
    assert (None if proxy is None else str(proxy)) == expected


@pytest.mark.parametrize(
    ("host", "no_proxy", "expected"),
    [
        ("example.com", "example.com", True),
        ("www.example.com", "example.com", True),
        ("www.example.com", ".example.com", True),
        ("example.com", ".example.com", True),
        ("notexample.com", "example.com", False),
        ("example.com.org", "example.com", False),
        ("EXAMPLE.com", "example.COM.", True),
        ("a.test", "b.test, a.test", True),
        ("a.test", "b.test a.test", True),
        ("a.test", " * ", True),
        ("a.test", "b.test,*", False),
        ("a.test", "*.test", False),
        ("a.test", "", False),
        ("a.test", ",,. ,", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.0/8", True),
        ("127.0.0.1", "0.0.1", False),
        ("10.0.0.1", "127.0.0.0/8", False),
        ("::1", "[::1]", True),
        ("::1", "::1", True),
        ("2001:db8::5", "2001:db8::/32", True),
        ("2001:db8::5", "10.0.0.0/99,x", False),
    ],
)
def test_no_proxy_as_curl_reads_it(host: str, no_proxy: str, expected: bool) -> None:
    assert bypasses(host, no_proxy) is expected


@given(st.text(alphabet="ab.", max_size=12), st.text(alphabet="ab., *", max_size=20))
def test_a_host_is_excepted_only_by_itself_or_what_it_lies_below(host: str, no_proxy: str) -> None:
    """Against an oracle that looks at labels, not at strings."""

    def labels(name: str) -> list[str]:
        return (name.removesuffix(".")).split(".")

    def strip(entry: str) -> str:
        entry = entry.removesuffix(".")
        return entry.removeprefix(".")

    names = [strip(entry) for entry in no_proxy.replace(",", " ").split()]
    below = any(name and labels(host)[-len(name.split(".")) :] == name.split(".") for name in names)
    assert bypasses(host, no_proxy) == (no_proxy.strip() == "*" or below)


@pytest.mark.parametrize("text", ["ftp://p:1", "socks4://p:1", "http://", "p:x", "http://p:99999", "://p"])
def test_what_is_no_proxy(text: str) -> None:
    with pytest.raises(ValueError, match="is no proxy"):
        NetworkDriver(proxy=text)


def test_a_password_is_never_shown() -> None:
    proxy = Proxy.parse("socks5h://user:s%40cret@[::1]:9")
    assert (proxy.username, proxy.password) == (b"user", b"s@cret")
    assert str(proxy) == "socks5h://[::1]:9"
    with pytest.raises(ValueError, match="is no proxy") as caught:
        Proxy.parse("ftp://user:secret@p:1")
    assert "secret" not in str(caught.value)


def test_a_proxy_of_the_environment_that_is_none_is_a_failure_that_says_so() -> None:
    asked = script(send("http://a.test/"))
    _run(asked, environ={"http_proxy": "gopher://p"})
    assert asked.failure.kind == "unreachable"
    assert asked.failure.message.startswith("the environment names a proxy, but 'gopher://p' is no proxy")


# How it is spoken to


def test_plain_http_is_forwarded_with_the_whole_url() -> None:
    answer = Answering(ok(b"forwarded"))
    with RawServer(answer) as proxy:
        asked = script(send("http://api.example.com:8080/a%2fb?q", headers=[("X-A", "b")]))
        assert _run(asked, proxy=f"http://user:p%3Ass@127.0.0.1:{proxy.port}").body == b"forwarded"
    assert answer.requests == [
        (
            b"GET http://api.example.com:8080/a%2fb?q HTTP/1.1\r\nHost: api.example.com:8080\r\nX-A: b\r\n"
            b"Proxy-Authorization: Basic dXNlcjpwOnNz\r\n\r\n"
        )
    ]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost.", "api.localhost", "127.0.0.1", "127.8.8.8", "[::1]"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_browsers_ask_no_proxy_of_the_environment_for_this_machine(scheme: str, host: str) -> None:
    target = target_of(f"{scheme}://{host}/")
    assert Proxies(None, {f"{scheme}_proxy": "http://p:1", "NO_PROXY": ""}).proxy_for(target) is None
    assert str(Proxies("p:1", {}).proxy_for(target)) == "http://p:1", "who names one wants it used"


def test_a_proxy_of_the_environment_is_used() -> None:
    with RawServer(Answering(ok(b"by environment"))) as proxy:
        fetched = _run(script(send("http://api.example.com/")), environ={"HTTP_PROXY": f"127.0.0.1:{proxy.port}"})
    assert fetched.body == b"by environment"


class Relay:
    """A proxy's handler: `greet` says how it agrees, then bytes pass to and fro."""

    def __init__(self, port: int, greet: Any) -> None:
        self.port = port
        self.greet = greet
        self.heard: list[bytes] = []

    def __call__(self, client: socket.socket) -> None:
        if not self.greet(self, client):
            return
        with socket.create_connection(("127.0.0.1", self.port)) as upstream:
            _relay(client, upstream)


def _relay(client: socket.socket, upstream: socket.socket) -> None:
    """Bytes to and fro until either side ends, in one thread: a TLS socket is not to be used by two."""
    while True:
        readable, _, _ = select.select([client, upstream], [], [], 5)
        for source, sink in ((client, upstream), (upstream, client)):
            if source in readable:
                data = source.recv(65536)
                while isinstance(source, ssl.SSLSocket) and source.pending():
                    data += source.recv(65536)
                if not data:
                    return
                sink.sendall(data)


def _connect(relay: Relay, client: socket.socket) -> bool:
    relay.heard.append(read_head(client))
    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return True


def test_https_goes_through_a_tunnel(server_tls: ssl.SSLContext, cacert: Path) -> None:
    answer = Answering(ok(b"tunnelled"))
    with RawServer(answer, tls=server_tls) as server:
        relay = Relay(server.port, _connect)
        with RawServer(relay) as proxy:
            asked = script(send("https://api.example.com/x"))
            assert _run(asked, proxy=f"http://u:p@127.0.0.1:{proxy.port}", cacert=cacert).body == b"tunnelled"
    assert relay.heard == [
        b"CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\nProxy-Authorization: Basic dTpw\r\n\r\n"
    ]
    assert answer.requests == [b"GET /x HTTP/1.1\r\nHost: api.example.com\r\n\r\n"]


def test_and_through_a_proxy_that_is_spoken_to_over_tls_itself(server_tls: ssl.SSLContext, cacert: Path) -> None:
    with RawServer(Answering(ok(b"twice")), tls=server_tls) as server:
        relay = Relay(server.port, _connect)
        with RawServer(relay, tls=server_tls) as proxy:
            asked = script(send("https://api.example.com/x"))
            assert _run(asked, proxy=f"https://127.0.0.1:{proxy.port}", cacert=cacert).body == b"twice"
    assert len(relay.heard) == 1


def test_http2_is_not_offered_to_the_proxy_itself(ca: trustme.CA, cacert: Path) -> None:
    offered: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2", "http/1.1"])
    ca.issue_cert("127.0.0.1").configure_cert(context)

    def refuse(connection: socket.socket) -> None:
        assert isinstance(connection, ssl.SSLSocket)
        offered.append(connection.selected_alpn_protocol())
        Answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")(connection)

    with RawServer(refuse, tls=context) as proxy:
        asked = script(send("https://api.example.com/"), send("https://api.example.com/"))
        _run(asked, proxy=f"https://127.0.0.1:{proxy.port}", cacert=cacert)
    assert offered == ["http/1.1", "http/1.1"]
    assert asked.failure.message.endswith("403 Forbidden")


def test_a_proxy_that_wants_a_password_is_named() -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with RawServer(Answering(refusal)) as proxy:
        asked = script(send("https://api.example.com/"))
        _run(asked, proxy=f"http://127.0.0.1:{proxy.port}")
    assert asked.failure.kind == "unreachable"
    assert asked.failure.message == (
        f"the proxy http://127.0.0.1:{proxy.port} refused a tunnel to api.example.com:443: "
        "407 Proxy Authentication Required"
    )


def test_a_proxy_that_is_not_there_is_named() -> None:
    with closed_port() as port:
        asked = script(send("http://api.example.com/"))
        _run(asked, proxy=f"http://127.0.0.1:{port}")
    assert asked.failure.kind == "refused"
    assert asked.failure.message.startswith(f"the proxy http://127.0.0.1:{port} is not there: ")


def test_a_proxy_that_is_silent_times_out() -> None:
    with RawServer(lambda connection: read_head(connection) and connection.recv(1)) as proxy:
        asked = script(send("https://api.example.com/"))
        _run(asked, proxy=f"http://127.0.0.1:{proxy.port}", timeout=1)
    assert asked.failure.kind == "timeout"
    assert "asking the proxy" in asked.failure.message


def _socks5(method: bytes = b"\x00", code: bytes = b"\x00", address: bytes = b"\x01\x7f\x00\x00\x01") -> Any:
    """A SOCKS5 proxy by hand, from RFC 1928, that sends each of its messages in two pieces."""

    def greet(relay: Relay, client: socket.socket) -> bool:
        relay.heard.append(client.recv(257))
        client.sendall(b"\x05")
        client.sendall(method)
        if method == b"\x02":
            relay.heard.append(client.recv(513))
            client.sendall(b"\x01")
            client.sendall(b"\x00" if relay.heard[-1] == b"\x01\x04user\x04pass" else b"\x01")
        if method == b"\xff":
            return False
        relay.heard.append(client.recv(262))
        client.sendall(b"\x05" + code)
        client.sendall(b"\x00" + address + b"\x00\x00")
        return code == b"\x00"

    return greet


@pytest.mark.parametrize(
    ("scheme", "asked_for"),
    [
        pytest.param("socks5h", b"\x05\x01\x00\x03\x0fapi.example.com", id="the proxy looks the name up"),
        pytest.param("socks5", b"\x05\x01\x00\x01\x7f\x00\x00\x01", id="we do"),
    ],
)
@pytest.mark.parametrize(
    "address", [b"\x01\x7f\x00\x00\x01", b"\x03\x04host", b"\x04" + bytes(16)], ids=["IPv4", "name", "IPv6"]
)
def test_socks5(scheme: str, asked_for: bytes, address: bytes) -> None:
    answer = Answering(ok(b"sock"))
    with RawServer(answer) as server:
        relay = Relay(server.port, _socks5(address=address))
        with RawServer(relay) as proxy:
            port = server.port
            asked = script(send(f"http://api.example.com:{port}/"))
            resolve = [f"api.example.com:{port}:127.0.0.1"]
            assert _run(asked, proxy=f"{scheme}://127.0.0.1:{proxy.port}", resolve=resolve).body == b"sock"
    assert relay.heard == [b"\x05\x01\x00", asked_for + port.to_bytes(2, "big")]
    assert answer.requests == [b"GET / HTTP/1.1\r\nHost: api.example.com:%d\r\n\r\n" % port]


def test_socks5_with_tls_and_a_password(server_tls: ssl.SSLContext, cacert: Path) -> None:
    with RawServer(Answering(ok(b"both")), tls=server_tls) as server:
        relay = Relay(server.port, _socks5(method=b"\x02"))
        with RawServer(relay) as proxy:
            asked = script(send("https://api.example.com/"))
            assert _run(asked, proxy=f"socks5h://user:pass@127.0.0.1:{proxy.port}", cacert=cacert).body == b"both"
    assert relay.heard[:2] == [b"\x05\x01\x02", b"\x01\x04user\x04pass"]


@pytest.mark.parametrize(
    ("greet", "user", "says"),
    [
        pytest.param(_socks5(method=b"\xff"), "", "wants a user name and password", id="no method"),
        pytest.param(_socks5(method=b"\x02"), "user:wrong@", "refused the user name and password", id="wrong password"),
        pytest.param(_socks5(code=b"\x05"), "", "did not connect to a.test:80: connection refused", id="refused"),
        pytest.param(_socks5(code=b"\x63"), "", "does not speak SOCKS5", id="unknown code"),
        pytest.param(
            lambda relay, client: client.sendall(b"HTTP/1.1 400\r\n\r\n"), "", "does not speak SOCKS5", id="http"
        ),
        pytest.param(lambda relay, client: None, "", "does not speak SOCKS5", id="hangs up"),
    ],
)
def test_a_socks_proxy_that_does_not_let_us_through_is_named(greet: Any, user: str, says: str) -> None:
    with RawServer(Relay(0, greet)) as proxy:
        asked = script(send("http://a.test/"))
        _run(asked, proxy=f"socks5h://{user}127.0.0.1:{proxy.port}")
    assert asked.failure.kind == "unreachable"
    assert f"the proxy socks5h://127.0.0.1:{proxy.port} {says}" in asked.failure.message
