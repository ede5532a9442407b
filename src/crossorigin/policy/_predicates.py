"""Asking a policy's predicates about an origin: at most once a request, and never into a 500."""

import inspect
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from crossorigin.standard import Origin

from ._patterns import Predicate


class Outcome(NamedTuple):
    """What the predicates said.

    `index` is the position, among the predicates, of the one that allowed the origin; None where none did. `error` is
    what the first failing one raised: then a denial says nothing about the origin, and must not be cached.
    """

    index: int | None = None  # type: ignore[assignment]  # hides tuple.index, which nobody asks of an outcome
    error: Exception | None = None

    @property
    def allowed(self) -> bool:
        return self.index is not None


def is_async_predicate(predicate: Predicate) -> bool:
    """Whether calling it gives something to await. Told once, when the policy is made.

    >>> async def in_database(origin: Origin) -> bool: ...
    >>> is_async_predicate(in_database), is_async_predicate(lambda origin: True)
    (True, False)
    """
    while isinstance(predicate, partial):
        predicate = predicate.func
    call = getattr(type(predicate), "__call__", None)  # noqa: B004  # an instance may be a predicate by an async __call__
    return inspect.iscoroutinefunction(predicate) or inspect.iscoroutinefunction(call)


def ask(predicates: Sequence[Predicate], origin: Origin) -> Outcome:
    """Ask in turn until one allows. What one raises is kept, and the next is asked."""
    first_error: Exception | None = None
    for index, predicate in enumerate(predicates):
        try:
            if _is_true(predicate(origin), predicate):
                return Outcome(index, first_error)
        except Exception as error:  # noqa: BLE001  # a stranger's request must not become a 500
            first_error = first_error or error
    return Outcome(error=first_error)


async def ask_async(predicates: Sequence[Predicate], origin: Origin, timeout: float) -> Outcome:
    """As `ask`, for predicates of both kinds. `timeout` is in seconds, for all of them together."""
    import asyncio  # where the policy has an async predicate, its user has an event loop

    first_error: Exception | None = None
    try:
        async with asyncio.timeout(timeout) as deadline:
            for index, predicate in enumerate(predicates):
                allows = False
                try:
                    answer: Any = predicate(origin)
                    if is_async_predicate(predicate):
                        answer = await answer
                    allows = _is_true(answer, predicate)
                except asyncio.CancelledError:
                    if asyncio.current_task().cancelling():  # type: ignore[union-attr]  # timeout() wants a task
                        raise
                    # Not this request, but what it waited for: a look-up shared with a request that went away.
                    first_error = first_error or RuntimeError("what the predicate awaited was cancelled")
                except Exception as error:  # noqa: BLE001  # a stranger's request must not become a 500
                    first_error = first_error or error
                if deadline.expired():  # it caught its cancellation, and may have gone on for long
                    return Outcome(error=first_error or TimeoutError())
                if allows:
                    return Outcome(index, first_error)
    except TimeoutError as error:
        first_error = first_error or error
    return Outcome(error=first_error)


def _is_true(answer: object, predicate: Predicate) -> bool:
    """`answer`, if it is a bool: a coroutine that nobody awaited is true, and so is a match of half a name."""
    if isinstance(answer, bool):
        return answer
    if inspect.iscoroutine(answer):
        answer.close()
    raise TypeError(f"{predicate!r} answered {answer!r}: a predicate of origins answers True or False")
