"""The browser of a test suite, for synchronous tests."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, Unpack

from crossorigin.browser import CookieJar, Hooks, Permissions, Profile, Request, fetch, page_at
from crossorigin.browser import Page as Environment
from crossorigin.drivers import (
    DEFAULT_MAX_BODY,
    DEFAULT_TIMEOUT,
    Flow,
    LoopThread,
    NetworkDriver,
    Opener,
    driver_for,
    run,
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
from ._routes import Routes, Table, apps_by_origin
from ._session import Session


class Browser:
    """A browser, as far as CORS goes, with your apps behind the origins they are served at.

    Args:
        apps: ASGI or WSGI apps by origin. Which of the two an app is, its shape tells (as `crossorigin.drivers.app_of`
            has it); wrap it in `ASGI` or `WSGI` where that is unclear, or to say where it is mounted.
        network: whether requests to other origins go out; or the NetworkDriver they take, with its own certificates,
            proxy and addresses. Otherwise such a request raises NoSuchApp.
        profile: "browsers" (what Chromium, Firefox and WebKit agree on), "standard" (the letter), "chromium",
            "firefox" or "webkit".
        now: the clock, in seconds since the epoch: cookies and preflights expire by it. None for the system's.
        hooks: what the browser has settled outside of Fetch (CSP, HSTS …).
        explore: go on after the first failure, and list in the verdict what would fail next.
        timeout: seconds for one request, and for an app's start-up and shutdown each; None for no limit.
        max_body: bytes of a body that are read.
        raise_app_exceptions: whether `fetch`, `xhr` and `load` raise what an app raised, with its traceback, instead of
            showing what a browser would make of it. An attempt never raises it, and always has it as `exception`.

    One browser has one cookie jar and one preflight cache. An app is started (its lifespan) before its first request,
    and shut down when the browser is closed, so use it in a `with` block. ASGI apps run in an event loop in a thread of
    their own, which works inside a running loop too; WSGI apps run where they are called. An app that hangs ends the
    test with an error when its time is up. Python cannot stop an app that blocks the event loop, or a WSGI app outside
    the main thread: the loop's thread is left behind, and ends with the process.

    >>> def app(environ, start_response):
    ...     start_response("200 OK", [("Access-Control-Allow-Origin", "https://app.example.com")])
    ...     return [b"hello"]
    >>> with Browser({"https://api.example.com": app}) as browser:
    ...     browser.page("https://app.example.com").fetch("https://api.example.com/").text()
    'hello'

    Raises:
        ValueError: a key of `apps` is no origin, or there is no such profile.
        TypeError: an app is none, or does not tell which kind it is.
    """

    def __init__(
        self,
        apps: Mapping[str, Any] | None = None,
        *,
        network: bool | NetworkDriver = False,
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
        self._closing = ExitStack()
        loop = LoopThread()
        self._closing.callback(loop.close)
        kinds = apps_by_origin(apps or {})
        # One app at two origins is one app: it has one lifespan.
        drivers = {
            id(kind.app): driver_for(kind, timeout=timeout, max_body=max_body, loop=loop) for kind in kinds.values()
        }
        for driver in drivers.values():
            self._closing.push(driver)
        if network is True:
            network = NetworkDriver(timeout=timeout, max_body=max_body, loop=loop)
        routes: dict[str, Opener] = {origin: drivers[id(kind.app)] for origin, kind in kinds.items()}
        self._routes = Routes(Table(routes, network or None))

    def page(self, url: str, *, permissions: Permissions | None = None, **options: Unpack[PageOptions]) -> "Page":
        """A page at this URL; "null" for one with an opaque origin. See `crossorigin.browser.page_at`.

        `permissions` is what the user has answered to this page, as `{"loopback-network": "denied"}`. What it does not
        name is up to `Hooks.local_network_permission`, and granted without one.

        Raises:
            RequestError: the URL does not parse.
            ValueError: there is no such permission, or no such answer to it.
        """
        return Page(self, page_at(url, **options), permissions)

    @property
    def cookies(self) -> CookieJar:
        """The cookie jar."""
        return self._session.cookies

    def clear(self) -> None:
        """Empties the cookie jar and the preflight cache."""
        self._session.clear()

    def close(self) -> None:
        """Shuts the apps down.

        Raises:
            LifespanFailed: an app said that its shutdown failed, or it did not end in time.
        """
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.__exit__(kind, error, traceback)

    def _attempt(self, flow: Flow) -> Attempt:
        return self._session.attempt(run(flow, self._routes, self._max_body))

    def _response(self, flow: Flow, feature: str | None = None) -> Response:
        return self._session.response(run(flow, self._routes, self._max_body), feature)


class Page:
    """A page in a browser: what its script does, it does from this origin. Relative URLs are relative to it."""

    def __init__(self, browser: Browser, environment: Environment, permissions: Permissions | None) -> None:
        self._browser = browser
        self._context = browser._session.context(permissions)
        self.environment = environment

    def fetch(self, url: str, **options: Unpack[FetchOptions]) -> Response:
        """https://fetch.spec.whatwg.org/#dom-global-fetch

        `fetch(url, options)`; see FetchOptions.

        Raises:
            CORSBlocked: the script would get no response.
            NoAnswer: there was none.
            RequestError: a browser would not make such a request.
            NoSuchApp: nothing is known to answer there.
        """
        return self._browser._response(self._flow(request_of_fetch(self.environment, url, options)))

    def attempt(self, url: str, **options: Unpack[FetchOptions]) -> Attempt:
        """The same as `fetch`, with the Verdict instead of an exception, and the body where it is readable.

        Raises:
            RequestError: a browser would not make such a request.
            NoSuchApp: nothing is known to answer there.
        """
        return self._browser._attempt(self._flow(request_of_fetch(self.environment, url, options)))

    def xhr(self, url: str, **options: Unpack[XHROptions]) -> Response:
        """https://xhr.spec.whatwg.org/#dom-xmlhttprequest-send

        An XMLHttpRequest; see XHROptions. Raises as `fetch` does, where a browser fires an error event.
        """
        return self._browser._response(self._flow(request_of_xhr(self.environment, url, options)))

    def attempt_xhr(self, url: str, **options: Unpack[XHROptions]) -> Attempt:
        """The same as `xhr`, with the Verdict instead of an exception."""
        return self._browser._attempt(self._flow(request_of_xhr(self.environment, url, options)))

    def load(self, feature: str, url: str, **options: Unpack[LoadOptions]) -> Response:
        """What another feature of the page loads: "font", "image", "module" … (`crossorigin.browser.FEATURES`).

        Raises as `fetch` does, and LoadFailed where CORS lets a response pass that the feature does not take. What
        loads without being readable is an opaque response.
        """
        flow = self._flow(request_of_load(self.environment, feature, url, options))
        return self._browser._response(flow, feature)

    def attempt_load(self, feature: str, url: str, **options: Unpack[LoadOptions]) -> Attempt:
        """The same as `load`, with the Verdict instead of an exception."""
        return self._browser._attempt(self._flow(request_of_load(self.environment, feature, url, options)))

    def _flow(self, request: Request) -> Flow:
        return fetch(request, self.environment, context=self._context)

    def __repr__(self) -> str:
        return f"<Page {self.environment.url}>"
