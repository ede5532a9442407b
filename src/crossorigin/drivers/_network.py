"""The network: sync and async drivers over httpcore2's connections."""

import os
from collections.abc import Iterable, Mapping
from typing import Self

from ._values import DEFAULT_MAX_BODY, DEFAULT_TIMEOUT, AsyncReply, Fetched, Flow, Reply
from crossorigin.browser._response import Send


class AsyncNetworkDriver:
    """Runs flows over the network. See NetworkDriver for the options."""

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
        environ: Mapping[str, str] | None = None,
    ) -> None: ...

    async def open(self, send: Send) -> AsyncReply: raise NotImplementedError

    async def run(self, flow: Flow) -> Fetched: raise NotImplementedError

    async def aclose(self) -> None: ...

    async def __aenter__(self) -> Self: return self

    async def __aexit__(self, *details: object) -> None: await self.aclose()


class NetworkDriver:
    """Runs flows over the network: HTTP/1.1, or HTTP/2 where the server offers it in the TLS handshake.

    Args:
        timeout: seconds for one request altogether, from the name look-up to the last byte of the body; None: no limit.
        max_body: bytes of the last response's body that are read.
        cacert: a PEM file of certificates to trust instead of the system's.
        insecure: accept any certificate.
        proxy: `http://`, `https://`, `socks5://` or `socks5h://`, with user and password if need be; the empty
            string: no proxy. None: as `environ` says (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY).
        resolve: `HOST:PORT:ADDRESS[,ADDRESS]`, as curl has it.
        http2: whether to offer HTTP/2.

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
        environ: Mapping[str, str] | None = None,
    ) -> None: ...

    def open(self, send: Send) -> Reply: raise NotImplementedError

    def run(self, flow: Flow) -> Fetched: raise NotImplementedError

    def close(self) -> None: ...

    def __enter__(self) -> Self: return self

    def __exit__(self, *details: object) -> None: self.close()
