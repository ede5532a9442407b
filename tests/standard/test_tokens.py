import string

import pytest

from crossorigin.standard import TOKEN_CHARACTERS, is_token


@pytest.mark.parametrize("text", ["x", "X-Request-Id", "!#$%&'*+-.^_`|~", "0"])
def test_a_token_is_made_of_token_characters(text: str) -> None:
    assert is_token(text)


@pytest.mark.parametrize(
    "character", [*'"(),/:;<=>?@[\\]{}', " ", "\t", "\r", "\n", "\0", "\x7f", "\x80", "ÿ", "é", "ı", "①"]
)
def test_one_other_character_and_it_is_no_token(character: str) -> None:
    assert not is_token(character)
    assert not is_token(f"x{character}x")


def test_the_empty_text_is_no_token() -> None:
    assert not is_token("")


def test_the_token_characters_are_those_of_rfc_9110() -> None:
    delimiters = set('"(),/:;<=>?@[\\]{}')
    visible = set(string.ascii_letters + string.digits + string.punctuation)
    assert visible - delimiters == TOKEN_CHARACTERS
