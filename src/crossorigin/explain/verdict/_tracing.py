"""Request headers that nobody wrote: a library that traces requests wraps fetch() and adds them.

Each says where its library is told which servers get them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tracer:
    """A library that adds request headers: its name, and the setting that limits it to one's own servers."""

    name: str
    setting: str


SENTRY = Tracer("Sentry", "tracePropagationTargets")
DATADOG = Tracer("Datadog RUM", "allowedTracingUrls")
NEW_RELIC = Tracer("New Relic Browser", "distributed_tracing.allowed_origins")
ELASTIC = Tracer("Elastic APM", "distributedTracingOrigins")
APPLICATION_INSIGHTS = Tracer("Application Insights", "correlationHeaderExcludedDomains")
ZIPKIN = Tracer("a tracer that sends B3 headers (Zipkin, OpenTelemetry)", "propagateTraceHeaderCorsUrls")
OPEN_TELEMETRY = Tracer("a tracer (OpenTelemetry, Sentry, Grafana Faro)", "propagateTraceHeaderCorsUrls")

TRACERS: dict[str, Tracer] = {
    "sentry-trace": SENTRY,
    "baggage": Tracer("a tracer (Sentry, OpenTelemetry)", "tracePropagationTargets"),
    "traceparent": OPEN_TELEMETRY,
    "tracestate": OPEN_TELEMETRY,
    "b3": ZIPKIN,
    "newrelic": NEW_RELIC,
    "elastic-apm-traceparent": ELASTIC,
    "request-id": APPLICATION_INSIGHTS,
    "request-context": APPLICATION_INSIGHTS,
    "uber-trace-id": Tracer("Jaeger", "the tracer's list of target URLs"),
    "x-cloud-trace-context": Tracer("a Google Cloud tracer", "the tracer's list of target URLs"),
    "x-amzn-trace-id": Tracer("AWS CloudWatch RUM", "addXRayTraceIdHeader"),
}
PREFIXES: tuple[tuple[str, Tracer], ...] = (("x-datadog-", DATADOG), ("x-b3-", ZIPKIN))


def tracer_of(name: str) -> Tracer | None:
    """The library that adds a request header of this name, None where a person wrote it.

    >>> tracer_of("X-Datadog-Trace-Id").name
    'Datadog RUM'
    """
    lower = name.lower()
    known = TRACERS.get(lower)
    return known or next((tracer for prefix, tracer in PREFIXES if lower.startswith(prefix)), None)
