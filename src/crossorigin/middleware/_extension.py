"""What the extensions of Flask and of Quart have alike: both route with werkzeug, and a Quart is one of Flask's
sans-IO apps."""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from inspect import getattr_static
from typing import Any
from urllib.parse import unquote

from flask.sansio.app import App
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from .engine import (
    UNBOUND,
    Binding,
    Layer,
    Policies,
    Route,
    bound_policy,
    is_about_cors,
    qualified,
    seen_through,
    shown,
    unknown_route,
)

KEY = "crossorigin"
"""Of `app.extensions`: the middleware that is on the app."""

MAX_REDIRECTS = 3
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


def route_of(app: App, adapter_of: Callable[[], MapAdapter | None], method: str) -> Route:
    """The route that a request reaches with this method, as the app's own router says.

    Where none has the method, it is what all of them say that the path has: their policy if it is one, and the methods
    of all. A redirect of the router's belongs to the route that it leads to.
    """
    try:
        adapter = adapter_of()
        if adapter is None:
            return Route()
        rule, others = _matched(adapter, method)
        if rule is not None:
            return Route(_bound(app, rule.endpoint, method), _methods(rule), rule.rule)
        found = {other: _matched(adapter, other)[0] for other in others}
        rules = {other: rule for other, rule in found.items() if rule is not None and other in _methods(rule)}
        if not rules:
            return Route()
        policies = {_bound(app, rule.endpoint, other) for other, rule in rules.items()}
        return Route(
            policies.pop() if len(policies) == 1 else UNBOUND,
            frozenset().union(*map(_methods, rules.values())),
            next(iter(rules.values())).rule,
        )
    except HTTPException:  # an untrusted host: the app answers it with the same 400
        return Route()
    except Exception as error:  # noqa: BLE001  # a converter's: the app comes upon it too, and answers as it does
        return unknown_route(error)


def _matched(adapter: MapAdapter, method: str) -> tuple[Rule | None, Collection[str]]:
    """The rule that answers; where there is none, the methods that others of the same path have."""
    path: str | None = None
    for _ in range(MAX_REDIRECTS):
        try:
            return adapter.match(path, method, return_rule=True)[0], ()
        except RequestRedirect as redirect:
            root = adapter.make_redirect_url("", {})
            if not redirect.new_url.startswith(root):
                break
            path = "/" + unquote(redirect.new_url.removeprefix(root).partition("?")[0])
        except MethodNotAllowed as error:
            return None, sorted(error.valid_methods or ())
        except HTTPException:
            break
    return None, ()


def _methods(rule: Rule) -> frozenset[str]:
    """The methods of a rule, without the OPTIONS that the framework adds. One without methods takes them all."""
    methods = frozenset("*" if rule.methods is None else rule.methods)
    return methods - {"OPTIONS"} if getattr(rule, "provide_automatic_options", False) else methods


def _bound(app: App, endpoint: str, method: str) -> Binding:
    """From the endpoint outwards: the handler of a class, the view, its class, its blueprints."""
    view = app.view_functions.get(endpoint)
    view_class = _view_class(view)
    for function in (*_handlers(view_class, method), view):
        policy = bound_policy(endpoint=function)
        if policy is not UNBOUND:
            return policy
    return bound_policy(view_class, getattr(view, "__self__", None), *_blueprints(app, str(endpoint)))


def _view_class(view: object) -> type | None:
    """The class that `as_view` made a view of, a decorator or a partial around it or none."""
    for found in seen_through(view):
        if isinstance(view_class := getattr(found, "view_class", None), type):
            return view_class
    return None


def _handlers(view_class: type | None, method: str) -> Iterator[object]:
    """What a class runs for a method, the innermost first, as it stands in the class: `getattr` makes a function of a
    `partialmethod` that nothing can be seen through."""
    names = [method.lower(), *(["get"] if method == "HEAD" else [])]
    yield next((found for name in names if (found := getattr_static(view_class, name, None)) is not None), None)
    yield getattr_static(view_class, "dispatch_request", None)


def _blueprints(app: App, endpoint: str) -> Iterator[object]:
    """The innermost first: the endpoint `a.b.view` is of the blueprint `a.b`, which is nested in `a`."""
    name = endpoint.rpartition(".")[0]
    while name:
        yield app.blueprints.get(name)
        name = name.rpartition(".")[0]


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
        policy = UNBOUND if blueprint is None else bound_policy(*_blueprints(app, f"{blueprint}."))
        for function in functions:
            name = _package(function) or (qualified(function) if is_about_cors(function) else None)
            if name is not None and _covers(policy, covers_rest):
                places.setdefault(name, []).append(place)
    for endpoint, view in app.view_functions.items():
        policy = bound_policy(view, _view_class(view), *_blueprints(app, endpoint))
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
