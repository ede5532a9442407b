"""What a callable that a framework was given wraps, since a policy may be bound to that: the view inside a partial, a
bound method, an object that is called, an adapter between sync and async."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial, partialmethod
from types import BuiltinFunctionType, FunctionType, MethodType, MethodWrapperType, ModuleType
from typing import Any, Final

MAX_WRAPPERS: Final = 50

_ADAPTERS: Final = {"AsyncToSync": "awaitable", "SyncToAsync": "func"}
"""asgiref's, by their names: it is not imported for those who have no Django."""


def seen_through(target: object) -> Iterator[object]:
    """`target`, then what it wraps, from the outermost on.

    >>> def view(): ...
    >>> [found is view for found in seen_through(partial(view))]
    [False, True]
    """
    waiting, seen = [target], set[int]()
    while waiting and len(seen) < MAX_WRAPPERS:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += _inside(current)


def hides(target: object, is_bound: Callable[[object], bool]) -> bool:
    """Whether something bound may run inside of `target` where `seen_through` does not come upon it: a callable of
    another language, or one that keeps a bound callable to itself, as a decorator without `functools.wraps` does.

    >>> def view(): ...
    >>> def decorated(function):
    ...     return lambda: function()
    >>> hides(decorated(view), lambda held: held is view), hides(view, lambda held: held is view)
    (True, False)
    """
    seen = [*seen_through(target)]
    ids = {*map(id, seen)}
    return any(
        _is_opaque(found) or any(id(held) not in ids and is_bound(held) for held in _held(found)) for found in seen
    )


def held_by(target: Any) -> list[object]:
    """What can be called of all that a function closes over, a partial is of, or an object has as attributes.

    >>> def middleware(app):
    ...     return lambda scope: app(scope)
    >>> held_by(middleware(print))
    [<built-in function print>]
    """
    if isinstance(target, partial):
        return [target.func]
    held = _closed_over(target) if isinstance(target, FunctionType) else _attribute(target, "__dict__", {}).values()
    return [] if isinstance(target, type) else [it for it in held if callable(it) and not isinstance(it, type)]


def _closed_over(function: FunctionType) -> Iterator[object]:
    for cell in function.__closure__ or ():
        with suppress(ValueError):  # not filled yet
            yield cell.cell_contents


def _inside(target: object) -> Iterator[object]:
    if isinstance(target, partial | partialmethod):
        yield target.func
    elif isinstance(target, MethodType):
        yield target.__func__
    else:
        adapter = _ADAPTERS.get(type(target).__name__)
        if adapter is not None and type(target).__module__.startswith("asgiref."):
            yield getattr(target, adapter, None)
        yield _attribute(target, "__wrapped__")
        if not isinstance(target, type | FunctionType) and isinstance(type(target).__call__, FunctionType):
            yield type(target).__call__


def _is_opaque(target: Any) -> bool:
    if isinstance(target, BuiltinFunctionType):
        return not isinstance(target.__self__, ModuleType | None)  # what a module has holds nothing
    return isinstance(target, MethodWrapperType) or type(target).__module__ == "operator"


def _held(target: object) -> Iterator[object]:
    """The functions that a function closes over, or that an object which is called has as attributes, as a whole or a
    method of it."""
    if isinstance(target, FunctionType):
        yield from (held for held in _closed_over(target) if isinstance(held, _VIEWS))
        return
    owner = target.__self__ if isinstance(target, MethodType) else target
    if not isinstance(owner, type | partial | partialmethod):
        yield from (held for held in _attribute(owner, "__dict__", {}).values() if isinstance(held, _VIEWS))


# No classes: a method that calls `super()` closes over its own. No routers and apps: views ask those for URLs.
_VIEWS = (FunctionType, MethodType, partial)


def _attribute(target: object, name: str, default: Any = None) -> Any:
    try:
        return getattr(target, name, default)
    except Exception:  # noqa: BLE001  # of somebody's `__getattr__`: what cannot be asked has nothing to say
        return default
