"""HTTP/1.1: one request on one connection. h11 knows the protocol, this only carries the bytes."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import h11

from ._failures import Failed, quoted
from ._stream import Stream

MAX_HEADER_BYTES = 256 * 1024
"""Bytes of a response head, as in Chromium."""

_PIECE = 64 * 1024
"""Bytes that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The head of a response, and the pieces of its body as they come."""

    status: int
    fields: tuple[tuple[bytes, bytes], ...]
    version: str
    pieces: AsyncGenerator[bytes]
    reason: str = ""


async def ask(
    stream: Stream, place: str, method: bytes, target: bytes, fields: Sequence[tuple[bytes, bytes]], body: bytes = b""
) -> Answered:
    """https://www.rfc-editor.org/rfc/rfc9112

    Sends the request and waits for the head of its response; interim ones are passed over. `place` is for messages.

    Raises:
        Failed: the connection closed without a response, or the request cannot be written as HTTP.
        h11.RemoteProtocolError: the response is not valid HTTP.
        OSError: the connection broke.
    """
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEADER_BYTES)
    events: list[h11.Event] = [h11.Data(data=body)] if body else []
    try:
        request = h11.Request(method=method, target=target, headers=list(fields))
        content = b"".join(connection.send(event) or b"" for event in (request, *events, h11.EndOfMessage()))
    except h11.LocalProtocolError as error:
        raise Failed("protocol", f"the request to {place} cannot be written as HTTP: {quoted(error)}") from error
    with suppress(OSError):  # who answers before it has read all may have said why
        await stream.write(content)
    head = await _next_event(connection, stream, place)
    while not isinstance(head, h11.Response) and not (
        isinstance(head, h11.InformationalResponse) and head.status_code == 101
    ):
        head = await _next_event(connection, stream, place)
    return Answered(
        status=head.status_code,
        fields=tuple(head.headers.raw_items()),
        version=f"HTTP/{head.http_version.decode('ascii', 'replace')}",
        pieces=_pieces(connection, stream, place),
        reason=head.reason.decode("ascii", "replace"),
    )


async def _pieces(connection: h11.Connection, stream: Stream, place: str) -> AsyncGenerator[bytes]:
    while True:
        event = await _next_event(connection, stream, place)
        if isinstance(event, h11.Data):
            yield bytes(event.data)
        elif isinstance(event, h11.EndOfMessage) or event is h11.PAUSED:
            return


async def _next_event(connection: h11.Connection, stream: Stream, place: str) -> h11.Event | type[h11.PAUSED]:
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Event) or event is h11.PAUSED:
            return event
        data = await stream.read(_PIECE)
        if not data and connection.their_state is h11.SEND_RESPONSE:
            raise Failed("protocol", f"{place} closed the connection without an answer")
        connection.receive_data(data)
