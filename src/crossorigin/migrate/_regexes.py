"""A regular expression for origins read: the patterns that say the same, or what is left where none do.

Everything here is decided by comparing sets of texts (`_language`) within the origins that browsers send. What many
expressions are compared with is an automaton that is made once, and remembers where each character leads.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from crossorigin.policy import Policy, PolicyError, patterns_of_regex
from crossorigin.standard import parse_serialized_origin, public_suffixes_below, registrable_domain

from ._language import Language, Matching, NotRegular, texts
from ._note import Note, note, quoted, shown
from ._predicate import RegexPredicate

LABEL = r"[a-z0-9_-]+"
_REST = "[a-z0-9_-]*"
# What a domain's last label is not: a number, for then the host is an IPv4 address or nothing.
_LAST = (
    rf"(?:[a-z_-]{_REST}|[1-9][0-9]*[a-z_-]{_REST}"
    rf"|0(?:[0-9]+[a-z_-]{_REST}|[a-wyz_-]{_REST}|x[0-9a-f]*[g-z_-]{_REST}))"
)
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV6 = r"\[[0-9a-f:]+\]"
HOST = rf"(?:(?:{LABEL}\.)*{_LAST}|{_BYTE}(?:\.{_BYTE}){{3}}|{_IPV6})"
_LOOPBACK = rf"(?:(?:{LABEL}\.)*localhost|127(?:\.{_BYTE}){{3}}|\[::1\])"
_LONG_PORT = r"[1-9][0-9]{3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
# Browsers leave the default port out.
_PORT = {
    "https": rf"(?::(?:[1-9][0-9]?|[1-35-9][0-9]{{2}}|4[0-35-9][0-9]|44[0-24-9]|{_LONG_PORT}))?",
    "http": rf"(?::(?:[1-9]|[1-79][0-9]|8[1-9]|[1-9][0-9]{{2}}|{_LONG_PORT}))?",
}
_ANY_PORT = rf"(?::(?:[1-9][0-9]{{0,2}}|{_LONG_PORT}))?"
HTTPS = rf"https://{HOST}{_PORT['https']}"
ORIGINS = rf"{HTTPS}|http://{HOST}{_PORT['http']}"
_PROBES = ("https://stranger.test", "https://a.stranger-site.test:8443", "http://stranger.test", "https://10.1.2.3")
"""Strangers, asked of an expression that no automaton can be made of."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What becomes of one expression: patterns, or a predicate, or nothing."""

    patterns: tuple[str, ...] = ()
    predicate: RegexPredicate | None = None
    notes: tuple[Note, ...] = ()


class _Finding(NamedTuple):
    """What there is to note: a code, an origin that shows it, and what else there is to say."""

    code: str
    witness: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class _Judgement:
    """The same as a reading, of an expression wherever it stands."""

    patterns: tuple[str, ...] = ()
    predicate: RegexPredicate | None = None
    findings: tuple[_Finding, ...] = ()


def read_regex(
    pattern: re.Pattern[str], matching: Matching, *, option: str, credentials: bool, written: object = None
) -> Reading:
    r"""What becomes of `pattern`, as the old set-up applied it. `written` is how it stood there, for the notes.

    >>> read_regex(re.compile(r"https://.*\.example\.com$"), "match", option="origins", credentials=True)
    Reading(patterns=('https://*.example.com',), predicate=None, notes=())
    """
    judged = _judge(pattern, matching, credentials=credentials)
    was = pattern if written is None else written
    becomes: object = judged.predicate or judged.patterns or ""
    return Reading(
        judged.patterns,
        judged.predicate,
        tuple(note(it.code, option, was, becomes, witness=it.witness, fact=it.fact) for it in judged.findings),
    )


def whole_of(pattern: re.Pattern[str], matching: Matching) -> re.Pattern[str]:
    """The expression that is to match a whole origin: with an open beginning only where its author left it open.

    An open end is nobody's intention: `https://example.com` does not stand for `https://example.com.evil.test`.
    """
    if matching != "search" or pattern.pattern.startswith(("^", r"\A")):
        return pattern
    source = re.sub(r"\A(?:\(\?[aiLmsux]+\))+", "", pattern.pattern)  # what `(?i)` says is in the flags
    end = "\n)" if pattern.flags & re.VERBOSE else ")"  # a comment ends with its line
    return re.compile(f".*(?:{source}{end}", pattern.flags)


@dataclass(frozen=True, slots=True)
class _Sets:
    """What the old set-up let in, what its author meant, and what patterns could say of it."""

    old: Language
    meant: Language
    candidates: tuple[str, ...]
    schemes: tuple[str, ...]
    domains: tuple[str, ...]

    @classmethod
    def of(cls, pattern: re.Pattern[str], whole: re.Pattern[str], matching: Matching) -> "_Sets":
        old = Language(pattern.pattern, matching, flags=pattern.flags)
        meant = Language(whole.pattern, flags=whole.flags)
        candidates = tuple(_candidates(whole))
        # Whose origins are meant: those of the domains that the expression names.
        sets = cls(old, meant, candidates, *_named(candidates))
        if candidates:
            return sets
        # No pattern comes near. If it matches the origins of a few domains and no others, these are its domains.
        closed = cls(old, meant, (), *_named(texts([[meant], [_web()]], most=30)))
        return closed if _first([[meant], [_web()]], closed.near()) is None else sets

    def near(self) -> list[Language]:
        """Origins of the domains that are meant."""
        schemes = "|".join(self.schemes)
        named = [_of_domain(schemes, domain) for domain in self.domains]
        # Under a platform's suffix, the patterns that the policy takes are the author's own, and no more is.
        apart = (text for text in self.candidates if _domain(text) is None)
        return named + [_of_pattern(text) for text in apart if not _refusals(text, credentials=False)]

    def near_by_any_scheme(self) -> list[Language]:
        return [_of_domain("[a-z]+", domain) for domain in self.domains]


@lru_cache(maxsize=256)
def _judge(pattern: re.Pattern[str], matching: Matching, *, credentials: bool) -> _Judgement:
    """What becomes of an expression. A set-up often has the same one in several places."""
    whole = whole_of(pattern, matching)
    try:
        return _judge_sets(_Sets.of(pattern, whole, matching), whole, credentials=credentials)
    except NotRegular:
        return _judge_irregular(whole)


def _judge_sets(sets: _Sets, whole: re.Pattern[str], *, credentials: bool) -> _Judgement:
    near = sets.near()
    within = [_trusted()] if credentials else [_web()]
    inside = [text for text in sets.candidates if _first([[_of_pattern(text)], [_web()]], [sets.old]) is None]
    accepted = _widest([text for text in inside if not _refusals(text, credentials=credentials)])
    strangers = _stranger(sets, [*near, *sets.near_by_any_scheme()])
    other_schemes = _first([[sets.meant], sets.near_by_any_scheme(), [_web()]], near)
    insecure = _first([[sets.meant], near, [_web()]], [_trusted()]) if credentials else None
    ours = [_of_pattern(text) for text in accepted]
    predicate = None
    if _first([[sets.meant], near, within], ours) is not None:
        accepted = ()
        predicate = RegexPredicate(
            whole,
            schemes=sets.schemes if other_schemes or strangers else (),
            domains=sets.domains if strangers else (),
            trustworthy=insecure is not None,
        )
    witnesses = {
        "regex-unanchored": _beyond(sets),
        "regex-strangers": strangers,
        "regex-scheme": other_schemes,
        "origin-insecure": insecure,
        "origin-null": "null" if sets.old.accepts("null") else None,
    }
    findings = [_Finding(code, witness) for code, witness in witnesses.items() if witness is not None]
    if predicate is not None:
        findings.append(_kept(sets))
    elif not accepted and not findings:
        findings.append(_Finding("origin-never-matched"))
    return _Judgement(accepted, predicate, tuple(findings))


def _judge_irregular(whole: re.Pattern[str]) -> _Judgement:
    """What becomes of an expression that cannot be compared: it is kept whole, unless it lets in whoever asks."""
    stranger = next(filter(whole.fullmatch, _PROBES), None)
    if stranger is not None:
        return _Judgement(findings=(_Finding("regex-strangers", stranger),))
    return _Judgement((), RegexPredicate(whole), (_Finding("regex-kept"),))


def _named(origins: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The schemes and the domains of these origins or patterns."""
    named = tuple(origins)
    schemes = dict.fromkeys(text.partition("://")[0] for text in named)
    return tuple(schemes), tuple(dict.fromkeys(filter(None, map(_domain, named))))


def _kept(sets: _Sets) -> _Finding:
    """What to note of a predicate, with the patterns that come nearest and what they would let in besides."""
    near = tuple(text for text in sets.candidates if not _refusals(text, credentials=False))
    besides = [text for text in texts([map(_of_pattern, near), [_web()]], [sets.meant]) if _is_origin(text)]
    if not besides:
        return _Finding("regex-kept")
    witness = min(besides, key=lambda text: ("_" in text, "-" in text, len(text)))  # one that a person believes
    fact = f" The nearest, {shown(near)}, allows {quoted(witness)} too: if that is yours, write it."
    return _Finding("regex-kept", witness, fact)


def _stranger(sets: _Sets, known: list[Language]) -> str | None:
    """An origin outside of the domains that are meant, as lifelike as can be."""
    shortest = _first([[sets.meant], [_web()]], known)
    if shortest is None:
        return None
    dots = [text[:at] + "x" + text[at + 1 :] for text in sets.candidates for at, sign in enumerate(text) if sign == "."]
    return next(
        (text for text in ("https://evil.test", "http://evil.test", *dots) if _lets_in(sets.meant, text, known)),
        shortest,
    )


def _lets_in(language: Language, text: str, known: Iterable[Language]) -> bool:
    return _is_origin(text) and language.accepts(text) and not any(other.accepts(text) for other in known)


def _beyond(sets: _Sets) -> str | None:
    """An origin that got in for want of an anchor: a stranger's, where there is one."""
    named = (text for text in sets.candidates if "*" not in text and sets.meant.accepts(text))
    meant = next(named, None) or _first([[sets.meant], [_web()]])
    if meant is None:
        return _first([[sets.old], [_web()]], [sets.meant])
    stranger = f"{meant}.evil.test"
    if _lets_in(sets.old, stranger, [sets.meant]):
        return stranger
    return _first([[sets.old], [_web()]], [sets.meant])


def _candidates(whole: re.Pattern[str]) -> Iterator[str]:
    """Patterns that may say what the expression says."""
    source = whole.pattern.lower() if whole.flags & re.IGNORECASE else whole.pattern
    for text in patterns_of_regex(source):
        yield text
        scheme, _, rest = text.partition("://")
        # `.*example\.com` lets strangers in, and means the domain and all below it.
        if rest.startswith("*") and not rest.startswith("*.") and _refusals(text, credentials=False):
            yield from (f"{scheme}://{rest[1:]}", f"{scheme}://*.{rest[1:]}")


def _refusals(text: str, *, credentials: bool) -> tuple[str, ...]:
    """Why a policy would not take this pattern: the problems' codes."""
    try:
        Policy(allow_origins=[text], allow_credentials=credentials)
    except PolicyError as error:
        return tuple(problem.code for problem in error.problems)
    return ()


def _widest(patterns: Iterable[str]) -> tuple[str, ...]:
    """The patterns without those that another covers."""
    kept = list(dict.fromkeys(patterns))
    for text in tuple(kept):
        others = [_of_pattern(other) for other in kept if other != text]
        if _first([[_of_pattern(text)], [_web()]], others) is None:
            kept.remove(text)
    return tuple(kept)


def _domain(text: str) -> str | None:
    """The domain that an origin or a pattern names: the registrable one; the host, where it has no such.

    None too where strangers have hosts below the domain, as below `amazonaws.com`: then it is nobody's whole.
    """
    host = text.partition("://")[2].partition("/")[0]
    host = host if host.endswith("]") else re.sub(r":[0-9*]+\Z", "", host)
    named = (
        host.rpartition("*")[2].lstrip(".")
        if host.startswith("*.")
        else host.partition(".")[2]
        if "*" in host
        else host
    )
    if not named:
        return None
    domain = registrable_domain(named)
    if domain is not None and public_suffixes_below(domain):
        return None
    if domain is not None or "*" in host:
        return domain
    return named if _is_origin(f"http://{named}") and ("." not in named or named[-1] in "]0123456789") else None


def _below(domain: str) -> str:
    """An expression for the domain and all below it."""
    return re.escape(domain) if domain[-1] in "]0123456789" else rf"(?:{LABEL}\.)*{re.escape(domain)}"


@cache
def _of_domain(schemes: str, domain: str) -> Language:
    """The origins of a domain, by these schemes."""
    return Language(rf"(?:{schemes})://{_below(domain)}{_ANY_PORT}")


@cache
def _of_pattern(text: str) -> Language:
    """The origins that a pattern of ours matches."""
    body, any_port = (text[:-2], True) if text.endswith(":*") else (text, False)
    scheme, _, host = body.partition("://")
    matched = re.escape(host)
    if host.startswith("*."):
        matched = rf"(?:{LABEL}\.)+{re.escape(host[2:])}"
    elif "*" in host:
        matched = matched.replace(r"\*", LABEL)
    return Language(rf"{scheme}://{matched}{_PORT[scheme] if any_port else ''}")


@cache
def _web() -> Language:
    return Language(ORIGINS)


@cache
def _trusted() -> Language:
    """Origins that a policy with credentials may allow."""
    return Language(rf"{HTTPS}|http://{_LOOPBACK}{_PORT['http']}")


def _first(every: Iterable[Iterable[Language]], but: Iterable[Language] = ()) -> str | None:
    """The shortest such text, one that is an origin if possible: None is a proof, so the rest is not thrown away."""
    shortest = None
    for text in texts(every, but):
        if _is_origin(text):
            return text
        shortest = text if shortest is None else shortest
    return shortest


def _is_origin(text: str) -> bool:
    return parse_serialized_origin(text) is not None
