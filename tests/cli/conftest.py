"""A scripted API on a real socket, the command in this process, and the command in one of its own."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crossorigin.cli._main import run

Fields = list[tuple[str, str]]


@dataclass  # mutable: tests script it
class Server:
    """What it answers by path: (status, fields, body). `seen` has (method, path, headers, body)."""

    origin: str = ""
    routes: dict[str, tuple[int, Fields, bytes]] = field(default_factory=dict)
    preflights: dict[str, tuple[int, Fields, bytes]] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    hanging: threading.Event = field(default_factory=threading.Event)
    """Set once a request for /hangs is there, which is not answered."""
    hold: threading.Event = field(default_factory=threading.Event)

    def route(self, path: str, status: int = 200, fields: Fields | None = None, body: bytes = b"ok") -> str:
        """Answer there; the URL."""
        self.routes[path] = (status, fields or [], body)
        return f"{self.origin}{path}"

    def preflight(self, path: str, status: int = 204, fields: Fields | None = None) -> None:
        """Answer OPTIONS there."""
        self.preflights[path] = (status, fields or [], b"")

    @property
    def methods(self) -> list[str]:
        """The methods that came, in order."""
        return [method for method, *_ in self.seen]


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def parse_request(self) -> bool:
            if not super().parse_request():
                return False
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            setattr(self, f"do_{self.command}", self.answer)
            return True

        def answer(self) -> None:
            if self.path == "/hangs":
                server.hanging.set()
                server.hold.wait()
                self.close_connection = True
                return
            table = server.preflights if self.command == "OPTIONS" else server.routes
            status, fields, body = table.get(self.path, (404, [], b""))
            self.send_response_only(status)
            for name, value in fields:
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD" and status != 204:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def api() -> Iterator[Server]:
    server = Server()
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    http.daemon_threads = True
    server.origin = f"http://api.localhost:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.hold.set()
        http.shutdown()
        http.server_close()
        thread.join(5)


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command in this process."""
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> Ran:
        code = run(arguments)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return call


def popen(*arguments: str, **options: object) -> "subprocess.Popen[bytes]":
    """The command in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment.update(options.pop("env", {}))  # type: ignore[call-overload]
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-W", "error", "-m", "crossorigin", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment,
        **options,
    )
