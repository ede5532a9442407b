"""The command as a process: pipes that close, Ctrl-C, encodings, a missing dependency."""

import importlib
import signal
import subprocess
import sys

import pytest

from crossorigin.cli._main import COMMANDS
from tests.cli.conftest import Server, popen

PAGE = "http://app.localhost:3000"
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")


def test_python_m_crossorigin(api: Server) -> None:
    process = popen("check", api.route("/"), "--origin", PAGE)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (1, b"")
    assert out.startswith(b"BLOCKED  ")
    assert b"\x1b" not in out


@posix
@pytest.mark.parametrize("fields", [0, 3000], ids=["within the buffer", "beyond it"])
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_closed_pipe_is_quiet(api: Server, fields: int, unbuffered: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    many = [(f"X-{number % 100}", "x" * 200) for number in range(fields // 30)]
    process = popen("check", api.route("/", fields=many), "--origin", PAGE, "-v")
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@posix
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_quietly_with_130(api: Server) -> None:
    process = popen("check", f"{api.origin}/hangs", "--origin", PAGE, "--timeout", "3600")
    assert api.hanging.wait(60)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_a_terminal_that_knows_ascii_alone_is_no_error(api: Server) -> None:
    process = popen(
        "check", api.route("/"), "--origin", PAGE, "-v", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (1, b"")
    assert b"\\u2018Access-Control-Allow-Origin\\u2019" in out


def test_without_its_extra_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['click'] = None; sys.argv = ['crossorigin', 'check'];"
        "from crossorigin.cli import main; main()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "pip install 'crossorigin[cli]'" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["--help"], {"crossorigin.browser", "crossorigin.explain", "asyncio", "rich"}),
        (["check", "--help"], {"crossorigin.migrate", "crossorigin.demo", "httpcore2", "h2", "rich", "pydantic"}),
        (
            ["check", "http://localhost:9/", "--origin", "http://localhost:3000"],
            {"crossorigin.migrate", "httpcore2", "rich"},
        ),
    ],
    ids=["help", "help of check", "check"],
)
def test_a_command_loads_what_it_needs(arguments: list[str], unneeded: set[str]) -> None:
    program = (
        "import io, sys\n"
        "from crossorigin.cli._main import run\n"
        "printed, sys.stdout = sys.stdout, io.StringIO()\n"
        "run(sys.argv[1:])\n"
        "print(*sys.modules, file=printed)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert "crossorigin.cli._main" in ran.stdout.split()
    assert not unneeded & set(ran.stdout.split())


def test_the_list_of_commands_says_what_each_does() -> None:
    for name, summary in COMMANDS.items():
        command = getattr(importlib.import_module(f"crossorigin.cli._{name}"), name)
        assert command.name == name
        assert summary[:-1].split()[0] == command.help.split()[0]
