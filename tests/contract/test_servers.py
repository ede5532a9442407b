"""The contract: one table of requests and the whole answers to them, held against each middleware on real servers.

A row says what reaches a browser. A server adds fields of its own (`OF_THE_SERVER`), and nothing else may differ.
"""

import base64
import http.client
import os
import socket
from collections.abc import Iterator

import pytest

from tests.contract.servers import serving

APP = "https://app.example.com"
EVIL = "https://evil.example.net"
OF_THE_SERVER = {"date", "server", "connection", "transfer-encoding", "via"}

Fields = list[tuple[str, str]]

TEXT = ("content-type", "text/plain")
LENGTH = ("content-length", "2")
VARY = ("vary", "Origin")
VARY_OPTIONS = ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
PUT = ("Access-Control-Request-Method", "PUT")
ANY = ("access-control-allow-origin", "*")


def allowed(origin: str = APP) -> Fields:
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("access-control-expose-headers", "etag"),
    ]


PREFLIGHT = [
    ("access-control-allow-origin", APP),
    ("access-control-allow-credentials", "true"),
    ("access-control-allow-methods", "PUT,DELETE"),
    ("access-control-allow-headers", "authorization,x-a"),
    ("access-control-max-age", "600"),
    VARY_OPTIONS,
]
REFUSED = [
    ("content-type", "text/plain; charset=utf-8"),
    ("content-length", "19"),
    ("cache-control", "no-store"),
    VARY,
]
ERROR = [("content-type", "text/plain; charset=utf-8"), ("content-length", "21")]
DENIED_PREFLIGHT = [("content-length", "0"), VARY_OPTIONS]

# spoken id: method, path, request fields, status, whole header list, body
ROWS: dict[str, tuple[str, str, Fields, int, Fields, bytes]] = {
    "no Origin": ("GET", "/", [], 200, [TEXT, LENGTH, VARY], b"ok"),
    "allowed": ("GET", "/", [("Origin", APP)], 200, [TEXT, LENGTH, *allowed(), VARY], b"ok"),
    "allowed by a wildcard": (
        "GET",
        "/",
        [("Origin", "https://a.b.apps.example.com")],
        200,
        [TEXT, LENGTH, *allowed("https://a.b.apps.example.com"), VARY],
        b"ok",
    ),
    "allowed by any port": (
        "GET",
        "/",
        [("Origin", "http://localhost:5173")],
        200,
        [TEXT, LENGTH, *allowed("http://localhost:5173"), VARY],
        b"ok",
    ),
    "denied": ("GET", "/", [("Origin", EVIL)], 200, [TEXT, LENGTH, VARY], b"ok"),
    "two Origins": ("GET", "/", [("Origin", APP), ("Origin", APP)], 200, [TEXT, LENGTH, VARY], b"ok"),
    "an empty Origin": ("GET", "/", [("Origin", "")], 200, [TEXT, LENGTH, VARY], b"ok"),
    "Origin null": ("GET", "/", [("Origin", "null")], 200, [TEXT, LENGTH, VARY], b"ok"),
    "Origin in upper case": ("GET", "/", [("Origin", APP.upper())], 200, [TEXT, LENGTH, VARY], b"ok"),
    "an Origin above 0x7F": ("GET", "/", [("Origin", f"{APP}\xff")], 200, [TEXT, LENGTH, VARY], b"ok"),
    "a suffix of an attacker": (
        "GET",
        "/",
        [("Origin", "https://evil.com/.apps.example.com")],
        200,
        [TEXT, LENGTH, VARY],
        b"ok",
    ),
    "preflight": ("OPTIONS", "/", [("Origin", APP), PUT], 204, PREFLIGHT, b""),
    "preflight of anything": (
        "OPTIONS",
        "/nowhere",
        [("Origin", APP), ("Access-Control-Request-Method", "X"), ("Access-Control-Request-Headers", "x," * 3000)],
        204,
        PREFLIGHT,
        b"",
    ),
    "preflight denied": ("OPTIONS", "/", [("Origin", EVIL), PUT], 403, DENIED_PREFLIGHT, b""),
    "OPTIONS that is no preflight": (
        "OPTIONS",
        "/",
        [("Origin", APP)],
        200,
        [TEXT, LENGTH, *allowed(), VARY_OPTIONS],
        b"ok",
    ),
    "OPTIONS without Origin": ("OPTIONS", "/", [], 200, [TEXT, LENGTH, VARY_OPTIONS], b"ok"),
    "HEAD": ("HEAD", "/", [("Origin", APP)], 200, [TEXT, LENGTH, *allowed(), VARY], b""),
    "the app's own fields": ("GET", "/own", [("Origin", APP)], 200, [TEXT, LENGTH, *allowed(), VARY], b"ok"),
    "the app's own fields, denied": ("GET", "/own", [("Origin", EVIL)], 200, [TEXT, LENGTH, VARY], b"ok"),
    "the app's Vary": (
        "GET",
        "/vary",
        [("Origin", APP)],
        200,
        [TEXT, ("vary", "Accept, origin, Cookie"), LENGTH, *allowed()],
        b"ok",
    ),
    "Vary: *": ("GET", "/star", [("Origin", EVIL)], 200, [TEXT, ("vary", "*"), LENGTH], b"ok"),
    "a stream": ("GET", "/stream", [("Origin", APP)], 200, [TEXT, *allowed(), VARY], b"onetwothree"),
    "cookies": (
        "GET",
        "/cookies",
        [("Origin", APP)],
        200,
        [TEXT, ("set-cookie", "a=1"), ("set-cookie", "b=2"), LENGTH, *allowed(), VARY],
        b"ok",
    ),
    "206": (
        "GET",
        "/part",
        [("Origin", APP)],
        206,
        [TEXT, ("content-range", "bytes 0-1/4"), LENGTH, *allowed(), VARY],
        b"ok",
    ),
    "307": (
        "GET",
        "/moved",
        [("Origin", APP)],
        307,
        [("location", "/"), ("content-length", "0"), *allowed(), VARY],
        b"",
    ),
    "304": ("GET", "/same", [("Origin", APP)], 304, [("etag", '"1"'), *allowed(), VARY], b""),
    "404": (
        "GET",
        "/missing",
        [("Origin", APP)],
        404,
        [TEXT, ("content-length", "9"), *allowed(), VARY],
        b"not found",
    ),
    "an unhandled exception": (
        "GET",
        "/error",
        [("Origin", APP)],
        500,
        [*ERROR, *allowed(), VARY],
        b"Internal Server Error",
    ),
    "an unhandled exception, HEAD": ("HEAD", "/error", [("Origin", APP)], 500, [*ERROR, *allowed(), VARY], b""),
    "public": ("GET", "/public/x", [("Origin", EVIL)], 200, [TEXT, LENGTH, ANY], b"ok"),
    "public, preflight": (
        "OPTIONS",
        "/public/x",
        [("Origin", EVIL), PUT],
        200,
        [ANY, ("content-length", "0"), VARY_OPTIONS],
        b"",
    ),
    "private, refused": ("GET", "/private/x", [("Origin", EVIL)], 403, REFUSED, b"Not allowed by CORS"),
    "private, refused, POST": ("POST", "/private/x", [("Origin", EVIL)], 403, REFUSED, b"Not allowed by CORS"),
    "private, same origin": (
        "POST",
        "/private/x",
        [("Origin", EVIL), ("Sec-Fetch-Site", "same-origin")],
        200,
        [TEXT, LENGTH, VARY],
        b"ok",
    ),
    "no policy": (
        "GET",
        "/bare/x",
        [("Origin", EVIL)],
        200,
        [ANY, ("access-control-expose-headers", "x-secret"), TEXT, LENGTH],
        b"ok",
    ),
    "a path that could mean another": (
        "GET",
        "/public//x",
        [("Origin", APP)],
        403,
        REFUSED,
        b"Not allowed by CORS",
    ),
}


SORTS_FIELDS = {"waitress", "granian-asgi", "granian-wsgi"}
OF_A_SERVER: dict[tuple[str, str], tuple[int, Fields, bytes]] = {
    # granian drops what an app had answered before it raised, and answers itself. A framework's own 500 is an answer of
    # the app, and keeps its fields: so none of the frameworks of test_frameworks.py is met by this.
    ("granian-wsgi", "an unhandled exception"): (500, [("content-length", "0")], b""),
    ("granian-wsgi", "an unhandled exception, HEAD"): (500, [], b""),
}
"""Where a server keeps an answer from being the contract's: (server, row) to what it answers."""


PLAIN = {
    "uvicorn": "asgi",
    "hypercorn": "asgi",
    "granian-asgi": "asgi",
    "waitress": "wsgi",
    "gunicorn": "wsgi",
    "granian-wsgi": "wsgi",
}
"""The plain apps of `apps.py` on every server that speaks their language."""


@pytest.fixture(scope="module", params=PLAIN)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    with serving(request.param, f"tests.contract.apps:{PLAIN[request.param]}") as port:
        yield request.param, port


def exchange(port: int, method: str, path: str, fields: Fields) -> tuple[int, Fields, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in fields:
            connection.putheader(name, value.encode("latin-1"))
        if method == "POST":
            connection.putheader("Content-Length", "0")
        connection.endheaders()
        response = connection.getresponse()
        body = response.read()
        headers = [(name.lower(), value) for name, value in response.getheaders()]
        return response.status, [field for field in headers if field[0] not in OF_THE_SERVER], body
    finally:
        connection.close()


@pytest.mark.parametrize("row", ROWS)
def test_the_contract(server: tuple[str, int], row: str) -> None:
    name, port = server
    method, path, request_fields, status, fields, body = ROWS[row]
    status, fields, body = OF_A_SERVER.get((name, row), (status, fields, body))
    answered = exchange(port, method, path, request_fields)
    if name in SORTS_FIELDS:
        answered, fields = (answered[0], sorted(answered[1]), answered[2]), sorted(fields)
    assert answered == (status, fields, body)


@pytest.mark.parametrize(
    ("origin", "line"),
    [(APP, b"HTTP/1.1 101 "), (EVIL, b"HTTP/1.1 403 "), (None, b"HTTP/1.1 101 ")],
    ids=["allowed", "denied", "no Origin"],
)
@pytest.mark.parametrize("name", ["uvicorn", "hypercorn", "granian-asgi"])
def test_the_guard_of_websockets(name: str, origin: str | None, line: bytes) -> None:
    with (
        serving(name, "tests.contract.apps:asgi") as port,
        socket.create_connection(("127.0.0.1", port), timeout=20) as client,
    ):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /ws HTTP/1.1",
            "Host: api.example.com",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
            *([f"Origin: {origin}"] if origin else []),
        ]
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        assert client.recv(4096).startswith(line)
