"""Live apps of each framework: the set-up is found, and read as the options that made it."""

import subprocess
import sys
from typing import Any

import aiohttp.web
import aiohttp_cors
import flask
import flask_cors
import pytest
from aiohttp_cors.urldispatcher_router_adapter import ResourcesUrlDispatcherRouterAdapter
from corsheaders.signals import check_request_enabled
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from crossorigin import Policy, PolicyMap
from crossorigin.middleware import wsgi
from crossorigin.migrate import (
    NoCORSFound,
    from_app,
    from_django_cors_headers,
    from_flask_cors,
    from_starlette,
)
from tests.migrate import peers

GOOD = "https://good.example.com"
OPTIONS: dict[str, Any] = {
    "allow_origins": [GOOD, "https://a.example"],
    "allow_methods": ["GET", "PUT"],
    "allow_headers": ["X-A"],
    "allow_credentials": True,
    "allow_origin_regex": r"https://.*\.example\.com",
    "expose_headers": ["X-B"],
    "max_age": 60,
}


class Sub(CORSMiddleware):
    pass


class Layer:
    """What middleware does: it keeps the app, and calls it."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


def added() -> Any:
    app = FastAPI()
    app.add_middleware(GZipMiddleware)
    app.add_middleware(CORSMiddleware, **OPTIONS)
    return app


STARLETTE = {
    "added": added,
    "listed": lambda: Starlette(middleware=[Middleware(GZipMiddleware), Middleware(CORSMiddleware, **OPTIONS)]),
    "a subclass": lambda: Starlette(middleware=[Middleware(Sub, **OPTIONS)]),
    "positional": lambda: Starlette(middleware=[Middleware(CORSMiddleware, *_positional())]),
    "around": lambda: CORSMiddleware(FastAPI(), **OPTIONS),
    "within layers": lambda: Layer(Layer(CORSMiddleware(GZipMiddleware(Starlette()), **OPTIONS))),
    "layers around the app": lambda: Layer(GZipMiddleware(added())),
}


def _positional() -> list[Any]:
    names = ("allow_origins", "allow_methods", "allow_headers", "allow_credentials", "allow_origin_regex")
    return [*(OPTIONS[name] for name in names), False, OPTIONS["expose_headers"], OPTIONS["max_age"]]


@pytest.mark.parametrize("make", STARLETTE.values(), ids=STARLETTE)
def test_starlette(make: Any) -> None:
    assert from_app(make()).policies == from_starlette(**OPTIONS).policies


def test_starlette_any_method_and_any_header_of_an_instance() -> None:
    arguments: dict[str, Any] = {"allow_origins": ["*"], "allow_methods": ["*"], "allow_headers": ["*"]}
    migration, expected = from_app(CORSMiddleware(Starlette(), **arguments)), from_starlette(**arguments)
    assert (migration.policies, migration.notes) == (expected.policies, expected.notes)


def test_starlette_mounted_apps_have_a_line_each() -> None:
    api, public = FastAPI(), FastAPI()
    api.add_middleware(CORSMiddleware, allow_origins=[GOOD])
    public.add_middleware(CORSMiddleware, allow_origins=["*"])
    app = Starlette(routes=[Mount("/api", api), Mount("/v1", routes=[Mount("/public", public)])])
    migration = from_app(app)
    assert migration.policies is None
    assert [line.strip() for line in migration.code.splitlines()[-2:]] == [
        'put(policy_1, app, "/api")',
        'put(policy_2, app, "/v1", "/public")',
    ]


def test_starlette_the_outer_one_answers() -> None:
    api = FastAPI()
    api.add_middleware(CORSMiddleware, allow_origins=["*"])
    app = Starlette(routes=[Mount("/api", api)], middleware=[Middleware(CORSMiddleware, **OPTIONS)])
    migration = from_app(app)
    assert migration.policies == from_starlette(**OPTIONS).policies
    assert "stacked-lost" in {note.code for note in migration.notes}


def test_starlette_of_two_around_one_app_the_outer_one_answers() -> None:
    migration = from_app(CORSMiddleware(added(), allow_origins=["https://outer.example"], allow_methods=["*"]))
    assert migration.policies == from_starlette(allow_origins=["https://outer.example"], allow_methods=["*"]).policies
    assert [note.code for note in migration.notes] == ["stacked-lost"]


def test_starlette_around_another_package_is_migrated_and_the_inner_one_said() -> None:
    arguments: dict[str, Any] = {"allow_origins": [GOOD], "allow_methods": ["*"]}
    inside = peers.flask_app(origins=GOOD)
    for app in (
        CORSMiddleware(Layer(inside), **arguments),
        Starlette(routes=[Mount("/old", Layer(inside))], middleware=[Middleware(CORSMiddleware, **arguments)]),
    ):
        migration = from_app(app)
        assert migration.policies == from_starlette(**arguments).policies
        assert [(note.code, note.option) for note in migration.notes] == [("stacked-lost", '"flask.app.Flask"')]
        assert "stacked-lost" in migration.code


@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "behind middleware"])
def test_flask_the_extension(wrapped: bool) -> None:
    options: dict[str, Any] = {
        "resources": {r"/api/*": {"origins": [GOOD, r"https://.*\.example\.org"], "max_age": 60}, "/ping": {}},
        "supports_credentials": True,
        "allow_headers": ["X-A"],
    }
    app = peers.flask_app({"CORS_EXPOSE_HEADERS": "X-B"}, **options)
    if wrapped:
        app.wsgi_app = Layer(app.wsgi_app)  # type: ignore[method-assign]
    assert from_app(app) == from_flask_cors({"CORS_EXPOSE_HEADERS": "X-B"}, **options)


def test_flask_parts_with_their_own_have_a_line_each() -> None:
    app, blueprint = flask.Flask("outer"), flask.Blueprint("api", "api", url_prefix="/api")
    blueprint.add_url_rule("/items/<int:number>", view_func=lambda number: "", endpoint="item")
    blueprint.add_url_rule("/items", view_func=lambda: "", endpoint="items")
    flask_cors.CORS(blueprint, origins=GOOD)
    app.register_blueprint(blueprint)
    app.add_url_rule("/open", "open", flask_cors.cross_origin()(lambda: ""))
    app.add_url_rule("/shut", "shut", lambda: "")
    migration = from_app(app)
    assert migration.policies is None
    lines = [line.strip() for line in migration.code.splitlines()]
    assert lines[-3:] == [
        'cors(policy_1)(app.blueprints["api"])',
        'cors(policy_2)(app.view_functions["open"])',
        "CORS(app, None)",
    ]
    with pytest.raises(TypeError, match="no policy for the whole app: take its code"):
        migration.to_toml()
    for options, name in (({"origins": GOOD}, "policy_1"), ({}, "policy_2")):
        namespace: dict[str, Any] = {"__name__": "cors"}
        exec(migration.code, namespace)
        assert namespace[name] == from_flask_cors(**options).policies


@pytest.mark.parametrize("handler", [WSGIHandler, ASGIHandler])
def test_django(handler: Any) -> None:
    settings = {"CORS_ALLOWED_ORIGINS": [GOOD], "CORS_URLS_REGEX": r"^/api/.*$"}
    with override_settings(MIDDLEWARE=["corsheaders.middleware.CorsMiddleware"], **settings):
        assert from_app(handler()) == from_django_cors_headers(settings)

        def receiver(**_: object) -> bool:
            return True

        check_request_enabled.connect(receiver)
        try:
            assert "signal" in {note.code for note in from_app(handler()).notes}
        finally:
            check_request_enabled.disconnect(receiver)


def test_aiohttp_routes_with_their_own() -> None:
    options = aiohttp_cors.ResourceOptions(expose_headers=("X-A",), allow_credentials=True)
    app = peers.aiohttp_app(routes={"/open": {"GET": {GOOD: options}, "PUT": {GOOD: options}}})
    policies = from_app(app).policies
    assert isinstance(policies, PolicyMap)
    assert [*policies.policies] == ["/open"]
    policy = policies.resolve("/open")
    assert policy is not None
    assert (policy.allow_origins, policy.allow_methods, policy.expose_headers) == ((GOOD,), ("PUT",), ("x-a",))


def with_aiohttp_cors(origin: str) -> aiohttp.web.Application:
    app = aiohttp.web.Application()
    options = {"allow_credentials": True}
    aiohttp_cors.setup(app).add(app.router.add_put("/x", peers._handler), {origin: options})
    app.router.add_get("/shut", peers._handler)
    return app


def test_aiohttp_sub_applications_have_their_own() -> None:
    outer, middle, inner = with_aiohttp_cors(GOOD), aiohttp.web.Application(), with_aiohttp_cors("https://a.example")
    middle.add_subapp("/inner", inner)
    outer.add_subapp("/middle", middle)
    own = {"allow_methods": ["PUT"], "allow_credentials": True}
    assert from_app(outer).policies == PolicyMap(
        {
            "/middle/inner/x": Policy(allow_origins=["https://a.example"], **own),
            "/x": Policy(allow_origins=[GOOD], **own),
        }
    )
    assert from_app(middle).policies == PolicyMap(
        {"/middle/inner/x": Policy(allow_origins=["https://a.example"], **own)}
    )


def test_aiohttp_a_domain_has_its_own_and_nobody_elses() -> None:
    app = with_aiohttp_cors(GOOD)
    app.add_domain("other.example", with_aiohttp_cors("https://a.example"))
    app.add_domain("quiet.example", aiohttp.web.Application())
    migration = from_app(app)
    assert (migration.policies, migration.notes) == (None, ())
    assert [line.strip() for line in migration.code.splitlines()[-3:]] == [
        'put(policy_1, app, "/x")',
        'put(policy_2, app, "other.example", "/x")',
        "CORS(app, None)",
    ]


def test_aiohttp_a_method_with_other_options_has_a_line_of_its_own() -> None:
    app = peers.aiohttp_app(routes={"/open": {"GET": {GOOD: {}}, "PUT": {GOOD: {"allow_credentials": True}}}})
    migration = from_app(app)
    assert {note.code for note in migration.notes} == {"method-safelisted"}
    assert [line.strip() for line in migration.code.splitlines()[-4:]] == [
        'put(policy_1, app, "/open", methods=["GET"])',
        'put(policy_1, app, "/open", methods=["POST"])',
        'put(policy_2, app, "/open", methods=["PUT"])',
        "CORS(app, None)",
    ]


class OtherConfig(aiohttp_cors.CorsConfig):
    def __init__(self, app: aiohttp.web.Application) -> None:
        adapter = type("Adapter", (ResourcesUrlDispatcherRouterAdapter,), {})
        super().__init__(app, router_adapter=adapter(app.router, {}))
        app[aiohttp_cors.APP_CONFIG_KEY] = self


class OtherView(aiohttp.web.View, aiohttp_cors.CorsViewMixin):
    async def get(self) -> aiohttp.web.Response:
        raise NotImplementedError

    @classmethod
    def get_request_config(cls, request: Any, request_method: str) -> Any:
        return {}


class UnparsedView(aiohttp.web.View, aiohttp_cors.CorsViewMixin):
    cors_config = {GOOD: {"allow_credentials": True}}

    async def get(self) -> aiohttp.web.Response:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("config", "view", "code"),
    [
        (OtherConfig, UnparsedView, "overridden"),
        (aiohttp_cors.setup, OtherView, "overridden"),
        (aiohttp_cors.setup, UnparsedView, "option-unknown"),  # it fails
    ],
)
def test_aiohttp_what_is_not_read_is_said_and_allows_nobody(config: Any, view: Any, code: str) -> None:
    app = aiohttp.web.Application()
    config(app).add(app.router.add_view("/x", view))
    migration = from_app(app)
    assert [note.code for note in migration.notes if note.needs_decision] == [code]
    assert migration.policies is None
    assert "Policy(" not in migration.code


def test_aiohttp_a_path_that_no_prefix_can_name() -> None:
    app = aiohttp.web.Application()
    aiohttp_cors.setup(app).add(app.router.add_put("/a%20b", peers._handler), {GOOD: {}})
    app.router.add_put("/shut", peers._handler)
    app.router.add_put("/{name}", peers._handler)
    assert 'put(policy, app, "/a%20b")' in from_app(app).code


def test_a_function_that_makes_the_app_is_told_of() -> None:
    with pytest.raises(NoCORSFound, match="it is a function; if it makes the app, name a variable"):
        from_app(added)


@pytest.mark.parametrize(
    "app",
    [
        FastAPI(),
        flask.Flask("bare"),
        WSGIHandler(),
        aiohttp.web.Application(),
        object(),
        None,
        wsgi.CORSMiddleware(flask.Flask("x"), allow_origins="*"),
    ],
    ids=lambda app: type(app).__name__,
)
def test_nothing_found_says_what_was_looked_at(app: Any) -> None:
    with pytest.raises(NoCORSFound, match=type(app).__qualname__ if app is not None else "no CORS"):
        from_app(app)


def test_an_app_that_wraps_itself_ends() -> None:
    layer = Layer(None)
    layer.app = layer
    with pytest.raises(NoCORSFound):
        from_app(layer)


def test_no_framework_is_imported() -> None:
    code = (
        "import sys; from crossorigin import migrate as m; m.from_starlette(allow_origins=['*']); m.from_flask_cors(); "
        "m.from_django_cors_headers({}); m.from_aiohttp_cors(); m.from_express(); "
        "print(*{'starlette', 'fastapi', 'flask', 'django', 'aiohttp', 'click'} & set(sys.modules))"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == ""
