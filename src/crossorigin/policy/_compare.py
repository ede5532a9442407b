"""Two policies held against each other.

What a policy allows is a product: any of its origins may use any of its methods, with any of its request headers, and
read any of its response headers; and those of its origins that may send credentials may do the same with them. So one
product holds what another does not if, and only if, one of its factors does: an origin that the other has not; or, at
an origin that both have, a method, a header or credentials. Told factor by factor, the differences are all that
differs. Without a common origin the origins alone say it all.

Left out of account is how much of a request is echoed for `*` with credentials: a method of 64 bytes, headers of 1 KiB.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, filterfalse

from crossorigin.standard import (
    CORS_SAFELISTED_REQUEST_HEADER_NAMES,
    CORS_SAFELISTED_RESPONSE_HEADER_NAMES,
    is_cors_safelisted_method,
)

from ._dangerously import Dangerously
from ._diff import Difference, DifferenceCode, PolicyDiff, Setting, Witness
from ._meet import origin_within
from ._origin_set import OriginSet, origin_in_both, origin_in_none, words
from ._patterns import ORIGINS_OUTSIDE_THE_GRAMMAR, OriginPattern, OriginRules, Predicate
from ._policy import Policy

_NOBODY = OriginRules(False, (), (), ())
SETTINGS = ("max_age", "predicate_timeout", "preflight_status")


def compare(candidate: Policy, current: Policy) -> PolicyDiff:
    """What `candidate` allows beyond `current`, and the reverse."""
    new, old = OriginSet(candidate._rules), OriginSet(current._rules)
    common = origin_in_both(new, old)
    return PolicyDiff(
        gains=tuple(_excess(candidate, current, new, old, common)),
        loses=tuple(_excess(current, candidate, old, new, common)),
        other=tuple(
            Setting(field=field, current=getattr(current, field), candidate=getattr(candidate, field))
            for field in SETTINGS
            if getattr(current, field) != getattr(candidate, field)
        ),
    )


def _excess(more: Policy, less: Policy, mine: OriginSet, theirs: OriginSet, common: str | None) -> Iterator[Difference]:
    """What `more` allows and `less` does not; `mine` and `theirs` are their origins, `common` is one of both."""
    yield from _origins(more, less, theirs, meet=common is not None)
    if common is None and less._rules.predicates:
        # A predicate may allow what the patterns of `more` do. At such an origin a new method is new in any case.
        common = origin_in_both(mine, mine)
    if common is not None or more._rules.predicates:
        yield from _beyond_origins(more, less, common)
        yield from _credentials(more, less, mine, theirs)
    if less.refuse_disallowed and not more.refuse_disallowed:
        origin = _stranger(less, mine, theirs) or _stranger(less, theirs)
        yield _difference("stranger-runs", "refuse_disallowed", None, False, origin, certain=_is_unseen(origin, less))


def _origins(more: Policy, less: Policy, theirs: OriginSet, *, meet: bool) -> Iterator[Difference]:
    """The entries that match an origin which `less` does not allow, each once. `meet`: both have some in common."""
    wildcards = {pattern.text: pattern for pattern in more._rules.patterns}
    met = theirs.meeting(more._rules.patterns)
    predicates = set(less._rules.predicates)
    sends = more.allow_credentials is True if more._credentialed is None else OriginSet(more._credentialed)
    seen: set[object] = set()
    for index, entry in enumerate(more.allow_origins):
        rule = entry.pattern if isinstance(entry, Dangerously) else entry
        if rule in seen:
            continue
        seen.add(rule)
        if not isinstance(rule, str):
            if not theirs.rules.any_origin and rule not in predicates:
                yield _difference("predicate", "allow_origins", index, rule, None, certain=False)
            continue
        if rule == "*":
            is_part, origin = meet, _stranger(less, theirs)
        elif rule in wildcards:
            is_part, origin = wildcards[rule] in met, theirs.outside(wildcards[rule])
        else:
            is_part, origin = False, None if rule in theirs else rule
        if origin is None:
            continue
        code = "origin-part" if is_part else "origin"
        credentials = sends if isinstance(sends, bool) else origin in sends
        certain = _is_unseen(origin, less)
        yield _difference(code, "allow_origins", index, entry, origin, certain=certain, credentials=credentials)


def _beyond_origins(more: Policy, less: Policy, origin: str | None) -> Iterator[Difference]:
    """What `more` allows at an origin that both do. None stands for one that a predicate may or may not allow."""
    for index, name in _new_names(more.allow_methods, less.allow_methods, is_cors_safelisted_method):
        if more.needs_route or less.needs_route:  # the methods that a route has, which its framework alone knows
            yield _difference("method-route", "allow_methods", None, more.allow_methods, None, certain=False)
            break
        method = _unlisted(chain(("PUT", "DELETE", "PATCH"), map(str.upper, words())), less.allow_methods, name)
        yield _difference(_any_or("method", name), "allow_methods", index, name, origin, method=method)
    for index, name in _new_names(more.allow_headers, less.allow_headers, apart="authorization"):
        code = "header-value" if name.encode() in CORS_SAFELISTED_REQUEST_HEADER_NAMES else _any_or("header", name)
        header = _unlisted((f"x-{word}" for word in words()), less.allow_headers, name)
        yield _difference(code, "allow_headers", index, name, origin, header=header)
    for index, name in _new_names(more.expose_headers, less.expose_headers, _is_always_exposed):
        reads = _unlisted((f"x-{word}" for word in words()), less.expose_headers, name)
        yield _difference(_any_or("exposed", name), "expose_headers", index, name, origin, reads=reads)
    if more.allow_credentials is True and not less.allow_credentials:
        yield _difference("credentials", "allow_credentials", None, True, origin, credentials=True)


def _credentials(more: Policy, less: Policy, mine: OriginSet, theirs: OriginSet) -> Iterator[Difference]:
    """The origins of both that may send credentials by `more` and not by `less`, where one of them lists such origins.

    Where all origins of `less` may, there are none: an origin that is new there is told as such.
    """
    if less.allow_credentials is True or (more._credentialed is None and less._credentialed is None):
        return
    known = OriginSet(less._credentialed or _NOBODY)
    asked = set(known.rules.predicates)
    found = partial(_difference, field="allow_credentials", credentials=True)
    new = partial(_newly_credentialed, less, theirs, known)
    if more.allow_credentials is True:
        entries = chain[OriginPattern | str](mine.rules.exact, mine.rules.patterns)
        origin = next(filter(None, map(new, entries)), None)
        if origin is not None or not asked.issuperset(mine.rules.predicates):
            certain = origin is not None and not asked
            yield found("credentials-part", index=None, value=True, origin=origin, certain=certain)
    if more._credentialed is None or isinstance(more.allow_credentials, bool):
        return
    patterns: dict[str, OriginPattern | str] = {pattern.text: pattern for pattern in more._credentialed.patterns}
    seen: set[object] = set()
    for index, entry in enumerate(more.allow_credentials):
        rule: str | Predicate = entry.pattern if isinstance(entry, Dangerously) else entry
        if rule in seen:
            continue
        seen.add(rule)
        origin = new(patterns.get(rule, rule)) if isinstance(rule, str) else None
        if origin is not None or not (isinstance(rule, str) or rule in asked):
            certain = origin is not None and not asked and origin in mine
            yield found("credentials-origin", index=index, value=entry, origin=origin, certain=certain)


def _newly_credentialed(less: Policy, theirs: OriginSet, known: OriginSet, entry: OriginPattern | str) -> str | None:
    """An origin of `entry` that `less` allows, or may allow by a predicate, and that may not send it credentials."""
    if isinstance(entry, str):
        return entry if entry not in known and (entry in theirs or less._rules.predicates) else None
    origin = origin_within(entry, theirs, known)
    return known.outside(entry) if origin is None and less._rules.predicates else origin


def _new_names(
    more: tuple[str, ...], less: tuple[str, ...], is_always: Callable[[str], bool] | None = None, *, apart: str = ""
) -> Iterator[tuple[int, str]]:
    """The names that one list allows and the other does not, with their places. `*` covers all but the one `apart`."""
    known, first = set(less), dict[str, int]()
    for index, name in enumerate(more):
        first.setdefault(name, index)
    for name, index in first.items():
        covered = "*" in known or (name != "*" and "*" in first)
        if name not in known and not (covered and name != apart) and not (is_always and is_always(name)):
            yield index, name


def _is_always_exposed(name: str) -> bool:
    return name.encode() in CORS_SAFELISTED_RESPONSE_HEADER_NAMES


def _any_or(code: str, name: str) -> str:
    return f"{code}-any" if name == "*" else code


def _unlisted(names: Iterator[str], listed: tuple[str, ...], name: str) -> str:
    """`name`, or for `*` the first of `names` that is not listed."""
    return name if name != "*" else next(filterfalse(set(listed).__contains__, names))


def _stranger(less: Policy, *sets: OriginSet) -> str | None:
    """An origin outside the sets: where `less` has predicates one that they are never asked about, if there is one."""
    if less._rules.predicates and not any("null" in each for each in sets):
        return "null"
    return origin_in_none(*sets)


def _is_unseen(origin: str | None, less: Policy) -> bool:
    """Whether no predicate of `less` has a say in this origin."""
    return not less._rules.predicates or origin in ORIGINS_OUTSIDE_THE_GRAMMAR


def _difference(
    code: str,
    field: str,
    index: int | None,
    value: object,
    origin: str | None,
    *,
    certain: bool | None = None,
    method: str = "GET",
    header: str | None = None,
    credentials: bool = False,
    reads: str | None = None,
) -> Difference:
    """The difference, with its witness at `origin`; without one it is not certain."""
    witness = None
    if origin is not None:
        witness = Witness(origin=origin, method=method, header=header, credentials=credentials, reads=reads)
    return Difference(
        code=DifferenceCode(code),
        field=field,
        index=index,
        value=value,
        witness=witness,
        certain=origin is not None if certain is None else certain,
    )
