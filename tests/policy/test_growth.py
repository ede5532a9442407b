"""Long lists: what a policy is asked grows with them as they do."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from crossorigin import Origin, Policy, PolicyError, PolicyMap, dangerously
from tests.growth import assert_near_linear, counted

pytestmark = pytest.mark.unmeasured

SIZE = 24


def names(count: int) -> list[str]:
    return [f"x-{number}" for number in range(count)]


def exact(count: int) -> list[str]:
    return [f"https://app.tenant-{number}.example.com" for number in range(count)]


def subdomains(count: int) -> list[str]:
    return [f"https://*.tenant-{number}.example.com" for number in range(count)]


ADVISED: dict[str, Callable[[int], dict[str, Any]]] = {
    "methods": lambda n: {"allow_origins": "*", "allow_methods": names(n)},
    "methods beside a wildcard": lambda n: {"allow_origins": "*", "allow_methods": [*names(n), "*"]},
    "request headers": lambda n: {"allow_origins": "*", "allow_headers": names(n)},
    "request headers beside a wildcard": lambda n: {"allow_origins": "*", "allow_headers": ["*", *names(n)]},
    "response headers": lambda n: {"allow_origins": "*", "expose_headers": names(n)},
    "headers listed twice": lambda n: {"allow_origins": "*", "allow_headers": names(n) * 2},
    "exact origins": lambda n: {"allow_origins": exact(n)},
    "exact origins below wildcards": lambda n: {"allow_origins": exact(n) + subdomains(n)},
    "origins listed twice": lambda n: {"allow_origins": subdomains(n) * 2},
    "labels": lambda n: {"allow_origins": [f"https://pr-{number}-*.example.com" for number in range(n)]},
    "needlessly lifted": lambda n: {"allow_origins": [dangerously(text, because="x") for text in exact(n)]},
    "any port": lambda n: {"allow_origins": [f"{text}:*" for text in exact(n)] + exact(n)},
}


@pytest.mark.parametrize("declared", ADVISED.values(), ids=ADVISED)
def test_advice(declared: Callable[[int], dict[str, Any]]) -> None:
    assert_near_linear(lambda count: counted(Policy(**declared(count))).advice, SIZE)


NAMES: dict[str, tuple[Callable[[int], dict[str, Any]], Callable[[int], dict[str, Any]]]] = {
    "methods that differ": (lambda n: {"allow_methods": names(n)}, lambda n: {"allow_methods": names(2 * n)[n:]}),
    "the same headers": (lambda n: {"allow_headers": names(n)}, lambda n: {"allow_headers": names(n)[::-1]}),
    "headers that differ": (lambda n: {"allow_headers": names(n)}, lambda n: {"allow_headers": names(2 * n)[n:]}),
    "headers and every header": (lambda n: {"allow_headers": names(n)}, lambda _: {"allow_headers": "*"}),
    "exposed headers": (lambda n: {"expose_headers": names(n)}, lambda n: {"expose_headers": [*names(n // 2), "*"]}),
}


@pytest.mark.parametrize(("one", "other"), NAMES.values(), ids=NAMES)
def test_a_comparison_of_names(one: Callable[[int], dict[str, Any]], other: Callable[[int], dict[str, Any]]) -> None:
    def make(count: int) -> Callable[[], object]:
        new, old = (counted(Policy(allow_origins="*", **declared(count))) for declared in (one, other))
        return lambda: (new.diff(old), old.diff(new))

    assert_near_linear(make, SIZE)


Origins = Callable[[int], list[str]]


def each(text: str, first: int = 0) -> Origins:
    """The text with a number in place of each `#`, from `first` on."""
    return lambda count: [text.replace("#", str(first + number)) for number in range(count)]


def overlapping(text: str) -> Origins:
    """As `each`, of which half are those of `each(text)`."""
    return lambda count: each(text, count // 2)(count)


DEEP = f"https://*.{'.'.join('#' * 30)}.example.com"
COMPARED: dict[str, tuple[Origins, Origins]] = {
    "exact": (each("https://#.example.com"), overlapping("https://#.example.com")),
    "exact, each with its port": (each("http://localhost:3#"), overlapping("http://localhost:3#")),
    "exact and wildcards": (each("https://app.#.example.com"), each("https://*.#.example.com")),
    "exact of one parent and a wildcard": (each("https://#.example.com"), lambda _: ["https://*.example.com"]),
    "exact and label patterns": (each("https://pr-#-a.example.com"), each("https://pr-#-*.example.com")),
    "wildcards, half of them the same": (each("https://*.#.example.com"), overlapping("https://*.#.example.com")),
    "wildcards, none the same": (each("https://*.#.example.com"), each("https://*.#.example.net")),
    "wildcards at their own ports": (each("https://*.example.com:1#"), each("https://*.example.com:2#")),
    "wildcards in a row of top-level domains": (each("https://*.a#"), each("https://*.b#")),
    "wildcards deep below each other": (each(DEEP), each(DEEP.replace("*", "*.a"))),
    "any port": (each("https://#.example.com:*"), each("https://#.example.com:1#")),
    "any port of wildcards": (each("https://*.#.example.com:*"), each("https://*.#.example.com:1#")),
    "one wildcard at many ports, many hosts at any": (
        each("https://*.example.com:1#"),
        each("https://#.example.com:*"),
    ),
    "one label at many ports, many hosts at any": (each("https://a*.example.com:1#"), each("https://a#.example.com:*")),
    "many labels at any port, many hosts at their own": (
        each("https://a#*.example.com:*"),
        each("https://a#b.example.com:1#"),
    ),
    "labels, half of them the same": (each("https://pr-#-*.example.com"), overlapping("https://pr-#-*.example.com")),
    "labels, none the same": (each("https://pr-#-*.example.com"), each("https://qr-#-*.example.com")),
    "labels that all share one": (each("https://pr-#-*.example.com"), each("https://*-b#.example.com")),
    "labels within labels": (each("https://pr-#-*-x#.example.com"), each("https://pr-*-x#.example.com")),
    "labels that would be too long together": (
        each(f"https://{'a' * 40}#*.example.com"),
        each(f"https://*{'b' * 40}#.example.com"),
    ),
    "subdomains that many labels are part of": (lambda _: ["https://*.example.com"], each("https://#*.example.com")),
    "everyone": (lambda _: ["*"], each("https://*.#.example.com")),
    "hosts of a scheme of apps": (each("tauri://#"), overlapping("tauri://#")),
}


@pytest.mark.parametrize(("one", "other"), COMPARED.values(), ids=COMPARED)
def test_a_comparison_of_origins(one: Origins, other: Origins) -> None:
    def make(count: int) -> Callable[[], object]:
        new, old = (counted(Policy(allow_origins=origins(count))) for origins in (one, other))
        return lambda: (new.diff(old), old.diff(new))

    assert_near_linear(make, SIZE)


CREDENTIALED: dict[str, tuple[Origins, Origins]] = {
    "the same": (each("https://*.#.example.com"), each("https://*.#.example.com")),
    "half of them the same": (each("https://*.#.example.com"), overlapping("https://*.#.example.com")),
    "none the same": (each("https://*.#.example.com"), each("https://*.#.example.net")),
    "one by one": (each("https://*.#.example.com"), each("https://app.#.example.com")),
}


@pytest.mark.parametrize(("one", "other"), CREDENTIALED.values(), ids=CREDENTIALED)
def test_a_comparison_of_lists_of_who_may_send_credentials(one: Origins, other: Origins) -> None:
    def make(count: int) -> Callable[[], object]:
        new, old = (
            Policy(allow_origins=one(count) + other(count), allow_credentials=origins(count))
            for origins in (one, other)
        )
        return lambda: (new.diff(old), old.diff(new))

    assert_near_linear(make, SIZE)


def test_a_list_of_who_may_send_credentials_is_held_against_the_allowed() -> None:
    def make(count: int) -> Callable[[], object]:
        wildcards = each("https://*.#.example.com")(count)
        return lambda: Policy(allow_origins=wildcards, allow_credentials=wildcards[::-1])

    assert_near_linear(make, SIZE)


def test_a_comparison_of_predicates() -> None:
    class Predicate:
        def __call__(self, origin: Origin) -> bool:
            raise AssertionError("nobody is asked")

        def __eq__(self, other: object) -> bool:
            return self is other

        __hash__ = object.__hash__

    def make(count: int) -> Callable[[], object]:
        new, old = (Policy(allow_origins=[Predicate() for _ in range(count)]) for _ in range(2))
        return lambda: new.diff(old)

    assert_near_linear(make, SIZE)


def test_why_a_preflight_is_not_allowed() -> None:
    """Each of many requested headers against each of many listed ones."""

    def make(count: int) -> Callable[[], object]:
        policy = counted(Policy(allow_origins="*", allow_headers=names(count)))
        preflight = {
            "Origin": "https://app.example.com",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": ",".join([*names(count), "x-other"]),
        }
        return lambda: policy.decide("OPTIONS", preflight).reason

    assert_near_linear(make, SIZE)


PROBLEMS: dict[str, Callable[[int], dict[str, Any]]] = {
    "origins": lambda n: {"allow_origins": [f"{text}/" for text in exact(n)]},
    "wildcards over a suffix": lambda n: {"allow_origins": [f"https://a{number}-*.com" for number in range(n)]},
    "one text with many origins": lambda n: {"allow_origins": [", ".join(exact(n))]},
    "a text in place of a list": lambda n: {"allow_origins": " ".join(exact(n))},
    "expressions": lambda n: {"allow_origins": [rf"^https://a{number}\.example\.com$" for number in range(n)]},
    "methods and headers": lambda n: {
        "allow_origins": "*",
        "allow_methods": [f"P T {number}" for number in range(n)],
        "allow_headers": [f"cookie {number}" for number in range(n)],
    },
    "unknown fields": lambda n: {"allow_origins": "*"} | dict.fromkeys(names(n)),
}


@pytest.mark.parametrize("declared", PROBLEMS.values(), ids=PROBLEMS)
def test_problems(declared: Callable[[int], dict[str, Any]]) -> None:
    def make(count: int) -> Callable[[], object]:
        mapping = declared(count)

        def call() -> str:
            with pytest.raises(PolicyError) as error:
                Policy.from_mapping(mapping)
            return str(error.value)

        return call

    assert_near_linear(make, SIZE)


WHOLE: dict[str, Callable[[Policy], object]] = {
    "repr": repr,
    "mapping": lambda policy: Policy.from_mapping(policy.to_mapping()),
    "replace": lambda policy: policy.replace(max_age=1),
    "equality": lambda policy: (policy == policy.replace(max_age=1), hash(policy)),
    "pickle": lambda policy: pickle.loads(pickle.dumps(policy)),
    "compile": lambda policy: policy.decide("GET", {"Origin": "https://stranger.example"}).headers,
    "why not": lambda policy: policy.decide("GET", {"Origin": "https://stranger.example"}).reason,
}


@pytest.mark.parametrize("use", WHOLE.values(), ids=WHOLE)
def test_what_is_done_with_a_whole_policy(use: Callable[[Policy], object]) -> None:
    def make(count: int) -> Callable[[], object]:
        declared = [*exact(count), *subdomains(count), *(f"https://a{number}-*.example.com" for number in range(count))]
        policy = Policy(allow_origins=declared, allow_headers=names(count), expose_headers=names(count))
        return lambda: use(policy)

    assert_near_linear(make, SIZE)


def test_a_policy_map() -> None:
    policy = Policy(allow_origins="*")

    def make(count: int) -> Callable[[], object]:
        paths = [f"/a{number}/b" for number in range(count)]
        return lambda: [PolicyMap(dict.fromkeys(paths, policy)).resolve(path) for path in paths[:1]]

    assert_near_linear(make, SIZE)
