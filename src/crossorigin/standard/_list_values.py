"""Header values that are lists: splitting them, and reading the ones whose items are tokens."""

from typing import TYPE_CHECKING, Final, Literal

from ._tokens import HTTP_TAB_OR_SPACE, is_token

if TYPE_CHECKING:
    from ._header_list import HeaderList

Failure = Literal["failure"]
FAILURE: Final[Failure] = "failure"


def get_decode_and_split(value: bytes) -> list[str]:
    """https://fetch.spec.whatwg.org/#header-value-get-decode-and-split

    Commas inside a quoted string do not split. Linear in the length of the value.

    >>> get_decode_and_split(b'"1,2", 3')
    ['"1,2"', '3']
    """
    text = value.decode("latin-1")
    values: list[str] = []
    start = position = 0
    while True:
        position = _next_of(text, position)
        if position < len(text) and text[position] == '"':
            position = _after_quoted_string(text, position)
            if position < len(text):
                continue
        values.append(text[start:position].strip(HTTP_TAB_OR_SPACE))
        if position >= len(text):
            return values
        position = start = position + 1


def extract_header_list_values(name: bytes, headers: "HeaderList") -> "list[str] | Failure | None":
    """https://fetch.spec.whatwg.org/#extract-header-list-values

    For the fields whose grammar is a list of tokens (`#method`, `#field-name`): Access-Control-Allow-Methods, -Headers,
    Access-Control-Expose-Headers. None where the field is absent, "failure" where one item is no token. Empty items
    are no error, as in every list of HTTP (https://httpwg.org/specs/rfc9110.html#abnf.extension.recipient).
    """
    lines = headers.values(name)
    if not lines:
        return None
    values: list[str] = []
    for line in lines:
        tokens = parse_token_list(line)
        if tokens is None:
            return FAILURE
        values.extend(tokens)
    return values


def parse_token_list(value: bytes) -> list[str] | None:
    """https://httpwg.org/specs/rfc9110.html#abnf.extension

    The tokens of one field line, empty items left out; None where an item is no token.

    >>> parse_token_list(b"GET,, PUT "), parse_token_list(b"GET PUT")
    (['GET', 'PUT'], None)
    """
    items = [item.strip(HTTP_TAB_OR_SPACE) for item in value.decode("latin-1").split(",") if item]
    tokens = [item for item in items if item]
    return tokens if all(map(is_token, tokens)) else None


def _next_of(text: str, position: int) -> int:
    """The position of the next quote or comma, or the length."""
    while position < len(text) and text[position] not in '",':
        position += 1
    return position


def _after_quoted_string(text: str, position: int) -> int:
    """https://fetch.spec.whatwg.org/#collect-an-http-quoted-string

    The position behind the quoted string that begins at `position`; one without an end reaches to the length.
    """
    position += 1
    while position < len(text):
        if text[position] == '"':
            return position + 1
        position += 2 if text[position] == "\\" else 1
    return len(text)
