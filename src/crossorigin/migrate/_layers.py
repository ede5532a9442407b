"""What wraps an app, read off the attributes in which middleware keeps what it wraps."""

from collections.abc import Iterator

MOST_LAYERS = 50


def layers(app: object) -> Iterator[object]:
    """The app and what it wraps, from the outside in."""
    seen: set[int] = set()
    while app is not None and id(app) not in seen and len(seen) < MOST_LAYERS:
        seen.add(id(app))
        yield app
        inner = [getattr(app, name, None) for name in ("app", "application", "wsgi_app", "__wrapped__")]
        # The wsgi_app of a bare Flask, and the app of a router, are methods of their own.
        inner = [each for each in inner if each is not None and getattr(each, "__self__", None) is not app]
        if not inner and not hasattr(app, "user_middleware"):
            inner = [getattr(app, "middleware_stack", None)]  # of a router of Starlette's
        app = inner[0] if inner else None


def is_of(thing: object, module: str, name: str) -> bool:
    """Whether it is an instance of that class, or a subclass of it."""
    kind = thing if isinstance(thing, type) else type(thing)
    return any(each.__module__ == module and each.__name__ == name for each in kind.__mro__)
