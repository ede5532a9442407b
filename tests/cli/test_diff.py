"""`crossorigin diff`: exit codes, JSON, broken files, and files that are pipes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command, popen

OLD = 'allow_origins = ["https://app.example.com"]\n'
WIDER = 'allow_origins = ["https://app.example.com", "https://*.example.com"]\n'
BROKEN = 'allow_origins = ["https://app.example.com/"]\nmax_ages = 1\n'
NO_TOML = "allow_origins = [\n"
posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(tmp_path)

    def write(**texts: str) -> list[str]:
        for name, text in texts.items():
            Path(f"{name}.toml").write_text(text)
        return [f"{name}.toml" for name in texts]

    return write


@pytest.mark.parametrize(
    ("old", "new", "code", "first"),
    [
        (OLD, OLD, 0, "SAME  "),
        (OLD, f"# moved\n{OLD}max_age = 60\n", 0, "SAME  "),
        (WIDER, OLD, 0, "NARROWS  "),
        (OLD, WIDER, 1, "WIDENS  "),
        (WIDER + 'allow_methods = ["PUT"]\n', OLD + 'allow_methods = ["DELETE"]\n', 1, "WIDENS  "),
        (OLD + "refuse_disallowed = true\n", OLD, 1, "WIDENS  "),
    ],
    ids=["same", "no matter of access", "narrower", "wider", "both", "strangers run"],
)
def test_the_exit_code_says_whether_it_widens(
    command: Command, write: object, old: str, new: str, code: int, first: str
) -> None:
    ran = command("diff", *write(old=old, new=new))  # type: ignore[operator]
    assert (ran.code, ran.err) == (code, "")
    assert ran.out.startswith(first)
    assert "\n  from old.toml to new.toml\n" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_json_is_all_that_is_printed(command: Command, write: object) -> None:
    ran = command("diff", "--json", *write(old=OLD, new=WIDER))  # type: ignore[operator]
    assert (ran.code, ran.err) == (1, "")
    data = json.loads(ran.out)
    assert [gain["witness"]["origin"] for gain in data["gains"]] == ["https://a.example.com"]


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_all_problems_of_both_files_are_told(command: Command, write: object, options: tuple[str, ...]) -> None:
    ran = command("diff", *write(old=BROKEN, new=NO_TOML), *options)  # type: ignore[operator]
    assert (ran.code, ran.out) == (2, "")
    for part in ("[unknown-key]", "[origin-trailing-slash]", "old.toml:1:18", "error[toml]", "  new.toml: 1 problem\n"):
        assert part in ran.err
    assert "\nFAILED  old.toml: 2 problems\n\nerror[toml]" in ran.err


@pytest.mark.parametrize(("old", "new"), [(BROKEN, OLD), (OLD, BROKEN)], ids=["old", "new"])
def test_one_broken_file_is_2(command: Command, write: object, old: str, new: str) -> None:
    ran = command("diff", *write(old=old, new=new))  # type: ignore[operator]
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("FAILED") == 1
    assert ran.err.startswith("error[")


@posix
def test_a_file_may_be_a_pipe(write: object) -> None:
    (new,) = write(new=WIDER)  # type: ignore[operator]
    reader, writer = os.pipe()
    os.write(writer, OLD.encode())
    os.close(writer)
    command = [sys.executable, "-m", "crossorigin", "diff", f"/dev/fd/{reader}", new]
    ran = subprocess.run(command, capture_output=True, text=True, pass_fds=[reader], timeout=30)
    os.close(reader)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "pages of https://*.example.com [origin-part]" in ran.stdout


@posix
def test_a_closed_pipe_is_quiet(write: object) -> None:
    many = ", ".join(f'"https://a{number}.example"' for number in range(2000))
    process = popen("diff", "--json", *write(old=OLD, new=f"allow_origins = [{many}]\n"))  # type: ignore[operator]
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


MAP = """\
[paths."/api/"]
allow_origins = ["https://app.example.com"]
[paths."/public/"]
allow_origins = "*"
max_age = 60
"""


def test_policies_by_path_are_compared_path_by_path(command: Command, write: object) -> None:
    new = MAP.replace("app.ex", "*.ex").replace("public", "it's").replace("60", "5")
    names = write(old=MAP, new=new)  # type: ignore[operator]
    ran = command("diff", *names)
    assert ran.code == 1
    for line in (
        "WIDENS  The candidate allows what the current policy does not.",
        "  + pages of https://*.example.com below /api/ [origin-part]",
        '    paths."/api/".allow_origins[0]: The current policy matches some of these',
        "      curl -i \"$API\"/api/ -H 'Origin: https://a.example.com'",
        "  + pages of * below /it's/ [origin]",
        "  - pages of * below /public/ [origin]",
        '  paths."/public/".max_age: 60 -> not set',
    ):
        assert f"{line}\n" in ran.out or line in ran.out
    assert "\"$API\"'/it'" in ran.out
    data = json.loads(command("diff", "--json", *names).out)
    assert [(gain["path"], gain["value"]) for gain in data["gains"]] == [
        ("/api/", "https://*.example.com"),
        ("/it's/", "*"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (OLD, f'[paths."/"]\n{OLD}', 0),
        (OLD, f"[tool.crossorigin]\n{OLD}[project]\n", 0),
        (OLD, f'[paths."/"]\n{OLD}[paths."/api/"]\nnone = true\n', 0),
        (f'[paths."/"]\n{OLD}[paths."/api/"]\nnone = true\n', OLD, 1),
        (OLD, f'[paths."/"]\n{OLD}[paths."/api/"]\nallow_origins = "*"\n', 1),
        (f'[paths."/"]\n{OLD}', WIDER, 1),
        ('[paths."/"]\nnone = true\n', OLD, 1),
    ],
    ids=["alone", "pyproject", "less", "more", "one path wider", "map to policy", "from none"],
)
def test_one_policy_is_compared_with_several(command: Command, write: object, old: str, new: str, code: int) -> None:
    ran = command("diff", *write(old=old, new=new))  # type: ignore[operator]
    assert (ran.code, ran.err) == (code, "")
