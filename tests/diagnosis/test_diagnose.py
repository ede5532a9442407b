"""What a paste comes to: the reason, what is known of the request, how surely, and a fix that names the cause."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import crossorigin.diagnosis
from crossorigin.browser import Reason
from crossorigin.captures import NOT_CORS, CaptureError, Provenance, Statement, read_text
from crossorigin.captures import Capture as Captured
from crossorigin.diagnosis import Report, diagnose, plan, report_json, report_lines
from crossorigin.diagnosis._not_cors import TOLD

PASTED = Path(__file__).parent.parent / "captures" / "pasted"
SCHEMA = json.loads((Path(crossorigin.diagnosis.__file__).parent / "explain-1.schema.json").read_text("utf-8"))
APP = "https://app.example.com"


def diagnosed(text: str, origin: str | None = None) -> Report:
    return diagnose(read_text(text), origin=origin)


MISSING = "No 'Access-Control-Allow-Origin' header is present on the requested resource."


def refused(url: str, why: str) -> str:
    return f"Access to fetch at '{url}' from origin '{APP}' has been blocked by CORS policy: {why}"


def of_file(name: str) -> Report:
    return diagnosed((PASTED / name).read_text("utf-8"))


def text_of(report: Report, width: int = 80) -> str:
    return "\n".join("".join(span.text for span in line) for line in report_lines(report, width=width))


# Each with: reasons, url, origin, method, status, and words of the first finding's fix.
EXPECTED = [
    ("chrome-01-500.txt", ["acao-missing"], "https://api.example.com/v1/orders?page=2", APP, "GET", 500, "log"),
    (
        "chrome-03-preflight-redirect-slash.txt",
        ["preflight.redirect"],
        "https://api.example.com/api/items",
        APP,
        "POST",
        None,
        "trailing slash",
    ),
    (
        "chrome-05-tracing-header.txt",
        ["preflight.header"],
        "https://cdn.example.net/spaces/1/entries?content_type=page",
        APP,
        "GET",
        None,
        "tracePropagationTargets",
    ),
    ("chrome-06-loopback.txt", ["lna.denied"], "http://localhost:8080/api/v1/status", APP, "GET", None, "permission"),
    (
        "chrome-07-login-redirect.txt",
        ["acao-missing"],
        "https://app.example.com/api/values",
        APP,
        "GET",
        None,
        "location.assign",
    ),
    (
        "chrome-09-twice.txt",
        ["acao-multiple"],
        "https://fn.example.net/health",
        APP,
        "GET",
        200,
        "Remove it from all but one",
    ),
    ("chrome-13-tainted-canvas.txt", ["opaque"], None, None, None, None, "crossOrigin"),
    ("chrome-18-mixed-content.txt", ["mixed-content"], "http://api.example.net/prices", APP, None, None, "https"),
    ("chrome-26-mismatch.txt", ["acao-mismatch"], "https://api.example.com/i.json", APP, "GET", 200, APP),
    (
        "chrome-29-as-pasted-in-a-ticket.md",
        ["preflight.acao-missing"],
        "https://gateway.example.net/v1/models",
        APP,
        "GET",
        None,
        "authentication",
    ),
    ("firefox-01-500.txt", ["acao-missing"], "https://api.example.com/v1/orders?page=2", None, None, 500, "log"),
    (
        "firefox-03-preflight-redirect.txt",
        ["preflight.redirect"],
        "https://api.example.com/api/items",
        None,
        None,
        307,
        "trailing slash",
    ),
    (
        "firefox-04-tracing-header.txt",
        ["preflight.header"],
        "https://cdn.example.net/spaces/1/entries?content_type=page",
        None,
        None,
        None,
        "tracer",
    ),
    (
        "firefox-13-chinese.txt",
        ["preflight.status"],
        "https://10.0.0.45:28001/api/v1/event?lang=zh-CN",
        None,
        None,
        None,
        "OPTIONS",
    ),
    (
        "safari-01-missing-or-mismatch.txt",
        ["acao-missing", "acao-mismatch"],
        "https://api.example.com/v1/orders?page=2",
        APP,
        None,
        500,
        "log",
    ),
    ("safari-03-header.txt", ["preflight.header"], "https://api.example.com/v1/me", None, None, None, "x-csrf-token"),
    ("har-01-500.har", ["acao-missing"], "https://api.example.com/v1/orders?page=2", APP, "GET", 500, "log"),
    (
        "har-03-preflight-header.har",
        ["preflight.header"],
        "https://api.example.com/v1/me",
        APP,
        "GET",
        204,
        "x-csrf-token",
    ),
    (
        "har-04-login-redirect.har",
        ["acao-missing"],
        "https://app.example.com/api/values",
        APP,
        "GET",
        302,
        "location.assign",
    ),
    ("fetch-04-written.js", ["opaque"], "${API_URL}/items", None, "POST", None, "mode"),
]


@pytest.mark.parametrize(
    ("file", "reasons", "url", "origin", "method", "status", "words"), EXPECTED, ids=[row[0] for row in EXPECTED]
)
def test_what_people_paste(
    file: str,
    reasons: list[str],
    url: str | None,
    origin: str | None,
    method: str | None,
    status: int | None,
    words: str,
) -> None:
    report = of_file(file)
    assert [finding.reason for finding in report.findings] == reasons
    first = report.findings[0]
    assert (first.url, first.origin, first.method, first.status) == (url, origin, method, status)
    assert words in " ".join(fix.text for fix in first.fixes)
    assert first.certain is file.endswith(".har")


def test_a_cached_image_without_vary_is_recorded() -> None:
    report = of_file("har-07-cached-image.har")
    assert [(finding.reason, finding.certain) for finding in report.findings] == [("acao-missing", True)]
    assert report.findings[0].url == "http://cdn.example.net/cached.png"


@pytest.mark.parametrize("file", ["curl-01-cookie.sh", "curl-02-cookie-windows.cmd", "curl-03-powershell.ps1"])
def test_a_copied_request_alone_is_a_guess(file: str) -> None:
    report = of_file(file)
    assert {finding.provenance for finding in report.findings} == {Provenance.GUESSED}
    assert report.findings[0].origin == APP
    assert report.findings[0].url == "https://api.example.com/v1/orders?page=2"
    # X-Client is the page's; what the browser adds is not, and would make a preflight that never was.
    lines = [line for finding in report.findings for fix in finding.fixes for line in fix.fields]
    assert {line for line in lines if "Allow-Headers" in line} == {"Access-Control-Allow-Headers: x-client"}


def test_a_response_header_in_an_axios_call_comes_first() -> None:
    report = of_file("fetch-05-axios.js")
    assert report.findings[0].reason == "preflight.header"
    assert "is a response header" in report.findings[0].fixes[0].text
    assert report.kinds == ("fetch",)


def test_the_console_says_which_request_and_the_command_says_how() -> None:
    console = refused(
        "https://api.example.com/items",
        f"Response to preflight request doesn't pass access control check: {MISSING}",
    )
    command = "curl 'https://api.example.com/items' -X PUT -H 'X-A: 1'"
    report = diagnosed(f"{console}\n\n{command}\n")
    assert report.kinds == ("curl", "console")
    (finding,) = report.findings
    assert (finding.reason, finding.method, finding.provenance) == ("preflight.acao-missing", "PUT", Provenance.STATED)
    assert finding.asked is not None
    assert finding.asked.headers == (("X-A", "1"),)


@pytest.mark.parametrize(
    ("head", "origin", "reasons"),
    [
        ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", None, ["acao-missing"]),
        ("HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.example.com\n\n", APP, []),
        ("HTTP/2 200\naccess-control-allow-origin: https://other.example\n\n", APP, ["acao-mismatch"]),
        ("HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.example.com\n\n", None, []),
    ],
)
def test_a_response_head_is_checked_offline(head: str, origin: str | None, reasons: list[str]) -> None:
    report = diagnosed(head, origin)
    assert [finding.reason for finding in report.findings] == reasons
    assert all(finding.certain for finding in report.findings)
    if origin is None and not reasons:
        assert "--origin" in report.notes[0].text


def test_the_page_s_own_origin_is_not_a_matter_of_cors() -> None:
    report = diagnosed("curl https://app.example.com/api -H 'Origin: https://app.example.com'")
    assert not report.findings
    assert "own origin" in report.notes[0].text


@pytest.mark.parametrize("reason", [*map(str, Reason), *sorted(NOT_CORS)])
def test_every_code_that_a_console_may_state_is_diagnosed(reason: str) -> None:
    said = Statement(browser="chromium", reasons=(reason,), message="x", url="https://api.example.com/", origin=APP)
    report = diagnose([Captured(kind="console", items=(said,))])
    (finding,) = report.findings
    assert finding.reason == reason
    assert finding.fixes
    assert not finding.certain
    Draft202012Validator(SCHEMA).validate(json.loads(report_json(report)))
    assert text_of(report)


def test_every_code_that_is_not_cors_has_its_words() -> None:
    assert set(TOLD) == NOT_CORS
    for title, cause, fix in TOLD.values():
        assert title.endswith(".")
        assert cause.endswith(".")
        assert not fix.fields
        assert "Access-Control" not in fix.text


@pytest.mark.parametrize("file", sorted(path.name for path in PASTED.iterdir()))
def test_every_paste_fits_its_forms(file: str) -> None:
    report = of_file(file)
    Draft202012Validator(SCHEMA).validate(json.loads(report_json(report)))
    text = text_of(report)
    assert text.isascii() or "…" in text
    for line in text.splitlines():
        copied = ("crossorigin check", "Access-Control-", "add_header", "Policy(", "allow_")
        assert len(line) <= 80 or line.strip().startswith(copied), line


SECRET = "s3cr3t-value"


@pytest.mark.parametrize(
    "paste",
    [
        f"curl https://api.example.com/?access_token={SECRET} -H 'Authorization: Bearer {SECRET}' -b 'sid={SECRET}'",
        f"fetch('https://a.example/', {{headers: {{Authorization: 'Bearer {SECRET}', 'X-Api-Key': '{SECRET}'}}}})",
        f"HTTP/1.1 401 Unauthorized\nSet-Cookie: sid={SECRET}\n\n",
        refused(f"https://u:{SECRET}@api.example.com/?token={SECRET}", MISSING),
    ],
    ids=["curl", "fetch", "response", "console"],
)
def test_secrets_are_masked_in_every_form(paste: str) -> None:
    report = diagnosed(paste, APP)
    assert SECRET not in report_json(report)
    assert SECRET not in text_of(report)


def test_what_would_be_sent_is_safe_unless_asked() -> None:
    report = diagnosed(
        f"curl https://api.example.com/ -X DELETE -H 'Authorization: Bearer {SECRET}' -b sid=1 -H 'Origin: {APP}'"
    )
    (planned,) = plan(report)
    assert planned.preflight_only
    assert planned.asked.cookies is None
    assert SECRET not in str(planned.asked)
    (with_secrets,) = plan(report, with_secrets=True)
    assert with_secrets.preflight_only
    assert SECRET in str(with_secrets.asked)
    (unsafe,) = plan(report, with_secrets=True, unsafe=True)
    assert not unsafe.preflight_only
    assert not plan(diagnosed("curl https://api.example.com/"))


@pytest.mark.parametrize("text", ["", "   \n", "hello there", "lorem ipsum " * 100])
def test_what_cannot_be_read_says_what_would_help(text: str) -> None:
    with pytest.raises(CaptureError, match=r"(?i)console"):
        diagnosed(text)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        report = diagnosed(text)
    except CaptureError as error:
        assert str(error)  # noqa: PT017  # either way is right
    else:
        Draft202012Validator(SCHEMA).validate(json.loads(report_json(report)))
