"""The loop that every driver is: take a request from the flow, send it, hand the answer back, until the verdict."""

from ._values import AsyncOpener, AsyncReply, Body, Fetched, Flow, Opener, Reply


def run(flow: Flow, opener: Opener, max_body: int) -> Fetched:
    """Runs `flow` to its verdict, then reads at most `max_body` bytes of the last response's body."""
    reply: Reply | None = None
    body = Body()
    exception: BaseException | None = None
    try:
        send = next(flow)
        while True:
            reply = opener.open(send)
            send = flow.send(reply.answer)
            reply.close()
            exception = exception or reply.exception
            reply = None
    except StopIteration as stop:
        verdict = stop.value
        if reply is not None:
            body = reply.read(max_body)
    finally:
        flow.close()
        if reply is not None:
            reply.close()
            exception = exception or reply.exception
    return Fetched(
        verdict=verdict,
        body=body.data,
        truncated=body.truncated,
        body_failure=body.failure,
        exception=exception,
    )


async def run_async(flow: Flow, opener: AsyncOpener, max_body: int) -> Fetched:
    """The asynchronous twin of `run`."""
    reply: AsyncReply | None = None
    body = Body()
    exception: BaseException | None = None
    try:
        send = next(flow)
        while True:
            reply = await opener.open(send)
            send = flow.send(reply.answer)
            await reply.aclose()
            exception = exception or reply.exception
            reply = None
    except StopIteration as stop:
        verdict = stop.value
        if reply is not None:
            body = await reply.read(max_body)
    finally:
        flow.close()
        if reply is not None:
            await reply.aclose()
            exception = exception or reply.exception
    return Fetched(
        verdict=verdict,
        body=body.data,
        truncated=body.truncated,
        body_failure=body.failure,
        exception=exception,
    )
