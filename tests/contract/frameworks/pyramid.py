"""The contract's app in Pyramid, behind the generic middleware.

A method that no view has is a 404, for methods are among what Pyramid finds a view by; and it makes Location absolute.
"""

from collections.abc import Callable, Iterator

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from crossorigin.middleware.wsgi import CORSMiddleware
from tests.contract.frameworks._paths import POLICIES
from tests.contract.frameworks._policies import Framework

View = Callable[[Request], Response]
config = Configurator()


def text(body: str, **headers: str) -> Response:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    response = Response(text=body, content_type="text/plain", charset="utf-8")
    response.headerlist.extend(named)
    return response


def says(body: str, **headers: str) -> View:
    return lambda request: text(body, **headers)


def route(path: str, view: View, *methods: str) -> None:
    name = f"{path} {' '.join(methods)}"
    config.add_route(name, path, request_method=methods or "GET")
    config.add_view(view, route_name=name)


def stream(request: Request) -> Response:
    return Response(app_iter=iter([b"one", b"two", b"three"]), content_type="text/plain", charset="utf-8")


def events(request: Request) -> Response:
    def each() -> Iterator[bytes]:
        yield b"data: 1\n\n"
        yield b"data: 2\n\n"

    return Response(app_iter=each(), content_type="text/event-stream", charset="utf-8")


def boom(request: Request) -> Response:
    raise RuntimeError("an error of the app, on purpose")


route("/", says("ok"))
route("/items/{item}", lambda request: text(f"item {request.matchdict['item']}"))
route("/items/{item}", lambda request: text(f"put {request.matchdict['item']}"), "PUT")
route("/items/{item}", lambda request: Response(status=204), "DELETE")
route("/public", says("public"))
route("/refusing", says("refusing"), "GET", "POST")
route("/bare", says("bare", Access_Control_Allow_Origin="https://own.example"))
route("/own", says("own", Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="x-secret"))
route("/vary", says("vary", Vary="Accept"))
route("/stream", stream)
route("/events", events)
route("/moved", lambda request: Response(status=307, location="/"))
route("/boom", boom)
route("/options", lambda request: text("own options" if request.method == "OPTIONS" else "options"), "GET", "OPTIONS")
route("/sub/x", says("sub"))
route("/sub/public", says("sub public"))
route("/subway", says("subway"))
route("/café", says("café"))

app = CORSMiddleware(config.make_wsgi_app(), POLICIES)

FRAMEWORK = Framework(
    servers=("gunicorn", "waitress"), item_methods="PUT,DELETE", nowhere_methods="PUT,DELETE", not_allowed=404
)
