"""The `CORS(...)` objects of a Flask app or blueprint: each has resources, and the first that matches a path holds."""

from collections.abc import Iterator

from crossorigin.migrate._combine import first_that_allows
from crossorigin.migrate._language import NotRegular, texts
from crossorigin.migrate._note import Note, note, shown
from crossorigin.migrate._old import OldPolicy
from crossorigin.migrate._paths import PathRule, language_of

from ._routes import EVERY_PATH, Paths


class Split(Exception):
    """Some paths of a route have other options than the rest."""


def asked_in_turn(first: list[PathRule], second: list[PathRule], notes: list[Note]) -> Iterator[PathRule]:
    """The rules of two objects that are asked in turn."""
    covered: set[int] = set()
    for one in first:
        for other in second:
            narrower = _narrower(one, other, notes)
            if narrower == "neither":
                break  # what comes below would hold there too: the first alone permits no more
            if narrower is not None:
                rule = one if narrower == "one" else other
                both = first_that_allows([one.meaning, other.meaning], shown(rule.written or rule.path), notes)
                yield rule._replace(meaning=both or one.meaning)
                covered.add(id(rule))
                if one.path == other.path:
                    covered.add(id(other))
                if narrower == "one":
                    break  # none of its paths is left
        if id(one) not in covered:
            yield one
    yield from (other for other in second if id(other) not in covered)


def _narrower(one: PathRule, other: PathRule, notes: list[Note]) -> str | None:
    """Which of two rules matches no path but the other's; None where they have no path in common."""
    try:
        mine, others = language_of(one.path), language_of(other.path)
        if next(texts([[mine], [others]]), None) is None:
            return None
        if next(texts([[mine]], [others]), None) is None:
            return "one"
        if next(texts([[others]], [mine]), None) is None:
            return "other"
    except NotRegular:
        pass
    notes.append(note("path-lost", "resources", other.written or other.path))
    return "neither"


def everywhere(rules: list[PathRule]) -> object:
    """What the app's rules permit on every path; where that is not one thing, something that equals nothing."""
    if not rules:
        return None
    rule, *others = rules
    try:
        is_one = not others and next(texts([[EVERY_PATH]], [language_of(rule.path)]), None) is None
    except NotRegular:
        is_one = False
    return rule.meaning if is_one else object()


def first_resource(rules: list[PathRule], paths: Paths) -> OldPolicy | None:
    """What an object's first resource says that matches these paths.

    Raises:
        Split: it matches some of them alone.
        NotRegular: nobody can tell.
    """
    for rule in rules:
        language = language_of(rule.path)
        if next(texts([*paths, [language]]), None) is None:
            continue
        if next(texts(paths, [language]), None) is not None:
            raise Split
        old: OldPolicy = rule.meaning
        return old
    return None
