"""How a stranger's text is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.standard import visible


@given(st.text() | st.binary(), st.integers(0, 50), st.booleans())
def test_whatever_it_is_it_is_one_printable_line(text: str | bytes, limit: int, ascii_only: bool) -> None:
    shown = visible(text, limit, ascii_only=ascii_only)
    assert shown.isprintable()
    assert shown.isascii() or not ascii_only
    assert len(shown) <= limit * len("\\U0010ffff") + 40


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\n", r"a\tb\r\n"),
        (b"\x00\x9b", r"\x00\x9b"),
        ("\u2028", r"\u2028"),
        ("\udc80", r"\udc80"),
        ("\U000e0001", r"\U000e0001"),
        ("bücher", "bücher"),
    ],
)
def test_what_cannot_be_printed_is_an_escape(text: str | bytes, shown: str) -> None:
    assert visible(text) == shown


def test_for_a_log_it_is_ascii() -> None:
    assert visible("bücher", ascii_only=True) == r"b\xfccher"
    assert visible("x" * 9, 2, ascii_only=True) == "xx... (9 characters)"
