"""Bodies, and the Content-Type that each implies."""

import pytest

from crossorigin.browser import Blob, BodyInit, FormData, ReadableStream, URLSearchParams
from crossorigin.browser._body import extract


@pytest.mark.parametrize(
    ("body", "data", "type_"),
    [
        pytest.param("h\u00e9", b"h\xc3\xa9", b"text/plain;charset=UTF-8", id="text"),
        pytest.param("\ud800", b"\xef\xbf\xbd", b"text/plain;charset=UTF-8", id="lone surrogate"),
        pytest.param(b"\x00", b"\x00", None, id="bytes"),
        pytest.param(Blob(b"x", "image/png"), b"x", b"image/png", id="blob with a type"),
        pytest.param(Blob(b"x"), b"x", None, id="blob without one"),
        pytest.param(
            URLSearchParams([("a", "1 2"), ("a", "&")]),
            b"a=1+2&a=%26",
            b"application/x-www-form-urlencoded;charset=UTF-8",
            id="urlencoded form",
        ),
        pytest.param(
            FormData({'n"\n': "a\nb"}),
            b'------crossoriginFormBoundary\r\nContent-Disposition: form-data; name="n%22%0D%0A"\r\n\r\na\r\nb\r\n'
            b"------crossoriginFormBoundary--\r\n",
            b"multipart/form-data; boundary=----crossoriginFormBoundary",
            id="multipart form",
        ),
        pytest.param(ReadableStream(b"x"), b"x", None, id="stream"),
    ],
)
def test_a_body_implies_its_type(body: BodyInit, data: bytes, type_: bytes | None) -> None:
    extracted = extract(body)
    assert (extracted.data, extracted.type) == (data, type_)
    assert extracted.source is not isinstance(body, ReadableStream)


def test_a_boundary_is_in_no_value() -> None:
    extracted = extract(FormData({"a": "----crossoriginFormBoundary"}))
    assert extracted.type == b"multipart/form-data; boundary=----crossoriginFormBoundary0"
    assert extracted.data.endswith(b"\r\n------crossoriginFormBoundary0--\r\n")
