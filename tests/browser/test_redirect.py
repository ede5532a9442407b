"""Redirects: location URLs, and what is left of the request."""

import pytest

from crossorigin.browser import CHROMIUM, FIREFOX, STANDARD, Profile, Request, parse_url
from crossorigin.browser._redirect import location_url, redirected_request
from crossorigin.standard import FAILURE, HeaderList

BODY_HEADERS = HeaderList.of(
    [
        ("Content-Encoding", "gzip"),
        ("Content-Language", "en"),
        ("Content-Location", "/x"),
        ("content-type", "text/plain"),
        ("Content-Length-Hint", "1"),
        ("Authorization", "Bearer t"),
        ("X-A", "1"),
    ]
)


def located(*lines: str | bytes) -> HeaderList:
    return HeaderList(
        tuple((b"location", line if isinstance(line, bytes) else line.encode("latin-1")) for line in lines)
    )


@pytest.mark.parametrize(
    ("status", "headers", "profile", "expected"),
    [
        pytest.param(302, located("/b"), STANDARD, "https://a.example/b#f", id="relative, fragment inherited"),
        pytest.param(308, located("/b#own"), STANDARD, "https://a.example/b#own", id="its own fragment"),
        pytest.param(303, located("/b#"), STANDARD, "https://a.example/b#", id="an empty fragment is one"),
        pytest.param(301, located(b"/\xc3\xa4"), STANDARD, "https://a.example/%C3%A4#f", id="UTF-8 bytes"),
        pytest.param(301, located(b"/\xff"), STANDARD, "https://a.example/%FF#f", id="bytes that are no UTF-8"),
        pytest.param(307, located("javascript:x"), STANDARD, "javascript:x#f", id="any scheme parses"),
        pytest.param(302, located(), STANDARD, None, id="no Location"),
        pytest.param(200, located("/b"), STANDARD, None, id="no redirect status"),
        pytest.param(304, located("/b"), STANDARD, None, id="304"),
        pytest.param(300, located("/b"), STANDARD, None, id="300"),
        pytest.param(302, located(""), STANDARD, "https://a.example/a#f", id="empty: itself"),
        pytest.param(302, located(""), CHROMIUM, None, id="empty, Chromium: none"),
        pytest.param(302, located("https://"), STANDARD, FAILURE, id="no URL"),
        pytest.param(302, located("/b", "/c"), STANDARD, FAILURE, id="two"),
        pytest.param(302, located("/b", "/b"), STANDARD, FAILURE, id="two equal ones"),
        pytest.param(302, located("/b", "/b"), FIREFOX, "https://a.example/b#f", id="two equal ones, Firefox"),
        pytest.param(302, located("/b", "/b"), CHROMIUM, "https://a.example/b#f", id="two equal ones, Chromium"),
        pytest.param(302, located("/b", "/c"), FIREFOX, FAILURE, id="two, Firefox"),
    ],
)
def test_location_urls(status: int, headers: HeaderList, profile: Profile, expected: str | None) -> None:
    url = parse_url("https://a.example/a")
    assert url is not None
    found = location_url(status, headers, url, "f", profile)
    assert (found if found is None or found == FAILURE else str(found)) == expected


@pytest.mark.parametrize(
    ("status", "method", "becomes"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "OPTIONS", "GET"),
        (303, "HEAD", "HEAD"),
        (303, "GET", "GET"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (307, "POST", "POST"),
        (308, "PUT", "PUT"),
    ],
)
def test_what_is_left_of_the_request(status: int, method: str, becomes: str) -> None:
    request = Request(url="https://a.example/", method=method, body=b"x", headers=BODY_HEADERS)
    redirected = redirected_request(request, status, same_origin=True)
    if becomes == method:
        assert redirected == request
    else:
        kept = (b"Content-Length-Hint", b"1"), (b"Authorization", b"Bearer t"), (b"X-A", b"1")
        assert redirected == request.replace(method="GET", body=None, headers=HeaderList(kept))


def test_authorization_stays_behind_at_another_origin() -> None:
    request = Request(url="https://a.example/", headers=BODY_HEADERS)
    assert redirected_request(request, 302, same_origin=False).headers == BODY_HEADERS.delete(b"authorization")
