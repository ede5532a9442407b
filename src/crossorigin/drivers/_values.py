"""What a driver takes and gives: a flow in, and out of it the verdict with the body that came along."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from crossorigin.browser._response import Answer, NetworkFailure, Send
from crossorigin.browser._verdict import Verdict

Flow = Generator[Send, Answer, Verdict]
"""What `crossorigin.browser.fetch` returns: it yields request heads, takes answers, and returns the verdict."""

DEFAULT_TIMEOUT = 10.0
DEFAULT_MAX_BODY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body of one response, as far as it was read.

    `truncated` says that there was more than the driver was to read. `failure` says why the body broke off (a
    connection that closed early, a timeout), None where it came whole or was cut on purpose.
    """

    data: bytes = b""
    truncated: bool = False
    failure: NetworkFailure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What running a flow gave: the verdict, and the body of the last response.

    The body is there whether or not the page may read it: the verdict says that. `exception` is what an app in
    process raised, whether before it answered (then the answer is a NetworkFailure of kind "application") or after.
    """

    verdict: Verdict
    body: bytes = b""
    truncated: bool = False
    body_failure: NetworkFailure | None = None
    exception: BaseException | None = None


class Reply(Protocol):
    """An answer whose body has not been read yet."""

    @property
    def answer(self) -> Answer: ...

    @property
    def exception(self) -> BaseException | None:
        """What the app raised: final once the reply is closed."""

    def read(self, limit: int) -> Body: ...

    def close(self) -> None: ...


class AsyncReply(Protocol):
    """The asynchronous twin of Reply."""

    @property
    def answer(self) -> Answer: ...

    @property
    def exception(self) -> BaseException | None: ...

    async def read(self, limit: int) -> Body: ...

    async def aclose(self) -> None: ...


class Opener(Protocol):
    """What sends one request head and waits for the answer's head: the network, or an app."""

    def open(self, send: Send) -> Reply: ...


class AsyncOpener(Protocol):
    """The asynchronous twin of Opener."""

    async def open(self, send: Send) -> AsyncReply: ...
