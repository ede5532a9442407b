"""Policies that share a URL: which methods another policy governs, and what a preflight says then."""

from typing import Any

import pytest

from crossorigin import Policy, ReportOnly
from crossorigin.middleware.engine import UNBOUND, Route
from crossorigin.middleware.engine._shared_url import USUAL_METHODS, beside_others, methods_of_others

APP = Policy(allow_origins=["https://app.example.com"], allow_methods=["PUT", "DELETE", "PURGE"])
PUBLIC = Policy(allow_origins="*", allow_methods="route")
USUAL = frozenset(USUAL_METHODS)


def others(policy: Any, by_method: Any, methods: Any = ()) -> frozenset[str]:
    route = Route(UNBOUND, frozenset(methods), by_method=by_method)
    return methods_of_others(policy, route, lambda method: Route(), lambda bound: APP if bound is UNBOUND else bound)


@pytest.mark.parametrize(
    ("policy", "by_method", "expected"),
    [
        (APP, {}, set()),
        (APP, {"*": UNBOUND}, set()),
        (APP, {"*": UNBOUND, "GET": PUBLIC}, {"GET"}),
        (APP, {"GET": UNBOUND, "PUT": None}, {"PUT"}),
        (PUBLIC, {"*": UNBOUND, "GET": PUBLIC}, USUAL - {"GET"}),
        (PUBLIC, {"GET": PUBLIC, "LOCK": None}, {"LOCK"}),
        # Equal by meaning: one that was written twice.
        (PUBLIC, {"GET": Policy(allow_origins="*", allow_methods="route")}, set()),
    ],
    ids=["nothing known", "all the app's", "one of a route", "none at all", "all but one", "an unusual one", "alike"],
)
def test_the_methods_that_another_policy_governs(policy: Any, by_method: Any, expected: set[str]) -> None:
    assert others(policy, by_method) == expected


def test_where_the_framework_does_not_know_them_its_router_is_asked_for_each() -> None:
    asked: list[str] = []

    def find(method: str) -> Route:
        asked.append(method)
        if method == "DELETE":
            return Route(None, frozenset({"DELETE"}))
        # Of the path that is there: its 405 lists what it has.
        return Route(PUBLIC, frozenset({"GET", "HEAD"}))

    found = methods_of_others(PUBLIC, Route(PUBLIC, frozenset({"GET", "HEAD"})), find, lambda bound: bound)  # type: ignore[arg-type, return-value]
    assert found == {"DELETE"}
    assert set(asked) == USUAL


def test_methods_that_only_the_policy_lists_are_asked_for_too() -> None:
    asked: list[str] = []
    methods_of_others(APP, Route(), lambda method: asked.append(method) or Route(), lambda bound: APP)  # type: ignore[func-returns-value]
    assert "PURGE" in asked


def test_beside_others_a_policy_lists_what_it_governs_and_is_never_cached() -> None:
    assert beside_others(APP, frozenset({"DELETE"})) == APP.replace(allow_methods=["PUT", "PURGE"], max_age=0)
    everything = Policy(allow_origins="*", allow_methods="*", max_age=600)
    assert set(beside_others(everything, frozenset({"PUT"})).allow_methods) == USUAL - {"PUT"}  # type: ignore[union-attr]
    tried = ReportOnly(current=everything, candidate=APP)
    expected = ReportOnly(
        current=beside_others(everything, frozenset({"DELETE"})),  # type: ignore[arg-type]
        candidate=beside_others(APP, frozenset({"DELETE"})),  # type: ignore[arg-type]
    )
    assert beside_others(tried, frozenset({"DELETE"})) == expected
