"""`crossorigin demo` as a person meets it: in a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence

import pytest

from crossorigin.demo import ROWS

COMMAND = [sys.executable, "-c", "from crossorigin.cli import main; main()", "demo"]
BROKEN = """
import crossorigin.demo._serve as serve
from crossorigin import PolicyMap
serve.Demo.__init__.__kwdefaults__["policy"] = lambda page: PolicyMap({"/": None})
from crossorigin.cli import main
main()
"""
PATIENT = """
import crossorigin.demo._serve as serve
serve.STOP_LIMIT = 3600
from crossorigin.cli import main
main()
"""
"""Waits for its servers: where they are left behind, it does not end."""
ESCAPE = "\x1b"


def run(arguments: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, **environment}, check=False
    )


@pytest.fixture(scope="module")
def once() -> subprocess.CompletedProcess[str]:
    return run(["--once"], COLUMNS="80")


def test_once_exits_0_when_every_request_ends_as_it_should(once: subprocess.CompletedProcess[str]) -> None:
    assert (once.returncode, once.stderr) == (0, "")
    assert f"{len(ROWS)} requests, each as it should be." in once.stdout


def test_a_line_says_request_preflight_outcome_and_reason(once: subprocess.CompletedProcess[str]) -> None:
    lines = [re.sub(r" {2,}", "  ", line) for line in once.stdout.splitlines()]
    for line in (
        "REQUEST  PREFLIGHT OUTCOME API WHY",
        "GET /without-cors  BLOCKED ran acao-missing",
        "GET /with-cors  allowed ran",
        "GET /with-cors (include)  BLOCKED ran acao-wildcard-credentials",
        "PUT /products/7  yes  allowed ran",
        "PATCH /products/10  yes  BLOCKED  preflight.method",
        "GET /allowlist (stranger)  BLOCKED  acao-missing",
        "img /image.png  opaque  ran",
    ):
        assert line in lines


def test_each_row_is_one_line_within_80_columns_without_colours_in_a_pipe(
    once: subprocess.CompletedProcess[str],
) -> None:
    lines = once.stdout.splitlines()
    assert max(len(line) for line in lines) <= 80
    start = next(number for number, line in enumerate(lines) if line.startswith("REQUEST"))
    assert [line.split("  ")[0] for line in lines[start + 1 : start + 1 + len(ROWS)]] == [row.label for row in ROWS]
    assert ESCAPE not in once.stdout


def test_once_exits_1_when_the_api_is_broken() -> None:
    broken = subprocess.run(
        [sys.executable, "-c", BROKEN, "demo", "--once"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (broken.returncode, broken.stderr) == (1, "")
    assert "not as the scenario says: the outcome: expected readable, got blocked" in broken.stdout
    assert "requests ended otherwise than they should." in broken.stdout


@pytest.mark.parametrize("option", ["--api-port", "--page-port"])
def test_a_busy_port_is_one_clear_line_and_2(option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        result = run(["--once", option, str(port)])
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"crossorigin demo: port {port} is taken by another program: choose another with {option}, "
        "or leave it out for a free one\n"
    )


@pytest.mark.parametrize(
    "arguments", [["--api-port", "65536"], ["--page-port", "x"], ["--nothing"], ["extra"]], ids=" ".join
)
def test_a_bad_command_line_is_2(arguments: list[str]) -> None:
    result = run(arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)], ids=["tty", "NO_COLOR"])
def test_a_terminal_gets_colours_unless_they_are_not_wanted(environment: dict[str, str], coloured: bool) -> None:
    import pty  # not there on Windows

    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "CI")}
    process = subprocess.Popen(
        [*COMMAND, "--once"], stdout=theirs, stderr=theirs, env={**kept, "TERM": "xterm-256color", **environment}
    )
    os.close(theirs)
    seen = b""
    with open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123 - a descriptor, not a path
        try:
            while part := terminal.read(4096):
                seen += part
        except OSError:
            pass  # the other end is closed
    assert process.wait(60) == 0
    green = re.search(rb"\x1b\[[\d;]*3[1-6]", seen)
    assert (green is not None) is coloured
    assert b"acao-missing" in seen


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    process = subprocess.Popen([*COMMAND, "--once"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    errors = process.stderr.read()
    process.stderr.close()
    # 1 from click where the pipe breaks while the command prints, 141 from ours where it does at the last flush.
    assert process.wait(60) in (1, 141)
    assert errors == ""


@pytest.mark.skipif(os.name != "posix", reason="a console's Ctrl-C cannot be sent to one process on Windows")
@pytest.mark.usefixtures("ctrl_c")
def test_it_serves_until_ctrl_c_and_then_exits_0() -> None:
    command = [sys.executable, "-c", PATIENT, "demo"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)
    assert process.stdout is not None
    try:
        seen = ""
        while "Ctrl-C" not in seen:
            line = process.stdout.readline()
            assert line, "it ended before it served"
            seen += line
        port = int(re.search(r"Open  http://localhost:(\d+)/", seen)[1])  # type: ignore[index]  # asserted by the line
        # A browser that keeps its connection open must not hold the end up.
        with socket.create_connection(("127.0.0.1", port), timeout=5) as browser:
            browser.sendall(b"GET / HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % port)
            assert browser.recv(12) == b"HTTP/1.1 200"
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, rest, errors) == (0, "\nStopped.\n", "")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
