"""A live Flask app in which flask-cors decides: `CORS(app)`, `CORS(blueprint)` and `@cross_origin`, all at once.

What flask-cors does, and in which order:

1. Flask's router finds the rule; of a preflight, the one that has OPTIONS, whichever method the page asks for.
2. A decorated view that returns has the headers of its innermost decorator, and no others, even where that allows
   nobody. It answers OPTIONS by its outermost decorator that has `automatic_options`.
3. For every other response the objects of the blueprints are asked, from the innermost outwards, then those of the
   app; of one place the last one first. Each tries its first resource that matches the path. The first that allows the
   origin holds.

So where views have something of their own, policies are bound to them: no prefix of paths tells them apart.
"""

from collections.abc import Iterator
from typing import Any

from crossorigin.migrate._bound import Bound
from crossorigin.migrate._by_hand import by_hand
from crossorigin.migrate._combine import behind_preflights, first_that_allows
from crossorigin.migrate._language import NotRegular
from crossorigin.migrate._note import Note, note
from crossorigin.migrate._old import OldPolicy
from crossorigin.migrate._paths import PathRule

from ._bindings import bindings
from ._decorators import NO_DECORATORS, Decorators, Options
from ._handlers import Handler, blueprints_of, dispatches_by_method, handlers_of
from ._mounts import mounts
from ._objects import Split, asked_in_turn, everywhere, first_resource
from ._options import extension_rules, merged_options, read_flask_cors
from ._routes import Paths, Preflight, Route, Router


class FlaskApp:
    """What an app and its views permit. What differs is added to `notes`.

    Attributes:
        rules: what holds where no view has anything of its own, by path.
    """

    def __init__(self, app: Any, notes: list[Note]) -> None:
        self._app = app
        self._notes = notes
        self._objects: dict[str | None, list[list[PathRule]]] = {}
        for scope, hooks in app.after_request_funcs.items():
            self._objects[scope] = [rules for hook in reversed(hooks) if (rules := extension_rules(hook, notes))]
        self._handlers = {endpoint: [*handlers_of(endpoint, view)] for endpoint, view in app.view_functions.items()}
        self.rules: list[PathRule] = []
        for own in self._objects.get(None, []):
            self.rules = [*asked_in_turn(self.rules, own, notes)]

    @property
    def has_cors(self) -> bool:
        """Whether flask-cors is somewhere in it."""
        return bool(self._objects.get(None)) or self._has_own

    @property
    def by_hand(self) -> tuple[str, ...]:
        """What sets the headers by code of its own."""
        app = self._app
        hooks = [each for table in (app.before_request_funcs, app.after_request_funcs) for each in table.values()]
        errors = [by_class.values() for by_code in app.error_handler_spec.values() for by_class in by_code.values()]
        views = [getattr(view, "view_class", view) for view in app.view_functions.values()]
        return by_hand([each for group in (*hooks, *errors, views) for each in group])

    @property
    def _has_own(self) -> bool:
        """Whether any view or blueprint has something of its own."""
        return any(rules for scope, rules in self._objects.items() if scope is not None) or any(
            handler.decorators.is_any for handlers in self._handlers.values() for handler in handlers
        )

    def bound(self) -> list[Bound]:
        """What holds for the views that have something of their own, and for the apps that are mounted."""
        return [*self._of_mounts(), *self._of_views()]

    def _of_mounts(self) -> Iterator[Bound]:
        """Nothing, as it was: `CORS(app)` would reach them too."""
        for place, mounted in mounts(self._app.wsgi_app, "app.wsgi_app"):
            if not is_bare(mounted):
                self._notes.append(note("mounted", place))
            yield Bound("cors(", f")({place}{'.__self__' if hasattr(mounted, '__self__') else ''})", None)

    def _of_views(self) -> list[Bound]:
        router = Router(self._app.url_map)
        if not self._has_own and all(route.takes_options for route in router.routes):
            return []
        routes: dict[Handler, list[Route]] = {}
        for route in router.routes:
            for handler in self._handlers.get(route.endpoint, ()):
                if not handler.method or handler.method.upper() in route.methods:
                    routes.setdefault(handler, []).append(route)
        found: dict[Handler, OldPolicy | None] = {}
        for handler, own in routes.items():
            preflights = {route: [*router.preflights(route)] for route in own}
            if not self._is_as_the_app(handler, preflights):
                found[handler] = self._of_handler(handler, preflights)
        registered = [*self._app.blueprints.values()]
        lines = bindings(
            found,
            [handler for handlers in self._handlers.values() for handler in handlers],
            {
                name: each
                for name, each in self._app.blueprints.items()
                if self._objects.get(name) and registered.count(each) == 1
            },
            everywhere(self.rules),
            self._notes,
        )
        bound = [*lines]
        if any(each.old is not None for each in bound):
            self._notes.append(note("route-errors", "routes", tuple(handler.name for handler in found)))
        return bound

    def _is_as_the_app(self, handler: Handler, preflights: dict[Route, list[Preflight]]) -> bool:
        """Whether nothing but the path decides what this handler permits."""
        answering = [each.by for own in preflights.values() for each in own]
        if handler.decorators.is_any or None in answering:
            return False
        endpoints = {handler.endpoint, *(route.endpoint for route in answering if route is not None)}
        return not any(self._objects.get(scope) for endpoint in endpoints for scope in blueprints_of(endpoint)) and all(
            _is_automatic(route) or self._that_take_options(route.endpoint) == (NO_DECORATORS, True)
            for route in answering
            if route is not None
        )

    def _of_handler(self, handler: Handler, preflights: dict[Route, list[Preflight]]) -> OldPolicy | None:
        """What all routes of a handler permit; None, for nothing, where they differ."""
        try:
            each = {self._of_route(handler, route, own) for route, own in preflights.items()}
        except (Split, NotRegular):
            each = set()
        if len(each) == 1:
            return each.pop()
        self._notes.append(note("route-split", handler.name, tuple(route.path for route in preflights)))
        return None

    def _of_route(self, handler: Handler, route: Route, preflights: list[Preflight]) -> OldPolicy | None:
        if handler.decorators.is_hidden:
            self._notes.append(note("decorator-hidden", handler.name))
            return None
        if handler.decorators.is_guarded:
            self._notes.append(note("answers-first", handler.name, fact="Its other decorators"))
        answers = self._of_response(handler.endpoint, handler.decorators, [[route.language]])
        return behind_preflights(answers, map(self._of_preflight, preflights), handler.name, self._notes)

    def _of_preflight(self, preflight: Preflight) -> OldPolicy | None:
        route, paths = preflight
        if route is None:
            return None
        if _is_automatic(route):
            return self._of_response(route.endpoint, NO_DECORATORS, paths)
        decorators, has_body = self._that_take_options(route.endpoint)
        if decorators.is_hidden:
            return None
        for options in decorators.options:
            if merged_options(self._app.config, options).get("automatic_options", True):
                return self._read(options)
        if not has_body:
            return None
        self._notes.append(note("answers-first", route.endpoint, fact="Its own OPTIONS handler"))
        return self._of_response(route.endpoint, decorators, paths)

    def _that_take_options(self, endpoint: str) -> tuple[Decorators, bool]:
        """The decorators that an OPTIONS request passes through which Flask does not answer itself, and whether there
        is anything behind them: a class without a method for it fails."""
        handlers = {handler.method: handler for handler in self._handlers.get(endpoint, ())}
        handler = handlers.get("") or handlers.get("options")
        if handler is None:
            return next((each.outer for each in handlers.values()), NO_DECORATORS), False
        view_class = getattr(self._app.view_functions[endpoint], "view_class", None)
        return handler.decorators, not dispatches_by_method(view_class) or hasattr(view_class, "options")

    def _of_response(self, endpoint: str, decorators: Decorators, paths: Paths) -> OldPolicy | None:
        if decorators.options:
            return self._read(decorators.options[-1])
        asked = []
        for scope in (*blueprints_of(endpoint), None):
            for rules in self._objects.get(scope, ()):
                old = first_resource(rules, paths)
                if old is not None:
                    asked.append(old)
        return first_that_allows(asked, endpoint, self._notes)

    def _read(self, options: Options) -> OldPolicy:
        return read_flask_cors(merged_options(self._app.config, options), self._notes)


def is_flask(app: Any) -> bool:
    return hasattr(app, "after_request_funcs") and hasattr(app, "view_functions")


def is_bare(mounted: Any) -> bool:
    """Whether a mounted app is a Flask without any CORS, as far as can be told."""
    app = getattr(mounted, "__self__", mounted)  # mounted as app.wsgi_app
    if not is_flask(app) or any(True for _ in mounts(app.wsgi_app, "")):
        return False
    found = FlaskApp(app, [])
    return not found.has_cors and not found.by_hand


def _is_automatic(route: Route) -> bool:
    """Whether Flask answers OPTIONS itself."""
    return bool(getattr(route.rule, "provide_automatic_options", False))
