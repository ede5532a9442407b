"""Real servers on loopback, each in a process of its own.

Each is given a listening socket of ours, so that no port is guessed and none is waited for: what is sent before a
server is ready waits in the socket's queue.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def serving(server: str, target: str) -> Iterator[int]:
    """The port at which `target`, `module:attribute`, answers on that server."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        command = [sys.executable, "-m", "tests.contract.serve", server, target, str(listening.fileno())]
        process = subprocess.Popen(
            command,
            pass_fds=[listening.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield listening.getsockname()[1]
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)
