"""Origins as sets: what a pattern matches and a list of patterns does not, with an origin to show for it.

Exact on the whole pattern language. The sets are finite, so that many narrow patterns can cover a wide one: `a*` is
covered by `aa`, `aa*`, `ab`, `ab*` … and `http://localhost:*` by 65535 exact origins. Nothing is guessed: each search
below says why it needs to look no further.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, count, product
from typing import Literal

from crossorigin.standard import (
    DEFAULT_PORTS,
    MAX_DOMAIN_LENGTH,
    MAX_LABEL_LENGTH,
    Origin,
    parse_serialized_origin,
)

from ._index import OriginIndex
from ._patterns import OriginPattern, OriginRules
from ._reference import matches

Port = int | Literal["*"] | None

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-_"
"""All that a label can hold, what is read most easily first."""

EVERY_PORT = (None, 3000, 5173, 8000, 8080, *range(1, 65536))
"""The default port, those of development servers, all others."""


class OriginSet:
    """The origins that the patterns of a policy match. Predicates are not asked.

    >>> from ._patterns import parse_origin_pattern
    >>> origins = OriginSet(OriginRules(False, ("https://a.example.com",), (), ()))
    >>> origins.outside(parse_origin_pattern("https://*.example.com"))
    'https://b.example.com'
    """

    def __init__(self, rules: OriginRules) -> None:
        self.rules = rules
        self._index = OriginIndex(rules.exact, rules.patterns)

    def __contains__(self, origin: str) -> bool:
        return self.rules.any_origin or self._index.matches(origin.encode())

    def outside(self, pattern: OriginPattern) -> str | None:
        """An origin that `pattern` matches and this set does not hold; None where it holds them all."""
        if self.rules.any_origin:
            return None
        for port in self._ports(pattern):
            host = self._hosts_at(pattern.scheme, port).outside(pattern)
            if host is not None:
                return str(Origin(pattern.scheme, host, port))
        return None

    def _ports(self, pattern: OriginPattern) -> Iterable[int | None]:
        """The ports to look at. What covers a host at a port that no entry names covers it at every port."""
        if pattern.port != "*":
            return (pattern.port,)
        named = {port for scheme, port in self._hosts if scheme == pattern.scheme}
        ports = [port for port in EVERY_PORT if port != DEFAULT_PORTS[pattern.scheme]]
        unnamed = next(([port] for port in ports if port not in named), None)
        return ports if unnamed is None else unnamed

    def _hosts_at(self, scheme: str, port: int | None) -> "_Hosts":
        return _Hosts(*(self._hosts[key] for key in ((scheme, port), (scheme, "*")) if key in self._hosts))

    @cached_property
    def _hosts(self) -> "dict[tuple[str, Port], _Hosts]":
        hosts: dict[tuple[str, Port], _Hosts] = {}
        for origin in self.rules.exact:
            scheme, _, rest = origin.partition("://")
            has_port = ":" in rest and not rest.endswith("]")
            host, _, port = rest.rpartition(":") if has_port else (rest, "", "")
            hosts.setdefault((scheme, int(port) if has_port else None), _Hosts()).add_host(host)
        for pattern in self.rules.patterns:
            hosts.setdefault((pattern.scheme, pattern.port), _Hosts()).add(pattern)
        return hosts


def origin_in_both(one: OriginSet, other: OriginSet) -> str | None:
    """An origin that both sets hold; None where they have none in common."""
    for some, others in ((one, other), (other, one)):
        for origin in some.rules.exact:
            if origin in others:
                return origin
        if others.rules.any_origin:
            return "https://app.example" if some.rules.any_origin else _first(map(_sample, some.rules.patterns))
    return _first(_joint_origin(*pair) for pair in product(one.rules.patterns, other.rules.patterns))


def origin_in_none(*sets: OriginSet) -> str | None:
    """An origin that none of the sets holds; None where one of them holds all.

    A pattern matches hosts under one top-level domain only, so there is one for which none is left.
    """
    if any(each.rules.any_origin for each in sets):
        return None
    origins = (f"https://stranger.{word}" for word in chain(["example"], words()))
    return next(
        origin
        for origin in origins
        if parse_serialized_origin(origin) is not None and not any(origin in each for each in sets)
    )


def words() -> Iterator[str]:
    """Every text of a label's characters, the shortest first."""
    return ("".join(letters) for length in count(1) for letters in product(ALPHABET, repeat=length))


class _Hosts:
    """The hosts that a policy allows under one scheme, at one port."""

    def __init__(self, *parts: "_Hosts") -> None:
        self._labels: dict[str, set[str]] = {}
        self._ends: dict[str, dict[str, tuple[str, ...]]] = {}
        self._domains: set[str] = set()
        for part in parts:
            for parent, labels in part._labels.items():
                self._labels.setdefault(parent, set()).update(labels)
            for parent, starts in part._ends.items():
                for start, ends in starts.items():
                    self._add_ends(parent, start, ends)
            self._domains |= part._domains

    def add_host(self, host: str) -> None:
        label, _, parent = host.partition(".")
        self._labels.setdefault(parent, set()).add(label)

    def add(self, pattern: OriginPattern) -> None:
        match pattern.kind:
            case "subdomains":
                self._domains.add(pattern.host)
            case "label":
                self._add_ends(pattern.host, pattern.label_prefix, (pattern.label_suffix,))
            case "any-host":
                self._domains.add("")
            case _:
                self.add_host(pattern.host)

    def _add_ends(self, parent: str, start: str, ends: tuple[str, ...]) -> None:
        starts = self._ends.setdefault(parent, {})
        starts[start] = starts.get(start, ()) + ends

    def outside(self, pattern: OriginPattern) -> str | None:
        """A host that `pattern` matches and none of these is."""
        label, _, parent = pattern.host.partition(".")
        match pattern.kind:
            case "subdomains":
                return None if self._holds_all_below(pattern.host) else self._below(pattern.host)
            case "label":
                if self._holds_all_below(pattern.host):
                    return None
                found = self._label(pattern.host, pattern.label_prefix, pattern.label_suffix)
                return None if found is None else f"{found}.{pattern.host}"
            case "any-host":
                return None if "" in self._domains else self._label("", "", "")
            case _:
                return None if self._holds_label(label, parent) or self._holds_all_below(parent) else pattern.host

    def _holds_all_below(self, domain: str) -> bool:
        while domain not in self._domains:
            _, dot, domain = domain.partition(".")
            if not dot:
                return False
        return True

    def _holds_label(self, label: str, parent: str) -> bool:
        if label in self._labels.get(parent, ()):
            return True
        ends = self._ends.get(parent, {})  # one character at least stands between a start and an end
        return any(label[n + 1 :].endswith(ends.get(label[:n], ())) for n in range(len(label)))

    def _below(self, domain: str) -> str | None:
        """A host anywhere below `domain` that is none of these, where no domain at or above it is held whole."""
        label = self._label(domain, "", "")
        if label is not None:
            return f"{label}.{domain}"
        # Deeper: below a child that no entry lies under, if one is short enough; else below each of the others.
        children = {
            place.removesuffix(f".{domain}").rpartition(".")[2]
            for place in chain(self._labels, self._ends, self._domains)
            if place.endswith(f".{domain}")
        }
        host = f"a.{next(word for word in words() if word not in children)}.{domain}"
        if len(host) <= MAX_DOMAIN_LENGTH:
            return host
        deeper = (f"{child}.{domain}" for child in sorted(children))
        return _first(self._below(child) for child in deeper if child not in self._domains)

    def _label(self, parent: str, prefix: str, suffix: str) -> str | None:
        """The shortest label with these ends, and a character between them, that is none of those under `parent`.

        The labels are built character by character, the shortest first. Two beginnings come to the same for whatever
        follows if they have the same longest part that an entry begins with, the same longest tail that a suffix of an
        entry begins with, and the same length (or are both longer than it matters): only the first is followed.
        """
        labels, ends = self._labels.get(parent, set()), self._ends.get(parent, {})
        starts = sorted(chain(labels, ends))
        tails = {end[:n] for end in chain([""], *ends.values()) for n in range(len(end) + 1)}
        longest = max(map(len, chain(labels, (start + end for start in ends for end in ends[start]))), default=0)
        room = min(MAX_LABEL_LENGTH, MAX_DOMAIN_LENGTH - len(f".{parent}")) - len(suffix)
        beginnings, seen = deque([prefix]), set()
        while beginnings:
            beginning = beginnings.popleft()
            for character in ALPHABET if len(beginning) < room else "":
                word = beginning + character
                if not self._holds_label(word + suffix, parent):
                    return word + suffix
                head = next(word[:n] for n in range(len(word), -1, -1) if _is_start(word[:n], starts))
                tail = next(word[n:] for n in range(len(word) + 1) if word[n:] in tails)
                state = (min(len(word), longest), head, tail)
                if state not in seen:
                    seen.add(state)
                    beginnings.append(word)
        return None


def _is_start(word: str, texts: list[str]) -> bool:
    """Whether one of the sorted texts begins with `word`, or there is nothing to begin with."""
    at = bisect_left(texts, word)
    return not word or (at < len(texts) and texts[at].startswith(word))


def _sample(pattern: OriginPattern) -> str | None:
    return _joint_origin(pattern, pattern)


def _joint_origin(one: OriginPattern, other: OriginPattern) -> str | None:
    """An origin that both patterns match.

    If they have any in common, they have one at the host or directly below the parent domain of one of the two.
    """
    ports = [pattern.port for pattern in (one, other) if pattern.port != "*"]
    label = _joint_label(one, other)
    for pattern in (one, other):
        host = f"{label}.{pattern.host}" if pattern.kind in ("subdomains", "label") else pattern.host.replace("*", "a")
        origin = Origin(one.scheme, host, ports[0] if ports else None)
        if matches(one, origin) and matches(other, origin) and len(host) <= MAX_DOMAIN_LENGTH:
            return str(origin)
    return None


def _joint_label(one: OriginPattern, other: OriginPattern) -> str:
    """The shortest label with the longer prefix and the longer suffix of the two, overlapping or not; "" if none."""
    start = max(one.label_prefix, other.label_prefix, key=len)
    end = max(one.label_suffix, other.label_suffix, key=len)
    least = 1 + max(len(pattern.label_prefix) + len(pattern.label_suffix) for pattern in (one, other))
    for length in range(least, MAX_LABEL_LENGTH + 1):
        overlap = len(start) + len(end) - length
        if overlap <= 0:
            return f"{start}{'a' * -overlap}{end}"
        if start.endswith(end[:overlap]):
            return start + end[overlap:]
    return ""


def _first(origins: Iterable[str | None]) -> str | None:
    return next((origin for origin in origins if origin is not None), None)
