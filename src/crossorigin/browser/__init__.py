"""The browser half: the Fetch standard's CORS algorithms as pure functions and one sans-IO flow.

`fetch` is a generator: it yields request heads, takes response heads, and returns a `Verdict`. A driver is a loop over
it (`crossorigin.drivers`).

>>> page = page_at("https://app.example.com/")
>>> request = fetch_request(page, "https://api.example.com/items")
>>> flow = fetch(request, page, context=Context())
>>> next(flow).headers.get(b"Origin")
b'https://app.example.com'
>>> try:
...     flow.send(ResponseHead(status=200))
... except StopIteration as stop:
...     verdict = stop.value
>>> verdict.readable, verdict.reason
(False, <Reason.ACAO_MISSING: 'acao-missing'>)
"""

from ._body import Blob, BodyInit, FormData, ReadableStream, URLSearchParams
from ._cache import CacheKey, PreflightCache
from ._construct import fetch_request, xhr_request
from ._context import Context, Hooks, LocalNetworkPermission
from ._cookies import CookieJar, CookieRefusal
from ._element import ElementFailure, element_failure
from ._errors import RequestError
from ._features import FEATURES, Feature, feature_named, feature_request
from ._flow import fetch
from ._local_network import space_of_address
from ._mime_blocking import JAVASCRIPT_MIME_TYPES
from ._page import page_at
from ._permissions import Permission, Permissions, PermissionState, permission_hook
from ._profile import BROWSERS, CHROMIUM, FIREFOX, PROFILES, STANDARD, WEBKIT, Profile
from ._redirect import REDIRECT_STATUSES
from ._request import (
    AddressSpace,
    CacheMode,
    Credentials,
    EmbedderPolicy,
    Mode,
    Page,
    RedirectMode,
    ReferrerPolicy,
    Request,
)
from ._response import (
    Answer,
    Exchange,
    FailureKind,
    NetworkFailure,
    Purpose,
    Response,
    ResponseHead,
    ResponseType,
    Send,
)
from ._url import URL, parse_url
from ._verdict import Finding, Outcome, Reason, RefusedCookie, Step, Verdict

__all__ = [
    "BROWSERS",
    "CHROMIUM",
    "FEATURES",
    "FIREFOX",
    "JAVASCRIPT_MIME_TYPES",
    "PROFILES",
    "REDIRECT_STATUSES",
    "STANDARD",
    "URL",
    "WEBKIT",
    "AddressSpace",
    "Answer",
    "Blob",
    "BodyInit",
    "CacheKey",
    "CacheMode",
    "Context",
    "CookieJar",
    "CookieRefusal",
    "Credentials",
    "ElementFailure",
    "EmbedderPolicy",
    "Exchange",
    "FailureKind",
    "Feature",
    "Finding",
    "FormData",
    "Hooks",
    "LocalNetworkPermission",
    "Mode",
    "NetworkFailure",
    "Outcome",
    "Page",
    "Permission",
    "PermissionState",
    "Permissions",
    "PreflightCache",
    "Profile",
    "Purpose",
    "ReadableStream",
    "Reason",
    "RedirectMode",
    "ReferrerPolicy",
    "RefusedCookie",
    "Request",
    "RequestError",
    "Response",
    "ResponseHead",
    "ResponseType",
    "Send",
    "Step",
    "URLSearchParams",
    "Verdict",
    "element_failure",
    "feature_named",
    "feature_request",
    "fetch",
    "fetch_request",
    "page_at",
    "parse_url",
    "permission_hook",
    "space_of_address",
    "xhr_request",
]
