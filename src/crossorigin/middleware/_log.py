"""What the middleware tells the operator, once each where it would repeat itself."""

import logging
from collections.abc import Iterable

from crossorigin.policy import DecisionReason

logger = logging.getLogger("crossorigin")

MAX_ROUTES = 100
MAX_SHOWN = 200


class Warnings:
    """What one middleware says once: about a route, for a hundred routes (a path that holds ids must not fill the log
    or the memory), or at all."""

    __slots__ = ("_routes", "_said")

    def __init__(self) -> None:
        self._routes: set[object] = set()
        self._said: set[str] = set()

    def removed(self, route: object, names: Iterable[str]) -> None:
        """The app's own Access-Control-* fields were taken off its response."""
        if route in self._routes or len(self._routes) >= MAX_ROUTES:
            return
        self._routes.add(route)
        logger.warning(
            "%s set %s itself, and the policy's fields were sent instead: remove it there and say it in the policy "
            "(response headers that pages may read belong into expose_headers)%s",
            shown(route),
            _line(", ".join(sorted({name.lower() for name in names}))),
            "" if len(self._routes) < MAX_ROUTES else "; no more routes are reported",
        )

    def inside_framework(self, framework: str) -> None:
        self._once(
            "inside",
            "CORSMiddleware runs inside %s, so the 500 of an exception that no handler answers carries no CORS fields, "
            "and pages see a CORS error in its place. Put it outside, as the last thing done to the app: "
            "app = CORSMiddleware(app, ...) in place of add_middleware",
            framework,
        )

    def unguarded_websocket(self, path: str) -> None:
        self._once(
            "websocket",
            "%s takes WebSockets from every origin: CORS does not cover them, and the policy's allow_origins says "
            "nothing about them unless CORSMiddleware(..., guard_websockets=True)",
            shown(path),
        )

    def _once(self, key: str, message: str, *values: object) -> None:
        if key not in self._said:
            self._said.add(key)
            logger.warning(message, *values)


def predicate_failed(error: Exception, origin: bytes | None) -> None:
    logger.error(
        "a predicate of allow_origins failed for the origin %s, and so does not allow it: %s",
        shown(origin),
        shown(error),
        exc_info=error,
    )


def not_allowed(method: str, path: str, reason: DecisionReason) -> None:
    """Debug mode alone: why a page may not have what it asks for."""
    evidence = ", ".join(f"{name}: {value}" for name, value in reason.evidence)
    logger.info("%s %s is not allowed by CORS: %s (%s)", shown(method), shown(path), reason.code, _line(evidence))


def shown(value: object) -> str:
    """`value` on one line and bounded, whatever it is: a stranger may have chosen it, and its repr may raise."""
    try:
        text = value.__qualname__ if callable(value) and hasattr(value, "__qualname__") else repr(value)
    except Exception:  # noqa: BLE001  # a message about an error must not become another one
        text = object.__repr__(value)
    return _line(text)


def _line(text: str) -> str:
    text = text[: MAX_SHOWN + 1]
    text = text if text.isprintable() else ascii(text)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
