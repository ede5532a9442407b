"""URLs as browsers read them."""

import pytest

from crossorigin.browser import parse_url
from crossorigin.browser._url import MAX_URL_LENGTH, to_scalar_values
from crossorigin.standard import OpaqueOrigin, Origin


@pytest.mark.parametrize(
    ("text", "href"),
    [
        pytest.param("HTTPS://EXAMPLE.com:443", "https://example.com/", id="case, default port and path"),
        pytest.param(" \thttps://a.example\n", "https://a.example/", id="white space around"),
        pytest.param("http://127.1/", "http://127.0.0.1/", id="short IPv4"),
        pytest.param("http://[0:0::1]:80/", "http://[::1]/", id="long IPv6"),
        pytest.param("https://m\u00fcnchen.example/\u00e4", "https://xn--mnchen-3ya.example/%C3%A4", id="non-ASCII"),
        pytest.param("https://a.example\\b", "https://a.example/b", id="backslash"),
        pytest.param("https://a.example/\ud800", "https://a.example/%EF%BF%BD", id="lone surrogate"),
    ],
)
def test_a_url_is_serialised_as_browsers_do(text: str, href: str) -> None:
    url = parse_url(text)
    assert url is not None
    assert str(url) == href


@pytest.mark.parametrize(
    ("text", "base", "href"),
    [
        pytest.param("../c?d#e", "https://a.example/a/b/", "https://a.example/a/c?d#e", id="relative"),
        pytest.param("//b.example", "http://a.example/", "http://b.example/", id="scheme-relative"),
        pytest.param("", "https://a.example/x?y#z", "https://a.example/x?y", id="empty keeps path and query"),
    ],
)
def test_a_relative_url_is_joined(text: str, base: str, href: str) -> None:
    assert str(parse_url(text, base=base)) == href


@pytest.mark.parametrize(
    ("text", "base"),
    [
        pytest.param("", None, id="empty"),
        pytest.param("https://", None, id="no host"),
        pytest.param("https://a:99999/", None, id="port too large"),
        pytest.param("/x", "data:,x", id="against an opaque path"),
        pytest.param("x" * (MAX_URL_LENGTH + 1), "https://a.example/", id="too long"),
        pytest.param("\u00e4" * (MAX_URL_LENGTH // 2), "https://a.example/", id="too long once encoded"),
    ],
)
def test_what_is_no_url_does_not_parse(text: str, base: str | None) -> None:
    assert parse_url(text, base=base) is None


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://a.example:8443/x", Origin("https", "a.example", 8443)),
        ("https://a.example./", Origin("https", "a.example.")),
        ("http://[::1]/", Origin("http", "[::1]")),
        ("wss://a.example/", Origin("wss", "a.example")),
        ("ftp://a.example/", Origin("ftp", "a.example")),
        ("blob:https://a.example/7f", Origin("https", "a.example")),
    ],
)
def test_the_origin_of_a_network_url_is_a_tuple(text: str, origin: Origin) -> None:
    url = parse_url(text)
    assert url is not None
    assert url.origin == origin


@pytest.mark.parametrize(
    "text", ["file:///x", "data:,x", "about:blank", "blob:null/7f", "blob:ftp://a.example/7f", "x://a/"]
)
def test_any_other_origin_is_opaque_and_its_own(text: str) -> None:
    url, again = parse_url(text), parse_url(text)
    assert url is not None
    assert again is not None
    assert isinstance(url.origin, OpaqueOrigin)
    assert url.origin.is_same_origin(url.origin)
    assert not url.origin.is_same_origin(again.origin)
    based, based_again = parse_url(text, base="https://a.example/"), parse_url(text, base="https://a.example/")
    assert based is not None
    assert based_again is not None
    assert not based.origin.is_same_origin(based_again.origin)


@pytest.mark.parametrize(
    ("text", "trustworthy"),
    [
        ("https://a.example/", True),
        ("wss://a.example/", True),
        ("http://localhost:3000/", True),
        ("http://a.localhost/", True),
        ("http://127.0.0.2/", True),
        ("http://[::1]/", True),
        ("data:,x", True),
        ("file:///x", True),
        ("about:blank", True),
        ("about:srcdoc", True),
        ("about:config", False),
        ("http://a.example/", False),
        ("http://localhost.example/", False),
    ],
)
def test_trustworthy_urls(text: str, trustworthy: bool) -> None:
    url = parse_url(text)
    assert url is not None
    assert url.is_potentially_trustworthy is trustworthy


def test_fragments_are_none_or_empty_or_something() -> None:
    assert [getattr(parse_url(f"https://a.example/{end}"), "fragment", 0) for end in ("", "#", "#x")] == [None, "", "x"]
    url = parse_url("https://a.example/#x")
    assert url is not None
    assert url.without_fragment == "https://a.example/"
    assert [url.with_fragment(new).href for new in (None, "", "y")] == [
        "https://a.example/",
        "https://a.example/#",
        "https://a.example/#y",
    ]


def test_a_scheme_can_be_raised() -> None:
    url = parse_url("http://u:p@a.example:8080/x?y#z")
    assert url is not None
    assert url.includes_credentials
    assert url.with_scheme("https").href == "https://u:p@a.example:8080/x?y#z"
    assert url.stripped() == "http://a.example:8080/x?y"
    assert url.stripped(origin_only=True) == "http://a.example:8080/"


def test_surrogate_pairs_stay() -> None:
    assert to_scalar_values("\ud83d\ude00\ud83d") == "\U0001f600\ufffd"
