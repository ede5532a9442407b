"""Filtering: what a script gets to see."""

import pytest

from crossorigin.browser import Response, parse_url
from crossorigin.browser._fetch_params import InternalResponse
from crossorigin.browser._filtering import (
    basic_filtered_response,
    cors_filtered_response,
    opaque_filtered_response,
    opaque_redirect_filtered_response,
)
from crossorigin.standard import HeaderList

FIELDS = [
    ("Cache-Control", "no-store"),
    ("Content-Language", "en"),
    ("Content-Length", "1"),
    ("Content-Type", "text/plain"),
    ("Expires", "0"),
    ("Last-Modified", "x"),
    ("Pragma", "x"),
    ("ETag", "1"),
    ("etag", "2"),
    ("Authorization", "x"),
    ("Set-Cookie", "a=b"),
    ("set-cookie2", "a=b"),
]
SAFELISTED = FIELDS[:7]
URL = parse_url("https://a.example/x#y")


def response(*exposing: str) -> InternalResponse:
    assert URL is not None
    fields = [*FIELDS, *(("Access-Control-Expose-Headers", value) for value in exposing)]
    return InternalResponse(status=418, url=URL, headers=HeaderList.of(fields))


def test_basic_hides_cookies_alone() -> None:
    assert basic_filtered_response(response(), redirected=True) == Response(
        type="basic", status=418, url="https://a.example/x", redirected=True, headers=HeaderList.of(FIELDS[:10])
    )


@pytest.mark.parametrize(
    ("exposing", "credentials", "more"),
    [
        pytest.param((), "omit", [], id="nothing exposed"),
        pytest.param(("ETAG",), "omit", FIELDS[7:9], id="a name, in any case, every line of it"),
        pytest.param(("ETag, Set-Cookie", "authorization"), "include", FIELDS[7:10], id="several lines; no cookies"),
        pytest.param(("*",), "include", [], id="wildcard is a name where credentialed"),
        pytest.param(("*, etag",), "include", FIELDS[7:9], id="a name beside it counts"),
        pytest.param(("etag, a b",), "omit", [], id="one bad token voids all"),
        pytest.param(("etag", '"x"'), "omit", [], id="on another line too"),
    ],
)
def test_cors_shows_the_safelisted_and_the_exposed(
    exposing: tuple[str, ...], credentials: str, more: list[tuple[str, str]]
) -> None:
    filtered = cors_filtered_response(response(*exposing), credentials, redirected=False)  # type: ignore[arg-type]
    assert filtered == Response(
        type="cors", status=418, url="https://a.example/x", headers=HeaderList.of([*SAFELISTED, *more])
    )


@pytest.mark.parametrize("credentials", ["omit", "same-origin"])
def test_the_wildcard_exposes_all_but_cookies(credentials: str) -> None:
    filtered = cors_filtered_response(response("*"), credentials, redirected=False)  # type: ignore[arg-type]
    assert filtered.headers == HeaderList.of([*FIELDS[:10], ("Access-Control-Expose-Headers", "*")])


def test_opaque_responses_are_empty() -> None:
    assert opaque_filtered_response() == Response(type="opaque", status=0, url="")
    assert opaque_redirect_filtered_response(response()) == Response(
        type="opaqueredirect", status=0, url="https://a.example/x"
    )
