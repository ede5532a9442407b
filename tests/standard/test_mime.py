import pytest

from crossorigin.standard import mime_type_essence


@pytest.mark.parametrize(
    ("value", "essence"),
    [
        (b"text/plain", "text/plain"),
        (b"TEXT/Plain", "text/plain"),
        (b" text/plain\t\r\n", "text/plain"),
        (b"text/plain;charset=utf-8", "text/plain"),
        (b"text/plain ; charset=utf-8", "text/plain"),
        (b"text/plain;", "text/plain"),
        (b"text/plain;;;=;a=b,c", "text/plain"),
        (b"x-!#$/+a.b", "x-!#$/+a.b"),
        (b"", None),
        (b"text", None),
        (b"text/", None),
        (b"/plain", None),
        (b"text /plain", None),
        (b"text/ plain", None),
        (b"text/pl ain", None),
        (b"text/plain,text/html", None),
        (b"text/plain/x", None),
        (b"text/\xe9", None),
        (b"\x0btext/plain", None),
    ],
)
def test_the_essence_is_type_and_subtype_in_lower_case_or_failure(value: bytes, essence: str | None) -> None:
    assert mime_type_essence(value) == essence
