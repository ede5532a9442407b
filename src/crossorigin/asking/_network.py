"""The way to a server: the options of the network, which are curl's too, as one value."""

from dataclasses import dataclass
from typing import Any

from ._errors import AskingError

DEFAULT_TIMEOUT = 10.0
"""Seconds for one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How to get there. `proxy` None takes the environment's, "" none; `cacert` None trusts the system's certificates.

    `resolve` says where hosts are, each `HOST:PORT:ADDRESS`. `timeout` is in seconds, for each request.

    Raises:
        AskingError: `timeout` is not more than 0.

    >>> Network(proxy="http://127.0.0.1:3128", insecure=True).curl_options
    (('--proxy', 'http://127.0.0.1:3128'), ('-k',))
    """

    timeout: float = DEFAULT_TIMEOUT
    cacert: str | None = None
    insecure: bool = False
    proxy: str | None = None
    resolve: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.timeout > 0:  # as NaN is not either
            raise AskingError(f"--timeout {self.timeout:g}: give it more than 0 seconds")

    @property
    def driver_arguments(self) -> dict[str, Any]:
        """The arguments of `crossorigin.drivers.NetworkDriver` that say the same."""
        return {
            "timeout": self.timeout,
            "cacert": self.cacert,
            "insecure": self.insecure,
            "proxy": self.proxy,
            "resolve": self.resolve,
        }

    @property
    def curl_options(self) -> tuple[tuple[str, ...], ...]:
        """The options of curl that say the same, for a line that repeats a request."""
        options: list[tuple[str, ...]] = [("--resolve", place) for place in self.resolve]
        if self.proxy is not None:
            options.append(("--proxy", self.proxy))
        if self.cacert is not None:
            options.append(("--cacert", self.cacert))
        if self.insecure:
            options.append(("-k",))
        return tuple(options)

    @property
    def given(self) -> tuple[str, ...]:
        """The options that were given, but for the timeout: an app in process needs none of them."""
        values = {"--cacert": self.cacert, "--insecure": self.insecure or None, "--proxy": self.proxy}
        return (
            *(name for name, value in values.items() if value is not None),
            *(["--resolve"] if self.resolve else ()),
        )
