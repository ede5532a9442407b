"""The loop that every driver is: take a request from the flow, send it, hand the answer back, until the verdict.

The two loops differ in `await` alone. They are written twice rather than generated: what there is to know is in the
flow, and that is written once.
"""

from contextlib import aclosing, closing

from crossorigin.browser import ResponseHead, Verdict

from ._content_coding import decode_body
from ._values import Answer, AsyncOpener, Body, Fetched, Flow, Opener
from ._wire import is_event_stream


def run(flow: Flow, opener: Opener, max_body: int) -> Fetched:
    """Runs `flow` to its verdict, then reads at most `max_body` bytes of the last response's body."""
    exception: BaseException | None = None
    with closing(flow):
        try:
            send = next(flow)
        except StopIteration as stop:
            return Fetched(verdict=stop.value)
        while True:
            with closing(opener.open(send)) as reply:
                try:
                    send = flow.send(reply.answer)
                except StopIteration as stop:
                    body = reply.read(_limit(stop.value, reply.answer, max_body))
                    return _fetched(stop.value, reply.answer, body, max_body, exception or reply.exception)
                reply.discard()
                exception = exception or reply.exception


async def run_async(flow: Flow, opener: AsyncOpener, max_body: int) -> Fetched:
    """The asynchronous twin of `run`."""
    exception: BaseException | None = None
    with closing(flow):
        try:
            send = next(flow)
        except StopIteration as stop:
            return Fetched(verdict=stop.value)
        while True:
            async with aclosing(await opener.open(send)) as reply:
                try:
                    send = flow.send(reply.answer)
                except StopIteration as stop:
                    body = await reply.read(_limit(stop.value, reply.answer, max_body))
                    return _fetched(stop.value, reply.answer, body, max_body, exception or reply.exception)
                await reply.discard()
                exception = exception or reply.exception


def _limit(verdict: Verdict, answer: Answer, max_body: int) -> int:
    """An event stream that the page may not read is not waited for: a browser hangs up."""
    unwanted = isinstance(answer, ResponseHead) and is_event_stream(answer) and not verdict.readable
    return 0 if unwanted else max_body


def _fetched(verdict: Verdict, answer: Answer, body: Body, max_body: int, exception: BaseException | None) -> Fetched:
    if isinstance(answer, ResponseHead):
        body = decode_body(body, answer.headers, max_body)
    return Fetched(
        verdict=verdict,
        body=body.data,
        truncated=body.truncated,
        body_failure=body.failure,
        exception=exception,
    )
