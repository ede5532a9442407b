"""A live app of aiohttp in which aiohttp-cors decides: routes and resources that were added, and `CorsViewMixin`.

What aiohttp-cors does:

1. aiohttp's router finds the route; of a preflight, the first resource of the path that has one for OPTIONS.
2. A response has headers where its resource was added: by the options of its method, then those of the resource (the
   first route that is added gives them), then the defaults. A `CorsViewMixin` has options of its own instead.
3. A preflight is answered by the resource that it reached, for the methods that were added there, or that its options
   list. A 404, a 405 and a resource that was not added have no headers.

So each method of each resource has options of its own. Where no prefix of paths tells them apart, policies are bound to
the routes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from crossorigin.migrate._bound import Bound
from crossorigin.migrate._by_hand import by_hand
from crossorigin.migrate._combine import SAFELISTED, behind_preflights
from crossorigin.migrate._layers import is_of
from crossorigin.migrate._note import Note, note, quoted
from crossorigin.migrate._old import OldPolicy
from crossorigin.migrate._routes import RouteRule, route_prefixes

from ._options import Config, allowed_methods, read_config
from ._router import Resource, Router

VIEW_METHODS = ("CONNECT", "HEAD", "GET", "DELETE", "PATCH", "POST", "PUT", "TRACE")

_NORMALIZES = "aiohttp.web_middlewares.normalize_path_middleware.<locals>.impl"
"""It only redirects."""

_DECIDING = ("get_request_config", "_get_config", "options", "_preflight_handler")


class AiohttpApp:
    """What an app and its routes permit. What differs is added to `notes`.

    Attributes:
        has_cors: aiohttp-cors is set up somewhere in it.
        rules: what each method of each resource permits.
    """

    def __init__(self, app: Any, notes: list[Note]) -> None:
        self._notes = notes
        self._router = Router(app)
        apps = dict.fromkeys([app, *(each for own in self._router.resources for each in own.apps)])
        configs = {each: config for each in apps if (config := _config_of(each)) is not None}
        self.has_cors = bool(configs)
        self._configs = {each: config for each, config in configs.items() if not self._is_overridden(config)}
        outside = [name for each in apps for layer in each.middlewares if (name := _name(layer)) != _NORMALIZES]
        hooks = [hook for each in apps for hook in (*each.middlewares, *each.on_response_prepare)]
        hooks += [route.handler for resource in self._router.resources for route in resource.routes.values()]
        names = by_hand(hooks) if self.has_cors else ()
        if names:
            notes.append(note("by-hand", "aiohttp", names))
        if self.has_cors and outside:
            notes.append(note("answers-first", "middlewares", outside, fact="Middleware of the app"))
        self._found = {
            (resource, method): self._of_route(resource, method)
            for resource in self._router.resources
            for method in _methods_of(resource)
        }
        self.rules = [
            RouteRule(resource.path, old, frozenset({method}), resource.language)
            for (resource, method), old in self._found.items()
        ]

    @property
    def has_prefixes(self) -> bool:
        """Whether prefixes of paths say the same."""
        lost: list[Note] = []
        route_prefixes(self.rules, notes=lost)
        return not (lost or self._router.has_domains)

    def _is_overridden(self, config: Any) -> bool:
        """Whether it decides by code that is not aiohttp-cors's."""
        impl = config._cors_impl  # it keeps the options of routes nowhere else
        adapter = getattr(impl, "_router_adapter", None)
        kinds = [f"{type(each).__module__}.{type(each).__name__}" for each in (impl, adapter)]
        is_own = kinds == [
            "aiohttp_cors.cors_config._CorsConfigImpl",
            "aiohttp_cors.urldispatcher_router_adapter.ResourcesUrlDispatcherRouterAdapter",
        ]
        if not is_own:
            self._notes.append(note("overridden", type(config).__qualname__, kinds))
        return not is_own

    # What a route permits

    def _of_route(self, resource: Resource, method: str) -> OldPolicy | None:
        answers = self._of_response(resource, method)
        if answers is None:
            return None
        where = f"{method} {resource.path}"
        old = behind_preflights(answers, self._preflights(resource, method), where, self._notes)
        if old is None or method in old.methods or old.any_method:
            return old
        reached = [each for each in SAFELISTED if each not in resource.routes] if method == "*" else [method]
        refused = tuple(each for each in reached if each in SAFELISTED and each not in old.methods)
        return replace(old, refused_methods=refused) if refused or old.methods else None

    def _of_response(self, resource: Resource, method: str) -> OldPolicy | None:
        adapters = [*self._adapters(resource)]
        if len(adapters) != 1:  # of two, the second one fails
            return None
        own = adapters[0]._resource_config.get(resource.resource)
        handler = resource.route(method).handler
        if _is_cors_view(handler):
            return self._read(self._config_of_view(resource, handler, method), method)
        of_method = own.method_config.get(method, {}) if method != "*" else {}
        return self._read({**adapters[0]._default_config, **own.default_config, **of_method}, method)

    def _preflights(self, resource: Resource, method: str) -> Iterator[OldPolicy | None]:
        """What all that may answer the preflights for a route say; None for no."""
        for other in self._router.on_the_way(resource):
            # Where it has the method as well, the request does not come any further.
            if other.route("OPTIONS") and not other.route(method) and resource.may_share_a_path(other):
                yield self._of_preflight(other, method)
                if resource.is_within(other):
                    return
        if resource.route("OPTIONS"):
            yield self._of_preflight(resource, method)
            return
        for other in self._router.behind(resource):
            if other.route("OPTIONS") and resource.may_share_a_path(other):
                yield self._of_preflight(other, method)
        yield None

    def _of_preflight(self, resource: Resource, method: str) -> OldPolicy | None:
        route = resource.route("OPTIONS")
        if _is_cors_view(route.handler):
            return self._read(self._config_of_view(resource, route.handler, method), method)
        for adapter in self._adapters(resource):
            if route in adapter._preflight_routes:
                own = adapter._resource_config[resource.resource]
                default = {**adapter._default_config, **own.default_config}
                if method in own.method_config:
                    return self._read({**default, **own.method_config[method]}, method)
                return self._of_listed_methods(default, method)
        self._notes.append(note("preflight-elsewhere", f"{method} {resource.path}"))
        return None

    def _of_listed_methods(self, config: Config, method: str) -> OldPolicy | None:
        """What `allow_methods` permits of a method that was not added."""
        if method == "*":
            old = self._read(config, method)
            return old if old is not None and (old.methods or old.any_method) else None
        listed = [allowed_methods(options) for options in config.values()]
        allows = {each is not None and (each == "*" or method in each) for each in listed}
        if len(allows) > 1:
            self._notes.append(note("options-differ", method, sorted(config), fact="origins and methods"))
        return self._read(config, method) if allows == {True} else None

    def _config_of_view(self, resource: Resource, view: Any, method: str) -> Config:
        """The options of a `CorsViewMixin`; empty for a method that it does not have."""
        config = self._configs.get(resource.apps[0])
        handler = getattr(view, method.lower(), None)
        if config is None or handler is None:
            return {}
        overridden = [each for each in _DECIDING if not getattr(view, each).__module__.startswith("aiohttp_cors.")]
        if overridden:
            self._notes.append(note("overridden", view.__qualname__, overridden))
            return {}
        own = getattr(handler, f"{method.lower()}_cors_config", None)
        merged = {**config.defaults, **(view.cors_config or {}), **(own or {})}
        if any(isinstance(options, Mapping) for options in merged.values()):  # nobody parses these: it fails
            self._notes.append(note("option-unknown", view.__qualname__, merged))
            return {}
        return merged

    def _read(self, config: Config, method: str) -> OldPolicy | None:
        if not config:
            return None
        if method != "*":
            return read_config(config, (method,), self._notes)
        listed = [allowed_methods(options) for options in config.values()]
        names = [{*each} for each in map(list, (each or () for each in listed if each != "*"))]
        methods = tuple(sorted(set.intersection(*names))) if names else ()
        return read_config(config, methods, self._notes, any_method=not names)

    def _adapters(self, resource: Resource) -> Iterator[Any]:
        """Those of the apps around a resource to one of which it was added."""
        for app in resource.apps:
            config = self._configs.get(app)
            if config is not None and resource.resource in config._cors_impl._router_adapter._resource_config:
                yield config._cors_impl._router_adapter

    # What to write

    def bound(self) -> list[Bound]:
        """The lines that bind a policy to each route that permits something."""
        merged = self._merged()
        found: dict[tuple[Resource, OldPolicy | None], list[str]] = {}
        for resource, method in self._found:
            found.setdefault((resource, merged.get((resource, method))), []).append(method)
        lines = []
        for (resource, old), methods in found.items():
            if old is None:
                continue
            is_whole = len(methods) == len([*_methods_of(resource)])
            if not is_whole:
                methods = [
                    each for each in methods if each in resource.routes or self._is_alone(resource, each, merged)
                ]
                if not methods:
                    continue
            places = ", ".join(map(_written, resource.places))
            rest = "" if is_whole else f", methods=[{', '.join(map(quoted, methods))}]"
            lines.append(Bound("put(", f", app, {places}{rest})", old))
        return lines

    def _merged(self) -> dict[tuple[Resource, str], OldPolicy]:
        """One policy for all routes whose options differ in their method alone."""
        alike: dict[object, list[tuple[Resource, str]]] = {}
        for place, old in self._found.items():
            if old is not None:
                is_allowed = bool(old.methods)
                key = old if place[1] == "*" else (replace(old, methods=(), refused_methods=()), is_allowed)
                alike.setdefault(key, []).append(place)
        merged: dict[tuple[Resource, str], OldPolicy] = {}
        for places in alike.values():
            olds = [old for place in places if (old := self._found[place]) is not None]
            one = replace(
                olds[0],
                methods=tuple(sorted({name for old in olds for name in old.methods})),
                refused_methods=tuple(sorted({name for old in olds for name in old.refused_methods})),
            )
            merged |= dict.fromkeys(places, one)
        return merged

    def _is_alone(self, resource: Resource, method: str, merged: Mapping[tuple[Resource, str], OldPolicy]) -> bool:
        """Whether the function of a view's method permits the same wherever it is used."""
        view = resource.route(method).handler
        function = getattr(view, method.lower())
        users = [
            (other, name)
            for other, name in self._found
            if getattr(other.route(name).handler, name.lower(), None) is function
        ]
        if len({merged.get(each) for each in users}) > 1:
            where = tuple(f"{name} {other.path}" for other, name in users)
            self._notes.append(note("route-split", f"{view.__qualname__}.{method.lower()}", where))
            return False
        return True


def _config_of(app: Any) -> Any:
    return next((value for value in app.values() if is_of(value, "aiohttp_cors.cors_config", "CorsConfig")), None)


def _methods_of(resource: Resource) -> Iterator[str]:
    """All but OPTIONS, which is never answered for a page; `*` for those that nobody can tell."""
    for method, route in resource.routes.items():
        if method == "*" and is_of(route.handler, "aiohttp.web_urldispatcher", "View"):
            for name in VIEW_METHODS:
                if name not in resource.routes and hasattr(route.handler, name.lower()):
                    yield name
        elif method != "OPTIONS":
            yield method


def _is_cors_view(handler: Any) -> bool:
    return is_of(handler, "aiohttp.web_urldispatcher", "View") and is_of(handler, "aiohttp_cors.mixin", "CorsViewMixin")


def _name(layer: Any) -> str:
    named = layer if hasattr(layer, "__qualname__") else type(layer)
    return f"{named.__module__}.{named.__qualname__}"


def _written(place: str | int) -> str:
    return quoted(place) if isinstance(place, str) else str(place)
