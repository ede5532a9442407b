"""What a driver takes and gives: a flow in, and out of it the verdict with the body that came along."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from crossorigin.browser import NetworkFailure, ResponseHead, Send, Verdict

Answer = ResponseHead | NetworkFailure

Flow = Generator[Send, Answer, Verdict]
"""What `crossorigin.browser.fetch` returns: it yields request heads, takes answers, and returns the verdict."""

DEFAULT_TIMEOUT = 10.0
"""Seconds for one request altogether."""

DEFAULT_MAX_BODY = 8 * 1024 * 1024
"""Bytes of a response's body that are read."""


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
    """What running a flow gave: the verdict, and the body of the last response, its content coding undone.

    The body is there whether or not the page may read it: the verdict says that. `exception` is what an app in
    process raised, before it answered (then the answer is a NetworkFailure of kind "application") or after.
    """

    verdict: Verdict
    body: bytes = b""
    truncated: bool = False
    body_failure: NetworkFailure | None = None
    exception: BaseException | None = None


class Reply(Protocol):
    """An answer whose body is still to be read. `read` or `discard` once, then `close`, always."""

    @property
    def answer(self) -> Answer:
        """The head, or why there is none."""

    @property
    def exception(self) -> BaseException | None:
        """What the app raised; final after `read` and `discard`."""

    def read(self, limit: int) -> Body:
        """Reads at most `limit` bytes."""

    def discard(self) -> None:
        """Lets the exchange come to its end without the body: an app finishes what it had begun."""

    def close(self) -> None:
        """Ends the exchange where it stands. Harmless when repeated."""


class AsyncReply(Protocol):
    """The asynchronous twin of Reply."""

    @property
    def answer(self) -> Answer:
        """The head, or why there is none."""

    @property
    def exception(self) -> BaseException | None:
        """What the app raised; final after `read` and `discard`."""

    async def read(self, limit: int) -> Body:
        """Reads at most `limit` bytes."""

    async def discard(self) -> None:
        """Lets the exchange come to its end without the body: an app finishes what it had begun."""

    async def aclose(self) -> None:
        """Ends the exchange where it stands. Harmless when repeated."""


class Opener(Protocol):
    """What sends one request and waits for the head of its answer: the network, or an app."""

    def open(self, send: Send) -> Reply:
        """Sends it. What goes wrong on the way is the reply's answer, not an exception."""


class AsyncOpener(Protocol):
    """The asynchronous twin of Opener."""

    async def open(self, send: Send) -> AsyncReply:
        """Sends it. What goes wrong on the way is the reply's answer, not an exception."""
