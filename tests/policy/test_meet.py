"""What two patterns have in common, against all origins of a small world."""

import random

import pytest

from crossorigin.policy._meet import meet, origin_within
from crossorigin.policy._reference import matches
from crossorigin.standard import Origin
from tests.policy.test_origin_set import WORLD, a_pattern, origins, pattern


def world_of(text: str) -> set[Origin]:
    parsed = pattern(text)
    return {origin for origin in WORLD if matches(parsed, origin)}


@pytest.mark.parametrize("seed", range(8))
def test_two_patterns_meet_in_what_both_match(seed: int) -> None:
    choice = random.Random(seed)
    for _ in range(150):
        one, other = a_pattern(choice), a_pattern(choice)
        common = [each.text for each in meet(pattern(one), pattern(other))]
        assert set().union(*map(world_of, common)) == world_of(one) & world_of(other), (one, other, common)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("https://*.example.com", "https://*.a.example.com:*", ["https://*.a.example.com"]),
        ("https://*.example.com:*", "https://*.example.com:8443", ["https://*.example.com:8443"]),
        ("https://*.example.com:*", "https://pr-*.example.com", ["https://pr-*.example.com"]),
        ("https://*.example.com", "http://*.example.com", []),
        ("https://*.example.com:1", "https://*.example.com:2", []),
        ("https://*.example.com", "https://example.com", []),
        ("https://*.a.example.com", "https://pr-*.example.com", []),
        ("https://ab*.a.b", "https://*ba.a.b", ["https://ab*ba.a.b", "https://abba.a.b", "https://aba.a.b"]),
        ("https://ab*.example.com", "https://ba*.example.com", []),
        ("https://*ab.example.com", "https://*ba.example.com", []),
        ("https://a*.example.com", "https://b*.example.org", []),
        ("https://" + "a" * 40 + "*.example.com", "https://*" + "b" * 40 + ".example.com", []),
        ("https://pr-*.example.com:*", "https://pr-1.example.com:81", ["https://pr-1.example.com:81"]),
        ("https://pr-*.example.com", "https://pr-.example.com", []),
        ("http://localhost:*", "http://localhost:*", ["http://localhost:*"]),
        ("http://localhost:*", "http://127.0.0.1:*", []),
        ("moz-extension://*", "moz-extension://A", ["moz-extension://A"]),
        ("moz-extension://*", "moz-extension://*", ["moz-extension://*"]),
        ("moz-extension://*", "moz-extension://a:1", []),
    ],
)  # fmt: skip
def test_by_example(one: str, other: str, common: list[str]) -> None:
    assert [each.text for each in meet(pattern(one), pattern(other))] == common
    assert [each.text for each in meet(pattern(other), pattern(one))] == common


@pytest.mark.parametrize(
    ("entry", "allowed", "but", "found"),
    [
        ("https://*.example.com", ["https://*.example.com:*"], [], "https://a.example.com"),
        ("https://*.example.com", ["https://*.example.com"], ["https://*.example.com:*"], None),
        ("https://*.example.com", ["https://x.example.com"], [], "https://x.example.com"),
        ("https://*.example.com", ["https://x.example.com"], ["https://x.example.com"], None),
        ("https://*.example.com", ["https://*.a.example.com"], ["https://a.example.com"], "https://a.a.example.com"),
        ("https://*.example.com", ["https://*.a.example.com"], ["https://*.a.example.com:*"], None),
        ("https://*.example.com", ["https://other.example"], [], None),
    ],
)
def test_an_origin_of_one_that_is_allowed_here_and_not_there(
    entry: str, allowed: list[str], but: list[str], found: str | None
) -> None:
    assert origin_within(pattern(entry), origins(allowed), origins(but)) == found
