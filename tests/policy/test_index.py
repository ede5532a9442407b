"""The index: against the reference matcher, against an oracle that walks all patterns, and against attacks."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy._index import MAX_RECENT, OriginIndex
from crossorigin.policy._patterns import parse_origin_pattern
from crossorigin.policy._reference import matches
from crossorigin.standard import parse_serialized_origin
from tests.policy.strategies import EXACT, HOSTILE_ORIGINS, ORIGINS, WILDCARDS, origin_values

PATTERNS = [
    *WILDCARDS,
    "http://*.example.com",
    "https://*.b.example.com",
    "https://*.com",
    "https://a*.example.com",
    "https://*-b.example.com",
    "https://a*b.c.example.com:8443",
    "http://127.0.0.1:*",
    "https://*.xn--bcher-kva.example",
]


def index_of(texts: list[str]) -> OriginIndex:
    parsed = [pattern for text in texts if (pattern := parse_origin_pattern(text)) is not None]
    assert len(parsed) == len(texts)
    return OriginIndex(
        [pattern.text for pattern in parsed if pattern.kind == "exact"],
        [pattern for pattern in parsed if pattern.kind != "exact"],
    )


def naive(texts: list[str], origin: bytes) -> bool:
    """Every pattern as an anchored expression, tried in turn, after the whole origin was parsed."""
    text = origin.decode("latin-1")
    if parse_serialized_origin(text) is None:
        return False
    for pattern in texts:
        body, any_port = (pattern[:-2], True) if pattern.endswith(":*") else (pattern, False)
        expression = re.escape(body).replace(r"//\*\.", r"//(?:[a-z0-9_-]+\.)+").replace(r"\*", "[a-z0-9_-]+")
        if re.fullmatch(expression + (r"(?::[0-9]+)?" if any_port else ""), text):
            return True
    return False


@given(st.lists(st.sampled_from([*EXACT, *PATTERNS]), min_size=1, max_size=6), origin_values())
def test_the_index_matches_as_an_oracle_that_tries_every_pattern(texts: list[str], origin: bytes) -> None:
    assert index_of(texts).matches(origin) is naive(texts, origin)


@given(st.lists(st.sampled_from([*EXACT, *PATTERNS]), min_size=1, max_size=6), origin_values())
def test_the_index_matches_as_the_reference_does(texts: list[str], origin: bytes) -> None:
    parsed = parse_serialized_origin(origin.decode("latin-1"))
    expected = parsed is not None and any(
        matches(pattern, parsed) for text in texts if (pattern := parse_origin_pattern(text)) is not None
    )
    assert index_of(texts).matches(origin) is expected


labels = st.text("ab-1_", min_size=1, max_size=4)
hosts = st.lists(labels, min_size=1, max_size=4).map(lambda parts: ".".join([*parts, "x"]))


@given(
    st.lists(st.tuples(st.sampled_from(["http", "https"]), hosts, st.sampled_from(["", ":*", ":81"])), max_size=5),
    st.sampled_from(["http", "https"]),
    hosts,
    st.sampled_from(["", ":81", ":80", ":443", ":1"]),
)
def test_generated_parents_cover_generated_hosts_as_the_oracle_says(
    parents: list[tuple[str, str, str]], scheme: str, host: str, port: str
) -> None:
    texts = [f"{scheme}://*.{parent}{port}" for scheme, parent, port in parents]
    origin = f"{scheme}://{host}{port}".encode()
    assert index_of(texts).matches(origin) is naive(texts, origin)


label_ends = st.text("a-", max_size=3)


@given(
    st.lists(
        st.tuples(st.sampled_from(["http", "https"]), label_ends, label_ends, st.sampled_from(["", ":*", ":81"])),
        max_size=8,
    ),
    st.sampled_from(["http", "https"]),
    st.text("a-.", min_size=1, max_size=8),
    st.sampled_from(["", ":81", ":80", ":1"]),
)
def test_generated_labels_of_one_parent_match_as_the_oracle_says(
    ends: list[tuple[str, str, str, str]], scheme: str, label: str, port: str
) -> None:
    texts = [f"{scheme}://{start}*{end}.x{port}" for scheme, start, end, port in ends]
    origin = f"{scheme}://{label}.x{port}".encode()
    assert index_of(texts).matches(origin) is naive(texts, origin)


@pytest.mark.parametrize("origin", HOSTILE_ORIGINS, ids=lambda origin: repr(origin[:40]))
def test_no_pattern_matches_what_is_no_origin(origin: bytes) -> None:
    well_formed = parse_serialized_origin(origin.decode("latin-1"))
    index = index_of([*EXACT, *PATTERNS])
    assert well_formed is not None or not index.matches(origin)


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        ("https://*.foo.com", "https://barfoo.com"),
        ("https://*.foo.com", "https://foo.com"),
        ("https://*.foo.com", "https://foo.com.evil.example"),
        ("https://*.foo.com", "http://a.foo.com"),
        ("https://*.foo.com", "https://a.foo.com:8443"),
        ("https://*.foo.com:8443", "https://a.foo.com"),
        ("https://*.foo.com:8443", "https://a.foo.com:84431"),
        ("https://*.foo.com:*", "https://a.foo.com:443"),
        ("https://*.foo.com:*", "https://a.foo.com:00"),
        ("http://localhost:*", "http://localhost:80"),
        ("http://localhost:*", "http://localhost.evil.example"),
        ("http://[::1]:*", "http://[::1]:80"),
        ("http://[::1]:*", "http://[::1"),
        ("https://a*b.foo.com", "https://ab.foo.com"),
        ("https://a*.foo.com", "https://ab.c.foo.com"),
        ("https://a*.foo.com", "https://x.ab.foo.com"),
        ("https://*.foo.com", f"https://{'a.' * 122}bb.foo.com"),
        ("https://*.foo.com", f"https://{'a' * 64}.foo.com"),
        ("https://a*.foo.com", f"https://{'a' * 64}.foo.com"),
    ],
)
def test_a_near_miss_is_a_miss(pattern: str, origin: str) -> None:
    assert not index_of([pattern]).matches(origin.encode())


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        ("https://*.foo.com", "https://a.b.c.foo.com"),
        ("https://*.foo.com", "https://-_.foo.com"),
        ("https://*.foo.com:*", "https://a.foo.com"),
        ("https://*.foo.com:*", "https://a.foo.com:80"),
        ("https://*.foo.com:*", "https://a.foo.com:65535"),
        ("http://[::1]:*", "http://[::1]"),
        ("http://[::1]:*", "http://[::1]:3000"),
        ("https://a*b.foo.com", "https://a-b.foo.com"),
        ("https://*.foo.com", f"https://{'a' * 63}.foo.com"),
        ("https://*.foo.com", f"https://{'a.' * 123}foo.com"),
        ("https://*.foo.com:8443", f"https://{'a.' * 123}foo.com:8443"),
    ],
)
def test_the_edge_of_the_grammar_matches(pattern: str, origin: str) -> None:
    assert parse_serialized_origin(origin) is not None
    assert index_of([pattern]).matches(origin.encode())


def test_both_schemes_of_one_parent_are_told_apart_from_a_third() -> None:
    index = index_of(["https://*.foo.com", "http://*.foo.com", "https://*.foo.com"])
    assert [index.matches(f"{scheme}://a.foo.com".encode()) for scheme in ("http", "https", "ws")] == [
        True,
        True,
        False,
    ]


def test_every_known_origin_of_a_long_list_matches_and_its_neighbours_do_not() -> None:
    index = index_of([f"https://*.tenant-{number}.example.com" for number in range(2000)])
    assert all(index.matches(b"https://app.tenant-%d.example.com" % number) for number in range(2000))
    assert not any(index.matches(b"https://tenant-%d.example.com" % number) for number in range(2000))


def test_a_megabyte_of_origin_costs_no_more_than_looking_at_it() -> None:
    """Not a timing of the machine: a quadratic search of these would take minutes."""
    index = index_of([*EXACT, *PATTERNS])
    start = time.thread_time()
    for origin in (b"https://" + b"a." * 500_000, b"a" * 1_000_000, b"https://" + b":" * 1_000_000, b"." * 1_000_000):
        assert not index.matches(origin)
    assert time.thread_time() - start < 10


@pytest.mark.parametrize("origin", ORIGINS)
def test_an_exact_origin_matches_itself_alone(origin: str) -> None:
    index = OriginIndex([origin], [])
    assert index.matches(origin.encode())
    assert not index.matches(origin.encode() + b"x")


def test_what_was_answered_lately_is_bounded_and_stays_what_it_was() -> None:
    index = index_of(["https://*.example.com", "http://localhost:*"])
    for number in range(3 * MAX_RECENT):
        assert index.matches(b"https://a%d.example.com" % number)
        assert not index.matches(b"https://a%d.example.net" % number)
        assert len(index._recent) <= MAX_RECENT
    for _ in range(2):
        assert index.matches(b"https://a.example.com")
        assert index.matches(b"http://localhost:8000")
        assert not index.matches(b"https://a.example.com.")
        assert not index.matches(b"https://" + b"a" * 5000 + b".example.com")
    assert max(map(len, index._recent)) < 100
