"""A manifest in real Chromium: no page can fetch one, so it is asked for over DevTools, apart from the cases."""

from __future__ import annotations

import asyncio
import json
import os

import pytest

from crossorigin.browser import CHROMIUM, Context, CookieJar, ResponseHead, feature_request, fetch, page_at
from tests.differential._case import HOSTS
from tests.differential._chromium import Chromium
from tests.differential._server import Answer, Route, ScriptedServer

ATTRIBUTES = {"plain": None, "anonymous": "anonymous", "credentials": "use-credentials"}


async def _cookies_that_chromium_sends() -> dict[str, str | None]:
    """What the manifest of each of three pages is asked for with. The page itself has set a cookie."""
    sent = {}
    async with ScriptedServer(HOSTS) as server, Chromium() as browser:
        for name, attribute in ATTRIBUTES.items():
            crossorigin = "" if attribute is None else f" crossorigin={attribute}"
            body = f"<!doctype html><link rel=manifest href=/{name}/m{crossorigin}>".encode()
            lines = ("Content-Type: text/html", "Set-Cookie: a=1")
            server.script("page", f"/{name}/", Route((Answer(lines=lines, body=body),)))
            manifest = json.dumps({"name": name}).encode()
            server.script(
                "page", f"/{name}/m", Route((Answer(lines=("Content-Type: application/json",), body=manifest),))
            )
            page = await browser.open(f"{server.origins['page']}/{name}/")
            assert json.loads(await page.manifest())["name"] == name
            await page.close()
            sent[name] = next(e for e in server.seen(name) if e.target.endswith("/m")).get("cookie")
    return sent


def _cookie_that_the_engine_sends(attribute: str | None) -> str | None:
    page = page_at("http://page.localhost/")
    cookies = CookieJar()
    cookies.set(page.url, "a=1")
    request = feature_request(page, "manifest", "/m", crossorigin=attribute)
    flow = fetch(request, page, context=Context(profile=CHROMIUM, cookies=cookies))
    value = next(flow).headers.get(b"cookie")
    with pytest.raises(StopIteration):
        flow.send(ResponseHead(status=200))
    return None if value is None else value.decode()


def test_the_engine_sends_cookies_with_use_credentials_alone() -> None:
    sent = {name: _cookie_that_the_engine_sends(attribute) for name, attribute in ATTRIBUTES.items()}
    assert sent == {"plain": None, "anonymous": None, "credentials": "a=1"}


@pytest.mark.browsers
@pytest.mark.timeout(120)
def test_chromium_does_as_the_engine_does() -> None:
    if Chromium.executable() is None:
        if os.environ.get("CI") == "true" or os.environ.get("CROSSORIGIN_BROWSERS") == "require":
            pytest.fail("chromium is not installed, and this run may not go without it")
        pytest.skip("chromium is not installed")
    theirs = asyncio.run(_cookies_that_chromium_sends())
    assert theirs == {name: _cookie_that_the_engine_sends(attribute) for name, attribute in ATTRIBUTES.items()}
