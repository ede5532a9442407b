"""A live app of Starlette or FastAPI: where a `CORSMiddleware` stands in it, and what others do around it.

One may be around an app, among the middleware that is added to it, around an app that is mounted in it, or around a
single route. Of two around one another the outer one answers every preflight, and on other responses its headers
replace those of the inner one wherever it has any. So ours stands where the outer one stood: `CORS(app)` for one that
was added, and in the same place of the tree of routes for one further in.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from crossorigin.migrate._bound import Bound
from crossorigin.migrate._by_hand import by_hand
from crossorigin.migrate._combine import exposes_no_more, lets_in_all_of
from crossorigin.migrate._layers import is_of, layers
from crossorigin.migrate._note import Note, note, quoted
from crossorigin.migrate._old import OldPolicy

from ._options import DEFAULTS, arguments_of, read_starlette

MOST_MOUNTS = 30

Places = tuple[str | int, ...]
"""The routes that lead to an app inside another: the path or host of each, or its number."""

_DECIDING = ("__call__", "is_allowed_origin", "preflight_response", "simple_response", "send")
_ANSWER_NOTHING = {"starlette.middleware.gzip.GZipMiddleware", "starlette.middleware.sessions.SessionMiddleware"}
"""Middleware that only passes on what the app answers."""


class _Found(NamedTuple):
    """A `CORSMiddleware`: its class, its arguments, whether it was added to an app, and the names of what was added
    outside of it."""

    kind: type
    arguments: Mapping[str, Any]
    is_added: bool
    outside: tuple[str, ...] = ()


class StarletteApp:
    """What an app permits. What differs is added to `notes`.

    Attributes:
        has_cors: a `CORSMiddleware` is somewhere in it.
        own: what one around all of it permits; None where there is none, or nobody is allowed.
        is_added: that one was added to the app, and is not wrapped around it.
        bound: those further in.
    """

    def __init__(self, app: Any, notes: list[Note]) -> None:
        self._notes = notes
        self.own: OldPolicy | None = None
        self.is_added = True
        self.bound: list[Bound] = []
        self._others: list[Any] = []
        found = [*self._in(app, ())]
        self.has_cors = bool(found)
        names = by_hand(self._others) if found else ()
        if names:
            notes.append(note("by-hand", "middleware", names))
        for places, each in found:
            if not places:
                self.own, self.is_added = self._read(each, ()), each.is_added
            elif (old := self._read(each, places)) is not None:
                self.bound.append(Bound("put(", f", app, {', '.join(map(_written, places))})", old))

    @property
    def is_whole(self) -> bool:
        """Whether one `CORSMiddleware` decides for all of it."""
        return not self.bound

    def _in(self, app: Any, places: Places) -> Iterator[tuple[Places, _Found]]:
        """The outermost ones, each with the places of the routes that lead to it."""
        here = [*_around(app)]
        self._others += _others(app)
        inner_apps = _inner_apps(app) if len(places) < MOST_MOUNTS else ()
        further = [found for place, inner in inner_apps for found in self._in(inner, (*places, place))]
        if not here:
            yield from further
            return
        yield places, here[0]
        outer = read_starlette(here[0].arguments, [])
        for each in (*here[1:], *(found for _, found in further)):
            inner = read_starlette(each.arguments, [])
            is_less = lets_in_all_of(outer, inner) and exposes_no_more(inner, outer)
            code = "stacked" if is_less else "stacked-lost"
            self._notes.append(note(code, "CORSMiddleware", each.arguments.get("allow_origins", ())))

    def _read(self, found: _Found, places: Places) -> OldPolicy | None:
        where = "/".join(map(str, places)) or "CORSMiddleware"
        if found.outside:
            self._notes.append(note("answers-first", where, found.outside, fact="Middleware outside of CORSMiddleware"))
        overridden = _overridden(found)
        if overridden:
            self._notes.append(note("overridden", found.kind.__qualname__, overridden))
            return None
        return read_starlette(found.arguments, self._notes)


def _around(app: Any) -> Iterator[_Found]:
    """Each `CORSMiddleware` around an app or added to it, from the outside in."""
    for layer in layers(app):
        if is_of(layer, "starlette.middleware.cors", "CORSMiddleware"):
            yield _Found(type(layer), arguments_of(layer), is_added=False)
        outside: list[str] = []
        for added in getattr(layer, "user_middleware", ()):
            kind, keywords = _unwrapped(added)
            if is_of(kind, "starlette.middleware.cors", "CORSMiddleware"):
                arguments = dict(zip(DEFAULTS, added.args, strict=False)) | keywords
                yield _Found(kind, arguments, is_added=True, outside=tuple(outside))
            else:
                name = f"{getattr(kind, '__module__', '')}.{getattr(kind, '__qualname__', repr(kind))}"
                outside += [name] if name not in _ANSWER_NOTHING else []


def _others(app: Any) -> Iterator[Any]:
    """The classes and functions of other middleware, and what its routes run."""
    for layer in layers(app):
        yield type(layer)
        for added in getattr(layer, "user_middleware", ()):
            kind, keywords = _unwrapped(added)
            yield from (kind, keywords.get("dispatch"))
        yield from (
            endpoint for each in getattr(layer, "routes", None) or () if (endpoint := getattr(each, "endpoint", None))
        )


def _unwrapped(added: Any) -> tuple[Any, dict[str, Any]]:
    """The class of a middleware that is added, and its keywords: also where it is a `functools.partial`."""
    kind: Any = added.cls
    keywords: dict[str, Any] = added.kwargs
    while isinstance(kind, partial):
        kind, keywords = kind.func, {**kind.keywords, **keywords}
    return kind, keywords


def apps_inside(app: Any, depth: int = 0) -> Iterator[Any]:
    """All that an app has behind its routes, and what these have."""
    for _, inner in _inner_apps(app) if depth < MOST_MOUNTS else ():
        yield inner
        yield from apps_inside(inner, depth + 1)


def _inner_apps(app: Any) -> Iterator[tuple[str | int, Any]]:
    """What an app has behind its routes, each with the route's path or host; its number, where another has the same."""
    for layer in layers(app):
        routes = [*(getattr(layer, "routes", None) or ())]
        keys = [getattr(route, "path", None) or getattr(route, "host", None) for route in routes]
        for number, (route, key) in enumerate(zip(routes, keys, strict=True)):
            inner = getattr(route, "app", None) or getattr(route, "original_router", None)
            if inner is not None:
                yield (key if isinstance(key, str) and keys.count(key) == 1 else number), inner


def _overridden(found: _Found) -> tuple[str, ...]:
    """What a subclass does itself of what decides. The arguments of an instance are known, whatever made it."""
    own = next(each for each in found.kind.__mro__ if each.__module__ == "starlette.middleware.cors")
    names = ("__init__", *_DECIDING) if found.is_added else _DECIDING
    return tuple(name for name in names if getattr(found.kind, name, None) is not getattr(own, name, None))


def _written(place: str | int) -> str:
    return quoted(place) if isinstance(place, str) else str(place)
