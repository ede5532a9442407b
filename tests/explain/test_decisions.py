"""The server half's decisions in words."""

import pytest

from crossorigin.explain import DECISION_PROSE, explain_decision, render_decision
from crossorigin.policy import DecisionCode, Policy

POLICY = Policy(
    allow_origins=["https://app.example.com", "https://*.example.org"],
    allow_methods=["PUT"],
    allow_headers=["content-type"],
    allow_credentials=True,
)


def preflight(
    method: str = "PUT", headers: str = "content-type", origin: str = "https://app.example.com"
) -> dict[str, str]:
    return {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}


def test_there_is_prose_for_every_code_and_for_nothing_else() -> None:
    assert set(DECISION_PROSE) == set(DecisionCode)


@pytest.mark.parametrize("code", DecisionCode, ids=str)
def test_no_advice_is_a_shortcut(code: DecisionCode) -> None:
    assert "*" not in DECISION_PROSE[code][2]


def test_the_rule_that_decided_is_named() -> None:
    text = render_decision(POLICY.decide("OPTIONS", preflight(origin="https://a.example.org")))
    assert text.startswith("PREFLIGHT  The policy allows it. [allowed]\n")
    assert "allow_origins[1] decided" in text
    assert "    Access-Control-Allow-Origin: https://a.example.org\n" in text


@pytest.mark.parametrize(
    ("headers", "code", "advice"),
    [
        (
            preflight(origin="https://other.example"),
            DecisionCode.ORIGIN_UNLISTED,
            'allow_origins = [..., "https://other.example"]',
        ),
        (preflight(method="DELETE"), DecisionCode.METHOD_UNLISTED, 'allow_methods = [..., "DELETE"]'),
        (preflight(headers="content-type,x-a"), DecisionCode.HEADER_UNLISTED, 'allow_headers = [..., "x-a"]'),
    ],
    ids=["origin", "method", "header"],
)
def test_what_is_missing_is_what_to_add(headers: dict[str, str], code: DecisionCode, advice: str) -> None:
    explanation = explain_decision(POLICY.decide("OPTIONS", headers))
    assert explanation.code is code
    assert not explanation.allowed
    assert explanation.fix is not None
    assert explanation.fix.code == advice


@pytest.mark.parametrize("origin", ["null", "file://"])
def test_what_anyone_can_send_is_not_advised(origin: str) -> None:
    explanation = explain_decision(POLICY.decide("GET", {"Origin": origin}))
    assert explanation.fix is not None
    assert explanation.fix.code == ""
    assert "do not allow it" in explanation.fix.text


def test_a_stranger_s_origin_is_safe_to_print() -> None:
    text = render_decision(POLICY.decide("GET", {"Origin": "\x1b[31m" + "x" * 100_000}))
    assert all(character.isprintable() or character == "\n" for character in text)
    assert len(text) < 3000
    assert all(len(line) <= 80 for line in text.splitlines())
