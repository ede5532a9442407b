"""Decisions counted for OpenTelemetry.

CORSMiddleware(app, policy, on_decision=DecisionCounter())
"""

from opentelemetry.metrics import MeterProvider, get_meter

from crossorigin.middleware import DecisionEvent

from ._labels import Labels, labels_of


class DecisionCounter:
    """A hook for `on_decision`: counts each request that has an Origin.

    The counter `crossorigin.decisions` has the attributes `crossorigin.kind` (actual, preflight, refused),
    `crossorigin.allowed`, `crossorigin.reason` (the codes of `DecisionCode`), and `http.route` where it is known.
    `crossorigin.candidate_differences` has the same, of what the candidate of a `ReportOnly` would have decided, and
    counts where that differs.

    Args:
        meter_provider: None for the global one.

    Source of `http.route`: https://opentelemetry.io/docs/specs/semconv/attributes-registry/http/
    """

    __slots__ = ("_decisions", "_differences")

    def __init__(self, meter_provider: MeterProvider | None = None) -> None:
        meter = get_meter("crossorigin", meter_provider=meter_provider)
        self._decisions = meter.create_counter(
            "crossorigin.decisions", "{decision}", "CORS decisions on requests that have an Origin."
        )
        self._differences = meter.create_counter(
            "crossorigin.candidate_differences",
            "{decision}",
            "CORS decisions that the candidate of a ReportOnly would make otherwise.",
        )

    def __call__(self, event: DecisionEvent) -> None:
        self._decisions.add(1, _attributes(labels_of(event.decision, event)))
        if event.candidate is not None and event.differs:
            self._differences.add(1, _attributes(labels_of(event.candidate, event)))


def _attributes(labels: Labels) -> dict[str, str | bool]:
    attributes: dict[str, str | bool] = {
        "crossorigin.kind": labels.kind,
        "crossorigin.allowed": labels.allowed == "true",
        "crossorigin.reason": labels.reason,
    }
    if labels.route:
        attributes["http.route"] = labels.route
    return attributes
