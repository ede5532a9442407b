"""Runs cases in a real browser against the scripted server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from tests.differential._assets import html
from tests.differential._case import HOSTS, Call, Case, Feature, Fetch
from tests.differential._chromium import Chromium
from tests.differential._firefox import Firefox
from tests.differential._outcome import Ending, Outcome, Seen, Wire, without_addresses
from tests.differential._server import Answer, Exchange, Route, ScriptedServer

# Console lines come on their own time, after the page's script has gone on.
CONSOLE_DELAY = 1.0

# Said of every failed load, of unused preloads, of an XMLHttpRequest without a type, of a font by the name its page
# gives it: whatever CORS thinks of them.
NOISE = ("Failed to load resource", "was preloaded using link preload", "XML Parsing Error", "downloadable font:")

FEATURE_CALLS = {
    "font": "viaFontFace({url})",
    "image": "viaImage({url}, {crossorigin})",
    "import": "viaImport({url})",
    "module": "viaScript({url}, {crossorigin}, 'module')",
    "script": "viaScript({url}, {crossorigin})",
    "stylesheet": "viaStylesheet({url}, {crossorigin})",
}


class Page(Protocol):
    """What a driver's page can do."""

    console: list[str]

    async def run(self, script: str) -> Any: ...


BROWSERS: Mapping[str, type[Chromium] | type[Firefox]] = {"chromium": Chromium, "firefox": Firefox}


async def run_cases(browser_name: str, cases: Iterable[Case]) -> dict[str, Outcome]:
    """The outcomes of all cases, by name. One page runs them all: each case has URLs of its own."""
    cases = list(cases)
    async with ScriptedServer(HOSTS) as server, BROWSERS[browser_name]() as browser:
        server.script("page", "/", Route(actual=(Answer(lines=("Content-Type: text/html",), body=html()),)))
        page = await browser.open(f"{server.origins['page']}/")
        seen = {case.name: await _run(case, page, server) for case in cases}
        await asyncio.sleep(CONSOLE_DELAY)
        return {
            case.name: Outcome(case.name, seen[case.name], _wire(case, server), _console(case, page, server.origins))
            for case in cases
        }


async def _run(case: Case, page: Page, server: ScriptedServer) -> tuple[Seen, ...]:
    for (origin, path), route in case.placed_routes(server.origins).items():
        server.script(origin, path, route)
    seen = []
    for call in case.calls:
        raw = await page.run(_script(call, case, server.origins))
        seen.append(_seen(call, json.loads(without_addresses(json.dumps(raw), server.origins))))
    return tuple(seen)


def _script(call: Call, case: Case, origins: Mapping[str, str]) -> str:
    """The JavaScript expression that makes the call."""
    url = json.dumps(case.placed(call.url, origins))
    if isinstance(call, Fetch):
        init = {"referrerPolicy" if name == "referrer_policy" else name: value for name, value in call.init().items()}
        return f"viaFetch({url}, {json.dumps(init)})"
    if isinstance(call, Feature):
        return FEATURE_CALLS[call.name].format(url=url, crossorigin=json.dumps(call.crossorigin))
    options = {
        "method": call.method,
        "headers": dict(call.headers),
        "body": call.body,
        "credentials": call.credentials,
        "upload": call.upload,
    }
    return f"viaXhr({url}, {json.dumps(options)})"


def _seen(call: Call, raw: dict[str, Any]) -> Seen:
    if raw.get("event") == "timeout":
        raise AssertionError(f"the browser never answered {call}")
    if isinstance(call, Feature):
        return Seen(_feature_ending(call, raw))
    if raw.get("event", "load") != "load" or "error" in raw:
        return Seen("blocked")
    if isinstance(call, Fetch):
        ending: Ending = "opaque" if raw["type"].startswith("opaque") else "readable"
        return Seen(ending, raw["type"], raw["status"], raw["headers"])
    lines = raw["headers"].split("\r\n")[:-1]
    return Seen("readable", None, raw["status"], dict(line.split(": ", 1) for line in lines))


def _feature_ending(call: Feature, raw: dict[str, Any]) -> Ending:
    """A feature that loads is readable unless the page shows that it is not."""
    if raw["event"] != "load":
        return "blocked"
    shown = {raw.get(name, "readable") for name in ("pixels", "export", "blob", "texture", "rules")}
    return "opaque" if "SecurityError" in shown else "readable"


def _wire(case: Case, server: ScriptedServer) -> tuple[Wire, ...]:
    prefix = case.path("")
    return tuple(_placed(exchange, prefix, server.origins) for exchange in server.seen(prefix))


def _placed(exchange: Exchange, prefix: str, origins: Mapping[str, str]) -> Wire:
    def field(name: str) -> str | None:
        value = exchange.get(name)
        return None if value is None else without_addresses(value, origins)

    return Wire(
        method=exchange.method,
        to=f"{exchange.origin}/{exchange.target.removeprefix(prefix)}",
        origin=field("origin"),
        acrm=field("access-control-request-method"),
        acrh=field("access-control-request-headers"),
        cookie=field("cookie"),
    )


def _console(case: Case, page: Page, origins: Mapping[str, str]) -> tuple[str, ...]:
    lines = [line for line in page.console if case.path("") in line and not any(noise in line for noise in NOISE)]
    return tuple(without_addresses(line, origins).strip() for line in lines)
