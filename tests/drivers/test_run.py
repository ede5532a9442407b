"""The loop: whatever happens, the flow is ended and every reply is closed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from crossorigin.browser import NetworkFailure, ResponseHead, Send
from crossorigin.drivers import Body, Fetched, Flow, run, run_async
from tests.drivers.flows import script, send, verdict

URL = "https://api.example.com/"


@dataclass
class Double:
    """An opener and its replies, sync and async at once, that keep a diary."""

    diary: list[str] = field(default_factory=list)
    error_in: str = ""

    def note(self, what: str) -> None:
        self.diary.append(what)
        if what == self.error_in:
            raise LookupError(what)

    def open(self, request: Send) -> "DoubleReply":
        self.note(f"open {request.method}")
        return DoubleReply(self, request.method)


@dataclass
class DoubleReply:
    double: Double
    method: str
    answer: ResponseHead | NetworkFailure = field(default_factory=lambda: ResponseHead(status=200))
    exception: BaseException | None = None

    def read(self, limit: int) -> Body:
        self.double.note(f"read {self.method} {limit}")
        return Body(data=b"body")

    def discard(self) -> None:
        self.double.note(f"discard {self.method}")

    def close(self) -> None:
        self.double.note(f"close {self.method}")


class AsyncDouble:
    def __init__(self, double: Double) -> None:
        self.double = double

    async def open(self, request: Send) -> "AsyncDoubleReply":
        return AsyncDoubleReply(self.double.open(request))


class AsyncDoubleReply:
    def __init__(self, reply: DoubleReply) -> None:
        self.reply = reply
        self.answer = reply.answer
        self.exception = reply.exception

    async def read(self, limit: int) -> Body:
        return self.reply.read(limit)

    async def discard(self) -> None:
        self.reply.discard()

    async def aclose(self) -> None:
        self.reply.close()


def _sync(flow: Flow, double: Double) -> Fetched:
    return run(flow, double, 100)


def _async(flow: Flow, double: Double) -> Fetched:
    return asyncio.run(run_async(flow, AsyncDouble(double), 100))


Run = Callable[[Flow, Double], Fetched]
both = pytest.mark.parametrize("go", [_sync, _async], ids=["sync", "async"])


@both
def test_only_the_last_body_is_read(go: Run) -> None:
    double = Double()
    fetched = go(script(send(URL, "OPTIONS"), send(URL, "PUT")).flow(), double)
    assert double.diary == ["open OPTIONS", "discard OPTIONS", "close OPTIONS", "open PUT", "read PUT 100", "close PUT"]
    assert (fetched.verdict, fetched.body) == (verdict(URL), b"body")


@both
@pytest.mark.parametrize(
    ("error_in", "diary"),
    [
        ("open PUT", ["open OPTIONS", "discard OPTIONS", "close OPTIONS", "open PUT"]),
        ("discard OPTIONS", ["open OPTIONS", "discard OPTIONS", "close OPTIONS"]),
        (
            "read PUT 100",
            ["open OPTIONS", "discard OPTIONS", "close OPTIONS", "open PUT", "read PUT 100", "close PUT"],
        ),
    ],
)
def test_an_error_on_the_way_ends_the_flow_and_closes_the_reply(go: Run, error_in: str, diary: list[str]) -> None:
    double = Double(error_in=error_in)
    flow = script(send(URL, "OPTIONS"), send(URL, "PUT")).flow()
    with pytest.raises(LookupError, match=error_in):
        go(flow, double)
    assert double.diary == diary
    assert flow.gi_frame is None


@both
def test_an_error_of_the_flow_closes_the_reply(go: Run) -> None:
    def broken() -> Flow:
        yield send(URL)
        raise ZeroDivisionError

    double = Double()
    with pytest.raises(ZeroDivisionError):
        go(broken(), double)
    assert double.diary == ["open GET", "close GET"]
