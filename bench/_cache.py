"""The browser half: 10,000 different URLs through one preflight cache, in time and in memory."""

import gc
import time
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from bench._section import Section, Table, times
from crossorigin.testing import Browser, Page

API, PAGE = "https://api.example.com", "https://app.example.com"


def preflight_cache(*, urls: int) -> Section:
    part = urls // 10
    seconds = _over(urls, part, time.thread_time, differences=True)
    tracemalloc.start()
    memory = _over(urls, part, _traced, differences=False)
    tracemalloc.stop()
    rows = [
        [f"after {part * (number + 1):,}", times(spent / seconds[0]), times(held / memory[1])]
        for number, (spent, held) in enumerate(zip(seconds, memory, strict=True))
        if number in (0, 1, 4, 9)
    ]
    return Section(
        "The browser half: one preflight cache",
        f"""
        One page PUTs to {urls:,} different URLs of an app in process, each behind a preflight of its own, then once
        more to the last hundred, which are remembered. The CPU time of a tenth of them is told against that of the
        first, and the memory held (tracemalloc) against that after two tenths: the cache is full by then. What is
        unfair: nothing; it is ours against itself.
        """,
        (Table(["URLs", "time", "memory"], rows),),
    )


def _traced() -> float:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _over(urls: int, part: int, read: Callable[[], float], *, differences: bool) -> list[float]:
    """What `read` says after each part, or by how much more than after the one before."""
    preflights = 0

    def app(environ: Any, start_response: Any) -> list[bytes]:
        nonlocal preflights
        preflights += environ["REQUEST_METHOD"] == "OPTIONS"
        fields = [("Access-Control-Allow-Origin", PAGE), ("Access-Control-Allow-Methods", "PUT")]
        start_response("200 OK", [*fields, ("Access-Control-Max-Age", "600"), ("Content-Length", "0")])
        return []

    figures = [read()]
    with Browser({API: app}) as browser:
        page = browser.page(PAGE)
        for first in range(0, urls, part):
            _put(page, range(first, first + part))
            figures.append(read())
        if preflights != urls:
            raise RuntimeError(f"{preflights} preflights for {urls} URLs")
        _put(page, range(urls - 100, urls))
        if preflights != urls:
            raise RuntimeError("what was remembered is preflighted again")
    if differences:
        return [later - earlier for earlier, later in pairwise(figures)]
    return figures[1:]


def _put(page: Page, numbers: range) -> None:
    for number in numbers:
        page.fetch(f"{API}/items/{number}", method="PUT")
