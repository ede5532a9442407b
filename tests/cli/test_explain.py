"""`crossorigin explain`: what it reads, what it sends only if asked, and how it ends."""

import io
import json
import socket
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Server

PAGE = "http://app.localhost:3000"
PASTED = Path(__file__).parent.parent / "captures" / "pasted"


def missing(url: str, origin: str = PAGE) -> str:
    return (
        f"Access to fetch at '{url}' from origin '{origin}' has been blocked by CORS policy: No "
        "'Access-Control-Allow-Origin' header is present on the requested resource."
    )


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    class Stdin:
        buffer = io.BytesIO(data)

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", Stdin())


def test_the_text_itself_standard_input_and_a_file(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    message = missing("https://api.example.com/files")
    (tmp_path / "console.txt").write_bytes(message.replace(" ", "\r\n", 3).encode("utf-16"))
    given = command("explain", message)
    typed(monkeypatch, message.encode())
    piped = command("explain")
    typed(monkeypatch, message.encode())
    dashed = command("explain", "-")
    filed = command("explain", str(tmp_path / "console.txt"))
    for ran in (given, piped, dashed, filed):
        assert ran.code == 1
        assert "[acao-missing]" in ran.out
        assert f"crossorigin check https://api.example.com/files --origin {PAGE}" in ran.out


def test_no_failure_is_0_and_what_cannot_be_read_is_2(command: Command, tmp_path: Path) -> None:
    fine = command("explain", "--origin", PAGE, f"HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: {PAGE}\n\n")
    assert (fine.code, fine.err) == (0, "")
    assert "No failure" in fine.out
    junk = command("explain", "what is this")
    assert junk.code == 2
    assert "console" in junk.err
    gone = command("explain", "gone.har")
    assert (gone.code, gone.out) == (2, "")
    assert "no file gone.har" in gone.err
    (tmp_path / "cut.har").write_bytes((PASTED / "har-01-500.har").read_bytes()[:9000])
    cut = command("explain", str(tmp_path / "cut.har"))
    assert cut.code == 2
    assert "could not be read" in cut.out
    assert "Traceback" not in cut.err


def test_json_is_one_object(command: Command) -> None:
    ran = command("explain", str(PASTED / "har-04-login-redirect.har"), "--json")
    (finding,) = json.loads(ran.out)["findings"]
    assert (finding["reason"], finding["certain"], finding["status"]) == ("acao-missing", True, 302)
    assert not any("Access-Control-Allow" in fix["text"] for fix in finding["fixes"])


def test_options_of_check_want_check(command: Command) -> None:
    ran = command("explain", "x y", "--unsafe")
    assert ran.code == 2
    assert "--check" in ran.err


def test_nothing_is_sent_unless_asked(api: Server, command: Command) -> None:
    url = api.route("/files", 500)
    assert command("explain", missing(url)).code == 1
    assert api.seen == []


def test_check_measures_what_was_stated(api: Server, command: Command) -> None:
    url = api.route("/files", 500)
    ran = command("explain", missing(url), "--check", "--json")
    (finding,) = json.loads(ran.out)["findings"]
    assert (finding["reason"], finding["status"], finding["certain"]) == ("acao-missing", 500, True)
    assert f"GET {url} from {PAGE}" in ran.err
    assert api.methods == ["GET"]


def test_check_sends_no_other_method_without_unsafe(api: Server, command: Command) -> None:
    url = api.route("/items", 200, [("Access-Control-Allow-Origin", PAGE)])
    agreed = [("Access-Control-Allow-Origin", PAGE), ("Access-Control-Allow-Headers", "content-type")]
    api.preflight("/items", 204, agreed)
    line = f"curl {url} -H 'Origin: {PAGE}' -H 'Content-Type: application/json' --data-raw '{{}}'"
    careful = command("explain", line, "--check")
    assert api.methods == ["OPTIONS"]
    assert careful.code == 0
    assert "the preflight passes" in " ".join(careful.out.split())
    assert "--unsafe" in careful.err
    api.seen.clear()
    assert command("explain", line, "--check", "--unsafe").code == 0
    assert api.methods == ["OPTIONS", "POST"]


def test_check_keeps_secrets_to_itself(api: Server, command: Command) -> None:
    url = api.route("/me", 200, [("Access-Control-Allow-Origin", PAGE)])
    agreed = [("Access-Control-Allow-Origin", PAGE), ("Access-Control-Allow-Headers", "authorization")]
    api.preflight("/me", 204, agreed)
    line = f"curl {url} -H 'Origin: {PAGE}' -H 'Authorization: Bearer s3cr3t'"
    ran = command("explain", line, "--check")
    assert api.methods == ["OPTIONS"]
    assert "--with-secrets" in ran.err
    assert "s3cr3t" not in ran.out + ran.err + str(api.seen)
    assert command("explain", line, "--check", "--with-secrets").code == 0
    assert api.seen[-1][2]["authorization"] == "Bearer s3cr3t"


def test_a_file_that_a_paste_names_is_not_read(command: Command, tmp_path: Path) -> None:
    (tmp_path / "body").write_text("s3cr3t")
    ran = command(
        "explain",
        f"curl https://api.example.com/ -d @{tmp_path / 'body'} -o {tmp_path / 'out'} -x http://p.test:1",
        "--json",
    )
    notes = " ".join(note["text"] for note in json.loads(ran.out)["notes"])
    assert "s3cr3t" not in ran.out
    assert not (tmp_path / "out").exists()
    assert "-d" in notes
    assert "-x" in notes


def test_a_dead_server_is_told_as_one(command: Command) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        ran = command("explain", missing(f"http://127.0.0.1:{free.getsockname()[1]}/"), "--check", "--json")
    (finding,) = json.loads(ran.out)["findings"]
    assert (finding["reason"], finding["certain"]) == ("not-cors.refused", True)


def test_check_sends_the_cookies_of_a_paste_over_plain_http_too(api: Server, command: Command) -> None:
    agreed = [("Access-Control-Allow-Origin", PAGE), ("Access-Control-Allow-Credentials", "true")]
    url = api.route("/me", 200, agreed)
    line = f"curl {url} -H 'Origin: {PAGE}' -b 'sid=1; theme=dark'"
    ran = command("explain", line, "--check", "--with-secrets")
    assert (ran.code, api.methods) == (0, ["GET"])
    assert api.seen[0][2]["cookie"] == "sid=1; theme=dark"
