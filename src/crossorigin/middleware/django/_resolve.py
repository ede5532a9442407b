"""Which view a request would reach, what is bound to it, and which methods it has: Django's own resolver is asked."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from inspect import getclosurevars
from types import FunctionType
from typing import Any

from django import conf
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.http import Http404, HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.urls import ResolverMatch, get_resolver
from django.utils import translation
from django.utils.module_loading import import_string
from django.views import View
from django.views.decorators import http

from crossorigin.middleware.engine import Route, bound_policy, unknown_route


def find(request: HttpRequest, method: str) -> Route:
    """The route of a request, of whatever method: in Django the path alone decides."""
    with _language_of(request):
        try:
            match = _match(request)
        except Exception as error:  # noqa: BLE001  # a converter's: Django meets it too, and answers as it does
            return unknown_route(error)
        if match is None:
            return Route()
        handlers = _handlers_of(match.func)
        view_class = _class_of(match.func)
        reached = "GET" if method == "HEAD" and "HEAD" not in handlers else method
        handler = getattr(view_class, handlers.get(reached, ""), None)
        # The last attempt of the resolver is the one that succeeded: from the outermost include down to the pattern.
        patterns = reversed(match.tried[-1]) if match.tried else ()
        methods = frozenset(handlers) if view_class is not None else _required_methods(match.func)
        return Route(bound_policy(handler, match.func, view_class, *patterns), methods, f"/{match.route}")


def _match(request: HttpRequest) -> ResolverMatch | None:
    resolver = get_resolver(getattr(request, "urlconf", None))
    path = request.path_info
    try:
        return resolver.resolve(path)
    except Http404:
        if not conf.settings.APPEND_SLASH or path.endswith("/"):
            return None
    try:
        return resolver.resolve(f"{path}/")  # where CommonMiddleware redirects to: a page has to get past both
    except Http404:
        return None


def _language_of(request: HttpRequest) -> AbstractContextManager[object]:
    """The language that LocaleMiddleware is about to choose: URLs may begin with it, or be translated into it."""
    if not any(map(_is_locale_middleware, conf.settings.MIDDLEWARE)):
        return nullcontext()
    urlconf = getattr(request, "urlconf", None) or conf.settings.ROOT_URLCONF
    has_prefixes, default_has_one = is_language_prefix_patterns_used(urlconf)
    if has_prefixes and not default_has_one and not translation.get_language_from_path(request.path_info):
        return translation.override(conf.settings.LANGUAGE_CODE)
    return translation.override(translation.get_language_from_request(request, check_path=has_prefixes))


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
