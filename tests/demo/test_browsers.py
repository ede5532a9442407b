"""The page in real browsers: every row done, no difference, nothing too wide; and a difference, where there is one.

Screenshots stay under .artefacts/demo/ for people to look at. Where a browser is missing the test is skipped and says
so, unless CI or CROSSORIGIN_BROWSERS=require asks for it.
"""

import asyncio
import base64
import os
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crossorigin import Origin, Policy, PolicyMap
from crossorigin.demo import ROWS, Demo, policies
from tests.differential._chromium import Chromium, ChromiumPage
from tests.differential._firefox import Firefox, FirefoxPage

ARTEFACTS = Path(__file__).parents[2] / ".artefacts" / "demo"
REQUIRED = os.environ.get("CI") == "true" or os.environ.get("CROSSORIGIN_BROWSERS") == "require"
PATIENCE = 60.0

pytestmark = pytest.mark.browsers

STATE = """({
  state: document.body.dataset.state ?? "starting",
  status: document.getElementById("status").textContent,
  rows: [...document.querySelectorAll(".row")].map((row) => [row.id, row.dataset.state]),
  differences: [...document.querySelectorAll("tr.differs")].map(
    (line) => line.closest(".row").id + ": " + line.innerText),
  tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  tally: Object.fromEntries([...document.querySelectorAll("#tally div")].map(
    (pair) => [pair.querySelector("dt").textContent, pair.querySelector("dd").textContent])),
})"""


def needs(browser: type[Chromium] | type[Firefox]) -> None:
    if browser.executable() is None and not REQUIRED:
        pytest.skip(f"{browser.name} is not installed")


async def call(page: ChromiumPage, method: str, **parameters: Any) -> Any:
    """A command of the DevTools protocol, for this tab."""
    return await page._remote.call(method, session=page._session, **parameters)


async def finished(page: ChromiumPage | FirefoxPage) -> Any:
    """The page's state once its run is over."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        seen = await page.run(STATE)
        if seen["state"] in ("agrees", "differs", "failed"):
            return seen
        assert asyncio.get_running_loop().time() < deadline, seen
        await asyncio.sleep(0.1)


def assert_all_as_predicted(seen: Any) -> None:
    assert seen["differences"] == []
    assert seen["rows"] == [[f"row-{row.id}", "agree"] for row in ROWS], seen["status"]
    assert seen["state"] == "agrees"
    assert seen["tally"]["as predicted"] == str(len(ROWS))


async def in_chromium(demo: Demo, width: int, scheme: str, then: Callable[[ChromiumPage, Any], Awaitable[None]]) -> Any:
    async with Chromium() as browser:
        page = await browser.open("about:blank")
        await call(
            page, "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        await call(
            page,
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        )
        await page.goto(f"{demo.origins.page}/")
        seen = await finished(page)
        await then(page, seen)
        return page


def keep(picture: str, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    (ARTEFACTS / f"{name}.png").write_bytes(base64.b64decode(picture))


async def keep_screenshot(page: ChromiumPage, name: str) -> None:
    size = await page.run("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
    picture = await call(page, "Page.captureScreenshot", captureBeyondViewport=True, format="png", clip=clip)
    keep(picture["data"], name)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (360, "light"), (1280, "dark"), (1280, "light")])
def test_chromium_does_as_predicted_and_the_page_fits(demo: Demo, width: int, scheme: str) -> None:
    needs(Chromium)

    async def look(page: ChromiumPage, seen: Any) -> None:
        await keep_screenshot(page, f"chromium-{width}-{scheme}")
        assert_all_as_predicted(seen)
        assert seen["tooWide"] <= 0
        await page.run("document.getElementById('unfold').click()")
        assert (await page.run(STATE))["tooWide"] <= 0, "with every exchange open"
        await keep_screenshot(page, f"chromium-{width}-{scheme}-open")
        # Blocked requests, the 403 and the tainted texture are spoken of; nothing else may be, the CSP least.
        expected = ("CORS policy", "Failed to load resource", "cross-origin image")
        assert [line for line in page.console if not any(words in line for words in expected)] == []

    asyncio.run(in_chromium(demo, width, scheme, look))


@pytest.mark.parametrize("width", [360, 1280])
def test_firefox_does_as_predicted_and_the_page_fits(demo: Demo, width: int) -> None:
    needs(Firefox)

    async def main() -> None:
        async with Firefox() as browser:
            page = await browser.open("about:blank")
            view = {"context": page._context, "viewport": {"width": width, "height": 900}}
            await page._remote.call("browsingContext.setViewport", **view)
            await page.goto(f"{demo.origins.page}/")
            seen = await finished(page)
            picture = await page._remote.call(
                "browsingContext.captureScreenshot", context=page._context, origin="document"
            )
            keep(picture["data"], f"firefox-{width}-light")
            assert_all_as_predicted(seen)
            assert seen["tooWide"] <= 0

    asyncio.run(main())


def test_the_page_runs_again(demo: Demo) -> None:
    needs(Chromium)

    async def again(page: ChromiumPage, seen: Any) -> None:
        assert_all_as_predicted(seen)
        await page.run("document.getElementById('again').click()")
        assert (await page.run(STATE))["state"] == "running"
        assert_all_as_predicted(await finished(page))

    asyncio.run(in_chromium(demo, 800, "light", again))


def fickle(page_origin: str) -> PolicyMap:
    """An allow-list that changes its mind: it knows the page once, for the prediction, and never again."""
    asked: list[Origin] = []

    async def once(origin: Origin) -> bool:
        if str(origin) != page_origin:
            return False
        asked.append(origin)
        return len(asked) == 1

    return PolicyMap(
        {**policies(page_origin).policies, "/allowlist": Policy(allow_origins=[once], refuse_disallowed=True)}
    )


def test_a_difference_is_marked_where_it_is() -> None:
    needs(Chromium)

    async def look(page: ChromiumPage, seen: Any) -> None:
        assert (seen["state"], seen["tally"]["differ"]) == ("differs", "1")
        assert [row for row, state in seen["rows"] if state != "agree"] == ["row-allowlist-page"]
        assert {line.partition("\t")[0] for line in seen["differences"]} == {
            f"row-allowlist-page: {name}" for name in ("Outcome", "API code", "Script gets", "On the wire")
        }
        marked = await page.run("document.querySelector('#row-allowlist-page').innerText")
        assert "≠ differs from the prediction" in marked
        assert await page.run("document.querySelector('#row-allowlist-page details').open")
        assert (await page.run("document.getElementById('status').textContent")).startswith("1 of ")
        await keep_screenshot(page, "chromium-difference")

    with Demo(policy=fickle) as demo:
        asyncio.run(in_chromium(demo, 1280, "light", look))


def test_assistive_technology_finds_its_way(demo: Demo) -> None:
    needs(Chromium)

    async def look(page: ChromiumPage, seen: Any) -> None:
        nodes = (await call(page, "Accessibility.getFullAXTree"))["nodes"]
        named = [
            (node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")
        ]
        roles = {role for role, _ in named}
        assert {"banner", "main", "navigation", "contentinfo", "status", "progressbar", "list", "article"} <= roles
        assert [
            role for role, name in named if role in ("button", "link", "image", "progressbar") and not name.strip()
        ] == []
        levels = [
            int(level)
            for level in await page.run("[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => h.tagName[1])")
        ]
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert levels.count(3) == len(ROWS)
        # Everything that can be worked is reached with the Tab key, in the page's order, with its focus to be seen.
        reached: list[list[Any]] = []
        for _ in range(8):
            for kind in ("keyDown", "keyUp"):
                await call(page, "Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
            reached.append(
                await page.run(
                    "[document.activeElement.innerText.trim(), getComputedStyle(document.activeElement).outlineStyle]"
                )
            )
        assert [text for text, _ in reached][:4] == [
            "Skip to the results",
            "Run again",
            "Show every exchange",
            "Simple requests",
        ]
        assert {style for _, style in reached} == {"solid"}
        assert await page.run("getComputedStyle(document.querySelector('.state')).animationName") == "none"

    asyncio.run(in_chromium(demo, 1280, "light", look))
