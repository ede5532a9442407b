"""A browser for your test suite: your apps behind their origins, and pages that fetch from them as browsers would.

A fetch that a browser would block raises CORSBlocked. Its text says at which step, on what evidence, and what to do.
"""

from crossorigin.browser import Permission, Permissions, PermissionState
from crossorigin.drivers import ASGI, WSGI, LifespanFailed

from ._async_browser import AsyncBrowser, AsyncPage
from ._attempt import Attempt
from ._browser import Browser, Page
from ._errors import BodyBroken, CORSBlocked, LoadFailed, NoAnswer, NoSuchApp
from ._journal import forget_verdicts, recent_verdicts
from ._options import FetchOptions, LoadOptions, PageOptions, XHROptions
from ._response import Headers, Response

__all__ = [
    "ASGI",
    "WSGI",
    "AsyncBrowser",
    "AsyncPage",
    "Attempt",
    "BodyBroken",
    "Browser",
    "CORSBlocked",
    "FetchOptions",
    "Headers",
    "LifespanFailed",
    "LoadFailed",
    "LoadOptions",
    "NoAnswer",
    "NoSuchApp",
    "Page",
    "PageOptions",
    "Permission",
    "PermissionState",
    "Permissions",
    "Response",
    "XHROptions",
    "forget_verdicts",
    "recent_verdicts",
]
