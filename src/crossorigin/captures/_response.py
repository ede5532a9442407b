"""Response heads as people paste them: the output of `curl -i` and `curl -v`, and heads copied from elsewhere."""

import re
from dataclasses import replace

from crossorigin.browser import REDIRECT_STATUSES, ResponseHead, parse_url
from crossorigin.standard import HeaderList, is_header_name, is_loopback_host

from ._asked import asked_on_the_wire, scalar_text, shown
from ._capture import Asked, Capture, CaptureError, Head, Note

STATUS_LINE = re.compile(r"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})(?:[ \t]+(.*))?$", re.IGNORECASE)
REQUEST_LINE = re.compile(r"([A-Za-z]+)[ \t]+(\S+)[ \t]+HTTP/\d(?:\.\d)?$")
_CONNECTED = re.compile(r"\* Connected to \S+ .*\bport (\d{1,5})\b")
_INTERIM = range(100, 200)
_NO_HEAD = (
    "There is no status line, such as HTTP/1.1 200 OK. Paste the whole head: `curl -i URL` prints it, and so does "
    "`curl -v URL`."
)


def read_response(text: str) -> Capture:
    """The response heads of a text, in its order. Of `curl -v`, each with the request that it shows.

    Interim responses (1xx but 101) and the answer of a proxy to CONNECT are left out; bodies are skipped.

    >>> capture = read_response("HTTP/2 200\\nvary: Origin\\n\\n{}")
    >>> [(item.head.status, item.head.headers.get(b"Vary")) for item in capture.items]
    [(200, b'Origin')]

    Raises:
        CaptureError: the text holds no response head.
    """
    lines = scalar_text(text).split("\n")
    notes: list[Note] = []
    heads = read_heads(lines, 1, notes)
    if not heads:
        first = next((number for number, line in enumerate(lines, 1) if line.strip()), 1)
        raise CaptureError(_NO_HEAD, line=first)
    return Capture(kind="response", tool="curl" if heads[0].asked else "", items=tuple(heads), notes=tuple(notes))


def read_heads(lines: list[str], first: int, notes: list[Note], asked: Asked | None = None) -> list[Head]:
    """The heads in those lines, the first of which has the number `first`. `asked` is what the first one answers."""
    verbose = any(re.match(r"\s*< ?HTTP/", line) for line in lines)
    if not verbose and any(re.match(r"> ?HTTP/", line) for line in lines):
        lines = [re.sub(r"^> ?", "", line) for line in lines]  # quoted in a mail or an issue
    reader = _Reader(notes, asked)
    for number, line in enumerate(lines, first):
        if verbose:
            reader.verbose(line.strip(), number)
        else:
            reader.plain(line, number)
    reader.end()
    return reader.heads


class _Reader:
    """Lines into heads. Either `verbose` or `plain` is given each line."""

    def __init__(self, notes: list[Note], asked: Asked | None) -> None:
        self.heads: list[Head] = []
        self._notes = notes
        self._next = asked
        self._asked = asked
        self._status: tuple[str, int, str, int] | None = None
        self._fields: list[tuple[str, str]] = []
        self._folded = False
        self._indent = ""
        self._request: tuple[str, str, int] | None = None
        self._sent: list[tuple[str, str]] = []
        self._scheme = ""

    def plain(self, line: str, number: int) -> None:
        bare = line.strip()
        if status := STATUS_LINE.match(bare):
            self._begin(status, number)
            self._indent = line[: len(line) - len(line.lstrip())]
        elif self._status is not None:
            self._field(line.removeprefix(self._indent), number)

    def verbose(self, line: str, number: int) -> None:
        mark, content = line[:1], line[1:].removeprefix(" ")
        if mark == "*":
            self._connection(line)
        elif mark == ">":
            if self._status is not None:
                self.end()
            if request := REQUEST_LINE.match(content.strip()):
                self._request, self._sent = (request[1], request[2], number), []
            elif self._request is not None and ":" in content[1:]:
                name, _, value = content.partition(":")
                self._sent.append((name.strip(), value.strip()))
        elif mark == "<":
            if status := STATUS_LINE.match(content.strip()):
                self._begin(status, number)
            elif self._status is not None:
                self._field(content, number)

    def _connection(self, line: str) -> None:
        if connected := _CONNECTED.match(line):
            self._scheme = "https" if connected[1] == "443" else "http"
        elif "SSL connection using" in line or "ALPN" in line or "schannel" in line:
            self._scheme = "https"

    def _begin(self, status: re.Match[str], number: int) -> None:
        self.end()
        self._status = (status[1], int(status[2]), (status[3] or "").strip(), number)

    def _field(self, line: str, number: int) -> None:
        if not line.strip():
            self.end()
            return
        if line[0] in " \t":
            if self._fields and not self._folded:
                self._fields.pop()
            self._note("A header that is folded over two lines is not valid HTTP today. It was left out.", number)
            self._folded = True
            return
        name, colon, value = line.partition(":")
        if not colon or not name.isascii() or not is_header_name(name.encode()):
            self._note(f"{shown(line)} is not a header: the head was read up to here.", number)
            self.end()
            return
        self._folded = False
        self._fields.append((name, value.strip(" \t")))

    def end(self) -> None:
        """The head is complete."""
        if self._status is None:
            return
        version, status, reason, line = self._status
        fields, self._fields, self._status, self._folded = self._fields, [], None, False
        if (status in _INTERIM and status != 101) or self._is_tunnel(reason):
            return
        shown_request = self._shown_request()
        asked = shown_request if self._next is None else self._next
        self.heads.append(
            Head(
                head=ResponseHead(
                    status=status,
                    headers=HeaderList(tuple((name.encode(), value.encode()) for name, value in fields)),
                    http_version=f"HTTP/{version}",
                ),
                asked=asked,
                line=line,
            )
        )
        location = next((value for name, value in fields if name.lower() == "location"), None)
        self._next = None
        if asked is not None and status in REDIRECT_STATUSES and location is not None:
            self._next = _redirected(asked, location)

    def _is_tunnel(self, reason: str) -> bool:
        if self._request is not None and self._request[0].upper() == "CONNECT":
            self._request = None
            return True
        return reason.lower() == "connection established"

    def _shown_request(self) -> Asked | None:
        if self._request is None:
            return None
        (method, target, line), sent = self._request, self._sent
        self._request, self._sent = None, []
        host = next((value for name, value in sent if name.lower() == "host"), "")
        url = f"{self._scheme or _likely_scheme(host, sent)}://{host}{target}" if target.startswith("/") else target
        has_body = any(name.lower() in ("content-length", "transfer-encoding") and value != "0" for name, value in sent)
        body = "" if has_body else None
        return asked_on_the_wire(url, method=method, fields=sent, notes=self._notes, body=body, line=line)

    def _note(self, text: str, line: int) -> None:
        self._notes.append(Note(text=text, line=line))


def _likely_scheme(host: str, sent: list[tuple[str, str]]) -> str:
    """Of a request whose connection is not shown: http near the developer and where the page has it."""
    name, _, port = host.rpartition(":") if host.rpartition(":")[2].isdigit() else (host, "", "")
    origin = next((value for name, value in sent if name.lower() == "origin"), "")
    plain = is_loopback_host(name.strip("[]")) or port not in ("", "443") or origin.startswith("http:")
    return "http" if plain else "https"


def _redirected(asked: Asked, location: str) -> Asked | None:
    url = parse_url(location, asked.url) if asked.resolved else None
    return None if url is None else replace(asked, url=url.href)
