"""Label patterns, against a walk over all of them."""

from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy._labels import LabelPatterns
from tests.growth import steps

ends = st.text("ab-", max_size=4)
pairs = st.lists(st.tuples(ends, ends), max_size=12)


@given(pairs, st.text("ab-", max_size=10))
def test_the_patterns_that_match_are_those_that_a_walk_finds(patterns: list[tuple[str, str]], text: str) -> None:
    expected = {
        (prefix, suffix)
        for prefix, suffix in patterns
        if text.startswith(prefix) and text.endswith(suffix) and len(prefix) + len(suffix) < len(text)
    }
    found = list(LabelPatterns(patterns).matching(text))
    assert set(found) == expected
    assert len(found) == len(expected), "each once"
    assert LabelPatterns(patterns).match(text) is bool(expected)


@given(pairs, st.binary(max_size=8))
def test_bytes_are_matched_as_text_is(patterns: list[tuple[str, str]], value: bytes) -> None:
    encoded = LabelPatterns([(prefix.encode(), suffix.encode()) for prefix, suffix in patterns])
    assert encoded.match(value) is LabelPatterns(patterns).match(value.decode("latin-1"))


def test_a_look_up_costs_the_same_in_a_long_list() -> None:
    """Patterns of the forms that platforms give: a name before the `*`, behind it, and on both sides."""

    def cost(count: int) -> int:
        numbers = range(10_000, 10_000 + count)
        patterns = LabelPatterns(
            [(f"pr-{number}-", "") for number in numbers]
            + [("", f"-team-{number}") for number in numbers]
            + [("pr-", f"--shop-{number}") for number in numbers]
            + [(f"a{number}-", f"-b{number}") for number in numbers]
        )
        asked = ["pr-10007-x", "pr-1--shop-10003", "x-team-10009", "a10001-x-b10001", "stranger", "a10001-x-b10002"]
        assert [patterns.match(label) for label in asked] == [True] * 4 + [False] * 2
        return steps(lambda: [patterns.match(label) for label in asked])

    assert cost(5000) == cost(10)


def test_the_worst_list_costs_the_lengths_of_a_label() -> None:
    """A prefix and a suffix of every length, all of one letter: each cut of the text is looked up once."""
    patterns = LabelPatterns([("a" * n, "b" + "a" * m) for n in range(63) for m in range(62 - n)])
    assert not patterns.match("a" * 63)
    assert steps(lambda: patterns.match("a" * 63)) < 63 * 63 * 20
    assert steps(lambda: patterns.match("a" * 100_000)) < 63 * 63 * 20
