"""From an origin to what answers there: an app, the network, or an error that says what there is."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from crossorigin.browser import Send, parse_url
from crossorigin.drivers import ASGI, WSGI, AsyncOpener, AsyncReply, Opener, Reply, app_of
from crossorigin.standard import Origin

from ._errors import NoSuchApp

D = TypeVar("D")


def apps_by_origin(apps: Mapping[str, Any]) -> dict[str, ASGI | WSGI]:
    """The apps, each with its kind, by serialised origin.

    Raises:
        ValueError: a key is no http or https origin.
        TypeError: an app is none, or does not tell which kind it is.
    """
    kinds: dict[str, ASGI | WSGI] = {}
    for key, app in apps.items():
        origin = Origin.parse(key)
        if origin.scheme not in ("http", "https"):
            raise ValueError(f"{key!r} is no origin an app can be served at: that is an http or https one")
        kinds[str(origin)] = app_of(app)
    return kinds


class Table(Generic[D]):
    """Drivers by origin, and one for all other origins, or None."""

    def __init__(self, drivers: Mapping[str, D], network: D | None) -> None:
        self._drivers = drivers
        self._network = network

    def driver_for(self, send: Send) -> D:
        """The driver that answers at the origin of a request.

        Raises:
            NoSuchApp: nothing does.
        """
        url = parse_url(send.url)
        driver = self._drivers.get("" if url is None else str(url.origin), self._network)
        if driver is None:
            there = "has no apps" if not self._drivers else f"has apps at {', '.join(self._drivers)}"
            raise NoSuchApp(
                f"{send.method} {send.url}: nothing answers there. This browser {there}; give it an app for that "
                "origin, or network=True to let it go out"
            )
        return driver


class Routes:
    """An Opener that asks the table."""

    def __init__(self, table: Table[Opener]) -> None:
        self._table = table

    def open(self, send: Send) -> Reply:
        """Sends it to whatever answers at its origin."""
        return self._table.driver_for(send).open(send)


class AsyncRoutes:
    """The asynchronous twin of Routes."""

    def __init__(self, table: Table[AsyncOpener]) -> None:
        self._table = table

    async def open(self, send: Send) -> AsyncReply:
        """Sends it to whatever answers at its origin."""
        return await self._table.driver_for(send).open(send)
