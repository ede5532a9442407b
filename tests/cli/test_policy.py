"""`crossorigin policy`: problems as a compiler prints them, and the decision and the verdict for a request."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

GOOD = """\
allow_origins = ["https://app.example.com"]
allow_methods = ["PUT"]
allow_headers = ["content-type"]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("cors.toml")
    path.write_text(GOOD)
    return path


def test_a_good_policy_is_0(command: Command, file: Path) -> None:
    ran = command("policy", str(file))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"OK  {file}: no problems\n"


def test_every_problem_is_told_with_its_line(command: Command, file: Path) -> None:
    file.write_text('allow_origins = ["https://a.example/",\n  "null"]\nallow_methods = ["TRACE"]\n')
    ran = command("policy", str(file))
    assert ran.code == 1
    for code, place in (("origin-trailing-slash", "1:18"), ("origin-null", "2:3"), ("method-forbidden", "3:18")):
        assert f"error[{code}]" in ran.out
        assert f"{file}:{place}\n" in ran.out
    assert ran.out.endswith(f"FAILED  {file}: 3 problems\n")


def test_advice_is_no_failure(command: Command, file: Path) -> None:
    file.write_text(GOOD.replace('"PUT"', '"PUT", "GET"'))
    ran = command("policy", str(file))
    assert ran.code == 0
    assert "advice[method-safelisted]" in ran.out
    assert ran.out.endswith("no problems\n")


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"allow_origins = [\n  ?\n]", "2:3"), (b'allow_origins = "x', "1:19"), (b"\xff\xfe", ""), (b"a = 1\na = 2", "2")],
    ids=["character", "end of file", "UTF-16", "twice"],
)
def test_what_is_no_toml_is_1(command: Command, file: Path, content: bytes, place: str) -> None:
    file.write_bytes(content)
    ran = command("policy", str(file))
    assert ran.code == 1
    assert ran.out.startswith("error[toml]: ")
    assert f"{file}{':' if place else ''}{place}" in ran.out
    assert "Traceback" not in ran.out + ran.err


def test_a_byte_order_mark_and_windows_line_ends_are_fine(command: Command, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert command("policy", str(file)).code == 0


def test_a_request_that_is_allowed_is_readable(command: Command, file: Path) -> None:
    ran = command("policy", str(file), "--origin", "https://app.example.com", "-X", "PUT", "-H", "Content-Type: a/b")
    assert ran.code == 0
    order = ["PREFLIGHT  The policy allows it. [allowed]", "ACTUAL  The policy allows it. [allowed]", "READABLE  "]
    places = [ran.out.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("options", "decision", "verdict"),
    [
        (("--origin", "https://b.example"), "[origin-unlisted]", "[acao-mismatch]"),
        (("--origin", "https://app.example.com", "-X", "DELETE"), "[method-unlisted]", "[preflight.method]"),
        (("--origin", "https://app.example.com", "-H", "X-A: 1"), "[header-unlisted]", "[preflight.header]"),
        (("--origin", "null"), "[origin-unlisted]", "[acao-mismatch]"),
    ],
    ids=["origin", "method", "header", "null"],
)
def test_a_request_that_is_not_allowed_is_1(
    command: Command, file: Path, options: tuple[str, ...], decision: str, verdict: str
) -> None:
    ran = command("policy", str(file), *options)
    assert ran.code == 1
    assert decision in ran.out
    assert verdict in ran.out
    assert ran.out.index(decision) < ran.out.index(verdict)
    assert max(map(len, ran.out.splitlines())) <= 80


def test_credentials_go_along_where_the_policy_allows_them(command: Command, file: Path) -> None:
    file.write_text(f"{GOOD}allow_credentials = true\n")
    ran = command("policy", str(file), "--origin", "https://app.example.com")
    assert ran.code == 0
    assert "credentials include" in ran.out


def test_methods_of_the_route_are_taken_to_be_the_one_asked_for(command: Command, file: Path) -> None:
    file.write_text('allow_origins = ["https://app.example.com"]\nallow_methods = "route"\n')
    ran = command("policy", str(file), "--origin", "https://app.example.com", "-X", "DELETE")
    assert ran.code == 0
    assert "Access-Control-Allow-Methods: DELETE\n" in ran.out
    assert ran.err == "crossorigin policy: note: allow_methods is 'route': the route is taken to have DELETE\n"
