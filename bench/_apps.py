"""The app, the unit and the peers: ASGI and WSGI apps driven without a server or an event loop."""

from collections.abc import Callable, Iterable
from typing import Any

Headers = list[tuple[bytes, bytes]]


def fresh(text: bytes) -> bytes:
    """A copy without a cached hash, as a server's parser makes one for each request."""
    return bytes(bytearray(text))


def scope(method: str, *headers: tuple[bytes, bytes], fields: int = 10) -> dict[str, Any]:
    """A request with `fields` fields, those given among them."""
    common = [
        (b"host", b"api.example.com"),
        (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        (b"accept", b"application/json"),
        (b"accept-language", b"en-GB,en;q=0.5"),
        (b"accept-encoding", b"gzip, deflate, br, zstd"),
        (b"referer", b"https://app.example.com/"),
        (b"connection", b"keep-alive"),
        (b"sec-fetch-dest", b"empty"),
        (b"sec-fetch-mode", b"cors"),
        (b"sec-fetch-site", b"cross-site"),
    ]
    chosen = [*common[: fields - len(headers)], *headers]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": "/items/1",
        "query_string": b"",
        "headers": [(fresh(name), fresh(value)) for name, value in chosen],
    }


def asgi_app(response_fields: int = 2) -> Callable[..., Any]:
    headers: Headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    headers += [(b"x-field-%d" % index, b"value") for index in range(response_fields - len(headers))]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    return app


class PassThrough:
    """The unit: the least that a middleware written with `async def` costs, if it wraps `send`."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def wrapped(message: Any) -> None:
            await send(message)

        await self.app(scope, receive, wrapped)


async def _receive() -> dict[str, Any]:
    return {"type": "http.request"}


async def _send(message: Any) -> None:
    pass


def drive_asgi(app: Callable[..., Any], scope: dict[str, Any]) -> Callable[[], None]:
    """A call that runs one request through the app. Nothing in it ever waits, so no event loop is needed."""

    def call() -> None:
        try:
            app(scope, _receive, _send).send(None)
        except StopIteration:
            return
        raise RuntimeError("the app waited for something")

    return call


def wsgi_app(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


def wsgi_pass_through(app: Callable[..., Any]) -> Callable[..., Any]:
    def middleware(environ: Any, start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            return start_response(status, headers, exc_info)

        return app(environ, start)

    return middleware


def environ(scope: dict[str, Any]) -> dict[str, Any]:
    """The same request for WSGI."""
    fields = {"HTTP_" + name.decode().upper().replace("-", "_"): value.decode() for name, value in scope["headers"]}
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"],
        "wsgi.url_scheme": "https",
        **fields,
    }


def drive_wsgi(app: Callable[..., Any], environ: dict[str, Any]) -> Callable[[], None]:
    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        pass

    def call() -> None:
        for _ in app(environ, start_response):
            pass

    return call
