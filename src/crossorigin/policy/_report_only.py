"""A policy in force beside one that is only tried: so that `*` can be tightened without breaking anyone."""

from collections.abc import Iterable
from dataclasses import dataclass

from ._policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOnly:
    """Serve `current`, and tell where `candidate` would decide otherwise. Stands wherever middleware takes a policy.

    What the candidate would have decided is in `DecisionEvent.candidate`, for `on_decision`; without a hook, a warning
    in the log says it once for each place.

    Raises:
        TypeError: one of them is no `Policy`.

    >>> tried = ReportOnly(current=Policy(allow_origins="*"), candidate=Policy(allow_origins=["https://app.example.com"]))
    >>> tried.current.allow_origins
    ('*',)
    """

    current: Policy
    candidate: Policy

    def __post_init__(self) -> None:
        for name in ("current", "candidate"):
            value = getattr(self, name)
            if not isinstance(value, Policy):
                raise TypeError(f"ReportOnly({name}=...) takes a Policy, not {type(value).__name__}")

    def for_route(self, methods: Iterable[str]) -> "ReportOnly":
        """Both policies for a route that has these methods: see `Policy.for_route`."""
        known = tuple(methods)
        return ReportOnly(current=self.current.for_route(known), candidate=self.candidate.for_route(known))
