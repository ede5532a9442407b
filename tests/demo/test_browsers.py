"""The page in real browsers: every row done, no difference, nothing too wide; and a difference, where there is one.

Screenshots stay under .artefacts/demo/ for people to look at. Where a browser is missing the test is skipped and says
so, unless CI or CROSSORIGIN_BROWSERS=require asks for it.
"""

import asyncio
import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
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


FINISHED = f"""new Promise((done) => {{
  const watcher = new MutationObserver(look);
  function look() {{
    if (!["agrees", "differs", "failed"].includes(document.body.dataset.state)) return;
    watcher.disconnect();
    done({STATE});
  }}
  watcher.observe(document.body, {{ attributeFilter: ["data-state"] }});
  look();
}})"""

Page = ChromiumPage | FirefoxPage


def needs(browser: type[Chromium] | type[Firefox]) -> None:
    if browser.executable() is None and not REQUIRED:
        pytest.skip(f"{browser.name} is not installed")


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all tests: their browsers, and pages that are done, live in it."""
    with asyncio.Runner() as runner:
        yield runner


@contextmanager
def opened(runner: asyncio.Runner, browser: Chromium | Firefox) -> Iterator[Any]:
    runner.run(browser.__aenter__())
    try:
        yield browser
    finally:
        runner.run(browser.__aexit__())


@pytest.fixture(scope="module")
def chromium(runner: asyncio.Runner) -> Iterator[Chromium]:
    needs(Chromium)
    with opened(runner, Chromium()) as browser:
        yield browser


@pytest.fixture(scope="module")
def firefox(runner: asyncio.Runner) -> Iterator[Firefox]:
    needs(Firefox)
    with opened(runner, Firefox()) as browser:
        yield browser


@pytest.fixture(scope="module")
def chromium_page(runner: asyncio.Runner, chromium: Chromium, demo: Demo) -> ChromiumPage:
    """The page, its run over."""
    return runner.run(ran(chromium, demo))


@pytest.fixture(scope="module")
def firefox_page(runner: asyncio.Runner, firefox: Firefox, demo: Demo) -> FirefoxPage:
    """The page, its run over."""

    async def main() -> FirefoxPage:
        page = await firefox.open(f"{demo.origins.page}/")
        await finished(page)
        return page

    return runner.run(main())


async def call(page: ChromiumPage, method: str, **parameters: Any) -> Any:
    """A command of the DevTools protocol, for this tab."""
    return await page._remote.call(method, session=page._session, **parameters)


async def finished(page: Page) -> Any:
    """The page's state once its run is over."""
    try:
        return await page.run(FINISHED, within=PATIENCE)
    except TimeoutError:
        pytest.fail(f"the run did not end: {await page.run(STATE)}")


def assert_all_as_predicted(seen: Any) -> None:
    assert seen["differences"] == []
    assert seen["rows"] == [[f"row-{row.id}", "agree"] for row in ROWS], seen["status"]
    assert seen["state"] == "agrees"
    assert seen["tally"]["as predicted"] == str(len(ROWS))


async def ran(browser: Chromium, demo: Demo) -> ChromiumPage:
    """The demonstration in a tab of its own, its run over."""
    page = await browser.open("about:blank")
    await show(page, 1280, "light")
    await page.goto(f"{demo.origins.page}/")
    await finished(page)
    return page


async def show(page: ChromiumPage, width: int, scheme: str) -> None:
    """In a window of that width, for a person with that taste and none for motion."""
    await call(page, "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    await call(
        page,
        "Emulation.setEmulatedMedia",
        features=[{"name": name, "value": value} for name, value in features.items()],
    )


def keep(picture: str, name: str) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    (ARTEFACTS / f"{name}.png").write_bytes(base64.b64decode(picture))


async def keep_screenshot(page: ChromiumPage, name: str) -> None:
    size = await page.run("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
    picture = await call(page, "Page.captureScreenshot", captureBeyondViewport=True, format="png", clip=clip)
    keep(picture["data"], name)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (360, "light"), (1280, "dark"), (1280, "light")])
def test_chromium_does_as_predicted_and_the_page_fits(
    runner: asyncio.Runner, chromium_page: ChromiumPage, width: int, scheme: str
) -> None:
    async def look(page: ChromiumPage) -> None:
        await show(page, width, scheme)
        seen = await page.run(STATE)
        await keep_screenshot(page, f"chromium-{width}-{scheme}")
        assert_all_as_predicted(seen)
        assert seen["tooWide"] <= 0
        await page.run("document.getElementById('unfold').click()")
        assert (await page.run(STATE))["tooWide"] <= 0, "with every exchange open"
        await keep_screenshot(page, f"chromium-{width}-{scheme}-open")
        await page.run("document.getElementById('unfold').click()")
        # Blocked requests, the 403 and the tainted texture are spoken of; nothing else may be, the CSP least.
        expected = ("CORS policy", "Failed to load resource", "cross-origin image")
        assert [line for line in page.console if not any(words in line for words in expected)] == []

    runner.run(look(chromium_page))


@pytest.mark.parametrize("width", [360, 1280])
def test_firefox_does_as_predicted_and_the_page_fits(
    runner: asyncio.Runner, firefox_page: FirefoxPage, width: int
) -> None:
    async def look(page: FirefoxPage) -> None:
        remote, context = page._remote, page._context
        await remote.call("browsingContext.setViewport", context=context, viewport={"width": width, "height": 900})
        seen = await page.run(STATE)
        picture = await remote.call("browsingContext.captureScreenshot", context=context, origin="document")
        keep(picture["data"], f"firefox-{width}-light")
        assert_all_as_predicted(seen)
        assert seen["tooWide"] <= 0

    runner.run(look(firefox_page))


def test_the_page_runs_again(runner: asyncio.Runner, chromium_page: ChromiumPage) -> None:
    async def again(page: ChromiumPage) -> None:
        assert_all_as_predicted(await page.run(STATE))
        await page.run("document.getElementById('again').click()")
        assert (await page.run(STATE))["state"] == "running"
        assert_all_as_predicted(await finished(page))

    runner.run(again(chromium_page))


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


def test_a_difference_is_marked_where_it_is(runner: asyncio.Runner, chromium: Chromium) -> None:
    async def look(demo: Demo) -> None:
        page = await ran(chromium, demo)
        seen = await page.run(STATE)
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
        runner.run(look(demo))


def test_assistive_technology_finds_its_way(runner: asyncio.Runner, chromium_page: ChromiumPage) -> None:
    async def look(page: ChromiumPage) -> None:
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

    runner.run(look(chromium_page))
