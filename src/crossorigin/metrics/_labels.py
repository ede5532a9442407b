"""What decisions are counted by."""

from typing import NamedTuple

from crossorigin.middleware import DecisionEvent
from crossorigin.policy import Decision


class Labels(NamedTuple):
    """Of a bounded number each: `kind`, `allowed` and `reason` by their nature, `route` by the routes of the app."""

    kind: str
    allowed: str
    reason: str
    route: str


def labels_of(decision: Decision, event: DecisionEvent) -> Labels:
    """The labels of an event's decision, or of its candidate's. The route is "" where none is known."""
    reason = decision.reason
    return Labels(decision.kind, "true" if reason.allowed else "false", str(reason.code), event.route or "")
