"""Pages: their origins, their sites, and whether they are secure."""

import pytest

from crossorigin.browser import Page, RequestError, page_at
from crossorigin.standard import OpaqueOrigin, Origin


def test_a_page_takes_its_url_as_the_browser_writes_it() -> None:
    page = page_at("https://APP.example:443/a b")
    assert page == Page(url="https://app.example/a%20b", origin=Origin("https", "app.example"))


@pytest.mark.parametrize("url", ["file:///x.html", "data:text/html,x", "null"])
def test_a_page_without_a_server_has_an_opaque_origin(url: str) -> None:
    assert str(page_at(url).origin) == "null"


def test_a_sandboxed_page_loses_its_origin_and_keeps_its_url() -> None:
    page = page_at("https://app.example/", sandboxed=True)
    assert isinstance(page.origin, OpaqueOrigin)
    assert page.url == "https://app.example/"
    assert page.is_secure_context


def test_a_page_that_does_not_parse_is_refused() -> None:
    with pytest.raises(RequestError) as caught:
        page_at("app.example")
    assert caught.value.code == "page-url"
    assert "https://app.example.com/" in str(caught.value)


@pytest.mark.parametrize(
    ("top_level", "cross_site"),
    [
        (None, False),
        ("https://www.app.example/", False),
        ("https://news.example/", True),
        ("http://app.example/", True),
    ],
)
def test_a_frame_knows_whether_its_top_is_another_site(top_level: str | None, cross_site: bool) -> None:
    page = page_at("https://app.example/", top_level=top_level)
    assert page.has_cross_site_ancestor is cross_site


def test_the_top_level_may_be_an_origin() -> None:
    origin = OpaqueOrigin()
    assert page_at("https://app.example/", top_level=origin).top_level is origin


@pytest.mark.parametrize(
    ("url", "top_level", "secure"),
    [
        ("https://app.example/", None, True),
        ("http://localhost:3000/", None, True),
        ("http://app.example/", None, False),
        ("https://app.example/", "https://top.example/", True),
        ("https://app.example/", "http://top.example/", False),
    ],
)
def test_secure_contexts(url: str, top_level: str | None, secure: bool) -> None:
    assert page_at(url, top_level=top_level).is_secure_context is secure


def test_a_page_made_by_hand_with_no_url_is_not_secure() -> None:
    assert not Page(url="", origin=OpaqueOrigin()).is_secure_context
