"""The CORS set-up of a live app, found without importing its framework: what is not loaded, it does not use."""

import sys
from types import FunctionType
from typing import Any

from ._from_options import by_path, by_route, of_django, only_bound, whole
from ._layers import layers
from ._migration import Migration
from ._note import Note, note
from ._templates import AIOHTTP, AIOHTTP_ROUTES, ASGI, FLASK, STARLETTE, STARLETTE_MOUNTS
from .peers.aiohttp import AiohttpApp
from .peers.django import is_in
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
    if not is_in(settings.MIDDLEWARE):
        return None
    notes: list[Note] = []
    signals = sys.modules.get("corsheaders.signals")
    if signals is not None and signals.check_request_enabled.receivers:
        notes.append(note("signal", "check_request_enabled"))
    return of_django(settings, notes)


# aiohttp


def _aiohttp(app: Any) -> Migration | None:
    if not type(app).__module__.startswith("aiohttp.") or not hasattr(app, "router"):
        return None
    notes: list[Note] = []
    found = AiohttpApp(app, notes)
    if not found.has_cors:
        return None
    if found.has_prefixes:
        return by_route(AIOHTTP, found.rules, notes)
    return only_bound(AIOHTTP_ROUTES, found.bound(), notes)
