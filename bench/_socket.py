"""Over a socket: CPU that a uvicorn process spends on a request, while `wrk` keeps it busy over loopback.

Bounded: so many rounds of one second a server and row, sixteen connections; then everything ends.
"""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from bench._answer import Answer, check
from bench._measure import Timing
from bench._requests import Request, request
from bench._section import Section, Table, times
from bench._served import DECLARATION

SERVERS = ("bare", "crossorigin", "starlette")
ROWS = ("no Origin", "allowed", "preflight allowed")
CONNECTIONS = 16
TITLE = "Over a socket"
_LUA = 'wrk.method = "{method}"\n{headers}\n'


def over_a_socket(*, rounds: int) -> Section:
    wrk = shutil.which("wrk")
    if wrk is None or not Path("/proc/self/stat").exists():
        return Section(TITLE, "Not measured: there is no `wrk` here, or no /proc to read a process's CPU time from.")
    timings: dict[tuple[str, str], list[float]] = {(name, row): [] for name in SERVERS for row in ROWS}
    with _served(SERVERS) as servers, tempfile.TemporaryDirectory() as folder:
        scripts = {row: _script(Path(folder), row) for row in ROWS}
        for name, (_, port) in servers.items():
            for row in ROWS if name != "bare" else ():
                _seen_to_answer(port, row)
        for _ in range(rounds):
            for name, row in random.sample(list(timings), len(timings)):
                process, port = servers[name]
                timings[name, row].append(_load(wrk, process, port, scripts[row]))
    return _section({key: Timing(tuple(values)) for key, values in timings.items()})


def _section(timings: dict[tuple[str, str], Timing]) -> Section:
    rows = []
    for row in ROWS:
        ratio: float | None
        bare, ours, starlette = (timings[name, row] for name in SERVERS)
        cells = [
            f"{times(it.median / bare.median)} ({times(it.low / bare.median)}–{times(it.high / bare.median)})"
            for it in (ours, starlette)
        ]
        if row == "preflight allowed":
            ratio = starlette.median / ours.median
        else:
            ours_added = ours.minus(bare)
            ratio = starlette.minus(bare).median / ours_added.median if ours_added.low > 0 else None
        rows.append([row, f"{bare.median / 1000:.1f} µs", *cells, "noise" if ratio is None else times(ratio)])
    return Section(
        TITLE,
        f"""
        CPU time, the kernel's too, that a uvicorn process (uvloop, httptools) spends on a request of `wrk` over
        {CONNECTIONS} connections, {DECLARATION.name}: as a multiple of the bare app's, quartiles in brackets, and how
        many times more Starlette's adds than ours (a preflight is taken whole). What is unfair: the app is nearly
        nothing, so a middleware's part is larger here than in yours; and `wrk` shares the machine, which is why CPU
        time is compared and not requests a second.
        """,
        (Table(["", "bare", "crossorigin", "starlette", "Starlette ÷ ours, added"], rows),),
    )


@contextmanager
def _served(names: tuple[str, ...]) -> Iterator[dict[str, tuple[int, int]]]:
    """The servers by name: process and port."""
    started: list[subprocess.Popen[bytes]] = []
    servers = {}
    try:
        for name in names:
            with socket.create_server(("127.0.0.1", 0)) as listening:
                command = [sys.executable, "-m", "bench._served", name, str(listening.fileno())]
                process = subprocess.Popen(command, pass_fds=[listening.fileno()])
                started.append(process)
                servers[name] = process.pid, listening.getsockname()[1]
        yield servers
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(10)


def _asked(row: str) -> Request:
    asked = request(row, DECLARATION)
    assert asked is not None
    return asked.first()


def _fields(asked: Request) -> dict[str, str]:
    """Its fields but Host and Connection, which the client sends itself."""
    fields = {name.decode(): value.decode() for name, value in asked.fields if name not in (b"host", b"connection")}
    return fields | ({"origin": asked.origins[0].decode()} if asked.origins else {})


def _seen_to_answer(port: int, row: str) -> None:
    check(_ask(port, row), row, _asked(row))


def _ask(port: int, row: str) -> Answer:
    asked = _asked(row)
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(asked.method, "/items/1", headers=_fields(asked))
    response = connection.getresponse()
    connection.close()
    return Answer(response.status, response.getheaders(), _fields(asked).get("origin", ""))


def _script(folder: Path, row: str) -> Path:
    asked = _asked(row)
    path = folder / f"{row}.lua"
    headers = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in _fields(asked).items())
    path.write_text(_LUA.format(method=asked.method, headers=headers), encoding="ascii")
    return path


def _load(wrk: str, process: int, port: int, script: Path) -> float:
    """One second of load: ns of the server's CPU a request."""
    command = [wrk, "-t1", f"-c{CONNECTIONS}", "-d1s", "-s", str(script), f"http://127.0.0.1:{port}/items/1"]
    before = _cpu(process)
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    _ask(port, "no Origin")  # once it is answered, nothing is left to do of what came before
    spent = _cpu(process) - before
    found = re.search(r"(\d+) requests in", printed)
    if found is None or "Non-2xx" in printed or "Socket errors" in printed:
        raise RuntimeError(f"wrk failed: {printed}")
    return spent * 1e9 / int(found[1])


def _cpu(process: int) -> float:
    """Seconds of CPU that a process has used, user and kernel."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
