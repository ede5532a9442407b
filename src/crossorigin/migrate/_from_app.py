"""The CORS set-up of a live app, found without importing its framework: what is not loaded, it does not use."""

import sys
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any

from ._from_options import by_path, by_route, django_rule
from ._migration import Migration, migration
from ._note import Note, note
from ._old import OldPolicy
from ._routes import RouteRule
from ._templates import AIOHTTP, DJANGO, FLASK, STARLETTE
from ._translate import Translation, translate
from .peers.aiohttp import read_aiohttp
from .peers.django import read_django, settings_of
from .peers.flask_cors import FlaskApp
from .peers.starlette import DEFAULTS, arguments_of, read_starlette

MOST_LAYERS = 50


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
    for layer in _layers(app):
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


def _layers(app: object) -> Iterator[object]:
    """The app and what it wraps, from the outside in."""
    seen: set[int] = set()
    while app is not None and id(app) not in seen and len(seen) < MOST_LAYERS:
        seen.add(id(app))
        yield app
        inner = [getattr(app, name, None) for name in ("app", "application", "wsgi_app", "__wrapped__")]
        # The wsgi_app of a bare Flask is a method of its own.
        inner = [each for each in inner if each is not None and getattr(each, "__self__", None) is not app]
        app = inner[0] if inner else None


def _is_of(thing: object, module: str, name: str) -> bool:
    """Whether it is an instance of that class, or a subclass of it."""
    kind = thing if isinstance(thing, type) else type(thing)
    return any(each.__module__ == module and each.__name__ == name for each in kind.__mro__)


# Starlette


def _starlette(app: Any) -> Migration | None:
    notes: list[Note] = []
    found = dict(_by_mount(app, "", notes))
    if not found:
        return None
    parts: dict[str, Translation] = {f"{mount}/": translate(old, notes) for mount, old in found.items()}
    return migration(STARLETTE, parts, notes)


def _by_mount(app: Any, mount: str, notes: list[Note]) -> Iterator[tuple[str, OldPolicy]]:
    """What the app declares, and, where it declares nothing, what the apps mounted in it do."""
    declared = list(_starlette_arguments(app))
    if declared:
        yield mount, read_starlette(declared[0], notes)
        inner = [*declared[1:], *(arguments for _, each in _mounts(app) for arguments in _starlette_arguments(each))]
        notes += [note("stacked", "CORSMiddleware", arguments.get("allow_origins", ())) for arguments in inner]
        return
    for path, inner_app in _mounts(app):
        yield from _by_mount(inner_app, mount + path.rstrip("/"), notes)


def _starlette_arguments(app: Any) -> Iterator[Mapping[str, Any]]:
    """The arguments of each `CORSMiddleware` around or in an app, from the outside in."""
    for layer in _layers(app):
        if _is_of(layer, "starlette.middleware.cors", "CORSMiddleware"):
            yield arguments_of(layer)
        for added in getattr(layer, "user_middleware", ()):
            if _is_of(getattr(added, "cls", None), "starlette.middleware.cors", "CORSMiddleware"):
                yield dict(zip(DEFAULTS, added.args, strict=False)) | added.kwargs


def _mounts(app: Any) -> Iterator[tuple[str, Any]]:
    for layer in _layers(app):
        for route in getattr(layer, "routes", None) or ():
            if _is_of(route, "starlette.routing", "Mount"):
                yield route.path, route.app


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
    return next((value for value in app.values() if _is_of(value, "aiohttp_cors.cors_config", "CorsConfig")), None)


def _aiohttp_rules(app: Any, notes: list[Note]) -> Iterator[RouteRule]:
    """The routes of an app and of its sub-applications, which know their prefix."""
    config = _aiohttp_config(app)
    adapter: Any = None if config is None else config._cors_impl._router_adapter  # it keeps them nowhere else
    for resource in app.router.resources():
        if _is_of(resource, "aiohttp.web_urldispatcher", "MatchedSubAppResource"):
            if any(rule.old is not None for rule in _aiohttp_rules(resource._app, [])):
                notes.append(note("path-lost", "add_domain", resource.canonical))  # a prefix knows no host
            continue
        if _is_of(resource, "aiohttp.web_urldispatcher", "PrefixedSubAppResource"):
            yield from _aiohttp_rules(resource._app, notes)
            continue
        own = None if adapter is None else adapter._resource_config.get(resource)
        methods = frozenset(route.method for route in resource) - {"OPTIONS"}
        old = None
        if own is not None:
            default = {**adapter._default_config, **own.default_config}
            old = read_aiohttp(default, own.method_config, notes, routed=methods)
        yield RouteRule(resource.canonical, old, methods)
