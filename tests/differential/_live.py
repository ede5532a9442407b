"""Runs cases in a real browser against the scripted server."""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from websockets.exceptions import WebSocketException

from tests.differential._assets import html
from tests.differential._case import HOSTS, PAGES, Call, Case, Feature, Fetch, Headers, Wait, Xhr
from tests.differential._chromium import Chromium, DebianChromium
from tests.differential._cookie import StoredCookie
from tests.differential._firefox import Firefox
from tests.differential._outcome import Outcome, Seen, Wire
from tests.differential._places import CASE_IN_URL, Places
from tests.differential._remote import Console
from tests.differential._server import Answer, Exchange, Route, ScriptedServer
from tests.differential._shown import UNASKED

# What one page runs, before a fresh one in a fresh context takes over. A context costs a second of CPU, a page grows
# with what it ran, and browsers hold 180 cookies a site.
CHUNK = 1000
COOKIES = 150

# Cases that a page runs at the same time: Chromium, which opens six connections to a server at once, now and then waits
# for ever where more are wanted.
WIDTH = 5

# Console lines come on their own time, after the page's script has gone on. So a last request is blocked, and what the
# cases' printed is there once its line is.
LAST = "/the-last-of-all"

PATIENCE = 60.0

# Said of every failed load, of mixed content, of unused preloads, of an XMLHttpRequest or style sheet without its type,
# of a font by the name its page gives it: whatever CORS thinks of them.
NOISE = (
    "Blocked loading mixed",
    "Failed to load resource",
    "Mixed Content:",
    "WebSocket connection to",
    "XML Parsing Error",
    "downloadable font:",
    "was not loaded because its MIME type",
    "was preloaded using link preload",
)

OPAQUE_ORIGIN = re.compile(r"(?<=moz-nullprincipal:)\{[0-9a-f-]{36}\}")


class Page(Protocol):
    """What a driver's page can do."""

    console: Console

    async def run(self, script: str, *, within: float = 30) -> Any: ...

    async def cookies(self) -> list[StoredCookie]: ...

    async def close(self) -> None: ...


BROWSERS: Mapping[str, type[Chromium] | type[Firefox]] = {
    "chromium": Chromium,
    "firefox": Firefox,
    "chromium-debian": DebianChromium,
}
"""Those of `_overlays` too."""


async def run_cases(browser_name: str, cases: Iterable[Case]) -> dict[str, Outcome]:
    """The outcomes of all cases, by name. A browser that dies is started once more for the chunk that it died of."""
    outcomes: dict[str, Outcome] = {}
    chunks = list(_chunks(cases))
    async with ScriptedServer(HOSTS) as server:
        _script_pages(server)
        spare = 1
        while chunks:
            try:
                async with BROWSERS[browser_name](public=server.port("public")) as browser:
                    while chunks:
                        outcomes |= await _run_chunk(chunks[0], browser, server)
                        del chunks[0]
            except (TimeoutError, OSError, WebSocketException) as error:
                if not spare:
                    raise
                spare -= 1
                sys.stderr.write(f"{browser_name} died ({error!r}): started once more\n")
    return outcomes


def _chunks(cases: Iterable[Case]) -> Iterable[list[Case]]:
    """Cases of one page together, so many cases or cookies at a time."""
    by_page = defaultdict(list)
    for case in cases:
        by_page[case.page].append(case)
    for of_page in by_page.values():
        chunk: list[Case] = []
        cookies = 0
        for case in of_page:
            if len(chunk) == CHUNK or cookies + case.cookies > COOKIES:
                yield chunk
                chunk, cookies = [], 0
            chunk.append(case)
            cookies += case.cookies
        yield chunk


def _script_pages(server: ScriptedServer) -> None:
    for page in PAGES.values():
        lines = ("Content-Type: text/html", *page.lines)
        server.script(page.origin, page.path, Route(actual=(Answer(lines=lines, body=html()),)))


async def _run_chunk(cases: list[Case], browser: Chromium | Firefox, server: ScriptedServer) -> dict[str, Outcome]:
    places = Places(server.origins)
    for case in cases:
        server.forget(case.name)
        for (origin, path), route in case.placed_routes(places).items():
            server.script(origin, path, route)
    at = PAGES[cases[0].page]
    page = await browser.open(f"{server.origins[at.origin]}{at.path}")
    script = json.dumps([[case.name, [_call(call, case, places) for call in case.calls]] for case in cases])
    raw = await page.run(f"runCases({script}, {WIDTH})", within=PATIENCE)
    await _all_printed(page, server.origins["api" if at.origin != "public" else "public"])
    cookies = await page.cookies()
    await page.close()
    lines = _lines_by_case(page.console)
    return {
        case.name: Outcome(
            case=case.name,
            seen=tuple(itertools.starmap(_seen, zip(case.calls, _taken(raw[case.name], case, places), strict=True))),
            wire=tuple(_wire(exchange, case, places) for exchange in server.seen(case.name)),
            stored=tuple(sorted(places.take(str(cookie), case.name) for cookie in cookies if cookie.is_of(case.name))),
            console=tuple(
                OPAQUE_ORIGIN.sub("{opaque}", places.take(line, case.name)).strip() for line in lines[case.name]
            ),
        )
        for case in cases
    }


async def _all_printed(page: Page, url: str) -> None:
    """Until the console has a line about the last request. (From a public page it would wait for a permission.)"""
    script = f"console.log({LAST!r})" if "public" in url else f"fetch({url + LAST!r}).catch(() => 0)"
    await page.run(script)
    await page.console.until(LAST, within=PATIENCE)


def _call(call: Call, case: Case, places: Places) -> tuple[str, str, dict[str, Any]]:
    """The name, URL and options of an attempt of page.js."""
    match call:
        case Wait():
            return "wait", "", {"seconds": call.seconds}
        case Fetch():
            name, options = "fetch", call.init()
            if call.headers is not None:
                options["headers"] = _pairs(call.headers)
        case Feature():
            name = call.name
            options = {
                "crossorigin": call.crossorigin,
                "destination": call.destination,
                "with_credentials": call.with_credentials,
                "content_type": call.content_type,
            }
        case Xhr():
            name = "xhr"
            options = {
                "method": call.method,
                "headers": _pairs(call.headers),
                "body": call.body,
                "credentials": call.credentials,
                "upload": call.upload,
            }
    named = {re.sub(r"_(\w)", lambda match: match[1].upper(), name): value for name, value in options.items()}
    return name, places.put(call.url, case.name), json.loads(places.put(json.dumps(named), case.name))


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    """Never an object of JavaScript: `__proto__` is a name like any other."""
    return list(headers.items() if isinstance(headers, Mapping) else headers)


def _taken(raw: list[Any], case: Case, places: Places) -> list[Any]:
    return list(json.loads(places.take(json.dumps(raw), case.name)))


def _seen(call: Call, raw: dict[str, Any]) -> Seen:
    if raw.get("event") == "timeout":
        return Seen("pending")
    match call:
        case Fetch() if "error" in raw:
            return Seen("blocked")
        case Fetch():
            ending = "opaque" if raw["type"].startswith("opaque") else "readable"
            return Seen(ending, raw["type"], raw["status"], raw["headers"])
        case Xhr() if "error" in raw or raw["event"] != "load":
            return Seen("blocked")
        case Xhr():
            lines = raw["headers"].split("\r\n")[:-1]
            return Seen("readable", None, raw["status"], dict(line.split(": ", 1) for line in lines))
        case _:
            if isinstance(call, Feature) and call.name in UNASKED:
                return Seen("unasked")
            event = raw.pop("event")
            # What errors say is for people; their names are for scripts.
            shown = {name: str(value) for name, value in raw.items() if name != "message"}
            return Seen(event, shown=shown or None)


def _wire(exchange: Exchange, case: Case, places: Places) -> Wire:
    def field(name: str) -> str | None:
        value = exchange.get(name)
        return None if value is None else places.take(value, case.name)

    fields = {name: value for name in case.fields if (value := field(name)) is not None}
    return Wire(
        method=exchange.method,
        to=f"{exchange.origin}/{exchange.target.removeprefix(f'/{case.name}/')}",
        origin=field("origin"),
        acrm=field("access-control-request-method"),
        acrh=field("access-control-request-headers"),
        cookie=field("cookie"),
        fields=fields or None,
    )


def _lines_by_case(console: list[str]) -> Mapping[str, list[str]]:
    """The console's lines under each case that one of their URLs is of."""
    lines = defaultdict(list)
    for line in console:
        if not any(noise in line for noise in NOISE):
            for name in dict.fromkeys(CASE_IN_URL.findall(line)):
                lines[name].append(line)
    return lines
