"""Expressions for origins: which patterns say the same, and what is left of those that none says."""

import re

import pytest

from crossorigin.migrate._predicate import RegexPredicate
from crossorigin.migrate._regexes import _of_pattern, read_regex
from crossorigin.policy import Policy
from crossorigin.standard import Origin
from tests.growth import steps
from tests.migrate.judge import ORIGINS

# source, how it is applied, with credentials -> patterns, the codes of the notes
PATTERNS = {
    "subdomains": (r"https://.*\.example\.com$", "match", True, ["https://*.example.com"], []),
    "an open end": (r"https://.*\.example\.com", "match", True, ["https://*.example.com"], ["regex-unanchored"]),
    "an open end that is whole": (r"https://.*\.example\.com", "fullmatch", True, ["https://*.example.com"], []),
    "the domain too, any port": (
        r"^https://(.*\.)?example\.com(:\d+)?$",
        "match",
        True,
        ["https://example.com:*", "https://*.example.com:*"],
        [],
    ),
    "http with credentials": (
        r"^https?://(.*\.)?example\.com$",
        "match",
        True,
        ["https://example.com", "https://*.example.com"],
        ["origin-insecure"],
    ),
    "http without": (r"^https?://example\.com$", "match", False, ["http://example.com", "https://example.com"], []),
    "localhost": (r"https?://localhost(:\d+)?", "fullmatch", True, ["http://localhost:*", "https://localhost:*"], []),
    "names": (
        r"https://(app|admin)\.example\.com",
        "fullmatch",
        True,
        ["https://app.example.com", "https://admin.example.com"],
        [],
    ),
    "an open dot": (r"https://app.example\.com$", "match", True, ["https://app.example.com"], ["regex-strangers"]),
    "an open label": (
        r"https://.*example\.com$",
        "match",
        True,
        ["https://example.com", "https://*.example.com"],
        ["regex-strangers"],
    ),
    "the README of Express": (
        r"example\.com$",
        "search",
        True,
        ["https://example.com", "https://*.example.com"],
        ["regex-strangers", "regex-scheme"],
    ),
    "a platform's customer": (
        r"https://.+--shop\.netlify\.app",
        "fullmatch",
        True,
        ["https://*--shop.netlify.app"],
        ["regex-strangers"],
    ),
    "upper case that is meant": (r"(?i)https://APP\.example\.com", "fullmatch", True, ["https://app.example.com"], []),
    "flags at the beginning": (
        r"(?i)(?s)example\.com$",
        "search",
        False,
        ["https://example.com", "https://*.example.com"],
        ["regex-strangers", "regex-scheme"],
    ),
    "a comment at the end": (r"(?x) example \. com $  # ours", "search", False, [], ["regex-strangers"]),
    "upper case that never matched": (r"https://APP\.example\.com", "fullmatch", True, [], ["origin-never-matched"]),
    "everyone": (r".*", "match", False, [], ["regex-strangers", "origin-null"]),
    "everyone by https": (r"https://.*", "fullmatch", True, [], ["regex-strangers"]),
    "a platform": (r"https://shop-[a-z0-9]+\.vercel\.app", "fullmatch", False, [], ["regex-strangers"]),
    "a platform of platforms": (r"https://.*\.amazonaws\.com", "fullmatch", True, [], ["regex-strangers"]),
    "the hosts of one": (r"https://s3-[a-z0-9-]+\.amazonaws\.com", "fullmatch", True, [], ["regex-strangers"]),
    "a bucket": (
        r"https://(shop|www)\.s3\.amazonaws\.com",
        "fullmatch",
        True,
        ["https://shop.s3.amazonaws.com", "https://www.s3.amazonaws.com"],
        [],
    ),
    "the platform's own": (
        r"^https?://console\.amazonaws\.com$",
        "match",
        True,
        ["https://console.amazonaws.com"],
        ["origin-insecure"],
    ),
    "a glob": (r"https://*.example.com", "match", False, [], ["regex-unanchored", "regex-strangers"]),
    "an extension": (r"chrome-extension://.*", "fullmatch", False, [], ["origin-never-matched"]),
}


@pytest.mark.parametrize(("source", "matching", "credentials", "patterns", "codes"), PATTERNS.values(), ids=PATTERNS)
def test_patterns(source: str, matching: str, credentials: bool, patterns: list[str], codes: list[str]) -> None:
    reading = read_regex(re.compile(source), matching, option="o", credentials=credentials)  # type: ignore[arg-type]
    assert list(reading.patterns) == patterns
    assert reading.predicate is None
    assert [note.code for note in reading.notes] == codes
    apply = getattr(re.compile(source), matching)
    for note in reading.notes:
        if note.witness:
            assert apply(note.witness), "a witness is one that got in"
            assert not patterns or not _allows(patterns, note.witness), "and does not any more"


def _allows(patterns: list[str], origin: str) -> bool:
    return Policy(allow_origins=patterns).decide("GET", {"Origin": origin}).allowed


PREDICATES = {
    "one label": (r"https://[a-z]+\.example\.com", "fullmatch", True, "https://*.example.com"),
    "digits": (r"https://pr-\d+--shop\.netlify\.app", "fullmatch", True, "https://pr-*--shop.netlify.app"),
    "a port that has to be": (r"http://localhost:\d+", "fullmatch", True, "http://localhost:*"),
    "an open dot": (r"https://[a-z]+.example.com", "match", True, "https://*.example.com"),
    "http and https": (r"https?://[a-z]+\.example\.com", "fullmatch", True, "https://*.example.com"),
    "too many names": (r"https://(" + "|".join(f"n{n}" for n in range(30)) + r")\.example\.com", "fullmatch", True, ""),
    "looking ahead": (r"https://(?!evil)[a-z]+\.example\.com", "fullmatch", False, ""),
}


@pytest.mark.parametrize(("source", "matching", "credentials", "near"), PREDICATES.values(), ids=PREDICATES)
def test_a_predicate_lets_in_what_was_meant_and_names_the_nearest_pattern(
    source: str, matching: str, credentials: bool, near: str
) -> None:
    reading = read_regex(re.compile(source), matching, option="o", credentials=credentials)  # type: ignore[arg-type]
    assert isinstance(reading.predicate, RegexPredicate)
    assert reading.patterns == ()
    kept = next(note for note in reading.notes if note.code == "regex-kept")
    assert near in kept.why
    for text in ORIGINS:
        if text != "null" and reading.predicate(Origin.parse(text)):
            assert re.fullmatch(source, text)
            assert "goodxexample" not in text
            assert not credentials or text.startswith(("https://", "http://localhost"))
    if near:
        assert kept.witness
        assert not re.fullmatch(source, kept.witness)


def test_the_predicate_of_an_open_dot_keeps_to_the_domain() -> None:
    predicate = read_regex(
        re.compile(r"https://[a-z0-9-]+.example.com"), "fullmatch", option="o", credentials=False
    ).predicate
    assert predicate is not None
    assert predicate(Origin.parse("https://app.example.com"))
    assert re.fullmatch(predicate.pattern, "https://appxexample.com")
    assert not predicate(Origin.parse("https://appxexample.com"))


@pytest.mark.parametrize(
    "pattern",
    [
        "https://a.example",
        "https://*.a.example",
        "https://*.a.example:*",
        "http://localhost:*",
        "https://pr-*--x.netlify.app",
        "https://a.example:8443",
    ],
)
def test_the_languages_of_our_patterns_are_what_a_policy_allows(pattern: str) -> None:
    policy = Policy(allow_origins=[pattern])
    ends = ("", ":8443", ":443", ":80", ":1", ":65535", ":0")
    hosts = (
        "a.example",
        "x.a.example",
        "x.y.a.example",
        "xa.example",
        "localhost",
        "pr-1--x.netlify.app",
        "pr---x.netlify.app",
        "pr-1.2--x.netlify.app",
        "a.b--x.netlify.app",
    )
    for scheme in ("http", "https"):
        for host in hosts:
            for end in ends:
                origin = f"{scheme}://{host}{end}"
                allowed = policy.decide("GET", {"Origin": origin}).allowed
                assert _of_pattern(pattern).accepts(origin) == allowed, origin


def test_what_expressions_are_compared_with_is_worked_out_once() -> None:
    """In steps of the interpreter: walking every character of every state took forty-five million for these five."""
    forms = {
        r"https://.*\.{}\.example$": "match",
        r"^https://[a-z]+\.{}\.example$": "match",
        r"https://{}\.example": "match",
        r"^https?://(.*\.)?{}\.example(:\d+)?$": "match",
        r"{}\.example$": "search",
    }

    def read(name: str, option: str = "o") -> None:
        for form, matching in forms.items():
            read_regex(re.compile(form.format(name)), matching, option=option, credentials=True)  # type: ignore[arg-type]

    read("first")
    assert steps(lambda: read("second")) < 12_000_000
    assert steps(lambda: read("second", "another option")) < 12_000, "the same expressions again"
