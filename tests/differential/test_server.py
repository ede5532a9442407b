"""The scripted server leaves nothing behind, whenever it stops."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
from contextlib import ExitStack

import pytest

from tests.differential._server import ScriptedServer

HOSTS = {"plain": "http://localhost", "secure": "https://page.test"}


@pytest.mark.parametrize("turns", range(8))
@pytest.mark.parametrize("label", HOSTS)
@pytest.mark.parametrize("said", [b"", b"GET / HT", b"\x16\x03\x01", b"GET /x/ HTTP/1.1\r\n\r\n"])
def test_every_connection_is_closed_however_far_it_has_come(
    label: str, said: bytes, turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)

    async def main() -> None:
        with ExitStack() as clients:
            async with ScriptedServer(HOSTS) as server:
                for _ in range(3):
                    client = clients.enter_context(socket.create_connection(("127.0.0.1", server.port(label))))
                    client.sendall(said)
                for _ in range(turns):
                    await asyncio.sleep(0)

    asyncio.run(main())
    gc.collect()
    assert unraisable == []
