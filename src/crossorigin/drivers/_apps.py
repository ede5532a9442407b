"""ASGI or WSGI: an app as a driver, told apart by its shape."""

from typing import Any, Self

from crossorigin.browser._response import Send

from ._values import DEFAULT_MAX_BODY, DEFAULT_TIMEOUT, Fetched, Flow, Reply


class ASGIDriver:
    def __init__(self, app: Any, *, root_path: str = "", lifespan: str = "auto", timeout: float | None = DEFAULT_TIMEOUT, max_body: int = DEFAULT_MAX_BODY) -> None: ...
    def open(self, send: Send) -> Reply: raise NotImplementedError
    def run(self, flow: Flow) -> Fetched: raise NotImplementedError
    def close(self) -> None: ...
    def __enter__(self) -> Self: return self
    def __exit__(self, *details: object) -> None: self.close()


class WSGIDriver:
    def __init__(self, app: Any, *, script_name: str = "", timeout: float | None = DEFAULT_TIMEOUT, max_body: int = DEFAULT_MAX_BODY) -> None: ...
    def open(self, send: Send) -> Reply: raise NotImplementedError
    def run(self, flow: Flow) -> Fetched: raise NotImplementedError
    def close(self) -> None: ...
    def __enter__(self) -> Self: return self
    def __exit__(self, *details: object) -> None: self.close()


def driver_for(app: Any, *, timeout: float | None = DEFAULT_TIMEOUT, max_body: int = DEFAULT_MAX_BODY) -> ASGIDriver | WSGIDriver:
    """The driver for an app whose kind its shape tells; TypeError where it does not."""
    raise NotImplementedError
