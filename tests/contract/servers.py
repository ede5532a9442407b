"""Real servers on loopback, each in a process of its own.

Each is given a listening socket of ours, so that no port is guessed and none is waited for: what is sent before a
server is ready waits in the socket's queue. granian takes no socket: it is given a port that was free a moment ago.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.contract.serve import SERVERS as OF_A_SOCKET

OF_A_PORT = ("granian-asgi", "granian-wsgi")
SERVERS = (*OF_A_SOCKET, *OF_A_PORT)

READY_WITHIN = 60


@contextmanager
def serving(server: str, target: str) -> Iterator[int]:
    """The port at which `target`, `module:attribute`, answers on that server."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        if server in OF_A_SOCKET:
            bound.listen(64)
            command = ["-m", "tests.contract.serve", server, target, str(bound.fileno())]
            descriptors = [bound.fileno()]
        else:
            bound.close()
            interface = server.partition("-")[2]
            command = ["-m", "granian", target, "--interface", interface, "--port", str(port), "--no-log"]
            descriptors = []
        process = subprocess.Popen(
            [sys.executable, *command],
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            if not descriptors:
                _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended before it served"
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens at port {port} after {READY_WITHIN} s")
