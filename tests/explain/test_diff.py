"""A comparison of two policies in words, as text and as JSON."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

import crossorigin.explain
from crossorigin import Origin, Policy, dangerously
from crossorigin.explain import DIFF_FORMAT, DIFF_PROSE, render_diff, render_diff_json
from crossorigin.policy import DifferenceCode
from tests.explain.test_forms import _closed
from tests.policy.strategies import policies

SCHEMA = json.loads((Path(crossorigin.explain.__file__).parent / f"diff-{DIFF_FORMAT}.schema.json").read_text("utf-8"))
APP = "https://app.example.com"

CURRENT = Policy(allow_origins=[APP, "https://gone.example"])
CANDIDATE = Policy(allow_origins=["https://*.example.com"], allow_methods=["PUT"], max_age=60)


def is_customer(origin: Origin) -> bool:
    raise AssertionError("nobody is asked")


def test_there_is_prose_for_every_code_and_for_nothing_else() -> None:
    assert set(DIFF_PROSE) == set(DifferenceCode)


def test_a_comparison_says_who_gains_who_loses_and_what_shows_it() -> None:
    assert render_diff(CANDIDATE.diff(CURRENT), current="main.toml", candidate="cors.toml") == (
        """\
WIDENS  The candidate allows what the current policy does not.
  from main.toml to cors.toml

Gains access
  + pages of https://*.example.com [origin-part]
    allow_origins[0]: The current policy matches some of these origins, not all.
    For example: a page at https://a.example.com sends GET.
      curl -i "$API" -H 'Origin: https://a.example.com'

  + requests with the method PUT [method]
    allow_methods[0]: The current policy does not allow this method to anyone.
    For example: a page at https://app.example.com sends PUT.
      curl -i -X OPTIONS "$API" \\
        -H 'Origin: https://app.example.com' \\
        -H 'Access-Control-Request-Method: PUT'

Loses access
  - pages of https://gone.example [origin]
    allow_origins[1]: No entry of the candidate matches.
    For example: a page at https://gone.example sends GET.
      curl -i "$API" -H 'Origin: https://gone.example'

Other changes
  max_age: not set -> 60
"""
    )


@pytest.mark.parametrize(
    ("candidate", "current", "first"),
    [
        (CURRENT, CURRENT, "SAME  Both policies allow the same.\n"),
        (
            Policy(allow_origins=[APP]),
            CURRENT,
            "NARROWS  The candidate allows less than the current policy.\n",
        ),
        (
            Policy(allow_origins=[APP, is_customer]),
            CURRENT,
            "WIDENS  The candidate may allow what the current policy does not.\n",
        ),
    ],
    ids=["same", "narrows", "may widen"],
)
def test_the_first_line_says_it(candidate: Policy, current: Policy, first: str) -> None:
    assert render_diff(candidate.diff(current)).startswith(first)


def test_what_nobody_can_tell_is_said() -> None:
    gains = render_diff(Policy(allow_origins=[APP]).diff(Policy(allow_origins=[is_customer])), width=200)
    assert "A predicate of the current policy may allow them too: it is counted as if it did not." in gains
    candidate = Policy(allow_origins=[is_customer], allow_methods=["PUT"])
    gains = render_diff(candidate.diff(Policy(allow_origins=[is_customer])), width=200)
    assert "Whether there are such origins, a predicate decides: it is counted as if there were." in gains


def test_credentials_headers_and_what_is_read_are_said() -> None:
    more = {"allow_headers": ["x-a"], "expose_headers": ["etag"], "allow_credentials": True}
    text = render_diff(Policy(allow_origins=[APP], **more).diff(Policy(allow_origins=[APP])), width=200)
    assert f"a page at {APP} sends GET and the header x-a.\n" in text
    assert f"a page at {APP} sends GET, and reads etag.\n" in text
    assert f"a page at {APP} sends GET, with credentials.\n" in text


def test_a_long_list_is_cut_in_text_and_whole_in_json() -> None:
    diff = Policy(allow_origins=[f"https://a{n}.example" for n in range(60)]).diff(CURRENT)
    assert "\n  … and 10 more\n" in render_diff(diff)
    assert len(json.loads(render_diff_json(diff))["gains"]) == 60


@settings(max_examples=100)
@given(policies(), policies())
def test_text_fits_80_columns_and_json_keeps_to_its_schema(candidate: Policy, current: Policy) -> None:
    diff = candidate.diff(current)
    for line in render_diff(diff, current="main.toml", candidate="cors.toml").splitlines():
        assert len(line) <= 80
        assert line == line.rstrip()
    data = json.loads(render_diff_json(diff))
    jsonschema.validate(data, _closed(SCHEMA), jsonschema.Draft202012Validator)
    by_path = {"/api/": diff, "/v1.0/": current.diff(candidate)}
    assert all(len(line) <= 80 for line in render_diff(by_path).splitlines())
    jsonschema.validate(json.loads(render_diff_json(by_path)), _closed(SCHEMA), jsonschema.Draft202012Validator)
    assert (data["widens"], data["narrows"]) == (diff.widens, diff.narrows)


def test_json_holds_what_is_no_text_as_text() -> None:
    origins = [is_customer, dangerously("null", because="sandbox")]
    candidate = Policy(allow_origins=origins, allow_methods=["PUT", "DELETE"], allow_credentials=True)
    data = json.loads(render_diff_json(candidate.diff(CURRENT.replace(allow_methods="route"))))
    jsonschema.validate(data, SCHEMA, jsonschema.Draft202012Validator)
    assert [gain["value"] for gain in data["gains"][1:]] == ["null", "PUT, DELETE", "True"]
    assert "is_customer" in data["gains"][0]["value"]
    assert data["gains"][0]["witness"] is None


def test_hostile_names_reach_no_terminal() -> None:
    text = render_diff(CURRENT.diff(CURRENT), current="\x1b[31m", candidate="\u202e" * 10_000)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert len(text) < 3000


@pytest.mark.skipif(sys.platform == "win32", reason="the lines are for a POSIX shell")
def test_a_shell_reads_the_request_as_it_is_meant() -> None:
    text = render_diff(Policy(allow_origins=[APP], allow_headers=["x-'a"]).diff(Policy(allow_origins=[APP])))
    command = text[text.index("curl") :]
    ran = subprocess.run(
        ["sh", "-c", f"curl() {{ printf '%s\\n' \"$@\"; }}; API=https://api.example; {command}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == [
        "-i",
        "-X",
        "OPTIONS",
        "https://api.example",
        *("-H", f"Origin: {APP}"),
        *("-H", "Access-Control-Request-Method: GET"),
        *("-H", "Access-Control-Request-Headers: x-'a"),
    ]
    assert shlex.split(command)[0] == "curl"
