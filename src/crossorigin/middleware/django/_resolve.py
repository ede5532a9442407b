"""Which view a request would reach, what is bound to it, and which methods it has: Django's own resolver is asked."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cache
from inspect import getclosurevars
from types import FunctionType
from typing import Any

from django import conf
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.http import Http404, HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.urls import ResolverMatch, URLResolver, get_resolver
from django.utils import translation
from django.utils.module_loading import import_string
from django.views import View
from django.views.decorators import http

from crossorigin.middleware.engine import UNBOUND, Route, bound_policy, unknown_route

Pattern = Any
"""A `URLPattern` or a `URLResolver`, of which the stubs know less than there is."""

MAX_KNOWN_ROUTES = 10_000


class CameIn:
    """A request as it came in: what decides which view it reaches, before a middleware further in changed it.

    Attributes:
        request: as it is now.
    """

    __slots__ = ("method", "path_info", "request", "urlconf")

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.urlconf = getattr(request, "urlconf", None)
        self.path_info = request.path_info
        self.method = request.method

    def changed(self) -> list[str]:
        """The names of what was changed since."""
        now = CameIn(self.request)
        names = ("urlconf", "path_info", "method")
        return [name for name in names if getattr(self, name) != getattr(now, name)]


class Views:
    """The views of a project: which one a request would reach, and which one Django has dispatched it to."""

    __slots__ = ("_bound", "_routes")

    def __init__(self) -> None:
        self._routes: dict[tuple[object, ...], tuple[ResolverMatch, Route]] = {}
        self._bound: list[tuple[Pattern, ...]] | None = None

    def find(self, came_in: CameIn, method: str) -> Route:
        """The route of a request, of whatever method: in Django the path alone decides."""
        with _language_of(came_in):
            try:
                match = _match(came_in)
            except Exception as error:  # noqa: BLE001  # a converter's: Django meets it too, and answers as it does
                return unknown_route(error)
            return Route() if match is None else self._route_of(match, method)

    def record(self, request: HttpRequest, came_in: CameIn, status: int) -> Route | None:
        """The route of the view that Django ran. It keeps none where it ran no view: on a 404 of its resolver, on a
        redirect to the slash, where a middleware answered before."""
        match = request.resolver_match
        if match is not None:
            return self._route_of(match, request.method or "")
        return Route() if status == 404 and not self._reaches_bound(came_in.path_info) else None

    def targets(self) -> Iterator[object]:
        """All that a policy could be bound to. The URLs of a `request.urlconf` are met with when they are used."""
        self._routes.clear()
        self._bound = []
        try:
            for patterns in _chains(get_resolver(None)):
                targets = [*_targets_of(patterns)]
                if bound_policy(*targets, endpoint=patterns[-1].callback) is not UNBOUND:
                    self._bound.append(patterns)
                yield from targets
                yield patterns[-1].callback
        except Exception:  # noqa: BLE001  # URLs that cannot be imported: Django says so, at the same request
            self._bound = None

    def untold(self) -> Iterator[Route]:
        """The views that do not tell their methods: plain functions."""
        with suppress(Exception):  # as above
            for patterns in _chains(get_resolver(None)):
                view = patterns[-1].callback
                if _class_of(view) is None and not _required_methods(view):
                    name = "/" + "".join(str(it.pattern) for it in patterns)
                    yield Route(bound_policy(*reversed(patterns), endpoint=view), name=name)

    def _route_of(self, match: ResolverMatch, method: str) -> Route:
        # The last attempt of the resolver is the one that succeeded: from the outermost include down to the pattern.
        patterns = tuple(match.tried[-1]) if match.tried else ()
        key = (*map(id, patterns), id(match.func), method)
        known = self._routes.get(key)
        if known is None:
            if len(self._routes) >= MAX_KNOWN_ROUTES:  # a method is what a stranger sends
                self._routes.clear()
            known = self._routes[key] = match, _route_of(match, patterns, method)  # kept: so ids stay their own
        return known[1]

    def _reaches_bound(self, path: str) -> bool:
        """Whether the path, with or without its last slash, could be that of something bound."""
        if self._bound is None:
            return True
        return any(_matches(patterns, path) or _matches(patterns, f"{path}/") for patterns in self._bound)


def _route_of(match: ResolverMatch, patterns: tuple[Pattern, ...], method: str) -> Route:
    view_class, handlers = _class_of(match.func), _handlers_of(match.func)
    reached = "GET" if method == "HEAD" and "HEAD" not in handlers else method
    handler = getattr(view_class, handlers.get(reached, ""), None)
    methods = frozenset(handlers) if view_class is not None else _required_methods(match.func)
    policy = bound_policy(endpoint=handler)
    if policy is UNBOUND:
        policy = bound_policy(view_class, *reversed(patterns), endpoint=match.func)
    return Route(policy, methods, f"/{match.route}")


def _chains(resolver: URLResolver) -> Iterator[tuple[Pattern, ...]]:
    """Every way down to a view, from the outermost include to the pattern."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from ((pattern, *inner) for inner in _chains(pattern))
        else:
            yield (pattern,)


def _targets_of(patterns: tuple[Pattern, ...]) -> Iterator[object]:
    view_class = _class_of(patterns[-1].callback)
    yield from (getattr(view_class, name, None) for name in _handlers_of(patterns[-1].callback).values())
    yield view_class
    yield from reversed(patterns)


def _matches(patterns: tuple[Pattern, ...], path: str) -> bool:
    """Whether each pattern matches what the one before it has left. The resolver's own begins with the slash."""
    rest = path.removeprefix("/")
    for pattern in patterns:
        try:
            match = pattern.pattern.match(rest)
        except Exception:  # noqa: BLE001  # of a converter
            return True
        if match is None:
            return False
        rest = match[0]
    return True


def _match(came_in: CameIn) -> ResolverMatch | None:
    resolver, path = get_resolver(came_in.urlconf), came_in.path_info
    try:
        return resolver.resolve(path)
    except Http404:
        if not conf.settings.APPEND_SLASH or path.endswith("/"):
            return None
    try:
        return resolver.resolve(f"{path}/")  # where CommonMiddleware redirects to: a page has to get past both
    except Http404:
        return None


def _language_of(came_in: CameIn) -> AbstractContextManager[object]:
    """The language that LocaleMiddleware is about to choose: URLs may begin with it, or be translated into it."""
    if not any(map(_is_locale_middleware, conf.settings.MIDDLEWARE)):
        return nullcontext()
    urlconf = came_in.urlconf or conf.settings.ROOT_URLCONF
    has_prefixes, default_has_one = is_language_prefix_patterns_used(urlconf)
    if has_prefixes and not default_has_one and not translation.get_language_from_path(came_in.path_info):
        return translation.override(conf.settings.LANGUAGE_CODE)
    return translation.override(translation.get_language_from_request(came_in.request, check_path=has_prefixes))


@cache
def _is_locale_middleware(entry: str) -> bool:
    middleware = import_string(entry)
    return isinstance(middleware, type) and issubclass(middleware, LocaleMiddleware)


def _class_of(view: Callable[..., Any]) -> type | None:
    """The class of a class-based view; Django REST framework calls it `cls`."""
    found: type | None = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return found


def _handlers_of(view: Callable[..., Any]) -> dict[str, str]:
    """The methods that a class-based view has, and the names of what handles them.

    OPTIONS is among them only where the class has its own: Django's `View` and DRF's `APIView` bring one for all.
    """
    view_class = _class_of(view)
    if view_class is None:
        return {}
    given = getattr(view, "view_initkwargs", None) or getattr(view, "initkwargs", None) or {}
    names = given.get("http_method_names", getattr(view_class, "http_method_names", View.http_method_names))
    actions: dict[str, str] | None = getattr(view, "actions", None)  # of DRF's view sets: {"get": "list"}
    if actions is not None:
        # DRF puts a HEAD beside GET when the view is first called: it comes with GET, before and after.
        has_own_head = actions.get("head") != actions.get("get")
        return {name.upper(): actions[name] for name in names if name in actions and (name != "head" or has_own_head)}
    return {name.upper(): name for name in names if name != "options" and hasattr(view_class, name)} | (
        {"OPTIONS": "options"} if "options" in names and _has_own_options(view_class) else {}
    )


def _has_own_options(view_class: type) -> bool:
    for base in view_class.__mro__:
        if "options" in vars(base):
            return base is not View and not base.__module__.startswith("rest_framework.")
    return False


def _required_methods(view: Callable[..., Any]) -> frozenset[str]:
    """The methods that `require_http_methods`, `require_POST` and their like let through to a function.

    They are kept nowhere but in the decorator's closure. Of any other function nobody can know.
    """
    found = [frozenset(methods) for methods in _each_requirement(view)]
    return frozenset.intersection(*found) if found else frozenset()


def _each_requirement(view: object) -> Iterator[list[str]]:
    while view is not None:
        if isinstance(view, FunctionType) and view.__globals__ is vars(http):
            methods = getclosurevars(view).nonlocals.get("request_method_list")
            if methods is not None:
                yield methods
        view = getattr(view, "__wrapped__", None)
