"""Origins as sets: what a pattern matches and a list of patterns does not, with an origin to show for it.

Exact on the whole pattern language. The sets are finite, so that many narrow patterns can cover a wide one: `a*` is
covered by `aa`, `aa*`, `ab`, `ab*` … and `http://localhost:*` by 65535 exact origins. Nothing is guessed: each search
below says why it needs to look no further.

A list is sorted once by scheme, port and parent domain, and no question walks it: two lists are compared in about the
time that it takes to read them.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain, count, islice, product
from typing import Literal, NamedTuple

from crossorigin.standard import (
    DEFAULT_PORTS,
    MAX_DOMAIN_LENGTH,
    MAX_LABEL_LENGTH,
    Origin,
    parse_serialized_origin,
)

from ._index import OriginIndex
from ._labels import LabelPatterns
from ._patterns import OriginPattern, OriginRules
from ._reference import matches

Port = int | Literal["*", "some"] | None
"""None is the scheme's default one, "*" any port at all; "some" stands for all that is listed, whatever its port."""
Ends = tuple[str, str]
"""The prefix and the suffix of a label pattern."""

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
        self._hosts: dict[tuple[_Entries, ...], _Hosts] = {}
        self._ports: dict[str, Collection[int | None]] = {}

    def __contains__(self, origin: str) -> bool:
        return self.rules.any_origin or self._index.matches(origin.encode())

    def outside(self, pattern: OriginPattern) -> str | None:
        """An origin that `pattern` matches and this set does not hold; None where it holds them all."""
        if self.rules.any_origin:
            return None
        for port in self._ports_of(pattern):
            host = self._hosts_about(pattern, (port, "*")).outside(pattern)
            if host is not None:
                return str(Origin(pattern.scheme, host, port))
        return None

    def meeting(self, patterns: Iterable[OriginPattern]) -> set[OriginPattern]:
        """Those of the patterns that match an origin which this set holds."""
        if self.rules.any_origin:
            return set(patterns)
        met: set[OriginPattern] = set()
        labels: dict[tuple[str, Port, str], dict[Ends, list[OriginPattern]]] = defaultdict(lambda: defaultdict(list))
        for pattern in patterns:
            hosts = self._hosts_about(pattern, ("some",) if pattern.port == "*" else (pattern.port, "*"))
            if hosts.meets(pattern):
                met.add(pattern)
            elif hosts.parts and pattern.kind == "label":
                # Those at one port against what is listed at that port; all of them against what is listed at any.
                ends = pattern.label_prefix, pattern.label_suffix
                for port in ("some",) if pattern.port == "*" else (pattern.port, "*"):
                    labels[pattern.scheme, port, pattern.host][ends].append(pattern)
        for (scheme, port, parent), asked in labels.items():
            for ends in self._entries_at(scheme, port).ends_meeting(parent, asked):
                met.update(asked[ends])
        return met

    def _ports_of(self, pattern: OriginPattern) -> Collection[int | None]:
        """The ports to look at. What covers a host at a port that no entry names covers it at every port."""
        if pattern.port != "*":
            return (pattern.port,)
        if pattern.scheme not in self._ports:
            named = {port for scheme, port in self._by_port if scheme == pattern.scheme}
            default = DEFAULT_PORTS[pattern.scheme]
            unnamed = (port for port in EVERY_PORT if port != default and port not in named)
            every = (port for port in EVERY_PORT if port != default)
            self._ports[pattern.scheme] = tuple(islice(unnamed, 1)) or tuple(every)
        return self._ports[pattern.scheme]

    def _hosts_about(self, pattern: OriginPattern, ports: tuple[Port, ...]) -> "_Hosts":
        """The hosts at these ports, without those of ports where no entry says anything about the pattern's domain.

        So patterns that ask the same at many ports are answered once.
        """
        listed = (self._entries_at(pattern.scheme, port) for port in ports)
        parts = tuple(entries for entries in listed if entries.is_about(_domain(pattern)))
        return self._hosts.setdefault(parts, _Hosts(parts))

    def _entries_at(self, scheme: str, port: Port) -> "_Entries":
        return (self._of_some_port if port == "some" else self._by_port).get((scheme, port), NO_ENTRIES)

    @cached_property
    def _by_port(self) -> "dict[tuple[str, Port], _Entries]":
        return self._sorted()

    @cached_property
    def _of_some_port(self) -> "dict[tuple[str, Port], _Entries]":
        return self._sorted("some")

    def _sorted(self, some: Port = None) -> "dict[tuple[str, Port], _Entries]":
        entries: dict[tuple[str, Port], _Entries] = defaultdict(_Entries)
        for origin in self.rules.exact:
            scheme, _, rest = origin.partition("://")
            has_port = ":" in rest and not rest.endswith("]")
            host, _, port = rest.rpartition(":") if has_port else (rest, "", "")
            entries[scheme, some or (int(port) if has_port else None)].add_host(host)
        for pattern in self.rules.patterns:
            entries[pattern.scheme, some or pattern.port].add(pattern)
        return dict(entries)


def origin_in_both(one: OriginSet, other: OriginSet) -> str | None:
    """An origin that both sets hold; None where they have none in common."""
    for some, others in ((one, other), (other, one)):
        for origin in some.rules.exact:
            if origin in others:
                return origin
        if others.rules.any_origin:
            return "https://app.example" if some.rules.any_origin else _first(map(_sample, some.rules.patterns))
    met = other.meeting(one.rules.patterns)
    first = next((pattern for pattern in one.rules.patterns if pattern in met), None)
    return None if first is None else _first(_joint_origin(first, pattern) for pattern in other.rules.patterns)


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


class _Words(NamedTuple):
    """What tells the labels under one parent apart, for the search of one that no entry holds."""

    starts: list[str]
    """What labels and patterns begin with, sorted."""
    tails: set[str]
    """What the suffixes of patterns begin with."""
    longest: int


class _Entries:
    """The entries of a policy under one scheme, at one port, by their parent domains."""

    def __init__(self) -> None:
        self.labels: dict[str, set[str]] = defaultdict(set)
        self.patterns: dict[str, LabelPatterns[str]] = defaultdict(LabelPatterns)
        self.domains: set[str] = set()
        """Those that all subdomains of are held."""
        self.children: dict[str, set[str]] = defaultdict(set)
        """Of each domain the labels below it at or under which an entry has its parent domain."""
        self._words: dict[str, _Words] = {}

    def add(self, pattern: OriginPattern) -> None:
        match pattern.kind:
            case "subdomains" | "any-host":
                self.domains.add(_domain(pattern))
                self._note(_domain(pattern))
            case "label":
                self.patterns[pattern.host].add(pattern.label_prefix, pattern.label_suffix)
                self._note(pattern.host)
            case _:
                self.add_host(pattern.host)

    def add_host(self, host: str) -> None:
        label, _, parent = host.partition(".")
        self.labels[parent].add(label)
        self._note(parent)

    def _note(self, domain: str) -> None:
        while domain:
            label, _, domain = domain.partition(".")
            if label in self.children[domain]:
                return
            self.children[domain].add(label)

    def is_about(self, domain: str) -> bool:
        """Whether an entry holds something below the domain."""
        below = (self.labels, self.patterns, self.children)
        return any(domain in each for each in below) or self.holds_all_below(domain)

    def holds_all_below(self, domain: str) -> bool:
        while domain not in self.domains:
            if not domain:
                return False
            domain = domain.partition(".")[2]
        return True

    def holds(self, label: str, parent: str) -> bool:
        """Whether one of the entries is this host, but for those that hold all below a domain."""
        return (parent in self.labels and label in self.labels[parent]) or (
            parent in self.patterns and self.patterns[parent].match(label)
        )

    def words(self, parent: str) -> _Words:
        if parent not in self._words:
            labels, patterns = self.labels.get(parent, ()), [*self.patterns.get(parent, ())]
            self._words[parent] = _Words(
                starts=sorted({*labels, *(start for start, _ in patterns)}),
                tails={end[:length] for _, end in patterns for length in range(1, len(end) + 1)},
                longest=max(map(len, chain(labels, map("".join, patterns))), default=0),
            )
        return self._words[parent]

    def ends_meeting(self, parent: str, asked: Collection[Ends]) -> set[Ends]:
        """Those of these label patterns, by their ends, that match a label which an entry under `parent` does.

        If two patterns have a label in common, one holds all of the other, or one has the longer prefix and the
        other the longer suffix.
        """
        patterns = LabelPatterns(asked)
        listed = self.patterns.get(parent, LabelPatterns[str]())
        met = {ends for label in self.labels.get(parent, ()) for ends in patterns.matching(label)}
        met.update(ends for narrower in listed for ends in patterns.matching("*".join(narrower)))
        met.update(ends for ends in asked if listed.match("*".join(ends)))
        room = _room(parent)
        met.update(_crossing(listed, [ends for ends in asked if ends not in met], room))
        left = [_mirrored(ends) for ends in asked if ends not in met]
        met.update(map(_mirrored, _crossing(map(_mirrored, listed), left, room)))
        return met


NO_ENTRIES = _Entries()


class _Hosts:
    """The hosts that a policy allows under one scheme, at one port: some of its entries together."""

    def __init__(self, parts: tuple[_Entries, ...]) -> None:
        self.parts = parts
        self._found: dict[tuple[str, str, str], str | None] = {}

    def meets(self, pattern: OriginPattern) -> bool:
        """Whether an entry holds a host that `pattern` matches; of label patterns, all of them."""
        match pattern.kind:
            case "subdomains" | "any-host":
                return bool(self.parts)
            case "label":
                return self._holds_all_below(pattern.host)
            case _:
                return self.outside(pattern) is None

    def outside(self, pattern: OriginPattern) -> str | None:
        """A host that `pattern` matches and none of these is."""
        domain = _domain(pattern)
        if pattern.kind in ("exact", "any-port"):
            label = pattern.host.partition(".")[0]
            return None if self._holds(label, domain) or self._holds_all_below(domain) else pattern.host
        asked = domain, pattern.label_prefix, pattern.label_suffix
        if asked not in self._found:
            self._found[asked] = None if self._holds_all_below(domain) else self._below(*asked)
        return self._found[asked]

    def _holds_all_below(self, domain: str) -> bool:
        return any(part.holds_all_below(domain) for part in self.parts)

    def _holds(self, label: str, parent: str) -> bool:
        return any(part.holds(label, parent) for part in self.parts)

    def _below(self, domain: str, prefix: str = "", suffix: str = "") -> str | None:
        """A host below `domain` that is none of these, where no domain at or above it is held whole.

        With a prefix or a suffix directly below it, otherwise at any depth. Below "" is any host of a scheme of apps.
        """
        label = self._label(domain, prefix, suffix)
        if label is not None:
            return f"{label}.{domain}".removesuffix(".")
        if prefix or suffix:
            return None
        # Deeper: below a child that no entry lies under, if one is short enough; else below each of the others.
        children = set[str]().union(*(part.children.get(domain, ()) for part in self.parts))
        host = f"a.{next(word for word in words() if word not in children)}.{domain}"
        if len(host) <= MAX_DOMAIN_LENGTH:
            return host
        deeper = (f"{child}.{domain}" for child in sorted(children))
        return _first(self._below(child) for child in deeper if not any(child in part.domains for part in self.parts))

    def _label(self, parent: str, prefix: str, suffix: str) -> str | None:
        """The shortest label with these ends, and a character between them, that is none of those under `parent`.

        The labels are built character by character, the shortest first. Two beginnings come to the same for whatever
        follows if they have the same longest part that an entry begins with, the same longest tail that a suffix of an
        entry begins with, and the same length (or are both longer than it matters): only the first is followed. None
        is, where one pattern holds all that begins so.
        """
        known = [part.words(parent) for part in self.parts]
        patterns = [part.patterns[parent] for part in self.parts if parent in part.patterns]
        longest = max((words.longest for words in known), default=0)
        room = _room(parent) - len(suffix)
        beginnings, seen = deque([prefix]), set()
        while beginnings:
            beginning = beginnings.popleft()
            if any(pattern.match(f"{beginning}*{suffix}") for pattern in patterns):
                continue
            for character in ALPHABET if len(beginning) < room else "":
                word = beginning + character
                if not self._holds(word + suffix, parent):
                    return word + suffix
                head = max((_longest_start(word, words.starts) for words in known), key=len)
                tail = next(word[n:] for n in range(len(word) + 1) if _is_tail(word[n:], known))
                state = (min(len(word), longest), head, tail)
                if state not in seen:
                    seen.add(state)
                    beginnings.append(word)
        return None


def _domain(pattern: OriginPattern) -> str:
    """The domain directly below which, or anywhere below, the hosts of a pattern are; "" where they have none."""
    match pattern.kind:
        case "subdomains" | "label":
            return pattern.host
        case "any-host":
            return ""
        case _:
            return pattern.host.partition(".")[2]


def _room(parent: str) -> int:
    """The length of the longest label under `parent`."""
    return min(MAX_LABEL_LENGTH, MAX_DOMAIN_LENGTH - len(f".{parent}"))


def _longest_start(word: str, starts: list[str]) -> str:
    """The longest part that `word` and one of the sorted texts begin with: it stands beside the place of `word`."""
    at = bisect_left(starts, word)
    return max((_common_start(word, text) for text in starts[max(0, at - 1) : at + 1]), key=len, default="")


def _common_start(one: str, other: str) -> str:
    length = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(other))
    return one[:length]


def _is_tail(text: str, known: Iterable[_Words]) -> bool:
    return not text or any(text in words.tails for words in known)


def _mirrored(ends: Ends) -> Ends:
    return ends[1][::-1], ends[0][::-1]


def _crossing(listed: Iterable[Ends], asked: Iterable[Ends], room: int) -> Iterator[Ends]:
    """Those asked of which a listed one has a longer prefix and a shorter suffix, and that share a label with it."""
    prefixes: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for prefix, suffix in listed:
        prefixes[suffix][len(prefix)].append(prefix)
    sorts = {suffix: [_Sorted.of(each) for each in lengths.values()] for suffix, lengths in prefixes.items()}
    for ends in asked:
        shorter = (ends[1][at:] for at in range(1, len(ends[1]) + 1))
        if any(_crosses(ends, suffix, longer, room) for suffix in shorter for longer in sorts.get(suffix, ())):
            yield ends


class _Sorted(NamedTuple):
    """Texts of one length, by how they begin and by how they end."""

    length: int
    texts: list[str]
    mirrored: list[str]

    @classmethod
    def of(cls, texts: list[str]) -> "_Sorted":
        return cls(len(texts[0]), sorted(texts), sorted(text[::-1] for text in texts))

    def has(self, start: str, end: str) -> bool:
        """Whether one of them begins and ends so: of those that do either, the fewer are looked at."""
        starting, ending = _beginning(self.texts, start), _beginning(self.mirrored, end[::-1])
        if len(ending) < len(starting):
            return any(self.mirrored[at].endswith(start[::-1]) for at in ending)
        return any(self.texts[at].endswith(end) for at in starting)


def _beginning(texts: list[str], start: str) -> range:
    """The places of those of the sorted texts that begin with `start`."""
    return range(bisect_left(texts, start), bisect_left(texts, f"{start}~"))  # greater than all that a label holds


def _crosses(ends: Ends, shorter: str, longer: _Sorted, room: int) -> bool:
    """Whether a label begins with one of these prefixes, longer than that of `ends`, and ends with the suffix of it.

    Any prefix will do if both have room beside each other. If not they overlap, as far as there is still a character
    between the two ends of each pattern.
    """
    prefix, suffix = ends
    both = longer.length + len(suffix)
    least = 1 + max(len(prefix) + len(suffix), longer.length + len(shorter))
    overlaps = range(max(0, both - room), max(0, both - least) + 1)
    return longer.length > len(prefix) and any(longer.has(prefix, suffix[:overlap]) for overlap in overlaps)


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
