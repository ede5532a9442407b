"""Bodies as pages read them: decoded, bounded, and said to be broken where they are."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.browser import NetworkFailure
from crossorigin.drivers import Body
from crossorigin.drivers._content_coding import decode_body
from crossorigin.standard import HeaderList


def _raw_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(data) + deflater.flush()


def _headers(*values: str) -> HeaderList:
    return HeaderList.of([("Content-Encoding", value) for value in values])


@pytest.mark.parametrize(
    ("headers", "data"),
    [
        pytest.param(_headers(), b"plain", id="none"),
        pytest.param(_headers("identity"), b"plain", id="identity"),
        pytest.param(_headers(""), b"plain", id="empty"),
        pytest.param(_headers("gzip"), gzip.compress(b"plain"), id="gzip"),
        pytest.param(_headers("X-GZIP"), gzip.compress(b"plain"), id="x-gzip"),
        pytest.param(_headers("gzip"), gzip.compress(b"pl") + gzip.compress(b"ain"), id="gzip in two members"),
        pytest.param(_headers("deflate"), zlib.compress(b"plain"), id="deflate"),
        pytest.param(_headers("deflate"), _raw_deflate(b"plain"), id="raw deflate"),
        pytest.param(_headers("deflate, gzip"), gzip.compress(zlib.compress(b"plain")), id="one over another"),
        pytest.param(_headers("deflate", "gzip"), gzip.compress(zlib.compress(b"plain")), id="on two lines"),
    ],
)
def test_codings_are_undone(headers: HeaderList, data: bytes) -> None:
    assert decode_body(Body(data=data), headers, 100) == Body(data=b"plain")


@given(st.binary(max_size=500), st.sampled_from([gzip.compress, zlib.compress, _raw_deflate]))
def test_whatever_was_encoded_comes_back(data: bytes, encode: object) -> None:
    coding = "gzip" if encode is gzip.compress else "deflate"
    decoded = decode_body(Body(data=encode(data)), _headers(coding), 1000)  # type: ignore[operator]
    assert decoded == Body(data=data)


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "gzip, deflate"]))
def test_whatever_comes_is_no_exception(data: bytes, coding: str) -> None:
    assert len(decode_body(Body(data=data), _headers(coding), 50).data) <= 200


@pytest.mark.parametrize("encode", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
def test_a_bomb_is_cut_at_the_limit(encode: object) -> None:
    bomb = encode(bytes(50_000_000))  # type: ignore[operator]
    coding = "gzip" if encode is gzip.compress else "deflate"
    assert decode_body(Body(data=bomb), _headers(coding), 1000) == Body(data=bytes(1000), truncated=True)


def test_what_was_cut_on_the_way_is_decoded_as_far_as_it_goes() -> None:
    data = gzip.compress(bytes(range(256)) * 100)
    whole = decode_body(Body(data=data[:-20], truncated=True), _headers("gzip"), 10**6)
    assert whole.truncated
    assert whole.failure is None
    assert whole.data.startswith(bytes(range(256)))


def test_what_ends_too_early_is_broken() -> None:
    body = decode_body(Body(data=gzip.compress(b"plain")[:-4]), _headers("gzip"), 100)
    assert body.failure == NetworkFailure(kind="protocol", message="the body's gzip data ends too early")


def test_an_earlier_failure_is_the_one_that_is_told() -> None:
    failure = NetworkFailure(kind="timeout", message="slow")
    body = decode_body(Body(data=gzip.compress(b"plain")[:-4], failure=failure), _headers("gzip"), 100)
    assert body.failure is failure


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("br", "it is encoded as 'br', which is not supported here"),
        ("gzip", "it is no gzip: "),
        ("gzip, gzip, gzip, gzip, gzip", "5 content codings"),
    ],
)
def test_what_cannot_be_decoded_says_so(value: str, says: str) -> None:
    body = decode_body(Body(data=b"\x8b\x02\x80plain"), _headers(value), 100)
    assert body.data == b"\x8b\x02\x80plain"
    assert body.failure is not None
    assert says in body.failure.message
