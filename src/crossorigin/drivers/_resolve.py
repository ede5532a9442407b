"""From a host to its addresses: what `resolve` says, addresses as they are, localhost, and the system's resolver."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Iterable, Mapping

from ._failures import Failed

Overrides = Mapping[tuple[str, int], tuple[str, ...]]
"""Addresses by host and port; the host `*` stands for any."""


def parse_resolve(entries: Iterable[str]) -> Overrides:
    """`HOST:PORT:ADDRESS[,ADDRESS]...` as curl's --resolve has it. IPv6 may stand in brackets; HOST may be `*`.

    Raises:
        ValueError: an entry is none.

    >>> parse_resolve(["example.com:443:127.0.0.1,[::1]"])
    {('example.com', 443): ('127.0.0.1', '::1')}
    """
    overrides: dict[tuple[str, int], tuple[str, ...]] = {}
    for entry in entries:
        text = entry.removeprefix("+")  # curl: may expire; nothing here lives so long
        host, _, rest = text.partition("]:") if text.startswith("[") else text.partition(":")
        port, _, addresses = rest.partition(":")
        parsed = [_address(address.strip()) for address in addresses.split(",")]
        known = tuple(address for address in parsed if address is not None)
        if not host.strip("[") or not port.isascii() or not port.isdigit() or len(known) != len(parsed):
            raise ValueError(
                f"{entry!r} does not say where a host is: write HOST:PORT:ADDRESS, as in api.test:443:127.0.0.1"
            )
        overrides[host.strip("[").lower(), int(port)] = known
    return overrides


async def addresses_of(host: str, port: int, overrides: Overrides) -> list[str]:
    """The addresses to try, best first. `host` is without brackets.

    Raises:
        Failed: of kind "dns".
    """
    override = overrides.get((host, port)) or overrides.get(("*", port))
    if override is not None:
        return list(override)
    if _address(host) is not None:
        return [host]
    name = host.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        # https://www.rfc-editor.org/rfc/rfc6761#section-6.3: browsers never ask a resolver for these.
        return ["::1", "127.0.0.1"]
    return await _getaddrinfo(host, port)


async def _getaddrinfo(host: str, port: int) -> list[str]:
    """Asks the system's resolver, in a thread that nobody waits for: it cannot be stopped, and may take minutes."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[list[str]] = loop.create_future()

    def deliver(found: list[str], error: Exception | None) -> None:
        if not future.done():
            future.set_result(found) if error is None else future.set_exception(error)

    def look_up() -> None:
        found: list[str] = []
        failed: Exception | None = None
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(info[4][0]) for info in infos))
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, socket.gaierror) else str(error)
            failed = Failed("dns", f"the name {host} does not resolve: {why}")
        try:
            loop.call_soon_threadsafe(deliver, found, failed)
        except RuntimeError:
            return  # the loop has closed: nobody waits any more

    threading.Thread(target=look_up, name=f"crossorigin-dns-{host[:40]}", daemon=True).start()
    return await future


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        return None
