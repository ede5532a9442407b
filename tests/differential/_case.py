"""A case: what a page tries, and what the servers answer. Data, so that a browser and the engine run the very same.

Texts hold places instead of addresses, which differ from run to run: see `_places`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from crossorigin.browser import FEATURES
from tests.differential._places import Places
from tests.differential._server import Answer, Route

# Every name is this machine. Hosts under one .localhost name are each a site of their own, as browsers count sites;
# www.site.test and api.site.test are of one site, and not trustworthy over http. `sibling` is the page's host at
# another port: another origin of the same site, with the same cookies. Browsers are told that `public` is on the
# internet.
HOSTS: Mapping[str, str] = {
    "page": "http://page.localhost",
    "api": "http://api.localhost",
    "other": "http://other.localhost",
    "sibling": "http://page.localhost",
    "ip": "http://127.0.0.1",
    "plain": "http://www.site.test",
    "plainapi": "http://api.site.test",
    "tls": "https://page.localhost",
    "tlsapi": "https://api.localhost",
    "tlsplain": "https://www.site.test",
    "tlsplainapi": "https://api.site.test",
    "public": "http://public.localhost",
}

Headers = Mapping[str, str] | tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PageAt:
    """Where a case's page is, and what its server says about it."""

    origin: str
    path: str = "/"
    lines: tuple[str, ...] = ()
    engine: Mapping[str, Any] = field(default_factory=dict)
    """The same for `crossorigin.browser.page_at`."""


PAGES: Mapping[str, PageAt] = {
    **{origin: PageAt(origin) for origin in ("page", "plain", "tls", "tlsplain")},
    "sandboxed": PageAt(
        "page", "/sandboxed", ("Content-Security-Policy: sandbox allow-scripts",), engine={"sandboxed": True}
    ),
    **{
        policy: PageAt(
            "page", f"/{policy}", (f"Cross-Origin-Embedder-Policy: {policy}",), engine={"embedder_policy": policy}
        )
        for policy in ("require-corp", "credentialless")
    },
    "unsafe-url": PageAt(
        "page", "/unsafe-url", ("Referrer-Policy: unsafe-url",), engine={"referrer_policy": "unsafe-url"}
    ),
    "public": PageAt("public", engine={"address_space": "public"}),
}


@dataclass(frozen=True, slots=True)
class Fetch:
    """`fetch(url, init)`; `None` leaves a member out, so that the default is the browser's own."""

    url: str = "{api/x}"
    method: str | None = None
    headers: Headers | None = None
    body: str | None = None
    mode: Literal["cors", "no-cors", "same-origin"] | None = None
    credentials: Literal["omit", "same-origin", "include"] | None = None
    redirect: Literal["follow", "error", "manual"] | None = None
    cache: Literal["reload", "no-store", "no-cache", "only-if-cached"] | None = None
    referrer: str | None = None
    referrer_policy: str | None = None
    keepalive: bool | None = None
    target_address_space: Literal["public", "local", "loopback"] | None = None

    def init(self) -> dict[str, Any]:
        """The members that are set, by their names in Python."""
        members = (name for name in self.__slots__ if name != "url")
        return {name: value for name in members if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Xhr:
    """An XMLHttpRequest; `upload` puts a listener on its upload object."""

    url: str = "{api/x}"
    method: str = "GET"
    headers: Headers = ()
    body: str | None = None
    credentials: bool = False
    upload: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """Something other than a script's request that fetches: named as `crossorigin.browser` names it."""

    name: str
    url: str = "{api/x}"
    crossorigin: Literal["anonymous", "use-credentials"] | None = None
    destination: str | None = None
    """A preload's `as`."""
    with_credentials: bool = False
    """EventSource's."""
    content_type: str | None = None
    """A beacon's."""

    def __post_init__(self) -> None:
        assert self.name in FEATURES, self.name


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing, for so many seconds."""

    seconds: float


Call = Fetch | Xhr | Feature | Wait


@dataclass(frozen=True, slots=True)
class Case:
    """`calls` run one after the other in one page. `routes` are keyed `origin/path`, as in the places.

    `page` is one of PAGES. `fields` names request fields that this case compares beside the ones that every case does.
    """

    name: str
    calls: tuple[Call, ...]
    routes: Mapping[str, Route]
    page: str = "page"
    fields: tuple[str, ...] = ()

    @property
    def cookies(self) -> int:
        """How many it sets at most."""
        answers = (answer for route in self.routes.values() for answer in (*route.actual, *route.preflight))
        return sum(line.lower().startswith("set-cookie:") for answer in answers for line in answer.lines)

    def placed_routes(self, places: Places) -> dict[tuple[str, str], Route]:
        """(origin's label, path) -> route, with addresses in the answers' places."""

        def place(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
            return tuple(
                replace(answer, lines=tuple(places.put(line, self.name) for line in answer.lines)) for answer in answers
            )

        placed = {}
        for key, route in self.routes.items():
            origin, _, name = key.partition("/")
            placed[origin, places.path(self.name, name)] = Route(place(route.actual), place(route.preflight))
        return placed
