"""Headless Firefox over WebDriver BiDi."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from typing import Any

from tests.differential._cookie import StoredCookie
from tests.differential._process import empty_profile, running
from tests.differential._remote import Console, Remote

PREFERENCES: Mapping[str, bool | int | str] = {
    # No request but the cases' own.
    "app.update.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    # Names under .test lead to this machine; *.localhost does so by itself.
    "network.dns.localDomains": "www.site.test,api.site.test",
    # WebGL without a graphics card.
    "webgl.force-enabled": True,
    "gfx.webrender.software": True,
}
PUBLIC = "network.lna.address_space.public.override"
ENVIRONMENT = {"LIBGL_ALWAYS_SOFTWARE": "1", "MOZ_WEBGL_FORCE_EGL": "1", "MOZ_HEADLESS": "1"}


class FirefoxPage:
    """One tab: runs scripts, collects what the console says."""

    def __init__(self, remote: Remote, context: str, user: str) -> None:
        self._remote = remote
        self._context = context
        self._user = user
        self.console = Console()

    async def goto(self, url: str) -> None:
        """Load `url` and wait until the document is complete."""
        await self._remote.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def run(self, script: str, *, within: float = 30) -> Any:
        """The JSON value of a JavaScript expression, a promise awaited for so many seconds."""
        result = await self._remote.call(
            "script.evaluate",
            within=within,
            expression=f"Promise.resolve({script}).then(v => JSON.stringify(v ?? null))",
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        if result["type"] != "success":
            raise AssertionError(f"the page's script failed: {result['exceptionDetails']}")
        return json.loads(result["result"]["value"])

    async def cookies(self) -> list[StoredCookie]:
        """Every cookie of the tab's user context."""
        partition = {"type": "context", "context": self._context}
        cookies = (await self._remote.call("storage.getCookies", partition=partition))["cookies"]
        return [
            StoredCookie(
                name=cookie["name"],
                value=cookie["value"]["value"],
                path=cookie["path"],
                secure=cookie["secure"],
                http_only=cookie["httpOnly"],
                same_site=cookie["sameSite"].replace("default", ""),
            )
            for cookie in cookies
        ]

    async def close(self) -> None:
        """Close the tab, and forget its context."""
        await self._remote.call("browser.removeUserContext", userContext=self._user)


class Firefox:
    """A browser process with an empty profile, which is deleted at the end."""

    name = "firefox"

    def __init__(self, *, public: int | None = None) -> None:
        """`public` is a port of this machine that the browser takes to be on the internet."""
        self._public = public
        self._pages: dict[str, FirefoxPage] = {}
        self.version = ""

    @staticmethod
    def executable() -> str | None:
        """Where the browser is, or None where it is not installed."""
        return shutil.which("firefox-esr") or shutil.which("firefox")

    async def __aenter__(self) -> Firefox:
        executable = self.executable()
        assert executable is not None, "firefox-esr is not installed"
        async with contextlib.AsyncExitStack() as stack:
            profile = stack.enter_context(empty_profile("firefox"))
            public = {} if self._public is None else {PUBLIC: f"127.0.0.1:{self._public}"}
            preferences = {**PREFERENCES, **public}
            lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
            (profile / "user.js").write_text("\n".join(lines))
            command = (executable, "--headless", "--no-remote", "--remote-debugging-port=0", f"--profile={profile}")
            address = await stack.enter_async_context(running(*command, profile=profile, environment=ENVIRONMENT))
            self._remote = await Remote.connect(f"{address}/session", self._event)
            stack.push_async_callback(self._remote.close)
            capabilities = {"alwaysMatch": {"acceptInsecureCerts": True}}
            session = await self._remote.call("session.new", capabilities=capabilities)
            self.version = session["capabilities"]["browserVersion"]
            await self._remote.call("session.subscribe", events=["log.entryAdded"])
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def open(self, url: str) -> FirefoxPage:
        """A new tab in a new user context: no cookie or cache is shared with another."""
        user = (await self._remote.call("browser.createUserContext"))["userContext"]
        context = (await self._remote.call("browsingContext.create", type="tab", userContext=user))["context"]
        page = self._pages[context] = FirefoxPage(self._remote, context, user)
        await page.goto(url)
        return page

    def _event(self, message: dict[str, Any]) -> None:
        if message["method"] != "log.entryAdded":
            return
        page = self._pages.get(message["params"]["source"].get("context", ""))
        if page is not None:
            page.console.add(message["params"]["text"] or "")
