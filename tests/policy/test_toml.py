"""TOML within bounds: what goes beyond them is one error, with its place."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy import Policy, parse_toml, read_file
from crossorigin.policy._toml import LARGEST_FILE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"allow_origins = [", "Invalid value (at end of document)"),
        (
            b"# b\xfccher",
            "'utf-8' codec can't decode byte 0xfc in position 3: invalid start byte (at line 1, column 4)",
        ),
        (
            b"\xef\xbb\xbf#\n \xc3\xbc\xfc",
            "'utf-8' codec can't decode byte 0xfc in position 8: invalid start byte (at line 2, column 3)",
        ),
        (
            b"\xfe\xff\x00a",
            (
                "'utf-8' codec can't decode byte 0xfe in position 0: this is UTF-16: save the file as UTF-8 "
                "(at line 1, column 1)"
            ),
        ),
        (b"max_age = " + b"1" * 1001, "A number of more than 1000 digits (at line 1, column 11)"),
        (b"a = 1\nb = -" + b"1_" * 600 + b"1", "A number of more than 1000 digits (at line 2, column 5)"),
        (b"a = 0x" + b"f" * 999, "A number of more than 1000 digits (at line 1, column 5)"),
        (b"a = " + b"[" * 65, "Arrays and tables nested more than 64 levels deep (at line 1, column 69)"),
        (b"a = " + b"[\n" * 99, "Arrays and tables nested more than 64 levels deep (at line 65, column 1)"),
        (b"a = " + b"{ a = " * 65, "Arrays and tables nested more than 64 levels deep (at line 1, column 389)"),
        (b"a" + b" . 'a'" * 64 + b" = 1", "A dotted key of more than 64 parts (at line 1, column 381)"),
        (b"[a" + b'."a"' * 64 + b"]", "A dotted key of more than 64 parts (at line 1, column 255)"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_refused_says_where(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "cors.toml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}\nin ") as caught:
        Policy.from_toml(path)
    assert caught.value.__notes__ == [f"in {path}"]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 64 + "]" * 64,
        "a" + ".a" * 63 + " = 1",
        "a = " + "1" * 1000,
        "a = [" + "1.5, " * 100 + "]",
        "a = [" + "[1.5], " * 100 + "]",
        "a = 1.5\n" + "".join(f"b.c{number} = 1.5\n" for number in range(100)),
        "a" * 2000 + " = 1",
        'a = "' + "[" * 100 + '\\""  # ' + "[" * 100,
        "a = '" + "[" * 100 + "\\'",
        'a = """' + "[" * 100 + '"" ' + "[" * 100 + '\\""" """""',
        "a = '''" + "[" * 100 + "'' ' " + "[" * 100 + "'''''",
        "# it's\na = '" + "." * 100 + "'",
    ],
    ids=lambda text: text[:12],
)
def test_what_is_within_bounds_is_read(text: str) -> None:
    assert parse_toml(text.encode()) == tomllib.loads(text)


@given(st.text(alphabet="\"'[]{}.=,#\\\n a1", max_size=60))
def test_bounds_change_nothing_of_what_is_read(text: str) -> None:
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        with pytest.raises(tomllib.TOMLDecodeError, match=re.escape(str(error))):
            parse_toml(text.encode())
    else:
        assert parse_toml(text.encode()) == expected


def test_a_string_that_does_not_end_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line of this one could begin another such string, which would be looked through to the end again."""
    found: list[str] = []
    finditer = re.finditer

    def counted(*arguments: Any) -> Iterator[re.Match[str]]:
        for match in finditer(*arguments):
            found.append(match[0])
            yield match

    monkeypatch.setattr(re, "finditer", counted)
    with pytest.raises(tomllib.TOMLDecodeError, match="Unterminated string"):
        parse_toml(b'a = """' + b'\\"""\n' * 2000)
    assert found == ["a", "=", '"""']


def test_no_more_of_a_file_is_read_than_a_policy_can_be(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as large:
        large.truncate(LARGEST_FILE)
        assert len(read_file(path)) == LARGEST_FILE
        large.truncate(2**40)
    with pytest.raises(OSError, match=r"larger than 64 MiB.*large\.toml"):
        read_file(path)
    with pytest.raises(OSError, match="directory"):
        read_file(tmp_path)
