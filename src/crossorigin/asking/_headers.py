"""Header lines as a person writes them."""

from collections.abc import Iterable

from crossorigin.standard import is_header_name, is_header_value, visible

from ._errors import AskingError

Headers = tuple[tuple[str, str], ...]


def parse_headers(lines: Iterable[str]) -> Headers:
    """The headers of `-H 'Name: value'`, repeated.

    Raises:
        AskingError: one of them is not a header.

    >>> parse_headers(["X-A: 1", "X-Empty;"])
    (('X-A', '1'), ('X-Empty', ''))
    """
    return tuple(_parse_header(line) for line in lines)


def _parse_header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    value = value.strip(" \t")
    if not colon:
        # As in curl, `Name;` is a header without a value.
        name, colon, rest = line.partition(";")
        if not colon or rest.strip():
            raise AskingError(f"-H {visible(line, 80)!r} has no colon: write -H 'Name: value'")
        value = ""
    if not name.isascii() or not is_header_name(name.encode()):
        raise AskingError(f"-H {visible(line, 80)!r}: {visible(name, 60)!r} is no header name")
    try:
        encoded = value.encode("latin-1")
    except UnicodeEncodeError as error:
        raise AskingError(
            f"-H {visible(name, 60)}: a header cannot carry the character {value[error.start]!a}: percent-encode it"
        ) from None
    if not is_header_value(encoded):
        raise AskingError(f"-H {visible(name, 60)}: the value has a line end or a NUL in it")
    return name, value
