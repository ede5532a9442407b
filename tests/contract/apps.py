"""The app behind every middleware of the contract, written once for ASGI and once for WSGI, and its policies."""

from collections.abc import Iterable
from typing import Any

from crossorigin import Policy, PolicyMap
from crossorigin.middleware.asgi import CORSMiddleware as ASGIMiddleware
from crossorigin.middleware.wsgi import CORSMiddleware as WSGIMiddleware

LISTED = Policy(
    allow_origins=["https://app.example.com", "https://*.apps.example.com", "http://localhost:*"],
    allow_methods=["PUT", "DELETE"],
    allow_headers=["authorization", "x-a"],
    expose_headers=["etag"],
    allow_credentials=True,
    max_age=600,
)
PUBLIC = Policy(allow_origins="*", preflight_status=200)
POLICIES = PolicyMap(
    {"/": LISTED, "/public/": PUBLIC, "/private/": LISTED.replace(refuse_disallowed=True), "/bare/": None}
)

Route = tuple[int, list[tuple[bytes, bytes]], list[bytes]]
TEXT = (b"content-type", b"text/plain")
OWN = [(b"Access-Control-Allow-Origin", b"*"), (b"ACCESS-CONTROL-EXPOSE-HEADERS", b"x-secret")]

ROUTES: dict[str, Route] = {
    "/": (200, [TEXT, (b"content-length", b"2")], [b"ok"]),
    "/own": (200, [*OWN, TEXT, (b"content-length", b"2")], [b"ok"]),
    "/vary": (200, [TEXT, (b"Vary", b"Accept"), (b"vary", b"origin, Cookie"), (b"content-length", b"2")], [b"ok"]),
    "/star": (200, [TEXT, (b"vary", b"*"), (b"content-length", b"2")], [b"ok"]),
    "/stream": (200, [TEXT], [b"one", b"two", b"three"]),
    "/moved": (307, [(b"location", b"/"), (b"content-length", b"0")], []),
    "/same": (304, [(b"etag", b'"1"')], []),
    "/part": (206, [TEXT, (b"content-range", b"bytes 0-1/4"), (b"content-length", b"2")], [b"ok"]),
    "/cookies": (
        200,
        [TEXT, (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"content-length", b"2")],
        [b"ok"],
    ),
    "/public/x": (200, [TEXT, (b"content-length", b"2")], [b"ok"]),
    "/private/x": (200, [TEXT, (b"content-length", b"2")], [b"ok"]),
    "/bare/x": (200, [*OWN, TEXT, (b"content-length", b"2")], [b"ok"]),
}
MISSING: Route = (404, [TEXT, (b"content-length", b"9")], [b"not found"])


async def asgi_routes(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        return
    if scope["path"] == "/error":
        raise RuntimeError("an error of the app, on purpose")
    status, headers, chunks = ROUTES.get(scope["path"], MISSING)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body"})


def wsgi_routes(environ: Any, start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/error":
        raise RuntimeError("an error of the app, on purpose")
    status, headers, chunks = ROUTES.get(environ["PATH_INFO"], MISSING)
    native = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    start_response(f"{status} Status", native)
    return iter(chunks) if environ["PATH_INFO"] == "/stream" else chunks


asgi = ASGIMiddleware(asgi_routes, POLICIES, guard_websockets=True)
wsgi = WSGIMiddleware(wsgi_routes, POLICIES)
