"""A second layer that answers CORS, inside ours: two that both answer is how browsers get two values and refuse both.

What wraps what is read off the attributes in which frameworks keep it; no framework is imported. Apps that are mounted
below a path are left out: a policy of their own is what they may have.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ._wrappers import held_by, seen_through

MAX_DEPTH = 32

INTEGRATION = "__crossorigin_cors__"
"""Where an app of a framework keeps the integration that it has, from its construction on."""

_INNER = (
    "app",
    "application",
    "wsgi_app",
    "middleware_stack",
    "_middleware_chain",  # Django's handler, and
    "get_response",  # its middlewares
    "asgi_handler",  # Litestar
    "__self__",
    "__wrapped__",
)
"""Where a middleware keeps what it wraps; a bound method such as `flask_app.wsgi_app` knows its object."""


_DECORATORS = ("flask_cors", "quart_cors")


class Layer(NamedTuple):
    """A layer that answers CORS: `name` is its class or function, `place` where the app holds it."""

    name: str
    place: str

    @property
    def is_ours(self) -> bool:
        return self.name.startswith("crossorigin.")


def cors_layers(app: object) -> list[Layer]:
    """The layers inside an app that answer CORS, the outermost first, each once."""
    found: dict[Layer, None] = {}
    seen: dict[int, object] = {}  # the objects too: some are made when they are asked for, and an id is soon another's
    waiting, held = [app], list[object]()
    while (waiting or held) and len(seen) < MAX_DEPTH:
        current = (waiting or held).pop(0)
        if id(current) in seen:
            continue
        seen[id(current)] = current
        found.update(dict.fromkeys(_layers_of(current)))
        inner = [it for name in _INNER if (it := getattr(current, name, None)) is not None]
        waiting += inner
        if not inner and not hasattr(current, "routes") and not hasattr(current, INTEGRATION):
            held += (it for it in held_by(current) if not hasattr(it, INTEGRATION))  # it may know what it lies in
    return [*found]


class InnerApps:
    """Which mounted apps have a crossorigin policy of their own. Each is looked into once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, bool]] = {}

    def decides(self, app: object) -> bool:
        """Whether the app's own policy decides: whatever else in it answers CORS, ours replaces."""
        known = self._known.get(id(app))
        if known is None:  # the app is kept: so its id stays its own
            known = self._known[id(app)] = app, any(layer.is_ours for layer in cors_layers(app))
        return known[1]


def _layers_of(app: object) -> Iterator[Layer]:
    kind = type(app)
    # A private class is told of by what it was made from: Litestar's by its `cors_config`.
    if is_about_cors(kind) and callable(app) and "._" not in kind.__module__:
        yield Layer(qualified(kind), "around the app")
    if (integration := getattr(app, INTEGRATION, None)) is not None:
        yield Layer(qualified(type(integration)), f"of {kind.__name__}")
    for middleware in _listed(app, "user_middleware"):  # Starlette, FastAPI
        if is_about_cors(cls := getattr(middleware, "cls", None)):
            yield Layer(qualified(cls), f"{kind.__name__}.user_middleware")
    for middleware in _listed(app, "_unprepared_middleware"):  # Falcon
        if is_about_cors(type(middleware)):
            yield Layer(qualified(type(middleware)), f"the middleware of {kind.__name__}")
    if (config := getattr(app, "cors_config", None)) is not None:  # Litestar
        yield Layer(qualified(type(config)), f"{kind.__name__}(cors_config=...)")
    after_request = getattr(app, "after_request_funcs", None)  # Flask, Quart
    if isinstance(after_request, dict):
        for functions in after_request.values():
            for function in functions:
                if is_about_cors(function):
                    yield Layer(qualified(function).partition(".<locals>")[0], f"{kind.__name__}.after_request_funcs")
    views = getattr(app, "view_functions", None)
    for view in views.values() if isinstance(views, dict) else ():
        for function in seen_through(view):  # a wrapper says `__module__` of what it wraps
            module = str(getattr(function, "__globals__", {}).get("__name__", ""))
            if module.partition(".")[0] in _DECORATORS:
                yield Layer(module, f"{kind.__name__}.view_functions")


def _listed(app: object, name: str) -> list[Any]:
    value = getattr(app, name, None)
    return value if isinstance(value, list) else []


def is_about_cors(target: Any) -> bool:
    """Whether a class or function says so of itself, by its name or its module's."""
    module = str(getattr(target, "__module__", "")).lower()
    name = str(getattr(target, "__qualname__", "")).lower()
    return "cors" in name.partition(".<locals>")[0] or any("cors" in part for part in module.split("."))


def qualified(target: Any) -> str:
    return f"{target.__module__}.{target.__qualname__}"
