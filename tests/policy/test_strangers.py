"""Wildcards that would let strangers in: all that the public suffix list names, and none of what people own."""

import pytest

from crossorigin import Policy, PolicyError, dangerously
from crossorigin.policy._origins import refusals
from crossorigin.standard import is_public_suffix, public_suffixes_below, registrable_domain
from crossorigin.standard._hosts import _parents_of_public_suffixes

PARENTS = sorted(
    parent for parent in _parents_of_public_suffixes() if public_suffixes_below(parent) and not is_public_suffix(parent)
)


def test_a_wildcard_over_a_parent_of_public_suffixes_is_refused_and_names_a_host_that_strangers_can_have() -> None:
    assert {"amazonaws.com", "windows.net", "core.windows.net", "fastly.net", "za"} <= set(PARENTS)
    for parent in PARENTS:
        pattern = f"https://*.{parent}"
        ((code, host),) = refusals(pattern, credentials=True)
        assert code == "origin-public-suffix-below"
        assert registrable_domain(host) == host
        lifted = Policy(allow_origins=[dangerously(pattern, because="a test")], allow_credentials=True)
        assert lifted.decide("GET", {"Origin": f"https://{host}"}).allowed
        assert lifted.advice() == ()


def test_a_label_pattern_that_matches_a_public_suffix_is_refused_and_names_it() -> None:
    seen = 0
    for parent in PARENTS:
        for suffix in public_suffixes_below(parent):
            label, _, rest = suffix.partition(".")
            if rest != parent or len(label) == 1:
                continue
            pattern = f"https://{label[:-1]}*.{parent}:8443"
            ((code, host),) = refusals(pattern, credentials=False)
            assert code == "origin-public-suffix-below"
            assert is_public_suffix(host)
            lifted = Policy(allow_origins=[dangerously(pattern, because="a test")])
            assert lifted.decide("GET", {"Origin": f"https://{host}:8443"}).allowed
            seen += 1
    assert seen > 100


@pytest.mark.parametrize(
    "pattern",
    [
        "https://*.example.com",
        "https://*.preview.example.com:*",
        "https://*.github.com",
        "https://*.google.com",
        "https://*.me.github.io",
        "https://*.my-bucket.s3.amazonaws.com",
        "https://my-app-*.amazonaws.com",
        "https://*-preview.windows.net",
        "https://pr-*--shop.netlify.app",
        "https://*.internal",
        "http://*.localhost:*",
        "https://*.city.kobe.jp",
        "https://s3.amazonaws.com",
        "https://s3.amazonaws.com:*",
    ],
)
def test_what_people_own_is_not_refused(pattern: str) -> None:
    assert refusals(pattern, credentials=False) == []


def test_the_message_shows_a_strangers_host_and_what_to_write() -> None:
    with pytest.raises(PolicyError) as error:
        Policy(allow_origins=["https://*.amazonaws.com"])
    (problem,) = error.value.problems
    assert problem.message.startswith("'https://*.amazonaws.com' also allows stranger.s3.amazonaws.com: ")
    assert problem.hint.startswith("name your own domain, list the origins, or dangerously('https://*.amazonaws.com'")
