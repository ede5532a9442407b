"""Apps without a framework: the bare ones, the floors, ours, and the peers that wrap any app."""

from collections.abc import Callable, Iterable
from typing import Any

from asgi_cors import asgi_cors
from starlette.middleware.cors import CORSMiddleware as StarletteCORSMiddleware
from wsgicors import CORS as WSGICORS

from bench._contender import Bare, Contender
from bench._drive import ASGI, WSGI
from bench._requests import HEADERS, MAX_AGE, METHODS, Declaration
from crossorigin import Policy
from crossorigin.middleware.asgi import CORSMiddleware as ASGICORSMiddleware
from crossorigin.middleware.wsgi import CORSMiddleware as WSGICORSMiddleware

PREFLIGHTS = ("preflight allowed", "preflight denied")
_FLOOR = dict.fromkeys(PREFLIGHTS, "a floor passes it on")
_NONE = dict.fromkeys(PREFLIGHTS, "the app must answer")


def asgi_app(response_fields: int = 2) -> Callable[..., Any]:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    headers += [(b"x-field-%d" % index, b"value") for index in range(response_fields - len(headers))]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*headers]})
        await send({"type": "http.response.body", "body": b"{}"})

    return app


async def _asgi_nothing(scope: Any, receive: Any, send: Any) -> None:
    pass


def wsgi_app(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


def _wsgi_nothing(environ: Any, start_response: Any) -> Iterable[bytes]:
    return ()


class PassThrough:
    """The least that a middleware written with `async def` costs."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


class Wrapping:
    """The least that one costs which looks at the response. The unit of the first issue's targets."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def wrapped(message: Any) -> None:
            await send(message)

        await self.app(scope, receive, wrapped)


def wsgi_pass_through(app: Callable[..., Any]) -> Callable[..., Any]:
    return lambda environ, start_response: app(environ, start_response)


def wsgi_wrapping(app: Callable[..., Any]) -> Callable[..., Any]:
    def middleware(environ: Any, start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            return start_response(status, headers, exc_info)

        return app(environ, start)

    return middleware


def policy(declaration: Declaration) -> Policy:
    if declaration.kind == "any":
        return Policy(allow_origins="*", allow_methods=METHODS, allow_headers=HEADERS, max_age=MAX_AGE)
    return Policy(
        allow_origins=declaration.origins if declaration.kind == "exact" else declaration.wildcards,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        allow_credentials=True,
        max_age=MAX_AGE,
    )


def _starlette(declaration: Declaration) -> Any:
    listed: dict[str, Any] = {"allow_origins": ["*"] if declaration.kind == "any" else declaration.origins}
    if declaration.kind == "wildcards":
        listed = {"allow_origin_regex": "|".join(declaration.regexes)}
    return StarletteCORSMiddleware(
        asgi_app(),
        **listed,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        allow_credentials=declaration.credentials,
        max_age=MAX_AGE,
    )


def _asgi_cors(declaration: Declaration) -> Any:
    listed: dict[str, Any] = {"hosts": declaration.origins}
    if declaration.kind == "any":
        listed = {"allow_all": True}
    elif declaration.kind == "wildcards":
        listed = {"host_wildcards": declaration.wildcards}
    return asgi_cors(asgi_app(), **listed, methods=METHODS, headers=HEADERS, max_age=MAX_AGE)


def _wsgicors(declaration: Declaration) -> Any:
    listed = declaration.origins if declaration.kind == "exact" else declaration.wildcards
    return WSGICORS(
        wsgi_app,
        origin="*" if declaration.kind == "any" else " ".join(listed),
        methods=", ".join(METHODS),
        headers=", ".join(HEADERS),
        credentials="true" if declaration.credentials else "false",
        maxage=str(MAX_AGE),
    )


BARE = {
    "plain ASGI": Bare(ASGI(), asgi_app, lambda: _asgi_nothing),
    "plain WSGI": Bare(WSGI(), lambda: wsgi_app, lambda: _wsgi_nothing),
}

CONTENDERS = (
    Contender("pass-through", "", "plain ASGI", lambda _: PassThrough(asgi_app()), _FLOOR),
    Contender("wraps send", "", "plain ASGI", lambda _: Wrapping(asgi_app()), _FLOOR),
    Contender("crossorigin", "crossorigin", "plain ASGI", lambda it: ASGICORSMiddleware(asgi_app(), policy(it))),
    Contender("starlette", "starlette", "plain ASGI", _starlette),
    Contender(
        "asgi-cors",
        "asgi-cors",
        "plain ASGI",
        _asgi_cors,
        _NONE,
        note="asgi-cors does less than the others: no Vary, no credentials, no preflight.",
    ),
    Contender("WSGI pass-through", "", "plain WSGI", lambda _: wsgi_pass_through(wsgi_app), _FLOOR),
    Contender("wraps start_response", "", "plain WSGI", lambda _: wsgi_wrapping(wsgi_app), _FLOOR),
    Contender("crossorigin WSGI", "crossorigin", "plain WSGI", lambda it: WSGICORSMiddleware(wsgi_app, policy(it))),
    Contender(
        "wsgicors",
        "wsgicors",
        "plain WSGI",
        _wsgicors,
        note="wsgicors remembers its last 200 answers: with up to ten origins the allowed rows show it remembering.",
    ),
)
