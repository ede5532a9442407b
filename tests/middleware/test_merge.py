"""The memory of names that need no merging: what it keeps, and that it ends."""

from crossorigin.middleware.engine._merge import MAX_KNOWN_NAMES, ASGIFieldNames, WSGIFieldNames

VARY = ((b"vary", b"Origin"),)


def test_names_are_learned_in_the_case_they_came_in_and_ours_never() -> None:
    names = ASGIFieldNames()
    names.merge([(b"X-A", b"1"), (b"vary", b"a"), (b"Access-Control-Max-Age", b"1"), (b"x-b", b"2")], VARY)
    assert names == {b"X-A", b"x-b"}


def test_vary_is_learned_where_it_is_not_ours() -> None:
    names = WSGIFieldNames()
    merged = names.merge([("Vary", "a"), ("vary", "b")], (("Access-Control-Allow-Origin", "*"),))
    assert merged == ([("Vary", "a"), ("vary", "b"), ("Access-Control-Allow-Origin", "*")], [])
    assert names == {"Vary", "vary"}


def test_names_that_a_stranger_may_have_chosen_do_not_fill_the_memory() -> None:
    names = ASGIFieldNames()
    names.merge([(b"x-" + b"a" * 5000, b"1")], VARY)
    assert not names
    names.merge([(b"x-%d" % number, b"1") for number in range(10 * MAX_KNOWN_NAMES)], VARY)
    assert len(names) == MAX_KNOWN_NAMES
