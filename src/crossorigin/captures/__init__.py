"""Captures: what people paste (console text, HAR, cURL, fetch() snippets, response heads), read into values.

Pure readers: nothing is run, no file is opened, nothing is sent. Every value says how it is known (`Provenance`).
"""

from ._browser_headers import page_headers
from ._capture import (
    NOT_CORS,
    Asked,
    Capture,
    CaptureError,
    Head,
    Item,
    Kind,
    Note,
    Provenance,
    Recorded,
    RecordedExchange,
    Statement,
)
from ._console import read_console
from ._curl import read_curl
from ._har import read_har
from ._javascript import read_fetch
from ._powershell import read_powershell
from ._read import read, read_text
from ._response import read_response

__all__ = [
    "NOT_CORS",
    "Asked",
    "Capture",
    "CaptureError",
    "Head",
    "Item",
    "Kind",
    "Note",
    "Provenance",
    "Recorded",
    "RecordedExchange",
    "Statement",
    "page_headers",
    "read",
    "read_console",
    "read_curl",
    "read_fetch",
    "read_har",
    "read_powershell",
    "read_response",
    "read_text",
]
