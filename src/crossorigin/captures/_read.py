"""What a text is, found out: every reader looks at the whole of it, and each finds its own parts."""

import io
from collections.abc import Callable
from typing import BinaryIO, cast, get_args

from ._capture import Asked, Capture, CaptureError, Head, Kind, Statement
from ._console import read_console
from ._curl import read_curl
from ._har import read_har
from ._javascript import read_fetch
from ._powershell import read_powershell
from ._response import read_response

TEXT_LIMIT = 16 * 1024 * 1024
"""Bytes of a text that is not a HAR: more is nobody's paste."""

KINDS: tuple[Kind, ...] = get_args(Kind)
READERS: dict[Kind, Callable[[str], Capture]] = {
    "curl": read_curl,
    "powershell": read_powershell,
    "fetch": read_fetch,
    "response": read_response,
    "console": read_console,
}
_SNIFFED = 4096
NOISE = ("not-cors.console-noise",)
_UNREADABLE = (
    "This is not something we can read: a browser's console text, a HAR file, a copied cURL or PowerShell command, a "
    "fetch() call or a response head. Paste the red lines of the console, or the request as cURL (Network panel, Copy)."
)


def read(stream: BinaryIO, kind: Kind | None = None) -> tuple[Capture, ...]:
    """Everything that can be read from a stream, as one capture for each kind that is in it.

    A HAR is read as its items are iterated; a text is read at once. `kind` says what it is, None finds out.

    >>> [capture.kind for capture in read(io.BytesIO(b"curl https://api.example.com/"))]
    ['curl']

    Raises:
        CaptureError: it holds nothing that can be read, or is not what `kind` says.
    """
    start = stream.read(_SNIFFED)
    whole = _Chained(start, stream)
    if kind == "har" or (kind is None and _looks_like_har(start)):
        return (read_har(cast("BinaryIO", whole)),)
    data = whole.read(TEXT_LIMIT + 1)
    if len(data) > TEXT_LIMIT:
        raise CaptureError(
            f"The text is longer than {TEXT_LIMIT >> 20} MB. Give only the part that is about the failure."
        )
    return read_text(_decoded(data), kind)


def read_text(text: str, kind: Kind | None = None) -> tuple[Capture, ...]:
    """The same of a text in memory.

    Raises:
        CaptureError: it holds nothing that can be read, or is not what `kind` says.
    """
    if not text.strip():
        raise CaptureError("There is nothing in it. " + _UNREADABLE.partition(": ")[2].capitalize())
    if kind == "har" or (kind is None and _looks_like_har(text[:_SNIFFED].encode("utf-8", "replace"))):
        return (read_har(io.BytesIO(text.encode("utf-8", "replace"))),)
    if kind is not None:
        return (READERS[kind](text),)
    captures: list[Capture] = []
    failures: list[CaptureError] = []
    for reader in READERS.values():
        try:
            captures.append(reader(text))
        except CaptureError as failure:
            failures.append(failure)
    captures = [capture for capture in captures if not _is_said_already(capture, captures)]
    if captures:
        return tuple(captures)
    told = max(failures, key=lambda failure: failure.line or 0)
    line = told.line if told.line is not None and told.line > 1 else None
    raise CaptureError(f"{_UNREADABLE} {told}" if line else _UNREADABLE, line=line)


def _is_said_already(capture: Capture, captures: list[Capture]) -> bool:
    """Whether it adds nothing to the others: a command's own output, a console without a failure, a stack trace."""
    others = [item for other in captures if other is not capture for item in other.items]
    if not others:
        return False
    match capture.kind:
        case "response":
            return any(isinstance(item, Head) and item.asked is not None for item in others)
        case "curl":
            # A head with no command and no request before it is no output of curl's.
            alone = all(isinstance(item, Head) and item.asked is None for item in capture.items)
            return alone and any(isinstance(item, Head) for item in others)
        case "console":
            # "Network Error" in a comment beside the call says no more than the call.
            asked = any(isinstance(item, Asked) for item in others)
            return all(
                isinstance(item, Statement)
                and (item.reasons == NOISE or (asked and item.url is None and not item.status))
                for item in capture.items
            )
        case "fetch":
            # `at fetch (app.js:3:39)` is a line of a stack trace.
            stated = any(isinstance(item, Statement) and item.reasons != NOISE for item in others)
            return stated and not any(isinstance(item, Asked) and item.resolved for item in capture.items)
        case _:
            return False


def _looks_like_har(start: bytes) -> bool:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    return text.startswith(b"{") and b'"log"' in text[:_SNIFFED]


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return data.decode("utf-8", "replace")


class _Chained(io.BufferedIOBase):
    """What was read of a stream to look at it, then the rest."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        size = -1 if size is None else size
        if not self._start:
            return self._rest.read(size)
        if size < 0:
            data, self._start = self._start + self._rest.read(), b""
            return data
        data, self._start = self._start[:size], self._start[size:]
        return data if len(data) == size else data + self._rest.read(size - len(data))
