"""One request through an ASGI or a WSGI app, with everything that a server would see of the answer."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)  # mutable: it is filled while the app runs
class Answered:
    """`messages` as sent (ASGI); `error` is what the app let through."""

    status: int | None = None
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    error: BaseException | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def fields(self) -> Headers:
        """The header list with names in lower case: ASGI and WSGI then read alike."""
        return [(name.lower(), value) for name, value in self.headers]


def http_scope(method: str = "GET", headers: Iterable[tuple[bytes, bytes]] = (), **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.5"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": list(headers),
        **more,
    }


def asgi(app: Any, method: str = "GET", headers: Iterable[tuple[bytes, bytes]] = (), **more: Any) -> Answered:
    return asgi_scope(app, http_scope(method, headers, **more))


def asgi_scope(app: Any, scope: dict[str, Any], received: Iterable[dict[str, Any]] = ()) -> Answered:
    answered = Answered()
    incoming = iter([*received, {"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(incoming, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        answered.messages.append(message)
        if message["type"] == "http.response.start":
            answered.status, answered.headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            answered.body += message.get("body", b"")

    async def run() -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:
            answered.error = error

    asyncio.run(run())
    return answered


def environ(method: str = "GET", headers: Iterable[tuple[bytes, bytes]] = (), **more: Any) -> dict[str, Any]:
    result: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "wsgi.url_scheme": "https",
        **more,
    }
    for name, value in headers:
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        result[key] = f"{result[key]},{text}" if key in result else text
    return result


def wsgi(app: Any, method: str = "GET", headers: Iterable[tuple[bytes, bytes]] = (), **more: Any) -> Answered:
    answered = Answered()
    env = environ(method, headers, **more)

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        assert isinstance(status, str)
        assert all(type(name) is str and type(value) is str for name, value in headers)
        answered.status = int(status.split()[0])
        answered.headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return write

    def write(data: bytes) -> None:
        answered.body += data

    body = None
    try:
        body = app(env, start_response)
        for chunk in body:
            answered.body += chunk
    except Exception as error:
        answered.error = error
    finally:
        if hasattr(body, "close"):
            body.close()
    return answered


def asgi_app(headers: Any = ((b"content-type", b"text/plain"),), status: int = 200, body: bytes = b"ok") -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def wsgi_app(headers: Any = ((b"content-type", b"text/plain"),), status: int = 200, body: bytes = b"ok") -> Any:
    native = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]

    def app(environ: Any, start_response: Any) -> Any:
        start_response(f"{status} Status", native)
        return [body]

    return app
