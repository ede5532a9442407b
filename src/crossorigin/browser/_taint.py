"""Redirect taint, and the origin that a request shows."""

from collections.abc import Sequence
from typing import Literal

from crossorigin.standard import AnyOrigin

from ._url import URL

RedirectTaint = Literal["same-origin", "same-site", "cross-site"]


def redirect_taint(origin: AnyOrigin, urls: Sequence[URL]) -> RedirectTaint:
    """https://fetch.spec.whatwg.org/#concept-request-tainted-origin

    Whether a request that this origin made went through a stranger's hands: a redirect from another origin to yet
    another (or back home) could be anybody's wish, so the request no longer speaks for the page.

    >>> from crossorigin.browser import page_at, parse_url
    >>> home, abroad = parse_url("https://a.example/"), parse_url("https://b.example/")
    >>> redirect_taint(home.origin, [home, abroad]), redirect_taint(home.origin, [home, abroad, home])
    ('same-origin', 'cross-site')
    """
    taint: RedirectTaint = "same-origin"
    last: URL | None = None
    for url in urls:
        if last is None:
            last = url
            continue
        if not url.origin.is_same_site(last.origin) and not origin.is_same_site(last.origin):
            return "cross-site"
        if not url.origin.is_same_origin(last.origin) and not origin.is_same_origin(last.origin):
            taint = "same-site"
        last = url
    return taint


def serialize_a_request_origin(origin: AnyOrigin, urls: Sequence[URL]) -> bytes:
    """https://fetch.spec.whatwg.org/#byte-serializing-a-request-origin"""
    return b"null" if redirect_taint(origin, urls) != "same-origin" else str(origin).encode("ascii")
