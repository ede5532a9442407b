"""The network: one exchange is one connection, with nothing on it that the flow did not say.

No connection is used twice. Browsers too keep a preflight apart from the credentialed request behind it, and so no
answer depends on what an earlier exchange left in a pool, nor fails because a server had closed an idle one.
"""

import asyncio
import os
import ssl
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Self

from crossorigin.browser import NetworkFailure, ResponseHead, Send, space_of_address
from crossorigin.standard import HeaderList

from ._connect import connect_tcp, proxy_authorization, start_tls, through_proxy
from ._failures import Failed, failure_of
from ._http1 import Answered, ask
from ._proxy import Proxies, Proxy
from ._resolve import parse_resolve
from ._run import run_async
from ._stream import Stream
from ._values import DEFAULT_MAX_BODY, DEFAULT_TIMEOUT, Answer, AsyncReply, Body, Fetched, Flow
from ._wire import Target, fields_on_the_wire, is_event_stream, target_of


class AsyncNetworkDriver:
    """Runs flows over the network, in the running event loop of asyncio. See NetworkDriver for the options."""

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
    ) -> None:
        self._timeout = timeout
        self._max_body = max_body
        self._cacert = cacert
        self._insecure = insecure
        self._proxies = Proxies(proxy, os.environ.copy() if environ is None else environ)
        self._overrides = parse_resolve(resolve)
        self._http2 = http2
        self._event_streams = event_streams
        self._contexts: dict[bool, ssl.SSLContext] = {}
        if cacert is not None:
            self.tls_context(http2=http2)

    async def run(self, flow: Flow) -> Fetched:
        """Runs a flow to its verdict."""
        return await run_async(flow, self, self._max_body)

    async def open(self, send: Send) -> AsyncReply:
        """Sends one request and waits for the head of its answer."""
        exchange = _Exchange(send, self._timeout, reads_event_streams=self._event_streams)
        await exchange.begin(self)
        return exchange

    async def aclose(self) -> None:
        """Nothing to close: each connection ended with its exchange."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        await self.aclose()

    def tls_context(self, *, http2: bool = False) -> ssl.SSLContext:
        """What to trust, and to offer: loaded when it is first needed, and not changed after that."""
        context = self._contexts.get(http2)
        if context is None:
            context = _trusting_the_system() if self._cacert is None else _trusting(self._cacert)
            if self._insecure:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            context.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
            self._contexts[http2] = context
        return context

    async def connect(self, exchange: "_Exchange") -> tuple[Stream, Proxy | None]:
        """The stream for an exchange, and the proxy that is to forward it, if one is."""
        target = exchange.target
        proxy = self._proxy_for(target)
        if proxy is None:
            exchange.doing = f"connecting to {target}"
            stream = await connect_tcp(target.bare_host, target.port, self._overrides)
            exchange.connected_to(stream)
        else:
            exchange.doing = f"asking the proxy {proxy} for {target}"
            stream = await through_proxy(proxy, target, self._overrides, self.tls_context, exchange.opened)
        exchange.opened(stream)
        if not target.is_secure:
            return stream, proxy if proxy is not None and proxy.scheme in ("http", "https") else None
        exchange.doing = f"securing the connection to {target}"
        context = self.tls_context(http2=self._http2 and b"upgrade" not in exchange.send.headers)
        await start_tls(stream, target.bare_host, str(target), context)
        return stream, None

    def _proxy_for(self, target: Target) -> Proxy | None:
        try:
            return self._proxies.proxy_for(target)
        except ValueError as error:
            raise Failed("unreachable", f"the environment names a proxy, but {error}") from None


class _Exchange:
    """One request on one connection, and the reply that its sender holds."""

    exception = None

    def __init__(self, send: Send, timeout: float | None, *, reads_event_streams: bool) -> None:
        self.send = send
        self._reads_event_streams = reads_event_streams
        self.target = target_of(send.url)
        self.doing = "starting"
        self.answer: Answer = NetworkFailure(kind="protocol", message="nothing has come yet")
        self._timeout = timeout
        self._deadline = None if timeout is None else asyncio.get_running_loop().time() + timeout
        self._address: str | None = None
        self._stream: Stream | None = None
        self._response: Answered | None = None

    def opened(self, stream: Stream) -> None:
        """Remembers what is to be closed."""
        self._stream = stream

    def connected_to(self, stream: Stream) -> None:
        """Remembers the server's address, which only a direct connection tells.

        Raises:
            Failed: the browser does not let the page reach it.
        """
        self.opened(stream)
        peer = stream.get_extra_info("peername")  # None where the connection has ended again
        self._address = None if peer is None else str(peer[0])
        refused = self.send.refused_spaces
        if refused and self._address is not None and space_of_address(self._address) in refused:
            raise Failed("unreachable", f"{self.target} is at {self._address}, which the page may not reach")

    async def begin(self, driver: AsyncNetworkDriver) -> None:
        try:
            async with asyncio.timeout_at(self._deadline):
                self.answer = await self._ask(driver)
        except TimeoutError:
            self.answer = replace(self._timed_out(), address=self._address)
        except Exception as error:  # noqa: BLE001  # whatever a hostile server makes a library raise is no answer
            self.answer = replace(failure_of(error, str(self.target)), address=self._address)
        except BaseException:
            await self.aclose()
            raise

    async def _ask(self, driver: AsyncNetworkDriver) -> Answer:
        stream, forwarder = await driver.connect(self)
        self.doing = f"waiting for {self.target} to answer"
        target = self.target
        path, fields = target.path, fields_on_the_wire(self.send, target)
        if forwarder is not None:
            path = f"{target.scheme}://{target.authority}{path}"
            fields = fields + proxy_authorization(forwarder)
        method, body = self.send.method.encode("ascii"), self.send.body or b""
        tls = stream.get_extra_info("ssl_object")
        if tls is not None and tls.selected_alpn_protocol() == "h2":
            from . import _http2  # here: the library is large, and a server on this machine seldom speaks it

            response = await _http2.ask(stream, target, method, path.encode("ascii"), fields, body)
        else:
            response = await ask(stream, str(target), method, path.encode("ascii"), fields, body)
        self._response = response
        if response.status < 200 and b"upgrade" not in self.send.headers:
            raise Failed("protocol", f"{target} switched protocols, and nobody had asked it to")
        return ResponseHead(
            status=response.status,
            headers=HeaderList(response.fields),
            http_version=response.version,
            address=self._address,
        )

    async def read(self, limit: int) -> Body:
        """Reads at most `limit` bytes. An event stream that is still open when the time is up is cut, not broken."""
        if self._response is None or not isinstance(self.answer, ResponseHead) or self.answer.status < 200:
            return Body()
        streams = is_event_stream(self.answer)
        if streams and not (limit and self._reads_event_streams):
            return Body(truncated=True)
        data, cut = bytearray(), False
        failure: NetworkFailure | None = None
        self.doing = f"reading the body from {self.target}"
        try:
            async with asyncio.timeout_at(self._deadline), aclosing(self._response.pieces) as pieces:
                async for piece in pieces:
                    data += piece
                    if len(data) > limit:
                        break
        except TimeoutError:
            cut, failure = streams, None if streams else self._timed_out()
        except Exception as error:  # noqa: BLE001  # as above
            failure = failure_of(error, str(self.target))
        return Body(data=bytes(data[:limit]), truncated=cut or len(data) > limit, failure=failure)

    async def discard(self) -> None:
        """A browser does not wait for a body that it does not want, either."""

    async def aclose(self) -> None:
        """Closes the connection."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.aclose()

    def _timed_out(self) -> NetworkFailure:
        return NetworkFailure(kind="timeout", message=f"{self._timeout:g} s were over while {self.doing}")


def _trusting_the_system() -> ssl.SSLContext:
    from httpcore2 import default_ssl_context  # here: plain http needs none of it

    return default_ssl_context()


def _trusting(cacert: str | os.PathLike[str]) -> ssl.SSLContext:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cafile=cacert)
    except OSError as error:  # ssl.SSLError is one too
        raise ValueError(f"{os.fspath(cacert)!r} is no PEM file of certificates: {error.strerror or error}") from None
    return context
