"""The contract's app in Flask."""

from collections.abc import Iterator

from flask import Blueprint, Flask, Response, redirect, request

from crossorigin.middleware.flask import CORS, cors
from tests.contract.frameworks._policies import LISTED, PUBLIC, REFUSING, SUB, Framework

app = Flask(__name__, static_folder=None)


def text(body: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, mimetype="text/plain", headers=named)


@app.get("/")
def root() -> Response:
    return text("ok")


@app.get("/items/<item>")
def read(item: str) -> Response:
    return text(f"item {item}")


@app.put("/items/<item>")
def write(item: str) -> Response:
    return text(f"put {item}")


@app.delete("/items/<item>")
def delete(item: str) -> Response:
    return Response(status=204)


@app.get("/public")
@cors(PUBLIC)
def public() -> Response:
    return text("public")


@cors(REFUSING)
@app.route("/refusing", methods=["GET", "POST"])
def refusing() -> Response:
    return text("refusing")


@app.get("/bare")
@cors(None)
def bare() -> Response:
    return text("bare", Access_Control_Allow_Origin="https://own.example")


@app.get("/own")
def own() -> Response:
    return text("own", Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="x-secret")


@app.get("/vary")
def vary() -> Response:
    return text("vary", Vary="Accept")


@app.get("/stream")
def stream() -> Response:
    return Response(iter(["one", "two", "three"]), mimetype="text/plain")


@app.get("/events")
def events() -> Response:
    def each() -> Iterator[str]:
        yield "data: 1\n\n"
        yield "data: 2\n\n"

    return Response(each(), mimetype="text/event-stream")


@app.get("/moved")
def moved() -> object:
    return redirect("/", 307)


@app.get("/boom")
def boom() -> Response:
    raise RuntimeError("an error of the app, on purpose")


@app.route("/options", methods=["GET", "OPTIONS"])
def options() -> Response:
    return text("own options" if request.method == "OPTIONS" else "options")


@app.get("/subway")
def subway() -> Response:
    return text("subway")


@app.get("/café")
def café() -> Response:
    return text("café")


sub = cors(SUB)(Blueprint("sub", __name__, url_prefix="/sub"))


@sub.get("/x")
def sub_x() -> Response:
    return text("sub")


@sub.get("/public")
@cors(PUBLIC)
def sub_public() -> Response:
    return text("sub public")


app.register_blueprint(sub)
CORS(app, LISTED)

FRAMEWORK = Framework(servers=("gunicorn", "waitress"), item_methods="PUT")
