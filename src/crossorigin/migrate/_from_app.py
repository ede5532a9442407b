"""The CORS set-up of a live app, found without importing its framework: what is not loaded, it does not use."""

import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from ._from_options import by_path, by_route, django_rule, only_bound, whole
from ._layers import is_of, layers
from ._migration import Migration
from ._note import Note, note
from ._routes import RouteRule
from ._templates import AIOHTTP, ASGI, DJANGO, FLASK, STARLETTE, STARLETTE_MOUNTS
from .peers.aiohttp import read_aiohttp
from .peers.django import read_django, settings_of
from .peers.flask_cors import FlaskApp
from .peers.starlette import StarletteApp


class NoCORSFound(LookupError):
    """The app has no CORS set-up that is known here. The message says what was looked at."""


def from_app(app: object) -> Migration:
    """The migration of the CORS set-up that a live app has.

    Found are Starlette's and FastAPI's `CORSMiddleware` (added, wrapped around, and in mounted apps), flask-cors (the
    extension and the decorator), django-cors-headers, and aiohttp-cors. Layers that keep what they wrap as `app`,
    `application`, `wsgi_app` or `__wrapped__` are looked through.

    Raises:
        NoCORSFound: there is none.
    """
    seen: list[str] = []
    for layer in layers(app):
        seen.append(f"{type(layer).__module__}.{type(layer).__qualname__}")
        for find in (_starlette, _flask, _django, _aiohttp):
            found = find(layer)
            if found is not None:
                return found
    factory = ": it is a function; if it makes the app, name a variable that holds what it returns"
    raise NoCORSFound(
        f"no CORS set-up of Starlette, flask-cors, django-cors-headers or aiohttp-cors in {' > '.join(seen)}"
        f"{factory if isinstance(app, FunctionType) else ''}"
    )


# Starlette


def _starlette(app: Any) -> Migration | None:
    notes: list[Note] = []
    found = StarletteApp(app, notes)
    if not found.has_cors:
        return None
    if found.is_whole:
        return whole(STARLETTE if found.is_added else ASGI, found.own, notes)
    return only_bound(STARLETTE_MOUNTS, found.bound, notes)


# Flask


def _flask(app: Any) -> Migration | None:
    if not hasattr(app, "after_request_funcs") or not hasattr(app, "view_functions"):
        return None
    notes: list[Note] = []
    flask = FlaskApp(app, notes)
    if not flask.has_cors:
        return None
    return by_path(FLASK, flask.rules, "resources", notes, flask.bound())


# Django


def _django(app: Any) -> Migration | None:
    if not type(app).__module__.startswith("django.core.handlers."):
        return None
    settings = sys.modules["django.conf"].settings
    if not any(name.rpartition(".")[0] == "corsheaders.middleware" for name in settings.MIDDLEWARE):
        return None
    notes: list[Note] = []
    own = settings_of(settings)
    old = read_django(own, notes)
    signals = sys.modules.get("corsheaders.signals")
    if signals is not None and signals.check_request_enabled.receivers:
        notes.append(note("signal", "check_request_enabled"))
    return by_path(DJANGO, [django_rule(own, old)], "CORS_URLS_REGEX", notes)


# aiohttp


def _aiohttp(app: Any) -> Migration | None:
    if not type(app).__module__.startswith("aiohttp.") or not hasattr(app, "router"):
        return None
    notes: list[Note] = []
    rules = list(_aiohttp_rules(app, notes))
    is_one = _aiohttp_config(app) is not None or notes or any(rule.old is not None for rule in rules)
    return by_route(AIOHTTP, rules, notes) if is_one else None


def _aiohttp_config(app: Any) -> Any:
    return next((value for value in app.values() if is_of(value, "aiohttp_cors.cors_config", "CorsConfig")), None)


def _aiohttp_rules(app: Any, notes: list[Note]) -> Iterator[RouteRule]:
    """The routes of an app and of its sub-applications, which know their prefix."""
    config = _aiohttp_config(app)
    adapter: Any = None if config is None else config._cors_impl._router_adapter  # it keeps them nowhere else
    for resource in app.router.resources():
        if is_of(resource, "aiohttp.web_urldispatcher", "MatchedSubAppResource"):
            if any(rule.old is not None for rule in _aiohttp_rules(resource._app, [])):
                notes.append(note("path-lost", "add_domain", resource.canonical))  # a prefix knows no host
            continue
        if is_of(resource, "aiohttp.web_urldispatcher", "PrefixedSubAppResource"):
            yield from _aiohttp_rules(resource._app, notes)
            continue
        own = None if adapter is None else adapter._resource_config.get(resource)
        methods = frozenset(route.method for route in resource) - {"OPTIONS"}
        old = None
        if own is not None:
            default = {**adapter._default_config, **own.default_config}
            old = read_aiohttp(default, own.method_config, notes, routed=methods)
        yield RouteRule(resource.canonical, old, methods)
