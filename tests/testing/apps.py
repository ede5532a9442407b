"""Two apps that say the same, one ASGI and one WSGI: what the browser makes of them must not differ."""

from typing import Any

import flask
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

PAGE = "https://app.example.com"
API = "https://api.example.com"

ALLOWED = {"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
PREFLIGHT = ALLOWED | {"Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "content-type"}


class Log:
    """What reached the server."""

    def __init__(self) -> None:
        self.requests: list[str] = []


def _answer(log: Log, method: str, path: str, body: bytes, cookie: str) -> tuple[int, dict[str, str], bytes]:
    log.requests.append(f"{method} {path}")
    if path == "/closed":
        return 200, {"Content-Type": "text/plain"}, b"secret"
    if path == "/boom":
        raise ZeroDivisionError("boom")
    if path == "/away":
        return 302, ALLOWED | {"Location": "https://elsewhere.example.com/"}, b""
    if method == "OPTIONS":
        return 204, PREFLIGHT | {"Access-Control-Max-Age": "60"}, b""
    if path == "/login":
        return 200, ALLOWED | {"Set-Cookie": "session=s; Secure; SameSite=None; Path=/"}, b"in"
    if path == "/me":
        return 200, ALLOWED, cookie.encode()
    exposed = {"X-Request-Id": "7", "X-Hidden": "8", "Access-Control-Expose-Headers": "x-request-id"}
    return 200, ALLOWED | exposed | {"Content-Type": "application/json"}, b'{"got": "%b"}' % body


def asgi_app(log: Log) -> Any:
    async def everything(request: Request) -> Response:
        cookie = request.headers.get("cookie", "")
        status, headers, body = _answer(log, request.method, request.url.path, await request.body(), cookie)
        if status == 302:
            return RedirectResponse(headers["Location"], 302, headers)
        return Response(body, status, headers)

    methods = ["GET", "POST", "PUT", "OPTIONS", "DELETE"]
    return Starlette(routes=[Route("/{path:path}", everything, methods=methods)])


def wsgi_app(log: Log) -> Any:
    app = flask.Flask("wsgi")
    app.testing = True  # or Flask would answer 500 in place of what a view raised

    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "OPTIONS", "DELETE"])
    def everything(path: str) -> flask.Response:
        request = flask.request
        cookie = request.headers.get("cookie", "")
        status, headers, body = _answer(log, request.method, f"/{path}", request.get_data(), cookie)
        return flask.Response(body, status, headers)

    return app
