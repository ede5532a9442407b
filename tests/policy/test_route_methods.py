"""`allow_methods="route"`: held as a word, and nothing decides by it before the route has said its methods."""

import pytest

from crossorigin import Policy, PolicyError, PolicyMap, ReportOnly
from crossorigin.policy import compile_policy

OF_ROUTE = Policy(allow_origins=["https://app.example.com"], allow_methods="route", max_age=60)


def test_it_is_written_as_the_word_that_it_is() -> None:
    assert repr(OF_ROUTE) == ("Policy(allow_origins=['https://app.example.com'], allow_methods='route', max_age=60)")
    assert OF_ROUTE.to_mapping()["allow_methods"] == "route"
    assert Policy.from_mapping(OF_ROUTE.to_mapping()) == OF_ROUTE
    assert OF_ROUTE.replace(max_age=5).needs_route


def test_the_methods_of_the_route_stand_in_its_place() -> None:
    assert OF_ROUTE.for_route({"PUT", "DELETE"}) == OF_ROUTE.replace(allow_methods=["DELETE", "PUT"])
    assert OF_ROUTE.for_route([]) == OF_ROUTE.replace(allow_methods=[])


def test_what_no_page_can_send_is_left_out() -> None:
    methods = ["TRACE", "CONNECT", "patch", "not a token", "", "PUT"]
    assert OF_ROUTE.for_route(methods).allow_methods == ("PUT",)


def test_a_route_that_takes_every_method_says_so() -> None:
    assert OF_ROUTE.for_route(["*"]).allow_methods == ("*",)


def test_any_other_policy_is_the_same_for_every_route() -> None:
    policy = Policy(allow_origins="*", allow_methods=["PUT"])
    assert policy.for_route(["DELETE"]) is policy
    tried = ReportOnly(current=policy, candidate=OF_ROUTE).for_route(iter(["DELETE"]))
    assert tried == ReportOnly(current=policy, candidate=OF_ROUTE.replace(allow_methods=["DELETE"]))


@pytest.mark.parametrize("use", [compile_policy, lambda policy: policy.decide("GET", {})], ids=["compile", "decide"])
def test_who_knows_no_routes_is_told_so(use: object) -> None:
    with pytest.raises(PolicyError) as raised:
        use(OF_ROUTE)  # type: ignore[operator]
    (problem,) = raised.value.problems
    assert (problem.code, problem.where) == ("method-route-unknown", "allow_methods")
    assert "crossorigin.middleware.starlette" in problem.hint


def test_report_only_takes_policies() -> None:
    with pytest.raises(TypeError, match=r"ReportOnly\(candidate=...\) takes a Policy, not dict"):
        ReportOnly(current=OF_ROUTE, candidate={})  # type: ignore[arg-type]


def test_a_map_takes_policies_that_are_only_tried_and_refuses_as_the_current_one_does() -> None:
    refusing = OF_ROUTE.replace(allow_methods=[], refuse_disallowed=True)
    policies = PolicyMap({"/": ReportOnly(current=refusing, candidate=OF_ROUTE), "/x/": None})
    assert policies.nobody.refuse_disallowed
    assert not PolicyMap({"/": ReportOnly(current=OF_ROUTE, candidate=refusing)}).nobody.refuse_disallowed
