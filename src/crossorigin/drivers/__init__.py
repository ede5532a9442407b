"""Drivers: the browser half over the network, an ASGI or WSGI app, or from a function: one loop over the flow."""

from ._answering import AnsweringDriver
from ._apps import ASGI, WSGI, ASGIDriver, AsyncWSGIDriver, app_of, async_driver_for, driver_for
from ._asgi import AsyncASGIDriver
from ._async_network import AsyncNetworkDriver
from ._lifespan import LifespanFailed
from ._loop_thread import LoopThread
from ._network import NetworkDriver
from ._run import run, run_async
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
from ._wsgi import WSGIDriver

__all__ = [
    "ASGI",
    "DEFAULT_MAX_BODY",
    "DEFAULT_TIMEOUT",
    "WSGI",
    "ASGIDriver",
    "AnsweringDriver",
    "AsyncASGIDriver",
    "AsyncNetworkDriver",
    "AsyncOpener",
    "AsyncReply",
    "AsyncWSGIDriver",
    "Body",
    "Fetched",
    "Flow",
    "LifespanFailed",
    "LoopThread",
    "NetworkDriver",
    "Opener",
    "Reply",
    "WSGIDriver",
    "app_of",
    "async_driver_for",
    "driver_for",
    "run",
    "run_async",
]
