"""The CORS-preflight cache. Its clock is handed in; what it holds and what it costs are bounded.

The standard keeps one flat list of entries and walks it. Here the entries lie under their URL and their name, so that a
look-up costs the same whatever the cache holds; a test holds the two against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crossorigin.standard import is_cors_non_wildcard_request_header_name

PartitionKey = object
"""https://fetch.spec.whatwg.org/#network-partition-key: a site as text, or an opaque origin."""

_METHOD, _HEADER = "method", "header"


@dataclass(frozen=True, slots=True)
class CacheKey:
    """https://fetch.spec.whatwg.org/#concept-cache-key

    What an entry is filed under: network partition, byte-serialised origin, URL (with its fragment).
    """

    partition: PartitionKey
    origin: bytes
    url: str


@dataclass(slots=True)  # mutable: a later preflight sets the max-age of an entry that it finds
class _Entry:
    stored: float
    max_age: float

    def is_fresh(self, now: float) -> bool:
        return now - self.stored < self.max_age


class PreflightCache:
    """https://fetch.spec.whatwg.org/#concept-cache

    What preflights have allowed. Hand the same one to every `Context` of a browser session.

    `max_urls` bounds how many URLs it remembers (the one that was preflighted longest ago goes first), `max_names` how
    many methods and header names for each; what does not fit is forgotten, which the standard allows.
    """

    def __init__(self, *, max_urls: int = 1000, max_names: int = 1000) -> None:
        self._max_urls = max_urls
        self._max_names = max_names
        self._urls: dict[CacheKey, dict[tuple[bool, str, str], _Entry]] = {}

    def __len__(self) -> int:
        """Entries held, expired ones that nobody asked for among them."""
        return sum(map(len, self._urls.values()))

    def __repr__(self) -> str:
        return f"<PreflightCache of {len(self)} entries>"

    def clear(self) -> None:
        """Forgets everything."""
        self._urls.clear()

    def clear_cache_entries(self, key: CacheKey) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-clear"""
        self._urls.pop(key, None)

    def method_cache_entry_match(
        self, key: CacheKey, method: str, *, include: bool, now: float, separate: bool = False
    ) -> bool:
        """https://fetch.spec.whatwg.org/#concept-cache-match-method

        `include` is whether the request's credentials mode is "include"; `separate` keeps entries of credentialed
        requests from others, as Firefox does.
        """
        return bool(self._matches(key, _METHOD, method, include=include, now=now, separate=separate))

    def header_name_cache_entry_match(
        self, key: CacheKey, name: bytes, *, include: bool, now: float, separate: bool = False
    ) -> bool:
        """https://fetch.spec.whatwg.org/#concept-cache-match-header"""
        folded = name.decode("latin-1").lower()
        return bool(self._matches(key, _HEADER, folded, include=include, now=now, separate=separate))

    def has_entry(self, key: CacheKey, *, include: bool, now: float, separate: bool = False) -> bool:
        """Whether any entry at all matches. The standard does not ask; browsers do, of safelisted methods."""
        allowed = _allowed(include=include, separate=separate)
        return any(entry.is_fresh(now) and credentials in allowed for (credentials, _, _), entry in self._under(key))

    def store(
        self,
        key: CacheKey,
        *,
        methods: Iterable[str],
        header_names: Iterable[str],
        include: bool,
        max_age: float,
        now: float,
        separate: bool = False,
    ) -> None:
        """https://fetch.spec.whatwg.org/#concept-cache-create-entry

        Entries that match get the new max-age (counted from when they were stored); for the rest, new ones are made.
        """
        named = [(_METHOD, method) for method in methods] + [(_HEADER, name.lower()) for name in header_names]
        for kind, name in named:
            matches = self._matches(key, kind, name, include=include, now=now, separate=separate)
            for entry in matches:
                entry.max_age = max_age
            if not matches:
                self._create(key, (include, kind, name), _Entry(now, max_age))

    def _create(self, key: CacheKey, entry_key: tuple[bool, str, str], entry: _Entry) -> None:
        entries = self._urls.pop(key, {})
        self._urls[key] = entries  # behind all others: it was used last
        if len(entries) < self._max_names or entry_key in entries:
            entries[entry_key] = entry
        if len(self._urls) > self._max_urls:
            del self._urls[next(iter(self._urls))]

    def _matches(
        self, key: CacheKey, kind: str, name: str, *, include: bool, now: float, separate: bool
    ) -> list[_Entry]:
        """https://fetch.spec.whatwg.org/#concept-cache-match"""
        entries = self._urls.get(key)
        if entries is None:
            return []
        covered_by_wildcard = kind == _METHOD or not is_cors_non_wildcard_request_header_name(name.encode("latin-1"))
        names = {name, "*"} if covered_by_wildcard else {name}
        matches = []
        for credentials in _allowed(include=include, separate=separate):
            for candidate in sorted(names):
                entry = entries.get((credentials, kind, candidate))
                if entry is not None and entry.is_fresh(now):
                    matches.append(entry)
        return matches

    def _under(self, key: CacheKey) -> list[tuple[tuple[bool, str, str], _Entry]]:
        return list(self._urls.get(key, {}).items())


def _allowed(*, include: bool, separate: bool) -> tuple[bool, ...]:
    """Which `credentials` an entry may have: a credentialed one serves every request, an anonymous one only others."""
    if include:
        return (True,)
    return (False,) if separate else (True, False)
