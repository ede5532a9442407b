"""Real servers on loopback, each given a listening socket of ours: no port is guessed and none is waited for."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.contract import apps


@contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(64)
        yield bound


@contextmanager
def uvicorn() -> Iterator[int]:
    import uvicorn

    config = uvicorn.Config(apps.asgi, log_level="critical", lifespan="on")
    server = uvicorn.Server(config)
    with listening() as bound:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield bound.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


@contextmanager
def waitress() -> Iterator[int]:
    import logging

    import waitress

    logging.getLogger("waitress").setLevel(logging.CRITICAL)
    with listening() as bound:
        server = waitress.create_server(apps.wsgi, sockets=[bound], threads=2)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield bound.getsockname()[1]
        finally:
            server.close()
            thread.join(10)


@contextmanager
def gunicorn() -> Iterator[int]:
    with listening() as bound:
        command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{bound.fileno()}", "--log-level", "critical"]
        process = subprocess.Popen(
            [*command, "tests.contract.apps:wsgi"],
            pass_fds=[bound.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield bound.getsockname()[1]
        finally:
            process.terminate()
            process.wait(20)


SERVERS = {
    "uvicorn": uvicorn,
    "waitress": waitress,
    "gunicorn": gunicorn,
}
