"""An app and its driver: ASGI and WSGI are told apart by the app's shape, and wrappers say it where that is unclear."""

import asyncio
import contextvars
import functools
import inspect
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self

from crossorigin.browser import NetworkFailure, ResponseHead, Send

from ._asgi import ASGIApp, AsyncASGIDriver
from ._lifespan import LifespanFailed, LifespanMode, noted_on
from ._loop_thread import LoopBlocked, LoopThread, open_in_loop
from ._read_reply import ReadReply
from ._run import run, run_async
from ._values import DEFAULT_MAX_BODY, DEFAULT_TIMEOUT, AsyncReply, Body, Fetched, Flow, Reply
from ._wire import is_event_stream
from ._wsgi import WSGIApp, WSGIDriver


@dataclass(frozen=True, slots=True)
class ASGI:
    """Says that an app is an ASGI app, and how to run it. See AsyncASGIDriver for the fields."""

    app: ASGIApp
    root_path: str = ""
    lifespan: LifespanMode = "auto"


@dataclass(frozen=True, slots=True)
class WSGI:
    """Says that an app is a WSGI app, and where it is mounted."""

    app: WSGIApp
    script_name: str = ""


def app_of(app: Any) -> ASGI | WSGI:
    """The app with its kind.

    It is ASGI if calling it gives a coroutine, or if it takes three arguments (scope, receive, send); WSGI if it takes
    two (environ, start_response). Of `functools.partial`, methods and decorated functions the shape is what is left
    to pass.

    Raises:
        TypeError: its shape does not tell, as with `*args`: wrap it in `ASGI` or `WSGI`.

    >>> async def asgi(scope, receive, send): ...
    >>> def wsgi(environ, start_response): ...
    >>> type(app_of(asgi)).__name__, type(app_of(wsgi)).__name__
    ('ASGI', 'WSGI')
    """
    if isinstance(app, ASGI | WSGI):
        return app
    if not callable(app):
        raise TypeError(
            f"an app is callable, and {app!r} is not: give the ASGI or WSGI app itself, not its module or name"
        )
    if inspect.isclass(app):
        raise TypeError(f"{app!r} is a class: give an instance of it, the app itself")
    function = app
    while isinstance(function, functools.partial):
        function = function.func
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004  # not whether it is callable, but how
        return ASGI(app)
    match _positional_parameters(app):
        case 3:
            return ASGI(app)
        case 2:
            return WSGI(app)
        case _:
            raise TypeError(
                f"{app!r} may be an ASGI or a WSGI app: its arguments do not tell. Wrap it: ASGI(app) or WSGI(app), "
                "both from crossorigin.testing"
            )


def driver_for(
    app: Any,
    *,
    timeout: float | None = DEFAULT_TIMEOUT,
    max_body: int = DEFAULT_MAX_BODY,
    loop: LoopThread | None = None,
) -> "ASGIDriver | WSGIDriver":
    """The driver for an app, whose kind is found as `app_of` does.

    Raises:
        TypeError: its shape does not tell what it is.
    """
    match app_of(app):
        case ASGI(asgi, root_path, lifespan):
            return ASGIDriver(
                asgi, root_path=root_path, lifespan=lifespan, timeout=timeout, max_body=max_body, loop=loop
            )
        case WSGI(wsgi, script_name):
            return WSGIDriver(wsgi, script_name=script_name, timeout=timeout, max_body=max_body)


def async_driver_for(
    app: Any, *, timeout: float | None = DEFAULT_TIMEOUT, max_body: int = DEFAULT_MAX_BODY
) -> "AsyncASGIDriver | AsyncWSGIDriver":
    """The asynchronous twin of `driver_for`."""
    match app_of(app):
        case ASGI(asgi, root_path, lifespan):
            return AsyncASGIDriver(asgi, root_path=root_path, lifespan=lifespan, timeout=timeout, max_body=max_body)
        case WSGI(wsgi, script_name):
            return AsyncWSGIDriver(wsgi, script_name=script_name, timeout=timeout, max_body=max_body)


class ASGIDriver:
    """Runs flows against an ASGI app, from synchronous code: the app has an event loop in a thread of its own.

    So it works where a loop is running already. The app sees the caller's context variables. `loop` lets several
    drivers share one; see AsyncASGIDriver for the rest.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        root_path: str = "",
        lifespan: LifespanMode = "auto",
        timeout: float | None = DEFAULT_TIMEOUT,
        max_body: int = DEFAULT_MAX_BODY,
        loop: LoopThread | None = None,
    ) -> None:
        self._driver = AsyncASGIDriver(app, root_path=root_path, lifespan=lifespan, timeout=timeout, max_body=max_body)
        self._timeout = timeout
        self._max_body = max_body
        self._own_loop = loop is None
        self._loop = LoopThread() if loop is None else loop

    def run(self, flow: Flow) -> Fetched:
        """Runs a flow to its verdict."""
        return run(flow, self, self._max_body)

    def open(self, send: Send) -> Reply:
        """Runs the app for one request, up to the head of its answer."""
        return open_in_loop(self._driver, send, self._loop, self._timeout)

    def close(self) -> None:
        """Ends what still runs, then shuts the app down: its lifespan ends.

        Raises:
            LifespanFailed: the app said that its shutdown failed, it did not end in time, or the app blocks its loop.
        """
        try:
            if self._loop.responds():
                self._loop.run(self._driver.aclose(), self._timeout)
            elif self._driver.has_started:
                raise LifespanFailed("the app was not shut down: it blocks its event loop")
        except LoopBlocked as blocked:
            raise LifespanFailed(f"the app was not shut down: {blocked}") from None
        finally:
            if self._own_loop:
                self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        with noted_on(error):
            self.close()


class AsyncWSGIDriver:
    """Runs flows against a WSGI app, from asynchronous code: each call of the app is in a worker thread.

    One call stays in one thread and one context from its first byte to its last, so what comes back has been read
    already. A thread whose time is up is left behind, a daemon: nothing can stop it, and it does not keep the process
    from ending. See WSGIDriver for the options.
    """

    def __init__(
        self,
        app: WSGIApp,
        *,
        script_name: str = "",
        timeout: float | None = DEFAULT_TIMEOUT,
        max_body: int = DEFAULT_MAX_BODY,
    ) -> None:
        self._driver = WSGIDriver(app, script_name=script_name, timeout=timeout, max_body=max_body)
        self._timeout = timeout
        self._max_body = max_body

    async def run(self, flow: Flow) -> Fetched:
        """Runs a flow to its verdict."""
        return await run_async(flow, self, self._max_body)

    async def open(self, send: Send) -> AsyncReply:
        """Calls the app for one request."""
        call = self._driver.call_for(send)

        def exchange() -> Body:
            call.start()
            return call.read(self._max_body)

        ended = _in_a_daemon_thread(exchange)
        await asyncio.wait({ended}, timeout=self._timeout)
        if ended.done():
            return ReadReply(call.answer, body=ended.result(), exception=call.exception)
        ended.cancel()
        if not isinstance(call.answer, ResponseHead):
            return ReadReply(_left_behind(call.no_response()))
        streams = is_event_stream(call.answer)
        failure = None if streams else _left_behind(call.no_end())
        return ReadReply(call.answer, body=call.body(self._max_body, failure, cut=streams))

    async def aclose(self) -> None:
        """Nothing to close."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        await self.aclose()


def _in_a_daemon_thread(function: Callable[[], Body]) -> "asyncio.Future[Body]":
    """As `asyncio.to_thread`, whose threads would have to come back before the process can end."""
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    future: asyncio.Future[Body] = loop.create_future()

    def settle(set_outcome: Callable[[Any], None], outcome: object) -> None:
        if not future.done():
            set_outcome(outcome)

    def work() -> None:
        outcome: tuple[Callable[[Any], None], object]
        try:
            outcome = future.set_result, context.run(function)
        except BaseException as error:  # noqa: BLE001  # it is raised where the future is awaited
            outcome = future.set_exception, error
        with suppress(RuntimeError):  # the loop was closed in the meantime
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=work, name="crossorigin-wsgi", daemon=True).start()
    return future


def _left_behind(failure: NetworkFailure) -> NetworkFailure:
    message = f"{failure.message}; its thread cannot be stopped, and goes on until the process ends"
    return replace(failure, message=message)


def _positional_parameters(app: Any) -> int | None:
    """How many arguments have to be passed, None where that is not fixed or not known."""
    try:
        parameters = inspect.signature(app).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return None
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(parameter.kind in positional and parameter.default is parameter.empty for parameter in parameters)
