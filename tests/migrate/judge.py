"""What a browser would let through: the same attempts against an old app and a new one, and which notes tell of it."""

import asyncio
import inspect
import random
from collections.abc import Iterator
from typing import Any, NamedTuple, Self

from crossorigin.migrate import Migration
from crossorigin.testing import AsyncBrowser, Browser
from tests.migrate.cases import GOOD, OTHER

SERVER = "https://api.test"

ORIGINS = (
    GOOD,
    OTHER,
    "null",
    "https://evil.test",
    f"{GOOD}.evil.test",
    f"{GOOD}:8443",
    GOOD[:-1],
    "http://good.example.com",
    "https://deep.good.example.com",
    "https://example.com",
    "https://evilexample.com",
    "https://goodxexample.com",
    "https://admin.example.com",
    "https://under_score.example.com",
    "https://good.example.org",
    "https://good.example.org.evil.test",
    "https://sub.example2.com",
    "https://evilexample2.com",
    "https://a.example",
    "https://b.example",
    "https://c.example",
    "http://plain.example",
    "http://localhost",
    "http://localhost:3000",
    "https://localhost:9",
    "https://xn--e1aybc.example.com",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "patch", "DELETE", "QUERY")
HEADERS = (
    {},
    {"X-A": "1"},
    {"Content-Type": "application/json"},
    {"Authorization": "Bearer x"},
    {"X-Other": "1", "X-A": "1"},
    {"Access-Control-Allow-Origin": "*"},
)
PATHS = (
    "/",
    "/api",
    "/api/",
    "/api/items",
    "/apiary",
    "/api/public/x",
    "/ping",
    "/ping/below",
    "/x/public",
    "/public/x",
)

ORIGIN_CODES = {
    "any-origin-credentials", "regex-unanchored", "regex-strangers", "regex-scheme", "regex-kept", "text-for-a-list",
    "origin-null", "origin-file", "origin-insecure", "origin-without-scheme", "options-differ",
}  # fmt: skip
METHOD_CODES = {
    "list-unreadable",
    "method-never-matched", "methods-wildcard-credentials", "methods-unknown", "options-differ", "text-for-a-list",
}  # fmt: skip
HEADER_CODES = {
    "list-unreadable",
    "header-response-only",
    "headers-regex",
    "headers-wildcard-credentials",
    "options-differ",
}
EXPOSE_CODES = {"expose-unreadable", "expose-wildcard-credentials", "expose-every-header", "options-differ"}
PATH_CODES = {"path-narrower", "path-lost", "route-lost"}
WIDER_PATH_CODES = {
    "path-itself": ("/api",),
    "path-below": ("/ping/below",),
    "path-other-policy": ("/apiary", "/api/public/x"),
}


class Probe(NamedTuple):
    """One attempt of a page."""

    origin: str
    path: str = "/"
    method: str = "GET"
    headers: dict[str, str] = {}  # never changed
    credentials: str = "same-origin"


class Seen(NamedTuple):
    """What became of it: whether the page reads it, and which of the app's own headers it sees."""

    readable: bool
    headers: frozenset[str]


class Eye:
    """A browser in front of one app. An ASGI app runs in a loop of this thread: two threads would wait for each other
    at every step."""

    def __init__(self, app: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self.browser: Browser | AsyncBrowser
        if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(type(app).__call__):
            self.browser = AsyncBrowser({SERVER: app}, raise_app_exceptions=False)
        else:
            self.browser = Browser({SERVER: app}, raise_app_exceptions=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        if isinstance(self.browser, Browser):
            self.browser.close()
        else:
            self._loop.run_until_complete(self.browser.aclose())
        self._loop.close()

    def look(self, probe: Probe) -> Seen:
        self.browser.clear()
        page = self.browser.page("null" if probe.origin == "null" else f"{probe.origin}/")
        attempt = page.attempt(
            f"{SERVER}{probe.path}",
            method=probe.method,
            headers=probe.headers,
            credentials=probe.credentials,
        )
        if inspect.iscoroutine(attempt):
            attempt = self._loop.run_until_complete(attempt)
        visible = attempt.response.headers if attempt.readable and attempt.response is not None else ()
        names = {name.decode().lower() for name, _ in visible}
        return Seen(attempt.readable, frozenset(names & {"x-request-id", "etag"}))


def probes(*, paths: tuple[str, ...] = ("/",), seed: str, extra: int = 25) -> Iterator[Probe]:
    """Each origin, each method, each header list and each path against a plain rest; then some at random."""
    yield from (Probe(origin, paths[0], credentials=mode) for origin in ORIGINS for mode in ("same-origin", "include"))
    for origin in (GOOD, "https://evil.test"):
        for mode in ("same-origin", "include"):
            yield from (Probe(origin, paths[0], method, credentials=mode) for method in METHODS)
            yield from (Probe(origin, paths[0], "PUT", headers, mode) for headers in HEADERS)
            yield from (Probe(origin, paths[0], "GET", headers, mode) for headers in HEADERS)
    for origin in (GOOD, OTHER, "https://evil.test"):
        yield from (Probe(origin, path, method) for path in paths for method in ("GET", "PUT"))
    chance = random.Random(seed)
    for _ in range(extra):
        yield Probe(
            _mutated(chance),
            chance.choice(paths),
            chance.choice(METHODS),
            chance.choice(HEADERS),
            chance.choice(("same-origin", "include")),
        )


def _mutated(chance: random.Random) -> str:
    """An origin near one that may be listed."""
    origin = chance.choice((*ORIGINS[:2], *ORIGINS[8:]))
    scheme, _, rest = origin.partition("://")
    match chance.randrange(7):
        case 0:
            return f"{scheme}://x.{rest}"
        case 1:
            return f"{scheme}://x{rest}"
        case 2 if ":" not in rest:
            return f"{scheme}://{rest}.evil.test"
        case 3 if ":" not in rest:
            return f"{scheme}://{rest}:8080"
        case 4:
            return f"{'http' if scheme == 'https' else 'https'}://{rest}"
        case 5:
            return f"{scheme}://{rest.replace('.', '-', 1)}"
    return origin


def complaints(old: Eye, new: Eye, migration: Migration, all_probes: Iterator[Probe]) -> list[str]:
    """Where the new app does what no note tells of; above all, where it lets through what the old one did not."""
    found = []
    codes = {note.code for note in migration.notes}
    for probe in all_probes:
        before, after = old.look(probe), new.look(probe)
        if before == after:
            continue
        told = _codes_that_tell(old, new, probe, before, after)
        if not told & codes:
            found.append(
                f"{probe}: {before} became {after}; only {sorted(told)} could tell, and there are {sorted(codes)}"
            )
    return found


def _codes_that_tell(old: Eye, new: Eye, probe: Probe, before: Seen, after: Seen) -> set[str]:
    """The codes one of which must be among the notes, if this difference is to be no surprise."""
    if after.readable and not before.readable:
        told = {code for code, paths in WIDER_PATH_CODES.items() if probe.path in paths}
        # Of methods and preflights there is something to tell only where the origin was let in anyhow.
        if old.look(probe._replace(method="GET", headers={})).readable:
            told |= {"preflight-status"}
            told |= {"method-safelisted"} if probe.method in ("GET", "HEAD", "POST") else set()
        return told
    if after.readable and before.readable:
        return EXPOSE_CODES if before.headers > after.headers else set()
    simple = Probe(probe.origin, probe.path)
    if old.look(simple).readable and not new.look(simple).readable:
        return ORIGIN_CODES | PATH_CODES
    simple = simple._replace(credentials=probe.credentials)
    if old.look(simple).readable and not new.look(simple).readable:
        return ORIGIN_CODES | PATH_CODES
    bare = probe._replace(headers={})
    if old.look(bare).readable and not new.look(bare).readable:
        return METHOD_CODES
    return HEADER_CODES
