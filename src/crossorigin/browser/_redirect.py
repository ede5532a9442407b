"""Redirects: where they lead, and what becomes of the request on the way."""

from crossorigin.standard import FAILURE, REQUEST_BODY_HEADER_NAMES, Failure, HeaderList

from ._profile import Profile
from ._request import Request
from ._url import URL, parse_url

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
"""https://fetch.spec.whatwg.org/#redirect-status"""

REDIRECT_LIMIT = 20
"""Redirects that are followed; the next one is an error."""

_ESCAPES = {byte: f"%{byte:02X}" for byte in range(0x80, 0x100)}


def location_url(
    status: int, headers: HeaderList, url: URL, fragment: str | None, profile: Profile
) -> URL | Failure | None:
    """https://fetch.spec.whatwg.org/#concept-response-location-url

    None where there is no redirect to follow. `url` is the response's, `fragment` the request's.

    >>> from crossorigin.browser import STANDARD
    >>> moved = HeaderList.of({"Location": "/b"})
    >>> location_url(302, moved, parse_url("https://example.com/a"), "top", STANDARD).href
    'https://example.com/b#top'
    """
    # 1.
    if status not in REDIRECT_STATUSES:
        return None
    # 2.
    lines = headers.values(b"location")
    if profile.equal_locations_are_one:
        lines = tuple(dict.fromkeys(lines))
    if not lines or (lines == (b"",) and profile.empty_location_is_none):
        return None
    if len(lines) > 1:
        return FAILURE
    # 3. Bytes that are not ASCII are percent-encoded as they are, whatever encoding the server meant.
    location = parse_url(lines[0].decode("latin-1").translate(_ESCAPES), base=url.href)
    # 4, 5.
    if location is None:
        return FAILURE
    return location if location.fragment is not None else location.with_fragment(fragment)


def redirected_request(request: Request, status: int, *, same_origin: bool) -> Request:
    """https://fetch.spec.whatwg.org/#concept-http-redirect-fetch

    Steps 12 and 13: what is left of the request behind this redirect. `same_origin` says whether both URLs are.

    >>> request = Request(url="https://a.example/", method="POST", body=b"x")
    >>> redirected_request(request, 302, same_origin=True).method
    'GET'
    """
    if (status in (301, 302) and request.method == "POST") or (status == 303 and request.method not in ("GET", "HEAD")):
        request = request.replace(
            method="GET", body=None, stream_body=False, headers=request.headers.delete(*REQUEST_BODY_HEADER_NAMES)
        )
    if not same_origin:
        request = request.replace(headers=request.headers.delete(b"authorization"))
    return request
