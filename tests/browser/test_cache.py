"""The CORS-preflight cache, against the standard's flat list."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin.browser import PreflightCache
from crossorigin.browser._cache import CacheKey

KEY = CacheKey("https://app.example", b"https://app.example", "https://api.example/")
OTHERS = [
    CacheKey("https://other.example", b"https://app.example", "https://api.example/"),
    CacheKey("https://app.example", b"null", "https://api.example/"),
    CacheKey("https://app.example", b"https://app.example", "https://api.example/#f"),
]


@dataclass
class ListedEntry:
    key: CacheKey
    stored: float
    max_age: float
    credentials: bool
    method: str | None
    header: str | None


@dataclass
class ListedCache:
    """The standard's words: one list, walked."""

    entries: list[ListedEntry] = field(default_factory=list)

    def matching(self, key: CacheKey, include: bool, now: float, separate: bool) -> list[ListedEntry]:
        return [
            entry
            for entry in self.entries
            if entry.key == key
            and now - entry.stored < entry.max_age
            and (entry.credentials == include if separate else entry.credentials or not include)
        ]

    def methods(self, key: CacheKey, method: str, include: bool, now: float, separate: bool) -> list[ListedEntry]:
        return [entry for entry in self.matching(key, include, now, separate) if entry.method in (method, "*")]

    def headers(self, key: CacheKey, name: str, include: bool, now: float, separate: bool) -> list[ListedEntry]:
        return [
            entry
            for entry in self.matching(key, include, now, separate)
            if entry.header is not None
            and (entry.header.lower() == name.lower() or (entry.header == "*" and name.lower() != "authorization"))
        ]

    def store(
        self, key: CacheKey, methods: list[str], names: list[str], include: bool, age: float, now: float, separate: bool
    ) -> None:
        for method in methods:
            found = self.methods(key, method, include, now, separate)
            for entry in found:
                entry.max_age = age
            if not found:
                self.entries.append(ListedEntry(key, now, age, include, method, None))
        for name in names:
            found = self.headers(key, name, include, now, separate)
            for entry in found:
                entry.max_age = age
            if not found:
                self.entries.append(ListedEntry(key, now, age, include, None, name))


KEYS = st.sampled_from([KEY, *OTHERS])
METHODS = st.sampled_from(["PUT", "put", "DELETE", "*"])
NAMES = st.sampled_from(["X-A", "x-a", "x-b", "Authorization", "*"])
STORE = st.tuples(
    st.just("store"), KEYS, st.lists(METHODS, max_size=3), st.lists(NAMES, max_size=3), st.booleans(), st.integers(0, 9)
)
CLEAR = st.tuples(st.just("clear"), KEYS)
WAIT = st.tuples(st.just("wait"), st.integers(0, 6))


@given(st.lists(st.one_of(STORE, STORE, CLEAR, WAIT), max_size=12), st.booleans())
@settings(max_examples=300)
def test_the_cache_equals_the_list_of_the_standard(actions: list[tuple[object, ...]], separate: bool) -> None:
    cache, listed, now = PreflightCache(), ListedCache(), 1000.0
    for action in actions:
        match action:
            case ("store", key, methods, names, include, age):
                cache.store(
                    key, methods=methods, header_names=names, include=include, max_age=age, now=now, separate=separate
                )
                listed.store(key, methods, names, include, age, now, separate)
            case ("clear", key):
                cache.clear_cache_entries(key)
                listed.entries = [entry for entry in listed.entries if entry.key != key]
            case ("wait", seconds):
                now += seconds
        for key in (KEY, *OTHERS):
            for include in (True, False):
                for method in ("PUT", "put", "DELETE", "QUERY", "*"):
                    assert cache.method_cache_entry_match(
                        key, method, include=include, now=now, separate=separate
                    ) == bool(listed.methods(key, method, include, now, separate))
                for name in ("x-a", "X-B", "authorization", "x-c"):
                    assert cache.header_name_cache_entry_match(
                        key, name.encode(), include=include, now=now, separate=separate
                    ) == bool(listed.headers(key, name, include, now, separate))
                assert cache.has_entry(key, include=include, now=now, separate=separate) == bool(
                    listed.matching(key, include, now, separate)
                )


def test_an_entry_lasts_as_long_as_its_max_age_and_not_a_moment_more() -> None:
    cache = PreflightCache()
    cache.store(KEY, methods=["PUT"], header_names=[], include=False, max_age=5, now=100)
    assert cache.method_cache_entry_match(KEY, "PUT", include=False, now=104.9)
    assert not cache.method_cache_entry_match(KEY, "PUT", include=False, now=105)


def test_it_is_bounded_and_drops_what_was_longest_not_used() -> None:
    cache = PreflightCache(max_urls=2, max_names=3)
    for number in range(3):
        key = CacheKey("s", b"o", f"https://api.example/{number}")
        cache.store(key, methods=[f"M{n}" for n in range(9)], header_names=[], include=False, max_age=9, now=0)
    assert len(cache) == 6
    assert not cache.has_entry(CacheKey("s", b"o", "https://api.example/0"), include=False, now=0)
    assert cache.method_cache_entry_match(CacheKey("s", b"o", "https://api.example/1"), "M2", include=False, now=0)
    assert not cache.method_cache_entry_match(CacheKey("s", b"o", "https://api.example/1"), "M3", include=False, now=0)


def test_an_expired_entry_is_replaced_though_the_list_is_full() -> None:
    cache = PreflightCache(max_names=1)
    for now in (0, 100):
        cache.store(KEY, methods=["PUT"], header_names=[], include=False, max_age=9, now=now)
    assert cache.method_cache_entry_match(KEY, "PUT", include=False, now=101)


def test_it_can_be_emptied_and_says_how_much_it_holds() -> None:
    cache = PreflightCache()
    cache.store(KEY, methods=["PUT"], header_names=["x-a"], include=False, max_age=9, now=0)
    assert repr(cache) == "<PreflightCache of 2 entries>"
    cache.clear()
    assert len(cache) == 0


@pytest.mark.parametrize("count", [20_000])
def test_a_list_without_end_is_stored_in_linear_time(count: int) -> None:
    cache = PreflightCache()
    cache.store(KEY, methods=[], header_names=[f"x-{n}" for n in range(count)], include=False, max_age=9, now=0)
    assert len(cache) == 1000
