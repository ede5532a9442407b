"""The command as a whole process, beside curl: what a person waits for."""

import os
import random
import shutil
import statistics
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench._section import Section, Table, times

PAGE = "http://localhost:3000"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Access-Control-Allow-Origin", PAGE)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


def command(*, rounds: int) -> Section:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    own = [sys.executable, "-m", "crossorigin"]
    programs = {
        "curl": [shutil.which("curl") or "curl", "-s", url],
        "python -c pass": [sys.executable, "-c", "pass"],
        "crossorigin --help": [*own, "--help"],
        "crossorigin check": [*own, "check", url, "--origin", PAGE],
    }
    spent: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name in random.sample(list(programs), len(programs)):
            spent[name].append(_cpu(programs[name]))
    server.shutdown()
    server.server_close()
    medians = {name: statistics.median(values) for name, values in spent.items()}
    rows = [[name, times(value / medians["curl"]), f"{value * 1000:.0f} ms"] for name, value in medians.items()]
    return Section(
        "The command",
        """
        CPU time of a whole process, as a multiple of curl's, for a request to a server on this machine: `check` is to
        cost at most 39 times curl. What is unfair: curl is a program of the machine, ours is read by an interpreter.
        """,
        (Table(["", "of curl", "CPU"], rows),),
    )


def _cpu(arguments: list[str]) -> float:
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime
