"""The topics: one file each, a function `cases` in each, tables and products written as data."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from tests.differential._case import Case
from tests.differential.topics import (
    cache,
    cookies,
    credentials,
    exposed,
    features,
    local_network,
    methods,
    no_cors,
    opaque_origins,
    origins,
    random_walks,
    redirects,
    referrers,
    request_headers,
    smoke,
    statuses,
    third_party_cookies,
    urls,
)

_MODULES: tuple[ModuleType, ...] = (
    smoke,
    origins,
    credentials,
    methods,
    request_headers,
    exposed,
    statuses,
    redirects,
    cache,
    no_cors,
    cookies,
    features,
    opaque_origins,
    referrers,
    urls,
    local_network,
    third_party_cookies,
    random_walks,
)


def _cases(module: ModuleType) -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for case in module.cases():
        assert case.name not in cases, f"two cases are called {case.name}"
        cases[case.name] = case
    return cases


TOPICS: Mapping[str, Mapping[str, Case]] = {
    module.__name__.rpartition(".")[2].replace("_", "-"): _cases(module) for module in _MODULES
}
"""Topic -> case's name -> case. A name is unique in all topics: it is a folder of the servers'."""

CASES: Mapping[str, Case] = {name: case for topic in TOPICS.values() for name, case in topic.items()}
assert len(CASES) == sum(map(len, TOPICS.values())), "two topics have a case of the same name"
