"""What both middlewares are constructed with."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from crossorigin.policy import Policy, PolicyMap
from crossorigin.standard import Origin

if TYPE_CHECKING:
    from datetime import timedelta

    from crossorigin.policy import OriginEntry

Policies = Policy | PolicyMap
A = TypeVar("A")


class PolicyFields(TypedDict, total=False):
    """The keywords of `Policy`, for those who write them where Starlette's middleware takes them."""

    allow_origins: "str | Iterable[OriginEntry]"
    allow_methods: str | Iterable[str]
    allow_headers: str | Iterable[str]
    expose_headers: str | Iterable[str]
    allow_credentials: bool
    max_age: "int | timedelta | None"
    refuse_disallowed: bool
    predicate_timeout: float
    preflight_status: int


def policies_of(policies: Policies | None, fields: Mapping[str, Any]) -> Policies:
    """The policy given, or the one that the keywords declare.

    Raises:
        TypeError: neither is given, or both are, or the policy is something else.
        PolicyError: the keywords declare no valid policy.
    """
    if policies is None:
        if not fields:
            raise TypeError(
                "CORSMiddleware needs a policy: CORSMiddleware(app, Policy(allow_origins=[...])), "
                "or the fields of one: CORSMiddleware(app, allow_origins=[...])"
            )
        return Policy(**fields)
    if fields:
        raise TypeError(f"CORSMiddleware takes a policy or the fields of one, not both: remove {', '.join(fields)}")
    return checked_policies(policies)


def checked_app(app: A) -> A:
    """The app, which has to be one now and not at the first request.

    Raises:
        TypeError: it cannot be called.
    """
    if not callable(app):
        raise TypeError(f"the app of a CORSMiddleware is called with each request, and {app!r} cannot be called")
    return app


def checked_policies(policies: Policies) -> Policies:
    if not isinstance(policies, Policy | PolicyMap):
        raise TypeError(
            f"the policy of a CORSMiddleware is a Policy or a PolicyMap, not {type(policies).__name__}: "
            "write CORSMiddleware(app, Policy(allow_origins=[...]))"
        )
    return policies


def each_policy(policies: Policies) -> Iterator[Policy]:
    if isinstance(policies, Policy):
        yield policies
    else:
        yield from (policy for policy in policies.policies.values() if policy is not None)


def own_origins_of(origins: Iterable[str | Origin]) -> frozenset[str]:
    """The origins that the app itself is reached by.

    Raises:
        TypeError: text where a collection is expected.
        ValueError: one is no serialised origin.
    """
    if isinstance(origins, str):
        raise TypeError(f"own_origins is a collection of origins, not text: own_origins=[{origins!r}]")
    return frozenset(str(Origin.parse(str(origin))) for origin in origins)
