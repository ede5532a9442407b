"""What a page asks for: the page, the request it makes, and the request heads that go out on the wire."""

from dataclasses import dataclass, field, replace
from typing import Literal

from crossorigin.standard import DEFAULT_PORTS, AnyOrigin, HeaderList, Origin

from ._url import parse_url

Mode = Literal["cors", "no-cors", "same-origin", "navigate", "websocket", "webtransport"]
Credentials = Literal["omit", "same-origin", "include"]
RedirectMode = Literal["follow", "error", "manual"]
CacheMode = Literal["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"]
EmbedderPolicy = Literal["unsafe-none", "require-corp", "credentialless"]
AddressSpace = Literal["public", "local", "loopback"]
ReferrerPolicy = Literal[
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]


CLIENT = "client"
"""`Request.referrer` where the page itself is the referrer; "" is no referrer, all else a URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-object

    The document whose script makes requests. `page_at` builds one from its URL.

    `url` is the page's own (serialised); `origin` its origin, opaque for a sandboxed or `file:` page; `top_level` the
    origin of the top-level page where this one is a frame (None: it is the top itself). `address_space` is where its
    server lives, None where that is unknown.
    """

    url: str
    origin: AnyOrigin
    top_level: AnyOrigin | None = None
    embedder_policy: EmbedderPolicy = "unsafe-none"
    referrer_policy: ReferrerPolicy = "strict-origin-when-cross-origin"
    address_space: AddressSpace | None = None

    @property
    def has_cross_site_ancestor(self) -> bool:
        """https://html.spec.whatwg.org/multipage/webappapis.html#concept-settings-object-has-cross-site-ancestor

        As far as the top-level page tells: what lies between it and this one is not modelled.
        """
        return self.top_level is not None and not self.top_level.is_same_site(self.origin)

    @property
    def is_secure_context(self) -> bool:
        """https://html.spec.whatwg.org/multipage/webappapis.html#secure-context

        By its own URL (a sandboxed page on https is secure) and by the top-level page's origin. Pages of apps and
        extensions are secure: their engines take registered schemes for trustworthy.
        """
        url = parse_url(self.url)
        if url is None or not (url.is_potentially_trustworthy or _is_of_an_app(url.origin_as_page)):
            return False
        top = self.top_level
        return top is None or top.is_potentially_trustworthy() or _is_of_an_app(top)


def _is_of_an_app(origin: AnyOrigin) -> bool:
    return isinstance(origin, Origin) and origin.scheme not in DEFAULT_PORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """https://fetch.spec.whatwg.org/#concept-request

    `url` is serialised by the WHATWG parser. `headers` are the ones the page set, forbidden ones already dropped, and
    those that the feature sets for it. `body` is None for no body. `stream_body` marks a body without a source: it
    cannot be sent twice. `referrer` is "client", "" or a URL; `referrer_policy` "" takes the page's own.
    `initiator` is the standard's initiator ("imageset", "prefetch" ...), `initiator_type` the name of the web API.
    """

    url: str
    method: str = "GET"
    headers: HeaderList = field(default_factory=HeaderList)
    body: bytes | None = None
    stream_body: bool = False
    mode: Mode = "cors"
    credentials: Credentials = "same-origin"
    redirect: RedirectMode = "follow"
    cache: CacheMode = "default"
    destination: str = ""
    initiator: str = ""
    initiator_type: str = "fetch"
    referrer: str = CLIENT
    referrer_policy: ReferrerPolicy | Literal[""] = ""
    target_address_space: AddressSpace | None = None
    keepalive: bool = False
    use_cors_preflight: bool = False
    unsafe_request: bool = False

    def replace(self, **changes: object) -> "Request":
        """The same request with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # dataclasses.replace checks the names itself
