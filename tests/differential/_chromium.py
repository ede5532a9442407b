"""Headless Chromium over its DevTools protocol.

Pages are in the default context of a fresh user profile. Contexts that DevTools makes are incognito ones, where
Chromium blocks third-party cookies, which elsewhere it does not by default.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from typing import Any

from tests.differential._cookie import StoredCookie
from tests.differential._process import empty_profile, running
from tests.differential._remote import Console, Remote

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP *.site.test 127.0.0.1",
    "--ignore-certificate-errors",
    "--remote-debugging-port=0",
)


INCOGNITO_ONLY = 2
"""Of `profile.cookie_controls_mode`: 0 blocks no third-party cookies, 1 all, 2, upstream's default, in incognito."""

# Page.navigate answers once the document has begun, not once it has loaded.
LOADED = "new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))"


class ChromiumPage:
    """One tab: runs scripts, collects what the console says."""

    def __init__(self, remote: Remote, session: str, target: str) -> None:
        self._remote = remote
        self._session = session
        self._target = target
        self.console = Console()

    async def goto(self, url: str) -> None:
        """Load `url` and wait until the document is complete."""
        await self._remote.call("Page.navigate", session=self._session, url=url)
        await self.run(LOADED)

    async def run(self, script: str, *, within: float = 30) -> Any:
        """The JSON value of a JavaScript expression, a promise awaited for so many seconds."""
        result = await self._remote.call(
            "Runtime.evaluate",
            session=self._session,
            within=within,
            expression=f"Promise.resolve({script}).then(v => JSON.stringify(v ?? null))",
            awaitPromise=True,
            userGesture=True,
        )
        if "exceptionDetails" in result:
            raise AssertionError(f"the page's script failed: {result['exceptionDetails']}")
        return json.loads(result["result"]["value"])

    async def manifest(self) -> str:
        """The text of the page's manifest, which Chromium fetches when it is asked for it."""
        return str((await self._remote.call("Page.getAppManifest", session=self._session))["data"])

    async def cookies(self) -> list[StoredCookie]:
        """Every cookie of the browser."""
        cookies = (await self._remote.call("Storage.getCookies"))["cookies"]
        return [
            StoredCookie(
                name=cookie["name"],
                value=cookie["value"],
                path=cookie["path"],
                secure=cookie["secure"],
                http_only=cookie["httpOnly"],
                same_site=cookie.get("sameSite", "").lower(),
            )
            for cookie in cookies
        ]

    async def close(self) -> None:
        """Close the tab, and forget its cookies. Caches stay: each case has URLs of its own."""
        await self._remote.call("Target.closeTarget", targetId=self._target)
        await self._remote.call("Storage.clearCookies")


class Chromium:
    """A browser process with a fresh profile, which is deleted at the end. Third-party cookies are as in upstream."""

    name = "chromium"
    preferences: Mapping[str, Any] = {"profile": {"cookie_controls_mode": INCOGNITO_ONLY}}

    def __init__(self, *, public: int | None = None) -> None:
        """`public` is a port of this machine that the browser takes to be on the internet."""
        self._public = public
        self._pages: dict[str, ChromiumPage] = {}
        self.version = ""

    @staticmethod
    def executable() -> str | None:
        """Where the browser is, or None where it is not installed."""
        return shutil.which("chromium")

    async def __aenter__(self) -> Chromium:
        executable = self.executable()
        assert executable is not None, "chromium is not installed"
        async with contextlib.AsyncExitStack() as stack:
            profile = stack.enter_context(empty_profile("chromium"))
            (profile / "Default").mkdir()
            (profile / "Default" / "Preferences").write_text(json.dumps(self.preferences))
            public = () if self._public is None else (f"--ip-address-space-overrides=127.0.0.1:{self._public}=public",)
            command = (executable, *QUIET, *public, f"--user-data-dir={profile}", "about:blank")
            address = await stack.enter_async_context(running(*command, profile=profile))
            self._remote = await Remote.connect(address, self._event)
            stack.push_async_callback(self._remote.close)
            self.version = (await self._remote.call("Browser.getVersion"))["product"].rpartition("/")[2]
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def open(self, url: str) -> ChromiumPage:
        """A new tab. One that was closed before has left no cookie."""
        call = self._remote.call
        target = (await call("Target.createTarget", url="about:blank"))["targetId"]
        session = (await call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = self._pages[session] = ChromiumPage(self._remote, session, target)
        for domain in ("Page", "Log", "Runtime"):
            await call(f"{domain}.enable", session=session)
        await page.goto(url)
        return page

    def _event(self, message: dict[str, Any]) -> None:
        page = self._pages.get(message.get("sessionId", ""))
        if page is None:
            return
        if message["method"] == "Log.entryAdded":
            page.console.add(message["params"]["entry"]["text"])
        elif message["method"] == "Runtime.consoleAPICalled":
            page.console.add(" ".join(str(arg.get("value")) for arg in message["params"]["args"]))


class DebianChromium(Chromium):
    """The same, with the default that Debian patches in: third-party cookies are blocked."""

    name = "chromium-debian"
    preferences: Mapping[str, Any] = {}
