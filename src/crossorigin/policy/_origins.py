"""`allow_origins` checked, and `allow_credentials` where it is a list.

A million exact origins in seconds, and in detail whatever is not a plain https origin.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from crossorigin.standard import Origin, is_loopback_host, is_public_suffix, public_suffixes_below

from ._dangerously import Dangerously
from ._errors import Problem, problem
from ._patterns import (
    ORIGINS_OUTSIDE_THE_GRAMMAR,
    OriginPattern,
    OriginRules,
    Predicate,
    parse_origin_pattern,
)
from ._predicates import required_parameters

Refusal = tuple[str, str]
Entry = str | Dangerously | Predicate

FAST_LENGTH = len("http://") + 253  # of the shorter scheme: no host that is too long slips through


def check_origins(
    entries: tuple[object, ...], *, credentials: bool
) -> tuple[tuple[Entry, ...], OriginRules, list[Problem]]:
    """The entries with every `Origin` and str subclass made text; what they come to; their problems.

    `credentials` is whether all of these origins may send them.
    """
    kept, rules, problems = _sort("allow_origins", entries, credentials=credentials)
    if not entries:
        problems.append(problem("origins-missing", "allow_origins", None, ()))
    if rules.any_origin and any(entry != "*" for entry in kept):
        problems.append(problem("wildcard-not-alone", "allow_origins", kept.index("*"), "*"))
    elif rules.any_origin and credentials:
        problems.append(problem("credentials-wildcard-origin", "allow_origins", kept.index("*"), "*"))
    return kept, rules, problems


def check_credentialed(
    entries: tuple[object, ...], allowed: OriginRules | None
) -> tuple[tuple[Entry, ...], OriginRules, list[Problem]]:
    """The same for `allow_credentials`: each entry has to lie within `allow_origins`, if that is known."""
    kept, rules, problems = _sort("allow_credentials", entries, credentials=True)
    if rules.any_origin:
        problems.append(problem("credentials-wildcard-origin", "allow_credentials", kept.index("*"), "*"))
    elif allowed is not None and not allowed.any_origin and not allowed.predicates:
        bad = {found.index for found in problems}
        problems.extend(found for found in _outside(kept, allowed) if found.index not in bad)
    return kept, rules, problems


def _outside(entries: tuple[Entry, ...], allowed: OriginRules) -> Iterator[Problem]:
    """A problem for each pattern that matches an origin which is not allowed. What a predicate says, nobody knows."""
    from ._origin_set import OriginSet  # here: few policies have such a list

    origins = OriginSet(allowed)
    for index, entry in enumerate(entries):
        text = entry.pattern if isinstance(entry, Dangerously) else entry
        if not isinstance(text, str) or text in origins:
            continue
        pattern = parse_origin_pattern(text)
        outside = text if pattern is None or pattern.kind == "exact" else origins.outside(pattern)
        if outside is not None:
            yield problem("credentials-origin-unlisted", "allow_credentials", index, entry, fact=outside)


def _sort(
    field: str, entries: tuple[object, ...], *, credentials: bool
) -> tuple[tuple[Entry, ...], OriginRules, list[Problem]]:
    """The entries of a field by what it takes to match them, and the problems that one alone can have."""
    kept: list[Any] = list(entries)
    exact: list[str] = []
    patterns: list[OriginPattern] = []
    predicates: list[Predicate] = []
    want_request: list[bool] = []
    problems: list[Problem] = []
    is_plain = _plain_origin(credentials=credentials)
    for index, entry in enumerate(entries):
        # Nearly all entries of a long list end here: each costs a fraction of a microsecond and keeps no object.
        if type(entry) is str and len(entry) <= FAST_LENGTH and is_plain(entry):
            exact.append(entry)
            continue
        entry = kept[index] = _as_declared(entry)
        if callable(entry):
            parameters = required_parameters(entry)
            if isinstance(parameters, str):
                problems.append(problem("predicate-parameters", field, index, entry, fact=parameters))
            predicates.append(entry)
            want_request.append(parameters == 2)
            continue
        found = _check_entry(field, entry, index, credentials=credentials)
        if isinstance(found, OriginPattern):
            patterns.append(found)
        elif isinstance(found, str):
            exact.append(found)
        else:
            problems.extend(found)
    any_origin = "*" in exact
    rules = OriginRules(
        any_origin=any_origin,
        exact=() if any_origin else tuple(dict.fromkeys(exact)),
        patterns=tuple(dict.fromkeys(patterns)),
        predicates=tuple(predicates),
        want_request=tuple(want_request),
    )
    return tuple(kept), rules, problems


def refusals(text: str, *, credentials: bool) -> list[Refusal]:
    """What this library has against a valid pattern: the problems' codes, and the fact that decided each.

    >>> refusals("https://*.github.io", credentials=False)
    [('origin-public-suffix', 'github.io')]
    >>> refusals("https://*.windows.net", credentials=False)
    [('origin-public-suffix-below', 'stranger.servicebus.windows.net')]
    """
    if text in ORIGINS_OUTSIDE_THE_GRAMMAR:
        return [("origin-null" if text == "null" else "origin-file", "")]
    pattern = parse_origin_pattern(text)
    return [] if pattern is None else list(_refusals(pattern, credentials=credentials))


def _refusals(pattern: OriginPattern, *, credentials: bool) -> Iterator[Refusal]:
    host = pattern.host
    if pattern.kind == "any-host":
        yield "origin-any-host", pattern.scheme
    if credentials and pattern.scheme == "http" and not is_loopback_host(host):
        yield "origin-insecure", host
    if pattern.kind == "subdomains":
        if is_public_suffix(host):
            yield "origin-public-suffix", host
        elif suffixes := public_suffixes_below(host):
            yield "origin-public-suffix-below", f"stranger.{suffixes[0]}"
    if pattern.kind == "label":
        # Below a suffix of a registry anyone buys any name. Below a platform's, a boundary and what the platform
        # appends for its customer keep strangers out; without the boundary, they register `evilshop` for `*shop`.
        has_boundary = pattern.label_suffix.startswith("-") and not is_public_suffix(host, icann_only=True)
        if is_public_suffix(host) and not has_boundary:
            yield "origin-public-suffix-label", host
        elif shared := _shared_host(pattern):
            yield "origin-public-suffix-below", shared


def _shared_host(pattern: OriginPattern) -> str | None:
    """A public suffix that a label pattern matches: on some platforms the pages of all customers are at that host."""
    split = (suffix.partition(".") for suffix in public_suffixes_below(pattern.host))
    return next(
        (f"{label}.{parent}" for label, _, parent in split if parent == pattern.host and pattern.matches_label(label)),
        None,
    )


def _as_declared(entry: object) -> object:
    if isinstance(entry, Origin):
        return str(entry)
    return str.__str__(entry) if isinstance(entry, str) else entry


def _check_entry(field: str, entry: object, index: int, *, credentials: bool) -> OriginPattern | str | list[Problem]:
    lifted = isinstance(entry, Dangerously)
    text = entry.pattern if isinstance(entry, Dangerously) else entry
    if not isinstance(text, str):
        return [_not_text(field, text, index, credentials=credentials)]
    problems = []
    if isinstance(entry, Dangerously) and not str(entry.because).strip():
        problems.append(problem("because-missing", field, index, entry))
    if text == "*" and not lifted:
        return text
    pattern = parse_origin_pattern(text)
    if pattern is None and text not in ORIGINS_OUTSIDE_THE_GRAMMAR:
        problems.extend(_diagnosed(field, text, index, credentials=credentials))
    elif not lifted:
        refused = refusals(text, credentials=credentials)
        problems.extend(problem(code, field, index, text, fact=fact) for code, fact in refused)
    if problems:
        return problems
    return text if pattern is None or pattern.kind == "exact" else pattern


def _not_text(field: str, value: object, index: int, *, credentials: bool) -> Problem:
    import re

    from ._regexes import patterns_of_regex

    if isinstance(value, Mapping):
        return problem("dangerously-table", field, index, dict(value))
    if isinstance(value, re.Pattern):
        source = value.pattern if isinstance(value.pattern, str) else value.pattern.decode("latin-1")
        corrected = if_accepted(patterns_of_regex(source), credentials=credentials)
        return problem("origin-regex", field, index, value, corrected=corrected)
    texts = (value.decode("latin-1"),) if isinstance(value, bytes) else ()
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        texts = tuple(value)  # a list within the list
    return problem("origin-type", field, index, value, corrected=if_accepted(texts, credentials=credentials))


def _diagnosed(field: str, text: str, index: int, *, credentials: bool) -> list[Problem]:
    from ._diagnose import diagnose  # here, as all that only problems need

    diagnosis = diagnose(text)
    corrected = if_accepted(diagnosis.corrected, credentials=credentials)
    return [problem(code, field, index, text, fact=fact, corrected=corrected) for code, fact in diagnosis.faults]


def if_accepted(texts: tuple[str, ...], *, credentials: bool) -> str | tuple[str, ...] | None:
    """What a hint may advise: only what would then be accepted."""
    for text in texts:
        if parse_origin_pattern(text) is None or refusals(text, credentials=credentials):
            return None
    return None if not texts else texts[0] if len(texts) == 1 else texts


@cache
def _plain_origin(*, credentials: bool) -> Callable[[str], object]:
    """Matches the common form of exact origins that nothing is to be said about.

    It need not match all: what it does not match is looked at in detail. Each class is bounded and the labels are told
    apart by their dots, so it does not backtrack far.
    """
    import re

    host = r"(?:[a-z0-9_-]{1,63}\.)*[a-z][a-z_-]{0,62}"  # a last label of letters is no number
    port = r"[1-9][0-9]{0,3}"
    https = rf"https://{host}(?::(?!443\Z){port})?"
    http = rf"http://{host}(?::(?!80\Z){port})?"
    return re.compile(https if credentials else f"{https}|{http}", re.ASCII).fullmatch
