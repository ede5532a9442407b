"""Ours alone: what a long list costs to compare, to check and to migrate, and how that grows with its length."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import cycle

from bench._measure import Load, measure_loads
from bench._section import Section, Table, times
from crossorigin import Policy, PolicyError
from crossorigin.migrate import _regexes
from crossorigin.policy._compile import compile_policy

GROWTH = 4


def growth(*, rounds: int, seconds: float, size: int) -> Section:
    rows = []
    for name, make in CASES.items():
        timings = measure_loads(
            {str(count): make(count) for count in (size, GROWTH * size)}, rounds=rounds, seconds=seconds
        )
        few, many = (timing.median for timing in timings.values())
        rows.append([name, f"{few / 1e6:,.3f} ms", f"{many / 1e6:,.3f} ms", times(many / few)])
    return Section(
        "Ours: growth with the input",
        f"""
        CPU time of one call with a list of {size:,} entries and with one of {GROWTH} times as many, and the second as a
        multiple of the first: {GROWTH} is in proportion to the list, at most 6 is wanted, and 1 for the origin that is
        new to a list. Regular expressions are told by the piece, each of another domain. What is unfair: nothing; it is
        ours against itself.
        """,
        (Table(["", f"{size:,}", f"{GROWTH * size:,}", "times"], rows),),
    )


def _new_origin(pattern: str, count: int) -> Load:
    """A request from an origin that was not asked from lately: more strangers in turn than are remembered."""
    matches = compile_policy(Policy(allow_origins=_each(pattern, count))).matches
    strangers = cycle([f"https://stranger-{number}.example.com".encode() for number in range(5000)])
    return Load(lambda: matches(next(strangers)))


def _diff(one: str, other: str, count: int) -> Load:
    candidate, current = (Policy(allow_origins=_each(pattern, count)) for pattern in (one, other))
    return Load(lambda: candidate.diff(current))


def _advice(count: int) -> Load:
    policy = Policy(allow_origins=_each("https://*.#.example.com", count), allow_headers=_each("x-#", count))
    return Load(policy.advice)


def _problems(count: int) -> Load:
    origins = _each("https://#.example.com/", count)

    def call() -> None:
        try:
            Policy(allow_origins=origins)
        except PolicyError:
            return
        raise RuntimeError("a path is not part of an origin")

    return Load(call)


def _expressions(count: int) -> Load:
    sources = [rf"https://.*\.tenant-{number}\.example$" for number in range(count // 20)]

    def call() -> None:
        _regexes._judge.cache_clear()
        for source in sources:
            _regexes.read_regex(re.compile(source), "match", option="origins", credentials=True)

    return Load(call, requests=len(sources))


def _each(text: str, count: int) -> list[str]:
    return [text.replace("#", str(number)) for number in range(count)]


CASES: Mapping[str, Callable[[int], Load]] = {
    "a new origin, label patterns of one parent": partial(_new_origin, "https://pr-#-*.example.com"),
    "a new origin, wildcards": partial(_new_origin, "https://*.tenant-#.example.com"),
    "diff: wildcards, none the same": partial(_diff, "https://*.#.example.com", "https://*.#.example.net"),
    "diff: exact and wildcards": partial(_diff, "https://app.#.example.com", "https://*.#.example.com"),
    "diff: label patterns": partial(_diff, "https://pr-#-*.example.com", "https://*-b#.example.com"),
    "diff: any port and one port each": partial(_diff, "https://#.example.com:*", "https://#.example.com:1#"),
    "advice": _advice,
    "problems, one an entry": _problems,
    "migrate: a regular expression": _expressions,
}
