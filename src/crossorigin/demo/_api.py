"""The API of the demonstration: a plain ASGI application, and the policies that protect it.

The application knows nothing of CORS, as applications should. Everything a browser is told about it comes from the
middleware in front and its `PolicyMap`.
"""

import asyncio
import json
from importlib.resources import files

from crossorigin import Origin, Policy, PolicyMap
from crossorigin.middleware.asgi import CORSMiddleware

from ._picture import picture
from ._record import App, Message, Receive, Recorder, Run, Runs, Scope, SendMessage

BODY_LIMIT = 64 * 1024
PRODUCTS_LIMIT = 100

MODULE = b'export const greeting = "imported from another origin";\n'
INDEX = b"""The API of the crossorigin demonstration.

/without-cors      says nothing about CORS (and what lies below it)
/with-cors         any origin may read
/products/{id}     one origin, PUT and DELETE behind a preflight
/allowlist         origins decided by an async function, others get 403
/credentials       a cookie, one origin
/fonts/arch.ttf    /module.js    /image.png    any origin
"""


def policies(page_origin: str) -> PolicyMap:
    """Who may read what. `page_origin` is the one origin that is trusted."""
    anyone = Policy(allow_origins="*", expose_headers=["x-total-count"])

    async def on_the_list(origin: Origin) -> bool:
        """Stands for a question to a database."""
        await asyncio.sleep(0)
        return str(origin) == page_origin

    return PolicyMap(
        {
            "/with-cors": anyone,
            "/fonts/": anyone,
            "/module.js": anyone,
            "/image.png": anyone,
            "/products/": Policy(
                allow_origins=[page_origin],
                allow_methods=["PUT", "DELETE"],
                allow_headers=["content-type"],
                max_age=600,
            ),
            "/allowlist": Policy(allow_origins=[on_the_list], refuse_disallowed=True),
            "/credentials": Policy(allow_origins=[page_origin], allow_credentials=True),
            "/without-cors": None,
        }
    )


def api(runs: Runs, policy: PolicyMap) -> App:
    """The application behind its middleware, with the recorder around both."""
    return Recorder(CORSMiddleware(application, policy), runs)


async def application(scope: Scope, receive: Receive, send: SendMessage) -> None:
    """What a developer would have written."""
    scope["demo.witness"].append(scope["path"])
    run: Run = scope["demo.run"]
    method, path = scope["method"], scope["path"]
    body = await _read(receive)
    if body is None:
        await _answer(send, 413, b"too large\n")
    elif method == "OPTIONS":
        await _answer(send, 204, b"", (b"allow", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"))
    elif path.startswith("/products/"):
        await _product(send, run, method, path.removeprefix("/products/"), body)
    elif path == "/credentials":
        await _credentials(send, run, scope)
    elif path in ("/without-cors", "/with-cors", "/allowlist"):
        await _json(
            send,
            {"path": path, "method": method, "received": len(body)},
            (b"x-total-count", b"3"),
            (b"x-internal", b"not for pages"),
        )
    else:
        await _file(send, path.removeprefix("/without-cors") or "/")


async def _product(send: SendMessage, run: Run, method: str, product: str, body: bytes) -> None:
    """One product as JSON. What a run changes, only that run sees."""
    if method in ("PUT", "POST", "PATCH") and len(run.products) < PRODUCTS_LIMIT:
        run.products[product] = body.decode("utf-8", "replace")
    elif method == "DELETE":
        run.products[product] = ""
    await _json(send, {"id": product, "method": method, "product": run.products.get(product, "as it was")})


async def _credentials(send: SendMessage, run: Run, scope: Scope) -> None:
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    came_back = f"{run.cookie}=1" in cookies.split("; ")
    fresh = f"{run.cookie}=1; Max-Age=600; Path=/credentials; HttpOnly; SameSite=Lax"
    set_cookie = () if came_back else ((b"set-cookie", fresh.encode()),)
    await _json(send, {"cookie": "came back" if came_back else "none yet"}, *set_cookie)


async def _file(send: SendMessage, path: str) -> None:
    if path in ("/fonts/arch.ttf", "/arch.ttf"):
        await _answer(send, 200, files(__package__).joinpath("site", "arch.ttf").read_bytes(), content_type=b"font/ttf")
    elif path == "/module.js":
        await _answer(send, 200, MODULE, content_type=b"text/javascript; charset=utf-8")
    elif path == "/image.png":
        await _answer(send, 200, picture(), content_type=b"image/png")
    elif path == "/":
        await _answer(send, 200, INDEX)
    else:
        await _answer(send, 404, b"not found\n")


async def _json(send: SendMessage, value: object, *fields: tuple[bytes, bytes]) -> None:
    await _answer(send, 200, json.dumps(value).encode() + b"\n", *fields, content_type=b"application/json")


async def _answer(
    send: SendMessage,
    status: int,
    body: bytes,
    *fields: tuple[bytes, bytes],
    content_type: bytes = b"text/plain; charset=utf-8",
) -> None:
    headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"), *fields]
    if status != 204:
        headers += [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _read(receive: Receive) -> bytes | None:
    """The request's body, None if it is too large."""
    body = b""
    while True:
        message: Message = await receive()
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > BODY_LIMIT:
            return None
        if not message.get("more_body", False):
            return body
