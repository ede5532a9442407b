"""Apps that werkzeug's `DispatcherMiddleware` mounts in a Flask app, or around it."""

from collections.abc import Iterator
from typing import Any

from crossorigin.migrate._layers import is_of
from crossorigin.migrate._note import quoted

_INNER = ("app", "application", "wsgi_app", "__wrapped__")
MOST_LAYERS = 50


def mounts(layer: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Each that a layer or one further in mounts, with an expression for it; `place` is the layer's."""
    for _ in range(MOST_LAYERS):
        yield from ((f"{place}.mounts[{quoted(path)}]", mounted) for path, mounted in mounts_of(layer))
        name = next((name for name in _INNER if getattr(layer, name, None) is not None), None)
        if name is None or hasattr(layer, "__self__"):
            return
        layer, place = getattr(layer, name), f"{place}.{name}"


def mounts_of(layer: Any) -> Iterator[tuple[str, Any]]:
    """Each that this layer mounts, with its path."""
    if is_of(layer, "werkzeug.middleware.dispatcher", "DispatcherMiddleware"):
        yield from layer.mounts.items()
