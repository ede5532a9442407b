"""What the browser half adds to a call of an app in process: `Page.fetch`, trace included, over its driver alone."""

from bench._measure import measure
from crossorigin.browser import Send
from crossorigin.drivers import WSGIDriver
from crossorigin.testing import Browser

API, PAGE = "https://api.example.com", "https://app.example.com"


def page_fetch(rounds: int, calls: int) -> None:
    """The headers that the browser half sends are sent by the bare driver too, so that the app does the same work."""
    with Browser({API: _app}) as browser:
        page = browser.page(PAGE)
        sent = page.fetch(f"{API}/").verdict.exchanges[0].send
        driver = WSGIDriver(_app)
        timings = measure(
            {
                "driver alone": lambda: _exchange(driver, sent),
                "Page.fetch": lambda: page.fetch(f"{API}/").bytes(),
            },
            rounds=rounds,
            calls=max(calls // 20, 1),
        )
    alone, fetched = timings["driver alone"].median, timings["Page.fetch"].median
    print("\nPage.fetch of a WSGI app in process, trace included, at most 3 times its driver alone")
    print(f"    {fetched / 1000:.0f} µs against {alone / 1000:.0f} µs  x {fetched / alone:.2f}")


def _exchange(driver: WSGIDriver, send: Send) -> None:
    reply = driver.open(send)
    reply.read(1 << 20)


def _app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", PAGE)])
    return [b"hello"]
