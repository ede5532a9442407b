"""The routes for which `allow_methods="route"` cannot say the methods, because the framework does not know them."""

from collections.abc import Iterable, Iterator

from crossorigin.policy import Policy, PolicyMap, ReportOnly

from ._arguments import Policies, each_policy
from ._bindings import Binding, Unbound, bindings_in_reach
from ._routes import RoutePolicies


def untold_routes(policies: RoutePolicies, bound: Iterable[Binding] | None = None) -> Iterator[str]:
    """The names of these routes. None is looked at if no policy of the app's asks for methods.

    Args:
        bound: what is bound in the app's reach, if that is known.
    """
    bound = bindings_in_reach(policies.targets) if bound is None else bound
    if any(map(_needs_methods, (policies.default, *bound))):
        for route in policies.untold():
            policy = policies.default if isinstance(route.policy, Unbound) else route.policy
            if isinstance(policy, PolicyMap):  # as far as a name says which one it is
                policy = policy.resolve(route.name or "/")
            if route.name and _needs_methods(policy):
                yield route.name


def _needs_methods(policy: Policies | Unbound | None) -> bool:
    if not isinstance(policy, Policy | ReportOnly | PolicyMap):
        return False
    return any(one.needs_route for one in each_policy(policy))
