"""The CORS set-up of a live app, found without importing its framework: what is not loaded, it does not use."""

import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from ._by_hand import by_hand
from ._from_options import by_path, by_route, of_django, only_bound, whole
from ._layers import is_of, layers
from ._migration import Migration
from ._note import Note, note
from ._templates import AIOHTTP, AIOHTTP_ROUTES, ASGI, FLASK, STARLETTE, STARLETTE_MOUNTS
from .peers.aiohttp import AiohttpApp
from .peers.django import is_in
from .peers.flask_cors import FlaskApp, is_bare, is_flask, mounts_of
from .peers.starlette import StarletteApp, apps_inside


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
    every = [*layers(app)]
    for index, layer in enumerate(every):
        around = [*_around(every[:index])]
        for find in FINDERS:
            found = find(layer, [*around])
            if found is not None:
                inside = [*_inside(every[index:], find)]
                return found if not inside else find(layer, [*around, *inside]) or found
    seen = " > ".join(map(_qualified, every))
    factory = ": it is a function; if it makes the app, name a variable that holds what it returns"
    raise NoCORSFound(
        f"no CORS set-up of Starlette, flask-cors, django-cors-headers or aiohttp-cors in {seen}"
        f"{factory if isinstance(app, FunctionType) else ''}{_elsewhere(every)}"
    )


def _around(passed: list[Any]) -> Iterator[Note]:
    """What layers outside of the one that is migrated do beside it."""
    names = by_hand(type(layer) for layer in passed)
    if names:
        yield note("by-hand", "middleware", names)
    for layer in passed:
        yield from (note("mounted", path) for path, mounted in mounts_of(layer) if not is_bare(mounted))


def _inside(here: list[Any], find: Any) -> Iterator[Note]:
    """The set-ups of other packages further in, which the one that is migrated covers."""
    mounted = [each for layer in here for each in apps_inside(layer)]
    for layer in (each for app in (*here[1:], *mounted) for each in layers(app)):
        if any(other(layer, []) is not None for other in FINDERS if other is not find):
            yield note("stacked-lost", _qualified(layer))


def _elsewhere(passed: list[Any]) -> str:
    """What else an app without a set-up that is known here has."""
    names = [*by_hand(type(layer) for layer in passed)]
    for layer in passed:
        names += FlaskApp(layer, []).by_hand if is_flask(layer) else ()
    paths = [path for layer in passed for path, mounted in mounts_of(layer) if not is_bare(mounted)]
    told = (
        f"; CORS headers are set by hand in {', '.join(dict.fromkeys(names))}: write a policy for them" if names else ""
    )
    return f"{told}; migrate the apps mounted at {', '.join(paths)} on their own" if paths else told


# Starlette


def _starlette(app: Any, notes: list[Note]) -> Migration | None:
    found = StarletteApp(app, notes)
    if not found.has_cors:
        return None
    if found.is_whole:
        return whole(STARLETTE if found.is_added else ASGI, found.own, notes)
    return only_bound(STARLETTE_MOUNTS, found.bound, notes)


# Flask


def _flask(app: Any, notes: list[Note]) -> Migration | None:
    if not is_flask(app):
        return None
    flask = FlaskApp(app, notes)
    if not flask.has_cors:
        return None
    names = flask.by_hand
    if names:
        notes.append(note("by-hand", "Flask", names))
    return by_path(FLASK, flask.rules, "resources", notes, flask.bound())


# Django


def _django(app: Any, notes: list[Note]) -> Migration | None:
    if not type(app).__module__.startswith("django.core.handlers."):
        return None
    settings = sys.modules["django.conf"].settings
    if not is_in(settings.MIDDLEWARE):
        return None
    signals = sys.modules.get("corsheaders.signals")
    if signals is not None and signals.check_request_enabled.receivers:
        notes.append(note("signal", "check_request_enabled"))
    return of_django(settings, notes)


# aiohttp


def _aiohttp(app: Any, notes: list[Note]) -> Migration | None:
    if not is_of(app, "aiohttp.web_app", "Application"):
        return None
    found = AiohttpApp(app, notes)
    if not found.has_cors:
        return None
    if found.has_prefixes:
        return by_route(AIOHTTP, found.rules, notes)
    return only_bound(AIOHTTP_ROUTES, found.bound(), notes)


FINDERS = (_starlette, _flask, _django, _aiohttp)


def _qualified(layer: object) -> str:
    return f"{type(layer).__module__}.{type(layer).__qualname__}"
