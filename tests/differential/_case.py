"""A case: what a page tries, and what the servers answer. Data, so that a browser and the engine run the very same.

Texts hold places instead of addresses, since ports differ from run to run: `{api}` is an origin, `{api/x}` the URL of
the case's path `x` there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tests.differential._server import Answer, Route

# Every name is this machine. Hosts under one .localhost name are each a site of their own, as browsers count sites.
# `sibling` is the page's host at another port: another origin of the same site, with the same cookies.
HOSTS: Mapping[str, str] = {
    "page": "page.localhost",
    "api": "api.localhost",
    "other": "other.localhost",
    "sibling": "page.localhost",
}

PLACE = re.compile(r"\{(\w+)(?:/(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Fetch:
    """`fetch(url, init)`; `None` leaves a member out, so that the default is the browser's own."""

    url: str = "{api/x}"
    method: str | None = None
    headers: Mapping[str, str] | None = None
    body: str | None = None
    mode: Literal["cors", "no-cors", "same-origin"] | None = None
    credentials: Literal["omit", "same-origin", "include"] | None = None
    redirect: Literal["follow", "error", "manual"] | None = None
    cache: Literal["reload"] | None = None
    referrer_policy: Literal["no-referrer"] | None = None

    def init(self) -> dict[str, Any]:
        """The members that are set, by their names in Python."""
        members = ("method", "headers", "body", "mode", "credentials", "redirect", "cache", "referrer_policy")
        return {name: value for name in members if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Xhr:
    """An XMLHttpRequest; `upload` puts a listener on its upload object."""

    url: str = "{api/x}"
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    credentials: bool = False
    upload: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """Something other than a script's request that fetches: named as `crossorigin.browser` names it."""

    name: Literal["font", "image", "import", "module", "script", "stylesheet"]
    url: str = "{api/x}"
    crossorigin: Literal["anonymous", "use-credentials"] | None = None


Call = Fetch | Xhr | Feature


@dataclass(frozen=True, slots=True)
class Case:
    """`calls` run one after the other in one page. `routes` are keyed `origin/path`, as in the places."""

    name: str
    calls: tuple[Call, ...]
    routes: Mapping[str, Route]

    def placed(self, text: str, origins: Mapping[str, str]) -> str:
        """`text` with addresses in its places."""

        def address(match: re.Match[str]) -> str:
            origin = origins[match[1]]
            return origin if match[2] is None else f"{origin}{self.path(match[2])}"

        return PLACE.sub(address, text)

    def path(self, name: str) -> str:
        """The path of a route, which no other case has: caches are keyed by URL."""
        return f"/{self.name}/{name}"

    def placed_routes(self, origins: Mapping[str, str]) -> dict[tuple[str, str], Route]:
        """(origin's label, path) -> route, with addresses in the answers' places."""

        def place(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
            return tuple(
                replace(answer, lines=tuple(self.placed(line, origins) for line in answer.lines)) for answer in answers
            )

        placed = {}
        for key, route in self.routes.items():
            origin, _, name = key.partition("/")
            placed[origin, self.path(name)] = Route(actual=place(route.actual), preflight=place(route.preflight))
        return placed
