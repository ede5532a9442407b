"""HTTP/2: one request on one connection of httpcore2's. Loaded where a server agrees to HTTP/2, and nowhere else."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import h2.config
import httpcore2

from ._http1 import Answered
from ._stream import Stream
from ._wire import Target


class _Connection(httpcore2.AsyncHTTP2Connection):
    # The library lets malformed fields pass, and takes an answer without a status for 200. Browsers do not.
    CONFIG = h2.config.H2Configuration(validate_inbound_headers=True)


async def ask(
    stream: Stream, target: Target, method: bytes, path: bytes, fields: Sequence[tuple[bytes, bytes]], body: bytes
) -> Answered:
    """https://www.rfc-editor.org/rfc/rfc9113

    Sends the request and waits for the head of its response. Servers are asked for at most 64 KiB of it.
    """
    origin = httpcore2.Origin(target.scheme.encode("ascii"), target.host.encode("ascii"), target.port)
    url = httpcore2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=path)
    connected: Any = stream  # it has the shape of httpcore2's streams
    response = await _Connection(origin, connected).handle_async_request(
        httpcore2.Request(method, url, headers=list(fields), content=body)
    )
    return Answered(status=response.status, fields=tuple(response.headers), version="HTTP/2", pieces=_pieces(response))


async def _pieces(response: httpcore2.Response) -> AsyncGenerator[bytes]:
    async with aclosing(response.aiter_stream()) as pieces:
        async for piece in pieces:
            yield piece
