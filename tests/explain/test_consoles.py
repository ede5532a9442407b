"""The words of the two browsers for every kind of request, held against what they printed.

Those for fetch(), reason by reason, are held to the recordings of tests/differential there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from crossorigin.browser import PROFILES, ResponseHead, feature_request, page_at, xhr_request
from crossorigin.captures import Statement, read_console
from crossorigin.explain import explain, render_text
from crossorigin.standard import HeaderList
from tests.explain.verdicts import head, run

ORIGINS = {
    "page": "http://page.localhost:8001",
    "api": "http://api.localhost:8002",
    "other": "http://other.localhost:8003",
}

# consoles.jsonl: words as printed by Chromium 156 and Firefox 153 (November 2026). A
# line each: what the page did with {api}/case/x, what the server answered, and the console.
KINDS = [json.loads(line) for line in Path(__file__).with_name("consoles.jsonl").read_text("utf-8").splitlines()]


def _kind_id(row: dict[str, object]) -> str:
    fields = " ".join(str(line).partition(": ")[2] for line in row["answer"])  # type: ignore[attr-defined]
    options = " ".join(f"{k}={v}" for k, v in row.items() if k not in ("api", "answer", "browser", "console"))
    return f"{row['browser']}: {row['api']} {options} <- {fields or 'nothing'}"


@pytest.mark.parametrize("row", KINDS, ids=_kind_id)
def test_the_words_fit_the_kind_of_request(row: dict[str, Any]) -> None:
    def placed(text: str) -> str:
        for label, origin in ORIGINS.items():
            text = text.replace(f"{{{label}}}", origin)
        return text

    page, url = page_at(placed("{page}/")), placed("{api}/case/x")
    options = {name: row[name] for name in ("crossorigin", "destination", "with_credentials", "method") if name in row}
    request = (
        xhr_request(page, url, **options) if row["api"] == "xhr" else feature_request(page, row["api"], url, **options)
    )
    fields = [tuple(placed(line).split(": ", 1)) for line in row["answer"]]
    verdict = run(head(200, fields), page=page, request=request, profile=PROFILES[row["browser"]])  # type: ignore[arg-type]
    cause = explain(verdict).cause
    assert cause is not None
    assert list(getattr(cause.consoles, row["browser"])) == [placed(line) for line in row["console"]]


@pytest.mark.parametrize(
    ("value", "chromium", "firefox"),
    [
        (b"http://p\xe4ge.localhost", r"http://p\u00E4ge.localhost", "http://p\ufffdge.localhost"),
        (b"http://p\xc3\xa4ge.localhost", r"http://p\u00C3\u00A4ge.localhost", "http://päge.localhost"),
    ],
    ids=["latin-1", "UTF-8"],
)
def test_bytes_beyond_ascii_are_quoted_as_each_browser_does(value: bytes, chromium: str, firefox: str) -> None:
    """As measured: Chromium escapes each byte, Firefox takes the value for UTF-8."""
    answer = ResponseHead(status=200, headers=HeaderList(((b"Access-Control-Allow-Origin", value),)))
    cause = explain(run(answer)).cause
    assert cause is not None
    assert f"'{chromium}'" in cause.consoles.chromium[0]
    assert f"‘{firefox}’" in cause.consoles.firefox[0]


WILDCARD = {"Access-Control-Allow-Origin": "*"}
ALLOWED = {"Access-Control-Allow-Origin": "https://app.example.com"}
CANNOT = "Fetch API cannot load https://api.example.com/items/1 due to access control checks."


@pytest.mark.parametrize(
    ("answer", "options", "reason", "words"),
    [
        (
            head(500),
            {},
            "acao-missing",
            "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 500",
        ),
        (
            head(200, {"Access-Control-Allow-Origin": "https://other.example"}),
            {},
            "acao-mismatch",
            "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 200",
        ),
        (
            head(200, WILDCARD),
            {"credentials": "include"},
            "acao-wildcard-credentials",
            "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
        ),
        (
            head(200, {"Access-Control-Allow-Origin": "https://app.example.com, *"}),
            {},
            "acao-multiple",
            "Access-Control-Allow-Origin cannot contain more than one origin.",
        ),
        (
            head(200, ALLOWED),
            {"credentials": "include"},
            "acac-not-true",
            'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".',
        ),
        (
            head(401),
            {"method": "PUT"},
            "preflight.acao-missing",
            "Preflight response is not successful. Status code: 401",
        ),
        (
            head(204, ALLOWED),
            {"method": "PUT"},
            "preflight.method",
            "Method PUT is not allowed by Access-Control-Allow-Methods.",
        ),
        (
            head(204, ALLOWED),
            {"headers": {"X-CSRF-Token": "1"}},
            "preflight.header",
            "Request header field X-CSRF-Token is not allowed by Access-Control-Allow-Headers.",
        ),
        (
            head(204, {**ALLOWED, "Access-Control-Allow-Methods": "a b"}),
            {"method": "PUT"},
            "preflight.acam-invalid",
            "Header Access-Control-Allow-Methods has an invalid value: a b",
        ),
        (
            head(204, {**ALLOWED, "Access-Control-Allow-Headers": "a b"}),
            {"method": "PUT"},
            "preflight.acah-invalid",
            "Header Access-Control-Allow-Headers has an invalid value: a b",
        ),
    ],
)
def test_the_words_of_safari(answer: ResponseHead, options: dict[str, Any], reason: str, words: str) -> None:
    """As WebKit's source has them; and read back, they leave the reason open at most."""
    cause = explain(run(answer, **options)).cause
    assert cause is not None
    assert cause.reason == reason
    assert cause.consoles.webkit == (words, CANNOT)
    assert "Safari" in render_text(explain(run(answer, **options)), verbose=True)
    (said,) = read_console("\n".join(cause.consoles.webkit)).items
    assert isinstance(said, Statement)
    # A preflight's status is judged before its headers.
    assert (reason if answer.status != 401 else "preflight.status") in said.reasons
    assert said.url == "https://api.example.com/items/1"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 302"),
        (ALLOWED, "has credentials"),
    ],
)
def test_the_words_of_safari_for_a_redirect(fields: dict[str, str], words: str) -> None:
    to = "https://a:b@login.example/"
    cause = explain(run(head(302, {**fields, "Location": to}))).cause
    assert cause is not None
    (line,) = cause.consoles.webkit
    assert line.startswith("Cross-origin redirection to https://")
    assert " denied by Cross-Origin Resource Sharing policy: " in line
    assert line.endswith(words)
