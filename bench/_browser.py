"""What the browser half adds to a call of an app in process: `Page.fetch`, trace included, over its driver alone."""

import asyncio
from collections.abc import Awaitable, Callable

from bench._measure import measure
from crossorigin.drivers import AsyncASGIDriver, WSGIDriver
from crossorigin.testing import AsyncBrowser, Browser

API, PAGE = "https://api.example.com", "https://app.example.com"
BODY_LIMIT = 1 << 20
BATCH = 20


def page_fetch(rounds: int, calls: int) -> None:
    """The bare driver sends the very request that the browser half sends, so that the app does the same work."""
    calls = max(calls // 100, 1)
    print("\nPage.fetch of an app in process, trace included, at most 3 times its driver alone")
    with Browser({API: _wsgi}) as browser:
        page = browser.page(PAGE)
        sent = page.fetch(f"{API}/").verdict.exchanges[0].send
        driver = WSGIDriver(_wsgi)
        _compare(
            "WSGI",
            lambda: [driver.open(sent).read(BODY_LIMIT) for _ in range(BATCH)],
            lambda: [page.fetch(f"{API}/").bytes() for _ in range(BATCH)],
            rounds,
            calls,
        )
    with asyncio.Runner() as runner:
        async_browser = AsyncBrowser({API: _asgi})
        async_page = async_browser.page(PAGE)
        async_driver = AsyncASGIDriver(_asgi)

        async def exchange() -> None:
            reply = await async_driver.open(sent)
            await reply.read(BODY_LIMIT)

        async def fetch() -> None:
            (await async_page.fetch(f"{API}/")).bytes()

        _compare("ASGI", _batch(runner, exchange), _batch(runner, fetch), rounds, calls)
        runner.run(async_browser.aclose())
        runner.run(async_driver.aclose())


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
