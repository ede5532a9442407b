"""Filtering: how much of a response the page's script gets to see."""

from crossorigin.standard import (
    CORS_SAFELISTED_RESPONSE_HEADER_NAMES,
    FAILURE,
    FORBIDDEN_RESPONSE_HEADER_NAMES,
    HeaderList,
    extract_header_list_values,
)

from ._fetch_params import InternalResponse
from ._request import Credentials
from ._response import Response


def basic_filtered_response(response: InternalResponse, *, redirected: bool) -> Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response-basic"""
    headers = response.headers.delete(*FORBIDDEN_RESPONSE_HEADER_NAMES)
    return Response(
        type="basic",
        status=response.status,
        url=response.url.without_fragment,
        redirected=redirected,
        headers=headers,
    )


def cors_filtered_response(response: InternalResponse, credentials: Credentials, *, redirected: bool) -> Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response-cors"""
    exposed = cors_exposed_header_names(response.headers, credentials)
    visible = [
        field
        for field in response.headers.fields
        if (name := field[0].lower()) in CORS_SAFELISTED_RESPONSE_HEADER_NAMES
        or (name in exposed and name not in FORBIDDEN_RESPONSE_HEADER_NAMES)
    ]
    return Response(
        type="cors",
        status=response.status,
        url=response.url.without_fragment,
        redirected=redirected,
        headers=HeaderList(tuple(visible)),
    )


def opaque_filtered_response() -> Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response-opaque"""
    return Response(type="opaque", status=0, url="")


def opaque_redirect_filtered_response(response: InternalResponse) -> Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect"""
    return Response(type="opaqueredirect", status=0, url=response.url.without_fragment)


def cors_exposed_header_names(headers: HeaderList, credentials: Credentials) -> frozenset[bytes]:
    """https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list

    Lower-cased. One item that is no token voids the whole list; `*` is everything, but a mere name where the request
    is credentialed.

    >>> headers = HeaderList.of([("ETag", "1"), ("Access-Control-Expose-Headers", "*")])
    >>> sorted(cors_exposed_header_names(headers, "omit"))
    [b'access-control-expose-headers', b'etag']
    >>> sorted(cors_exposed_header_names(headers, "include"))
    [b'*']
    """
    names = extract_header_list_values(b"access-control-expose-headers", headers)
    if names is None or names == FAILURE:
        return frozenset()
    if credentials != "include" and "*" in names:
        return frozenset(name.lower() for name, _ in headers)
    return frozenset(name.lower().encode("ascii") for name in names)
