"""Bodies as the web APIs take them, and the Content-Type that each implies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ._ada import can_ada
from ._url import to_scalar_values

Pairs = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Blob:
    """https://w3c.github.io/FileAPI/#dfn-Blob

    Bytes with a MIME type, "" for none.
    """

    data: bytes
    type: str = ""


@dataclass(frozen=True, slots=True)
class ReadableStream:
    """https://streams.spec.whatwg.org/#readablestream

    A body without a source: what it yields cannot be sent twice. `data` is all that it would yield.
    """

    data: bytes


@dataclass(frozen=True, slots=True)
class URLSearchParams:
    """https://url.spec.whatwg.org/#interface-urlsearchparams

    Names and values of a form, sent as `application/x-www-form-urlencoded`.
    """

    pairs: tuple[tuple[str, str], ...]

    def __init__(self, pairs: Pairs = ()) -> None:
        object.__setattr__(self, "pairs", _pairs(pairs))

    def __str__(self) -> str:
        """https://url.spec.whatwg.org/#concept-urlencoded-serializer"""
        params = can_ada.URLSearchParams()
        for name, value in self.pairs:
            params.append(to_scalar_values(name), to_scalar_values(value))
        return str(params)


@dataclass(frozen=True, slots=True)
class FormData:
    """https://xhr.spec.whatwg.org/#interface-formdata

    Names and values of a form, sent as `multipart/form-data`.
    """

    pairs: tuple[tuple[str, str], ...]

    def __init__(self, pairs: Pairs = ()) -> None:
        object.__setattr__(self, "pairs", _pairs(pairs))


BodyInit = str | bytes | Blob | FormData | URLSearchParams | ReadableStream


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyWithType:
    """https://fetch.spec.whatwg.org/#body-with-type

    `source` False marks a stream.
    """

    data: bytes
    type: bytes | None = None
    source: bool = True


def extract(body: BodyInit) -> BodyWithType:
    """https://fetch.spec.whatwg.org/#concept-bodyinit-extract

    >>> extract("hi").type
    b'text/plain;charset=UTF-8'
    >>> extract(URLSearchParams({"a": "b c"})).data
    b'a=b+c'
    """
    match body:
        case ReadableStream():
            return BodyWithType(data=body.data, source=False)
        case Blob():
            return BodyWithType(data=body.data, type=body.type.encode("latin-1", "replace") if body.type else None)
        case FormData():
            data, boundary = _multipart_form_data(body)
            return BodyWithType(data=data, type=b"multipart/form-data; boundary=" + boundary)
        case URLSearchParams():
            return BodyWithType(data=str(body).encode(), type=b"application/x-www-form-urlencoded;charset=UTF-8")
        case str():
            return BodyWithType(data=to_scalar_values(body).encode(), type=b"text/plain;charset=UTF-8")
        case _:
            return BodyWithType(data=bytes(body))


def _multipart_form_data(form: FormData) -> tuple[bytes, bytes]:
    """https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data

    The same form gives the same bytes every time: a boundary need not be random, only absent from what it bounds.
    """
    parts = [
        b'Content-Disposition: form-data; name="' + _escaped(name) + b'"\r\n\r\n' + _crlf(value).encode()
        for name, value in form.pairs
    ]
    text = b"".join(parts)
    boundary = b"----crossoriginFormBoundary"
    while boundary in text:
        boundary += b"0"
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return body + b"--" + boundary + b"--\r\n", boundary


def _escaped(name: str) -> bytes:
    encoded = _crlf(name).encode()
    return encoded.replace(b"\n", b"%0A").replace(b"\r", b"%0D").replace(b'"', b"%22")


def _crlf(text: str) -> str:
    text = to_scalar_values(text)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def _pairs(pairs: Pairs) -> tuple[tuple[str, str], ...]:
    return tuple(pairs.items() if isinstance(pairs, Mapping) else pairs)
