import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.standard import (
    HeaderList,
    convert_header_names_to_a_sorted_lowercase_set,
    is_header_name,
    is_header_value,
    normalize_header_value,
)

LIST = HeaderList(((b"Vary", b"Origin"), (b"X", b"1"), (b"vary", b"Accept")))


def test_it_is_made_of_a_mapping_pairs_text_bytes_or_itself() -> None:
    expected = HeaderList(((b"a", b"1"), (b"B", b"\xe9")))
    assert HeaderList.of({"a": "1", "B": "é"}) == expected
    assert HeaderList.of([(b"a", b"1"), (b"B", b"\xe9")]) == expected
    assert HeaderList.of(expected) is expected
    assert HeaderList.of() == HeaderList()


def test_text_that_no_field_can_carry_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"cannot carry the character '☃' at position 1"):
        HeaderList.of({"a": "x☃"})


@pytest.mark.parametrize("value", [1, None, ["x"]])
def test_what_is_neither_text_nor_bytes_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError, match="str or bytes, not"):
        HeaderList.of([("a", value)])  # type: ignore[list-item]


def test_it_counts_iterates_and_repeats_itself() -> None:
    assert len(LIST) == 3
    assert list(LIST) == [(b"Vary", b"Origin"), (b"X", b"1"), (b"vary", b"Accept")]
    assert eval(repr(LIST)) == LIST


def test_names_match_in_any_case() -> None:
    assert b"VARY" in LIST
    assert b"y" not in LIST
    assert "vary" not in LIST
    assert LIST.values(b"VARY") == (b"Origin", b"Accept")
    assert LIST.get(b"vary") == b"Origin, Accept"
    assert LIST.get(b"y") is None
    assert LIST.get_decode_and_split(b"VARY") == ["Origin", "Accept"]
    assert LIST.get_decode_and_split(b"y") is None


def test_append_takes_the_name_that_is_there() -> None:
    assert LIST.append(b"x", b"2").fields == (*LIST.fields, (b"X", b"2"))
    assert LIST.append(b"y", b"2").fields == (*LIST.fields, (b"y", b"2"))


def test_delete_removes_every_line() -> None:
    assert LIST.delete(b"VARY", b"nothing").fields == ((b"X", b"1"),)


def test_set_replaces_the_first_and_removes_the_others() -> None:
    assert LIST.set(b"VARY", b"*").fields == ((b"Vary", b"*"), (b"X", b"1"))
    assert LIST.set(b"y", b"2").fields == (*LIST.fields, (b"y", b"2"))


def test_combine_adds_to_the_first_and_keeps_the_others() -> None:
    assert LIST.combine(b"VARY", b"DNT").fields == ((b"Vary", b"Origin, DNT"), (b"X", b"1"), (b"vary", b"Accept"))
    assert LIST.combine(b"y", b"2").fields == (*LIST.fields, (b"y", b"2"))


def test_sort_and_combine_keeps_set_cookie_apart() -> None:
    headers = HeaderList.of([("Set-Cookie", "a=1"), ("B", "2"), ("A", "1"), ("set-cookie", "b=2"), ("b", "3")])
    assert headers.sort_and_combine().fields == (
        (b"a", b"1"),
        (b"b", b"2, 3"),
        (b"set-cookie", b"a=1"),
        (b"set-cookie", b"b=2"),
    )


def test_names_are_lower_cased_deduplicated_and_sorted_by_bytes() -> None:
    assert convert_header_names_to_a_sorted_lowercase_set([b"b", b"A-b", b"B", b"a_b", b"a"]) == [
        b"a",
        b"a-b",
        b"a_b",
        b"b",
    ]


@pytest.mark.parametrize(
    ("name", "valid"), [(b"X-A", True), (b"", False), (b"a b", False), (b"a:", False), (b"\xe9", False)]
)
def test_a_header_name_is_a_token(name: bytes, valid: bool) -> None:
    assert is_header_name(name) is valid


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        (b"", True),
        (b"a\tb \xff", True),
        (b" a", False),
        (b"a\t", False),
        (b"a\0", False),
        (b"a\rb", False),
        (b"\n", False),
    ],
)
def test_a_header_value_has_no_outer_white_space_and_no_line_end(value: bytes, valid: bool) -> None:
    assert is_header_value(value) is valid


@given(st.binary(max_size=20))
def test_a_normalised_value_is_a_value_unless_a_forbidden_byte_is_inside(value: bytes) -> None:
    normalised = normalize_header_value(b"\r\n\t " + value + b" \n")
    assert normalised in value
    assert is_header_value(normalised) is not any(byte in b"\0\r\n" for byte in normalised)
