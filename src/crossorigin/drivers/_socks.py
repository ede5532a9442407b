"""SOCKS5 (RFC 1928, RFC 1929), spoken by socksio; here its messages are read whole from the stream."""

from ._failures import Failed, quoted
from ._proxy import Proxy
from ._stream import Stream

_ADDRESS_LENGTHS = {1: 4, 4: 16}
"""Bytes of an address by its type; a name says its own length."""


async def socks5_handshake(stream: Stream, proxy: Proxy, host: str, port: int) -> None:
    """https://www.rfc-editor.org/rfc/rfc1928

    Asks the proxy for a connection to `host`, a name or an address.

    Raises:
        Failed: it gives none, or socksio is not installed.
    """
    try:
        from socksio import exceptions, socks5  # few need it
    except ModuleNotFoundError:
        raise Failed("unreachable", "SOCKS proxies need the package socksio: pip install 'httpcore2[socks]'") from None
    wants_password = proxy.username is not None
    method = socks5.SOCKS5AuthMethod.USERNAME_PASSWORD if wants_password else socks5.SOCKS5AuthMethod.NO_AUTH_REQUIRED
    try:
        await stream.write(socks5.SOCKS5AuthMethodsRequest([method]).dumps())
        if socks5.SOCKS5AuthReply.loads(await _read(stream, 2)).method != method:
            what = "another way to sign in" if wants_password else "a user name and password"
            raise Failed("unreachable", f"the proxy {proxy} wants {what}")
        if proxy.username is not None:
            await stream.write(socks5.SOCKS5UsernamePasswordRequest(proxy.username, proxy.password).dumps())
            if not socks5.SOCKS5UsernamePasswordReply.loads(await _read(stream, 2)).success:
                raise Failed("unreachable", f"the proxy {proxy} refused the user name and password")
        await stream.write(socks5.SOCKS5CommandRequest.from_address(socks5.SOCKS5Command.CONNECT, (host, port)).dumps())
        reply = socks5.SOCKS5Reply.loads(await _read_reply(stream))
    except (exceptions.SOCKSError, ValueError, OverflowError, OSError) as error:
        raise Failed("unreachable", f"the proxy {proxy} does not speak SOCKS5: {quoted(error)}") from error
    if reply.reply_code != socks5.SOCKS5ReplyCode.SUCCEEDED:
        why = reply.reply_code.name.replace("_", " ").lower()
        raise Failed("unreachable", f"the proxy {proxy} did not connect to {host}:{port}: {why}")


async def _read_reply(stream: Stream) -> bytes:
    head = await _read(stream, 5)
    rest = _ADDRESS_LENGTHS.get(head[3], head[4] + 1) - 1 + 2
    return head + await _read(stream, rest)


async def _read(stream: Stream, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = await stream.read(count - len(data))
        if not piece:
            raise ValueError("it closed the connection")
        data += piece
    return data
