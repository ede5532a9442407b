"""Async predicates under trio, and where neither trio nor asyncio runs: no exception leaves a decision."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
import trio

from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.policy import Decision, Origin, Policy

PAGE = {"Origin": "https://app.example.com"}
NO_STORE = (b"cache-control", b"no-store")


async def waits(origin: Origin) -> bool:
    await trio.sleep(0)
    return origin.host == "app.example.com"


async def fails(origin: Origin) -> bool:
    await trio.sleep(0)
    raise LookupError("no database")


async def never(origin: Origin) -> bool:
    await trio.sleep_forever()
    return True


async def needs_asyncio(origin: Origin) -> bool:
    async with asyncio.timeout(1):
        return True


async def yields_to_asyncio(origin: Origin) -> bool:
    return await asyncio.sleep(0, True)


async def in_a_nursery(origin: Origin) -> bool:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(trio.sleep, 0)
        nursery.start_soon(fails, origin)
    return True


async def allows_too_late(origin: Origin) -> bool:
    try:
        await trio.sleep_forever()
    except trio.Cancelled:
        return True
    return False


def at_once(origin: Origin) -> bool:
    return True


def decided(*predicates: Any, timeout: float = 1.0) -> Decision:
    async def main() -> Decision:
        policy = Policy(allow_origins=predicates, predicate_timeout=timeout)
        with trio.fail_after(60):
            return await policy.adecide("GET", PAGE)

    return trio.run(main)


def test_a_predicate_may_await_what_is_of_trio() -> None:
    assert decided(waits).allowed
    assert decided(waits).error is None
    assert not decided(lambda origin: False, waits, fails).error


@pytest.mark.parametrize(
    ("predicate", "error"),
    [
        (fails, LookupError),
        (needs_asyncio, RuntimeError),
        (yields_to_asyncio, TypeError),
        (in_a_nursery, ExceptionGroup),
    ],
    ids=lambda value: value.__name__,
)
def test_a_failure_denies_and_the_next_is_asked(predicate: Any, error: type[Exception]) -> None:
    decision = decided(predicate)
    assert (decision.headers, decision.allowed) == ((NO_STORE,), False)
    assert isinstance(decision.error, error)
    beside = decided(predicate, at_once, waits)
    assert beside.allowed
    assert isinstance(beside.error, error)


@pytest.mark.parametrize("predicates", [[never], [never, at_once], [allows_too_late], [allows_too_late, at_once]])
def test_a_timeout_denies(predicates: list[Any]) -> None:
    decision = decided(*predicates, timeout=0.01)
    assert (decision.headers, type(decision.error)) == ((NO_STORE,), TimeoutError)


def test_a_cancelled_request_is_cancelled() -> None:
    async def main() -> bool:
        with trio.move_on_after(0.01) as scope:
            await Policy(allow_origins=[never]).adecide("GET", PAGE)
        return scope.cancelled_caught

    assert trio.run(main)


@pytest.mark.parametrize("path", ["asgi", "asgi with a list of credentials"])
def test_the_middleware_answers_under_trio(path: str, caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        raise AssertionError("nobody reads")

    async def send(message: Any) -> None:
        await trio.sleep(0)
        sent.append(message)

    async def main() -> None:
        for predicate in (waits, needs_asyncio):
            fields: Any = (
                {"allow_origins": "*", "allow_credentials": [predicate]}
                if "list" in path
                else {"allow_origins": [predicate]}
            )
            headers = [(b"origin", b"https://app.example.com")]
            scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "scheme": "https"}
            await CORSMiddleware(app, **fields)(scope, receive, send)

    trio.run(main)
    allowed, denied = (dict(message["headers"]) for message in sent if message["type"] == "http.response.start")
    assert allowed[b"access-control-allow-origin"] == b"https://app.example.com"
    assert denied.get(b"access-control-allow-origin") == (b"*" if "list" in path else None)
    assert denied[b"cache-control"] == b"no-store"
    assert "no running event loop" in caplog.text


def test_asyncio_is_asyncio_where_trio_is_loaded() -> None:
    async def waits_for_asyncio(origin: Origin) -> bool:
        await asyncio.sleep(0)
        return True

    assert asyncio.run(Policy(allow_origins=[waits_for_asyncio]).adecide("GET", PAGE)).allowed


def test_where_neither_runs_nobody_is_let_in() -> None:
    async def at_once_async(origin: Origin) -> bool:
        return True

    coroutine = Policy(allow_origins=[at_once_async]).adecide("GET", PAGE)
    with pytest.raises(StopIteration) as stopped:
        coroutine.send(None)
    decision = stopped.value.value
    assert not decision.allowed
    assert str(decision.error) == "async predicates need a task of asyncio or trio to run in"


def test_trio_is_not_imported_by_us() -> None:
    code = (
        "import asyncio, sys\n"
        "from crossorigin import Policy\n"
        "async def yes(origin): return True\n"
        "assert asyncio.run(Policy(allow_origins=[yes]).adecide('GET', {'Origin': 'https://a.example'})).allowed\n"
        "assert not {'trio', 'anyio', 'sniffio'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
