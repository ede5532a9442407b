import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.standard import (
    FAILURE,
    HeaderList,
    extract_header_list_values,
    get_decode_and_split,
    is_token,
    parse_token_list,
)


@pytest.mark.parametrize(
    ("value", "values"),
    [
        pytest.param(b"nosniff,", ["nosniff", ""], id="trailing-comma"),
        pytest.param(b"", [""], id="empty"),
        pytest.param(b'text/html;", x/x', ['text/html;", x/x'], id="quote-without-an-end"),
        pytest.param(b'x/x;test="hi",y/y', ['x/x;test="hi"', "y/y"], id="comma-after-a-quote"),
        pytest.param(b"x / x,,,1", ["x / x", "", "", "1"], id="empty-items"),
        pytest.param(b'"1,2", 3', ['"1,2"', "3"], id="comma-in-quotes"),
        pytest.param(b'"a\\",b",c', ['"a\\",b"', "c"], id="escaped-quote"),
        pytest.param(b'"\\', ['"\\'], id="backslash-at-the-end"),
        pytest.param(b'"a" "b,c" d,e', ['"a" "b,c" d', "e"], id="several-quoted-strings-in-one-item"),
        pytest.param(b"\t a\xe9 ,\x0b", ["a\xe9", "\x0b"], id="tabs-and-spaces-alone-are-trimmed"),
    ],
)
def test_get_decode_and_split(value: bytes, values: list[str]) -> None:
    assert get_decode_and_split(value) == values


def split_by_the_letter(value: bytes) -> list[str]:
    """The standard's steps over single code points, with no thought for speed."""
    text, values, current, quoted, escaped = value.decode("latin-1"), [], "", False, False
    for character in text:
        if quoted:
            current += character
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == ",":
            values.append(current)
            current = ""
        else:
            quoted = character == '"'
            current += character
    return [item.strip("\t ") for item in [*values, current]]


@given(st.text(alphabet='a,"\\ \té', max_size=40).map(lambda text: text.encode("latin-1")))
def test_splitting_equals_the_standard_taken_by_the_letter(value: bytes) -> None:
    assert get_decode_and_split(value) == split_by_the_letter(value)


@pytest.mark.parametrize(
    ("value", "tokens"),
    [
        (b"GET, PUT", ["GET", "PUT"]),
        (b",,GET ,\t, PUT,", ["GET", "PUT"]),
        (b"", []),
        (b" , ", []),
        (b"*", ["*"]),
        (b"GET PUT", None),
        (b'"GET"', None),
        (b"GET, P\xc9T", None),
        (b"GET\r\n", None),
    ],
)
def test_a_list_of_tokens_leaves_out_what_is_empty_and_fails_whole(value: bytes, tokens: list[str] | None) -> None:
    assert parse_token_list(value) == tokens


@given(st.binary(max_size=60))
def test_what_a_token_list_gives_are_tokens_of_its_value(value: bytes) -> None:
    tokens = parse_token_list(value)
    assert tokens is None or (all(map(is_token, tokens)) and parse_token_list(",".join(tokens).encode()) == tokens)


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        pytest.param([("X", "a")], None, id="absent"),
        pytest.param([("acam", "PUT")], ["PUT"], id="one-line"),
        pytest.param(
            [("ACAM", "PUT,"), ("x", "y"), ("acam", "GET , X")], ["PUT", "GET", "X"], id="several-lines-in-order"
        ),
        pytest.param([("acam", "")], [], id="empty"),
        pytest.param([("acam", "PUT"), ("acam", "G T")], FAILURE, id="one-bad-line-voids-all"),
    ],
)
def test_extract_header_list_values(fields: list[tuple[str, str]], values: object) -> None:
    assert extract_header_list_values(b"Acam", HeaderList.of(fields)) == values
