"""A HAR as a stream: what the log says of itself, then one entry after the other. Memory stays flat."""

import codecs
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ._capture import CaptureError

_PIECE = 64 * 1024
_LONGEST = 128 * 1024
"""Bytes of a string that are read, more or less: a body in base64 may be the largest part of the file."""

_MOST_ITEMS = 1000
"""Headers of a request, and pages of a log, that are looked at."""

# A character above U+FFFF is two escapes, of which no parser takes the first alone.
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}|u(?![dD][89abAB])[0-9a-fA-F]{4}|[^u])", re.DOTALL
)
_HALF_AN_ESCAPE = re.compile(rb"\\(?:u(?:[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?|[0-9a-fA-F]{0,3}))?\Z")

_PACKED = {
    b"PK\x03\x04": "The file is a zip archive: unpack it, and give the .har file in it.",
    b"\x1f\x8b": "The file is compressed: unpack it first (gunzip FILE).",
}
_NOT_A_HAR = (
    'This is not a HAR file: {why}. Save one in the browser\'s network panel with "Export HAR" (Firefox: "Save All As '
    'HAR").'
)

Tree = dict[str, Any]
"""The keys that are read: below each name a tree, or None for a text, number, boolean or null."""

_FIELDS: Tree = {"name": None, "value": None}
_ENTRY: Tree = {
    "pageref": None,
    "startedDateTime": None,
    "time": None,
    "_resourceType": None,
    "_initiator": {"type": None, "url": None},
    "_fromCache": None,
    "_fetchType": None,
    "_servedFromCache": None,
    "_error": None,
    "_failureText": None,
    "request": {
        "method": None,
        "url": None,
        "headers": _FIELDS,
        "cookies": _FIELDS,
        "postData": {"mimeType": None, "text": None},
    },
    "response": {
        "status": None,
        "httpVersion": None,
        "headers": _FIELDS,
        "redirectURL": None,
        "_error": None,
        "_failureText": None,
        "_fetchedViaServiceWorker": None,
    },
}
_CREATOR: Tree = {"name": None, "version": None}
_PAGES: Tree = {"id": None, "title": None}


class _Broken(Exception):
    """The JSON ends or goes wrong here."""


class HarStream:
    """Reads a HAR. `tool` and `pages` (title by id) are what stands before the entries.

    Raises:
        CaptureError: it is no HAR, or its JSON is broken before the first entry.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.tool = ""
        self.pages: dict[str, str] = {}
        self._text = _Text(stream)
        self._events = self._parse()
        self._next = self._events.__next__
        self._entries = 0
        try:
            self._read_head()
        except _Broken as broken:
            raise CaptureError(_NOT_A_HAR.format(why=f"{broken} {self._place()}")) from None

    def entries(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Each entry with its index, once.

        Raises:
            CaptureError: the JSON is cut short or broken: after all entries that stand before that place.
        """
        try:
            while (start := self._next())[0] != "end_array":
                entry = self._take(*start, _ENTRY)
                if isinstance(entry, dict):
                    yield self._entries, entry
                self._entries += 1
        except _Broken as broken:
            read = f"the {self._entries} entries before it were read" if self._entries else "no entry before it"
            raise CaptureError(
                f"The HAR breaks off in entry {self._entries + 1}, {self._place()}: {broken} ({read}). Save it again, "
                "and check that the copy or the upload was complete."
            ) from None

    def _place(self) -> str:
        return f"at byte {self._text.bytes_read}" if self._text.ended else f"before byte {self._text.bytes_read}"

    def _read_head(self) -> None:
        """Up to the first entry."""
        start, value = self._next()
        if start != "start_map":
            raise CaptureError(_NOT_A_HAR.format(why="the JSON is not an object with a log in it"))
        seen: list[str] = []
        for key, event, value in self._members():
            if key == "log" and event == "start_map":
                break
            seen.append(key)
            self._take(event, value, None)
        else:
            names = ", ".join(repr(key[:40]) for key in seen[:5]) or "nothing"
            raise CaptureError(_NOT_A_HAR.format(why=f"the JSON has no object 'log', but {names}"))
        for key, event, value in self._members():
            if key == "entries" and event == "start_array":
                return
            self._read_about_the_log(key, event, value)
        raise CaptureError(_NOT_A_HAR.format(why="its log has no list of entries"))

    def _read_about_the_log(self, key: str, event: str, value: Any) -> None:
        match key:
            case "creator":
                creator = self._take(event, value, _CREATOR)
                if isinstance(creator, dict):
                    named = (creator.get("name"), creator.get("version"))
                    self.tool = " ".join(text[:100] for text in named if isinstance(text, str))
            case "pages":
                for page in self._take(event, value, _PAGES) or ():
                    if isinstance(page, dict) and isinstance(page.get("id"), str):
                        self.pages[page["id"]] = str(page.get("title"))[:2000]
            case _:
                self._take(event, value, None)

    def _parse(self) -> Iterator[tuple[str, Any]]:
        """The events of the JSON. Those before a fault come first: the library hands them over by the piece."""
        try:
            import ijson  # the extra `cli`: nobody else pays for it
        except ImportError:
            raise CaptureError("To read a HAR file, install the extra: pip install 'crossorigin[cli]'") from None
        events = ijson.sendable_list()
        # Without use_float, an integer of thousands of digits ends the whole process in ijson 3.6's C parser.
        parser = ijson.basic_parse_coro(events, use_float=True)
        while True:
            piece = self._text.read()
            fault = ""
            try:
                if piece:
                    parser.send(piece)
                else:
                    parser.close()
            except (ijson.JSONError, ValueError, ArithmeticError, RecursionError) as error:
                fault = str(error).partition("\n")[0].strip() or type(error).__name__
            yield from events
            del events[:]
            if self._text.ended or fault:
                raise _Broken("the JSON is cut short" if self._text.ended else f"the JSON is broken ({fault[:100]})")

    def _members(self) -> Iterator[tuple[str, str, Any]]:
        """The members of an object: key, and the event and value that begin what it holds."""
        while (member := self._next())[0] != "end_map":
            yield member[1], *self._next()

    def _take(self, event: str, value: Any, tree: Tree | None) -> Any:
        """What begins with this event, without the keys that the tree does not name; None for what it leaves out."""
        if tree is None and event in ("start_map", "start_array"):
            self._skip()
            return None
        if event == "start_map" and tree is not None:
            taken = {}
            while (member := self._next())[0] != "end_map":
                key, begins = member[1], self._next()
                if key in tree:
                    taken[key] = self._take(*begins, tree[key])
                elif begins[0] in ("start_map", "start_array"):
                    self._skip()
            return taken
        if event == "start_array":
            items: list[Any] = []
            while (begins := self._next())[0] != "end_array":
                item = self._take(*begins, None if begins[0] == "start_array" else tree)  # lists hold no lists
                if len(items) < _MOST_ITEMS:
                    items.append(item)
            return items
        return value

    def _skip(self) -> None:
        """The rest of an object or a list that has begun."""
        depth = 1
        for event, _ in self._events:
            if event in ("start_map", "start_array"):
                depth += 1
            elif event in ("end_map", "end_array"):
                depth -= 1
                if not depth:
                    return


class _Text:
    """The stream as UTF-8, without its byte order mark; what is in the middle of a very long string is left out."""

    def __init__(self, stream: BinaryIO) -> None:
        self.bytes_read = 0
        self.ended = False
        self._stream = stream
        self._decoder: codecs.IncrementalDecoder | None = None
        self._held = b""
        self._in_string = False
        self._length = 0

    def read(self) -> bytes:
        """The next piece, empty at the end."""
        while not self.ended:
            piece = self._stream.read(_PIECE)
            self.bytes_read += len(piece)
            self.ended = not piece
            kept = self._cut(self._decoded(piece))
            if kept:
                return kept
        return b""

    def _decoded(self, piece: bytes) -> bytes:
        if self._decoder is None:
            for magic, message in _PACKED.items():
                if piece.startswith(magic):
                    raise CaptureError(message)
            wide = piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            self._decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")(errors="replace")
        return self._decoder.decode(piece, final=not piece).encode("utf-8", "replace")

    def _cut(self, text: bytes) -> bytes:
        """The text without a piece that lies whole inside a string which is long enough already."""
        text = self._held + text
        bare = _ESCAPES.sub(b"", text) if b"\\" in text else text
        half = _HALF_AN_ESCAPE.search(bare)
        self._held = half[0] if half is not None and not self.ended else b""
        text = text[: len(text) - len(self._held)]
        quotes = bare.count(b'"')
        inside = self._in_string and not quotes
        self._in_string ^= bool(quotes & 1)
        self._length = self._length + len(text) if inside else 0
        return b"" if self._length > _LONGEST else text
