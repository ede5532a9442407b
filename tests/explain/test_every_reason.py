"""Every reason has its words, no words are left over, and no advice opens more than was asked for."""

import re

import pytest

from crossorigin.browser import Reason, page_at
from crossorigin.explain import Explanation, explain, render_html, render_json, render_text
from crossorigin.explain.verdict._reasons import TOLD
from tests.explain.verdicts import NOTHING_SENT, made

EVERY_REASON = pytest.mark.parametrize("reason", Reason, ids=str)

SHORTCUTS = re.compile(
    r"\*|no-cors|wildcard origin|reflect|echo|any origin|all origins|disable|\bnull\b:", re.IGNORECASE
)


def test_there_is_prose_for_every_reason_and_for_nothing_else() -> None:
    assert set(TOLD) == set(Reason)


@EVERY_REASON
def test_every_reason_is_explained_in_all_parts(reason: Reason) -> None:
    explanation = explain(made(reason))
    cause = explanation.cause
    assert cause is not None
    assert cause.reason is reason
    for sentence in (cause.title, cause.what, cause.why, *(fix.text for fix in cause.fixes)):
        assert len(sentence) > 15
        assert sentence[0].isupper() or sentence.startswith("https://")
        assert sentence.rstrip().endswith((".", ":", "?"))
        assert not re.search(r"\{\w*\}", sentence)
    assert explanation.title == cause.title
    assert cause.fixes
    assert cause.evidence
    assert cause.where is not None
    assert cause.where.anchor == "https://fetch.spec.whatwg.org/#concept-cors-check"
    assert cause.where.number == "4"
    assert bool(cause.curl) is (reason not in NOTHING_SENT)
    assert [step.failing for step in explanation.steps] == [False, True]


@EVERY_REASON
@pytest.mark.parametrize("credentials", ["include", "same-origin"])
@pytest.mark.parametrize("page", [page_at("https://app.example.com/"), page_at("null")], ids=["page", "opaque page"])
def test_no_fix_is_a_shortcut(reason: Reason, credentials: str, page: object) -> None:
    for value in ("*", "null", "https://*.example.com", "x"):
        explanation = explain(made(reason, value=value, page=page, credentials=credentials))  # type: ignore[arg-type]
        assert explanation.cause is not None
        for fix in explanation.cause.fixes:
            for advice in (*fix.fields, fix.code):
                # A wildcard that the server has sent already, and that lets the page read, is not narrowed.
                kept = advice.replace("*", "") if value == "*" and credentials != "include" else advice
                assert not SHORTCUTS.search(kept), advice
                assert "Origin: null" not in advice
                assert 'allow_origins=["null"' not in advice
            # A sentence may quote the server's own value; the advice in it may not be one of the three.
            assert not SHORTCUTS.search(fix.text.replace(value, "")), fix.text


HOSTILE = {
    "an ANSI escape": "\x1b[31mred\x1b]0;title\x07",
    "a C1 escape": "\x9b31m",
    "line ends": "a\r\nSet-Cookie: x=1\nb",
    "NUL and DEL": "a\0b\x7f",
    "markup": "<script>alert(1)</script>\"'&",
    "a megabyte": "a" * 1_000_000,
    "a megabyte of commas": "," * 1_000_000,
    "braces": "{origin} {0} %s",
}
ALLOWED = frozenset("\n")


def _is_safe(text: str) -> bool:
    return all(character.isprintable() or character in ALLOWED for character in text)


@EVERY_REASON
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_what_a_server_sends_is_bounded_and_escaped_in_every_form(reason: Reason, value: str) -> None:
    explanation = explain(made(reason, value=value))
    for rendered in (
        render_text(explanation),
        render_text(explanation, verbose=True),
        render_json(explanation),
        render_html(explanation),
    ):
        assert _is_safe(rendered)
        assert len(rendered) < 40_000
    assert "<script>" not in render_html(explanation)
    assert "\r" not in render_text(explanation, verbose=True)


@pytest.mark.parametrize(
    "value", ["\u202egnirts", "\u2066x\u2069", "a\u200bb", "\u2028", "\ud800", "\ufeff"], ids=ascii
)
def test_bidirectional_and_invisible_characters_are_shown_as_escapes(value: str) -> None:
    explanation = explain(made(Reason.TRANSPORT, value=value))
    for rendered in (render_text(explanation, verbose=True), render_json(explanation), render_html(explanation)):
        assert _is_safe(rendered)
        assert rendered.encode()


def test_an_explanation_reads_as_its_text() -> None:
    explanation: Explanation = explain(made(Reason.ACAO_MISSING))
    assert str(explanation) == render_text(explanation)
