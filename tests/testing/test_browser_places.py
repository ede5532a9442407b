"""What is particular to one browser or the other: threads, loops, the network, the middleware at the other end."""

import asyncio
import contextvars
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from crossorigin import Policy
from crossorigin.browser import Outcome, ReadableStream, Reason
from crossorigin.drivers import AsyncNetworkDriver, NetworkDriver
from crossorigin.middleware import asgi as asgi_middleware
from crossorigin.middleware import wsgi as wsgi_middleware
from crossorigin.testing import ASGI, WSGI, AsyncBrowser, Browser, CORSBlocked, NoAnswer
from tests.drivers.servers import Answering, RawServer, closed_port, ok, read_head
from tests.testing.apps import API, PAGE, Log, asgi_app, wsgi_app

OPEN = b"Access-Control-Allow-Origin: *"


def test_the_browser_works_inside_a_running_loop() -> None:
    async def main() -> int:
        with Browser({API: asgi_app(Log())}) as browser:
            return browser.page(PAGE).fetch(f"{API}/items").status

    assert asyncio.run(main()) == 200


def test_async_fetches_run_side_by_side() -> None:
    together = asyncio.Barrier(3)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError(scope["type"])
        await together.wait()
        headers = [(b"access-control-allow-origin", b"*")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": scope["raw_path"]})

    async def main() -> list[str]:
        async with AsyncBrowser({API: app}) as browser:
            page = browser.page(PAGE)
            responses = await asyncio.gather(*(page.fetch(f"{API}/{n}") for n in range(3)))
            return [response.text() for response in responses]

    assert asyncio.run(main()) == ["/0", "/1", "/2"]


WHO: contextvars.ContextVar[str] = contextvars.ContextVar("WHO", default="nobody")


@pytest.mark.parametrize("kind", ["ASGI", "WSGI"])
def test_apps_see_the_tests_context(kind: str) -> None:
    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse(WHO.get(), headers={"Access-Control-Allow-Origin": "*"})(scope, receive, send)

    def wsgi(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        return [WHO.get().encode()]

    WHO.set("the test")
    app = ASGI(asgi, lifespan="off") if kind == "ASGI" else WSGI(wsgi)
    with Browser({API: app}) as browser:
        assert browser.page(PAGE).fetch(f"{API}/").text() == "the test"


def test_asgi_apps_of_one_browser_share_a_loop() -> None:
    loops: set[int] = set()

    def app() -> Any:
        async def asgi(scope: Any, receive: Any, send: Any) -> None:
            loops.add(id(asyncio.get_running_loop()))
            await PlainTextResponse("", headers={"Access-Control-Allow-Origin": "*"})(scope, receive, send)

        return ASGI(asgi, lifespan="off")

    with Browser({API: app(), "https://other.example.com": app()}) as browser:
        page = browser.page(PAGE)
        page.fetch(f"{API}/")
        page.fetch("https://other.example.com/")
        assert len(loops) == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "crossorigin-loop"]


def test_a_mounted_app_says_where() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]

    with Browser({API: WSGI(app, script_name="/v1")}) as browser:
        assert browser.page(PAGE).fetch(f"{API}/v1/items").text() == "/v1 /items"


# Over the network


def test_the_network_is_there_when_it_is_let_in() -> None:
    with RawServer(Answering(ok(b"out", OPEN))) as server, Browser(network=True) as browser:
        response = browser.page("http://app.localhost").fetch(f"http://127.0.0.1:{server.port}/")
    assert (response.text(), dict(response.headers)) == ("out", {"content-length": "3"})


def test_apps_come_before_the_network() -> None:
    with RawServer(Answering(ok(b"out", OPEN))) as server:
        origin = f"http://127.0.0.1:{server.port}"
        with Browser({origin: wsgi_app(Log())}, network=True) as browser:
            page = browser.page(origin)
            assert page.fetch("/items").json() == {"got": ""}
        assert server.connections == 0


def test_a_driver_of_ones_own_brings_its_options() -> None:
    with RawServer(Answering(ok(b"there", OPEN))) as server:
        resolve = [f"api.localhost:{server.port}:127.0.0.1"]
        with NetworkDriver(resolve=resolve, environ={}) as driver, Browser(network=driver) as browser:
            text = browser.page("http://app.localhost").fetch(f"http://api.localhost:{server.port}/").text()
    assert text == "there"


def test_the_asynchronous_browser_goes_out_too() -> None:
    async def main(network: Any) -> str:
        with RawServer(Answering(ok(b"out", OPEN))) as server:
            async with AsyncBrowser(network=network) as browser:
                response = await browser.page("http://app.localhost").fetch(f"http://127.0.0.1:{server.port}/")
                return response.text()

    assert asyncio.run(main(True)) == "out"
    assert asyncio.run(main(AsyncNetworkDriver(environ={}))) == "out"


EVENT = b"data: 1\n\n"
THE_END = threading.Event()


def _streams(connection: socket.socket) -> None:
    """Sends one event, and stays until the client hangs up. Only the page at app.localhost may read it."""
    read_head(connection)
    origin = b"Access-Control-Allow-Origin: http://app.localhost"
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + origin + b"\r\n\r\n" + EVENT)
    connection.settimeout(None)
    connection.recv(1)


async def _streaming_asgi(scope: Any, receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/event-stream"), (b"access-control-allow-origin", b"http://app.localhost")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": EVENT, "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass


def _streaming_wsgi(environ: Any, start_response: Any) -> Iterator[bytes]:
    headers = [("Content-Type", "text/event-stream"), ("Access-Control-Allow-Origin", "http://app.localhost")]
    start_response("200 OK", headers)
    yield EVENT
    THE_END.wait()


STREAMING = {"ASGI": ASGI(_streaming_asgi, lifespan="off"), "WSGI": WSGI(_streaming_wsgi)}


@pytest.mark.parametrize("place", ["network", "ASGI", "WSGI"])
def test_an_event_stream_is_read_wherever_it_comes_from(place: str) -> None:
    with RawServer(_streams) as server:
        origin = f"http://127.0.0.1:{server.port}"
        apps = {} if place == "network" else {origin: STREAMING[place]}
        with Browser(apps, network=True, timeout=0.3) as browser:
            page = browser.page("http://app.localhost")
            for response in (page.load("event-source", f"{origin}/"), page.fetch(f"{origin}/")):
                assert (response.status, response.text(), response.truncated) == (200, "data: 1\n\n", True)
            attempt = page.attempt_load("event-source", f"{origin}/")
            assert (attempt.body, attempt.truncated, attempt.body_failure) == (EVENT, True, None)


@pytest.mark.parametrize("place", ["network", "ASGI", "WSGI"])
def test_an_event_stream_that_is_blocked_is_not_waited_for(place: str) -> None:
    with RawServer(_streams) as server:
        origin = f"http://127.0.0.1:{server.port}"
        apps = {} if place == "network" else {origin: STREAMING[place]}
        with Browser(apps, network=True, timeout=3600) as browser, pytest.raises(CORSBlocked):
            browser.page("http://other.localhost").load("event-source", f"{origin}/")


@pytest.mark.parametrize("app", STREAMING.values(), ids=list(STREAMING))
def test_an_asynchronous_browser_reads_event_streams_too(app: Any) -> None:
    async def main() -> tuple[str, bool]:
        async with AsyncBrowser({API: app}, timeout=0.3) as browser:
            response = await browser.page("http://app.localhost").load("event-source", f"{API}/")
            return response.text(), response.truncated

    assert asyncio.run(main()) == ("data: 1\n\n", True)
    THE_END.set()  # and the thread that was left behind ends
    THE_END.clear()


def test_no_answer_is_no_cors_problem() -> None:
    with closed_port() as port, Browser(network=True) as browser:
        page = browser.page("http://app.localhost")
        with pytest.raises(NoAnswer) as caught:
            page.fetch(f"http://127.0.0.1:{port}/")
        assert page.attempt(f"http://127.0.0.1:{port}/").outcome is Outcome.NO_ANSWER
    assert f"nothing listens at 127.0.0.1:{port}" in str(caught.value).replace("\n", " ").replace("  ", " ")


def test_compressed_bodies_are_read_as_a_script_reads_them() -> None:
    import gzip

    body = gzip.compress(b"plain")
    with RawServer(Answering(ok(body, OPEN, b"Content-Encoding: gzip"))) as server, Browser(network=True) as browser:
        assert browser.page("http://app.localhost").fetch(f"http://127.0.0.1:{server.port}/").text() == "plain"


# The server half at the other end


POLICY = Policy(allow_origins=[PAGE], allow_methods=["PUT"], allow_headers=["content-type"], allow_credentials=True)


async def _asgi(scope: Any, receive: Any, send: Any) -> None:
    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()

    async def plain(request: Any) -> PlainTextResponse:
        return PlainTextResponse(request.method)

    app = Starlette(routes=[Route("/", plain, methods=["GET", "PUT"]), WebSocketRoute("/ws", talk)])
    await app(scope, receive, send)


def _wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["REQUEST_METHOD"].encode()]


@pytest.mark.parametrize(
    "app",
    [
        pytest.param(asgi_middleware.CORSMiddleware(_asgi, POLICY), id="ASGI"),
        pytest.param(wsgi_middleware.CORSMiddleware(_wsgi, POLICY), id="WSGI"),
    ],
)
def test_what_the_policy_allows_the_browser_reads(app: Any) -> None:
    with Browser({API: app}) as browser:
        page = browser.page(PAGE)
        assert page.fetch(f"{API}/", method="PUT", json={}, credentials="include").text() == "PUT"
        assert page.attempt(f"{API}/", method="DELETE").reason is Reason.PREFLIGHT_METHOD
        with pytest.raises(CORSBlocked):
            browser.page("https://evil.example.com").fetch(f"{API}/")


def test_a_guarded_websocket_lets_only_its_pages_in() -> None:
    app = asgi_middleware.CORSMiddleware(_asgi, POLICY, guard_websockets=True)
    with Browser({API: app}) as browser:
        own = browser.page(PAGE).attempt_load("websocket", "wss://api.example.com/ws")
        strange = browser.page("https://evil.example.com").attempt_load("websocket", "wss://api.example.com/ws")
    assert [exchange.answer.status for exchange in own.exchanges] == [101]  # type: ignore[union-attr]
    assert [exchange.answer.status for exchange in strange.exchanges] == [403]  # type: ignore[union-attr]


@pytest.mark.parametrize(("scheme", "reason"), [("https", None), ("http", "stream-body")])
def test_a_stream_is_uploaded_over_tls_which_stands_for_http2(scheme: str, reason: str | None) -> None:
    app = asgi_middleware.CORSMiddleware(asgi_app(Log()), Policy(allow_origins=[f"{scheme}://app.example.com"]))
    with Browser({f"{scheme}://api.example.com": app}) as browser:
        page = browser.page(f"{scheme}://app.example.com")
        options = {"method": "POST", "body": ReadableStream(b"abc"), "duplex": "half"}
        attempt = page.attempt(f"{scheme}://api.example.com/", **options)
    assert attempt.preflighted
    assert attempt.reason == reason


def test_a_block_by_an_app_in_process_gives_no_curl_line_that_leads_nowhere() -> None:
    with Browser({API: asgi_app(Log())}) as browser, pytest.raises(CORSBlocked) as blocked:
        browser.page(PAGE).fetch(f"{API}/closed")
    assert "Access-Control-Allow-Origin: https://app.example.com" in str(blocked.value)
    assert "curl" not in str(blocked.value)
