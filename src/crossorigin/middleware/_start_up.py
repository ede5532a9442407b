"""A mistake in what a Starlette app was told to add, said at its start-up.

`app.add_middleware(cls, ...)` keeps the arguments, and calls `cls` when the app is called first, which is at its
start-up. If `cls` raises there, a server that also serves apps without a start-up (uvicorn, unless `--lifespan on`)
takes the app for one of these, and every request fails. So something else stands in the stack, which says what ASGI has
for it: `lifespan.startup.failed`.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from inspect import signature
from typing import Any

from .engine import MAX_DEPTH, held_by

_INNERMOST = "starlette.middleware.exceptions.ExceptionMiddleware"
_OUTERMOST = "starlette.middleware.errors.ServerErrorMiddleware"


class FailingStart:
    """Stands in a Starlette's stack in the place of a middleware that could not be made: the start-up fails with its
    mistake, and without a start-up every request does.

    Args:
        mistake: the exception of the one who could not be made.
    """

    __slots__ = ("_mistake", "_traceback")

    def __init__(self, mistake: Exception) -> None:
        self._mistake = mistake
        self._traceback = mistake.__traceback__

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        if scope["type"] == "lifespan":
            await receive()
            text = f"{type(self._mistake).__name__}: {self._mistake}"
            await send({"type": "lifespan.startup.failed", "message": text})
        raise self._mistake.with_traceback(self._traceback)  # each time anew, or it grows with each request


def lies_in_starlette(app: object) -> bool:
    """Whether `app` is what a Starlette gives to a middleware that was added to it: further in is its own innermost."""
    waiting, seen = [app], dict[int, object]()
    while waiting and len(seen) < MAX_DEPTH:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen[id(current)] = current
        kind = f"{type(current).__module__}.{type(current).__qualname__}"
        if kind == _INNERMOST:
            return True
        if kind == _OUTERMOST or hasattr(current, "routes"):  # a whole app, or a router
            continue
        inner = getattr(current, "app", None)
        waiting += held_by(current) if inner is None else [inner]
    return False


def failing_start(kind: type, arguments: tuple[Any, ...], options: dict[str, Any]) -> FailingStart | None:
    """What stands in the place of a middleware that was added with arguments which it does not take; None if it takes
    them, or was not added."""
    app = arguments[0] if arguments else options.get("app")
    if not lies_in_starlette(app):
        return None
    try:
        signature(kind.__init__).bind(None, *arguments, **options)  # type: ignore[misc]  # of this very class
    except TypeError as error:
        return FailingStart(TypeError(f"{kind.__name__}() {error}"))
    return None
