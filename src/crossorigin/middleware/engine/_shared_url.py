"""Policies that share a URL: a browser's preflight cache holds for the URL, whatever policy answered.

A preflight that one policy answers must not open the method of another. So it lists only the methods that its own
policy governs; and since a cached header is good for every method of the URL, it is not cached at all.
"""

from collections.abc import Callable, Iterable

from crossorigin.policy import Policy, ReportOnly

from ._arguments import RoutePolicy
from ._bindings import Binding
from ._routes import Route

USUAL_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


def methods_of_others(
    policy: RoutePolicy, route: Route, find: Callable[[str], Route], in_force: Callable[[Binding], RoutePolicy | None]
) -> frozenset[str]:
    """The methods of a URL that another policy governs than the one that governs this route.

    Args:
        policy: that of the route.
        find: the route of the same URL with another method.
        in_force: the policy for what is bound: the app's where nothing is.
    """
    names = {*USUAL_METHODS, *route.methods, *_listed(policy)} - {"*"}
    by_method = route.by_method
    if by_method is None:
        by_method = {
            name: other.policy
            for name in names
            # A path that is there without the method answers 405, whoever's it is.
            if not (other := find(name)).methods or not other.methods.isdisjoint((name, "*"))
        }
    elif "*" in by_method:
        by_method = {**dict.fromkeys(names, by_method["*"]), **by_method}
    return frozenset(name for name, bound in by_method.items() if name != "*" and in_force(bound) != policy)


def beside_others(policy: RoutePolicy, others: frozenset[str]) -> RoutePolicy:
    """The policy as it answers a preflight for a URL of which `others` are the methods of other policies.

    >>> from crossorigin import Policy
    >>> beside_others(Policy(allow_origins="*", allow_methods="*"), frozenset({"DELETE", "PUT"}))
    Policy(allow_origins='*', allow_methods=['GET', 'HEAD', 'PATCH', 'POST'], max_age=0)
    """
    if isinstance(policy, ReportOnly):
        return ReportOnly(current=_beside(policy.current, others), candidate=_beside(policy.candidate, others))
    return _beside(policy, others)


def _beside(policy: Policy, others: frozenset[str]) -> Policy:
    listed: Iterable[str] = policy.allow_methods
    if "*" in listed:
        listed = dict.fromkeys((*listed, *USUAL_METHODS))
    return policy.replace(allow_methods=[name for name in listed if name != "*" and name not in others], max_age=0)


def _listed(policy: RoutePolicy) -> tuple[str, ...]:
    policies = (policy.current, policy.candidate) if isinstance(policy, ReportOnly) else (policy,)
    return tuple(name for one in policies for name in one.allow_methods if one.allow_methods != ("route",))
