"""`allow_origins` checked: a million exact origins in seconds, and whatever is no plain https origin in detail."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from crossorigin.standard import Origin, is_loopback_host, is_public_suffix

from ._dangerously import Dangerously
from ._errors import Problem, problem
from ._patterns import (
    ORIGINS_OUTSIDE_THE_GRAMMAR,
    OriginPattern,
    OriginRules,
    Predicate,
    parse_origin_pattern,
)

Refusal = tuple[str, str]
Entry = str | Dangerously | Predicate

FIELD = "allow_origins"
FAST_LENGTH = len("http://") + 253  # of the shorter scheme: no host that is too long slips through


def check_origins(
    entries: tuple[object, ...], *, credentials: bool
) -> tuple[tuple[Entry, ...], OriginRules, list[Problem]]:
    """The entries with every `Origin` and str subclass made text; what they come to; their problems."""
    if not entries:
        return (), OriginRules(False, (), (), ()), [problem("origins-missing", FIELD, None, ())]
    kept: list[Any] = list(entries)
    exact: list[str] = []
    patterns: list[OriginPattern] = []
    predicates: list[Predicate] = []
    problems: list[Problem] = []
    is_plain = _plain_origin(credentials=credentials)
    for index, entry in enumerate(entries):
        # Nearly all entries of a long list end here: each costs a fraction of a microsecond and keeps no object.
        if type(entry) is str and len(entry) <= FAST_LENGTH and is_plain(entry):
            exact.append(entry)
            continue
        entry = kept[index] = _as_declared(entry)
        if callable(entry):
            predicates.append(entry)
            continue
        found = _check_entry(entry, index, credentials=credentials)
        if isinstance(found, OriginPattern):
            patterns.append(found)
        elif isinstance(found, str):
            exact.append(found)
        else:
            problems.extend(found)
    any_origin = "*" in exact
    if any_origin and any(entry != "*" for entry in kept):
        problems.append(problem("wildcard-not-alone", FIELD, kept.index("*"), "*"))
    elif any_origin and credentials:
        problems.append(problem("credentials-wildcard-origin", FIELD, kept.index("*"), "*"))
    rules = OriginRules(
        any_origin, () if any_origin else tuple(dict.fromkeys(exact)), tuple(dict.fromkeys(patterns)), tuple(predicates)
    )
    return tuple(kept), rules, problems


def refusals(text: str, *, credentials: bool) -> list[Refusal]:
    """What this library has against a valid pattern: the problems' codes, and the fact that decided each.

    >>> refusals("https://*.github.io", credentials=False)
    [('origin-public-suffix', 'github.io')]
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
    if pattern.kind == "subdomains" and is_public_suffix(host):
        yield "origin-public-suffix", host
    # Below a suffix of a registry anyone buys any name. Below a platform's, a boundary and what the platform appends
    # for its customer keep strangers out; without the boundary, they register `evilshop` for `*shop`.
    if (
        pattern.kind == "label"
        and is_public_suffix(host)
        and (not pattern.label_suffix.startswith("-") or is_public_suffix(host, icann_only=True))
    ):
        yield "origin-public-suffix-label", host


def _as_declared(entry: object) -> object:
    if isinstance(entry, Origin):
        return str(entry)
    return str.__str__(entry) if isinstance(entry, str) else entry


def _check_entry(entry: object, index: int, *, credentials: bool) -> OriginPattern | str | list[Problem]:
    lifted = isinstance(entry, Dangerously)
    text = entry.pattern if isinstance(entry, Dangerously) else entry
    if not isinstance(text, str):
        return [_not_text(text, index, credentials=credentials)]
    problems = []
    if isinstance(entry, Dangerously) and not str(entry.because).strip():
        problems.append(problem("because-missing", FIELD, index, entry))
    if text == "*" and not lifted:
        return text
    pattern = parse_origin_pattern(text)
    if pattern is None and text not in ORIGINS_OUTSIDE_THE_GRAMMAR:
        problems.extend(_diagnosed(text, index, credentials=credentials))
    elif not lifted:
        refused = refusals(text, credentials=credentials)
        problems.extend(problem(code, FIELD, index, text, fact=fact) for code, fact in refused)
    if problems:
        return problems
    return text if pattern is None or pattern.kind == "exact" else pattern


def _not_text(value: object, index: int, *, credentials: bool) -> Problem:
    import re

    from ._regexes import patterns_of_regex

    if isinstance(value, Mapping):
        return problem("dangerously-table", FIELD, index, dict(value))
    if isinstance(value, re.Pattern):
        source = value.pattern if isinstance(value.pattern, str) else value.pattern.decode("latin-1")
        corrected = if_accepted(patterns_of_regex(source), credentials=credentials)
        return problem("origin-regex", FIELD, index, value, corrected=corrected)
    text = value.decode("latin-1") if isinstance(value, bytes) else ""
    return problem("origin-type", FIELD, index, value, corrected=if_accepted((text,), credentials=credentials))


def _diagnosed(text: str, index: int, *, credentials: bool) -> list[Problem]:
    from ._diagnose import diagnose  # here, as all that only problems need

    diagnosis = diagnose(text)
    corrected = if_accepted(diagnosis.corrected, credentials=credentials)
    return [problem(code, FIELD, index, text, fact=fact, corrected=corrected) for code, fact in diagnosis.faults]


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
