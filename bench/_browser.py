"""What the browser half adds to a call of an app in process: `Page.fetch`, trace included, over its driver alone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from flask import Flask, Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bench._measure import measure
from crossorigin.browser import Send, Verdict
from crossorigin.drivers import AsyncASGIDriver, Flow, WSGIDriver
from crossorigin.testing import AsyncBrowser, Browser

API, PAGE = "https://api.example.com", "https://app.example.com"
BATCH = 20


def page_fetch(rounds: int, calls: int) -> None:
    """The driver alone runs a flow that sends the very same request, so that the app does the same work.

    The bare apps answer in no time, and show what the browser half costs; the others are what a test suite calls.
    """
    calls = max(calls // 100, 1)
    print("\nPage.fetch of an app in process, trace included, at most 3 times its driver alone")
    for kind, wsgi in {"WSGI, bare app": _wsgi, "Flask": _flask()}.items():
        _over_wsgi(kind, wsgi, rounds, calls)
    for kind, asgi in {"ASGI, bare app": _asgi, "Starlette": _starlette()}.items():
        _over_asgi(kind, asgi, rounds, calls)


def _over_wsgi(kind: str, app: Any, rounds: int, calls: int) -> None:
    driver = WSGIDriver(app)
    with Browser({API: app}) as browser:
        page = browser.page(PAGE)
        verdict = page.fetch(f"{API}/").verdict
        sent = verdict.exchanges[0].send
        _compare(
            kind,
            lambda: [driver.run(_flow(sent, verdict)) for _ in range(BATCH)],
            lambda: [page.fetch(f"{API}/").bytes() for _ in range(BATCH)],
            rounds,
            calls,
        )


def _over_asgi(kind: str, app: Any, rounds: int, calls: int) -> None:
    driver = AsyncASGIDriver(app)
    browser = AsyncBrowser({API: app})
    page = browser.page(PAGE)
    with asyncio.Runner() as runner:
        verdict = runner.run(page.fetch(f"{API}/")).verdict
        sent = verdict.exchanges[0].send

        async def exchange() -> None:
            await driver.run(_flow(sent, verdict))

        async def fetch() -> None:
            (await page.fetch(f"{API}/")).bytes()

        _compare(kind, _batch(runner, exchange), _batch(runner, fetch), rounds, calls)
        runner.run(browser.aclose())
        runner.run(driver.aclose())


def _flow(send: Send, verdict: Verdict) -> Flow:
    """A flow without a browser half: it sends what it was given, and knows its verdict."""
    yield send
    return verdict


def _batch(runner: asyncio.Runner, call: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    async def batch() -> None:
        for _ in range(BATCH):
            await call()

    return lambda: runner.run(batch())


def _compare(kind: str, alone: Callable[[], object], fetched: Callable[[], object], rounds: int, calls: int) -> None:
    timings = measure({"alone": alone, "fetched": fetched}, rounds=rounds, calls=calls)
    alone_time, fetched_time = (timings[name].median / BATCH / 1000 for name in ("alone", "fetched"))
    print(f"    {kind:<15} {fetched_time:.0f} µs against {alone_time:.0f} µs  x {fetched_time / alone_time:.2f}")


def _wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", PAGE)])
    return [b"hello"]


async def _asgi(scope, receive, send):
    headers = [(b"content-type", b"text/plain"), (b"access-control-allow-origin", PAGE.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


def _flask() -> Any:
    app = Flask("bench")

    @app.get("/")
    def hello() -> Response:
        return Response("hello", mimetype="text/plain", headers={"Access-Control-Allow-Origin": PAGE})

    return app


def _starlette() -> Any:
    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello", headers={"Access-Control-Allow-Origin": PAGE})

    return Starlette(routes=[Route("/", hello)])
