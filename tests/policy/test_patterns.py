"""The pattern language: what it takes, and what it matches, against an oracle made of anchored expressions."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy._patterns import OriginPattern, parse_origin_pattern
from crossorigin.policy._reference import matches
from crossorigin.standard import Origin, parse_serialized_origin
from tests.policy.strategies import EXACT, ORIGINS, WILDCARDS, mutated

PATTERNS = [*EXACT, *WILDCARDS, "https://*.github.io", "https://*-x.a.b.example:81", "moz-extension://*"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("https://example.com", ("exact", "https", "example.com", None, "", "")),
        ("tauri://localhost", ("exact", "tauri", "localhost", None, "", "")),
        ("http://[::1]:8080", ("exact", "http", "[::1]", 8080, "", "")),
        ("http://localhost:*", ("any-port", "http", "localhost", "*", "", "")),
        ("http://[::1]:*", ("any-port", "http", "[::1]", "*", "", "")),
        ("http://127.0.0.1:*", ("any-port", "http", "127.0.0.1", "*", "", "")),
        ("https://*.example.com", ("subdomains", "https", "example.com", None, "", "")),
        ("https://*.example.com:8443", ("subdomains", "https", "example.com", 8443, "", "")),
        ("https://*.example.com:*", ("subdomains", "https", "example.com", "*", "", "")),
        ("http://*.localhost:3000", ("subdomains", "http", "localhost", 3000, "", "")),
        ("https://pr-*--x.netlify.app", ("label", "https", "netlify.app", None, "pr-", "--x")),
        ("https://pr-*.example.com:*", ("label", "https", "example.com", "*", "pr-", "")),
        ("https://*-x.example.com", ("label", "https", "example.com", None, "", "-x")),
        ("app://.", ("exact", "app", ".", None, "", "")),
        ("chrome-extension://*", ("any-host", "chrome-extension", "*", None, "", "")),
    ],
)
def test_a_pattern_parses_into_its_parts(text: str, parts: tuple[object, ...]) -> None:
    assert parse_origin_pattern(text) == OriginPattern(text, *parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "null",
        "file://",
        "https://*",
        "https://*:*",
        "https://*.",
        "https://foo*",
        "https://*.*.example.com",
        "https://**.example.com",
        "https://a.*.example.com",
        "https://a*.b*.example.com",
        "https://example.*",
        "https://*.1.2.3.4",
        "https://1.2.3.*",
        "https://*.[::1]",
        "https://[*]",
        "https://example.com:**",
        "https://example.com:4*",
        "https://example.com:443:*",
        "https://example.com:*/",
        "*://example.com",
        "http*://example.com",
        "chrome-extension://*.a",
        "chrome-extension://a*",
        "chrome-extension://*:*",
        "chrome-extension://*:81",
        "capacitor://localhost:*",
        "app://.:*",
        "wss://*.example.com",
        "wss://*",
        "http://*",
        "file://*",
        "https://*.example.com:443",
        "https://*.Example.com",
        "https://*." + "a" * 64 + ".example",
        "https://" + "a" * 63 + "*.example.com",
    ],
)
def test_what_is_no_pattern(text: str) -> None:
    assert parse_origin_pattern(text) is None


def oracle(pattern: str, origin: str) -> bool:
    """The pattern language as one anchored expression a pattern, over an origin known to be well-formed."""
    body, any_port = (pattern[:-2], True) if pattern.endswith(":*") else (pattern, False)
    expression = re.escape(body)
    if not body.startswith("http") and body.endswith("://*"):
        return re.fullmatch(expression.replace(re.escape("*"), "[A-Za-z0-9_.-]+"), origin) is not None
    expression = expression.replace(re.escape("://*."), "://(?:[a-z0-9_-]+[.])+").replace(re.escape("*"), "[a-z0-9_-]+")
    return re.fullmatch(expression + ("(?::[0-9]+)?" if any_port else ""), origin) is not None


def well_formed() -> st.SearchStrategy[str]:
    near = st.sampled_from(ORIGINS) | mutated(ORIGINS).map(lambda value: value.decode("latin-1"))
    return near.filter(lambda text: parse_serialized_origin(text) is not None)


@given(st.sampled_from(PATTERNS), well_formed())
def test_matching_equals_the_naive_oracle(pattern: str, origin: str) -> None:
    parsed = parse_origin_pattern(pattern)
    assert parsed is not None
    assert matches(parsed, Origin.parse(origin)) is oracle(pattern, origin)


@pytest.mark.parametrize(
    ("pattern", "origin", "expected"),
    [
        ("https://*.example.com", "https://a.example.com", True),
        ("https://*.example.com", "https://a.b.example.com", True),
        ("https://*.example.com", "https://example.com", False),
        ("https://*.example.com", "https://notexample.com", False),
        ("https://*.example.com", "https://a.example.com:8443", False),
        ("https://*.example.com", "http://a.example.com", False),
        ("https://*.example.com", "https://a.example.com.evil.example", False),
        ("https://*.example.com:8443", "https://a.example.com:8443", True),
        ("https://*.example.com:*", "https://a.example.com", True),
        ("https://*.example.com:*", "https://a.example.com:1", True),
        ("http://localhost:*", "http://localhost", True),
        ("http://localhost:*", "http://localhost:65535", True),
        ("http://localhost:*", "https://localhost:1", False),
        ("http://localhost:*", "http://a.localhost:1", False),
        ("https://pr-*--shop.netlify.app", "https://pr-1--shop.netlify.app", True),
        ("https://pr-*--shop.netlify.app", "https://pr---shop.netlify.app", False),
        ("https://pr-*--shop.netlify.app", "https://pr----shop.netlify.app", True),
        ("https://pr-*--shop.netlify.app", "https://x.pr-1--shop.netlify.app", False),
        ("https://pr-*--shop.netlify.app", "https://pr-1--shop.evil.netlify.app", False),
        ("moz-extension://*", "moz-extension://7a3c5b1e-0000-4000-8000-000000000000", True),
        ("moz-extension://*", "moz-extension://a:81", False),
        ("moz-extension://*", "chrome-extension://a", False),
        ("safari-web-extension://*", "safari-web-extension://2AB33852-D69B-4ED6-99AD-A4839DFEC7ED", True),
        ("app://*", "app://.", True),
        ("app://.", "app://x", False),
        ("https://aa*aa.example.com", "https://aaa.example.com", False),
        ("https://aa*aa.example.com", "https://aaaaa.example.com", True),
    ],
)
def test_matching_by_example(pattern: str, origin: str, expected: bool) -> None:
    parsed = parse_origin_pattern(pattern)
    assert parsed is not None
    assert matches(parsed, Origin.parse(origin)) is expected
    assert oracle(pattern, origin) is expected
