"""The network for synchronous callers: the asynchronous driver in an event loop of its own.

One implementation, for a total timeout wants cancellation: a synchronous read can be limited, a name look-up, a TLS
handshake and a server that sends a byte a second cannot, not all of them together.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Self

from crossorigin.browser import Send

from ._async_network import AsyncNetworkDriver
from ._loop_thread import LoopThread, open_in_loop
from ._run import run
from ._values import DEFAULT_MAX_BODY, DEFAULT_TIMEOUT, Fetched, Flow, Reply


class NetworkDriver:
    """Runs flows over the network: HTTP/1.1, or HTTP/2 where the server agrees to it in the TLS handshake.

    Args:
        timeout: seconds for one request altogether, from the name look-up to the last byte of the body; None: no limit.
        max_body: bytes of the last response's body that are read.
        cacert: a PEM file of the certificates to trust, instead of the system's.
        insecure: accept any certificate.
        proxy: `http://`, `https://`, `socks5://` or `socks5h://` and a host, with user and password if need be; the
            empty string: none, whatever the environment says. None: as `environ` says (HTTP_PROXY, HTTPS_PROXY,
            ALL_PROXY, NO_PROXY, in lower case first).
        resolve: where hosts are, each `HOST:PORT:ADDRESS[,ADDRESS]`, as for curl.
        http2: whether HTTP/2 is offered.
        event_streams: whether the bodies of event streams are read, for as long as `timeout` allows.
        environ: the environment to read, None for the process's own.
        loop: the event loop to run in, where several drivers share one.

    Names below `localhost` are this machine, as in browsers.

    Raises:
        ValueError: an option is malformed, or `cacert` holds no certificate.
    """

    def __init__(
        self,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_body: int = DEFAULT_MAX_BODY,
        cacert: str | os.PathLike[str] | None = None,
        insecure: bool = False,
        proxy: str | None = None,
        resolve: Iterable[str] = (),
        http2: bool = True,
        event_streams: bool = True,
        environ: Mapping[str, str] | None = None,
        loop: LoopThread | None = None,
    ) -> None:
        self._driver = AsyncNetworkDriver(
            timeout=timeout,
            max_body=max_body,
            cacert=cacert,
            insecure=insecure,
            proxy=proxy,
            resolve=resolve,
            http2=http2,
            event_streams=event_streams,
            environ=environ,
        )
        self._timeout = timeout
        self._max_body = max_body
        self._own_loop = loop is None
        self._loop = LoopThread() if loop is None else loop

    def run(self, flow: Flow) -> Fetched:
        """Runs a flow to its verdict."""
        return run(flow, self, self._max_body)

    def open(self, send: Send) -> Reply:
        """Sends one request and waits for the head of its answer."""
        return open_in_loop(self._driver, send, self._loop, self._timeout)

    def close(self) -> None:
        """Ends the thread of the driver's own event loop."""
        if self._own_loop:
            self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()
