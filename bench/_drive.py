"""Apps driven without a server: each driver turns a `Request` into a `Load`, and shows one answer.

Each request gets a scope or environ of its own, as a server gives one: frameworks keep things there, and a second
request would find them. Making it is part of the bare app's time, which is taken off.
"""

import io
import sys
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, Protocol

from bench._answer import Answer
from bench._measure import Load
from bench._requests import Request, fresh


class Driver(Protocol):
    """One way to call an app."""

    def load(self, app: Any, request: Request) -> Load: ...

    def answer(self, app: Any, request: Request) -> Answer: ...


class ASGI:
    """Without an event loop: nothing in such an app ever waits."""

    def load(self, app: Any, request: Request) -> Load:
        next_scope = scopes(request)

        def call() -> None:
            try:
                app(next_scope(), _receive, _send).send(None)
            except StopIteration:
                return
            raise RuntimeError("the app waited for something")

        return Load(call)

    def answer(self, app: Any, request: Request) -> Answer:
        messages: list[Any] = []

        async def send(message: Any) -> None:
            messages.append(message)

        scope = scopes(request.first())()
        try:
            app(scope, _receive, send).send(None)
        except StopIteration:
            return asgi_answer(messages, scope)
        raise RuntimeError("the app waited for something")


async def _receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Any) -> None:
    pass


def scopes(request: Request) -> Callable[[], dict[str, Any]]:
    """Each call gives the next request's scope."""
    template = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "https",
        "path": "/items/1",
        "raw_path": b"/items/1",
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    fields = [*request.fields]
    if not request.origins:
        return lambda: {**template, "headers": fields}
    origins = request.in_turn()
    name = fresh(b"origin")
    return lambda: {**template, "headers": [*fields, (name, fresh(next(origins)))]}


def asgi_answer(messages: list[Any], scope: dict[str, Any]) -> Answer:
    start = messages[0]
    headers = [(name.decode("latin-1"), _text(value)) for name, value in start["headers"]]
    origin = dict(scope["headers"]).get(b"origin", b"")
    return Answer(start["status"], headers, origin.decode("latin-1"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")  # asgi-cors sends a str for its max-age


class WSGI:
    def load(self, app: Any, request: Request) -> Load:
        next_environ = environs(request)

        def call() -> None:
            iterable = app(next_environ(), _start_response)
            for _ in iterable:
                pass
            if hasattr(iterable, "close"):
                iterable.close()

        return Load(call)

    def answer(self, app: Any, request: Request) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
            started.append((status, headers))

        environ = environs(request.first())()
        iterable: Iterable[bytes] = app(environ, start_response)
        for _ in iterable:
            pass
        if hasattr(iterable, "close"):
            iterable.close()
        status, headers = started[-1]
        return Answer(int(status[:3]), headers, environ.get("HTTP_ORIGIN", ""))


def _start_response(status: str, headers: Any, exc_info: Any = None) -> None:
    pass


def environs(request: Request) -> Callable[[], dict[str, Any]]:
    """Each call gives the next request's environ."""
    template = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": "/items/1",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    template |= {"HTTP_" + name.decode().upper().replace("-", "_"): value.decode() for name, value in request.fields}
    origins = request.in_turn() if request.origins else repeat(b"")
    if not request.origins:
        return template.copy
    return lambda: {**template, "HTTP_ORIGIN": next(origins).decode("latin-1")}
