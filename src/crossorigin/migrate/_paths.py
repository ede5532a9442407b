"""Expressions over paths as prefixes of whole segments, which is what a `PolicyMap` takes."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from crossorigin.policy import PolicyError, PolicyMap

from ._language import Language, NotRegular, parse, texts
from ._note import Note, note

_SEGMENT = r"[a-zA-Z0-9~_.-]*[a-zA-Z0-9~_-][a-zA-Z0-9~_.-]*"
MOST_HEADS = 16


class PathRule(NamedTuple):
    """One entry of the old set-up: an expression, matched at the beginning of a path, or text that is the whole path.

    `meaning` is whatever the paths are mapped to; two that are equal mean the same.
    """

    path: re.Pattern[str] | str
    meaning: Any
    written: object = None


class _Read(NamedTuple):
    """A rule that was read: what it matches, and the prefixes that stand for it; none, where it is lost."""

    language: Language
    own: tuple[str, ...]
    meaning: Any
    was: object


def prefixes(rules: Sequence[PathRule], *, option: str, notes: list[Note]) -> tuple[dict[str, Any], list[Any]]:
    """The meanings by prefix, and those that no prefix stands for.

    The first rule that matches wins, as it does in the old set-up. `"/"` is every path.
    """
    found: dict[str, Any] = {}
    lost: list[Any] = []
    earlier: list[_Read] = []
    for rule in rules:
        was = rule.path if rule.written is None else rule.written
        try:
            language = language_of(rule.path)
            own = tuple(_prefixes(rule.path, language))
            covered = [_below(prefix) for each in earlier for prefix in each.own]
            visible = tuple(prefix for prefix in own if _first([[_below(prefix)]], covered) is not None)
            if own and not visible:
                notes.append(note("path-shadowed", option, was))
                continue
            _compare(language, own, was, rule, earlier, option, notes)
            earlier.append(_Read(language, own, rule.meaning, was))
        except NotRegular:
            own = visible = ()
        if not own:
            notes.append(note("path-lost", option, was))
            lost.append(rule.meaning)
        found |= dict.fromkeys(visible, rule.meaning)
    _tell_other_policies(earlier, option, notes)
    return found, lost


@cache
def language_of(path: re.Pattern[str] | str) -> Language:
    """The paths of a rule.

    Raises:
        NotRegular: they are not those of an automaton.
    """
    if isinstance(path, str):
        return Language(re.escape(path))
    return Language(path.pattern, "match", flags=path.flags)


def _compare(
    language: Language,
    own: tuple[str, ...],
    was: object,
    rule: PathRule,
    earlier: list[_Read],
    option: str,
    notes: list[Note],
) -> None:
    """Where the prefixes cover other paths than the rule did."""
    if not own:
        return
    becomes = own[0] if len(own) == 1 else own
    ours = [_covered(prefix) for prefix in own]
    missed = _first([[language]], [*ours, *(each.language for each in earlier)])
    if missed is not None:
        notes.append(note("path-narrower", option, was, becomes, witness=missed))
    if isinstance(rule.path, str):
        notes.append(note("path-below", option, was, becomes, witness=f"{rule.path.rstrip('/')}/any"))
        return
    for prefix in own:
        itself = prefix.rstrip("/")
        if itself and not language.accepts(itself):
            notes.append(note("path-itself", option, was, becomes, witness=itself))


def _tell_other_policies(earlier: list[_Read], option: str, notes: list[Note]) -> None:
    """Paths that an earlier rule had, which another rule's prefix now answers for."""
    for index, rule in enumerate(earlier):
        own = [_covered(prefix) for prefix in rule.own]
        for other in earlier[index + 1 :]:
            if other.meaning == rule.meaning or not other.own:
                continue
            taken = _first([[rule.language], [_covered(prefix) for prefix in other.own]], own)
            if taken is not None:
                was = ", ".join(rule.own) or rule.was
                notes.append(note("path-other-policy", option, was, ", ".join(other.own), witness=taken))
                break


def _prefixes(path: re.Pattern[str] | str, language: Language) -> Iterator[str]:
    """The prefixes all below which the old set-up matched."""
    if isinstance(path, str):
        if path != "/" and _is_key(path):
            yield path
        return
    if _first([], [language]) is None:
        yield "/"
        return
    for head in dict.fromkeys(_heads(parse(path.pattern, path.flags), path.flags)):
        for prefix in (f"{head.rstrip('/')}/", f"{head.rpartition('/')[0]}/"):
            if _is_key(prefix) and _first([[_below(prefix)]], [language]) is None:
                yield prefix
                break


def _heads(tree: Any, flags: int) -> list[str]:
    """The literal beginnings of what an expression matches."""
    heads = [""]
    for operator, argument in tree:
        ends, goes_on = _ends(str(operator), argument, flags)
        heads = [head + end for head in heads for end in ends]
        if len(heads) > MOST_HEADS:
            return []
        if not goes_on:
            break
    return heads


def _ends(operator: str, argument: Any, flags: int) -> tuple[list[str], bool]:
    """What one node adds to a literal beginning, and whether the next node may add more."""
    match operator:
        case "LITERAL" if not flags & re.IGNORECASE:
            return [chr(argument)], True
        case "AT":
            return [""], True
        case "SUBPATTERN" if _is_literal(argument[3]):
            return _heads(argument[3], flags), True
        case "BRANCH" if all(map(_is_literal, argument[1])):
            return [head for branch in argument[1] for head in _heads(branch, flags)], True
    return [""], False


def _is_literal(tree: Any) -> bool:
    return all(
        str(operator) in ("LITERAL", "AT")
        or (str(operator) == "BRANCH" and all(map(_is_literal, argument[1])))
        or (str(operator) == "SUBPATTERN" and _is_literal(argument[3]))
        for operator, argument in tree
    )


def _is_key(prefix: str) -> bool:
    try:
        PolicyMap({prefix: None})
    except PolicyError:
        return False
    return True


@cache
def _paths() -> Language:
    """Paths without empty and dot segments: others are answered as not allowed, whatever the prefixes."""
    return Language(rf"/(?:{_SEGMENT}/)*(?:{_SEGMENT})?")


@cache
def _below(prefix: str) -> Language:
    """What lies below a prefix."""
    return Language(rf"{re.escape(prefix.rstrip('/'))}/.*")


@cache
def _covered(prefix: str) -> Language:
    """What a prefix covers: itself too."""
    return Language(rf"{re.escape(prefix.rstrip('/'))}(?:/.*)?")


def _first(every: list[list[Language]], but: list[Language]) -> str | None:
    return next(texts([*every, [_paths()]], but), None)
