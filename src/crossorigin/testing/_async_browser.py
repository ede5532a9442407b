"""The browser of a test suite, for asynchronous tests."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self, Unpack

from crossorigin.browser import CookieJar, Hooks, Permissions, Profile, Request, fetch, page_at
from crossorigin.browser import Page as Environment
from crossorigin.drivers import (
    DEFAULT_MAX_BODY,
    DEFAULT_TIMEOUT,
    AsyncNetworkDriver,
    AsyncOpener,
    Flow,
    async_driver_for,
    run_async,
)

from ._attempt import Attempt
from ._options import (
    FetchOptions,
    LoadOptions,
    PageOptions,
    XHROptions,
    request_of_fetch,
    request_of_load,
    request_of_xhr,
)
from ._response import Response
from ._routes import AsyncRoutes, Table, apps_by_origin
from ._session import Session


class AsyncBrowser:
    """The asynchronous twin of Browser, with the same options.

    It runs on asyncio, ASGI apps in the running event loop itself, beside the test and with what belongs to its loop;
    WSGI apps run in worker threads.
    """

    def __init__(
        self,
        apps: Mapping[str, Any] | None = None,
        *,
        network: bool | AsyncNetworkDriver = False,
        profile: str | Profile = "browsers",
        now: Callable[[], float] | None = None,
        hooks: Hooks | None = None,
        explore: bool = False,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_body: int = DEFAULT_MAX_BODY,
        raise_app_exceptions: bool = True,
    ) -> None:
        self._session = Session(
            profile=profile,
            now=now,
            hooks=hooks,
            explore=explore,
            raise_app_exceptions=raise_app_exceptions,
            in_process=not network,
        )
        self._max_body = max_body
        self._closing = AsyncExitStack()
        kinds = apps_by_origin(apps or {})
        # One app at two origins is one app: it has one lifespan.
        drivers = {id(kind.app): async_driver_for(kind, timeout=timeout, max_body=max_body) for kind in kinds.values()}
        for driver in drivers.values():
            self._closing.push_async_exit(driver)
        if network is True:
            network = AsyncNetworkDriver(timeout=timeout, max_body=max_body)
        routes: dict[str, AsyncOpener] = {origin: drivers[id(kind.app)] for origin, kind in kinds.items()}
        self._routes = AsyncRoutes(Table(routes, network or None))

    def page(self, url: str, *, permissions: Permissions | None = None, **options: Unpack[PageOptions]) -> "AsyncPage":
        """A page at this URL; "null" for one with an opaque origin. See `crossorigin.browser.page_at`.

        `permissions` is what the user has answered to this page, as `{"loopback-network": "denied"}`. What it does not
        name is up to `Hooks.local_network_permission`, and granted without one.

        Raises:
            RequestError: the URL does not parse.
            ValueError: there is no such permission, or no such answer to it.
        """
        return AsyncPage(self, page_at(url, **options), permissions)

    @property
    def cookies(self) -> CookieJar:
        """The cookie jar."""
        return self._session.cookies

    def clear(self) -> None:
        """Empties the cookie jar and the preflight cache."""
        self._session.clear()

    async def aclose(self) -> None:
        """Shuts the apps down.

        Raises:
            LifespanFailed: an app said that its shutdown failed, or it did not end in time.
        """
        await self._closing.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._closing.__aexit__(kind, error, traceback)

    async def _attempt(self, flow: Flow) -> Attempt:
        return self._session.attempt(await run_async(flow, self._routes, self._max_body))

    async def _response(self, flow: Flow, feature: str | None = None) -> Response:
        return self._session.response(await run_async(flow, self._routes, self._max_body), feature)


class AsyncPage:
    """The asynchronous twin of Page."""

    def __init__(self, browser: AsyncBrowser, environment: Environment, permissions: Permissions | None) -> None:
        self._browser = browser
        self._context = browser._session.context(permissions)
        self.environment = environment

    async def fetch(self, url: str, **options: Unpack[FetchOptions]) -> Response:
        """As Page.fetch."""
        return await self._browser._response(self._flow(request_of_fetch(self.environment, url, options)))

    async def attempt(self, url: str, **options: Unpack[FetchOptions]) -> Attempt:
        """As Page.attempt."""
        return await self._browser._attempt(self._flow(request_of_fetch(self.environment, url, options)))

    async def xhr(self, url: str, **options: Unpack[XHROptions]) -> Response:
        """As Page.xhr."""
        return await self._browser._response(self._flow(request_of_xhr(self.environment, url, options)))

    async def attempt_xhr(self, url: str, **options: Unpack[XHROptions]) -> Attempt:
        """As Page.attempt_xhr."""
        return await self._browser._attempt(self._flow(request_of_xhr(self.environment, url, options)))

    async def load(self, feature: str, url: str, **options: Unpack[LoadOptions]) -> Response:
        """As Page.load."""
        flow = self._flow(request_of_load(self.environment, feature, url, options))
        return await self._browser._response(flow, feature)

    async def attempt_load(self, feature: str, url: str, **options: Unpack[LoadOptions]) -> Attempt:
        """As Page.attempt_load."""
        return await self._browser._attempt(self._flow(request_of_load(self.environment, feature, url, options)))

    def _flow(self, request: Request) -> Flow:
        return fetch(request, self.environment, context=self._context)

    def __repr__(self) -> str:
        return f"<AsyncPage {self.environment.url}>"
