"""Request and response headers: which are safelisted, which are forbidden, and what the byte limits are."""

from collections.abc import Iterable

from ._header_list import convert_header_names_to_a_sorted_lowercase_set
from ._list_values import get_decode_and_split
from ._methods import is_forbidden_method
from ._mime import mime_type_essence

CORS_UNSAFE_REQUEST_HEADER_BYTES = frozenset([*(set(range(0x20)) - {0x09}), *b'"():<>?@[\\]{}', 0x7F])
"""https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte"""

LANGUAGE_BYTES = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz *,-.;=")

CORS_SAFELISTED_CONTENT_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})

CORS_SAFELISTED_REQUEST_HEADER_NAMES = frozenset(
    {b"accept", b"accept-language", b"content-language", b"content-type", b"range"}
)

CORS_SAFELISTED_VALUE_LIMIT = 128
"""Bytes that the value of one safelisted header may have."""

CORS_SAFELISTED_VALUES_LIMIT = 1024
"""Bytes that the values of all safelisted headers of a request may have together."""

MAX_RANGE_DIGITS = CORS_SAFELISTED_VALUE_LIMIT
"""Digits that a byte position may have. int() takes more than linear time, and gives up on some thousands."""

NO_CORS_SAFELISTED_REQUEST_HEADER_NAMES = frozenset(
    {b"accept", b"accept-language", b"content-language", b"content-type"}
)
"""https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name"""

PRIVILEGED_NO_CORS_REQUEST_HEADER_NAMES = frozenset({b"range"})
"""https://fetch.spec.whatwg.org/#privileged-no-cors-request-header-name"""

FORBIDDEN_REQUEST_HEADER_NAMES = frozenset(
    {
        b"accept-charset",
        b"accept-encoding",
        b"access-control-request-headers",
        b"access-control-request-method",
        b"connection",
        b"content-length",
        b"cookie",
        b"cookie2",
        b"date",
        b"dnt",
        b"expect",
        b"host",
        b"keep-alive",
        b"origin",
        b"referer",
        b"set-cookie",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"via",
    }
)
METHOD_OVERRIDE_HEADER_NAMES = frozenset({b"x-http-method", b"x-http-method-override", b"x-method-override"})

CORS_SAFELISTED_RESPONSE_HEADER_NAMES = frozenset(
    {
        b"cache-control",
        b"content-language",
        b"content-length",
        b"content-type",
        b"expires",
        b"last-modified",
        b"pragma",
    }
)
FORBIDDEN_RESPONSE_HEADER_NAMES = frozenset({b"set-cookie", b"set-cookie2"})
"""https://fetch.spec.whatwg.org/#forbidden-response-header-name"""

REQUEST_BODY_HEADER_NAMES = frozenset({b"content-encoding", b"content-language", b"content-location", b"content-type"})
"""https://fetch.spec.whatwg.org/#request-body-header-name"""


def is_cors_safelisted_request_header(name: bytes, value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-request-header

    >>> is_cors_safelisted_request_header(b"Content-Type", b"text/plain")
    True
    >>> is_cors_safelisted_request_header(b"Content-Type", b"application/json")
    False
    """
    if len(value) > CORS_SAFELISTED_VALUE_LIMIT:
        return False
    match name.lower():
        case b"accept":
            return _has_no_unsafe_byte(value)
        case b"accept-language" | b"content-language":
            return LANGUAGE_BYTES.issuperset(value)
        case b"content-type":
            return _has_no_unsafe_byte(value) and mime_type_essence(value) in CORS_SAFELISTED_CONTENT_TYPES
        case b"range":
            parsed = parse_a_single_range_header_value(value)
            return parsed is not None and parsed[0] is not None
        case _:
            return False


def cors_unsafe_request_header_names(headers: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names

    Lower-cased, without duplicates, in byte order: the very list that Access-Control-Request-Headers carries.

    >>> cors_unsafe_request_header_names([(b"X-B", b"1"), (b"accept", b"*/*"), (b"Authorization", b"Bearer t")])
    [b'authorization', b'x-b']
    """
    unsafe: list[bytes] = []
    potentially_unsafe: list[bytes] = []
    safelist_value_size = 0
    for name, value in headers:
        if is_cors_safelisted_request_header(name, value):
            potentially_unsafe.append(name)
            safelist_value_size += len(value)
        else:
            unsafe.append(name)
    if safelist_value_size > CORS_SAFELISTED_VALUES_LIMIT:
        unsafe.extend(potentially_unsafe)
    return convert_header_names_to_a_sorted_lowercase_set(unsafe)


def is_cors_non_wildcard_request_header_name(name: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name

    A header that `*` in Access-Control-Allow-Headers does not cover.
    """
    return name.lower() == b"authorization"


def is_no_cors_safelisted_request_header(name: bytes, value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header"""
    return name.lower() in NO_CORS_SAFELISTED_REQUEST_HEADER_NAMES and is_cors_safelisted_request_header(name, value)


def is_forbidden_request_header(name: bytes, value: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-request-header

    A header that a script cannot set: browsers drop it without a word.

    >>> is_forbidden_request_header(b"Cookie", b"a=b"), is_forbidden_request_header(b"X-HTTP-Method", b"GET, trace")
    (True, True)
    """
    name = name.lower()
    if name in FORBIDDEN_REQUEST_HEADER_NAMES or name.startswith((b"proxy-", b"sec-")):
        return True
    if name in METHOD_OVERRIDE_HEADER_NAMES:
        return any(map(is_forbidden_method, get_decode_and_split(value)))
    return False


def is_forbidden_response_header_name(name: bytes) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-response-header-name"""
    return name.lower() in FORBIDDEN_RESPONSE_HEADER_NAMES


def is_cors_safelisted_response_header_name(name: bytes, exposed: Iterable[bytes] = ()) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name

    >>> is_cors_safelisted_response_header_name(b"ETag"), is_cors_safelisted_response_header_name(b"ETag", [b"etag"])
    (False, True)
    """
    name = name.lower()
    if name in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
        return True
    return name not in FORBIDDEN_RESPONSE_HEADER_NAMES and any(name == other.lower() for other in exposed)


def parse_a_single_range_header_value(value: bytes) -> tuple[int | None, int | None] | None:
    """https://fetch.spec.whatwg.org/#simple-range-header-value

    First and last byte position, white space not allowed; None is failure, and so are positions of more digits than
    any file has bytes.

    >>> parse_a_single_range_header_value(b"bytes=0-"), parse_a_single_range_header_value(b"bytes=5-2")
    ((0, None), None)
    """
    unit, equals, positions = value.partition(b"=")
    first, hyphen, last = positions.partition(b"-")
    if unit != b"bytes" or not equals or not hyphen or not (first or last):
        return None
    if not all(part.isdigit() and len(part) <= MAX_RANGE_DIGITS for part in (first, last) if part):
        return None
    start = int(first) if first else None
    end = int(last) if last else None
    if start is not None and end is not None and start > end:
        return None
    return start, end


def _has_no_unsafe_byte(value: bytes) -> bool:
    return CORS_UNSAFE_REQUEST_HEADER_BYTES.isdisjoint(value)
