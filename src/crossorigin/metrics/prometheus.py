"""Decisions counted for Prometheus.

CORSMiddleware(app, policy, on_decision=DecisionCounter())
"""

from prometheus_client import REGISTRY, CollectorRegistry, Counter

from crossorigin.middleware import DecisionEvent

from ._labels import Labels, labels_of


class DecisionCounter:
    """A hook for `on_decision`: counts each request that has an Origin.

    `crossorigin_decisions_total` has the labels `kind` (actual, preflight, refused), `allowed`, `reason` (the codes of
    `DecisionCode`) and `route`. `crossorigin_candidate_differences_total` has the same, of what the candidate of a
    `ReportOnly` would have decided, and counts where that differs.

    Args:
        registry: where the counters are registered.

    Raises:
        ValueError: the registry has these counters already: make one hook, and give it to every middleware.

    >>> registry = CollectorRegistry()
    >>> counter = DecisionCounter(registry)
    >>> registry.get_sample_value("crossorigin_candidate_differences_total") is None
    True
    """

    __slots__ = ("_decisions", "_differences")

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._decisions = Counter(
            "crossorigin_decisions",
            "CORS decisions on requests that have an Origin.",
            Labels._fields,
            registry=registry,
        )
        self._differences = Counter(
            "crossorigin_candidate_differences",
            "CORS decisions that the candidate of a ReportOnly would make otherwise.",
            Labels._fields,
            registry=registry,
        )

    def __call__(self, event: DecisionEvent) -> None:
        self._decisions.labels(*labels_of(event.decision, event)).inc()
        if event.candidate is not None and event.differs:
            self._differences.labels(*labels_of(event.candidate, event)).inc()
