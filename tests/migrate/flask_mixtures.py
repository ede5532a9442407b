"""Flask apps in which several things of flask-cors decide, built twice: with it, and without for what is migrated."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import flask
import flask.views
import flask_cors
from hypothesis import strategies as st
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.migrate.peers import FIELDS

A, B, STRANGER = "https://a.example", "https://b.example", "https://stranger.test"

Options = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """One view function or class.

    Attributes:
        rules: paths below that of the blueprint, each with its methods; None for those of the view.
        blueprint: the registered name of its blueprint; empty for the app itself.
        layers: what it is wrapped in, from the inside out: options of `cross_origin`, or the name of a decorator.
        handlers: of a class: its methods, each with its own layers.
    """

    name: str
    rules: tuple[tuple[str, tuple[str, ...] | None], ...]
    blueprint: str = ""
    layers: tuple[Options | str, ...] = ()
    handlers: Mapping[str, tuple[Options | str, ...]] | None = None

    @property
    def endpoint(self) -> str:
        return f"{self.blueprint}.{self.name}" if self.blueprint else self.name


@dataclass(frozen=True)
class Mixture:
    """An app: the options of each `CORS(app, ...)`, those of each `CORS(blueprint, ...)` by its name, the views,
    and what is mounted at a path, which keeps its flask-cors."""

    app: tuple[Options, ...] = ()
    blueprints: Mapping[str, tuple[Options, ...]] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    config: Options = field(default_factory=dict)
    mounts: "Mapping[str, Mixture]" = field(default_factory=dict)


def build(mixture: Mixture, *, old: bool) -> flask.Flask:
    """The app; with flask-cors where it is the old one."""
    app = flask.Flask("mixture", static_folder=None)
    app.config.update(mixture.config)
    blueprints: dict[str, flask.Blueprint] = {}
    for name, objects in mixture.blueprints.items():
        own = name.rpartition(".")[2]
        blueprints[name] = flask.Blueprint(own, "mixture", url_prefix=f"/{own}")
        if old:
            for options in objects:
                flask_cors.CORS(blueprints[name], **options)
    for view in mixture.views:
        place: Any = blueprints[view.blueprint] if view.blueprint else app
        function = _view(view, old=old)
        for path, methods in view.rules:
            place.add_url_rule(path, view.name, function, **({} if methods is None else {"methods": [*methods]}))
    for name, blueprint in sorted(blueprints.items(), reverse=True):
        parent = name.rpartition(".")[0]
        (blueprints[parent] if parent else app).register_blueprint(blueprint)
    if old:
        for options in mixture.app:
            flask_cors.CORS(app, **options)
    if mixture.mounts:
        mounted = {path: build(inner, old=True) for path, inner in mixture.mounts.items()}
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounted)  # type: ignore[method-assign]
    return app


def answer(**_: object) -> Any:
    """What every view does: what the query says."""
    match flask.request.args.get("do"):
        case "abort":
            flask.abort(403)
        case "raise":
            raise RuntimeError
        case "deny":
            return "no", 401
    return flask.Response("ok", headers=FIELDS)


def _view(view: View, *, old: bool) -> Callable[..., Any]:
    if view.handlers is None:
        return _wrapped(lambda **values: answer(**values), view.layers, old=old)
    handlers = {
        name: _wrapped(lambda self, **values: answer(**values), layers, old=old)
        for name, layers in view.handlers.items()
    }
    kind = type(view.name, (flask.views.MethodView,), handlers)
    kind.decorators = [lambda function: _wrapped(function, view.layers, old=old)]
    return kind.as_view(view.name)


def _wrapped(function: Callable[..., Any], layers: tuple[Options | str, ...], *, old: bool) -> Callable[..., Any]:
    for layer in layers:
        if not isinstance(layer, str):
            function = flask_cors.cross_origin(**layer)(function) if old else function
        else:
            function = DECORATORS[layer](function)
    return function


def passes(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def passing(*arguments: Any, **values: Any) -> Any:
        return function(*arguments, **values)

    return passing


def hides(function: Callable[..., Any]) -> Callable[..., Any]:
    """As people write it who do not know `functools.wraps`; what Flask asks of a view is kept."""

    def hiding(*arguments: Any, **values: Any) -> Any:
        return function(*arguments, **values)

    return hiding


def guards(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def guarding(*arguments: Any, **values: Any) -> Any:
        if flask.request.args.get("do") == "guard":
            return "log in", 401
        return function(*arguments, **values)

    return guarding


DECORATORS = {"passes": passes, "hides": hides, "guards": guards}

# What is generated

ORIGINS = st.sampled_from(["*", A, [A], [B], [A, B], [], [r"https://[ab]\.example$"]])
RESOURCES = st.sampled_from(
    [
        r"/*", "*", r"/api/*", [r"/api/v1/.*", "/open"], {r"/api/*": {"origins": [A]}, r"/*": {"origins": [B]}},
        {r"/api/v1/.*": {"supports_credentials": True, "origins": [A]}}, {"/open": {"methods": ["PUT"]}},
    ]
)  # fmt: skip


@st.composite
def options(draw: st.DrawFn, *, is_decorator: bool) -> Options:
    found: dict[str, Any] = {"origins": draw(ORIGINS)} if draw(st.integers(0, 9)) else {}
    choices: dict[str, st.SearchStrategy[Any]] = {
        "supports_credentials": st.booleans(),
        "methods": st.sampled_from([["GET"], ["GET", "PUT"], "PUT, PATCH", ["*"], []]),
        "allow_headers": st.sampled_from(["*", ["X-A"], [], r"X-.*"]),
        "expose_headers": st.sampled_from([None, "X-Request-Id", ["ETag", "X-Request-Id"], "*"]),
        "max_age": st.sampled_from([0, 600]),
        "vary_header": st.booleans(),
        "always_send": st.booleans(),
    }
    if is_decorator:
        choices["automatic_options"] = st.booleans()
    else:
        choices["resources"] = RESOURCES
        choices["intercept_exceptions"] = st.booleans()
    for name in draw(st.lists(st.sampled_from(sorted(choices)), max_size=4, unique=True)):
        found[name] = draw(choices[name])
    if draw(st.booleans()) and not found.get("supports_credentials"):
        found["send_wildcard"] = True
    return found


LAYERS = st.lists(options(is_decorator=True) | st.sampled_from(sorted(DECORATORS)), max_size=3).map(tuple)
METHODS = st.sampled_from([None, ("GET",), ("PUT",), ("GET", "POST"), ("GET", "PUT", "DELETE"), ("GET", "OPTIONS")])
RULES = st.lists(
    st.tuples(
        st.sampled_from(["/open", "/open/", "/items", "/items/<int:number>", "/items/<name>", "/<path:rest>", "/"]),
        METHODS,
    ),
    min_size=1,
    max_size=2,
    unique_by=lambda rule: rule[0],
).map(tuple)
BLUEPRINTS = ("api", "api.v1", "shop")


@st.composite
def views(draw: st.DrawFn, number: int) -> View:
    blueprint = draw(st.sampled_from(["", "", *BLUEPRINTS]))
    if draw(st.integers(0, 4)):
        return View(f"view{number}", draw(RULES), blueprint, draw(LAYERS))
    names = draw(st.lists(st.sampled_from(["get", "put", "post", "options"]), min_size=1, unique=True))
    handlers = {name: draw(LAYERS) for name in names}
    rules = tuple((path, None) for path, _ in draw(RULES))
    return View(f"view{number}", rules, blueprint, draw(LAYERS), handlers)


@st.composite
def mixtures(draw: st.DrawFn) -> Mixture:
    objects = st.lists(options(is_decorator=False), max_size=2).map(tuple)
    config: dict[str, Any] = {}
    if not draw(st.integers(0, 3)):
        config["CORS_ORIGINS"] = draw(ORIGINS)
    if not draw(st.integers(0, 3)):
        config["CORS_AUTOMATIC_OPTIONS"] = False
    if not draw(st.integers(0, 3)):
        config["CORS_METHODS"] = ["GET", "PATCH"]
    if not draw(st.integers(0, 5)):
        config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    return Mixture(
        app=draw(objects),
        blueprints={name: draw(objects) for name in BLUEPRINTS},
        views=tuple(draw(views(number)) for number in range(draw(st.integers(1, 4)))),
        config=config,
        mounts={"/mounted": Mixture(draw(objects), dict.fromkeys(BLUEPRINTS, ()), (draw(views(1)),))}
        if not draw(st.integers(0, 4))
        else {},
    )
