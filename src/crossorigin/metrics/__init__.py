"""Decisions counted, where a metrics library is installed: `crossorigin.metrics.prometheus`, `.opentelemetry`.

Each has a `DecisionCounter`, a hook for `on_decision`. What it counts by is bounded: never an origin or a path,
of which strangers could send any number.
"""

__all__: list[str] = []
