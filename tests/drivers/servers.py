"""Servers on loopback that do as a script says, byte by byte: slow, cut off, oversized, malformed."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

Handler = Callable[[socket.socket], None]


class RawServer:
    """Accepts connections and gives each to `handler`, in a thread of its own. `received` holds what clients sent."""

    def __init__(self, handler: Handler, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self._handler = handler
        self._tls = tls
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((host, 0))
        self._listener.listen()
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (self._accepting, *self._threads):
            thread.join(timeout=5)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        stream = connection
        try:
            connection.settimeout(10)
            if self._tls is not None:
                stream = self._tls.wrap_socket(connection, server_side=True)
            self._handler(stream)
        except OSError:
            pass  # the client went away, or would not shake hands: its own test asserts what it made of that
        finally:
            stream.close()
            connection.close()


def read_head(connection: socket.socket) -> bytes:
    """A request's bytes up to the end of its head."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            break
        data += piece
    return data


class Answering:
    """A handler that reads a request, keeps it, and writes these pieces."""

    def __init__(self, *pieces: bytes, body: int = 0, pause: float = 0.0) -> None:
        self.requests: list[bytes] = []
        self.closed = threading.Event()
        self._pieces = pieces
        self._body = body
        self._pause = threading.Event()
        self._seconds = pause

    def __call__(self, connection: socket.socket) -> None:
        data = read_head(connection)
        head_end = data.index(b"\r\n\r\n") + 4
        while len(data) - head_end < self._body:
            data += connection.recv(65536)
        self.requests.append(data)
        try:
            for piece in self._pieces:
                connection.sendall(piece)
                if self._seconds:
                    self._pause.wait(self._seconds)
        except OSError:
            self.closed.set()
            raise


def ok(body: bytes = b"hello", *fields: bytes) -> bytes:
    """A plain response."""
    head = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *fields]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port that nobody listens at."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield reserved.getsockname()[1]
