"""Origins: tuple origins, opaque origins, and the closed grammar of a serialised one."""

import re
from dataclasses import dataclass
from functools import cache

from ._hosts import (
    is_canonical_domain,
    is_canonical_ipv4,
    is_canonical_ipv6,
    is_loopback_host,
    registrable_domain,
)

DEFAULT_PORTS = {"ftp": 21, "http": 80, "https": 443, "ws": 80, "wss": 443}
"""https://url.spec.whatwg.org/#default-port"""

MAX_SCHEME_LENGTH = 64
MAX_ORIGIN_LENGTH = MAX_SCHEME_LENGTH + len("://") + 253 + len(":65535")


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-tuple

    A tuple origin. `scheme` and `host` are as a browser serialises them (ASCII, IPv6 in brackets; lower case, but for
    the hosts of apps and extensions); `port` is None for the scheme's default port.

    >>> origin = Origin.parse("https://app.example.com:8443")
    >>> origin.host, origin.port, str(origin)
    ('app.example.com', 8443, 'https://app.example.com:8443')
    """

    scheme: str
    host: str
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Origin":
        """The origin that `text` serialises.

        Raises:
            ValueError: it is no serialised tuple origin. URLs, `null`, upper case and default ports are none.
        """
        origin = parse_serialized_origin(text)
        if origin is None:
            raise ValueError(
                f"{text[:MAX_ORIGIN_LENGTH]!r} is not a serialised origin: write scheme://host or scheme://host:port, "
                "in lower case, without a default port, a path or a trailing slash, as in 'https://app.example.com'"
            )
        return origin

    def __str__(self) -> str:
        """https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin"""
        return f"{self.scheme}://{self.host}" if self.port is None else f"{self.scheme}://{self.host}:{self.port}"

    def is_same_origin(self, other: "AnyOrigin") -> bool:
        """https://html.spec.whatwg.org/multipage/browsers.html#same-origin"""
        return self == other

    def is_same_site(self, other: "AnyOrigin") -> bool:
        """https://html.spec.whatwg.org/multipage/browsers.html#same-site

        >>> Origin("https", "a.example.com").is_same_site(Origin("https", "b.example.com", 8443))
        True
        >>> Origin("https", "a.example.com").is_same_site(Origin("http", "a.example.com"))
        False
        """
        return isinstance(other, Origin) and self.scheme == other.scheme and self.is_schemelessly_same_site(other)

    def is_schemelessly_same_site(self, other: "AnyOrigin") -> bool:
        """https://html.spec.whatwg.org/multipage/browsers.html#schemelessly-same-site"""
        if not isinstance(other, Origin):
            return False
        if self.host == other.host:
            return True
        domain = self.registrable_domain
        return domain is not None and domain == other.registrable_domain

    @property
    def registrable_domain(self) -> str | None:
        """https://url.spec.whatwg.org/#host-registrable-domain

        None too for the schemes of apps: their hosts are opaque, and names in no DNS.

        >>> Origin("https", "a.example.com").registrable_domain, Origin("app", "a.example.com").registrable_domain
        ('example.com', None)
        """
        return registrable_domain(self.host) if self.scheme in DEFAULT_PORTS else None

    def is_potentially_trustworthy(self) -> bool:
        """https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy

        >>> Origin("http", "localhost", 3000).is_potentially_trustworthy()
        True
        """
        return self.scheme in ("https", "wss") or is_loopback_host(self.host)


@dataclass(frozen=True, slots=True, eq=False)
class OpaqueOrigin:
    """https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque

    The origin of a sandboxed frame, a `data:` or `file:` document. It serialises as `null` and is the same origin only
    as itself: two of them never compare equal.

    >>> opaque = OpaqueOrigin()
    >>> str(opaque), opaque.is_same_origin(opaque), opaque.is_same_origin(OpaqueOrigin())
    ('null', True, False)
    """

    def __str__(self) -> str:
        return "null"

    def is_same_origin(self, other: "AnyOrigin") -> bool:
        """https://html.spec.whatwg.org/multipage/browsers.html#same-origin"""
        return self is other

    def is_same_site(self, other: "AnyOrigin") -> bool:
        """https://html.spec.whatwg.org/multipage/browsers.html#same-site"""
        return self is other

    def is_schemelessly_same_site(self, other: "AnyOrigin") -> bool:
        """https://html.spec.whatwg.org/multipage/browsers.html#schemelessly-same-site"""
        return self is other

    def is_potentially_trustworthy(self) -> bool:
        """https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy"""
        return False


AnyOrigin = Origin | OpaqueOrigin


def parse_serialized_origin(text: str) -> Origin | None:
    """https://fetch.spec.whatwg.org/#serialized-origin

    The tuple origin that `text` is the exact serialisation of, or None. A closed ASCII grammar: nothing is trimmed,
    folded or completed, so what is returned serialises to `text` again, byte for byte. A server compares Origin
    fields with it; URLs are parsed elsewhere, by a URL parser.

    >>> parse_serialized_origin("https://app.example.com")
    Origin(scheme='https', host='app.example.com', port=None)
    >>> parse_serialized_origin("https://app.example.com:443") is None
    True
    >>> parse_serialized_origin("https://evil.com/.example.com") is None
    True
    """
    if len(text) > MAX_ORIGIN_LENGTH:
        return None
    match = _serialized_origin().fullmatch(text)
    if match is None:
        return None
    scheme, host, port_text = match.groups()
    port = None if port_text is None else int(port_text)
    if port is not None and (port > 65535 or port == DEFAULT_PORTS.get(scheme)):
        return None
    return Origin(scheme, host, port) if is_canonical_host(scheme, host) else None


def is_canonical_host(scheme: str, host: str) -> bool:
    """Whether `host` is written as a browser serialises it under this scheme.

    Only the hosts of http and its like can be IPv4 addresses: `127.1` under another scheme is a mere name. Such a name
    keeps its case (Safari writes the hosts of extensions in upper case), and Electron's apps may have the host `.`.

    >>> is_canonical_host("app", "."), is_canonical_host("moz-extension", "2AB3"), is_canonical_host("https", ".")
    (True, True, False)
    """
    if host.startswith("["):
        return is_canonical_ipv6(host)
    if scheme not in DEFAULT_PORTS:
        return host == "." or is_canonical_domain(host.lower()) or is_canonical_domain(f"{host.lower()}.a")
    return is_canonical_domain(host) or is_canonical_ipv4(host)


@cache
def _serialized_origin() -> re.Pattern[str]:
    # Every alternative begins with a different character and each class is bounded: linear, and anchored by fullmatch.
    return re.compile(
        r"([a-z][a-z0-9+.-]{0,63})://([A-Za-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([1-9][0-9]{0,4}))?",
        re.ASCII,
    )
