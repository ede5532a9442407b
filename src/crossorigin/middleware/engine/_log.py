"""What the middleware tells the operator, once each where it would repeat itself."""

import logging
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from crossorigin.policy import Decision, DecisionCode, DecisionReason, Policy, near_origin

from ._event import DecisionEvent, one_line
from ._stacking import Layer, cors_layers

if TYPE_CHECKING:
    from ._rulings import Asked

logger = logging.getLogger("crossorigin")

MAX_ROUTES = 100
MAX_NAMED = 10

_OF_THE_ORIGIN = (DecisionCode.ORIGIN_UNLISTED, DecisionCode.ORIGIN_MALFORMED)


class Warnings:
    """What one middleware says once: about a route, for a hundred routes (a path that holds ids must not fill the log
    or the memory), or at all."""

    __slots__ = ("_differences", "_routes", "_said", "_untold")

    def __init__(self) -> None:
        self._differences: set[object] = set()
        self._routes: set[object] = set()
        self._said: set[str] = set()
        self._untold: set[str] = set()

    def removed(self, route: object, names: Iterable[str]) -> None:
        """The app's own Access-Control-* fields were taken off its response."""
        if route in self._routes or len(self._routes) >= MAX_ROUTES:
            return
        self._routes.add(route)
        logger.warning(
            "%s set %s itself, and the policy's fields were sent instead: remove it there and say it in the policy "
            "(response headers that pages may read belong into expose_headers)%s",
            shown(route),
            one_line(", ".join(sorted({name.lower() for name in names}))),
            "" if len(self._routes) < MAX_ROUTES else "; no more routes are reported",
        )

    def candidate_differs(self, event: DecisionEvent, *, knows_methods: bool = True) -> None:
        """The candidate of a `ReportOnly` would do otherwise, and no hook listens."""
        candidate = event.candidate
        if candidate is None or len(self._differences) >= MAX_ROUTES:
            return
        place = event.route or event.path, candidate.reason.code
        if place in self._differences:
            return
        self._differences.add(place)
        logger.warning(
            "report only: %s %s from %s is %s now, and the candidate would make it %s (%s)%s%s",
            event.method,
            event.route or event.path,
            event.origin,
            _verdict(event.decision),
            _verdict(candidate),
            candidate.reason.code,
            "" if knows_methods else _hint_of_unknown_methods(candidate.reason, event.method),
            "" if len(self._differences) < MAX_ROUTES else "; no more differences are reported: use on_decision",
        )

    def hook_failed(self, error: Exception) -> None:
        key = type(error).__qualname__
        if key not in self._said:
            self._said.add(key)
            logger.error(
                "on_decision raised %s; the request went on, and this is said once", shown(error), exc_info=error
            )

    def stacked(self, app: object) -> None:
        """Something inside the app answers CORS too."""
        for layer in cors_layers(app):
            self.layer(layer)

    def layer(self, layer: Layer) -> None:
        """One layer inside the app answers CORS too."""
        self._once(
            f"stacked {layer.name}",
            "two layers answer CORS: inside this one is %s (%s), and its fields are replaced, its preflights never "
            "reach it. Remove %s, and say in the policy what it allowed",
            layer.name,
            layer.place,
            layer.name,
        )

    def inside_framework(self, framework: str) -> None:
        self._once(
            "inside",
            "CORSMiddleware runs inside %s, so the 500 of an exception that no handler answers carries no CORS fields, "
            "and pages see a CORS error in its place. Put it outside, as the last thing done to the app: "
            "app = CORSMiddleware(app, ...) in place of add_middleware",
            framework,
        )

    def rerouted(self, asked: "Asked", route: str | None) -> None:
        """A layer further in sent a request elsewhere than where its preflight was answered for."""
        self._once(
            f"rerouted {route}",
            "no page may read this response: a layer inside the app sent %s %s to %s, whose policy is not the one that "
            "answered the preflight; and the request has run. Put that layer outside CORS. Until then, preflights of "
            "such requests are refused",
            shown(asked.method),
            shown(asked.path),
            shown(route),
            level=logging.ERROR,
        )

    def untold(self, routes: Iterable[str]) -> None:
        """Routes under `allow_methods="route"` of which nobody can tell the methods."""
        names = [name for name in dict.fromkeys(routes) if name not in self._untold]
        self._untold.update(names)
        if names:
            more = len(names) - MAX_NAMED
            logger.warning(
                'the methods of %s%s are unknown, so allow_methods="route" allows only GET, HEAD and POST there. To '
                "allow others, bind a policy that lists them: cors(..., allow_methods=[...])",
                ", ".join(map(one_line, names[:MAX_NAMED])),
                f" and {more} more routes" if more > 0 else "",
            )

    def unguarded_websocket(self, path: str) -> None:
        self._once(
            "websocket",
            "%s takes WebSockets from every origin: CORS does not cover them, and the policy's allow_origins says "
            "nothing about them without guard_websockets=True",
            shown(path),
        )

    def _once(self, key: str, message: str, *values: object, level: int = logging.WARNING) -> None:
        if key not in self._said:
            self._said.add(key)
            logger.log(level, message, *values)


def predicate_failed(error: Exception, origin: bytes | None) -> None:
    logger.error(
        "a predicate failed for the origin %s, so it allows nothing to that origin: %s",
        shown(origin),
        shown(error),
        exc_info=error,
    )


def not_allowed(event: DecisionEvent, policy: Policy, *, knows_methods: bool = True) -> None:
    """Debug mode alone: why a page may not have what it asks for. What is allowed instead is for the log alone: a
    response would tell it to strangers."""
    reason = event.decision.reason
    evidence = ", ".join(f"{name}: {value}" for name, value in reason.evidence)
    at = event.path if event.route is None else f"{event.path} ({event.route})"
    what = "preflight of " if event.decision.kind == "preflight" else ""
    near = near_origin(policy, event.origin) if reason.code in _OF_THE_ORIGIN else None
    hint = "" if near is None else f". {one_line(str(near))}"
    if not knows_methods:
        hint = _hint_of_unknown_methods(reason, event.method) or hint
    _debug(f"{what}{event.method} {at} is not allowed by CORS: {reason.code} ({one_line(evidence)}){hint}")


def _hint_of_unknown_methods(reason: DecisionReason, method: str) -> str:
    if reason.code != DecisionCode.METHOD_UNLISTED:
        return ""
    return (
        '. The methods of this route are unknown, so allow_methods="route" lists none: bind a policy to it that lists '
        f'them, @cors(..., allow_methods=["{method}"])'
    )


def _debug(message: str) -> None:
    """To the log; where no handler would take it, to stderr, since who asked for debug wants to see it."""
    if logger.isEnabledFor(logging.INFO) and _is_handled(logging.INFO):
        logger.info("%s", message)
    else:
        print(f"crossorigin: {message}", file=sys.stderr)  # noqa: T201


def _is_handled(level: int) -> bool:
    """Whether a handler takes records of this level."""
    current: logging.Logger | None = logger
    while current is not None:
        if any(handler.level <= level and not isinstance(handler, logging.NullHandler) for handler in current.handlers):
            return True
        current = current.parent if current.propagate else None
    return False


def _verdict(decision: Decision) -> str:
    if decision.kind == "refused":
        return "refused"
    return "allowed" if decision.allowed else "not allowed"


def shown(value: object) -> str:
    """`value` on one line and bounded, whatever it is: a stranger may have chosen it, and its repr may raise."""
    try:
        text = value.__qualname__ if callable(value) and hasattr(value, "__qualname__") else repr(value)
    except Exception:  # noqa: BLE001  # a message about an error must not become another one
        text = object.__repr__(value)
    return one_line(text)
