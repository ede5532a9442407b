"""`crossorigin check --investigate`, against a server on a socket and an app in process."""

import json
from pathlib import Path

import jsonschema
import pytest

import crossorigin.explain
from crossorigin.diagnosis.investigation import MOST, LookAlike
from tests.cli.conftest import Command, Server

PAGE = "http://app.localhost:3000"
FROM_PAGE = ("--origin", PAGE, "--investigate")
ALLOW = [("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin")]
SCHEMA = json.loads((Path(crossorigin.explain.__file__).parent / "check-1.schema.json").read_text("utf-8"))
DOCS = Path(__file__).parents[2] / "docs" / "check.md"


def test_it_says_what_it_sends_and_what_it_found(api: Server, command: Command) -> None:
    ran = command("check", api.route("/items"), *FROM_PAGE)
    assert ran.code == 1
    first, *lines = ran.err.splitlines()
    assert f"at most {len(lines)} more requests to {api.origin}/items, without a body" in first
    assert len(lines) == len(api.seen) - 1 == MOST
    assert ran.out.index("\nFix\n") < ran.out.index("\nInvestigation\n")
    assert "[cors-absent]" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_requests_are_safe_and_bounded(api: Server, command: Command) -> None:
    api.preflight("/items", 403)
    command("check", api.route("/items"), *FROM_PAGE, "-X", "DELETE", "-b", "a=1", "-d", "x")
    assert "DELETE" not in api.methods
    assert len(api.seen) <= MOST + 1
    for method, _, headers, body in api.seen:
        assert method in ("GET", "HEAD", "OPTIONS")
        assert not body
        assert not headers.keys() & {"cookie", "authorization"}


def test_without_the_option_nothing_more_is_sent(api: Server, command: Command) -> None:
    ran = command("check", api.route("/items"), "--origin", PAGE)
    assert len(api.seen) == 1
    assert "Investigation" not in ran.out


def test_a_check_that_passes_is_not_looked_into(api: Server, command: Command) -> None:
    ran = command("check", api.route("/items", fields=ALLOW), *FROM_PAGE, "--json")
    assert (ran.code, len(api.seen)) == (0, 1)
    assert "preflight cache" in ran.err
    assert "investigation" not in json.loads(ran.out)


def test_nobody_is_asked_where_no_server_is(command: Command) -> None:
    ran = command("check", "http://nowhere.invalid/", *FROM_PAGE)
    assert ran.code == 3
    assert "nothing more has to be sent" in ran.err
    assert "[not-cors]" in ran.out


@pytest.mark.parametrize("status", [404, 204])
def test_json_keeps_to_its_schema(api: Server, command: Command, status: int) -> None:
    api.preflight("/items", status)
    ran = command("check", api.route("/items", fields=ALLOW), *FROM_PAGE, "-X", "PUT", "--json")
    data = json.loads(ran.out)
    jsonschema.validate(data, SCHEMA, jsonschema.Draft202012Validator)
    codes = [each["code"] for each in data["investigation"]["conclusions"]]
    assert codes[0] == "preflight-unhandled"
    assert data["investigation"]["conclusions"][0]["evidence"][0]["response"].startswith(f"status {status}")


def test_each_of_several_is_looked_into(api: Server, command: Command) -> None:
    good = api.route("/good", fields=ALLOW)
    ran = command("check", api.route("/items"), good, *FROM_PAGE, "--json")
    checks = json.loads(ran.out)["checks"]
    assert ["investigation" in each for each in checks] == [True, False]


def test_an_app_in_process(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lists_a_slash.py").write_text(
        "def app(environ, start_response):\n"
        "    origin = environ.get('HTTP_ORIGIN', '')\n"
        "    allowed = [('Access-Control-Allow-Origin', origin)] if origin == 'http://app.test/' else []\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain'), *allowed])\n"
        "    return [b'ok']\n"
    )
    monkeypatch.chdir(tmp_path)
    ran = command(
        "check", "http://api.test/", "--origin", "http://app.test", "--app", "lists_a_slash:app", "--investigate"
    )
    assert "[origin-listed-otherwise]" in ran.out
    assert "with a slash" in ran.out


def test_the_docs_list_every_code() -> None:
    text = DOCS.read_text("utf-8")
    assert [code for code in LookAlike if f"`{code}`" not in text] == []
