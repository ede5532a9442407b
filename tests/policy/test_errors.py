import copy
import pickle

import pytest

from crossorigin.policy import Origin, Policy, PolicyError, Problem


def error() -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins=["https://App.example.com/", "null"], max_age=-1)
    return caught.value


def test_the_text_reads_as_a_compilers_list() -> None:
    assert str(error()) == (
        "the policy has 4 problems\n"
        "allow_origins[0]: 'https://App.example.com/' ends in a slash: browsers send none, so it would never match "
        "[origin-trailing-slash]\n"
        "  hint: write 'https://app.example.com'\n"
        "allow_origins[0]: the host of 'https://App.example.com/' is not in lower case, as browsers send it "
        "[origin-host-case]\n"
        "  hint: write 'https://app.example.com'\n"
        "allow_origins[1]: `null` is the origin of every sandboxed frame and local file: any site can send it "
        "[origin-null]\n"
        "  hint: serve the page from an origin of its own, or dangerously('null', because='…')\n"
        "max_age: expects 0 to 86400 seconds, not -1: no browser keeps a preflight for longer than a day "
        "[max-age-range]\n"
        "  hint: write at most 86400, or 0 for never; leave it out for the browser's default of 5 seconds"
    )


def test_one_problem_is_counted_as_one() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins=["null"])
    assert str(caught.value).startswith("the policy has 1 problem\n")


def test_the_text_of_thousands_of_problems_is_short_and_the_problems_are_all_there() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins=["null"] * 2000)
    assert len(caught.value.problems) == 2000
    assert str(caught.value).endswith("… and 1950 more")


def test_it_is_caught_as_a_group_of_problems() -> None:
    codes = []
    try:
        Policy(allow_origins=["null"], max_age=-1)
    except* Problem as group:
        codes = [problem.code for problem in group.exceptions if isinstance(problem, Problem)]
    assert codes == ["origin-null", "max-age-range"]


def test_splitting_it_gives_the_same_kind_of_error() -> None:
    refused, rest = error().split(lambda found: isinstance(found, Problem) and found.kind == "refused")
    assert isinstance(refused, PolicyError)
    assert isinstance(rest, PolicyError)
    assert [problem.code for problem in refused.problems] == ["origin-null"]
    assert len(rest.problems) == 3


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_it_survives_copying_and_pickling(again: object) -> None:
    original = error()
    other = again(original)  # type: ignore[operator]
    assert str(other) == str(original)
    assert [vars(problem) for problem in other.problems] == [vars(problem) for problem in original.problems]


def test_a_problem_says_where_and_of_which_kind() -> None:
    problem = error().problems[2]
    assert (problem.field, problem.index, problem.where, problem.value) == (
        "allow_origins",
        1,
        "allow_origins[1]",
        "null",
    )
    assert problem.kind == "refused"
    assert error().problems[3].where == "max_age"


class Unspeakable(Exception):
    """What an ORM's detached row, or an error that holds one, is like."""

    def __call__(self, origin: Origin) -> bool:
        if origin.host == "known.example":
            return True
        raise self

    def __repr__(self) -> str:
        raise RuntimeError("detached")


def test_what_has_no_repr_is_a_problem_and_a_reason_all_the_same() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins=[b"x"], max_age=Unspeakable())  # type: ignore[list-item, arg-type]
    assert "Unspeakable object at 0x" in str(caught.value)
    policy = Policy(allow_origins=[Unspeakable()])
    allowed = policy.decide("GET", {"Origin": "https://known.example"}).reason
    failed = policy.decide("GET", {"Origin": "https://stranger.example"}).reason
    assert [(allowed.code, allowed.evidence[1][0]), (failed.code, failed.evidence[1][0])] == [
        ("allowed", "rule"),
        ("predicate-failed", "error"),
    ]
