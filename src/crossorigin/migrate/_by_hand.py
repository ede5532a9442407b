"""CORS headers that an app's own code sets: found in the texts and names that its functions hold, and not read."""

import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from types import CodeType, FunctionType, MethodType
from typing import Any

MOST_OBJECTS = 2000
"""Looked at for one function, with all that it calls."""

MOST_DEPTH = 20
MOST_ITEMS = 1000

_BEGINNINGS = ("access-control-allow-", "access_control_allow_")
_FOREIGN = {"flask_cors", "corsheaders", "aiohttp_cors", "crossorigin", "starlette", "fastapi", "flask", "werkzeug"}
_FOREIGN |= {"django", "aiohttp", *sys.stdlib_module_names}
_CONSTANTS = (str, bytes, tuple, list, dict)


def by_hand(things: Iterable[object]) -> tuple[str, ...]:
    """The names of those functions and classes whose code names such a header; that of packages does not count."""
    clean: set[int] = set()
    return tuple(dict.fromkeys(_name(each) for each in things if _sets_headers(each, clean)))


def _sets_headers(thing: object, clean: set[int]) -> bool:
    home = _package(thing)
    waiting, seen = [thing], dict[int, object]()
    while waiting and len(seen) < MOST_OBJECTS:
        each = waiting.pop()
        while isinstance(each, partial):
            each = each.func
        if id(each) in seen or id(each) in clean or _is_foreign(_package(each), home):
            continue
        seen[id(each)] = each
        if any(text.lower().startswith(_BEGINNINGS) for text in _texts(each)):
            return True
        waiting += _within(each)
    clean |= {key for key, each in seen.items() if isinstance(each, FunctionType | type)}  # these stay alive
    return False


def _within(each: Any) -> Iterator[object]:
    """What a function or a class calls, as far as it can be told without calling it."""
    match each:
        case FunctionType():
            yield getattr(each, "__wrapped__", None)
            yield from (cell.cell_contents for cell in each.__closure__ or () if _is_filled(cell))
            named = (each.__globals__.get(name) for name in each.__code__.co_names)
            yield from (it for it in named if isinstance(it, (FunctionType, type, *_CONSTANTS)))
        case MethodType() | staticmethod() | classmethod():
            yield each.__func__
        case type():
            yield from vars(each).values()
            yield from each.__bases__
        case _ if callable(each):
            yield type(each)


def _texts(thing: object, depth: int = 0) -> Iterator[str]:
    """The texts that a constant or a function's code holds."""
    if depth > MOST_DEPTH:
        return
    match thing:
        case FunctionType():
            yield from _texts(thing.__code__, depth)
        case CodeType():
            yield from thing.co_names
            yield from _texts(thing.co_consts, depth)
        case str():
            yield thing
        case bytes():
            yield thing.decode("latin-1")
        case tuple() | list() | frozenset() | dict():
            for each in islice(thing, MOST_ITEMS):
                yield from _texts(each, depth + 1)


def _is_foreign(package: str, home: str) -> bool:
    """Whether it is no code of the app's: an app may be installed as a package itself."""
    if package in _FOREIGN:
        return True
    file = str(getattr(sys.modules.get(package), "__file__", ""))
    return package != home and ("site-packages" in file or "dist-packages" in file)


def _package(thing: object) -> str:
    return str(getattr(thing, "__module__", "")).partition(".")[0]


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _name(thing: Any) -> str:
    while isinstance(thing, partial):
        thing = thing.func
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{named.__module__}.{named.__qualname__}"
