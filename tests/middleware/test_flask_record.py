"""The old finder against the record, over generated apps and requests: what the router says of a request as it came in,
and what Flask and Quart themselves keep of the one that they have dispatched. They differ only where a layer inside
rewrites the request in place."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from flask import Blueprint, Flask, request
from flask.views import MethodView
from hypothesis import event, given, settings
from hypothesis import strategies as st
from quart import Blueprint as QuartBlueprint
from quart import Quart
from quart import request as quart_request
from quart.views import MethodView as QuartMethodView
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, Rule, ValidationError

from crossorigin import Policy, PolicyMap
from crossorigin.middleware import flask, quart
from crossorigin.middleware.engine import UNBOUND, cors
from tests.middleware.test_flask import ask as ask_flask
from tests.middleware.test_flask import fields
from tests.middleware.test_quart import ask as ask_quart

ORIGINS = [f"https://{name}.example" for name in ("app", "one", "two", "three")]
POLICIES = [Policy(allow_origins=[origin, "https://all.example"], allow_methods="route") for origin in ORIGINS]
ANYONE = Policy(allow_origins="*")
BINDINGS = [UNBOUND, None, ANYONE, *POLICIES[1:]]
METHODS = ["GET", "PUT", "POST", "DELETE"]
HOSTS = ["api.example.com", "sub.example.com", "elsewhere.org"]

PIECES = ["a", "b", "c", "<{}>", "<int:{}>", "<int(min=5):{}>", "<path:{}>", "<any(a,b):{}>", "<picky:{}>", "a<{}>"]
WORDS = ["a", "b", "c", "7", "3", "no", "ab", "é", ""]


class Picky(BaseConverter):
    def to_python(self, value: str) -> str:
        if value == "no":
            raise ValidationError
        if value == "b":
            raise KeyError("a bug of a converter")
        return value


@dataclass(frozen=True, slots=True)
class RuleSpec:
    path: str
    options: dict[str, Any]
    view: str
    binding: int
    blueprint: tuple[int, ...] | None
    endpoint_of_last: bool
    host: str | None


@dataclass(frozen=True, slots=True)
class AppSpec:
    rules: list[RuleSpec]
    default: Any
    hosts: str
    wrapper: str
    hooks: frozenset[str]
    mounts: "dict[str, tuple[AppSpec, str]]"


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    host: str
    origin: str | None


@st.composite
def rules(draw: Any) -> RuleSpec:
    pieces = draw(st.lists(st.sampled_from(PIECES), max_size=3))
    path = "/" + "/".join(piece.format(f"x{at}") for at, piece in enumerate(pieces))
    if pieces and draw(st.booleans()):
        path += "/"
    options: dict[str, Any] = {"methods": draw(st.lists(st.sampled_from(METHODS), min_size=1, max_size=3, unique=True))}
    options |= draw(st.sampled_from([{}, {}, {"strict_slashes": False}, {"merge_slashes": False}]))
    options |= draw(st.sampled_from([{}, {}, {}, {"redirect_to": "a/"}, {"provide_automatic_options": False}]))
    if "<x0>" in path and draw(st.booleans()):
        options["defaults"] = {"x9": 1}
    return RuleSpec(
        path,
        options,
        draw(st.sampled_from(["function", "function", "partial", "class", "methods", "any method"])),
        draw(st.integers(0, len(BINDINGS) - 1)),
        draw(st.sampled_from([None, None, *[(first, second) for first in (0, 1, 3) for second in (0, 4)]])),
        draw(st.booleans()),
        draw(st.sampled_from([None, *HOSTS[:2]])),
    )


@st.composite
def apps(draw: Any, *, depth: int = 1) -> AppSpec:
    mounts = {}
    if depth:
        kinds = st.sampled_from(
            ["plain", "plain", "with its own CORS", "cors(None)", "bound", "in ProxyFix", "its wsgi_app"]
        )
        at = st.sampled_from(["/m", "/a/m", "/a"])
        mounts = draw(st.dictionaries(at, st.tuples(apps(depth=depth - 1), kinds), max_size=2))
    return AppSpec(
        draw(st.lists(rules(), min_size=1, max_size=8)),
        draw(st.sampled_from([POLICIES[0], ANYONE, None, PolicyMap({"/": ANYONE, "/a": POLICIES[0], "/b": None})])),
        draw(st.sampled_from(["", "", "host_matching", "subdomain_matching"])),
        draw(st.sampled_from(["", "", "copies", "answers early", "raises", "is late", "is a generator"])),
        frozenset(draw(st.lists(st.sampled_from(["before", "values", "errors", "nested", "late rule"]), max_size=3))),
        mounts,
    )


ASKED = st.builds(
    Asked,
    st.sampled_from([*METHODS, "HEAD", "PATCH"]),
    st.builds(
        lambda words, end: "/" + "/".join(words) + end,
        st.lists(st.sampled_from(WORDS), max_size=3),
        st.sampled_from(["", "", "/", "//"]),
    )
    | st.sampled_from(["/m", "/m/a", "/a/m/a", "/a/b", "a", ""]),
    st.sampled_from(HOSTS),
    st.sampled_from([None, "https://all.example", "https://evil.example", *ORIGINS]),
)


def view_of(spec: RuleSpec, method_view: Any) -> Any:
    def bound(target: Any, binding: Any = BINDINGS[spec.binding]) -> Any:
        return target if binding is UNBOUND else cors(binding)(target)

    if spec.view in ("class", "methods"):
        members = {method.lower(): lambda self, **values: "view" for method in METHODS}
        if spec.view == "methods":
            for at, method in enumerate(METHODS):
                members[method.lower()] = bound(members[method.lower()], BINDINGS[(spec.binding + at) % len(BINDINGS)])
        kind = type("Item", (method_view,), members)
        return (bound(kind) if spec.view == "class" else kind).as_view("item")
    function = bound(lambda **values: "view")
    return partial(function) if spec.view == "partial" else function


def build(spec: AppSpec, kind: Any, blueprint_of: Any, method_view: Any) -> Any:
    options = {"static_folder": None}
    if spec.hosts:
        options[spec.hosts] = True
    app = kind("generated", **options)
    if spec.hosts == "subdomain_matching":
        app.config["SERVER_NAME"] = "example.com"
    app.url_map.converters["picky"] = Picky
    last: tuple[str, Any] | None = None
    for number, rule in enumerate(spec.rules):
        options = dict(rule.options)
        if spec.hosts == "host_matching":
            options["host"] = rule.host or HOSTS[0]
        elif spec.hosts and rule.host is not None:
            options["subdomain"] = rule.host.partition(".")[0]
        if kind is Quart:
            options.pop("redirect_to", None)
        if rule.blueprint is not None:
            outer, inner = (blueprint_of(f"b{number}{at}", __name__) for at in range(2))
            for blueprint, binding in zip((outer, inner), rule.blueprint, strict=True):
                if BINDINGS[binding] is not UNBOUND:
                    cors(BINDINGS[binding])(blueprint)
            inner.add_url_rule(rule.path, "view", view_of(rule, method_view), **options)
            outer.register_blueprint(inner)
            app.register_blueprint(outer)
            continue
        if rule.endpoint_of_last and last is not None:
            endpoint, view = last
        else:
            endpoint, view = last = f"v{number}", view_of(rule, method_view)
        if rule.view == "any method" and kind is Flask:
            options.pop("provide_automatic_options", None)
            app.url_map.add(Rule(rule.path, endpoint=endpoint, **{**options, "methods": None}))
            app.view_functions.setdefault(endpoint, view)
        else:
            app.add_url_rule(rule.path, endpoint, view, **options)
    return app


def hook(app: Any, hooks: frozenset[str]) -> None:
    app.logger.disabled = True  # exceptions are a part of it
    if "before" in hooks:
        app.before_request(lambda: "early" if request.path.startswith("/b") else None)
    if "values" in hooks:
        app.url_value_preprocessor(lambda endpoint, values: values.clear() if values else None)
    if "errors" in hooks:
        app.register_error_handler(404, lambda error: ("gone", 200))
        app.register_error_handler(405, lambda error: ("not so", 400))
    if "nested" in hooks:

        @app.before_request
        def nested() -> None:
            if request.headers.get("X-Nested") is None:
                app.test_client().put("/a", headers={"X-Nested": "1"})
                with app.test_request_context("/b/7"):
                    pass


class Wrapped:
    """A layer around `wsgi_app`, which keeps what it wraps where it is looked for."""

    def __init__(self, app: Any, how: str) -> None:
        self.app, self.how = app, how

    def __call__(self, environ: Any, start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if self.how == "answers early" and path.startswith("/b"):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"early"]
        if self.how == "raises" and path.startswith("/c"):
            raise RuntimeError("a bug of a layer")
        if self.how == "copies":
            return self.app({**environ}, start_response)
        if self.how == "is late":
            started: list[Any] = []
            body = [*self.app(environ, lambda *arguments: started.append(arguments))]
            start_response(*started[-1])
            return body
        if self.how == "is a generator":
            return (part for part in self.app(environ, start_response))
        return self.app(environ, start_response)


MOUNTED: dict[str, Any] = {
    "plain": lambda app: app,
    "with its own CORS": lambda app: flask.CORS(app, POLICIES[2]) and app,
    "cors(None)": lambda app: cors(None)(app),
    "bound": lambda app: cors(POLICIES[3])(ProxyFix(app)),
    "in ProxyFix": lambda app: ProxyFix(app),
    "its wsgi_app": lambda app: app.wsgi_app,
}


def flask_app(spec: AppSpec) -> Flask:
    app: Flask = build(spec, Flask, Blueprint, MethodView)
    hook(app, spec.hooks)
    if spec.mounts:
        mounts = {at: MOUNTED[how](flask_app(inner)) for at, (inner, how) in spec.mounts.items()}
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounts)  # type: ignore[method-assign]
    if spec.wrapper:
        app.wsgi_app = Wrapped(app.wsgi_app, spec.wrapper)  # type: ignore[method-assign]
    return app


def without_record(app: Any) -> Any:
    """The same app, where the router is asked for everything."""
    middleware = app.extensions["crossorigin"]
    middleware._plan = middleware._plan_of(replace(middleware._plan.policies, record=None))
    return app


def put_late(app: Any, method_view: Any) -> None:
    view = view_of(RuleSpec("/b/a", {}, "methods", 4, None, False, None), method_view)
    host = {"host": HOSTS[0]} if app.url_map.host_matching else {}
    app.url_map.add(app.url_rule_class("/b/a", endpoint="late", methods=["GET", "PUT"], **host))
    app.view_functions["late"] = view


@pytest.mark.filterwarnings("ignore:Current server name")
@settings(max_examples=300)
@given(apps(), st.lists(ASKED, min_size=1, max_size=12))
def test_what_flask_dispatched_is_what_its_router_says(spec: AppSpec, requests: list[Asked]) -> None:
    by_record, by_router = flask_app(spec), flask_app(spec)
    for app in (by_record, by_router):
        flask.CORS(app, spec.default)
    without_record(by_router)
    for at, asked in enumerate(requests):
        if at == 3 and "late rule" in spec.hooks:
            put_late(by_record, MethodView)
            put_late(by_router, MethodView)
        results = []
        for app in (by_record, by_router):
            origin = None if asked.origin is None else asked.origin.encode()
            path = asked.path.encode().decode("latin-1")
            answered = ask_flask(app, path, asked.method, origin=origin, HTTP_HOST=asked.host)
            results.append((answered.status, sorted(fields(answered))))
        event(f"status {results[0][0]}")
        event("allowed" if any(name.endswith(b"allow-origin") for name, _ in results[0][1]) else "not allowed")
        assert results[0] == results[1], asked


class WrappedASGI:
    def __init__(self, app: Any, how: str) -> None:
        self.app, self.how = app, how

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.how == "answers early" and scope["path"].startswith("/b"):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"early"})
            return
        if self.how == "raises" and scope["path"].startswith("/c"):
            raise RuntimeError("a bug of a layer")
        await self.app({**scope} if self.how == "copies" else scope, receive, send)


def quart_app(spec: AppSpec) -> Quart:
    app: Quart = build(spec, Quart, QuartBlueprint, QuartMethodView)
    app.logger.disabled = True
    if "before" in spec.hooks:
        app.before_request(lambda: "early" if quart_request.path.startswith("/b") else None)
    if "errors" in spec.hooks:
        app.register_error_handler(404, lambda error: ("gone", 200))
        app.register_error_handler(405, lambda error: ("not so", 400))
    if spec.wrapper:
        app.asgi_app = WrappedASGI(app.asgi_app, spec.wrapper)  # type: ignore[assignment]
    return app


@pytest.mark.filterwarnings("ignore:Current server name")
@settings(max_examples=60)
@given(apps(depth=0), st.lists(ASKED, min_size=1, max_size=6), st.sampled_from(["", "", "/a", "/root"]))
def test_what_quart_dispatched_is_what_its_router_says(spec: AppSpec, requests: list[Asked], root: str) -> None:
    by_record, by_router = quart_app(spec), quart_app(spec)
    for app in (by_record, by_router):
        quart.CORS(app, spec.default)
    without_record(by_router)
    for at, asked in enumerate(requests):
        if at == 3 and "late rule" in spec.hooks:
            put_late(by_record, QuartMethodView)
            put_late(by_router, QuartMethodView)
        results = []
        for app in (by_record, by_router):
            origin = None if asked.origin is None else asked.origin.encode()
            path = root + (asked.path or "/")
            answered = ask_quart(app, path, asked.method, origin=origin, host=asked.host.encode(), root_path=root)
            results.append((answered.status, sorted(fields(answered))))
        event(f"status {results[0][0]}")
        assert results[0] == results[1], asked
