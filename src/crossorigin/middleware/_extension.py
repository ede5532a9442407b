"""What the extensions of Flask and of Quart have alike, beside their routes: a Quart is one of Flask's sans-IO apps."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask.sansio.app import App
from werkzeug.routing import RuleFactory

from ._werkzeug_routes import blueprints, view_class_of
from .engine import (
    UNBOUND,
    Layer,
    Policies,
    bound_policy,
    is_about_cors,
    qualified,
    seen_through,
    shown,
)

KEY = "crossorigin"
"""Of `app.extensions`: the middleware that is on the app."""

MAX_SHOWN_PLACES = 5
MAX_WRAPPERS = 50

OTHER_PACKAGES = {"flask_cors": "flask-cors", "quart_cors": "quart-cors"}


def check_app(app: object, kind: type, other: str) -> None:
    """
    Raises:
        TypeError: it is no app of this framework.
    """
    if isinstance(app, kind):
        return
    name = kind.__name__
    if isinstance(app, Policies):
        hint = f"write CORS(app, policy), or CORS(policy=policy) and later init_app(app), with a {name} as the app"
    elif isinstance(app, App):
        hint = f"a {type(app).__name__} takes that of crossorigin.middleware.{other}"
    else:
        hint = "a policy is bound to a blueprint or a view with cors(policy)(blueprint)"
    raise TypeError(f"this CORS is put on a {name}, not on {shown(app)}: {hint}")


def refuse_second(app: App, layer: object, kind: type) -> None:
    """
    Raises:
        RuntimeError: the app has a CORS of ours.
    """
    if KEY in app.extensions:
        raise RuntimeError(
            f"the app {app.name!r} has a CORS already: remove one of the two. Another policy for a part of the app is "
            "bound to it, cors(policy)(blueprint), and app.extensions['crossorigin'].policy = other replaces the app's"
        )
    if any(isinstance(inner, kind) for inner in layers(layer)):
        raise RuntimeError(
            f"the app {app.name!r} is inside a CORSMiddleware already: remove that line, for CORS(app, policy) is it "
            "and knows the routes too"
        )


def layers(app: object) -> Iterator[object]:
    """What wraps an app, from the outermost on, the app last. Wrappers keep what they wrap as one of two names."""
    for _ in range(MAX_WRAPPERS):
        if app is None:
            return
        yield app
        app = getattr(app, "app", None) or getattr(app, "application", None)


def watch_rules(app: App, look_again: Callable[[], None]) -> None:
    """A rule that is added may have a policy that was bound before."""
    add = app.url_map.add

    def add_and_tell(rulefactory: RuleFactory) -> None:
        add(rulefactory)
        look_again()

    app.url_map.add = add_and_tell  # type: ignore[method-assign]  # whatever Flask is told goes through it


class LookedInto:
    """The app as its middleware has it: looked into when it is called first, for all that it consists of is there then.

    So nobody else looks into it before: here it is known which layers matter.
    """

    __slots__ = ("_app", "_look")

    def __init__(self, app: App, wrapped: Callable[..., Any]) -> None:
        self._app = wrapped
        self._look: Callable[[], None] | None = partial(_look, app, wrapped)

    def __call__(self, *arguments: Any) -> Any:
        if self._look is not None:
            look, self._look = self._look, None
            look()
        return self._app(*arguments)


def _look(app: App, wrapped: object) -> None:
    """Warns of what else answers CORS, in the app and around it, inside of our middleware."""
    middleware = app.extensions[KEY]
    covers_rest = middleware.policy is not None
    for layer in layers(wrapped):
        if covers_rest and is_about_cors(type(layer)):
            middleware._warnings.layer(Layer(qualified(type(layer)), "around the app"))
    for found in _cors_layers_of(app, covers_rest=covers_rest):
        middleware._warnings.layer(found)


def _cors_layers_of(app: App, *, covers_rest: bool) -> Iterator[Layer]:
    """What answers CORS in the app beside a policy of ours; where ours leaves a request alone, that is nothing to say.

    Args:
        covers_rest: there is a policy where nothing is bound.
    """
    places: dict[str, list[str]] = {}
    for blueprint, functions in app.after_request_funcs.items():
        place = "after_request" if blueprint is None else f"after_request of the blueprint {blueprint}"
        policy = UNBOUND if blueprint is None else bound_policy(*blueprints(app, f"{blueprint}."))
        for function in functions:
            name = _package(function) or (qualified(function) if is_about_cors(function) else None)
            if name is not None and _covers(policy, covers_rest):
                places.setdefault(name, []).append(place)
    for endpoint, view in app.view_functions.items():
        policy = bound_policy(view, view_class_of(view), *blueprints(app, endpoint))
        if (package := _package(view)) is not None and _covers(policy, covers_rest):
            places.setdefault(package, []).append(f"the view {endpoint}")
    for name, found in places.items():
        yield Layer(name, ", ".join(found[:MAX_SHOWN_PLACES]) + (", …" if len(found) > MAX_SHOWN_PLACES else ""))


def _covers(policy: object, covers_rest: bool) -> bool:
    return covers_rest if policy is UNBOUND else policy is not None


def _package(function: object) -> str | None:
    """The package of other people's CORS that a function is of: a wrapper says `__module__` of what it wraps."""
    for found in seen_through(function):
        module = str(getattr(found, "__globals__", {}).get("__name__", ""))
        if (package := OTHER_PACKAGES.get(module.partition(".")[0])) is not None:
            return package
    return None
