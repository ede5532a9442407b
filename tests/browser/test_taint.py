"""Redirect taint, against chosen cases and against the definition said another way."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.browser import URL, parse_url
from crossorigin.browser._taint import redirect_taint, serialize_a_request_origin
from crossorigin.standard import AnyOrigin, OpaqueOrigin

PLACES = {
    "O": "https://app.example.com/",
    "S": "https://api.example.com/",
    "A": "https://a.example/",
    "B": "https://b.example/",
    "H": "http://app.example.com/",
}


def urls(path: str) -> list[URL]:
    return [url for place in path if (url := parse_url(PLACES[place])) is not None]


@pytest.mark.parametrize(
    ("path", "taint"),
    [
        ("O", "same-origin"),
        ("A", "same-origin"),
        ("OA", "same-origin"),
        ("AO", "cross-site"),
        ("AA", "same-origin"),
        ("AB", "cross-site"),
        ("OAO", "cross-site"),
        ("OS", "same-origin"),
        ("SO", "same-site"),
        ("OSO", "same-site"),
        ("SA", "same-site"),
        ("OSAB", "cross-site"),
        ("HO", "cross-site"),
        ("OOO", "same-origin"),
    ],
)
def test_taint_of_a_chain_from_a_page_at_o(path: str, taint: str) -> None:
    origin = urls("O")[0].origin
    assert redirect_taint(origin, urls(path)) == taint
    expected = b"https://app.example.com" if taint == "same-origin" else b"null"
    assert serialize_a_request_origin(origin, urls(path)) == expected


def naive_taint(origin: AnyOrigin, chain: list[URL]) -> str:
    """Every redirect that changes origin must have been made by the page's own origin; the worst one counts."""
    worst = 0
    for redirector, target in pairwise(chain):
        by_stranger = not origin.is_same_origin(redirector.origin)
        by_foreigner = not origin.is_same_site(redirector.origin)
        if by_stranger and not target.origin.is_same_origin(redirector.origin):
            worst = max(worst, 1)
        if by_foreigner and not target.origin.is_same_site(redirector.origin):
            worst = 2
    return ("same-origin", "same-site", "cross-site")[worst]


@given(st.text("OSABH", min_size=1, max_size=8))
def test_taint_equals_the_definition_said_another_way(path: str) -> None:
    origin = urls("O")[0].origin
    assert redirect_taint(origin, urls(path)) == naive_taint(origin, urls(path))


@given(st.text("OSABH", min_size=1, max_size=8))
def test_an_opaque_origin_is_always_null(path: str) -> None:
    assert serialize_a_request_origin(OpaqueOrigin(), urls(path)) == b"null"
