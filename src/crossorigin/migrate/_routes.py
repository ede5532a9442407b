"""Routes that have options of their own, as prefixes: exact where the app's routes are known, all of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ._combine import SAFELISTED
from ._language import Language, NotRegular, texts
from ._note import Note, note
from ._old import OldPolicy

EVERY_PATH = Language(r"/.*", "match")

_NOT_FIXED = "{<(%"
_VARIABLE = re.compile(r"(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})")


class RouteRule(NamedTuple):
    """One route: its path as it was written, variables and all; its old options, None for no CORS; its methods; the
    paths that it matches, as far as they are known."""

    path: str
    old: OldPolicy | None
    methods: frozenset[str] = frozenset()
    language: Language = EVERY_PATH


def language_of_path(path: str) -> Language:
    """The paths that aiohttp matches by one with variables, `{name}` or `{name:regex}`."""
    source = ""
    for part in _VARIABLE.split(path):
        regex = part[1:-1].partition(":")[2] or "[^{}/]+"
        source += f"(?:{regex})" if part.startswith("{") else re.escape(part)
    try:
        return Language(source)
    except (NotRegular, re.error):
        return EVERY_PATH


def route_prefixes(rules: Iterable[RouteRule], *, notes: list[Note]) -> dict[str, OldPolicy | None]:
    """The old options by prefix: the segments of a route before its first variable one.

    What lies below a prefix and is no route is answered by the app's 404, which gives nothing away.
    """
    groups: dict[str, list[RouteRule]] = {}
    for rule in rules:
        groups.setdefault(_static(rule.path), []).append(rule)
    found = {prefix: _common(group, notes) for prefix, group in groups.items()}
    values = {*found.values()}
    if len(values) == 1:
        return {"/": values.pop()}
    for prefix, old in found.items():
        others = [*_others_below(prefix, groups)] if old is not None else []
        if any(found[_static(other.path)] != old for other in others):
            notes.append(
                note("route-lost", "routes", tuple(sorted({each.path for each in (*groups[prefix], *others)})))
            )
            found[prefix] = None
    return {prefix: old for prefix, old in sorted(found.items()) if old is not None or _is_below_another(prefix, found)}


def _others_below(prefix: str, groups: dict[str, list[RouteRule]]) -> Iterator[RouteRule]:
    """Routes with variables that match paths below a prefix, where it is not theirs."""
    covered = Language(rf"{re.escape(prefix.rstrip('/'))}(?:/.*)?")
    for other, group in groups.items():
        if other != prefix and f"{prefix}/".startswith(f"{other.rstrip('/')}/"):
            yield from (rule for rule in group if _meet(rule.language, covered))


def _meet(one: Language, other: Language) -> bool:
    try:
        return next(texts([[one], [other]]), None) is not None
    except NotRegular:
        return True


def _static(path: str) -> str:
    """The whole segments before the first that holds a variable."""
    segments: list[str] = []
    for segment in path.strip("/").split("/"):
        if any(sign in segment for sign in _NOT_FIXED):
            break
        segments.append(segment)
    return "/".join(["", *segments]) or "/"


def _common(group: list[RouteRule], notes: list[Note]) -> OldPolicy | None:
    """The options that say for each route of the group what its own said; None where there are none."""
    olds = [rule.old for rule in group if rule.old is not None]
    if not olds:
        return None
    methods = tuple(dict.fromkeys(method for old in olds for method in old.methods))
    refused = tuple(dict.fromkeys(method for old in olds for method in old.refused_methods))
    first = next((old for old in olds if old.methods or old.any_method), olds[0])
    one = replace(first, methods=methods, refused_methods=refused)
    if all(_says_as_much(rule, one) for rule in group):
        return one
    notes.append(note("route-lost", "routes", tuple(sorted({rule.path for rule in group}))))
    return None


def _says_as_much(rule: RouteRule, one: OldPolicy) -> bool:
    """Whether the route permitted what these options do; a method that it does not have is answered 405."""
    old, methods = rule.old, rule.methods
    reached = {each for each in one.methods if each in methods or "*" in methods}
    if old is None:  # what has to be listed, and is not, is shut
        return not reached and methods.isdisjoint(("*", *SAFELISTED))
    same = replace(old, methods=one.methods, refused_methods=one.refused_methods) == one
    return same and (reached <= {*old.methods} or old.any_method)


def _is_below_another(prefix: str, found: dict[str, OldPolicy | None]) -> bool:
    return any(
        old is not None and other != prefix and f"{prefix}/".startswith(f"{other.rstrip('/')}/")
        for other, old in found.items()
    )
