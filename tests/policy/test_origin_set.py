"""What a pattern matches and others do not, against all origins of a small world, and at the limits of the real one."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin import Policy
from crossorigin.policy import _origin_set
from crossorigin.policy._origin_set import ALPHABET, OriginSet, origin_in_both, origin_in_none
from crossorigin.policy._patterns import OriginPattern, OriginRules, parse_origin_pattern
from crossorigin.policy._reference import matches
from crossorigin.standard import Origin, is_canonical_domain, parse_serialized_origin
from tests.growth import steps

# A world of two letters, labels of up to three, hosts of up to seven characters, and three ports.
LETTERS, LABEL, DOMAIN, PORTS = "ab", 3, 7, (None, 1, 2)
TOP = "e"


@cache
def words(longest: int) -> tuple[str, ...]:
    return tuple("".join(letters) for length in range(1, longest + 1) for letters in product(LETTERS, repeat=length))


def hosts() -> Iterator[str]:
    labels = words(LABEL)
    level = [TOP]
    while level:
        yield from level
        level = [f"{label}.{host}" for host in level for label in labels if len(label) + 1 + len(host) <= DOMAIN]


HOSTS = list(hosts())
WORLD = [Origin("https", host, port) for host in HOSTS for port in PORTS]


@cache
def pattern(text: str) -> OriginPattern:
    parsed = parse_origin_pattern(text)
    assert parsed is not None
    return parsed


@cache
def below(domain: str) -> list[Origin]:
    """The origins of the small world at a domain and below it."""
    return [origin for origin in WORLD if f".{origin.host}".endswith(f".{domain}")]


@cache
def held(text: str) -> frozenset[Origin]:
    """All origins of the small world that a pattern matches: they are tried one by one, at its host and below it."""
    return frozenset(origin for origin in below(pattern(text).host) if matches(pattern(text), origin))


def all_held(entries: Iterable[str]) -> set[Origin]:
    return set[Origin]().union(*map(held, entries))


def origins(entries: list[str]) -> OriginSet:
    parsed = [pattern(entry) for entry in entries]
    exact = tuple(each.text for each in parsed if each.kind == "exact")
    return OriginSet(OriginRules(False, exact, tuple(each for each in parsed if each.kind != "exact"), ()))


def a_pattern(choice: random.Random, *, exact: float = 0.3, among: list[str] = HOSTS) -> str:
    """A pattern that has an origin in the small world, at one of these hosts or below it."""
    port = choice.choice(["", "", ":1", ":*"])
    host = choice.choice(among)
    if choice.random() < exact:
        return f"https://{host}{port}"
    room = min(LABEL, DOMAIN - len(host) - 1)
    if room < 1:
        return f"https://{host}{port}"
    ends = "".join(choice.choices(LETTERS, k=choice.randrange(room)))
    cut = choice.randint(0, len(ends))
    return f"https://{ends[:cut]}*{ends[cut:]}.{host}{port}"


def split(text: str, choice: random.Random) -> list[str]:
    """Patterns that cover this one together, or would if none of them were missing."""
    if text.endswith(":*"):
        return [text.removesuffix(":*") + port for port in ("", ":1", ":2")]
    label, dot, rest = text.removeprefix("https://").partition(".")
    if "*" not in label:
        return [text]
    start, _, end = label.partition("*")
    forms = [f"{start}{letter}{star}{end}" for letter in LETTERS for star in ("", "*")]
    if choice.random() < 0.5:
        forms = [f"{start}{star}{letter}{end}" for letter in LETTERS for star in ("", "*")]
    parts = [f"https://{form}{dot}{rest}" for form in forms]
    if label == "*":
        parts += [f"https://*.{each}.{rest}" for each in words(LABEL)]
    return [part for part in parts if parse_origin_pattern(part) is not None]


def small_world() -> "patch[object]":
    return patch.multiple(
        _origin_set, ALPHABET=LETTERS, MAX_LABEL_LENGTH=LABEL, MAX_DOMAIN_LENGTH=DOMAIN, EVERY_PORT=PORTS
    )


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(4))
def test_in_a_small_world_nothing_is_missed_and_nothing_is_made_up(seed: int) -> None:
    choice = random.Random(seed)
    covered = 0
    for _ in range(400):
        wide = a_pattern(choice, exact=0.1)
        listed = [a_pattern(choice) for _ in range(choice.randrange(4))]
        parts = split(wide, choice)
        for _ in range(choice.randrange(3)):
            parts = [part for each in parts for part in (split(each, choice) if choice.random() < 0.5 else [each])]
        if choice.random() < 0.5:
            parts.remove(choice.choice(parts))
        entries = list(dict.fromkeys([*listed, *parts]))
        left = held(wide) - all_held(entries)
        with small_world():
            found = origins(entries).outside(pattern(wide))
        assert (found is None) == (not left), (wide, entries)
        assert found is None or Origin.parse(found) in left, (wide, entries)
        covered += found is None
    assert covered > 50


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(2))
def test_in_a_small_world_common_origins_are_found(seed: int) -> None:
    choice = random.Random(seed)
    apart = 0
    for _ in range(1500):
        some, others = (
            [a_pattern(choice, exact=0.2, among=[TOP, "a.e", "b.e"]) for _ in range(choice.randint(1, 2))]
            for _ in range(2)
        )
        shared = all_held(some) & all_held(others)
        with small_world():
            found = origin_in_both(origins(some), origins(others))
        assert (found is None) == (not shared), (some, others)
        assert found is None or Origin.parse(found) in shared, (some, others)
        apart += found is None
    assert 300 < apart < 1200


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(4))
def test_in_a_small_world_the_patterns_that_meet_a_list_are_those_that_share_an_origin_with_it(seed: int) -> None:
    choice = random.Random(seed)
    counted = Counter[bool]()
    for _ in range(600):
        among = choice.choice([HOSTS, [TOP, "a.e", "b.a.e"], [TOP]])
        asked, listed = ([a_pattern(choice, among=among) for _ in range(choice.randint(1, 4))] for _ in range(2))
        shared = {text for text in asked if any(held(text) & held(other) for other in listed)}
        with small_world():
            met = origins(listed).meeting(map(pattern, asked))
        assert {each.text for each in met} == shared, (asked, listed)
        counted.update(text in shared for text in asked)
    assert min(counted.values()) > 200


label_ends = st.text(LETTERS, max_size=6)
label_pairs = st.lists(st.tuples(label_ends, label_ends), min_size=1, max_size=6)
# The port asked for, that of the entries, whether they have any in common, whether the entries hold all that is asked.
some_ports = st.sampled_from(
    [
        ("", "", True, True),
        (":1", ":1", True, True),
        (":1", ":*", True, True),
        (":*", ":*", True, True),
        (":*", ":1", True, False),
        (":1", ":2", False, False),
    ]
)


@settings(max_examples=600)
@given(
    st.integers(3, 7),
    label_pairs,
    label_pairs,
    st.lists(st.text(LETTERS, min_size=1, max_size=7), max_size=4),
    some_ports,
)
def test_label_patterns_of_one_parent_are_compared_as_an_oracle_does_that_tries_every_label(
    room: int,
    asked: list[tuple[str, str]],
    listed: list[tuple[str, str]],
    labels: list[str],
    ports: tuple[str, str, bool, bool],
) -> None:
    """Up to the length of the longest label, where a longer prefix and a longer suffix have to overlap."""
    port, their_port, have_common, hold_all = ports
    world = words(room)

    def matched(start: str, end: str) -> set[str]:
        least = len(start + end) + 1
        return {label for label in world if label.startswith(start) and label.endswith(end) and len(label) >= least}

    asked, listed = ([(start, end) for start, end in pairs if 0 < len(start + end) < room] for pairs in (asked, listed))
    labels = [label for label in labels if len(label) <= room]
    known = set(labels).union(*(matched(*each) for each in listed))
    wide = {pattern(f"https://{start}*{end}.e{port}"): matched(start, end) for start, end in asked}
    with patch.multiple(_origin_set, ALPHABET=LETTERS, MAX_LABEL_LENGTH=7, MAX_DOMAIN_LENGTH=room + len(".e")):
        theirs = origins(
            [f"https://{start}*{end}.e{their_port}" for start, end in listed]
            + [f"https://{label}.e{their_port}" for label in labels]
        )
        expected = {each for each, those in wide.items() if have_common and those & known}
        assert theirs.meeting(wide) == expected
        for each, those in wide.items():
            assert theirs.meeting([each]) == expected & {each}, "alone as beside others"
            left = those - known if hold_all else those
            found = theirs.outside(each)
            assert found is None if not left else found is not None and Origin.parse(found).host[:-2] in left


@cache
def labels_of(text: str) -> frozenset[str]:
    """The labels of up to seven letters under .e that a pattern matches: they are tried one by one."""
    return frozenset(label for label in words(7) if matches(pattern(text), Origin("https", f"{label}.e")))


def ends(choice: random.Random, room: int) -> tuple[str, str]:
    """What stands before and after the `*` of a label."""
    letters = "".join(choice.choices(LETTERS, k=choice.randint(1, room - 1)))
    cut = choice.randint(0, len(letters))
    return letters[:cut], letters[cut:]


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(4))
def test_of_all_labels_under_one_parent_none_is_missed(seed: int) -> None:
    """Longer labels than above, whose prefixes and suffixes overlap; nearly all of them are covered."""
    choice = random.Random(seed)
    found_none = 0
    for _ in range(400):
        room = choice.randint(3, 7)
        world = words(room)
        some = [ends(choice, room) for _ in range(2)]
        wide = pattern("https://{}*{}.e".format(*some[0]))
        spared = choice.sample(world, choice.randint(0, 2))
        parts = [f"https://{label}.e" for label in world if label not in spared and len(label) < room - 1]
        for start, end in (ends(choice, room) for _ in range(40)):
            narrow = pattern(f"https://{start}*{end}.e")
            if not labels_of(narrow.text).intersection(spared):
                parts.append(narrow.text)
        left = labels_of(wide.text).intersection(world).difference(*map(labels_of, parts))
        other = pattern("https://{}*{}.e".format(*some[1]))
        shared = labels_of(wide.text) & labels_of(other.text) & {*world}
        with patch.multiple(_origin_set, ALPHABET=LETTERS, MAX_LABEL_LENGTH=7, MAX_DOMAIN_LENGTH=room + len(".e")):
            found = origins(parts).outside(wide)
            both = origin_in_both(origins([wide.text]), origins([other.text]))
        assert (found is None) == (not left), (wide, parts)
        assert found is None or found.removeprefix("https://").removesuffix(".e") in left, (wide, parts)
        assert (both is None) == (not shared), (wide, other)
        assert both is None or both.removeprefix("https://").removesuffix(".e") in shared, (wide, other)
        found_none += found is None
    assert 50 < found_none < 350


def test_a_beginning_that_is_listed_is_not_taken_for_a_longer_one() -> None:
    """`a` and `aa` begin and end alike, but only `a` goes on to `ab`, which is listed."""
    listed = ["a.e", "ab.e", "b.e", "b*.e", "*a.e", "*.a.e", "*.b.e"]
    with patch.multiple(_origin_set, ALPHABET=LETTERS, MAX_LABEL_LENGTH=3, MAX_DOMAIN_LENGTH=len("aab.e")):
        found = origins([f"https://{host}" for host in listed]).outside(pattern("https://*.e"))
    assert found == "https://aab.e"


LONG = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 59])  # 251 characters: one more label has one character


@pytest.mark.parametrize(
    ("wide", "parts"),
    [
        pytest.param(
            "https://a*.example.com",
            [f"https://a{c}{star}.example.com" for c in ALPHABET for star in ("", "*")],
            id="a label by its continuations",
        ),
        pytest.param(
            "https://*z.example.com:8443",
            [f"https://{star}{c}z.example.com:8443" for c in ALPHABET for star in ("", "*")],
            id="a label by what goes before",
            marks=pytest.mark.unmeasured,
        ),
        pytest.param(
            "http://localhost:*",
            ["http://localhost", *(f"http://localhost:{port}" for port in range(1, 65536) if port != 80)],
            id="any port by each",
            marks=pytest.mark.unmeasured,
        ),
        pytest.param(
            f"https://{'a' * 30}*{'b' * 32}.example.com",
            [f"https://{'a' * 30}{c}{'b' * 32}.example.com" for c in ALPHABET],
            id="a label with room for one character",
        ),
        pytest.param(
            f"https://*.{LONG}", [f"https://{c}.{LONG}" for c in ALPHABET], id="a domain with room for one character"
        ),
        pytest.param(
            f"https://*.{LONG[2:]}",
            [
                *(f"https://{c}{star}.{LONG[2:]}" for c in ALPHABET for star in ("", "*")),
                *(f"https://*.{c}.{LONG[2:]}" for c in ALPHABET),
            ],
            id="subdomains by labels and by deeper subdomains",
        ),
    ],
)
def test_at_the_limits_many_cover_one_and_one_less_does_not(wide: str, parts: list[str]) -> None:
    assert origins(parts).outside(pattern(wide)) is None
    for missing in (0, len(parts) // 2, -1):
        rest = [part for part in parts if part != parts[missing]]
        found = origins(rest).outside(pattern(wide))
        assert found is not None
        assert matches(pattern(wide), Origin.parse(found))
        assert matches(pattern(parts[missing]), Origin.parse(found))
        assert found not in origins(rest)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("https://a.example.com", "https://*.example.com", None),
        ("https://x*.example.com", "https://*.example.com", None),
        ("https://*.a.example.com", "https://*.example.com:*", None),
        ("http://localhost", "http://localhost:*", None),
        ("http://[::1]:8080", "http://[::1]:*", None),
        ("http://localhost:*", "http://localhost", "http://localhost:3000"),
        ("http://localhost:*", "http://localhost:3000", "http://localhost"),
        ("http://[::1]:*", "http://[::1]", "http://[::1]:3000"),
        ("https://*.example.com", "https://app.example.com", "https://a.example.com"),
        ("https://*.example.com", "https://a.example.com", "https://b.example.com"),
        ("https://*.example.com", "https://a*.example.com", "https://a.example.com"),
        ("https://*.example.com:*", "https://*.example.com", "https://a.example.com:3000"),
        ("https://*.example.com", "https://*.a.example.com", "https://a.example.com"),
        ("https://pr-*--x.example.com", "https://pr-*x.example.com", None),
        ("https://pr-*x.example.com", "https://pr-*--x.example.com", "https://pr-ax.example.com"),
        ("https://*.example.com", "http://*.example.com", "https://a.example.com"),
        ("tauri://localhost", "http://localhost:*", "tauri://localhost"),
    ],
)
def test_by_example(wide: str, narrow: str, expected: str | None) -> None:
    assert origins([narrow]).outside(pattern(wide)) == expected


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("*ab", "bbbbb*b", True),  # beside each other: the seven characters of the longest label there
        ("*bba", "abbbb*a", True),  # abbbbba: they overlap in one character
        ("*cba", "abbbb*a", False),
        ("*aba", "bbbab*a", False),  # bbbaba would be too short for the second one
        ("*abab", "bbab*b", True),
        ("a*", "*b", True),
    ],
)
def test_label_patterns_near_the_length_of_a_label(one: str, other: str, meet: bool) -> None:
    parent = LONG[6:]
    for asked, listed in ((one, other), (other, one), (one[::-1], other[::-1]), (other[::-1], one[::-1])):
        wide = pattern(f"https://{asked}.{parent}")
        assert origins([f"https://{listed}.{parent}"]).meeting([wide]) == ({wide} if meet else set())


@pytest.mark.parametrize(("asked", "meets"), [("*bba", True), ("*cba", False)])
def test_label_patterns_that_overlap_with_one_of_many(asked: str, meets: bool) -> None:
    """In labels of seven characters at most: only abbbbba begins with five of these and ends so."""
    listed = origins([f"https://a{letter * 4}*a.{LONG[6:]}" for letter in "bxy"])
    assert bool(listed.meeting([pattern(f"https://{asked}.{LONG[6:]}")])) is meets


def test_a_list_may_be_asked_twice() -> None:
    listed = origins(["https://a.example.com", "https://b*.example.com"])
    assert listed.outside(pattern("https://a*.example.com")) == "https://aa.example.com"
    assert listed.outside(pattern("https://*b.example.com")) == "https://ab.example.com"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (["https://a.example.com"], ["https://*.example.com"], "https://a.example.com"),
        (["https://*.example.com"], ["https://a*.example.com"], "https://aa.example.com"),
        (["https://a*.example.com"], ["https://*b.example.com"], "https://ab.example.com"),
        (["https://ab*.example.com"], ["https://*ba.example.com"], "https://aba.example.com"),
        (["https://ab*bb.example.com"], ["https://abb*b.example.com"], "https://abbbb.example.com"),
        (["https://ab*.example.com"], ["https://*cd.example.com"], "https://abcd.example.com"),
        (["https://*.a.example.com"], ["https://b*.example.com"], None),
        (["https://*.example.com"], ["https://b*.a.example.com"], "https://ba.a.example.com"),
        (
            [f"https://{'a' * 40}*.example.com"],
            ["https://b*.example.com", f"https://*{'b' * 40}.example.com", "https://*b.example.com"],
            f"https://{'a' * 40}b.example.com",
        ),
        (["http://localhost:*"], ["http://localhost", "http://localhost:3000"], "http://localhost"),
        (["http://localhost:*"], ["https://localhost:*"], None),
    ],
)
def test_an_origin_in_both_by_example(one: list[str], other: list[str], expected: str | None) -> None:
    for some, others in ((one, other), (other, one)):
        found = origin_in_both(origins(some), origins(others))
        assert (found is None) == (expected is None)
        assert found is None or (found in origins(some) and found in origins(others))
    assert origin_in_both(origins(one), origins(other)) == expected


def test_what_one_pattern_holds_is_not_searched_further() -> None:
    """Every label is held by one character, or by a pattern for its first; the others make no work."""

    def cost(count: int) -> int:
        entries = [f"https://{c}{star}.example.com" for c in ALPHABET for star in ("", "*")]
        listed = origins([*entries, *(f"https://x*-{number}.example.com" for number in range(count))])
        assert listed.outside(pattern("https://*.example.com")) == "https://a.a.example.com"
        asked = pattern("https://*-.example.com")
        return steps(lambda: listed.outside(asked))

    assert cost(400) < 1.1 * cost(20)


def test_a_witness_deep_below_is_a_domain() -> None:
    """All labels are covered, and each child that is named: the witness is below a fresh one."""
    one_label = [f"https://{c}{star}.example.com" for c in ALPHABET for star in ("", "*")]
    entries = [*one_label, "https://*.a.example.com", "https://x.b.example.com"]
    assert origins(entries).outside(pattern("https://*.example.com")) == ("https://a.c.example.com")


def test_everyone_has_in_common_with_a_list_what_it_holds() -> None:
    everyone = OriginSet(Policy(allow_origins="*")._rules)
    assert origin_in_both(origins(["https://*.a.example"]), everyone) == "https://a.a.example"
    assert origin_in_both(everyone, origins(["https://a.example"])) == "https://a.example"
    assert origin_in_both(everyone, everyone) is not None


def test_a_stranger_is_found_whatever_is_listed() -> None:
    listed = ["https://*.example", *(f"https://*.{c}" for c in "abc"), "https://stranger.d"]
    stranger = origin_in_none(origins(listed))
    assert stranger == "https://stranger.e"
    assert parse_serialized_origin(stranger) is not None
    assert origin_in_none(OriginSet(Policy(allow_origins="*")._rules)) is None


def test_the_alphabet_is_that_of_labels() -> None:
    characters = {chr(number) for number in range(256)}
    assert set(ALPHABET) == {c for c in characters if is_canonical_domain(f"{c}.example") and c != "."}
