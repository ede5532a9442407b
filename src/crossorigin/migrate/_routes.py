"""Routes that have options of their own, as prefixes: exact where the app's routes are known, all of them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from ._note import Note, note
from ._old import OldPolicy

_VARIABLE = "{<("


class RouteRule(NamedTuple):
    """One route: its path as it was written, variables and all; its old options, None for no CORS; its methods."""

    path: str
    old: OldPolicy | None
    methods: frozenset[str] = frozenset()


def route_prefixes(rules: Iterable[RouteRule], *, notes: list[Note]) -> dict[str, OldPolicy | None]:
    """The old options by prefix: the segments of a route before its first variable one.

    What lies below a prefix and is no route is answered by the app's 404, which gives nothing away.
    """
    rules = [*rules]
    groups: dict[str, list[RouteRule]] = {}
    for rule in rules:
        groups.setdefault(_static(rule.path), []).append(rule)
    found = {prefix: _common(group, notes) for prefix, group in groups.items()}
    values = {*found.values()}
    if len(values) == 1:
        return {"/": values.pop()}
    return {prefix: old for prefix, old in sorted(found.items()) if old is not None or _is_below_another(prefix, found)}


def _static(path: str) -> str:
    """The whole segments before the first that holds a variable."""
    segments: list[str] = []
    for segment in path.strip("/").split("/"):
        if any(sign in segment for sign in _VARIABLE):
            break
        segments.append(segment)
    return "/".join(["", *segments]) or "/"


def _common(group: list[RouteRule], notes: list[Note]) -> OldPolicy | None:
    """The options that say for each route of the group what its own said; None where there are none."""
    olds = [rule.old for rule in group if rule.old is not None]
    if not olds:
        return None
    if len(olds) == len(group):
        methods = tuple(dict.fromkeys(method for old in olds for method in old.methods))
        refused = tuple(dict.fromkeys(method for old in olds for method in old.refused_methods))
        merged = [replace(old, methods=methods, refused_methods=refused) for old in olds]
        # A method that a route does not have is answered 405, allowed or not.
        unharmed = all(set(methods) & rule.methods <= set(rule.old.methods) for rule in group if rule.old is not None)
        if merged.count(merged[0]) == len(merged) and (unharmed or olds.count(olds[0]) == len(olds)):
            return merged[0]
    notes.append(note("route-lost", "routes", tuple(sorted({rule.path for rule in group}))))
    return None


def _is_below_another(prefix: str, found: dict[str, OldPolicy | None]) -> bool:
    return any(
        old is not None and other != prefix and f"{prefix}/".startswith(f"{other.rstrip('/')}/")
        for other, old in found.items()
    )
