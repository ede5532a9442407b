"""The policy is that of the view which Flask or Quart ran: also where a layer inside leads a request elsewhere, where
nothing was run, where apps are mounted, and for what is added late."""

import io
from collections.abc import Callable
from typing import Any

import flask_cors
import pytest
from flask import Blueprint, Flask
from flask.sessions import SecureCookieSessionInterface
from quart.sessions import SecureCookieSessionInterface as QuartSessionInterface
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from crossorigin import Policy, PolicyMap
from crossorigin.middleware import flask
from crossorigin.middleware.engine import _bindings, cors
from crossorigin.middleware.wsgi import CORSMiddleware
from crossorigin.testing import Browser
from tests.middleware.drive import Answered, environ, http_scope, wsgi_app
from tests.middleware.test_extension import FRAMEWORKS, Framework
from tests.middleware.test_flask import ALLOWED, ANY, ANYONE, APP, EVIL, MANY, OF_OTHER, OTHER, VARY, fields
from tests.middleware.test_flask import ask as ask_flask
from tests.middleware.test_flask import methods as methods_of
from tests.middleware.test_quart import drive

OPEN = Policy(allow_origins="*", allow_methods=["PUT", "POST"], allow_headers=["x-key", "x-http-method-override"])
OTHERS = b"https://other.example.com"
STRICT = Policy(allow_origins=[OTHERS.decode(), "https://more.example"], allow_methods=["PUT", "DELETE"])
OF_STRICT = [(b"access-control-allow-origin", OTHERS), VARY]


@pytest.fixture(params=FRAMEWORKS, ids=lambda framework: framework.name)
def framework(request: pytest.FixtureRequest) -> Any:
    return request.param


def app_of(framework: Framework, *, layer: Callable[[Any], None] | None = None, **options: Any) -> Any:
    app = framework.app("dispatching", static_folder=None)
    app.logger.disabled = True
    app.ran = []

    def view(name: str) -> Any:
        return lambda **values: app.ran.append(name) or name

    app.add_url_rule("/", "root", view("root"))
    app.add_url_rule("/open", "open", cors(OPEN)(view("open")), methods=["GET", "PUT", "POST"])
    app.add_url_rule("/strict", "strict", cors(STRICT)(view("strict")), methods=["GET", "PUT", "DELETE"])
    app.add_url_rule("/open", "delete", cors(STRICT)(view("delete")), methods=["DELETE"])
    if layer is not None:
        rewrite_in_place(app, layer)
    framework.cors(app, MANY, **options)
    return app


def rewrite_in_place(app: Any, change: Callable[[Any], None]) -> None:
    if isinstance(app, Flask):
        of_wsgi = app.wsgi_app

        def wsgi_layer(environ: Any, start_response: Any) -> Any:
            change(environ)
            return of_wsgi(environ, start_response)

        app.wsgi_app = wsgi_layer  # type: ignore[method-assign]
    else:
        of_asgi = app.asgi_app

        async def asgi_layer(scope: Any, receive: Any, send: Any) -> None:
            change(scope)
            await of_asgi(scope, receive, send)

        app.asgi_app = asgi_layer


def is_allowed(answered: Answered) -> bool:
    return any(name == b"access-control-allow-origin" for name, _ in answered.fields)


def to_strict(request: Any) -> None:
    key = "PATH_INFO" if "PATH_INFO" in request else "path"
    request[key] = request[key].replace("/open", "/strict")


def with_header(
    framework: Framework, app: Any, name: str, value: str, *, origin: bytes, method: str = "GET"
) -> Answered:
    """A request with one more header."""
    if framework.name == "Flask":
        key = f"HTTP_{name.upper().replace('-', '_')}"
        answered: Answered = framework.ask(app, "/open", method, origin=origin, **{key: value})
        return answered
    lines = [(b"host", b"api.example.com"), (b"origin", origin), (name.encode(), value.encode())]
    return drive(app, http_scope(method, lines, path="/open"), [{"type": "http.request", "body": b""}])


OPTIONS = [{}, {"debug": True}]


@pytest.mark.parametrize("options", OPTIONS, ids=["decided late", "decided before"])
def test_a_simple_request_has_the_policy_of_the_view_that_a_layer_led_it_to(
    framework: Framework,
    options: dict[str, Any],
) -> None:
    app = app_of(framework, layer=to_strict, **options)
    for origin, expected in [(EVIL, [VARY]), (OTHERS, OF_STRICT)]:
        answered = framework.ask(app, "/open", origin=origin)
        assert (answered.body, fields(answered)) == (b"strict", expected)


@pytest.mark.parametrize("options", OPTIONS, ids=["decided late", "decided before"])
def test_where_the_preflight_was_answered_by_another_policy_no_page_may_read(
    framework: Framework,
    options: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The first such request has run, which docs/flask.md says; no other page's does."""
    app = app_of(framework, layer=to_strict, **options)
    for origin in (EVIL, OTHERS, EVIL, OTHERS):
        assert framework.ask(app, "/open", "PUT", origin=origin).body == b"strict"
        assert not is_allowed(framework.ask(app, "/open", "PUT", origin=origin))
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert "Put that layer outside CORS" in errors[0]
    assert not is_allowed(framework.ask(app, "/open", "OPTIONS", origin=EVIL, wants=b"PUT"))
    # A path that no layer leads elsewhere has what it had.
    assert framework.ask(app, "/strict", "OPTIONS", origin=OTHERS, wants=b"PUT").fields[:1] == OF_STRICT[:1]


def test_what_is_learnt_of_requests_is_bounded() -> None:
    app = app_of(FRAMEWORKS[0], layer=to_strict)
    app.add_url_rule("/<a>/<b>", "folders", cors(ANY)(lambda a, b: "x"))
    for number in range(1100):
        ask_flask(app, "/open", origin=OTHERS)
        ask_flask(app, f"/{number}/x", "PUT", origin=EVIL)
    plan = app.extensions["crossorigin"]._plan
    assert len(plan.late) <= 1024 + 10
    assert len(plan._leaves) == len(plan.late)
    assert fields(ask_flask(app, "/strict", origin=OTHERS)) == OF_STRICT


def test_a_browser_stops_after_the_first(framework: Framework) -> None:
    app = app_of(framework, layer=to_strict)
    api = "https://api.example.com"
    with Browser({api: app}) as browser:
        page = browser.page(EVIL.decode())
        assert not page.attempt(f"{api}/open", method="PUT").readable
        assert not page.attempt(f"{api}/open", method="PUT").readable
        assert not browser.page("https://another.example").attempt(f"{api}/open", method="PUT").readable
    assert app.ran == ["strict"]


def test_a_layer_that_changes_the_method_opens_no_other_policys_method(framework: Framework) -> None:
    """The header that says which one goes, so that it is known by what came in alone that there was a preflight."""

    def override(request: Any) -> None:
        if "PATH_INFO" in request:
            request["REQUEST_METHOD"] = request.pop("HTTP_X_HTTP_METHOD_OVERRIDE", request["REQUEST_METHOD"])
        elif request["type"] == "http":
            headers = dict(request["headers"])
            request["method"] = headers.pop(b"x-http-method-override", request["method"].encode()).decode()
            request["headers"] = [*headers.items()]

    app = app_of(framework, layer=override)
    for _ in range(3):
        answered = with_header(framework, app, "x-http-method-override", "DELETE", origin=OTHERS, method="POST")
        assert (answered.body, is_allowed(answered)) == (b"delete", False)
        assert with_header(framework, app, "x-key", "1", origin=EVIL, method="POST").fields[-1:] == ANYONE


def test_a_layer_that_moves_a_part_of_the_path_and_has_no_origin_is_known_by_what_came_in() -> None:
    app = Flask("prefixed")
    app.add_url_rule("/x", "x", cors(ANY)(lambda: "public"))
    inner = Flask("inner")
    inner.add_url_rule("/x", "x", lambda: "inner")
    of_app = app.wsgi_app

    def layer(environ: Any, start_response: Any) -> Any:
        """A dispatcher of one's own."""
        if environ["PATH_INFO"].startswith("/inner/"):
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/inner", environ["PATH_INFO"].removeprefix("/inner")
            return inner(environ, start_response)
        return of_app(environ, start_response)

    app.wsgi_app = layer  # type: ignore[method-assign]
    flask.CORS(app, MANY)
    for origin in (None, EVIL):
        assert fields(ask_flask(app, "/x", origin=origin)) == ANYONE
        answered = ask_flask(app, "/inner/x", origin=origin)
        assert (answered.body, fields(answered)) == (b"inner", [VARY])


def broken_session(app: Any) -> None:
    class Broken(SecureCookieSessionInterface):
        def open_session(self, app: Any, request: Any) -> Any:
            raise RuntimeError("a bug before anything is routed")

    class BrokenQuart(QuartSessionInterface):
        async def open_session(self, app: Any, request: Any) -> Any:
            raise RuntimeError("a bug before anything is routed")

    app.session_interface = Broken() if isinstance(app, Flask) else BrokenQuart()


def test_an_error_before_routing_has_the_policy_of_what_came_in(framework: Framework) -> None:
    app = app_of(framework)
    broken_session(app)
    for path, expected in [("/open", ANYONE), ("/strict", [VARY]), ("/", [VARY])]:
        answered = framework.ask(app, path, origin=EVIL)
        assert (answered.status, fields(answered)) == (500, expected)


@pytest.mark.parametrize(
    ("path", "method", "status", "expected"),
    [
        ("/nowhere", "GET", 404, ALLOWED),
        ("/", "PUT", 405, ALLOWED),
        ("/strict", "POST", 405, [VARY]),
        ("/strict//", "GET", 404, ALLOWED),
        ("//strict", "GET", 200, [VARY]),
        ("/open", "PATCH", 405, ALLOWED),
        ("/boom", "GET", 500, ANYONE),
        ("/deep/strict", "PUT", 405, [VARY]),
        ("/deep//strict", "PUT", 405, [VARY]),
        ("/things/7", "PUT", 405, ANYONE),
        ("/things//7", "PUT", 405, ANYONE),
        ("/things/7/8", "PUT", 404, ALLOWED),
    ],
)
def test_what_ends_in_an_error_carries_the_fields(
    framework: Framework,
    path: str,
    method: str,
    status: int,
    expected: Any,
) -> None:
    app = app_of(framework)

    def boom() -> str:
        raise RuntimeError("a bug")

    app.add_url_rule("/boom", "boom", cors(ANY)(boom))
    app.add_url_rule("/deep/strict", "deep", cors(STRICT)(lambda: "deep"))
    app.add_url_rule("/things/<int:thing>", "thing", cors(ANY)(lambda thing: "thing"))
    for _ in range(3):  # what one has learnt, the next knows
        answered = framework.ask(app, path, method, origin=APP)
        assert (answered.status, fields(answered)) == (status, expected)


def test_of_errors_in_one_folder_each_kind_has_its_policy() -> None:
    app = Flask("errors", static_folder=None)
    app.config["TRUSTED_HOSTS"] = ["api.example.com"]
    app.add_url_rule("/things/<int:thing>", "thing", cors(ANY)(lambda thing: "thing"))
    app.add_url_rule("/slash/", "slash", cors(ANY)(lambda: "slash"))
    app.add_url_rule("/near", "near", lambda: "near", redirect_to="slash/")
    flask.CORS(app, MANY)
    for _ in range(3):
        assert fields(ask_flask(app, "/things/7", "PUT")) == ANYONE
        refused = ask_flask(app, "/things/7", HTTP_HOST="elsewhere.example")
        assert (refused.status, fields(refused)) == (400, ALLOWED)
        # A rule that leads elsewhere has the policy of where it leads, for its 405 too.
        assert fields(ask_flask(app, "/near", "PUT")) == ANYONE


def test_a_stream_that_fails_has_begun_with_the_fields() -> None:
    app = Flask("stream")

    @app.get("/stream")
    @cors(ANY)
    def stream() -> Any:
        def parts() -> Any:
            yield "part"
            raise RuntimeError("a bug in the middle")

        return parts()

    flask.CORS(app, MANY)
    answered = ask_flask(app, "/stream")
    assert (answered.status, fields(answered), answered.body) == (200, ANYONE, b"part")
    assert isinstance(answered.error, RuntimeError)


def test_a_second_start_with_exc_info_has_the_fields_once() -> None:
    started: list[Any] = []
    app = Flask("again")
    app.add_url_rule("/x", "x", cors(ANY)(lambda: "x"))
    of_app = app.wsgi_app

    def layer(environ: Any, start_response: Any) -> Any:
        body = of_app(environ, start_response)
        try:
            raise ValueError("a bug after the start")
        except ValueError as error:
            start_response("500 Oops", [("Content-Type", "text/plain")], (ValueError, error, None))
        return body

    app.wsgi_app = layer  # type: ignore[method-assign]
    flask.CORS(app, MANY)
    request = environ(
        "GET", [(b"origin", EVIL)], PATH_INFO="/x", SERVER_NAME="a", SERVER_PORT="80", **{"wsgi.input": io.BytesIO()}
    )
    app(request, lambda *arguments: started.append(arguments))
    assert [line[0] for line in started] == ["200 OK", "500 Oops"]
    for _, headers, *_ in started:
        assert [value for name, value in headers if name == "Access-Control-Allow-Origin"] == ["*"]


def test_a_rule_that_is_added_late_has_what_was_bound_before(
    framework: Framework, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where another app has been seen to reach it, and by then nothing else is bound in this one."""
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    view = cors(STRICT)(lambda flag="": "late")
    first, second = (framework.app(name, static_folder=None) for name in ("first", "second"))
    first.add_url_rule("/x", "x", view)
    for app in (first, second):
        app.add_url_rule("/", "root", lambda: "root")
        framework.cors(app, ANY)
        assert fields(framework.ask(app, origin=EVIL)) == ANYONE
    for app in (first, second):
        app.view_functions["late"] = view
        app.url_map.add(app.url_rule_class("/late/<flag>", endpoint="late", methods=["GET"]))
        for method in ("GET", "POST"):
            assert fields(framework.ask(app, "/late/7", method, origin=EVIL)) == [VARY]


def test_an_app_that_reaches_nothing_bound_goes_the_quick_way(
    framework: Framework,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    bound, free = framework.app("bound", static_folder=None), framework.app("free", static_folder=None)
    bound.add_url_rule("/x", "x", cors(OPEN)(lambda: "x"))
    for app in (bound, free):
        app.add_url_rule("/", "root", lambda: "root")
        framework.cors(app, MANY)
        framework.ask(app)
    framework.ask(free)
    assert [app.extensions["crossorigin"]._plan.is_quick for app in (bound, free)] == [False, True]
    assert bound.extensions["crossorigin"]._plan.is_late


def test_a_policy_bound_to_what_was_dispatched_before_takes_effect(framework: Framework) -> None:
    app = app_of(framework)

    def view() -> str:
        return "later"

    app.add_url_rule("/later", "later", view)
    for _ in range(2):
        assert fields(framework.ask(app, "/later")) == ALLOWED
    cors(ANY)(view)
    for _ in range(2):
        assert fields(framework.ask(app, "/later")) == ANYONE


WIDE = Policy(
    allow_origins=["https://partner.example", APP.decode()],
    allow_methods=["GET", "POST", "DELETE"],
    allow_headers=["x-key"],
    max_age=600,
)


@pytest.mark.parametrize("kind", ["functions", "a class", "*"])
def test_what_a_cached_preflight_allows_opens_no_stricter_method_of_the_url(framework: Framework, kind: str) -> None:
    """An app-wide policy that lists methods, beside a stricter DELETE and POST of the same path."""
    ran: list[str] = []
    stricter = cors(WIDE.replace(allow_origins=["https://warehouse.example"]))

    def view(name: str) -> Any:
        return lambda *self, **values: ran.append(name) or name

    app = framework.app("shared", static_folder=None)
    if kind == "a class":
        members = {"get": view("GET"), "post": stricter(view("POST")), "delete": stricter(view("DELETE"))}
        app.add_url_rule("/orders/<int:order>", view_func=type("O", (framework.method_view,), members).as_view("o"))
    else:
        app.add_url_rule("/orders/<int:order>", "get", view("GET"))
        for name in ("POST", "DELETE"):
            app.add_url_rule("/orders/<int:order>", name, stricter(view(name)), methods=[name])
    framework.cors(app, WIDE.replace(allow_methods="*") if kind == "*" else WIDE)
    api = "https://api.example.com"
    with Browser({api: app}) as browser:
        page = browser.page("https://partner.example")
        url = f"{api}/orders/7"
        assert page.attempt(url, headers={"x-key": "1"}).readable
        assert not page.attempt(url, method="DELETE").readable
        assert not page.attempt(url, method="POST", headers={"x-key": "1"}).readable
        assert ran == ["GET"]
        assert browser.page("https://warehouse.example").attempt(url, method="DELETE").readable


def mounting(mounts: dict[str, Any], policy: Any = MANY) -> Flask:
    app = Flask("outer", static_folder=None)
    app.add_url_rule("/", "root", lambda: "root")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounts)  # type: ignore[method-assign]
    flask.CORS(app, policy)
    return app


def inner(name: str = "inner") -> Flask:
    app = Flask(name, static_folder=None)
    app.add_url_rule("/x", "x", lambda: "inner", methods=["GET", "PUT"])
    return app


def reflect_cors(response: Any) -> Any:
    response.headers["Access-Control-Allow-Origin"] = EVIL.decode()
    response.headers["Access-Control-Allow-Credentials"] = "true"
    return response


def with_after_request() -> Any:
    app = inner()
    app.after_request(reflect_cors)
    return app


def with_a_blueprint() -> Any:
    app = Flask("inner", static_folder=None)
    blueprint = Blueprint("api", __name__)
    blueprint.add_url_rule("/x", "x", lambda: "inner", methods=["GET", "PUT"])
    flask_cors.CORS(blueprint, origins="*", supports_credentials=True)
    app.register_blueprint(blueprint)
    return app


def with_a_view() -> Any:
    app = Flask("inner", static_folder=None)
    app.add_url_rule(
        "/x", "x", flask_cors.cross_origin(supports_credentials=True)(lambda: "inner"), methods=["GET", "PUT"]
    )
    return app


class ReflectCORS:
    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, *more: Any) -> Any:
            return start_response(status, [*headers, ("Access-Control-Allow-Origin", environ.get("HTTP_ORIGIN", "*"))])

        return self.app(environ, start)


FOREIGN: dict[str, Callable[[], Any]] = {
    "flask-cors on the app": lambda: flask_cors.CORS(app := inner(), supports_credentials=True) and app,
    "after_request": with_after_request,
    "flask-cors on a blueprint": with_a_blueprint,
    "flask-cors on a view": with_a_view,
    "a layer around it": lambda: ReflectCORS(inner()),
    "a layer in it": lambda: in_layer(inner()),
}


def in_layer(app: Flask) -> Flask:
    app.wsgi_app = ReflectCORS(app.wsgi_app)  # type: ignore[method-assign]
    return app


@pytest.mark.parametrize("case", FOREIGN)
def test_another_layer_in_a_mounted_app_is_replaced_and_named_once(case: str, caplog: pytest.LogCaptureFixture) -> None:
    app = mounting({"/in": FOREIGN[case]()})
    for _ in range(2):
        assert fields(ask_flask(app, "/in/x", origin=EVIL)) == [VARY]
        assert sorted(fields(ask_flask(app, "/in/x"))) == sorted(ALLOWED)
        assert ask_flask(app, "/in/x", "OPTIONS", wants=b"PUT", origin=EVIL).status == 403
    layers = [text for text in caplog.messages if "inside this one is" in text]
    assert len(layers) == 1
    assert "cors" in layers[0].lower()


@pytest.mark.parametrize("case", FOREIGN)
def test_cors_none_on_the_mount_leaves_it_alone(case: str, caplog: pytest.LogCaptureFixture) -> None:
    app = mounting({"/in": cors(None)(FOREIGN[case]())})
    assert (b"access-control-allow-origin", EVIL) in fields(ask_flask(app, "/in/x", origin=EVIL))
    assert fields(ask_flask(app, origin=EVIL)) == [VARY]
    assert caplog.messages == []


def test_beside_a_mounted_app_with_a_policy_what_it_mounts_itself_has_the_outer_one() -> None:
    """The crossorigin policy of an app does not reach what a dispatcher around it hands to another."""
    own = inner("own")
    flask.CORS(own, ANY)
    app = mounting({"/in": DispatcherMiddleware(own, {"/deep": ReflectCORS(inner())})})
    assert fields(ask_flask(app, "/in/x", origin=EVIL)) == ANYONE
    assert fields(ask_flask(app, "/in/deep/x", origin=EVIL)) == [VARY]


def test_a_policy_around_a_mounted_dispatcher_is_that_of_what_it_mounts() -> None:
    around = CORSMiddleware(DispatcherMiddleware(inner(), {"/deep": inner()}), OTHER.replace(allow_methods=["PUT"]))
    app = mounting({"/in": around})
    for path in ("/in/x", "/in/deep/x"):
        assert fields(ask_flask(app, path)) == OF_OTHER


def test_a_policy_deep_below_is_found_while_nothing_else_is_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    own = inner("own")
    flask.CORS(own, ANY)
    between = inner("between")
    between.wsgi_app = DispatcherMiddleware(between.wsgi_app, {"/deep": own})  # type: ignore[method-assign]
    app = mounting({"/in": between, "/generic": CORSMiddleware(wsgi_app(), OTHER.replace(allow_methods=["PUT"]))})
    assert fields(ask_flask(app, "/in/deep/x", origin=EVIL)) == ANYONE
    assert fields(ask_flask(app, "/generic/x", origin=EVIL)) == OF_OTHER
    assert fields(ask_flask(app, "/in/x", origin=EVIL)) == [VARY]
    assert methods_of(app, "/in/x", b"PUT") == [b"GET,HEAD,PUT"]


MAP = PolicyMap({"/": ANY, "/private/": MANY})


@pytest.mark.parametrize(
    "path", ["/private/x", "//private/x", "/private//x", "/x/private/x", "private/x", "/public/../private/x"]
)
@pytest.mark.parametrize("prefix", ["", "/api", "/public", "/private", "/api/", "/", "//", "api"])
def test_no_prefix_that_a_client_chooses_gives_a_strict_part_away(path: str, prefix: str) -> None:
    """As gunicorn does with the SCRIPT_NAME of a peer that it trusts: it takes the prefix off the path."""
    app = Flask("mapped", static_folder=None)
    app.add_url_rule("/private/x", "private", lambda: "SECRET")
    app.add_url_rule("/<path:rest>", "rest", lambda rest: "public")
    flask.CORS(app, MAP)
    answered = ask_flask(app, path, origin=EVIL, SCRIPT_NAME=prefix)
    if answered.body == b"SECRET":
        assert fields(answered) == [VARY]
    whole = prefix + path
    for cut in range(len(whole)):
        answered = ask_flask(app, whole[cut:], origin=EVIL, SCRIPT_NAME=whole[:cut])
        if answered.body == b"SECRET":
            assert fields(answered) == [VARY], (whole[:cut], whole[cut:])
