import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.standard import (
    FORBIDDEN_REQUEST_HEADER_NAMES,
    cors_unsafe_request_header_names,
    is_cors_non_wildcard_request_header_name,
    is_cors_safelisted_request_header,
    is_cors_safelisted_response_header_name,
    is_forbidden_request_header,
    is_forbidden_response_header_name,
    is_no_cors_safelisted_request_header,
    parse_a_single_range_header_value,
)

UNSAFE = [*(set(range(0x20)) - {0x09}), *b'"():<>?@[\\]{}', 0x7F]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"Accept", b"text/html;q=0.9, */*\t\xff"),
        (b"accept", b""),
        (b"Accept-Language", b"en-GB,*;q=0.5 a.b"),
        (b"content-language", b"de"),
        (b"Content-Type", b"text/plain"),
        (b"content-type", b"TEXT/PLAIN ;charset=utf-8"),
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-type", b"multipart/form-data; boundary=x"),
        (b"Range", b"bytes=0-"),
        (b"range", b"bytes=5-5"),
        (b"accept", b"x" * 128),
    ],
)
def test_a_safelisted_request_header(name: bytes, value: bytes) -> None:
    assert is_cors_safelisted_request_header(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"accept", b"x" * 129),
        (b"accept-language", b"en_GB"),
        (b"accept-language", b"\t"),
        (b"content-language", b"d\xe9"),
        (b"content-type", b"application/json"),
        (b"content-type", b"text/plain, application/json"),
        (b"content-type", b'text/plain; charset="utf-8"'),
        (b"content-type", b""),
        (b"content-type", b"text/plain; a=" + b"x" * 115),
        (b"range", b"bytes=-500"),
        (b"range", b"bytes=2-1"),
        (b"range", b"bytes = 0-1"),
        (b"x-custom", b"1"),
        (b"authorization", b"x"),
        (b"accept ", b"x"),
    ],
)
def test_a_request_header_that_is_not_safelisted(name: bytes, value: bytes) -> None:
    assert not is_cors_safelisted_request_header(name, value)


@pytest.mark.parametrize("byte", UNSAFE, ids="{:#04x}".format)
def test_one_unsafe_byte_takes_a_header_off_the_safelist(byte: int) -> None:
    assert not is_cors_safelisted_request_header(b"accept", b"a" + bytes([byte]))
    assert not is_cors_safelisted_request_header(b"content-type", b"text/plain;" + bytes([byte]))


@pytest.mark.parametrize("byte", sorted(set(range(256)) - set(UNSAFE)))
def test_no_other_byte_takes_accept_off_the_safelist(byte: int) -> None:
    assert is_cors_safelisted_request_header(b"accept", bytes([byte]))


def test_unsafe_names_are_lower_cased_sorted_and_without_duplicates() -> None:
    headers = [
        (b"X-B", b"1"),
        (b"Accept", b"a"),
        (b"x-b", b"2"),
        (b"Authorization", b"t"),
        (b"Content-Type", b"text/html"),
    ]
    assert cors_unsafe_request_header_names(headers) == [b"authorization", b"content-type", b"x-b"]


def test_over_1024_bytes_together_all_safelisted_headers_are_unsafe() -> None:
    eight = [(b"accept", b"x" * 128)] * 8
    assert cors_unsafe_request_header_names(eight) == []
    assert cors_unsafe_request_header_names([*eight, (b"Accept-Language", b"e"), (b"x-a", b"")]) == [
        b"accept",
        b"accept-language",
        b"x-a",
    ]


def test_what_is_unsafe_anyway_does_not_count_towards_the_limit() -> None:
    assert cors_unsafe_request_header_names([(b"x-a", b"x" * 2000), (b"accept", b"x")]) == [b"x-a"]


def test_authorization_alone_is_no_wildcard_name() -> None:
    assert is_cors_non_wildcard_request_header_name(b"AUTHORIZATION")
    assert not is_cors_non_wildcard_request_header_name(b"x-authorization")


@pytest.mark.parametrize("name", sorted(FORBIDDEN_REQUEST_HEADER_NAMES))
def test_forbidden_names_are_forbidden_whatever_their_value(name: bytes) -> None:
    assert is_forbidden_request_header(name.title(), b"x")


@pytest.mark.parametrize(
    ("name", "value", "forbidden"),
    [
        (b"Proxy-", b"", True),
        (b"proxy-authorization", b"x", True),
        (b"Sec-Fetch-Site", b"none", True),
        (b"sec-", b"", True),
        (b"sec", b"", False),
        (b"user-agent", b"x", False),
        (b"access-control-allow-origin", b"*", False),
        (b"X-HTTP-Method-Override", b"PUT", False),
        (b"X-HTTP-Method-Override", b"PUT,trace", True),
        (b"x-http-method", b" CONNECT ", True),
        (b"x-method-override", b'"TRACE"', False),
        (b"x-method", b"TRACE", False),
    ],
)
def test_forbidden_request_headers(name: bytes, value: bytes, forbidden: bool) -> None:
    assert is_forbidden_request_header(name, value) is forbidden


def test_no_cors_safelists_four_names_and_not_range() -> None:
    assert is_no_cors_safelisted_request_header(b"Accept", b"x")
    assert not is_no_cors_safelisted_request_header(b"Accept", b"(")
    assert not is_no_cors_safelisted_request_header(b"range", b"bytes=0-")


@pytest.mark.parametrize(("name", "forbidden"), [(b"Set-Cookie", True), (b"set-cookie2", True), (b"cookie", False)])
def test_forbidden_response_header_names(name: bytes, forbidden: bool) -> None:
    assert is_forbidden_response_header_name(name) is forbidden


@pytest.mark.parametrize(
    ("name", "exposed", "readable"),
    [
        (b"Content-Length", [], True),
        (b"ETag", [], False),
        (b"ETag", [b"x", b"etag"], True),
        (b"Set-Cookie", [b"set-cookie"], False),
        (b"x", [b"*"], False),
    ],
)
def test_response_headers_that_a_page_may_read(name: bytes, exposed: list[bytes], readable: bool) -> None:
    assert is_cors_safelisted_response_header_name(name, exposed) is readable


@pytest.mark.parametrize(
    ("value", "positions"),
    [
        (b"bytes=0-", (0, None)),
        (b"bytes=-500", (None, 500)),
        (b"bytes=007-7", (7, 7)),
        (b"bytes=2-1", None),
        (b"bytes=-", None),
        (b"bytes=", None),
        (b"bytes", None),
        (b"Bytes=0-", None),
        (b"bytes =0-", None),
        (b"bytes=0 -1", None),
        (b"bytes=0-1,2-3", None),
        (b"bytes=0-1-2", None),
        (b"bytes=1=2-", None),
        (b"bytes=\xb2-", None),
        (b"bytes=+1-", None),
    ],
)
def test_a_single_range(value: bytes, positions: object) -> None:
    assert parse_a_single_range_header_value(value) == positions


@pytest.mark.parametrize("value", [b"bytes=" + b"9" * 5000 + b"-", b"bytes=-" + b"9" * 5000])
def test_a_range_of_thousands_of_digits_is_failure_and_no_exception(value: bytes) -> None:
    """int() refuses more than 4300 digits with a ValueError."""
    assert parse_a_single_range_header_value(value) is None


@given(st.text(alphabet="bytes=-0123 ", max_size=12).map(lambda text: b"bytes=" + text.encode()))
def test_a_single_range_equals_its_grammar(value: bytes) -> None:
    match = re.fullmatch(rb"bytes=([0-9]*)-([0-9]*)", value)
    expected = None
    if match and (match[1] or match[2]):
        expected = tuple(int(digits) if digits else None for digits in match.groups())
        if None not in expected and expected[0] > expected[1]:  # type: ignore[operator]
            expected = None
    assert parse_a_single_range_header_value(value) == expected
