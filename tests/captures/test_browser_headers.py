"""What the browser adds to a request is not the page's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.captures._browser_headers import page_headers

ADDED = [
    *("Accept-Language", "Connection", "Origin", "Referer", "Sec-Fetch-Mode", "sec-ch-ua", "User-Agent"),
    *("Accept-Encoding", "Cookie", "Priority", "Host", "Content-Length", "TE", "DNT", "Upgrade-Insecure-Requests"),
    *("If-None-Match", "If-Modified-Since", "X-Client-Data", "Save-Data", "Access-Control-Request-Method"),
    *(":authority", ":method", ":path", ":scheme"),
]
PAGES = ["Accept", "Authorization", "Content-Type", "X-Requested-With", "traceparent", "Range", "Content-Language"]


@pytest.mark.parametrize("name", ADDED)
@pytest.mark.parametrize("written", [str, str.lower, str.upper])
def test_what_a_browser_adds_goes(name, written):
    assert page_headers([("X-A", "1"), (written(name), "x")]) == (("X-A", "1"),)


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_sets_stays(name):
    assert page_headers([("User-Agent", "x"), (name, "x")]) == ((name, "x"),)


def test_the_two_headers_of_a_disabled_cache_go_together():
    both = [("Cache-Control", "no-cache"), ("pragma", "no-cache"), ("X-A", "1")]
    assert page_headers(both) == (("X-A", "1"),)


@pytest.mark.parametrize(
    "headers",
    [
        (("Cache-Control", "no-cache"),),
        (("Pragma", "no-cache"),),
        (("Cache-Control", "no-store"), ("Pragma", "no-cache")),
    ],
)
def test_one_of_them_alone_is_the_pages(headers):
    assert page_headers(headers) == headers


def test_a_reload_s_cache_control_is_the_browsers():
    assert page_headers([("cache-control", "max-age=0")]) == ()


TEXT = st.text(st.characters(), max_size=12)  # lone surrogates too: JSON can write them


@given(st.lists(st.tuples(TEXT, TEXT), max_size=8))
def test_no_text_makes_it_raise_and_once_is_enough(headers):
    left = page_headers(headers)
    assert page_headers(left) == left
    assert set(left) <= set(headers)
