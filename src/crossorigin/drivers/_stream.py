"""A connection that bytes are read from and written to, with TLS on it where it is wanted.

asyncio's own streams do not hear when the other side ends a connection that became TLS on the way. It has the shape of
httpcore2's streams, since HTTP/2 is spoken over it by httpcore2.
"""

import asyncio
import ssl
from typing import Any, cast

_PLENTY = 256 * 1024
"""Bytes that wait to be read before the other side has to wait."""


class Stream:
    """One connection. What goes wrong is an OSError (ssl.SSLError is one too)."""

    def __init__(self, transport: asyncio.Transport, receiver: "_Receiver") -> None:
        self._transport = transport
        self._receiver = receiver

    @classmethod
    async def connect(cls, address: str, port: int) -> "Stream":
        """A connection to an address.

        Raises:
            OSError: there is none.
        """
        transport, receiver = await asyncio.get_running_loop().create_connection(_Receiver, address, port)
        return cls(transport, receiver)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # httpcore2's
        """The next bytes, at most so many; none where the other side has ended it."""
        receiver = self._receiver
        while not receiver.data and not receiver.ended:
            receiver.heard.clear()
            await receiver.heard.wait()
        if receiver.data:
            taken = bytes(receiver.data[:max_bytes])
            del receiver.data[:max_bytes]
            if len(receiver.data) < _PLENTY and not receiver.ended:
                self._transport.resume_reading()
            return taken
        if receiver.error is not None:
            raise receiver.error
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  # as above
        """Writes all of it."""
        if self._receiver.lost:
            raise self._receiver.error or ConnectionResetError("the connection is closed")
        self._transport.write(buffer)
        await self._receiver.writable.wait()

    async def start_tls(self, context: ssl.SSLContext, server_hostname: str) -> None:
        """TLS from here on. `server_hostname` is whom the certificate must name.

        Raises:
            OSError: the handshake failed.
        """
        if self._transport.is_closing():  # asyncio would wait for it for ever
            raise ConnectionResetError("the connection ended before TLS began")
        loop = asyncio.get_running_loop()
        try:
            transport = await loop.start_tls(self._transport, self._receiver, context, server_hostname=server_hostname)
        except BaseException:
            self._receiver.closed.set()  # asyncio does not tell it of the end of a connection that did not become TLS
            raise
        if transport is None:
            raise ConnectionResetError("the connection ended while TLS began")
        self._transport = transport
        self._receiver.transport = transport

    def get_extra_info(self, name: str) -> Any:
        """What asyncio's transports tell: `ssl_object`, None without TLS; `peername`."""
        return self._transport.get_extra_info(name)

    async def aclose(self) -> None:
        """Closes it at once: what is not written yet is not waited for."""
        self._transport.abort()
        await self._receiver.closed.wait()


class _Receiver(asyncio.Protocol):
    """What the transport says, kept until it is read."""

    def __init__(self) -> None:
        self.transport: asyncio.ReadTransport | None = None
        self.data = bytearray()
        self.error: Exception | None = None
        self.ended = False
        self.lost = False
        self.heard = asyncio.Event()
        self.closed = asyncio.Event()
        self.writable = asyncio.Event()
        self.writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.data += data
        if len(self.data) >= _PLENTY and self.transport is not None:
            self.transport.pause_reading()
        self.heard.set()

    def eof_received(self) -> None:
        self.ended = True
        self.heard.set()

    def connection_lost(self, error: Exception | None) -> None:
        self.error = error
        self.ended = self.lost = True
        for event in (self.heard, self.closed, self.writable):
            event.set()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()
