"""Counters of decisions, read back through the libraries that would export them."""

from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from prometheus_client import CollectorRegistry, generate_latest

from crossorigin import Policy, ReportOnly
from crossorigin.metrics import opentelemetry, prometheus
from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.middleware.engine._routes import Route, RoutePolicies
from tests.middleware.drive import asgi, asgi_app

APP, EVIL = b"https://app.example.com", b"https://evil.example.net"
LISTED = Policy(allow_origins=[APP.decode()], allow_methods=["PUT"])
TRIED = ReportOnly(current=Policy(allow_origins="*"), candidate=LISTED)
PREFLIGHT = [(b"origin", APP), (b"access-control-request-method", b"DELETE")]


def run(hook: Any) -> None:
    """Two allowed, one denied, a preflight, one without Origin; and below /tried one that a candidate would deny."""

    def find(scope: Any, method: str) -> Route:
        return Route(TRIED, name="/tried/{x}") if scope["path"].startswith("/tried/") else Route()

    app = CORSMiddleware(asgi_app(), RoutePolicies(LISTED, find), on_decision=hook)
    for _ in range(2):
        asgi(app, headers=[(b"origin", APP)])
    asgi(app, headers=[(b"origin", EVIL)])
    asgi(app, "OPTIONS", PREFLIGHT)
    asgi(app)
    asgi(app, headers=[(b"origin", EVIL)], path="/tried/1")
    asgi(app, headers=[(b"origin", APP)], path="/tried/2")


EXPECTED = {
    ("actual", True, "allowed", ""): 2,
    ("actual", False, "origin-unlisted", ""): 1,
    ("preflight", False, "method-unlisted", ""): 1,
    ("actual", True, "allowed", "/tried/{x}"): 2,
}
DIFFERENCES = {("actual", False, "origin-unlisted", "/tried/{x}"): 1}


def test_prometheus() -> None:
    registry = CollectorRegistry()
    run(prometheus.DecisionCounter(registry))
    found: dict[str, dict[Any, float]] = {}
    for metric in registry.collect():
        for sample in metric.samples:
            if sample.name.endswith("_total"):
                labels = sample.labels
                key = labels["kind"], labels["allowed"] == "true", labels["reason"], labels["route"]
                found.setdefault(sample.name, {})[key] = sample.value
    assert found == {
        "crossorigin_decisions_total": EXPECTED,
        "crossorigin_candidate_differences_total": DIFFERENCES,
    }
    assert b"evil" not in generate_latest(registry)


def test_prometheus_registers_once() -> None:
    registry = CollectorRegistry()
    prometheus.DecisionCounter(registry)
    with pytest.raises(ValueError, match="Duplicated timeseries"):
        prometheus.DecisionCounter(registry)


def test_opentelemetry() -> None:
    reader = InMemoryMetricReader()
    run(opentelemetry.DecisionCounter(MeterProvider([reader])))
    data = reader.get_metrics_data()
    assert data is not None
    found: dict[str, dict[Any, float]] = {}
    for metric in data.resource_metrics[0].scope_metrics[0].metrics:
        assert metric.unit == "{decision}"
        for point in metric.data.data_points:
            attributes: Any = point.attributes
            key = (
                attributes["crossorigin.kind"],
                attributes["crossorigin.allowed"],
                attributes["crossorigin.reason"],
                attributes.get("http.route", ""),
            )
            found.setdefault(metric.name, {})[key] = point.value
    assert found == {"crossorigin.decisions": EXPECTED, "crossorigin.candidate_differences": DIFFERENCES}
