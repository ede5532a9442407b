"""The extension for Flask: what its routes say, what its users do with extensions, and what it finds beside itself."""

import io
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import flask_cors
import pytest
from flask import Blueprint, Flask, got_request_exception, redirect, request, stream_with_context
from flask.views import MethodView, View
from quart import Quart
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, Rule, ValidationError

from crossorigin import Origin, Policy, PolicyError, PolicyMap
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.flask import CORS, cors
from crossorigin.middleware.wsgi import CORSMiddleware
from tests.middleware.drive import Answered, Headers, wsgi, wsgi_app

APP = b"https://app.example.com"
EVIL = b"https://evil.example.net"
LISTED = Policy(allow_origins=[APP.decode()], allow_methods="route", allow_credentials=True, refuse_disallowed=False)
MANY = LISTED.replace(allow_origins=[APP.decode(), "https://other.example.com"])
ANY = Policy(allow_origins="*")
OTHER = Policy(allow_origins=["https://other.example.com"], allow_methods="route")

HTML = (b"content-type", b"text/html; charset=utf-8")
VARY = (b"vary", b"Origin")
VARY_OPTIONS = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
ALLOWED = [(b"access-control-allow-origin", APP), (b"access-control-allow-credentials", b"true"), VARY]
ANYONE = [(b"access-control-allow-origin", b"*")]
OF_OTHER = [(b"access-control-allow-origin", b"https://other.example.com")]


def ask(app: Any, path: str = "/", method: str = "GET", *, origin: bytes | None = APP, **more: Any) -> Answered:
    headers = [] if origin is None else [(b"origin", origin)]
    if "wants" in more:
        headers.append((b"access-control-request-method", more.pop("wants")))
    environ = {
        "SERVER_NAME": "api.example.com",
        "SERVER_PORT": "443",
        "QUERY_STRING": "",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        **more,
    }
    return wsgi(app, method, headers, PATH_INFO=path, **environ)


def fields(answered: Answered) -> Headers:
    """The policy's fields, in their order."""
    return [field for field in answered.fields if field[0].startswith(b"access-control-") or field[0] == b"vary"]


def methods(app: Any, path: str, wants: bytes, **more: Any) -> list[bytes]:
    answered = ask(app, path, "OPTIONS", wants=wants, **more)
    return [value for name, value in answered.fields if name == b"access-control-allow-methods"]


def length(number: int) -> tuple[bytes, bytes]:
    return (b"content-length", b"%d" % number)


def ok(**values: Any) -> str:
    return "ok"


@pytest.fixture
def app() -> Flask:
    """With routes of each kind, and nothing bound."""
    app = Flask("shop", static_folder=None)
    app.add_url_rule("/", "root", ok)
    app.add_url_rule("/items/<int:item>", "read", lambda item: f"item {item}")
    app.add_url_rule("/items/<int:item>", "write", lambda item: "written", methods=["PUT"])
    app.add_url_rule("/items/<int:item>", "delete", lambda item: ("", 204), methods=["DELETE"])
    app.add_url_rule("/both", "both", ok, methods=["POST", "PATCH"])
    app.add_url_rule("/options", "options", ok, methods=["GET", "OPTIONS"])
    app.add_url_rule("/folder/", "folder", ok)

    @app.get("/boom")
    def boom() -> str:
        raise RuntimeError("a bug, on purpose")

    @app.get("/moved")
    def moved() -> Any:
        return redirect("/")

    @app.get("/stream")
    def stream() -> Any:
        def each() -> Iterator[str]:
            yield request.path
            yield "!"

        return stream_with_context(each())

    return app


def test_actual_requests(app: Flask) -> None:
    CORS(app, MANY)
    assert ask(app).fields == [HTML, length(2), *ALLOWED]
    assert ask(app, origin=EVIL).fields == [HTML, length(2), VARY]
    assert ask(app, origin=None).fields == [HTML, length(2), VARY]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/", 405),
        ("GET", "/boom", 500),
        ("GET", "/moved", 302),
        ("GET", "/folder", 308),
        ("GET", "/stream", 200),
        ("HEAD", "/", 200),
        ("OPTIONS", "/", 200),
    ],
)
def test_whatever_flask_answers_carries_the_fields(app: Flask, method: str, path: str, status: int) -> None:
    CORS(app, MANY)
    answered = ask(app, path, method)
    assert answered.status == status
    assert fields(answered) == [*ALLOWED[:2], VARY_OPTIONS if method == "OPTIONS" else VARY]
    assert answered.error is None


def test_a_stream_keeps_its_context(app: Flask) -> None:
    CORS(app, MANY)
    assert ask(app, "/stream").body == b"/stream!"


def test_a_preflight_lists_the_methods_of_the_rule_that_it_would_reach(app: Flask) -> None:
    CORS(app, LISTED)
    answered = ask(app, "/items/7", "OPTIONS", wants=b"PUT")
    assert (answered.status, answered.fields) == (
        204,
        [*ALLOWED[:2], (b"access-control-allow-methods", b"PUT"), VARY_OPTIONS],
    )


@pytest.mark.parametrize(
    ("path", "wants", "listed"),
    [
        ("/items/7", b"GET", b"GET,HEAD"),
        ("/items/7", b"HEAD", b"GET,HEAD"),
        ("/items/7", b"DELETE", b"DELETE"),
        ("/both", b"PATCH", b"PATCH,POST"),
        # Chromium sends `patch` as it is, and the page is told that it is called PATCH.
        ("/both", b"patch", b"PATCH,POST"),
        ("/items/7", b"PATCH", b"DELETE,GET,HEAD,PUT"),
        ("/options", b"PUT", b"GET,HEAD,OPTIONS"),
        ("/folder", b"GET", b"GET,HEAD"),
        ("/items/seven", b"PUT", None),
        ("/nowhere", b"PUT", None),
        ("/both", b"\xff", b"PATCH,POST"),
        ("/both", b"", b"PATCH,POST"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_the_methods_are_the_routes_without_the_options_that_flask_adds(
    app: Flask, path: str, wants: bytes, listed: bytes | None
) -> None:
    CORS(app, LISTED)
    assert methods(app, path, wants) == ([] if listed is None else [listed])


def test_a_rule_without_methods_takes_them_all(app: Flask) -> None:
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = cors(Policy(allow_origins=[APP.decode()], allow_methods="route"))(lambda: "any")
    CORS(app, LISTED)
    assert methods(app, "/any", b"PROPFIND") == [b"*"]


def test_the_policy_of_a_view_holds_wherever_the_decorator_stands(app: Flask) -> None:
    @app.get("/below")
    @cors(ANY)
    def below() -> str:
        return "below"

    @cors(ANY)
    @app.get("/above")
    def above() -> str:
        return "above"

    def logged(view: Any) -> Any:
        @wraps(view)
        def wrapper() -> Any:
            return view()

        return wrapper

    @app.get("/wrapped")
    @logged
    @cors(ANY)
    def wrapped() -> str:
        return "wrapped"

    @app.get("/bare")
    @cors(None)
    def bare() -> Any:
        return "bare", {"Access-Control-Allow-Origin": "https://own.example"}

    CORS(app, MANY)
    for path in ("/below", "/above", "/wrapped"):
        assert fields(ask(app, path, origin=EVIL)) == ANYONE
    assert fields(ask(app, "/bare", origin=EVIL)) == [(b"access-control-allow-origin", b"https://own.example")]
    assert fields(ask(app, "/", origin=EVIL)) == [VARY]


def test_the_rules_of_one_path_may_have_policies_of_their_own(app: Flask) -> None:
    app.add_url_rule("/mixed", "mixed_read", cors(ANY)(lambda: "read"))
    app.add_url_rule("/mixed", "mixed_write", cors(OTHER)(lambda: "write"), methods=["PUT"])
    CORS(app, MANY)
    assert fields(ask(app, "/mixed", origin=EVIL)) == ANYONE
    assert ask(app, "/mixed", "OPTIONS", wants=b"PUT", origin=EVIL).fields[:1] == OF_OTHER
    assert methods(app, "/mixed", b"PUT") == [b"PUT"]
    # No rule has PATCH, and they do not agree: the app's policy, which governs none of what there is.
    refused = ask(app, "/mixed", "OPTIONS", wants=b"PATCH")
    assert refused.fields == [*ALLOWED[:2], (b"access-control-max-age", b"0"), VARY_OPTIONS]
    assert fields(ask(app, "/mixed", "PATCH")) == ALLOWED


def test_the_405_of_rules_that_agree_has_their_policy(app: Flask) -> None:
    view = cors(OTHER)(lambda: "one")
    app.add_url_rule("/one", "one_read", view)
    app.add_url_rule("/one", "one_write", view, methods=["PUT"])
    CORS(app, MANY)
    answered = ask(app, "/one", "PATCH")
    assert (answered.status, fields(answered)) == (405, OF_OTHER)
    assert methods(app, "/one", b"PATCH") == [b"GET,HEAD,PUT"]


def test_blueprints_from_the_innermost_out(app: Flask) -> None:
    outer = cors(OTHER)(Blueprint("outer", __name__, url_prefix="/outer"))
    inner = Blueprint("inner", __name__, url_prefix="/inner")
    bound = cors(ANY)(Blueprint("bound", __name__, url_prefix="/bound"))
    for blueprint in (outer, inner, bound):
        blueprint.add_url_rule("/x", "x", ok)
        blueprint.add_url_rule("/none", "none", cors(None)(lambda: "none"))
    outer.register_blueprint(inner)
    inner.register_blueprint(bound)
    CORS(app, MANY)
    app.register_blueprint(outer)
    app.register_blueprint(bound, name="again", url_prefix="/again")
    assert fields(ask(app, "/outer/x")) == OF_OTHER
    assert fields(ask(app, "/outer/inner/x")) == OF_OTHER
    assert fields(ask(app, "/outer/inner/bound/x")) == ANYONE
    assert fields(ask(app, "/again/x")) == ANYONE
    assert fields(ask(app, "/outer/inner/bound/none")) == []
    # Nothing is routed there: the app's.
    assert fields(ask(app, "/outer/nowhere")) == ALLOWED
    assert fields(ask(app, "/outerx")) == ALLOWED


def test_an_endpoint_of_the_app_may_have_dots(app: Flask) -> None:
    app.add_url_rule("/dots", "no.blueprint.view", ok)
    CORS(app, MANY)
    assert fields(ask(app, "/dots")) == ALLOWED


def test_views_that_are_classes(app: Flask) -> None:
    @cors(OTHER)
    class Item(MethodView):
        def get(self) -> str:
            return "get"

        @cors(ANY)
        def put(self) -> str:
            return "put"

    class Read(MethodView):
        @cors(ANY)
        def get(self) -> str:
            return "get"

    class Decorated(View):
        methods = ("GET", "PUT")
        decorators = (cors(ANY),)

        def dispatch_request(self) -> str:
            return "decorated"

    class Dispatched(View):
        @cors(ANY)
        def dispatch_request(self) -> str:
            return "dispatched"

    app.add_url_rule("/item", view_func=Item.as_view("item"))
    app.add_url_rule("/read", view_func=Read.as_view("read_class"))
    app.add_url_rule("/decorated", view_func=Decorated.as_view("decorated"))
    app.add_url_rule("/dispatched", view_func=Dispatched.as_view("dispatched"))
    CORS(app, MANY)
    assert fields(ask(app, "/item")) == OF_OTHER
    assert fields(ask(app, "/item", "HEAD")) == OF_OTHER
    assert methods(app, "/item", b"GET") == [b"GET,HEAD"]
    assert fields(ask(app, "/item", "PUT")) == ANYONE
    for method, status in [("HEAD", 200), ("PUT", 405)]:
        answered = ask(app, "/read", method)
        assert (answered.status, fields(answered)) == (status, ANYONE)
    assert fields(ask(app, "/decorated")) == ANYONE
    assert fields(ask(app, "/dispatched")) == ANYONE


def test_a_redirect_of_the_router_is_the_routes_that_it_leads_to(app: Flask) -> None:
    app.add_url_rule("/slash/", "slash", cors(ANY)(lambda: "slash"))
    app.add_url_rule("/loose/", "loose", cors(ANY)(lambda: "loose"), strict_slashes=False)
    app.add_url_rule("/all/", "all", cors(OTHER)(lambda page: "all"), defaults={"page": 1})
    app.add_url_rule("/all/<int:page>", "all")
    app.add_url_rule("/with space/<name>/", "space", cors(OTHER)(lambda name: "space"))
    app.add_url_rule("/away", "away", ok, redirect_to="https://elsewhere.example/slash/")
    app.add_url_rule("/near", "near", ok, redirect_to="slash/")
    CORS(app, MANY)
    for path, status, expected in [
        ("/slash", 308, ANYONE),
        ("//slash///", 308, ANYONE),
        ("/slash//", 308, ANYONE),
        ("/loose", 200, ANYONE),
        ("/all/1", 308, OF_OTHER),
        ("/with space/%2F\u00c3\u00a9", 308, OF_OTHER),
        ("/away", 308, ALLOWED),
        ("/near", 308, ANYONE),
    ]:
        answered = ask(app, path)
        assert (path, answered.status, fields(answered)) == (path, status, expected)
    below = ask(app, "/slash", SCRIPT_NAME="/mounted", QUERY_STRING="a=/b%20c?d")
    assert (below.status, fields(below)) == (308, ANYONE)


def test_a_redirect_to_another_host_belongs_to_no_route_of_ours() -> None:
    app = Flask("redirects", static_folder=None)
    app.add_url_rule("/<path:rest>", "rest", cors(ANY)(lambda rest: "rest"))
    app.add_url_rule("/away", "away", ok, redirect_to="https://elsewhere.example/x")
    CORS(app, MANY)
    assert fields(ask(app, "/x")) == ANYONE
    assert fields(ask(app, "/away")) == ALLOWED


def test_looking_for_the_route_leaves_the_environ_alone(app: Flask) -> None:
    seen: list[dict[str, Any]] = []
    flask_app = app.wsgi_app

    def layer(environ: Any, start_response: Any) -> Any:
        seen.append(dict(environ))
        return flask_app(environ, start_response)

    app.wsgi_app = layer  # type: ignore[method-assign]
    CORS(app, LISTED, debug=True)
    ask(app, "/items/7")
    assert sorted(key for key in seen[0] if key.startswith("werkzeug")) == []


def test_the_prefix_that_the_app_is_mounted_at_is_no_part_of_its_routes(app: Flask) -> None:
    app.config["APPLICATION_ROOT"] = "/shop"
    app.add_url_rule("/public", "public", cors(ANY)(lambda: "public"))
    CORS(app, PolicyMap({"/items/": MANY}))
    assert fields(ask(app, "/public", SCRIPT_NAME="/shop")) == ANYONE
    assert fields(ask(app, "/items/7", SCRIPT_NAME="/shop")) == ALLOWED
    assert fields(ask(app, "/", SCRIPT_NAME="/shop")) == []


def test_hosts_and_subdomains_are_routed_by() -> None:
    by_host = Flask("hosts", host_matching=True, static_host="api.example.com")
    by_host.add_url_rule("/", "api", lambda: "api", host="api.example.com")
    by_host.add_url_rule("/", "public", cors(ANY)(lambda: "public"), host="public.example.com")
    CORS(by_host, MANY)
    by_subdomain = Flask("subdomains", subdomain_matching=True)
    by_subdomain.config["SERVER_NAME"] = "example.com"
    by_subdomain.add_url_rule("/", "api", lambda: "api", subdomain="api")
    blueprint = cors(ANY)(Blueprint("public", __name__, subdomain="public"))
    blueprint.add_url_rule("/", "root", lambda: "public")
    by_subdomain.register_blueprint(blueprint)
    CORS(by_subdomain, MANY)
    for app in (by_host, by_subdomain):
        api, public = ask(app, HTTP_HOST="api.example.com"), ask(app, HTTP_HOST="public.example.com")
        assert (api.body, fields(api)) == (b"api", ALLOWED)
        assert (public.body, fields(public)) == (b"public", ANYONE)


def test_an_untrusted_host_is_the_apps_400(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["api.example.com"]
    CORS(app, LISTED)
    answered = ask(app, HTTP_HOST="evil.example.net")
    assert (answered.status, fields(answered)) == (400, ALLOWED[:2])


class Picky(BaseConverter):
    def to_python(self, value: str) -> str:
        raise ValidationError


class Broken(BaseConverter):
    def to_python(self, value: str) -> str:
        raise KeyError(value)


def test_rules_that_only_seem_to_match_end_in_the_apps_own_405(app: Flask) -> None:
    app.url_map.converters["picky"] = Picky
    app.add_url_rule("/picky/<picky:value>", "picky_read", cors(ANY)(lambda value: "read"))
    app.add_url_rule("/picky/<picky:value>", "picky_write", cors(ANY)(lambda value: "write"), methods=["PUT"])
    CORS(app, MANY)
    answered = ask(app, "/picky/x", "PUT")
    assert (answered.status, fields(answered)) == (405, ALLOWED)


def test_where_the_router_raises_the_app_answers_and_no_page_may_read(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.url_map.converters["broken"] = Broken
    app.add_url_rule("/broken/<broken:value>", "broken", cors(ANY)(lambda value: "broken"))
    CORS(app, MANY)
    answered = ask(app, "/broken/x\nERROR")
    assert (answered.status, fields(answered)) == (500, [VARY])
    assert ask(app, "/broken/x", "OPTIONS", wants=b"GET").status == 403
    ours = [record for record in caplog.records if record.name == "crossorigin"]
    assert [record.getMessage() for record in ours] == [
        "no page may read the response, because the router raised KeyError('x\\nERROR')",
        "no page may read the response, because the router raised KeyError('x')",
    ]


PATHS = ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/7", "/a//b", "/b", "/b/x/y", "/b/x/y/", "/c", "/c/", "/x", "/a/é"]
RULES: list[tuple[str, dict[str, Any]]] = [
    ("/", {"methods": ["GET", "PUT"]}),
    ("/", {"methods": ["POST"]}),
    ("/a", {"methods": ["GET"]}),
    ("/a/", {"methods": ["PUT"]}),
    ("/a/<name>", {"methods": ["GET", "POST"]}),
    ("/a/<int:name>", {"methods": ["GET", "PUT"]}),
    ("/a/b/", {"methods": ["GET"]}),
    ("/b/<path:name>", {"methods": ["GET"]}),
    ("/b/x/<name>", {"methods": ["PUT"], "strict_slashes": False}),
    ("/c/", {"methods": ["GET"], "strict_slashes": False}),
    ("/c", {"methods": ["PUT"], "provide_automatic_options": False}),
]


def test_the_policy_is_that_of_the_view_which_flask_calls() -> None:
    """Flask is the oracle: each view says who it is, and its policy allows the origin of that name alone."""
    app = Flask("oracle", static_folder=None)
    for number, (rule, options) in enumerate(RULES):
        policy = Policy(allow_origins=[f"https://view{number}.example"], allow_methods="route", refuse_disallowed=True)
        view = cors(policy)(lambda number=number, **values: f"view{number}")
        app.add_url_rule(rule, f"view{number}", view, defaults={"number": number}, **options)
    app.url_map.redirect_defaults = False
    CORS(app, Policy(allow_origins=["https://app.example"], allow_methods="route"))
    reached = 0
    for path in PATHS:
        for method in ("GET", "HEAD", "PUT", "POST", "PATCH"):
            wsgi_path = path.encode().decode("latin-1")
            plain = ask(app, wsgi_path, method, origin=None)
            if plain.status == 405:
                continue
            if plain.status == 308:
                location = dict(plain.fields)[b"location"].decode().removeprefix("https://api.example.com")
                plain = ask(app, location, method, origin=None)
            name = "app" if plain.status == 404 else plain.body.decode() if method != "HEAD" else None
            if name is None:
                name = ask(app, wsgi_path, "GET", origin=None).body.decode()
                if not name.startswith("view"):
                    continue
            origin = f"https://{name}.example".encode()
            expected = (b"access-control-allow-origin", origin)
            assert expected in ask(app, wsgi_path, method, origin=origin).fields, (path, method, name)
            preflight = ask(app, wsgi_path, "OPTIONS", wants=method.encode(), origin=origin)
            assert expected in preflight.fields, (path, method, name)
            if name != "app":
                listed = dict(preflight.fields)[b"access-control-allow-methods"].decode().split(",")
                own = set(RULES[int(name[4:])][1]["methods"])
                # Less those that another rule of the path has: then the browser is told to keep nothing.
                assert {*listed} - {"HEAD"} <= own
                assert method == "HEAD" or method in listed
                assert {*listed} - {"HEAD"} == own or (b"access-control-max-age", b"0") in preflight.fields
                assert ask(app, wsgi_path, method, origin=EVIL).status == 403, (path, method)
                reached += 1
    assert reached > 30


def test_nothing_is_routed_twice_while_nobody_has_bound_anything(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    CORS(app, MANY.replace(allow_methods=["PUT"]))
    routed: list[str] = []
    original = app.create_url_adapter

    def counted(request: Any) -> Any:
        if request is not None:
            routed.append(request.path)
        return original(request)

    monkeypatch.setattr(app, "create_url_adapter", counted)
    ask(app, "/items/7")
    assert routed == ["/items/7"]
    cors(None)(lambda: None)
    CORS(app_with_route := Flask("routed"), MANY)
    assert methods(app_with_route, "/", b"PUT") == []


def test_the_extension_of_an_app_factory() -> None:
    extension = CORS(policy=MANY)
    blueprint = Blueprint("api", __name__)
    blueprint.add_url_rule("/", "root", ok)

    def create_app(name: str, **options: Any) -> Flask:
        app = Flask(name)
        app.register_blueprint(blueprint)
        extension.init_app(app, **options)
        return app

    first = create_app("first")
    other = create_app("other", policy=OTHER)
    by_keywords = create_app("keywords", allow_origins="*")
    second = create_app("second")
    assert extension.policy == MANY
    for app in (first, second):
        assert fields(ask(app)) == ALLOWED
    assert fields(ask(other)) == OF_OTHER
    assert fields(ask(by_keywords)) == ANYONE
    assert first.extensions["crossorigin"].policy == MANY
    first.extensions["crossorigin"].policy = ANY
    assert (fields(ask(first)), fields(ask(second))) == (ANYONE, ALLOWED)
    extension.policy = OTHER
    assert extension.policy == OTHER
    for app in (first, second, other, by_keywords):
        assert fields(ask(app)) == OF_OTHER


def test_the_extension_keeps_no_app_alive() -> None:
    extension = CORS(policy=MANY)
    extension.init_app(Flask("gone"))
    import gc

    gc.collect()
    assert [*extension._in_force] == []


def test_a_policy_may_come_with_init_app_alone() -> None:
    extension = CORS()
    app = Flask("late")
    with pytest.raises(TypeError, match="CORS needs a policy"):
        extension.init_app(app)
    extension.init_app(app, MANY)
    assert app.extensions["crossorigin"].policy == MANY
    assert fields(ask(app)) == ALLOWED
    with pytest.raises(TypeError, match="CORS needs a policy"):
        extension.init_app(Flask("another"))


def test_without_a_policy_of_the_app_only_what_is_bound_has_cors(app: Flask) -> None:
    app.add_url_rule("/public", "public", cors(ANY)(lambda: "public"))
    CORS(app, None)
    assert fields(ask(app, "/public")) == ANYONE
    assert fields(ask(app)) == []
    assert ask(app, "/", "OPTIONS", wants=b"PUT").status == 200


def asked(origin: Origin) -> bool:
    return True


async def asked_async(origin: Origin) -> bool:
    return True


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda app: CORS(app), TypeError, "CORS needs a policy: CORS(app, Policy(allow_origins=[...]))"),
        (lambda app: CORS(app, MANY, max_age=5), TypeError, "CORS takes a policy or the fields of one, not both"),
        (lambda app: CORS(app, "*"), TypeError, "a Policy, a ReportOnly or a PolicyMap, not str"),
        (lambda app: CORS(app, origins="*"), TypeError, "origins"),
        (lambda app: CORS(app, allow_origins=["null"]), PolicyError, "origin-null"),
        (lambda app: CORS(app, allow_origins=[asked_async]), PolicyError, "async"),
        (lambda app: CORS(allow_origins=[asked_async]), PolicyError, "async"),
        (lambda app: CORS(policy=MANY, own_origins="https://a.example"), TypeError, "own_origins is a collection"),
        (lambda app: CORS(MANY), TypeError, "write CORS(app, policy)"),
        (lambda app: CORS(PolicyMap({"/": MANY})), TypeError, "write CORS(app, policy)"),
        (lambda app: CORS(Blueprint("b", __name__), MANY), TypeError, "cors(policy)(blueprint)"),
        (lambda app: CORS(Quart("q"), MANY), TypeError, "takes that of crossorigin.middleware.quart"),
        (lambda app: CORS().policy, TypeError, "CORS needs a policy"),
        (lambda app: setattr(CORS(app, MANY), "policy", "*"), TypeError, "not str"),
    ],
    ids=[
        "no policy",
        "two policies",
        "text",
        "flask-cors's keyword",
        "a bad one",
        "async",
        "async, no app yet",
        "text as own_origins, no app yet",
        "a policy as the app",
        "a map as the app",
        "a blueprint as the app",
        "an app of Quart",
        "no policy to read",
        "text assigned",
    ],
)
def test_what_cannot_be_is_said_at_once(app: Flask, call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call(app)
    assert words in str(raised.value)


def test_twice_is_an_error() -> None:
    app = Flask("twice")
    extension = CORS(app, MANY)
    for again in (lambda: CORS(app, ANY), lambda: extension.init_app(app)):
        with pytest.raises(RuntimeError, match="the app 'twice' has a CORS already: remove one of the two"):
            again()
    generic = Flask("generic")
    generic.wsgi_app = ProxyFix(CORSMiddleware(generic.wsgi_app, ANY))  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="the app 'generic' is inside a CORSMiddleware already: remove that line"):
        CORS(generic, MANY)
    assert fields(ask(app)) == ALLOWED


def test_the_test_client_goes_through_it(app: Flask) -> None:
    CORS(app, MANY)
    with app.test_client() as client:
        assert client.get("/", headers={"Origin": APP.decode()}).headers.getlist("Access-Control-Allow-Origin") == [
            APP.decode()
        ]
        assert request.path == "/"


@pytest.mark.parametrize(
    "config",
    [{"TESTING": True}, {"PROPAGATE_EXCEPTIONS": True}, {"DEBUG": True}],
    ids=lambda config: next(iter(config)),
)
def test_exceptions_that_flask_propagates_reach_who_waits_for_them(app: Flask, config: dict[str, Any]) -> None:
    app.config.update(config)
    CORS(app, MANY)
    seen: list[Exception] = []
    with got_request_exception.connected_to(lambda sender, exception: seen.append(exception), app):
        answered = ask(app, "/boom")
        with pytest.raises(RuntimeError, match="on purpose"):
            app.test_client().get("/boom")
    assert isinstance(answered.error, RuntimeError)
    assert (answered.status, fields(answered)) == (500, ALLOWED)
    assert [type(error) for error in seen] == [RuntimeError, RuntimeError]


def test_the_debuggers_page_is_the_debuggers(app: Flask) -> None:
    app.debug = True
    CORS(app, MANY)
    answered = ask(DebuggedApplication(app, evalex=True, pin_security=False), "/boom", HTTP_HOST="localhost")
    assert answered.status == 500
    assert b"RuntimeError: a bug, on purpose" in answered.body


def test_an_error_handler_of_the_app_is_not_pre_empted(app: Flask) -> None:
    app.register_error_handler(RuntimeError, lambda error: ("handled", 418))
    CORS(app, MANY)
    answered = ask(app, "/boom")
    assert (answered.status, answered.fields, answered.body) == (418, [HTML, length(7), *ALLOWED], b"handled")


def test_events_name_the_rule(app: Flask) -> None:
    events: list[DecisionEvent] = []
    CORS(app, MANY, on_decision=events.append)
    for path, method in [("/items/7", "GET"), ("/items/8", "PATCH"), ("/nowhere", "GET")]:
        ask(app, path, method)
    assert [(event.path, event.route) for event in events] == [
        ("/items/7", "/items/<int:item>"),
        ("/items/8", "/items/<int:item>"),
        ("/nowhere", None),
    ]


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What answers CORS too, by the warnings about it."""
    texts = [r.getMessage() for r in caplog.records if r.name == "crossorigin"]
    about = [text for text in texts if text.startswith("two layers")]
    assert all("its fields are replaced, its preflights never reach it. Remove" in text for text in about)
    return [text.partition("inside this one is ")[2].partition(", and its")[0] for text in about]


@pytest.mark.parametrize("order", ["ours first", "theirs first"])
def test_flask_cors_on_the_app_is_found_out_once(order: str, caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("shared")
    app.add_url_rule("/", "root", ok)
    layers = [lambda: CORS(app, MANY), lambda: flask_cors.CORS(app, origins=["https://app.example.com"])]
    for layer in layers if order == "ours first" else reversed(layers):
        layer()
    for _ in range(2):
        assert fields(ask(app)) == ALLOWED
    assert warned(caplog) == ["flask-cors (after_request)"]


def test_flask_cors_on_blueprints_and_views_is_found_out_where_ours_decides(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("shared")
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    left = cors(None)(Blueprint("left", __name__, url_prefix="/left"))
    for name in (blueprint, left):
        flask_cors.CORS(name)
        name.add_url_rule("/x", "x", ok)
        app.register_blueprint(name)
    app.add_url_rule("/view", "view", flask_cors.cross_origin()(lambda: "view"))
    app.add_url_rule("/kept", "kept", cors(None)(flask_cors.cross_origin()(lambda: "kept")))
    CORS(app, MANY)
    assert fields(ask(app, "/view", origin=EVIL)) == [VARY]
    for path in ("/kept", "/left/x"):
        assert fields(ask(app, path, origin=EVIL)) == [(b"access-control-allow-origin", EVIL), VARY]
    assert warned(caplog) == ["flask-cors (after_request of the blueprint api, the view view)"]


def test_flask_cors_beside_an_app_without_a_policy_is_no_matter(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("moving")
    app.add_url_rule("/", "root", ok)
    app.add_url_rule("/moved", "moved", cors(OTHER)(lambda: "moved"))
    flask_cors.CORS(app)
    CORS(app, None)
    assert fields(ask(app, origin=EVIL)) == [(b"access-control-allow-origin", EVIL), VARY]
    assert warned(caplog) == []


def test_many_places_are_not_all_named(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("many")
    for number in range(9):
        app.add_url_rule(f"/{number}", f"v{number}", flask_cors.cross_origin()(lambda: "x"))
    CORS(app, MANY)
    ask(app, "/1")
    assert warned(caplog) == ["flask-cors (the view v0, the view v1, the view v2, the view v3, the view v4, …)"]


class CorsLayer:
    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.application(environ, start_response)


def add_cors_headers(response: Any) -> Any:
    return response


def add_other_headers(response: Any) -> Any:
    return response


def test_hooks_and_layers_of_other_makes_are_found_by_their_names(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("own")
    app.after_request(add_cors_headers)
    app.after_request(add_other_headers)
    app.wsgi_app = ProxyFix(CorsLayer(app.wsgi_app))  # type: ignore[method-assign]
    CORS(app, MANY)
    ask(app)
    assert warned(caplog) == [
        f"{__name__}.CorsLayer (around the app)",
        f"{__name__}.add_cors_headers (after_request)",
    ]


def test_the_generic_middleware_around_it_is_one_too_many(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    CORS(app, MANY)
    assert fields(ask(CORSMiddleware(app, ANY))) == [VARY, *ANYONE]
    assert warned(caplog) == ["crossorigin.middleware.wsgi.CORSMiddleware (around the app)"]


def inner_app(**options: Any) -> Flask:
    inner = Flask("inner")
    inner.add_url_rule("/x", "x", lambda: "inner", methods=["GET", "PUT"])
    inner.add_url_rule("/public", "public", cors(ANY)(lambda: "public"))
    if options:
        CORS(inner, **options)
    return inner


def test_a_mounted_app_with_a_cors_of_its_own_keeps_it(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    plain = CORSMiddleware(inner_app(), OTHER.replace(allow_methods=["PUT"]))
    mounts = {"/flask": inner_app(policy=OTHER), "/generic": plain}
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounts)  # type: ignore[method-assign]
    CORS(app, MANY)
    for mount in mounts:
        assert fields(ask(app, f"{mount}/x")) == OF_OTHER
        preflight = ask(app, f"{mount}/x", "OPTIONS", wants=b"PUT")
        assert preflight.fields[:1] == OF_OTHER
        assert preflight.status == 204
    assert fields(ask(app, "/flask/public")) == ANYONE
    assert fields(ask(app, "/flaskx")) == ALLOWED
    assert fields(ask(app, "/")) == ALLOWED
    assert [record for record in caplog.records if record.name == "crossorigin"] == []


def test_so_it_does_while_no_route_of_the_process_is_bound(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    own = Flask("own")
    own.add_url_rule("/x", "x", ok)
    CORS(own, ANY)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/own": own})  # type: ignore[method-assign]
    CORS(app, MANY.replace(allow_methods=["PUT"]))
    assert fields(ask(app, "/own/x", origin=EVIL)) == ANYONE


def test_a_mounted_app_without_one_has_the_outer_policy_and_its_views_their_own(app: Flask) -> None:
    bound = cors(OTHER)(inner_app())
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/in": inner_app(), "/bound": bound})  # type: ignore[method-assign]
    CORS(app, MANY)
    assert fields(ask(app, "/in/x")) == ALLOWED
    assert methods(app, "/in/x", b"PUT") == [b"GET,HEAD,PUT"]
    assert fields(ask(app, "/in/public")) == ANYONE
    assert fields(ask(app, "/bound/x")) == OF_OTHER
    assert fields(ask(app, "/bound/public")) == ANYONE


def dispatching(app: Flask, inner: Any) -> Flask:
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/deep": inner})  # type: ignore[method-assign]
    return app


def flask_cors_on(app: Flask) -> Flask:
    flask_cors.CORS(app, origins="*", expose_headers=["x-theirs"])
    return app


WRAPPED: dict[str, tuple[Callable[[], Any], str]] = {
    "in a proxy's middleware": (lambda: ProxyFix(inner_app()), "/in"),
    "as its wsgi_app": (lambda: inner_app().wsgi_app, "/in"),
    "in the dispatcher of a mounted app": (lambda: dispatching(Flask("between"), inner_app()), "/in/deep"),
    "in a mounted dispatcher": (lambda: DispatcherMiddleware(Flask("between"), {"/deep": inner_app()}), "/in/deep"),
    "in a dispatcher of no Flask": (lambda: DispatcherMiddleware(wsgi_app(), {"/deep": inner_app()}), "/in/deep"),
}


@pytest.mark.parametrize("case", WRAPPED)
def test_a_mounted_app_is_found_however_it_is_wrapped(app: Flask, case: str) -> None:
    make, at = WRAPPED[case]
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/in": make()})  # type: ignore[method-assign]
    CORS(app, MANY)
    assert fields(ask(app, f"{at}/x")) == ALLOWED
    assert fields(ask(app, f"{at}/public")) == ANYONE
    assert ask(app, f"{at}/public", "OPTIONS", wants=b"GET").fields[:1] == ANYONE
    assert fields(ask(app, "/in/nowhere")) == ALLOWED


def test_of_two_policies_around_a_mounted_app_the_inner_one_holds(app: Flask) -> None:
    mounted = cors(ANY)(ProxyFix(cors(OTHER)(inner_app())))
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/in": mounted})  # type: ignore[method-assign]
    CORS(app, MANY)
    assert fields(ask(app, "/in/x")) == OF_OTHER
    assert fields(ask(app, "/in/nowhere")) == OF_OTHER


WRAPPED_WITH_CORS: dict[str, tuple[Callable[[], Any], str]] = {
    "in a proxy's middleware": (lambda: ProxyFix(inner_app(policy=OTHER)), "/in"),
    "in the dispatcher of a mounted app": (
        lambda: dispatching(Flask("between"), inner_app(policy=OTHER)),
        "/in/deep",
    ),
}


@pytest.mark.parametrize("case", WRAPPED_WITH_CORS)
def test_it_keeps_the_cors_that_it_has_however_it_is_wrapped(app: Flask, case: str) -> None:
    make, at = WRAPPED_WITH_CORS[case]
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/in": make()})  # type: ignore[method-assign]
    CORS(app, MANY)
    assert fields(ask(app, f"{at}/x")) == OF_OTHER


def test_the_cors_of_another_package_in_a_mounted_app_is_replaced_and_named(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/in": flask_cors_on(inner_app())})  # type: ignore[method-assign]
    CORS(app, MANY)
    assert sorted(fields(ask(app, "/in/x"))) == sorted(ALLOWED)
    assert "inside this one is flask_cors" in caplog.text


def test_debug_says_the_reason(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "crossorigin")
    CORS(app, MANY.replace(refuse_disallowed=True), debug=True)
    answered = ask(app, "/items/7", origin=EVIL)
    assert (answered.status, answered.body) == (403, b"Not allowed by CORS: origin-unlisted (%s)\n" % EVIL)
    assert "GET /items/7 (/items/<int:item>) is not allowed by CORS: origin-unlisted" in caplog.text


DEBUGGED = """
from flask import Flask
from crossorigin.middleware.flask import CORS

app = Flask("debugged")
CORS(app, allow_origins=["https://app.example.com"], debug=True)
app.test_client().get("/", headers={"Origin": "https://evil.example.net"})
"""


def test_debug_is_seen_without_any_logging_set_up() -> None:
    run = subprocess.run([sys.executable, "-c", DEBUGGED], capture_output=True, text=True, check=True)
    (line,) = [line for line in run.stderr.splitlines() if "origin-unlisted" in line]
    assert line.startswith(
        "crossorigin: GET / is not allowed by CORS: origin-unlisted (Origin: https://evil.example.net"
    )
