"""Content codings: what a page reads is the body with its Content-Encoding undone."""

import zlib

from crossorigin.browser import NetworkFailure
from crossorigin.standard import HeaderList

from ._values import Body

_MAX_CODINGS = 4
"""Codings in a row that are undone. Browsers have a limit too: each one multiplies what a small body can grow to."""


def decode_body(body: Body, headers: HeaderList, limit: int) -> Body:
    """https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding

    `body` decoded, `limit` bytes of it at most, however far it would inflate.
    """
    codings = [coding for coding in _codings(headers) if coding != "identity"]
    if not body.data:
        return body
    if len(codings) > _MAX_CODINGS:
        return _undecodable(body, f"it has {len(codings)} content codings one over another")
    for coding in reversed(codings):
        if coding not in ("gzip", "x-gzip", "deflate"):
            return _undecodable(body, f"it is encoded as {coding[:40]!r}, which is not supported here")
        try:
            data, whole = _inflate(body.data, coding, limit)
        except zlib.error as error:
            return _undecodable(body, f"it is no {coding}: {error}")
        cut = body.truncated or (not whole and len(data) >= limit)
        failure = body.failure
        if not whole and not cut and failure is None:
            failure = NetworkFailure(kind="protocol", message=f"the body's {coding} data ends too early")
        body = Body(data=data, truncated=cut, failure=failure)
    return body


def _codings(headers: HeaderList) -> list[str]:
    value = headers.get(b"content-encoding") or b""
    return [coding for part in value[:1024].split(b",") if (coding := part.strip(b" \t").decode("latin-1").lower())]


def _inflate(data: bytes, coding: str, limit: int) -> tuple[bytes, bool]:
    """The data decompressed to at most `limit` bytes, and whether that is all of it."""
    if coding == "deflate":
        # Named deflate, meant as zlib, and sent raw by some servers: browsers take both.
        window = zlib.MAX_WBITS if data[0] & 0x0F == 8 and len(data) > 1 and (data[0] << 8 | data[1]) % 31 == 0 else -15
        inflater = zlib.decompressobj(window)
        return inflater.decompress(data, limit), inflater.eof
    decoded = b""
    while data and len(decoded) < limit:  # a gzip file may be several, one behind the other
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        decoded += inflater.decompress(data, limit - len(decoded))
        if not inflater.eof:
            return decoded, False
        data = inflater.unused_data
    return decoded, not data


def _undecodable(body: Body, why: str) -> Body:
    failure = NetworkFailure(kind="protocol", message=f"the body cannot be decoded: {why}")
    return Body(data=body.data, truncated=body.truncated, failure=failure)
