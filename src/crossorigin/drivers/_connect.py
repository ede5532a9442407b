"""From a target to an open stream: addresses raced as browsers do, the way through a proxy, and TLS."""

import asyncio
import base64
import errno
import ssl
from collections.abc import Callable, Sequence

from ._failures import Failed, causes, tls_reason
from ._http1 import ask
from ._proxy import Proxy
from ._resolve import Overrides, addresses_of
from ._socks import socks5_handshake
from ._stream import Stream
from ._wire import Target

_STAGGER = 0.25
"""Seconds that one address has before the next is tried beside it: https://www.rfc-editor.org/rfc/rfc8305#section-8"""

_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


async def connect_tcp(host: str, port: int, overrides: Overrides) -> Stream:
    """A connection to whichever address of the host answers first.

    Raises:
        Failed: of kind "dns", "refused" or "unreachable".
    """
    addresses = await addresses_of(host, port, overrides)
    stream, errors = await _race(addresses, port)
    if stream is not None:
        return stream
    numbers = {cause.errno for error in errors for cause in causes(error) if isinstance(cause, OSError)}
    where = " and ".join(f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for address in addresses)
    named = "" if host in addresses else f" ({host})"
    if errno.ECONNREFUSED in numbers:
        raise Failed("refused", f"nothing listens at {where}{named}: the connection was refused")
    detail = "there is no route to it" if numbers & _UNREACHABLE else "the connection failed"
    raise Failed("unreachable", f"{where}{named} cannot be reached: {detail}")


async def _race(addresses: Sequence[str], port: int) -> tuple[Stream | None, list[BaseException]]:
    waiting = list(addresses)
    attempts: set[asyncio.Task[Stream]] = set()
    errors: list[BaseException] = []
    winner: Stream | None = None
    try:
        while winner is None and (waiting or attempts):
            if waiting:
                attempts.add(asyncio.create_task(Stream.connect(waiting.pop(0), port)))
            done, attempts = await asyncio.wait(
                attempts, timeout=_STAGGER if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for attempt in done:
                error = attempt.exception()
                if error is not None:
                    errors.append(error)
                elif winner is None:
                    winner = attempt.result()
                else:
                    await attempt.result().aclose()
    finally:
        for attempt in attempts:
            attempt.cancel()
        for result in await asyncio.gather(*attempts, return_exceptions=True):
            if not isinstance(result, BaseException):
                await result.aclose()
    return winner, errors


async def start_tls(stream: Stream, host: str, place: str, context: ssl.SSLContext) -> None:
    """TLS on an open connection. `host` is whom the certificate must name.

    Raises:
        Failed: of kind "tls".
    """
    try:
        await stream.start_tls(context, host.removesuffix("."))
    except Exception as error:
        raise Failed("tls", f"no secure connection to {place}: {tls_reason(error)}") from error


async def through_proxy(
    proxy: Proxy,
    target: Target,
    overrides: Overrides,
    context: Callable[[], ssl.SSLContext],
    opened: Callable[[Stream], None],
) -> Stream:
    """A stream to the target through a proxy; to the proxy itself for plain http, which it forwards.

    `opened` hears of the stream as soon as there is something to close.

    Raises:
        Failed: the proxy cannot be reached, or does not let the connection through.
    """
    try:
        stream = await connect_tcp(proxy.host, proxy.port, overrides)
    except Failed as error:
        failure = error.failure
        raise Failed(failure.kind, f"the proxy {proxy} is not there: {failure.message}") from error
    opened(stream)
    if proxy.scheme == "https":
        await start_tls(stream, proxy.host, f"the proxy {proxy}", context())
    if proxy.scheme in ("socks5", "socks5h"):
        host = target.bare_host
        if proxy.scheme == "socks5":  # the h is for: the host name is the proxy's to look up
            host = (await addresses_of(host, target.port, overrides))[0]
        await socks5_handshake(stream, proxy, host, target.port)
        return stream
    if target.is_secure:
        await _tunnel(stream, proxy, target)
    return stream


def proxy_authorization(proxy: Proxy) -> list[tuple[bytes, bytes]]:
    """https://www.rfc-editor.org/rfc/rfc7617: the field that tells an http proxy who asks, if it wants to know."""
    if proxy.username is None:
        return []
    token = base64.b64encode(proxy.username + b":" + proxy.password)
    return [(b"Proxy-Authorization", b"Basic " + token)]


async def _tunnel(stream: Stream, proxy: Proxy, target: Target) -> None:
    """https://www.rfc-editor.org/rfc/rfc9110#name-connect"""
    authority = str(target).encode("ascii")
    fields = [(b"Host", authority), *proxy_authorization(proxy)]
    response = await ask(stream, str(proxy), b"CONNECT", authority, fields)
    if not 200 <= response.status <= 299:
        raise Failed(
            "unreachable",
            f"the proxy {proxy} refused a tunnel to {target}: {response.status} {response.reason[:80]}".rstrip(),
        )
