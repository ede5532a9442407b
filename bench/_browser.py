"""What the browser half adds to a call of an app in process: `Page.fetch`, trace included, over its driver alone."""

import asyncio
from collections.abc import Awaitable, Callable

from bench._measure import measure
from crossorigin.browser import Send, Verdict
from crossorigin.drivers import AsyncASGIDriver, Flow, WSGIDriver
from crossorigin.testing import AsyncBrowser, Browser

API, PAGE = "https://api.example.com", "https://app.example.com"
BATCH = 20


def page_fetch(rounds: int, calls: int) -> None:
    """The driver alone runs a flow that sends the very same request, so that the app does the same work."""
    calls = max(calls // 100, 1)
    print("\nPage.fetch of an app in process, trace included, at most 3 times its driver alone")
    with Browser({API: _wsgi}) as browser:
        page = browser.page(PAGE)
        verdict = page.fetch(f"{API}/").verdict
        sent = verdict.exchanges[0].send
        driver = WSGIDriver(_wsgi)
        _compare(
            "WSGI",
            lambda: [driver.run(_flow(sent, verdict)) for _ in range(BATCH)],
            lambda: [page.fetch(f"{API}/").bytes() for _ in range(BATCH)],
            rounds,
            calls,
        )
    with asyncio.Runner() as runner:
        async_browser = AsyncBrowser({API: _asgi})
        async_page = async_browser.page(PAGE)
        async_driver = AsyncASGIDriver(_asgi)

        async def exchange() -> None:
            await async_driver.run(_flow(sent, verdict))

        async def fetch() -> None:
            (await async_page.fetch(f"{API}/")).bytes()

        _compare("ASGI", _batch(runner, exchange), _batch(runner, fetch), rounds, calls)
        runner.run(async_browser.aclose())
        runner.run(async_driver.aclose())


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
    print(f"    {kind}  {fetched_time:.0f} µs against {alone_time:.0f} µs  x {fetched_time / alone_time:.2f}")


def _wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", PAGE)])
    return [b"hello"]


async def _asgi(scope, receive, send):
    headers = [(b"content-type", b"text/plain"), (b"access-control-allow-origin", PAGE.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})
