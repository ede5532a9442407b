"""The `@cross_origin(...)` that a function is wrapped in, found in what wrappers keep of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_LAYERS = 1000

Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decorators:
    """
    Attributes:
        options: those of each `@cross_origin`, from the outside in.
        is_hidden: there is one somewhere, and nobody can tell whether the function is behind it: a wrapper that says
            nothing of what it wraps (no `functools.wraps`) has it among other things.
        is_guarded: other decorators stand outside of one, and may answer in its place.
    """

    options: tuple[Options, ...] = ()
    is_hidden: bool = False
    is_guarded: bool = False

    @property
    def is_any(self) -> bool:
        return bool(self.options) or self.is_hidden

    def around(self, inner: "Decorators") -> "Decorators":
        """These, outside of others."""
        return Decorators(
            self.options + inner.options, self.is_hidden or inner.is_hidden, self.is_guarded or inner.is_guarded
        )


NO_DECORATORS = Decorators()


def decorators_of(function: Any) -> Decorators:
    """What a function is wrapped in."""
    found: list[Options] = []
    is_guarded = others = False
    passed: dict[int, Any] = {}
    while function is not None and id(function) not in passed and len(passed) < MOST_LAYERS:
        passed[id(function)] = function
        if _is_decorator(function):
            found.append(cell(function, "flask_cors.decorator", "_options"))
            is_guarded |= others
            function = cell(function, "flask_cors.decorator", "f")
        elif (inner := _said_to_be_within(function)) is not None:
            function, others = inner, True
        else:
            break
    # A view of a class keeps itself, decorators and all.
    passed.pop(id(function), None)
    return Decorators(tuple(found), _hides_one(function, passed), is_guarded)


def without_cross_origin(function: Any) -> Any:
    """What is left of a function when the decorators at its outside are taken out."""
    while _is_decorator(function):
        function = cell(function, "flask_cors.decorator", "f")
    return function


def cell(function: Any, module: str, name: str) -> Any:
    """What a closure of that module keeps under a name."""
    code = getattr(function, "__code__", None)
    if code is None or getattr(function, "__globals__", {}).get("__name__") != module or name not in code.co_freevars:
        return None
    return function.__closure__[code.co_freevars.index(name)].cell_contents


def _is_decorator(function: Any) -> bool:
    return cell(function, "flask_cors.decorator", "_options") is not None


def _said_to_be_within(function: Any) -> Any:
    """What `functools.wraps`, `functools.partial` and methods say that they call."""
    names = ("__wrapped__", "func", "__func__")
    return next((inner for name in names if callable(inner := getattr(function, name, None))), None)


def _hides_one(function: Any, passed: Mapping[int, Any]) -> bool:
    """Whether a decorator is among all that a function keeps, at any depth; or so much is there that nobody looks."""
    seen = dict(passed)
    waiting = [function]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        if _is_decorator(current) or len(seen) >= MOST_LAYERS:
            return True
        seen[id(current)] = current
        kept = [_contents(each) for each in getattr(current, "__closure__", None) or ()]
        if not hasattr(current, "__code__"):
            kept += getattr(current, "__dict__", {}).values()  # an instance that is called
        kept.append(_said_to_be_within(current))
        waiting += [each for each in kept if callable(each) and not isinstance(each, type)]
    return False


def _contents(kept: Any) -> Any:
    try:
        return kept.cell_contents
    except ValueError:  # a variable that has no value yet
        return None
