"""The page's server and the API, asked by hand over real sockets."""

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any

import pytest

from crossorigin.demo import Demo, PortUnavailable, Prediction
from crossorigin.demo._page import REPORT_LIMIT

Answer = tuple[int, dict[str, str], bytes]


def ask(
    origin: str, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """One request; `headers` replaces everything but framing, Host included if it is given."""
    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=10)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        fields = {name.lower(): value for name, value in response.getheaders() if name.lower() != "date"}
        return response.status, fields, response.read()
    finally:
        connection.close()


def report(demo: Demo, path: str, value: object, **headers: str) -> tuple[int, Any]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    status, _, text = ask(demo.origins.page, "POST", path, {"Origin": demo.origins.page, **headers}, body)
    return status, json.loads(text) if status == 200 else text.decode()


@pytest.fixture(scope="module")
def plan(demo: Demo) -> Any:
    status, plan = report(demo, "/runs", {}, **{"User-Agent": "Mozilla/5.0 Gecko/20100101 Firefox/153.0"})
    assert status == 200
    return plan


def rows(plan: Any) -> dict[str, Any]:
    return {row["id"]: row for group in plan["groups"] for row in group["rows"]}


def test_the_page_is_served_under_a_policy_that_trusts_nothing_else(demo: Demo) -> None:
    status, fields, body = ask(demo.origins.page, "GET", "/")
    api = demo.origins.api
    assert (status, body[:15]) == (200, b"<!doctype html>")
    assert fields == {
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; "
        f"script-src 'self' {api}/module.js {api}/without-cors/module.js; style-src 'self'; img-src 'self' {api}; "
        f"font-src {api}; connect-src 'self' {api}; frame-src {demo.origins.stranger}; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    }


def test_the_stranger_is_the_same_server_under_its_other_name(demo: Demo) -> None:
    host = demo.origins.stranger.removeprefix("http://")
    status, fields, _ = ask(demo.origins.page, "GET", "/stranger.html", {"Host": host})
    assert (status, fields["content-security-policy"].rpartition("; ")[2]) == (
        200,
        f"frame-ancestors {demo.origins.page}",
    )
    status, fields, _ = ask(demo.origins.page, "GET", "/", {"Host": host})
    assert (status, fields["location"]) == (307, f"{demo.origins.page}/")


@pytest.mark.parametrize(
    ("host", "method", "path", "status"),
    [
        ("attacker.example", "GET", "/", 421),
        ("attacker.example", "POST", "/runs", 421),
        (None, "GET", "/stranger.html", 404),
        (None, "GET", "/../_page.py", 404),
        (None, "GET", "/arch.ttf", 404),
        (None, "PUT", "/", 405),
        (None, "HEAD", "/", 200),
    ],
)
def test_other_questions(demo: Demo, host: str | None, method: str, path: str, status: int) -> None:
    headers = {} if host is None else {"Host": host}
    assert ask(demo.origins.page, method, path, headers)[0] == status


@pytest.mark.parametrize("origin", [None, "null", "https://attacker.example", "stranger"])
def test_only_the_page_itself_starts_runs(demo: Demo, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": demo.origins.stranger if origin == "stranger" else origin}
    status, fields, _ = ask(demo.origins.page, "POST", "/runs", headers, b"{}")
    assert status == 403
    assert not [name for name in fields if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        ("/runs", b"", 400),
        ("/runs", b"[]", 400),
        ("/runs", b"[" * 10_000, 400),
        ("/runs", b"\xff", 400),
        ("/runs", b" " * (REPORT_LIMIT + 1) + b"{}", 400),
        ("/", {}, 404),
        ("/runs/nobody/rows/plain-get", {}, 404),
        ("/runs/{run}/rows/nothing", {}, 404),
    ],
)
def test_bad_reports_are_refused(demo: Demo, plan: Any, path: str, value: object, status: int) -> None:
    assert report(demo, path.replace("{run}", plan["run"]), value)[0] == status


def test_the_plan_says_what_was_predicted_for_this_browser(plan: Any, predictions: Mapping[str, Prediction]) -> None:
    assert plan["profile"] == "firefox"
    for name, row in rows(plan).items():
        assert row["prediction"]["result"] == predictions[name].result.to_json()
        assert (row["prediction"]["reason"] is None) == (predictions[name].verdict.reason is None)


def test_every_blocked_row_says_why_where_and_what_to_do(plan: Any) -> None:
    for row in rows(plan).values():
        prediction = row["prediction"]
        if prediction["result"]["facts"]["Outcome"] == "BLOCKED":
            assert prediction["why"]
            assert prediction["evidence"]
            assert prediction["failing"] == len(prediction["result"]["exchanges"]) - 1
            assert any("Reason:" in line for line in prediction["console"].splitlines())


def test_a_browser_that_does_as_predicted_is_said_to(demo: Demo, plan: Any) -> None:
    row = rows(plan)["plain-get"]
    path = row["url"].removeprefix(demo.origins.api)
    as_browser = {"Origin": demo.origins.page, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-site"}
    ask(demo.origins.api, "GET", path, as_browser)
    status, answer = report(demo, f"/runs/{plan['run']}/rows/plain-get", {"outcome": "BLOCKED", "saw": "TypeError"})
    assert (status, answer["differences"]) == (200, [])
    assert answer["result"] == row["prediction"]["result"]


@pytest.mark.parametrize(
    ("origin", "report_of_it", "differences"),
    [
        ("page", {"outcome": "allowed", "saw": "status 200; no fields"}, ["Outcome", "Script gets"]),
        ("stranger", {"outcome": "BLOCKED", "saw": "TypeError"}, ["On the wire"]),
        (None, {"outcome": "BLOCKED", "saw": "TypeError"}, ["API code", "On the wire"]),
        ("page", {"outcome": "not available", "saw": "nothing"}, None),
        (None, {}, ["Outcome", "API code", "Script gets", "On the wire"]),
    ],
    ids=["read it", "sent another Origin", "sent nothing", "could not try", "said nothing"],
)
def test_a_browser_that_does_not_is_told_apart(
    demo: Demo, plan: Any, origin: str | None, report_of_it: object, differences: list[str] | None
) -> None:
    if origin is not None:
        path = rows(plan)["plain-get"]["url"].removeprefix(demo.origins.api)
        fields = {"Origin": getattr(demo.origins, origin), "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-site"}
        ask(demo.origins.api, "GET", path, fields)
    _, answer = report(demo, f"/runs/{plan['run']}/rows/plain-get", report_of_it)
    assert answer["differences"] == differences


def test_the_api_answers_people_without_a_run_too(demo: Demo) -> None:
    assert b"/products/{id}" in ask(demo.origins.api, "GET", "/")[2]
    status, fields, body = ask(demo.origins.api, "PUT", "/products/3", {"Origin": demo.origins.page}, b"a vault")
    assert (status, fields["access-control-allow-origin"]) == (200, demo.origins.page)
    assert json.loads(body) == {"id": "3", "method": "PUT", "product": "a vault"}
    assert ask(demo.origins.api, "GET", "/nothing")[0] == 404
    assert ask(demo.origins.api, "POST", "/with-cors", body=b"x" * 70_000)[0] == 413


def test_foreign_cookies_are_not_recorded(demo: Demo) -> None:
    run = demo.runs.start()
    ask(
        demo.origins.api,
        "GET",
        f"/with-cors?run={run.id}",
        {"Cookie": "session=secret", "Authorization": "Bearer secret"},
    )
    (exchange,) = run.take()
    assert exchange.request == ()
    assert "secret" not in repr(exchange)


def test_old_runs_are_forgotten(demo: Demo) -> None:
    first = demo.runs.start()
    for _ in range(40):
        demo.runs.start()
    assert demo.runs.find(first.id) is None


def taken() -> socket.socket:
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(1)
    return listener


@pytest.mark.parametrize("which", ["api_port", "page_port"])
def test_a_busy_port_is_named_with_the_option_that_chooses_another(which: str) -> None:
    with taken() as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortUnavailable, match=f"port {port} is taken .* --{which.replace('_', '-')}"):
            Demo(**{which: port}).__enter__()


def test_a_busy_page_port_leaves_the_api_port_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    with taken() as listener:
        for _ in range(2):
            with pytest.raises(PortUnavailable, match="--page-port"):
                Demo(api_port=free, page_port=listener.getsockname()[1]).__enter__()


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_a_port_that_is_taken_at_the_other_loopback_address_is_busy_too() -> None:
    """Browsers may look for localhost at ::1 first: they would find somebody else there."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortUnavailable, match=f"port {port} is taken"):
            Demo(page_port=port).__enter__()


def test_one_port_cannot_be_both_origins() -> None:
    with pytest.raises(PortUnavailable, match="one origin"):
        Demo(api_port=8123, page_port=8123).__enter__()


def test_a_port_that_browsers_refuse_is_refused_at_once() -> None:
    with pytest.raises(PortUnavailable, match="browsers refuse to talk to port 6000"):
        Demo(api_port=6000).__enter__()


def test_the_ports_are_free_again_afterwards() -> None:
    with Demo() as first:
        ports = [int(origin.rpartition(":")[2]) for origin in (first.origins.api, first.origins.page)]
    with Demo(api_port=ports[0], page_port=ports[1]) as again:
        assert again.origins == first.origins
