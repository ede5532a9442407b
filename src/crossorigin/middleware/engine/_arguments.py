"""What the middlewares are constructed with."""

from collections.abc import Iterable, Iterator, Mapping
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from crossorigin.policy import Policy, PolicyMap, ReportOnly
from crossorigin.standard import Origin

from ._log import shown

if TYPE_CHECKING:
    from datetime import timedelta

    from crossorigin.policy import OriginEntry


RoutePolicy = Policy | ReportOnly
Policies = Policy | ReportOnly | PolicyMap
A = TypeVar("A")


class PolicyFields(TypedDict, total=False):
    """The keywords of `Policy`, for those who write them where Starlette's middleware takes them."""

    allow_origins: "str | Iterable[OriginEntry]"
    allow_methods: str | Iterable[str]
    allow_headers: str | Iterable[str]
    expose_headers: str | Iterable[str]
    allow_credentials: "bool | Iterable[OriginEntry]"
    max_age: "int | timedelta | None"
    refuse_disallowed: bool
    predicate_timeout: float
    preflight_status: int


FIELDS = PolicyFields.__annotations__.keys()
OPTIONS = ("own_origins", "debug", "on_decision", "guard_websockets")


def policies_of(policies: object, fields: Mapping[str, Any], *, taker: str = "CORSMiddleware") -> Policies:
    """The policy given, or the one that the keywords declare. `taker` is who takes it, for the messages.

    Raises:
        TypeError: neither is given, or both are, or the policy is something else, or a keyword is not a field.
        PolicyError: the keywords declare no valid policy.
    """
    if not fields.keys() <= FIELDS:
        from crossorigin.policy import unknown_keywords  # here: it needs what no sound policy does

        raise unknown_keywords(taker, fields, FIELDS, OPTIONS if taker != "cors" else ())
    if policies is None:
        if not fields:
            call = "cors(" if taker == "cors" else f"{taker}(app, "
            raise TypeError(
                f"{taker} needs a policy: {call}Policy(allow_origins=[...])), "
                f"or the fields of one: {call}allow_origins=[...])"
            )
        return Policy(**fields)
    if fields:
        raise TypeError(f"{taker} takes a policy or the fields of one, not both: remove {', '.join(fields)}")
    return checked_policies(policies, taker=taker)


def checked_app(app: A) -> A:
    """The app, which has to be one now and not at the first request.

    Raises:
        TypeError: it cannot be called.
    """
    if not callable(app):
        raise TypeError(f"the app of a CORSMiddleware is called with each request, and {app!r} cannot be called")
    return app


def checked_policies(policies: object, *, taker: str = "CORSMiddleware") -> Policies:
    if not isinstance(policies, Policy | ReportOnly | PolicyMap):
        raise TypeError(
            f"the policy of {taker} is a Policy, a ReportOnly or a PolicyMap, not {type(policies).__name__}: "
            f"write {taker}(app, Policy(allow_origins=[...]))"
        )
    return policies


def check_route_policy(policy: object) -> None:
    """
    Raises:
        TypeError: it is nothing that one route can have.
    """
    if not isinstance(policy, Policy | ReportOnly):
        raise TypeError(
            f"the policy of a route is a Policy, a ReportOnly or None, not {type(policy).__name__}: "
            "write @cors(Policy(allow_origins=[...]))"
        )


def check_hook(hook: object) -> None:
    """
    Raises:
        TypeError: it cannot be called, or what it answers would have to be awaited.
    """
    if not callable(hook):
        raise TypeError(f"on_decision is called with a DecisionEvent, and {shown(hook)} cannot be called")
    if iscoroutinefunction(hook) or iscoroutinefunction(hook.__call__):
        raise TypeError(
            f"on_decision is called and never awaited, and {shown(hook)} is async: make it a plain function, and "
            "let it put the event into a queue where there is something to wait for"
        )


def each_policy(policies: Policies) -> Iterator[Policy]:
    """Every policy that can come to decide, those that are only tried among them."""
    match policies:
        case Policy():
            yield policies
        case ReportOnly():
            yield policies.current
            yield policies.candidate
        case _:
            for policy in policies.policies.values():
                if policy is not None:
                    yield from each_policy(policy)


def own_origins_of(origins: Iterable[str | Origin]) -> frozenset[str]:
    """The origins that the app itself is reached by.

    Raises:
        TypeError: text where a collection is expected.
        ValueError: one is no serialised origin.
    """
    if isinstance(origins, str):
        raise TypeError(f"own_origins is a collection of origins, not text: own_origins=[{origins!r}]")
    return frozenset(str(Origin.parse(str(origin))) for origin in origins)
