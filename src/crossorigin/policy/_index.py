"""Which of the patterns match an Origin: look-ups, never a walk over the patterns.

An exact origin is one look-up of its bytes. For wildcards the host is cut at its label boundaries, from the left, and
each parent domain is looked up whole, so the cost follows the labels of the host (at most 127). There is no tree: a
boundary that is computed can be computed wrongly, one that is a `.` in the bytes cannot (GHSA-vhxv-fg4m-p2w8 was a
radix tree that let `barfoo.com` through for `foo.com`). Patterns inside a label are in `_labels`.

What stands before the matched parent is a stranger's text, so it is held to the grammar of a serialised origin; what
stands behind is equal to a validated pattern, byte for byte.
"""

import re
from collections.abc import Callable, Collection, Iterable
from functools import cache

from crossorigin.standard import DEFAULT_PORTS, MAX_DOMAIN_LENGTH, MAX_ORIGIN_LENGTH, parse_serialized_origin

from ._labels import LabelPatterns
from ._patterns import OriginPattern

MAX_RECENT = 1024
"""Origins whose answer is kept, so that the next request of the same page costs one look-up."""

FullMatch = Callable[[bytes, int, int], object]


class OriginIndex:
    """The exact origins and the patterns of one policy, ready to match.

    >>> from ._patterns import parse_origin_pattern
    >>> index = OriginIndex(["https://example.com"], [parse_origin_pattern("https://*.example.com")])
    >>> index.matches(b"https://a.b.example.com"), index.matches(b"https://evil.com/.example.com")
    (True, False)
    """

    __slots__ = (
        "_any_host_schemes",
        "_any_port",
        "_any_port_hosts",
        "_any_port_schemes",
        "_one_port",
        "_recent",
        "exact",
    )

    def __init__(self, exact: Iterable[str], patterns: Collection[OriginPattern]) -> None:
        self.exact = frozenset(map(str.encode, exact))
        self._recent: dict[bytes, bool] = {}
        self._one_port = _Parents()
        self._any_port = _Parents()
        self._any_port_hosts: set[bytes] = set()
        self._any_host_schemes: set[str] = set()
        for pattern in patterns:
            if pattern.kind == "any-host":
                self._any_host_schemes.add(pattern.scheme)
            elif pattern.kind == "any-port":
                self._any_port_hosts.add(f"{pattern.scheme}://{pattern.host}".encode("ascii"))
            elif pattern.port == "*":
                self._any_port.add(pattern, pattern.host)
            else:
                self._one_port.add(pattern, pattern.host if pattern.port is None else f"{pattern.host}:{pattern.port}")
        self._any_port_schemes = tuple(
            {f"{pattern.scheme}://".encode("ascii") for pattern in patterns if pattern.port == "*"}
        )

    def matches(self, origin: bytes) -> bool:
        """Whether one of the patterns matches this Origin field's value. Any bytes will do; linear in their length."""
        if origin in self.exact:
            return True
        known = self._recent.get(origin)
        if known is not None:
            return known
        if len(origin) > MAX_ORIGIN_LENGTH:
            return False
        # A page asks more than once, and patterns do not change. Strangers can push others out, and that is all.
        if len(self._recent) >= MAX_RECENT:
            self._recent.clear()
        found = self._recent[origin] = (
            self._one_port.cover(origin) or self._matches_any_port(origin) or self._matches_any_host(origin)
        )
        return found

    def _matches_any_host(self, origin: bytes) -> bool:
        if not self._any_host_schemes:
            return False
        parsed = parse_serialized_origin(origin.decode("latin-1"))
        return parsed is not None and parsed.scheme in self._any_host_schemes and parsed.port is None

    def _matches_any_port(self, origin: bytes) -> bool:
        if not origin.startswith(self._any_port_schemes):
            return False
        portless = _without_port(origin)
        return portless is not None and (portless in self._any_port_hosts or self._any_port.cover(portless))


class _Parents:
    """Parent domains, each with its port as text behind it where its patterns name one, and what they allow below."""

    __slots__ = ("_labels", "_shortest", "_subdomains")

    def __init__(self) -> None:
        self._shortest = MAX_ORIGIN_LENGTH
        self._subdomains: dict[bytes, FullMatch] = {}
        self._labels: dict[bytes, LabelPatterns[bytes]] = {}

    def add(self, pattern: OriginPattern, parent: str) -> None:
        key = parent.encode("ascii")
        if pattern.kind == "label":
            start = f"{pattern.scheme}://{pattern.label_prefix}".encode("ascii")
            self._labels.setdefault(key, LabelPatterns()).add(start, pattern.label_suffix.encode("ascii"))
        else:
            self._shortest = min(self._shortest, len(key))
            fullmatch = _labels_after(pattern.scheme)
            if self._subdomains.setdefault(key, fullmatch) is not fullmatch:
                self._subdomains[key] = _labels_after("https?")

    def cover(self, origin: bytes) -> bool:
        """Whether what stands before one of the parents is a scheme and labels that its patterns allow."""
        rest = origin.partition(b".")[2]
        if self._labels and rest in self._labels:
            head = origin[: -len(rest) - 1]
            if self._labels[rest].match(head) and _labels_after("https?")(head, 0, len(head)):
                return _has_good_length(origin)
        subdomains, shortest = self._subdomains, self._shortest
        while len(rest) >= shortest:
            fullmatch_before = subdomains.get(rest)
            if fullmatch_before is not None and fullmatch_before(origin, 0, len(origin) - len(rest) - 1):
                return len(origin) <= MAX_DOMAIN_LENGTH or _has_good_length(origin)
            rest = rest.partition(b".")[2]
        return False


@cache
def _labels_after(scheme: str) -> FullMatch:
    # Each repetition is possessive, so nothing is tried twice.
    return re.compile(rf"{scheme}://[a-z0-9_-]{{1,63}}+(?:\.[a-z0-9_-]{{1,63}}+)*+".encode("ascii")).fullmatch


def _has_good_length(origin: bytes) -> bool:
    """Whether the domain of an origin that is well-formed otherwise is as short as domains are."""
    return len(origin.partition(b"://")[2].partition(b":")[0]) <= MAX_DOMAIN_LENGTH


def _without_port(origin: bytes) -> bytes | None:
    """The http(s) origin without its port, None if that is none as a browser writes them.

    In decimal, without leading zeros, not the default one of the scheme.
    """
    before, colon, port = origin.rpartition(b":")
    if not colon or port.startswith(b"//") or origin.endswith(b"]"):  # the colons of an IPv6 address are no port's
        return origin
    if len(port) > 5 or not port.isdigit() or port.startswith(b"0"):
        return None
    default = DEFAULT_PORTS["https" if origin.startswith(b"https:") else "http"]
    return before if int(port) <= 65535 and int(port) != default else None
