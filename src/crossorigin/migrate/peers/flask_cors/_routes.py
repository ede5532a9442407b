"""The routes of a Flask app, as its own router sees them: which of them answers OPTIONS on the paths of which."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from crossorigin.migrate._language import Language, NotRegular, texts

MOST_SAMPLES = 5
EVERY_PATH = Language(r"/.*", "match")

Paths = list[list[Language]]
"""Groups of languages: the paths that one of each group matches."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A rule of werkzeug's, with its paths.

    Attributes:
        language: the paths that it matches; or more, where that cannot be told exactly.
        claimed: these, and those that it redirects for want of a slash.
    """

    rule: Any
    language: Language
    claimed: Language
    is_exact: bool

    @property
    def endpoint(self) -> str:
        return str(self.rule.endpoint)

    @property
    def path(self) -> str:
        return str(self.rule.rule)

    @property
    def methods(self) -> frozenset[str]:
        """All but OPTIONS; `*`, where the rule takes them all."""
        return frozenset("*" if self.rule.methods is None else self.rule.methods) - {"OPTIONS"}

    @property
    def takes_options(self) -> bool:
        return self.rule.methods is None or "OPTIONS" in self.rule.methods

    @property
    def place(self) -> tuple[object, object]:
        """Rules of one place may match one URL."""
        return self.rule.host, self.rule.subdomain


class Preflight(NamedTuple):
    """Who answers OPTIONS on some paths of a route; None where nobody does."""

    by: Route | None
    paths: Paths


class Router:
    """The routes of a `werkzeug.routing.Map`."""

    def __init__(self, url_map: Any) -> None:
        self._map = url_map
        self._all = [_route(rule) for rule in url_map.iter_rules() if not (rule.build_only or rule.websocket)]
        self.routes = [route for route in self._all if not (route.rule.redirect_to or route.rule.alias)]

    def preflights(self, route: Route) -> Iterator[Preflight]:
        """Who answers the preflights for this route. Of two rules for one path, werkzeug takes the first that has the
        method, so the preflight may reach another rule than the request does."""
        others = [other for other in self._all if other is not route and _may_meet(route, other)]
        if not self._is_reached(route):
            yield from (Preflight(each, [[route.language]]) for each in (route, *others) if each.takes_options)
            return
        if next(texts([[route.language]], [other.claimed for other in others]), None) is not None:
            yield Preflight(route if route.takes_options else None, [[route.language]])
        for other in others:
            paths = [[route.language], [other.claimed]]
            for sample in texts(paths, most=MOST_SAMPLES):
                if not other.is_exact and other.takes_options:
                    yield Preflight(other, paths)
                if any(self._matched(route, sample, method) is route.rule for method in route.methods):
                    rule = self._matched(route, sample, "OPTIONS")
                    yield Preflight(next((each for each in self.routes if each.rule is rule), None), paths)

    def _is_reached(self, route: Route) -> bool:
        """Whether a path of which it is known that it reaches this route could be found."""
        return route.is_exact and any(
            self._matched(route, sample, method) is route.rule
            for sample in texts([[route.language]], most=MOST_SAMPLES)
            for method in route.methods
        )

    def _matched(self, route: Route, path: str, method: str) -> Any:
        """The rule that answers a request, if one does."""
        host, subdomain = route.place
        by_host = self._map.host_matching
        try:
            adapter = self._map.bind(host or "localhost", subdomain=None if by_host else subdomain)
            return adapter.match(path, "GET" if method == "*" else method, return_rule=True)[0]
        except Exception:  # noqa: BLE001  # a redirect, a 404, a 405, and whatever an app's converter raises
            return None


def _route(rule: Any) -> Route:
    try:
        trace = rule._trace[rule._trace.index((False, "|")) + 1 :]
        regexes = rule._converters
        parts = [f"(?:{regexes[text].regex})" if is_variable else re.escape(text) for is_variable, text in trace]
        source = "".join(parts)
        claimed = Language(f"{source.removesuffix('/')}/?")
        is_strict = rule.strict_slashes or (rule.strict_slashes is None and rule.map.strict_slashes)
        return Route(rule, Language(source) if is_strict else claimed, claimed, is_exact=True)
    except (AttributeError, ValueError, NotRegular):
        return Route(rule, EVERY_PATH, EVERY_PATH, is_exact=False)


def _may_meet(route: Route, other: Route) -> bool:
    """Whether the other has to do with some path of the route."""
    if route.place != other.place:
        return False
    heads = sorted((each.path.partition("<")[0].rstrip("/") for each in (route, other)), key=len)
    return heads[1].startswith(heads[0]) and next(texts([[route.language], [other.claimed]]), None) is not None
