"""The forms of an explanation: text that fits, JSON that keeps to its schema, HTML without markup of a stranger's."""

import json
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

import crossorigin.explain
from crossorigin.browser import Reason
from crossorigin.explain import FORMAT, explain, render_html, render_json, render_text
from tests.explain.verdicts import ORIGIN, head, made, preflight_then, run

SCHEMA = json.loads((Path(crossorigin.explain.__file__).parent / f"check-{FORMAT}.schema.json").read_text("utf-8"))
ALLOWED = {"Access-Control-Allow-Origin": ORIGIN}
SECRETS = {"Set-Cookie": "sid=hunter2; Path=/", "X-Auth-Token": "hunter2", "Location": "/?api_key=hunter2"}

CASES = {
    "readable": lambda: run(head(200, ALLOWED)),
    "blocked": lambda: run(head()),
    "preflighted": lambda: run(preflight_then(head(204, ALLOWED)), method="PUT"),
    "explored": lambda: run(head(404), method="PUT", headers={"X-A": "1"}, explore=True),
    "nothing sent": lambda: run(head(), url="https://api.example.com:22/"),
    "opaque": lambda: run(head(), mode="no-cors"),
    "no answer": lambda: made(Reason.TRANSPORT),
}
EVERY_CASE = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@EVERY_CASE
def test_json_keeps_to_its_schema(case: object) -> None:
    data = json.loads(render_json(explain(case())))  # type: ignore[operator]
    jsonschema.validate(data, SCHEMA, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_json_keeps_to_its_schema_for_every_reason(reason: Reason) -> None:
    jsonschema.validate(json.loads(render_json(explain(made(reason)))), SCHEMA, jsonschema.Draft202012Validator)


def _closed(schema: object) -> object:
    """The schema with no key allowed that it does not list."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    return {**closed, "additionalProperties": False} if isinstance(schema.get("properties"), dict) else closed


@EVERY_CASE
def test_every_key_is_in_the_schema(case: object) -> None:
    """What is printed is documented: the schema lists all keys, though readers shall bear new ones."""
    jsonschema.validate(json.loads(render_json(explain(case()))), _closed(SCHEMA), jsonschema.Draft202012Validator)  # type: ignore[operator]


@EVERY_CASE
@pytest.mark.parametrize("verbose", [False, True], ids=["short", "verbose"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_text_fits_its_width_but_for_what_is_to_be_copied(case: object, verbose: bool, width: int) -> None:
    text = render_text(explain(case()), width=width, verbose=verbose)  # type: ignore[operator]
    copied = ("curl ", "-H ", "Access-Control-", "Policy(", "allow_", "https://fetch.spec")
    for line in text.splitlines():
        assert len(line) <= width or line.strip().startswith(copied), line
        assert line == line.rstrip()
    assert text.endswith("\n")
    assert "\n\n\n" not in text


def test_text_says_all_of_it_in_order() -> None:
    verdict = run(head(204, ALLOWED), method="PUT", explore=True, headers={"X-A": "1"})
    text = render_text(explain(verdict), verbose=True)
    headings = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert headings == [
        "BLOCKED  The response to the preflight does not allow the method PUT.",
        "Why",
        "Fix",
        "Conversation",
        "Evidence",
        "Note",
        "What would fail next",
        "Steps",
        "In the browser's console",
        "Repeat the failing request",
        "Exchange",
    ]
    assert text.count("<-- here") == 1
    assert "PUT itself never left the browser" in text


def test_a_blocked_request_says_that_the_server_ran() -> None:
    text = render_text(explain(run(head(201), method="POST", body="x")))
    assert "The request itself was sent and answered (201)" in text


@pytest.mark.parametrize(
    ("fields", "options", "absent"),
    [
        ({}, {}, "Access-Control-Allow-Origin"),
        (ALLOWED, {"credentials": "include"}, "Access-Control-Allow-Credentials"),
        (ALLOWED, {"method": "PUT"}, "Access-Control-Allow-Methods"),
        (ALLOWED, {"headers": {"X-A": "1"}}, "Access-Control-Allow-Headers"),
    ],
    ids=["origin", "credentials", "methods", "headers"],
)
def test_what_is_absent_is_evidence_and_comes_first(
    fields: dict[str, str], options: dict[str, object], absent: str
) -> None:
    cause = explain(run(head(200, fields), **options)).cause
    assert cause is not None
    assert cause.evidence[0] == (absent, "(absent)")
    assert [name for name, _ in cause.evidence].count(absent) == 1


def test_headers_that_the_script_does_not_see_are_named() -> None:
    text = render_text(explain(run(head(200, {**ALLOWED, "X-Request-Id": "1", "ETag": "e", "Date": "d"}))))
    assert "The script does not see x-request-id, etag" in text


@pytest.mark.parametrize("show", [False, True], ids=["masked", "shown"])
def test_secrets_are_in_no_form_unless_asked_for(show: bool) -> None:
    verdict = run(
        head(302, SECRETS),
        url="https://api.example.com/?access_token=hunter2",
        method="PUT",
        headers={"Authorization": "Bearer hunter2", "X-Api-Key": "hunter2"},
        credentials="include",
    )
    explanation = explain(verdict, show_secrets=show)
    for text in (render_text(explanation, verbose=True), render_json(explanation), render_html(explanation)):
        assert ("hunter2" in text) is show


class _Tags(HTMLParser):
    """Notes tags and attributes, and whether they are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)
        for name, value in attrs:
            assert name in ("class", "data-outcome", "href")
            assert name != "href" or (value or "").startswith("https://")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@EVERY_CASE
def test_html_is_balanced_and_holds_only_its_own_elements(case: object) -> None:
    tags = _Tags()
    tags.feed(render_html(explain(case())))  # type: ignore[operator]
    assert tags.open == []
    assert tags.seen <= {"article", "h2", "h3", "p", "code", "pre", "dl", "dt", "dd", "ul", "li", "span", "a"}


def test_an_app_in_process_has_no_curl_line() -> None:
    cause = explain(run(head()), in_process=True).cause
    assert cause is not None
    assert cause.curl == ""
    assert "curl" not in render_text(explain(run(head()), in_process=True))


def test_the_page_about_json_names_every_key() -> None:
    """docs/check-json.md and the schema are two accounts of one format."""
    page = (Path(__file__).parents[2] / "docs" / "check-json.md").read_text("utf-8")
    cause = SCHEMA["$defs"]["cause"]
    keys = [*SCHEMA["properties"], *cause["properties"], *SCHEMA["$defs"]["step"]["properties"]]
    for key in keys:
        assert f"`{key}`" in page, key
    for outcome in SCHEMA["properties"]["outcome"]["enum"]:
        assert f"`{outcome}`" in page
