"""Every reason can come about, and carries the evidence that its row promises."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from crossorigin.browser import (
    CHROMIUM,
    Answer,
    Hooks,
    NetworkFailure,
    Page,
    ReadableStream,
    Reason,
    Request,
    feature_request,
    fetch_request,
    page_at,
)
from crossorigin.browser._evidence import EVIDENCE
from tests.browser.scripted import ACAC, ACAO, API, PAGE, head, play

STAR = ("Access-Control-Allow-Origin", "*")
PLAIN = fetch_request(PAGE, API)
INCLUDE = fetch_request(PAGE, API, credentials="include")
PUT = fetch_request(PAGE, API, method="PUT")
PUT_INCLUDE = fetch_request(PAGE, API, method="PUT", credentials="include")
HEADERS = fetch_request(PAGE, API, headers={"Authorization": "t"})
IMAGE = feature_request(PAGE, "image", API)
STREAM = fetch_request(PAGE, API, method="POST", body=ReadableStream(b"x"), duplex="half")
ISOLATED = page_at("https://app.example/", embedder_policy="require-corp")
PUBLIC = page_at("https://app.example/", address_space="public")
INSECURE = page_at("http://app.example/", address_space="public")
LOCAL = "http://127.0.0.1/"


def acao(value: str) -> tuple[str, str]:
    return "Access-Control-Allow-Origin", value


def to(url: str) -> tuple[str, str]:
    return "Location", url


@dataclass(frozen=True)
class Case:
    request: Request
    answers: tuple[Answer, ...] = ()
    page: Page = PAGE
    context: dict[str, Any] = field(default_factory=dict)


def case(request: Request, *answers: Answer, page: Page = PAGE, **context: Any) -> Case:
    return Case(request, answers, page, context)


CASES = {
    Reason.ACAO_MISSING: case(PLAIN, head()),
    Reason.ACAO_MULTIPLE: case(PLAIN, head(200, acao("a, b"))),
    Reason.ACAO_INVALID: case(PLAIN, head(200, acao("a"))),
    Reason.ACAO_MISMATCH: case(PLAIN, head(200, acao("https://evil.example"))),
    Reason.ACAO_WILDCARD_CREDENTIALS: case(INCLUDE, head(200, STAR)),
    Reason.ACAC_NOT_TRUE: case(INCLUDE, head(200, ACAO)),
    Reason.PREFLIGHT_ACAO_MISSING: case(PUT, head()),
    Reason.PREFLIGHT_ACAO_MULTIPLE: case(PUT, head(200, acao("a, b"))),
    Reason.PREFLIGHT_ACAO_INVALID: case(PUT, head(200, acao("a"))),
    Reason.PREFLIGHT_ACAO_MISMATCH: case(PUT, head(200, acao("https://evil.example"))),
    Reason.PREFLIGHT_ACAO_WILDCARD_CREDENTIALS: case(PUT_INCLUDE, head(200, STAR)),
    Reason.PREFLIGHT_ACAC_NOT_TRUE: case(PUT_INCLUDE, head(200, ACAO)),
    Reason.PREFLIGHT_STATUS: case(PUT, head(404, ACAO)),
    Reason.PREFLIGHT_REDIRECT: case(PUT, head(302, ACAO, to("/"))),
    Reason.PREFLIGHT_ACAM_INVALID: case(PUT, head(200, ACAO, ("Access-Control-Allow-Methods", "@"))),
    Reason.PREFLIGHT_ACAH_INVALID: case(PUT, head(200, ACAO, ("Access-Control-Allow-Headers", "@"))),
    Reason.PREFLIGHT_METHOD: case(PUT, head(200, ACAO)),
    Reason.PREFLIGHT_HEADER: case(HEADERS, head(200, ACAO)),
    Reason.PREFLIGHT_AUTHORIZATION_WILDCARD: case(HEADERS, head(200, ACAO, ("Access-Control-Allow-Headers", "*"))),
    Reason.REDIRECT_ERROR_MODE: case(fetch_request(PAGE, "/x", redirect="error"), head(302)),
    Reason.REDIRECT_TOO_MANY: case(PLAIN, *[head(302, STAR, to(API))] * 21),
    Reason.REDIRECT_LOCATION: case(PLAIN, head(302, STAR, to("https://"))),
    Reason.REDIRECT_SCHEME: case(PLAIN, head(302, STAR, to("data:,x"))),
    Reason.REDIRECT_USERINFO: case(PLAIN, head(302, STAR, to("https://u@a.example/"))),
    Reason.REDIRECT_STREAM_BODY: case(STREAM, head(200, STAR), head(307, STAR, to("/"))),
    Reason.STREAM_BODY: case(STREAM, head(200, STAR), head(200, STAR, version="HTTP/1.1")),
    Reason.KEEPALIVE_LIMIT: case(fetch_request(PAGE, "/x", method="POST", body=b"x" * 70000, keepalive=True)),
    Reason.ONLY_IF_CACHED: case(fetch_request(PAGE, "/x", mode="same-origin", cache="only-if-cached")),
    Reason.MODE_SAME_ORIGIN: case(feature_request(PAGE, "worker", API)),
    Reason.NOCORS_REDIRECT_MODE: case(fetch_request(PAGE, API, mode="no-cors", redirect="manual")),
    Reason.SCHEME: case(fetch_request(PAGE, "about:blank")),
    Reason.BAD_PORT: case(fetch_request(PAGE, "https://a.example:22/")),
    Reason.MIXED_CONTENT: case(fetch_request(PAGE, "http://a.example/")),
    Reason.CSP: case(PLAIN, hooks=Hooks(csp=lambda _request, _url: "connect-src")),
    Reason.CORP_SAME_ORIGIN: case(IMAGE, head(200, ("Cross-Origin-Resource-Policy", "same-origin"))),
    Reason.CORP_SAME_SITE: case(IMAGE, head(200, ("Cross-Origin-Resource-Policy", "same-site"))),
    Reason.CORP_EMBEDDER_POLICY: case(IMAGE, head(), page=ISOLATED),
    Reason.ORB: case(IMAGE, head(), hooks=Hooks(orb=lambda _url, _headers: True)),
    Reason.MIME_TYPE: case(feature_request(PAGE, "script", API), head(200, ("Content-Type", "image/png"))),
    Reason.NOSNIFF: case(feature_request(PAGE, "script", API), head(200, ("X-Content-Type-Options", "nosniff"))),
    Reason.PROXY_AUTHENTICATION: case(PLAIN, head(407, STAR)),
    Reason.WEBSOCKET_HANDSHAKE: case(feature_request(PAGE, "websocket", API), head(200)),
    Reason.LNA_INSECURE: case(fetch_request(INSECURE, LOCAL), page=INSECURE, profile=CHROMIUM),
    Reason.LNA_DENIED: case(
        fetch_request(PUBLIC, LOCAL),
        page=PUBLIC,
        profile=CHROMIUM,
        hooks=Hooks(local_network_permission=lambda _space: False),
    ),
    Reason.LNA_MISMATCH: case(
        fetch_request(PUBLIC, LOCAL, target_address_space="local"), page=PUBLIC, profile=CHROMIUM
    ),
    Reason.TRANSPORT: case(PLAIN, NetworkFailure(kind="dns")),
    Reason.OPAQUE: case(IMAGE, head()),
    Reason.OPAQUE_REDIRECT: case(fetch_request(PAGE, "/x", redirect="manual"), head(302)),
}


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_comes_about_with_its_evidence(reason: Reason) -> None:
    """`play` holds each finding's evidence against the table."""
    given = CASES[reason]
    verdict = play(given.request, *given.answers, page=given.page, **given.context).verdict
    assert verdict.reason is reason
    failed = [step for step in walk(verdict.steps) if step.finding is not None]
    if not reason.startswith("opaque"):
        assert [step.finding for step in failed] == [verdict.finding]
        assert not any(step.ok for step in failed)


def walk(steps: Any) -> list[Any]:
    return [found for step in steps for found in (step, *walk(step.steps))]


def test_the_table_of_evidence_has_a_row_for_every_reason() -> None:
    assert set(EVIDENCE) == set(Reason)
    assert all(row[0] == "url" for row in EVIDENCE.values())


def test_credentialed_evidence_keeps_what_was_there() -> None:
    verdict = play(INCLUDE, head(200, ACAO, (ACAC[0], "yes"))).verdict
    assert verdict.finding is not None
    assert verdict.finding.evidence == (
        ("url", API),
        ("access-control-allow-credentials", "yes"),
        ("access-control-allow-origin", "https://app.example"),
        ("status", "200"),
    )
