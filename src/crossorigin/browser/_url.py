"""URLs, parsed as browsers parse them: the WHATWG parser (Ada), never a regex, never urllib."""

from dataclasses import dataclass, replace
from functools import lru_cache

from crossorigin.standard import DEFAULT_PORTS, AnyOrigin, OpaqueOrigin, Origin, is_loopback_host

from ._ada import can_ada

MAX_URL_LENGTH = 2 * 1024 * 1024
"""Characters that a URL may have; a longer one does not parse. Chromium draws the line at the same place."""

HTTP_SCHEMES = frozenset({"http", "https"})
"""https://fetch.spec.whatwg.org/#http-scheme"""

_KEPT_LENGTH = 2048
"""Characters of a URL whose parse is kept for the next time."""

_NO_APP_SCHEMES = frozenset({*DEFAULT_PORTS, "about", "blob", "data", "file", "filesystem", "javascript"})
"""Schemes that no app can register for its pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class URL:
    """https://url.spec.whatwg.org/#concept-url

    A parsed URL. `href` is its serialisation; `host` is as serialised (IPv6 in brackets), "" where there is none;
    `port` is None for the scheme's default; `fragment` is None where there is none, "" for a bare `#`. `origin` is made
    once: an opaque one is the same origin only as itself.
    """

    href: str
    scheme: str
    host: str
    port: int | None
    path: str
    fragment: str | None
    includes_credentials: bool
    origin: AnyOrigin

    def __str__(self) -> str:
        return self.href

    @property
    def without_fragment(self) -> str:
        """https://url.spec.whatwg.org/#url-serializer-exclude-fragment"""
        return self.href if self.fragment is None else self.href.partition("#")[0]

    @property
    def is_http(self) -> bool:
        """Whether the scheme is http or https."""
        return self.scheme in HTTP_SCHEMES

    @property
    def origin_as_page(self) -> AnyOrigin:
        """The origin of a page at this URL: `origin`, except for the schemes that apps and extensions register.

        To the URL standard these have opaque origins. Each engine makes a tuple of scheme and host once the scheme is
        registered: Chromium (Electron, WebView2, `chrome-extension:`) for a standard scheme, IsValidInput in
        url/scheme_host_port.cc; WebKit (WKWebView in Capacitor, Ionic and Tauri, `safari-web-extension:`) for one that
        has a scheme handler, shouldTreatAsOpaqueOrigin in Source/WebCore/page/SecurityOriginData.cpp; Firefox for
        `moz-extension:`, GetWebExposedOriginSerialization in dom/base/nsContentUtils.cpp. A page with such a URL and a
        host is taken for one of these, in every profile.

        >>> str(parse_url("app://obsidian.md/index.html").origin_as_page), str(parse_url("file:///x").origin_as_page)
        ('app://obsidian.md', 'null')
        """
        if not self.host or self.scheme in _NO_APP_SCHEMES:
            return self.origin
        return Origin(self.scheme, self.host.lower(), self.port)

    @property
    def is_potentially_trustworthy(self) -> bool:
        """https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy"""
        if self.origin.is_potentially_trustworthy():
            return True
        return self.scheme in ("data", "file") or self.without_fragment in ("about:blank", "about:srcdoc")

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine itself, by its name alone."""
        return is_loopback_host(self.host)

    def with_fragment(self, fragment: str | None) -> "URL":
        """The same URL with this fragment, None to take it away."""
        return _of(_with_hash(self.href, fragment))

    def with_scheme(self, scheme: str) -> "URL":
        """The same URL under another scheme of the same kind, as http and https are."""
        url = can_ada.parse(self.href)
        url.protocol = scheme
        return _of(url)

    def stripped(self, *, origin_only: bool = False) -> str:
        """https://w3c.github.io/webappsec-referrer-policy/#strip-url

        Serialised without userinfo and fragment; with `origin_only` without path and query either.
        """
        kept = len(self.href) <= _KEPT_LENGTH
        return (_strip_again if kept else _strip)(self.without_fragment, origin_only)


def parse_url(text: str, base: str | None = None) -> URL | None:
    """https://url.spec.whatwg.org/#concept-url-parser

    None is failure. `base` is a serialised URL.

    >>> parse_url("../b", base="https://EXAMPLE.com:443/a/").href
    'https://example.com/b'
    >>> parse_url("https://example.com:99999/") is None
    True
    """
    if len(text) > MAX_URL_LENGTH:
        return None
    if len(text) > _KEPT_LENGTH or (base is not None and len(base) > _KEPT_LENGTH):
        return _parse(text, base)
    url = _parse_again(text, base)
    # Each parse makes an opaque origin of its own.
    return replace(url, origin=OpaqueOrigin()) if url is not None and isinstance(url.origin, OpaqueOrigin) else url


def _parse(text: str, base: str | None) -> URL | None:
    text = to_scalar_values(text)
    try:
        url = can_ada.parse(text) if base is None else can_ada.parse(base) + text
    except ValueError:
        return None
    return None if len(url.href) > MAX_URL_LENGTH else _of(url)


def _strip(url: str, origin_only: bool) -> str:
    stripped = can_ada.parse(url)
    stripped.username = stripped.password = ""
    if origin_only:
        stripped.pathname = "/"
        stripped.search = ""
    return str(stripped.href)


# One fetch parses its URL in half a dozen places, and a page's many fetches have one referrer.
_parse_again = lru_cache(maxsize=256)(_parse)
_strip_again = lru_cache(maxsize=256)(_strip)


def to_scalar_values(text: str) -> str:
    """https://infra.spec.whatwg.org/#javascript-string-convert

    A lone surrogate has no UTF-8 form: U+FFFD stands in its place.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _of(url: can_ada.URL) -> URL:
    scheme = url.protocol.removesuffix(":")
    return URL(
        href=url.href,
        scheme=scheme,
        host=url.hostname,
        port=int(url.port) if url.port else None,
        path=url.pathname,
        fragment=url.hash.removeprefix("#") if url.has_hash() else None,
        includes_credentials=url.has_credentials(),
        origin=_origin_of(url, scheme),
    )


def _origin_of(url: can_ada.URL, scheme: str) -> AnyOrigin:
    """https://url.spec.whatwg.org/#concept-url-origin"""
    if scheme in DEFAULT_PORTS:
        return Origin(scheme, url.hostname, int(url.port) if url.port else None)
    if scheme == "blob":
        inner = parse_url(url.pathname)
        if inner is not None and inner.is_http:
            return inner.origin
    return OpaqueOrigin()


def _with_hash(href: str, fragment: str | None) -> can_ada.URL:
    url = can_ada.parse(href.partition("#")[0])
    return url if fragment is None else can_ada.parse(f"{url.href}#{fragment}")
