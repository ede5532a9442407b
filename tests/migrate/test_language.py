"""Expressions as automata, against `re` itself."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin.migrate._language import Language, NotRegular, texts

ATOMS = st.sampled_from(
    ["a", "b", ".", r"\.", "[ab]", "[^a]", r"\w", r"\d", "[a-c]", r"[\d.]", "(?:a|b1)", "(a(?:b|.)*)", "^", "$"]
)
REPEATS = st.sampled_from(["", "", "*", "+", "?", "*?", "{2}", "{1,3}", "{2,}"])
SOURCES = st.lists(st.tuples(ATOMS, REPEATS), min_size=1, max_size=5).map(
    lambda parts: "".join(atom + ("" if atom in "^$" else repeat) for atom, repeat in parts)
)
WORDS = st.text(alphabet="ab1.C_", min_size=1, max_size=7)


@given(source=SOURCES, other=SOURCES, word=WORDS, matching=st.sampled_from(["fullmatch", "match", "search"]))
@settings(max_examples=1500)
def test_an_automaton_accepts_what_re_matches(source: str, other: str, word: str, matching: str) -> None:
    for text in (source, f"{source}|{other}", f"(?i){source}"):
        expected = getattr(re.compile(text), matching)(word) is not None
        assert Language(text, matching).accepts(word) == expected, (text, matching, word)  # type: ignore[arg-type]


@given(one=SOURCES, other=SOURCES)
@settings(max_examples=300)
def test_a_difference_is_one_and_none_is_missed(one: str, other: str) -> None:
    within = Language("[ab1.]{1,4}")
    found = list(texts([[Language(one)], [within]], [Language(other)]))
    assert all(re.fullmatch(one, text) and not re.fullmatch(other, text) for text in found)
    words = [""]
    for _ in range(4):
        words = [word + character for word in words for character in "ab1."]
        missed = [word for word in words if re.fullmatch(one, word) and not re.fullmatch(other, word)]
        assert not missed or found


@pytest.mark.parametrize("source", [r"(?=a)a", r"(a)\1", r"\bab", "(?m)^a$", "(?>a)b", "a++", "(?:a{80}){80}"])
def test_what_no_automaton_says_is_said(source: str) -> None:
    with pytest.raises(NotRegular):
        Language(source)
