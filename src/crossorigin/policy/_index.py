"""Which of the patterns match an Origin: look-ups, never a walk over the patterns.

An exact origin is one look-up of its bytes. For wildcards the host is cut at its label boundaries, from the left, and
each parent domain is looked up whole, so the cost follows the labels of the host (at most 127). There is no tree: a
boundary that is computed can be computed wrongly, one that is a `.` in the bytes cannot (GHSA-vhxv-fg4m-p2w8 was a
radix tree that let `barfoo.com` through for `foo.com`).

What stands before the matched parent is a stranger's text, so it is held to the grammar of a serialised origin before
anything matches; what stands behind is equal to a validated pattern, byte for byte.
"""

from collections.abc import Iterable

from crossorigin.standard import DEFAULT_PORTS, LABEL_CHARACTERS, MAX_DOMAIN_LENGTH, MAX_LABEL_LENGTH, MAX_ORIGIN_LENGTH

from ._patterns import OriginPattern

_HOST_CHARACTERS = "".join(sorted(LABEL_CHARACTERS | {"."})).encode("ascii")


class OriginIndex:
    """The exact origins and the patterns of one policy, ready to match.

    >>> from ._patterns import parse_origin_pattern
    >>> index = OriginIndex(["https://example.com"], [parse_origin_pattern("https://*.example.com")])
    >>> index.matches(b"https://a.b.example.com"), index.matches(b"https://evil.com/.example.com")
    (True, False)
    """

    __slots__ = ("_schemes", "exact")

    def __init__(self, exact: Iterable[str], patterns: Iterable[OriginPattern]) -> None:
        self.exact = frozenset(map(str.encode, exact))
        self._schemes: dict[bytes, _SchemeIndex] = {}
        for pattern in patterns:
            scheme = pattern.scheme.encode("ascii")
            self._schemes.setdefault(scheme, _SchemeIndex(pattern.scheme)).add(pattern)

    @property
    def has_wildcards(self) -> bool:
        return bool(self._schemes)

    def matches(self, origin: bytes) -> bool:
        """Whether one of the patterns matches this Origin field's value. Any bytes will do; linear in their length."""
        if origin in self.exact:
            return True
        if len(origin) > MAX_ORIGIN_LENGTH:
            return False
        scheme, _, authority = origin.partition(b"://")
        index = self._schemes.get(scheme)
        return index is not None and index.matches(authority)


class _SchemeIndex:
    """The wildcard patterns of one scheme."""

    __slots__ = ("_any_port", "_any_port_hosts", "_default_port", "_one_port")

    def __init__(self, scheme: str) -> None:
        self._default_port = DEFAULT_PORTS[scheme]
        self._one_port = _Parents()
        self._any_port = _Parents()
        self._any_port_hosts: set[bytes] = set()

    def add(self, pattern: OriginPattern) -> None:
        if pattern.kind == "any-port":
            self._any_port_hosts.add(pattern.host.encode("ascii"))
        elif pattern.port == "*":
            self._any_port.add(pattern, pattern.host)
        else:
            self._one_port.add(pattern, pattern.host if pattern.port is None else f"{pattern.host}:{pattern.port}")

    def matches(self, authority: bytes) -> bool:
        if self._one_port.cover(authority):
            return True
        if not self._any_port_hosts and self._any_port.is_empty:
            return False
        host = authority
        if not authority.endswith(b"]"):  # the colons of an IPv6 address are no port's
            before, colon, port = authority.rpartition(b":")
            if colon:
                if not self._is_port(port):
                    return False
                host = before
        return host in self._any_port_hosts or self._any_port.cover(host)

    def _is_port(self, text: bytes) -> bool:
        """A port as a browser writes it: decimal, without leading zeros, and not the scheme's default."""
        return (
            len(text) <= 5
            and text.isdigit()
            and not text.startswith(b"0")
            and int(text) <= 65535
            and int(text) != self._default_port
        )


class _Parents:
    """Parent domains, each with its port as text behind it where its patterns name one, and what they allow below."""

    __slots__ = ("_labels", "_subdomains")

    def __init__(self) -> None:
        self._subdomains: set[bytes] = set()
        self._labels: dict[bytes, list[tuple[bytes, bytes]]] = {}

    @property
    def is_empty(self) -> bool:
        return not self._subdomains and not self._labels

    def add(self, pattern: OriginPattern, parent: str) -> None:
        key = parent.encode("ascii")
        if pattern.kind == "subdomains":
            self._subdomains.add(key)
        else:
            ends = (pattern.label_prefix.encode("ascii"), pattern.label_suffix.encode("ascii"))
            self._labels.setdefault(key, []).append(ends)

    def cover(self, authority: bytes) -> bool:
        label, dot, rest = authority.partition(b".")
        if rest in self._labels and any(_fits(label, *ends) for ends in self._labels[rest]):
            return _is_well_formed(label, authority)
        while dot and 0 < len(label) <= MAX_LABEL_LENGTH:
            if rest in self._subdomains:
                return _is_well_formed(authority[: len(authority) - len(rest) - 1], authority)
            label, dot, rest = rest.partition(b".")
        return False


def _fits(label: bytes, prefix: bytes, suffix: bytes) -> bool:
    inside = len(label) - len(prefix) - len(suffix)
    return inside > 0 and len(label) <= MAX_LABEL_LENGTH and label.startswith(prefix) and label.endswith(suffix)


def _is_well_formed(below: bytes, authority: bytes) -> bool:
    """Whether `authority` is a domain and a port as a browser writes them, if what follows `below` is.

    `below` are the labels before the parent, whose lengths are known to be good.
    """
    if below.translate(None, _HOST_CHARACTERS):
        return False
    colon = authority.find(b":")
    return (len(authority) if colon < 0 else colon) <= MAX_DOMAIN_LENGTH
