"""Two servers on loopback, in a thread: the API on one port, the page on another.

The sockets are bound here and handed to uvicorn, so that a busy port is one clear error and a free port is really free.
uvicorn leaves signals alone outside the main thread, which keeps Ctrl-C where it belongs: with the command.
"""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Callable
from types import TracebackType

import uvicorn

from crossorigin import PolicyMap
from crossorigin.browser import Context, fetch, fetch_request, page_at

from ._api import api, policies
from ._page import PageServer
from ._predict import Origins
from ._record import App, Runs

ADDRESS = "127.0.0.1"
ADDRESS_V6 = "::1"
# The page and the API go by the name, and the stranger by the address. The other way round, Firefox 153 repeats the
# first preflights of a page: between addresses it begins to use its preflight cache late.
NAME = "localhost"
BACKLOG = 128
TRIES = 50
START_LIMIT = 10.0
STOP_LIMIT = 10.0


class PortUnavailable(OSError):  # an OSError in all but the number: which port it was, and what to do
    """A port that cannot be listened on, or that browsers refuse to talk to."""


class Demo:
    """The demonstration's servers, as a context manager. `runs` and `origins` are what the scenario needs.

    Args:
        api_port: the API's port, 0 for a free one.
        page_port: the page's port, 0 for a free one.
        policy: the API's policies for a given page origin; another one breaks the demonstration on purpose.

    Raises:
        PortUnavailable: on entering, if a port is taken, not permitted, or one that browsers refuse.
    """

    def __init__(self, *, api_port: int = 0, page_port: int = 0, policy: Callable[[str], PolicyMap] = policies) -> None:
        self._ports = (api_port, page_port)
        self._policy = policy
        self.runs = Runs()
        self.origins = Origins(page="", api="", stranger="")

    def __enter__(self) -> "Demo":
        api_port, page_port = self._ports
        if api_port == page_port != 0:
            raise PortUnavailable(f"port {api_port} cannot be both the API's and the page's: that would be one origin")
        self._sockets: list[list[socket.socket]] = []
        try:
            self._sockets.append(listen(api_port, "--api-port"))
            self._sockets.append(listen(page_port, "--page-port"))
        except PortUnavailable:
            self._close_sockets()
            raise
        api_port, page_port = (sockets[0].getsockname()[1] for sockets in self._sockets)
        page = f"http://{NAME}:{page_port}"
        self.origins = Origins(page=page, api=f"http://{NAME}:{api_port}", stranger=f"http://{ADDRESS}:{page_port}")
        applications = (api(self.runs, self._policy(page)), PageServer(self.runs, self.origins))
        self._servers = [uvicorn.Server(_config(application)) for application in applications]
        self._thread = threading.Thread(target=self._serve, name="crossorigin-demo", daemon=True)
        self._thread.start()
        try:
            self._wait_until_started()
        except BaseException:  # Ctrl-C in these few milliseconds included
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        for server in self._servers:
            server.should_exit = True
        self._thread.join(STOP_LIMIT)
        self._close_sockets()

    def _serve(self) -> None:
        async def both() -> None:
            await asyncio.gather(
                *(server.serve(sockets) for server, sockets in zip(self._servers, self._sockets, strict=True))
            )

        asyncio.run(both())

    def _wait_until_started(self) -> None:
        pause = threading.Event()
        for _ in range(int(START_LIMIT / 0.01)):
            if all(server.started for server in self._servers):
                return
            pause.wait(0.01)
        raise RuntimeError(f"the servers did not start within {START_LIMIT:g} seconds")

    def _close_sockets(self) -> None:
        for sockets in self._sockets:
            for listener in sockets:
                listener.close()


def _config(application: App) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def listen(port: int, option: str) -> list[socket.socket]:
    """Sockets that listen on loopback, for both versions of IP where there are two: at `port`, 0 for a free one."""
    if port != 0:
        if _refused_by_browsers(port):
            raise PortUnavailable(f"browsers refuse to talk to port {port}: choose another with {option}")
        return _listen_at(port, option)
    for _ in range(TRIES):
        first = _bound(socket.AF_INET, ADDRESS, 0)
        free = first.getsockname()[1]
        try:
            if not _refused_by_browsers(free):
                return [first, *_listen_v6(free)]
        except OSError:
            pass  # free on 127.0.0.1, taken on ::1: ask for another
        first.close()
    raise PortUnavailable(f"no free port was found: give one with {option}")


def _refused_by_browsers(port: int) -> bool:
    """Whether a fetch to that port ends before anything is sent: https://fetch.spec.whatwg.org/#port-blocking"""
    page = page_at("about:blank")
    flow = fetch(fetch_request(page, f"http://{NAME}:{port}/"), page, context=Context())
    return next(flow, None) is None


def _listen_at(port: int, option: str) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    try:
        sockets.append(_bound(socket.AF_INET, ADDRESS, port))
        sockets += _listen_v6(port)
    except OSError as error:
        for listener in sockets:
            listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortUnavailable(
                f"port {port} is taken by another program: choose another with {option}, or leave it out for a free one"
            ) from error
        raise PortUnavailable(f"port {port} cannot be used ({error.strerror}): choose another with {option}") from error
    return sockets


def _listen_v6(port: int) -> list[socket.socket]:
    """The same port at ::1, where this machine has it: browsers may look for localhost there first."""
    try:
        return [_bound(socket.AF_INET6, ADDRESS_V6, port)]
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise
        return []


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # on Windows this option would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
