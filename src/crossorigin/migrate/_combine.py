"""Several old policies that decide one request together, as one that permits no more than they did."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from crossorigin.standard import parse_serialized_origin

from ._note import Note, note
from ._old import OldPolicy

T = TypeVar("T")

SAFELISTED = ("GET", "HEAD", "POST")


def first_that_allows(layers: Sequence[OldPolicy], where: str, notes: list[Note]) -> OldPolicy | None:
    """Set-ups that are asked in turn, until one allows the origin: what it says of everything else holds.

    A policy has one set of methods, headers and so on for all of its origins: where theirs differ, it is what all of
    them permit. None where nobody is allowed.
    """
    asked: list[OldPolicy] = []
    for layer in layers:
        if is_open(layer):
            asked.append(layer)
        if layer.any_origin:
            break
    if not asked:
        return None
    any_origin = asked[-1].any_origin
    merged = replace(
        _two_tiers(asked) or all_of(asked, "the CORS set-ups that are asked in turn", where, notes),
        any_origin=any_origin,
        origins=() if any_origin else _each_once(origin for layer in asked for origin in layer.origins),
        regexes=() if any_origin else _each_once(regex for layer in asked for regex in layer.regexes),
    )
    if any_origin and asked[-1].credentials and not merged.credentials:
        notes.append(note("any-origin-credentials", asked[-1].names.origins, "*"))
    return merged


def _two_tiers(asked: Sequence[OldPolicy]) -> OldPolicy | None:
    """The first, with those origins alone that may send credentials, where nothing else tells the set-ups apart.

    None where they all may or none, where a list of origins does not say it, or where a `*` in another list means
    something else to these.
    """
    first = asked[0]
    alike = [replace(_without_origins(old), credentials=False) for old in asked]
    lists = (*first.methods, *first.headers, *first.expose)
    is_mixed = len({old.credentials for old in asked}) > 1 and not first.credentialed
    if not is_mixed or alike.count(alike[0]) < len(alike) or first.exposes_all or "*" in lists:
        return None
    credentialed = []
    for old in asked:
        if old.credentials and (old.any_origin or old.regexes or not all(map(_is_listed, old.origins))):
            return None
        for origin in old.origins:
            decides = next(each for each in asked if _allows(each, origin))
            credentialed += [origin] if decides.credentials else []
    return replace(first, credentials=False, credentialed=_each_once(credentialed))


def _is_listed(origin: str) -> bool:
    """Whether a policy takes it as it is for one that may send credentials."""
    return origin.startswith("https://") and parse_serialized_origin(origin) is not None


def _allows(old: OldPolicy, origin: str) -> bool:
    return (
        old.any_origin
        or any(old.is_same(literal, origin) for literal in old.origins)
        or any(getattr(regex, old.matching)(origin) for regex, _ in old.regexes)
    )


def behind_preflights(
    answers: OldPolicy | None, preflights: Iterable[OldPolicy | None], where: str, notes: list[Note]
) -> OldPolicy | None:
    """A set-up that puts its headers on the response, where others may have answered the preflights.

    `preflights` are all that may have; None stands for a preflight that nobody allowed. A request with a preflight
    passes both.
    """
    if answers is None or not is_open(answers):
        return None
    asked = [*dict.fromkeys(preflights)]
    if asked == [answers]:
        return answers
    passing = [each for each in asked if each is not None and lets_in_all_of(each, answers)]
    if not passing or len(passing) < len(asked):
        if any(each is not None and is_open(each) for each in asked):
            notes.append(note("preflight-elsewhere", where))
        return replace(answers, methods=(), any_method=False, headers=(), any_header=False, refused_methods=SAFELISTED)
    lists = all_of(passing, "the routes that answered the preflights", where, notes)
    return replace(
        answers,
        methods=lists.methods,
        any_method=lists.any_method,
        refused_methods=lists.refused_methods,
        headers=lists.headers,
        any_header=lists.any_header,
        whole_lists=lists.whole_lists,
        max_age=lists.max_age,
    )


def all_of(olds: Sequence[OldPolicy], whose: str, where: str, notes: list[Note]) -> OldPolicy:
    """The first, with what all of them permit in place of its lists. Its origins stay its own."""
    first = olds[0]
    options = [_without_origins(old) for old in olds]
    if options.count(options[0]) == len(options):
        return first
    notes.append(note("options-differ", where, fact=whose))
    credentials = all(old.credentials for old in olds)
    ages = [old.max_age for old in olds]
    return replace(
        first,
        methods=_common(old.methods for old in olds if not old.any_method),
        any_method=all(old.any_method for old in olds),
        refused_methods=_each_once(method for old in olds for method in old.refused_methods),
        headers=_common((old.headers for old in olds if not old.any_header), str.lower),
        any_header=all(old.any_header for old in olds),
        whole_lists=_each_once(name for old in olds for name in old.whole_lists),
        # `*` stands for every name only where there are no credentials.
        expose=_common(
            (old.expose for old in olds if not _exposes_all(old) or all(map(_exposes_all, olds))), str.lower
        ),
        exposes_all=all(old.exposes_all for old in olds),
        credentials=credentials,
        credentialed=() if credentials else _common(old.credentialed for old in olds if not old.credentials),
        max_age=ages[0] if ages.count(ages[0]) == len(ages) else None,
    )


def is_open(old: OldPolicy) -> bool:
    """Whether it allows anybody."""
    return bool(old.any_origin or old.origins or old.regexes)


def lets_in_all_of(old: OldPolicy, other: OldPolicy) -> bool:
    """Whether it allows every origin of the other, with credentials where that does. It may, where this says no."""
    if other.credentials and not old.credentials:
        return False
    if not old.credentials and not {*other.credentialed} <= {*old.credentialed}:
        return False
    return old.any_origin or (
        not other.any_origin and {*other.origins} <= {*old.origins} and {*other.regexes} <= {*old.regexes}
    )


def exposes_no_more(old: OldPolicy, other: OldPolicy) -> bool:
    """Whether it exposes no header that the other does not."""
    return _exposes_all(other) or (
        not _exposes_all(old) and {*map(str.lower, old.expose)} <= {*map(str.lower, other.expose)}
    )


def _without_origins(old: OldPolicy) -> OldPolicy:
    return replace(old, any_origin=False, origins=(), regexes=())


def _exposes_all(old: OldPolicy) -> bool:
    return old.exposes_all or ("*" in old.expose and not old.credentials)


def _common(lists: Iterable[tuple[str, ...]], key: Callable[[str], str] = str) -> tuple[str, ...]:
    """What all of the lists have, as the first writes it."""
    first, *rest = [*lists] or [()]
    return tuple(each for each in first if all(key(each) in map(key, other) for other in rest))


def _each_once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
