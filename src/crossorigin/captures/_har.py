"""HAR 1.2, as browsers, proxies and test tools write it."""

from collections.abc import Iterator
from typing import BinaryIO

from ._capture import Capture, CaptureError, Recorded
from ._har_entry import entry_of
from ._har_join import Joiner
from ._har_stream import HarStream

_BROWSERS = ("WebInspector ", "Playwright ")
"""Tools that write down how each request ended for the page, not only what came over the wire."""


def read_har(stream: BinaryIO) -> Capture:
    """Reads a HAR, which may be large: its entries are read while `items` is iterated, once, and no body is kept.

    The stream need not be seekable. What belongs together is put together: a preflight and its request, the hops of a
    redirect, an answer from the browser's cache and the response that it is a copy of. So the items come nearly, not
    exactly, in the order of the file; `Recorded.index` is where in `log.entries` each begins. `pip install
    crossorigin[cli]` installs the parser.

    Raises:
        CaptureError: it is not a HAR. While `items` is iterated: the JSON is cut short or broken there. Everything
            that was read before that comes first.

    >>> from io import BytesIO
    >>> entry = b'{"request": {"method": "GET", "url": "https://api.example.com/"}, "response": {"status": 200}}'
    >>> capture = read_har(BytesIO(b'{"log": {"creator": {"name": "Firefox"}, "entries": [' + entry + b"]}}"))
    >>> capture.tool, [recorded.asked.url for recorded in capture.items]
    ('Firefox', ['https://api.example.com/'])
    """
    har = HarStream(stream)
    return Capture(kind="har", tool=har.tool, items=_items(har))


def _items(har: HarStream) -> Iterator[Recorded]:
    joiner = Joiner(har.pages)
    by_browser = f"{har.tool} ".startswith(_BROWSERS)
    try:
        for index, written in har.entries():
            entry = entry_of(index, written, by_browser=by_browser)
            if entry is not None:
                yield from joiner.add(entry)
    except CaptureError:  # what was read before stays
        yield from joiner.rest()
        raise
    yield from joiner.rest()
