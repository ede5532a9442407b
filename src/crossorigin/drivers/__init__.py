"""Drivers: the browser half over the network, or straight into an ASGI or WSGI app. Each is one loop over the flow."""

from ._apps import ASGIDriver, WSGIDriver, driver_for
from ._network import AsyncNetworkDriver, NetworkDriver
from ._values import (
    DEFAULT_MAX_BODY,
    DEFAULT_TIMEOUT,
    AsyncOpener,
    AsyncReply,
    Body,
    Fetched,
    Flow,
    Opener,
    Reply,
)

__all__ = [
    "DEFAULT_MAX_BODY",
    "DEFAULT_TIMEOUT",
    "ASGIDriver",
    "AsyncNetworkDriver",
    "AsyncOpener",
    "AsyncReply",
    "Body",
    "Fetched",
    "Flow",
    "NetworkDriver",
    "Opener",
    "Reply",
    "WSGIDriver",
    "driver_for",
]
