"""The root path that a FastAPI has of its own, `FastAPI(root_path=...)`. Inside the app it takes the place of the
server's, so a layer around the app has to know of it.

No framework is imported: a FastAPI is known by the module of its class.
"""

from collections.abc import Iterator
from typing import Any

from .engine import MAX_DEPTH, held_by, path_below


class Roots:
    """The root paths by which an app may read the path of a request."""

    __slots__ = ("_app", "_nested", "_outermost")

    def __init__(self, app: object) -> None:
        self._app = app
        self._outermost: Any = None
        self._nested: list[Any] | None = None

    def look_again(self) -> None:
        """Something may have been mounted."""
        self._nested = None

    def path_below(self, root: str, path: str) -> str | None:
        """The path below the app's root, if the server says that it is `root`; None where the app, and what is mounted
        at its root, could read it differently."""
        below = path_below(self.of_outermost or root, path)
        return None if any(path_below(own, path) != below for own in self.of_nested()) else below

    @property
    def of_outermost(self) -> str:
        """The one of the app itself, around which there may be middleware; empty if it has none."""
        self._look()
        return _own_root(self._outermost)

    def of_nested(self) -> Iterator[str]:
        """Those of apps that are mounted in it without a prefix, at any depth."""
        return (root for app in self._look() if (root := _own_root(app)))

    def _look(self) -> list[Any]:
        if self._nested is None:
            self._outermost = _app_in(self._app)
            self._nested = [*_at_the_root_of(self._outermost, {id(self._outermost)})]
        return self._nested


def _own_root(app: Any) -> str:
    is_fastapi = any(cls.__module__ == "fastapi.applications" for cls in type(app).__mro__)
    return app.root_path if is_fastapi else ""


def _app_in(app: object) -> Any:
    """The app or router that lies in its middleware; None where it cannot be seen."""
    waiting, seen = [app], dict[int, object]()
    while waiting and len(seen) < MAX_DEPTH:
        current = waiting.pop(0)
        if hasattr(current, "routes"):
            return current
        if id(current) not in seen:
            seen[id(current)] = current
            inner = getattr(current, "app", None)
            waiting += held_by(current) if inner is None else [inner]
    return None


def _at_the_root_of(app: Any, seen: set[int]) -> Iterator[Any]:
    """The apps that are mounted without a prefix. `seen`: an app may lie in itself."""
    for route in getattr(app, "routes", ()):
        inner = getattr(route, "original_router", None)
        if inner is not None:
            inner = None if route.include_context.prefix else inner
        elif getattr(route, "path", "") == "":  # of a mount; a host has none
            inner = _app_in(getattr(route, "app", None))
        if inner is not None and id(inner) not in seen:
            seen.add(id(inner))
            yield inner
            yield from _at_the_root_of(inner, seen)
