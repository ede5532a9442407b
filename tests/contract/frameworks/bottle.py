"""The contract's app in Bottle, behind the generic middleware."""

from collections.abc import Iterator

from bottle import Bottle, HTTPResponse, request

from crossorigin.middleware.wsgi import CORSMiddleware
from tests.contract.frameworks._paths import POLICIES
from tests.contract.frameworks._policies import Framework

bottle = Bottle()


def text(body: object = "", status: int = 200, **headers: str) -> HTTPResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTTPResponse(body, status, **{"Content-Type": "text/plain; charset=utf-8", **named})


@bottle.get("/")
def root() -> HTTPResponse:
    return text("ok")


@bottle.get("/items/<item>")
def read(item: str) -> HTTPResponse:
    return text(f"item {item}")


@bottle.put("/items/<item>")
def write(item: str) -> HTTPResponse:
    return text(f"put {item}")


@bottle.delete("/items/<item>")
def delete(item: str) -> HTTPResponse:
    return HTTPResponse(status=204)


@bottle.get("/public")
def public() -> HTTPResponse:
    return text("public")


@bottle.route("/refusing", method=["GET", "POST"])
def refusing() -> HTTPResponse:
    return text("refusing")


@bottle.get("/bare")
def bare() -> HTTPResponse:
    return text("bare", Access_Control_Allow_Origin="https://own.example")


@bottle.get("/own")
def own() -> HTTPResponse:
    return text("own", Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="x-secret")


@bottle.get("/vary")
def vary() -> HTTPResponse:
    return text("vary", Vary="Accept")


@bottle.get("/stream")
def stream() -> HTTPResponse:
    return text(iter([b"one", b"two", b"three"]))


@bottle.get("/events")
def events() -> HTTPResponse:
    def each() -> Iterator[bytes]:
        yield b"data: 1\n\n"
        yield b"data: 2\n\n"

    return text(each(), Content_Type="text/event-stream")


@bottle.get("/moved")
def moved() -> HTTPResponse:
    return text(status=307, Location="/")


@bottle.get("/boom")
def boom() -> HTTPResponse:
    raise RuntimeError("an error of the app, on purpose")


@bottle.route("/options", method=["GET", "OPTIONS"])
def options() -> HTTPResponse:
    return text("own options" if request.method == "OPTIONS" else "options")


@bottle.get("/sub/x")
def sub_x() -> HTTPResponse:
    return text("sub")


@bottle.get("/sub/public")
def sub_public() -> HTTPResponse:
    return text("sub public")


@bottle.get("/subway")
def subway() -> HTTPResponse:
    return text("subway")


@bottle.get("/café")
def café() -> HTTPResponse:
    return text("café")


app = CORSMiddleware(bottle, POLICIES)

FRAMEWORK = Framework(servers=("gunicorn", "waitress"), item_methods="PUT,DELETE", nowhere_methods="PUT,DELETE")
