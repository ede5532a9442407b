"""The contract: one table of requests, held against the integration of each framework on its real servers.

What is compared is the whole field list of each answer, but for what a framework says of its content and a server of
itself (`OF_THE_CONTENT`, `OF_THE_SERVER`). Each row is then judged by the browser half, over the same socket: a page
may read exactly the answers that the row says it may.
"""

import base64
import http.client
import importlib
import os
import pkgutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpcore2
import pytest

from crossorigin.testing import Browser
from tests.contract import frameworks
from tests.contract.frameworks._policies import APP, EVIL, SUB_APP, Framework
from tests.contract.servers import serving

OF_THE_SERVER = {"date", "server", "connection", "transfer-encoding", "keep-alive", "via"}
OF_THE_CONTENT = {"content-type", "content-length", "location", "allow", "cache-control", "x-accel-buffering", "etag"}

Fields = list[tuple[str, str]]

VARY = ("vary", "Origin")
VARY_OPTIONS = ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
ANYONE = ("access-control-allow-origin", "*")
SUB = ("access-control-allow-origin", SUB_APP)


def allowed(origin: str = APP) -> Fields:
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("access-control-expose-headers", "etag"),
        VARY,
    ]


def preflight(methods: str, origin: str = APP) -> Fields:
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        *([("access-control-allow-methods", methods)] if methods else []),
        ("access-control-allow-headers", "authorization,x-a"),
        ("access-control-max-age", "600"),
        VARY_OPTIONS,
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """A request, and what it is answered. `body` is None where the framework words it. `page` may read the answer, by
    the browser half, if `readable`; where it is None, no page makes this request."""

    method: str
    path: str
    request: Fields
    status: int
    fields: Fields
    body: bytes | None = b""
    page: str | None = None
    readable: bool = False


def by(page: str, method: str, path: str, status: int, fields: Fields, body: bytes | None, readable: bool) -> Row:
    """What a page at an origin asks for."""
    return Row(method, path, [("Origin", page)], status, fields, body, page, readable)


def asks(page: str, path: str, wanted: str, status: int, fields: Fields) -> Row:
    """The preflight of a page."""
    return Row("OPTIONS", path, [("Origin", page), ("Access-Control-Request-Method", wanted)], status, fields)


SUBDOMAIN, ANY_PORT = "https://a.b.apps.example.com", "http://localhost:5173"

ROWS: dict[str, Row] = {
    "no Origin": Row("GET", "/", [], 200, [VARY], b"ok"),
    "allowed": by(APP, "GET", "/", 200, allowed(), b"ok", True),
    "allowed by a wildcard": by(SUBDOMAIN, "GET", "/", 200, allowed(SUBDOMAIN), b"ok", True),
    "allowed by any port": by(ANY_PORT, "GET", "/", 200, allowed(ANY_PORT), b"ok", True),
    "denied": by(EVIL, "GET", "/", 200, [VARY], b"ok", False),
    "two Origins": Row("GET", "/", [("Origin", APP), ("Origin", APP)], 200, [VARY], b"ok"),
    "Origin null": Row("GET", "/", [("Origin", "null")], 200, [VARY], b"ok"),
    "a suffix of an attacker": Row("GET", "/", [("Origin", "https://evil.com/.apps.example.com")], 200, [VARY], b"ok"),
    "PUT": by(APP, "PUT", "/items/7", 200, allowed(), b"put 7", True),
    "PUT, denied": by(EVIL, "PUT", "/items/7", 200, [VARY], b"put 7", False),
    "DELETE": by(APP, "DELETE", "/items/7", 204, allowed(), b"", True),
    "preflight of PUT, denied": asks(EVIL, "/items/7", "PUT", 403, [VARY_OPTIONS]),
    "OPTIONS that is no preflight": Row(
        "OPTIONS", "/options", [("Origin", APP)], 200, [*allowed()[:3], VARY_OPTIONS], b"own options"
    ),
    "OPTIONS without Origin": Row("OPTIONS", "/options", [], 200, [VARY_OPTIONS], b"own options"),
    "the app's own fields": by(APP, "GET", "/own", 200, allowed(), b"own", True),
    "the app's own fields, denied": by(EVIL, "GET", "/own", 200, [VARY], b"own", False),
    "the app's own Vary": by(APP, "GET", "/vary", 200, [*allowed()[:3], ("vary", "Accept, Origin")], b"vary", True),
    "a stream": by(APP, "GET", "/stream", 200, allowed(), b"onetwothree", True),
    "server-sent events": by(APP, "GET", "/events", 200, allowed(), None, True),
    "a redirect": Row("GET", "/moved", [("Origin", APP)], 307, allowed(), None, APP, True),
    "404": by(APP, "GET", "/nowhere", 404, allowed(), None, True),
    "404, denied": by(EVIL, "GET", "/nowhere", 404, [VARY], None, False),
    "an exception": by(APP, "GET", "/boom", 500, allowed(), None, True),
    "an exception, denied": by(EVIL, "GET", "/boom", 500, [VARY], None, False),
    "percent-encoded": by(APP, "GET", "/caf%C3%A9", 200, allowed(), "café".encode(), True),
    "a route for anyone": by(EVIL, "GET", "/public", 200, [ANYONE], b"public", True),
    "a route for anyone, preflight": asks(
        EVIL, "/public", "GET", 200, [ANYONE, ("access-control-allow-methods", "PUT"), VARY_OPTIONS]
    ),
    "a route that refuses": by(EVIL, "GET", "/refusing", 403, [VARY], b"Not allowed by CORS", False),
    "a route that refuses, POST": by(EVIL, "POST", "/refusing", 403, [VARY], b"Not allowed by CORS", False),
    "a route that refuses, allowed": by(APP, "GET", "/refusing", 200, allowed(), b"refusing", True),
    "a route that refuses, same origin": Row(
        "POST", "/refusing", [("Origin", EVIL), ("Sec-Fetch-Site", "same-origin")], 200, [VARY], b"refusing"
    ),
    "a route without CORS": by(
        APP, "GET", "/bare", 200, [("access-control-allow-origin", "https://own.example")], b"bare", False
    ),
    "below the sub-app": by(SUB_APP, "GET", "/sub/x", 200, [SUB], b"sub", True),
    "below the sub-app, the app's page": by(APP, "GET", "/sub/x", 200, [SUB], b"sub", False),
    "below the sub-app, preflight": asks(
        SUB_APP, "/sub/x", "GET", 204, [SUB, ("access-control-allow-methods", "PUT"), VARY_OPTIONS]
    ),
    "below the sub-app, a route of its own": by(EVIL, "GET", "/sub/public", 200, [ANYONE], b"sub public", True),
    "beside the sub-app": by(APP, "GET", "/subway", 200, allowed(), b"subway", True),
}  # fmt: skip

MODULES = {
    info.name: importlib.import_module(f"tests.contract.frameworks.{info.name}").FRAMEWORK
    for info in pkgutil.iter_modules(frameworks.__path__)
    if not info.name.startswith("_")
}
PLACES = [(name, server) for name, framework in MODULES.items() for server in framework.servers]


@dataclass(frozen=True, slots=True)
class Place:
    framework: Framework
    server: str
    port: int


@pytest.fixture(scope="module", params=PLACES, ids="-on-".join)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    name, server = request.param
    with serving(server, f"tests.contract.frameworks.{name}:app") as port:
        yield Place(MODULES[name], server, port)


def exchange(place: Place, row: Row) -> tuple[int, Fields, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
    try:
        connection.putrequest(row.method, row.path, skip_accept_encoding=True)
        for name, value in row.request:
            connection.putheader(name, value)
        if row.method in ("POST", "PUT"):
            connection.putheader("Content-Length", "0")
        connection.endheaders()
        response = connection.getresponse()
        body = response.read()
        headers = [(name.lower(), value) for name, value in response.getheaders()]
    finally:
        connection.close()
    ignored = OF_THE_SERVER | OF_THE_CONTENT | place.framework.own_fields
    return response.status, sorted(field for field in headers if field[0] not in ignored), body


@pytest.mark.parametrize("name", ROWS)
def test_the_contract(place: Place, name: str) -> None:
    row = ROWS[name]
    status, fields, body = exchange(place, row)
    assert (status, fields) == (row.status, sorted(row.fields))
    if row.body is not None:
        assert body == row.body


@pytest.mark.parametrize("name", [name for name, framework in MODULES.items() if "hypercorn" in framework.servers])
def test_the_contract_over_http2(name: str) -> None:
    ignored = OF_THE_SERVER | OF_THE_CONTENT | MODULES[name].own_fields
    with (
        serving("hypercorn", f"tests.contract.frameworks.{name}:app") as port,
        httpcore2.ConnectionPool(http1=False, http2=True) as pool,
    ):
        for spoken, row in ROWS.items():
            response = pool.request(row.method, f"http://127.0.0.1:{port}{row.path}", headers=row.request)
            assert response.extensions["http_version"] == b"HTTP/2"
            fields = [(field.decode().lower(), value.decode()) for field, value in response.headers]
            kept = sorted(field for field in fields if field[0] not in ignored)
            assert (spoken, response.status, kept) == (spoken, row.status, sorted(row.fields))


def test_the_preflight_lists_the_methods_of_the_route(place: Place) -> None:
    expected = preflight(place.framework.item_methods)
    assert exchange(place, asks(APP, "/items/7", "PUT", 204, expected)) == (204, sorted(expected), b"")


def test_a_preflight_of_nothing_that_is_there(place: Place) -> None:
    expected = preflight(place.framework.nowhere_methods)
    assert exchange(place, asks(APP, "/nowhere", "PUT", 204, expected)) == (204, sorted(expected), b"")


def test_a_method_that_no_route_has_is_not_listed(place: Place) -> None:
    status, fields, _ = exchange(place, asks(APP, "/items/7", "PATCH", 204, []))
    assert status == 204
    assert ("access-control-allow-origin", APP) in fields
    assert "PATCH" not in dict(fields).get("access-control-allow-methods", "").split(",")


def test_a_method_that_is_not_allowed(place: Place) -> None:
    row = by(APP, "POST", "/", place.framework.not_allowed, allowed(), None, True)
    status, fields, _ = exchange(place, row)
    assert (status, fields) == (row.status, sorted(row.fields))


def test_head(place: Place) -> None:
    status, fields, body = exchange(place, Row("HEAD", "/", [("Origin", APP)], 200, []))
    assert (status, fields, body) == (place.framework.head, sorted(allowed()), b"")


def test_an_encoded_slash_is_answered(place: Place) -> None:
    status, fields, _ = exchange(place, Row("GET", "/a%2Fb", [("Origin", EVIL)], 404, []))
    assert status in (200, 307, 308, 400, 404)
    assert not [name for name, _ in fields if name.startswith("access-control-")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(network=True, profile="standard") as browser:
        yield browser


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.page is not None])
def test_a_page_may_read_exactly_what_the_row_says(place: Place, browser: Browser, name: str) -> None:
    row = ROWS[name]
    assert row.page is not None
    url = f"http://127.0.0.1:{place.port}{row.path}"
    method = row.method
    verdict = browser.page(row.page).attempt(url, method=method)
    assert verdict.readable == row.readable, verdict.reason
    if row.readable and row.status != 307:
        assert verdict.response is not None
        assert verdict.response.status == row.status


def test_a_page_may_not_use_a_method_that_no_route_has(place: Place, browser: Browser) -> None:
    url = f"http://127.0.0.1:{place.port}/items/7"
    assert browser.page(APP).attempt(url, method="PUT", credentials="include").readable
    verdict = browser.page(APP).attempt(url, method="PATCH", credentials="include")
    assert (verdict.readable, verdict.reason) == (False, "preflight.method")


GUARDED = [(name, server) for name, server in PLACES if MODULES[name].has_websockets]


@pytest.mark.parametrize(("name", "server"), GUARDED, ids=map("-on-".join, GUARDED))
def test_the_handshake_of_a_websocket_is_guarded(name: str, server: str) -> None:
    with serving(server, f"tests.contract.frameworks.{name}:app") as port:
        assert {origin: _handshake(port, origin) for origin in (APP, EVIL, None)} == {APP: 101, EVIL: 403, None: 101}


def _handshake(port: int, origin: str | None) -> int:
    lines: list[Any] = [
        "GET /ws HTTP/1.1",
        "Host: api.example.com",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        *([f"Origin: {origin}"] if origin else []),
    ]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(client.recv(4096).split()[1])
