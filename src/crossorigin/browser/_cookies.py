"""The cookie jar: what browsers store, and what they send back to whom. Pure: the clock is handed in."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from crossorigin.standard import ends_in_a_number, is_public_suffix

from ._set_cookie import SameSite, SetCookie, parse_set_cookie
from ._url import URL, parse_url

SameSiteMode = Literal["strict-or-less", "lax-or-less", "unset-or-less"]
"""https://fetch.spec.whatwg.org/#determine-the-same-site-mode"""

Partition = object
"""The top-level site that a partitioned cookie belongs to; None for a cookie that is not partitioned."""

MAX_AGE = 400 * 24 * 3600
"""Seconds that a cookie may live, whatever it asks for."""

_MAX_COOKIES_A_DOMAIN = 180
_MAX_DOMAINS = 1000


class CookieRefusal(StrEnum):
    """Why a browser stores no cookie for a Set-Cookie header."""

    CREDENTIALS = "credentials"
    MALFORMED = "malformed"
    DOMAIN = "domain"
    SECURE = "secure"
    SAME_SITE = "same-site"
    INSECURE_NONE = "none-without-secure"
    PREFIX = "prefix"
    OVERLAY = "overlays-secure"
    THIRD_PARTY = "third-party"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """https://www.rfc-editor.org/rfc/rfc6265#section-5.3

    One stored cookie. `expires` is in seconds since the epoch, None for one that lasts as long as the session;
    `created` orders cookies by age.
    """

    name: bytes
    value: bytes
    domain: str
    host_only: bool
    path: str
    secure: bool
    http_only: bool
    same_site: SameSite
    partition: Partition
    expires: float | None
    created: int

    def serialized(self) -> bytes:
        """https://www.rfc-editor.org/rfc/rfc6265#section-5.4"""
        return self.name + b"=" + self.value if self.name else self.value


_CookieKey = tuple[bytes, bool, str, Partition]


class CookieJar:
    """https://www.rfc-editor.org/rfc/rfc6265#section-5.3

    A browser's cookies. Hand the same one to every `Context` of a session. It holds at most 180 cookies a domain and a
    thousand domains; the oldest go first.

    >>> jar = CookieJar()
    >>> jar.set("https://api.example.com/", "id=1; Secure; SameSite=None")
    >>> [cookie.name for cookie in jar.cookies]
    [b'id']
    """

    def __init__(self) -> None:
        self._domains: dict[str, dict[_CookieKey, Cookie]] = {}
        self._created = 0

    def __len__(self) -> int:
        return sum(map(len, self._domains.values()))

    def __repr__(self) -> str:
        return f"<CookieJar of {len(self)} cookies>"

    @property
    def cookies(self) -> tuple[Cookie, ...]:
        """Every cookie held, the oldest first, expired ones that nobody asked for among them."""
        held = [cookie for cookies in self._domains.values() for cookie in cookies.values()]
        return tuple(sorted(held, key=_age))

    def clear(self) -> None:
        """Forgets everything."""
        self._domains.clear()

    def set(self, url: str, set_cookie: str | bytes, *, now: float = 0.0) -> None:
        """Stores a cookie as though a response of this URL had set it, on a visit to its own site.

        Raises:
            ValueError: the URL does not parse, or a browser would refuse the cookie.
        """
        parsed = parse_url(url)
        field = set_cookie.encode() if isinstance(set_cookie, str) else set_cookie
        refused = parsed is None or isinstance(self.store(field, parsed, now=now), CookieRefusal)
        if refused:
            raise ValueError(f"a browser stores no cookie {field[:200]!r} from {url[:200]!r}")

    def store(
        self,
        field: bytes,
        url: URL,
        *,
        now: float,
        is_secure: bool | None = None,
        same_site_allowed: bool = True,
        unset_is_lax: bool = False,
        partition: Partition = None,
        partition_all: bool = False,
        partitioned_only: bool = False,
    ) -> bytes | CookieRefusal:
        """https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers

        The name of the cookie that went in (or, expired, made an older one go), or why the field was refused.

        `partition` is the top-level site, which a Partitioned cookie is kept under, with `partition_all` every one;
        `partitioned_only` refuses all others.
        """
        parsed = parse_set_cookie(field)
        if parsed is None:
            return CookieRefusal.MALFORMED
        if partitioned_only and not parsed.partitioned:
            return CookieRefusal.THIRD_PARTY
        is_secure = url.scheme == "https" if is_secure is None else is_secure
        cookie = self._cookie(parsed, url, now, partition if parsed.partitioned or partition_all else None)
        if cookie is None:
            return CookieRefusal.DOMAIN
        refusal = _refusal(
            cookie, parsed, is_secure=is_secure, same_site_allowed=same_site_allowed, unset_is_lax=unset_is_lax
        )
        if refusal is not None:
            return refusal
        if not is_secure and self._would_overlay_a_secure_one(cookie):
            return CookieRefusal.OVERLAY
        self._put(cookie, now)
        return cookie.name

    def retrieve(
        self,
        url: URL,
        *,
        now: float,
        is_secure: bool | None = None,
        same_site: SameSiteMode = "strict-or-less",
        unset_is_lax: bool = False,
        partitions: tuple[Partition, ...] = (None,),
    ) -> tuple[Cookie, ...]:
        """https://www.rfc-editor.org/rfc/rfc6265#section-5.4

        The cookies that go to this URL: longer paths first, then older ones first. `partitions` are the ones that may
        be looked into, None for cookies that are not partitioned.
        """
        is_secure = url.scheme == "https" if is_secure is None else is_secure
        found = [
            cookie
            for domain in _domain_and_parents(url.host)
            for cookie in list(self._domains.get(domain, {}).values())
            if (cookie.domain == url.host or not cookie.host_only)
            and _path_matches(url.path, cookie.path)
            and (is_secure or not cookie.secure)
            and _same_site_allows(cookie.same_site, same_site, unset_is_lax=unset_is_lax)
            and cookie.partition in partitions
            and not _is_expired(cookie, now)
        ]
        return tuple(sorted(found, key=lambda cookie: (-len(cookie.path), cookie.created)))

    def _cookie(self, parsed: SetCookie, url: URL, now: float, partition: Partition) -> Cookie | None:
        domain, host_only = url.host, True
        if parsed.domain and parsed.domain != url.host:
            if not _domain_matches(url.host, parsed.domain) or _is_public(parsed.domain):
                return None
            domain, host_only = parsed.domain, False
        elif parsed.domain:
            host_only = _is_public(parsed.domain) or _is_address(url.host)
        expires = parsed.expires
        if parsed.max_age is not None:
            expires = now + parsed.max_age if parsed.max_age > 0 else float("-inf")
        self._created += 1
        return Cookie(
            name=parsed.name,
            value=parsed.value,
            domain=domain,
            host_only=host_only,
            path=parsed.path if parsed.path is not None else _default_path(url.path),
            secure=parsed.secure,
            http_only=parsed.http_only,
            same_site=parsed.same_site,
            partition=partition,
            expires=None if expires is None else min(expires, now + MAX_AGE),
            created=self._created,
        )

    def _would_overlay_a_secure_one(self, cookie: Cookie) -> bool:
        return any(
            other.secure and other.name == cookie.name and _path_matches(cookie.path, other.path)
            for domain, cookies in self._domains.items()
            if _domain_matches(domain, cookie.domain) or _domain_matches(cookie.domain, domain)
            for other in cookies.values()
        )

    def _put(self, cookie: Cookie, now: float) -> None:
        key = (cookie.name, cookie.host_only, cookie.path, cookie.partition)
        cookies = self._domains.setdefault(cookie.domain, {})
        old = cookies.pop(key, None)
        if not _is_expired(cookie, now):
            cookies[key] = cookie if old is None else _with_age_of(cookie, old)
        if len(cookies) > _MAX_COOKIES_A_DOMAIN:
            oldest = min(cookies, key=lambda other: cookies[other].created)
            del cookies[oldest]
        if not cookies:
            del self._domains[cookie.domain]
        elif len(self._domains) > _MAX_DOMAINS:
            del self._domains[next(iter(self._domains))]


def _refusal(
    cookie: Cookie, parsed: SetCookie, *, is_secure: bool, same_site_allowed: bool, unset_is_lax: bool
) -> CookieRefusal | None:
    """Secure, SameSite, Partitioned and the name's prefix: which demand a cookie does not meet."""
    if cookie.secure and not is_secure:
        return CookieRefusal.SECURE
    bound = ("strict", "lax", "unset") if unset_is_lax else ("strict", "lax")
    if cookie.same_site in bound and not same_site_allowed:
        return CookieRefusal.SAME_SITE
    if (cookie.same_site == "none" or parsed.partitioned) and not cookie.secure:
        return CookieRefusal.INSECURE_NONE
    name = (cookie.name or cookie.value).lower()
    secure_prefix, host_prefix = name.startswith(b"__secure-"), name.startswith(b"__host-")
    if not cookie.name:
        return CookieRefusal.PREFIX if secure_prefix or host_prefix else None
    meets_secure = not secure_prefix or cookie.secure
    meets_host = not host_prefix or (cookie.secure and not parsed.domain and parsed.path == "/")
    return None if meets_secure and meets_host else CookieRefusal.PREFIX


def _with_age_of(cookie: Cookie, old: Cookie) -> Cookie:
    return replace(cookie, created=old.created)


def _age(cookie: Cookie) -> int:
    return cookie.created


def _is_expired(cookie: Cookie, now: float) -> bool:
    return cookie.expires is not None and cookie.expires <= now


def _is_address(host: str) -> bool:
    return host.startswith("[") or ends_in_a_number(host)


def _is_public(domain: str) -> bool:
    # A single label is public by the list's prevailing rule: nobody sets cookies for all of `.localhost` or `.test`.
    return "." not in domain or not domain.isascii() or is_public_suffix(domain)


def _domain_matches(host: str, domain: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc6265#section-5.1.3"""
    return host == domain or (host.endswith("." + domain) and not _is_address(host))


def _domain_and_parents(host: str) -> list[str]:
    if _is_address(host):
        return [host]
    labels = host.split(".")
    return [".".join(labels[index:]) for index in range(len(labels))]


def _default_path(path: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc6265#section-5.1.4"""
    return path[: path.rfind("/")] or "/"


def _path_matches(path: str, cookie_path: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc6265#section-5.1.4"""
    if not path.startswith(cookie_path):
        return False
    return len(path) == len(cookie_path) or cookie_path.endswith("/") or path[len(cookie_path)] == "/"


def _same_site_allows(cookie: SameSite, mode: SameSiteMode, *, unset_is_lax: bool) -> bool:
    if cookie == "unset" and unset_is_lax:
        cookie = "lax"
    match mode:
        case "strict-or-less":
            return True
        case "lax-or-less":
            return cookie != "strict"
        case _:
            return cookie in ("none", "unset")
