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
    [
        (b"allow_origins = [\n  ?\n]", "2:3"),
        (b'allow_origins = "x', "1:19"),
        (b"\xff\xfea\x00", "1:1"),
        (b"# b\r\n\xc3\xbc\xff", "2:2"),
        (b"\xef\xbb\xbf# b\xff", "1:4"),
        (b"a = 1\na = 2", "2:6"),
        (b"max_age = 5\nb = \x00", "2:5"),
        (b'b = "\x00"', "1:6"),
        (b'allow_origins = "*"\r\nmax_age = ' + b"9" * 5000, "2:11"),
        (b"max_age = 0x" + b"f" * 5000, "1:11"),
        (b"allow_origins = " + b"[" * 3000 + b"]" * 3000, "1:81"),
        (b"allow_origins = " + b"{a=" * 3000 + b"1" + b"}" * 3000, "1:209"),
        (b"a" + b".a" * 100_000 + b" = 1", "1:128"),
    ],
    ids=[
        "character",
        "end of file",
        "UTF-16",
        "Latin-1",
        "Latin-1 behind a mark",
        "twice",
        "NUL",
        "NUL in a string",
        "digits",
        "hexadecimal digits",
        "arrays",
        "tables",
        "dots",
    ],
)
@pytest.mark.parametrize("name", ["policy", "diff"])
def test_what_is_not_toml_is_said_with_its_place(
    command: Command, file: Path, content: bytes, place: str, name: str
) -> None:
    file.write_bytes(content)
    ran = command(name, *[str(file)] * (2 if name == "diff" else 1))
    assert ran.code == (2 if name == "diff" else 1)
    said = ran.err if name == "diff" else ran.out
    assert said.startswith("error[toml]: ")
    assert f"--> {file}:{place}\n" in said
    assert f"FAILED  {file}: 1 problem\n" in said
    assert max(map(len, said.splitlines())) <= 80
    assert "Traceback" not in ran.out + ran.err


def test_what_cannot_be_read_is_2(command: Command, file: Path, tmp_path: Path) -> None:
    with file.open("wb") as large:
        large.truncate(2**40)  # a sparse file: nothing on the disk
    ran = command("policy", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"crossorigin policy: {file}: larger than 64 MiB, so this is not a policy file\n"
    for wrong in (tmp_path, tmp_path / "none.toml"):
        ran = command("policy", str(wrong))
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert ran.err.startswith(f"crossorigin policy: {wrong}: ")


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


@pytest.mark.parametrize(
    ("origin", "mode", "credentials"),
    [("app", "include", "yes: https://app.example.com"), ("other", "same-origin", "no: not listed")],
)
def test_credentials_go_along_for_the_origins_that_are_listed(
    command: Command, file: Path, origin: str, mode: str, credentials: str
) -> None:
    file.write_text('allow_origins = "*"\nallow_credentials = ["https://app.example.com"]\n')
    ran = command("policy", str(file), "--origin", f"https://{origin}.example.com")
    assert ran.code == 0
    assert f"credentials {mode}" in ran.out
    assert f"credentials: {credentials}" in ran.out
    assert "Vary: Origin\n" in ran.out


def test_a_list_of_credentials_has_its_problems_at_their_place(command: Command, file: Path) -> None:
    file.write_text(f'{GOOD}allow_credentials = [\n  "https://other.example", {{ dangerously = "null" }},\n]\n')
    ran = command("policy", str(file))
    assert ran.code == 1
    assert "error[dangerously-table]: allow_credentials[1]: " in ran.out
    file.write_text(f'{GOOD}allow_credentials = [\n  "https://other.example",\n]\n')
    ran = command("policy", str(file))
    assert f"{file}:5:3\n" in ran.out
    assert "error[credentials-origin-unlisted]" in ran.out


def test_methods_of_the_route_are_taken_to_be_the_one_asked_for(command: Command, file: Path) -> None:
    file.write_text('allow_origins = ["https://app.example.com"]\nallow_methods = "route"\n')
    ran = command("policy", str(file), "--origin", "https://app.example.com", "-X", "DELETE")
    assert ran.code == 0
    assert "Access-Control-Allow-Methods: DELETE\n" in ran.out
    assert ran.err == "crossorigin policy: note: allow_methods is 'route': the route is taken to have DELETE\n"


MAP = """\
[paths."/api/"]
allow_origins = ["https://app.example.com"]
allow_credentials = true

[paths.'/v1.0/'.current]
allow_origins = "*"
[paths.'/v1.0/'.candidate]
allow_origins = ["https://app.example.com"]
max_age = 86400

[paths."/"]
none = true
"""


@pytest.mark.parametrize("table", ["", "tool.crossorigin."])
def test_a_file_may_hold_a_policy_for_each_path(command: Command, file: Path, table: str) -> None:
    file.write_text(MAP.replace("[paths", f"[{table}paths"))
    ran = command("policy", str(file))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f'advice[max-age-cap]: {table}paths."/v1.0/".candidate.max_age: ')
    assert f"--> {file}:9:1\n" in ran.out
    assert ran.out.endswith(f"OK  {file}: no problems\n")


def test_the_problems_of_every_path_are_told_with_their_lines(command: Command, file: Path) -> None:
    file.write_text(
        MAP.replace('.com"]\nallow_c', '.com", "null", "https://*.github.io"]\nallow_c')
        .replace("none = true", "none = 1\nmax_age = 1")
        .replace("86400", "'600'")
        .replace("'/v1", "'/v*")
    )
    ran = command("policy", str(file))
    assert ran.code == 1
    for code, where, place in (
        ("origin-null", 'paths."/api/".allow_origins[1]', "2:45"),
        ("origin-public-suffix", 'paths."/api/".allow_origins[2]', "2:53"),
        ("max-age-type", 'paths."/v*.0/".candidate.max_age', "9:1"),
        ("path-pattern", 'paths."/v*.0/"', "5:2"),
        ("path-none", 'paths."/".none', "12:1"),
    ):
        assert f"error[{code}]: {where}: " in ran.out
        assert f" --> {file}:{place}\n" in ran.out
    assert '{ dangerously = "https://*.github.io", because = "…" }' in " ".join(ran.out.split())
    assert ran.out.endswith(f"FAILED  {file}: 5 problems\n")


def test_a_pyproject_without_our_table_is_a_problem(command: Command, file: Path) -> None:
    file.write_text("[project]\nname = 'x'\n[tool.other]\n")
    ran = command("policy", str(file))
    assert ran.code == 1
    assert "error[pyproject-table]: tool.crossorigin: " in ran.out
    assert f" --> {file}:3:2\n" in ran.out


@pytest.mark.parametrize(
    ("path", "code", "out", "err"),
    [
        ("/api/items?a=/v1.0/", 0, "credentials include", ""),
        ("/%61pi", 0, "credentials include", ""),
        ("/v1.0/../api/", 0, "credentials include", ""),
        ("/v1.0/x", 0, "Access-Control-Allow-Origin: *", "the policy of this path is on trial: `current` answers"),
        ("/elsewhere", 1, "[acao-missing]", "no policy covers this path: the app's own response is sent as it is"),
        ("//api/", 1, "[origin-unlisted]", ""),
    ],
)
def test_the_policy_of_a_path_decides(command: Command, file: Path, path: str, code: int, out: str, err: str) -> None:
    file.write_text(MAP)
    ran = command("policy", str(file), "--origin", "https://app.example.com", "--path", path)
    assert ran.code == code
    assert out in ran.out
    assert err in ran.err
    assert ran.err.count("note: ") == bool(err)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("--origin", "https://app.example.com"), "has a policy for each path: add --path, as in --path /api/items"),
        (("--path", "/api/"), "--path wants --origin: a request comes from a page"),
        (("--origin", "https://app.example.com", "--path", "api"), "--path api is not a path: write it from its first"),
    ],
)
def test_a_path_that_is_missing_or_is_none_is_2(
    command: Command, file: Path, options: tuple[str, ...], error: str
) -> None:
    file.write_text(MAP)
    ran = command("policy", str(file), *options)
    assert (ran.code, ran.out) == (2, "")
    assert error in ran.err


def test_a_path_may_be_said_of_one_policy_too(command: Command, file: Path) -> None:
    ran = command("policy", str(file), "--origin", "https://app.example.com", "--path", "/api/items")
    assert ran.code == 0
    assert "https://server.example/api/items" in ran.out
