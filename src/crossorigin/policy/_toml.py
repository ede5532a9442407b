"""TOML read within bounds. A text that is not TOML, or goes beyond them, is a ValueError that ends with its place."""

import errno
from os import PathLike, fspath
from typing import Any

FilePath = str | PathLike[str]

LARGEST_FILE = 64 * 1024 * 1024
DEEPEST = 64
"""Levels of arrays and inline tables, and parts of a dotted key. tomllib would recurse, or take quadratic time."""

LONGEST_WORD = 1000
"""Characters of a number. Python converts no more than 4300 digits."""

LEXEME = (
    r"#[^\n]*"
    r'|"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*+'{3,5}"
    r"|(?P<broken>\"{3}|'{3})"
    r'|"(?:[^"\\\n]|\\.)*+"'
    r"|'[^'\n]*+'"
    r"|(?P<word>[\w+-]+)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<dot>\.)|(?P<end>[,=\n])"
)
"""Comments and strings first: what looks like a bracket in them is not one. `broken`: a string that does not end."""


def read_file(path: FilePath) -> bytes:
    """The content of a file of at most 64 MiB. It is read once: it may be a pipe.

    Raises:
        OSError: it cannot be read, or is larger.
    """
    from pathlib import Path

    with Path(path).open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise OSError(errno.EFBIG, "larger than 64 MiB, so this is not a policy file", fspath(path))
    return content


def parse_toml(content: bytes) -> dict[str, Any]:
    """The document, without its byte order mark.

    Raises:
        ValueError: it is not TOML, is nested too deeply, or holds a number that is too long; the message ends with the
            place, as those of tomllib do: `(at line 3, column 5)`. A UnicodeDecodeError where it is not UTF-8.
    """
    import tomllib

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _with_place(error, content) from None
    _check_bounds(text)
    return tomllib.loads(text)


def _with_place(error: UnicodeDecodeError, content: bytes) -> UnicodeDecodeError:
    reason = error.reason
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        reason = "this is UTF-16: save the file as UTF-8"
    # The codec of the error is `utf-8-sig` where the file begins with a mark, and counts from behind it.
    skipped = len(content) - len(error.object)
    before = error.object[: error.start].decode()
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    reason = f"{reason} (at line {line}, column {column})"
    return UnicodeDecodeError("utf-8", content, error.start + skipped, error.end + skipped, reason)


def _check_bounds(text: str) -> None:
    import re

    depth = parts = 0
    for token in re.finditer(LEXEME, text, re.DOTALL):
        match token.lastgroup:
            case "open":
                depth, parts = depth + 1, 0
            case "close":
                depth, parts = depth - 1, 0
            case "dot":
                parts += 1
            case "end":
                parts = 0
            case "broken":
                return  # tomllib says so
            case "word":
                _check_word(token[0], text, token.start())
        if depth > DEEPEST:
            raise _refusal(f"Arrays and tables nested more than {DEEPEST} levels deep", text, token.start())
        if parts >= DEEPEST:
            raise _refusal(f"A dotted key of more than {DEEPEST} parts", text, token.start())


def _check_word(word: str, text: str, position: int) -> None:
    if len(word) > LONGEST_WORD and word.lstrip("+-")[:1].isdecimal():
        raise _refusal(f"A number of more than {LONGEST_WORD} digits", text, position)


def _refusal(what: str, text: str, position: int) -> ValueError:
    line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
    return ValueError(f"{what} (at line {line}, column {column})")
