"""A web server that says exactly what a case scripts, and writes down exactly what it was asked.

Ordinary HTTP servers normalise: they join repeated fields, refuse odd ones, add their own. A judge of browsers may do
none of that, so this one speaks to raw sockets: response lines leave byte for byte as they were scripted, request lines
are kept in the order and the letter case in which they arrived. Every response closes its connection, so no state but
the browser's own is left between two requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

MAX_HEAD = 1 << 20
TLS_HANDSHAKE = b"\x16"


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted response. `lines` are raw header lines; Content-Length and Connection are added unless `bare`.

    `early` are the statuses of informational responses that go before it. `reset` answers nothing at all.
    """

    status: int = 200
    lines: tuple[str, ...] = ()
    body: bytes = b"ok"
    bare: bool = False
    reset: bool = False
    early: tuple[int, ...] = ()

    def head(self) -> list[str]:
        """The header lines. A response that can have no body says nothing of its length."""
        lines = list(self.lines)
        if not self.bare:
            lines += ["Connection: close"] if self.has_no_body else [self._length, "Connection: close"]
        return lines

    def raw(self, method: str = "GET") -> bytes:
        """The bytes on the wire."""
        early = "".join(f"HTTP/1.1 {status} Early\r\nLink: </a>; rel=preload\r\n\r\n" for status in self.early)
        head = "\r\n".join([f"{early}HTTP/1.1 {self.status} Scripted", *self.head()])
        return head.encode("latin-1") + b"\r\n\r\n" + (b"" if self.has_no_body or method == "HEAD" else self.body)

    @property
    def has_no_body(self) -> bool:
        """https://fetch.spec.whatwg.org/#null-body-status"""
        return self.status in (204, 205, 304) or self.status < 200

    @property
    def _length(self) -> str:
        return f"Content-Length: {len(self.body)}"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as it arrived: the origin's label, the request line, the header lines in order."""

    origin: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def get(self, name: str) -> str | None:
        """The values of one field joined as HTTP joins them, or None where it was not sent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def is_preflight(self) -> bool:
        """A preflight is an OPTIONS that asks for a method; a page's own OPTIONS does not."""
        return self.method == "OPTIONS" and self.get("access-control-request-method") is not None


@dataclass(frozen=True, slots=True)
class Route:
    """What one path answers, to preflights and to the requests themselves apart.

    Answers are used up one request at a time; the last one stays.
    """

    actual: tuple[Answer, ...] = (Answer(status=404),)
    preflight: tuple[Answer, ...] = (Answer(status=404),)


class Scripted:
    """A route while it is being used: it remembers how far each list of answers has come."""

    def __init__(self, route: Route) -> None:
        self._actual = list(route.actual)
        self._preflight = list(route.preflight)

    def next(self, *, preflight: bool) -> Answer:
        """The answer for the next request of that kind."""
        queue = self._preflight if preflight else self._actual
        return queue.pop(0) if len(queue) > 1 else queue[0]


class ScriptedServer:
    """Listens on one loopback port an origin label; scripts and recordings are shared by all of them."""

    def __init__(self, hosts: Mapping[str, str]) -> None:
        """`hosts` names each origin without its port: label -> `http://name`, a name of 127.0.0.1 to the browser."""
        self.hosts = dict(hosts)
        self.origins: dict[str, str] = {}
        self._exchanges: dict[str, list[Exchange]] = {}
        self._scripts: dict[tuple[str, str], Scripted] = {}
        self._listeners: list[socket.socket] = []
        self._connections: dict[asyncio.Task[None], socket.socket] = {}

    async def __aenter__(self) -> ScriptedServer:
        tls = _throw_away_tls(host.removeprefix("https://") for host in self.hosts.values())
        for label, host in self.hosts.items():
            listener = socket.create_server(("127.0.0.1", 0))
            listener.setblocking(False)
            self._listeners.append(listener)
            secure = tls if host.startswith("https:") else None
            asyncio.get_running_loop().add_reader(listener, self._accept, listener, label, secure)
            self.origins[label] = f"{host}:{listener.getsockname()[1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Browsers hold connections open that they may need; those go too, however far they have come."""
        for listener in self._listeners:
            asyncio.get_running_loop().remove_reader(listener)
            listener.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def port(self, label: str) -> int:
        """The port of the origin of that label."""
        return int(self.origins[label].rpartition(":")[2])

    def forget(self, folder: str) -> None:
        """Drop the requests for paths in a folder."""
        self._exchanges.pop(folder, None)

    def script(self, origin: str, path: str, route: Route) -> None:
        """Answer `path` (without its query) at the origin of that label as `route` says."""
        self._scripts[origin, path] = Scripted(route)

    def seen(self, folder: str) -> list[Exchange]:
        """The requests for paths in a folder, in order of arrival."""
        return self._exchanges.get(folder, [])

    def _accept(self, listener: socket.socket, label: str, tls: ssl.SSLContext | None) -> None:
        # asyncio's own server loses those that it has accepted and not yet begun to serve when it is closed.
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            connection.setblocking(False)
            task = asyncio.create_task(self._serve(connection, label, tls))
            self._connections[task] = connection
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._connections.pop(task).close()  # even where the task was cancelled before it began

    async def _serve(self, connection: socket.socket, label: str, tls: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=MAX_HEAD)
        protocol = asyncio.StreamReaderProtocol(reader)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection, ssl=tls)
            writer = asyncio.StreamWriter(transport, protocol, reader, loop)
            try:
                await self._exchange(label, reader, writer)
                writer.close()
                await writer.wait_closed()
            finally:
                transport.abort()
                await writer.wait_closed()

    async def _exchange(self, label: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = await _read(label, reader)
        self._exchanges.setdefault(exchange.target.split("/", 2)[1], []).append(exchange)
        answer = self._answer(exchange)
        if answer.reset:
            writer.transport.abort()
            return
        writer.write(answer.raw(exchange.method))
        await writer.drain()

    def _answer(self, exchange: Exchange) -> Answer:
        script = self._scripts.get((exchange.origin, urlsplit(exchange.target).path))
        if script is None:
            return Answer(status=404, body=b"")
        return script.next(preflight=exchange.is_preflight)


def _throw_away_tls(names: Iterable[str]) -> ssl.SSLContext:
    """A certificate of an authority that nobody knows: the browsers are told to take any."""
    import trustme  # here, since a run on the recordings needs no certificate

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(*sorted({name for name in names if "/" not in name})).configure_cert(context)
    return context


async def _read(label: str, reader: asyncio.StreamReader) -> Exchange:
    first = await reader.readexactly(1)
    if first == TLS_HANDSHAKE:
        raise ConnectionError("TLS, where there is none")
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request_line, *lines = head[:-4].split("\r\n")
    method, target, _ = request_line.split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    exchange = Exchange(label, method, target, headers)
    length = int(exchange.get("content-length") or 0)
    body = await reader.readexactly(length) if length else b""
    return Exchange(label, method, target, headers, body)
