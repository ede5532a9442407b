"""Asking a policy's predicates about an origin: at most once a request, and never into a 500."""

import inspect
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from crossorigin.standard import Origin

from ._patterns import Predicate


class Question(NamedTuple):
    """An origin, and the predicates to be asked about it, in turn.

    `is_allowed` says that a pattern allows it: then `allow_origins` is empty. `allow_credentials` are asked once the
    origin is allowed; they are none where a pattern decides that too.
    """

    origin: Origin
    is_allowed: bool
    allow_origins: tuple[Predicate, ...]
    allow_credentials: tuple[Predicate, ...] = ()


class Outcome(NamedTuple):
    """What the predicates said.

    `index` is the position, among the predicates of `allow_origins`, of the one that allowed the origin; None where
    none did. `credentials` is the same for `allow_credentials`. `error` is what the first failing one raised: then a
    denial says nothing about the origin, and must not be cached.
    """

    index: int | None = None  # type: ignore[assignment]  # hides tuple.index, which nobody asks of an outcome
    error: Exception | None = None
    credentials: int | None = None

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


class _Interview:
    """Who is to be asked next, and what came of it so far."""

    __slots__ = ("_credentials", "_error", "_index", "_question", "_said_yes")

    def __init__(self, question: Question) -> None:
        self._question = question
        self._index: int | None = None
        self._credentials: int | None = None
        self._error: Exception | None = None
        self._said_yes = False

    def __iter__(self) -> Iterator[Predicate]:
        """The predicates, each until one allows."""
        for index, predicate in enumerate(self._question.allow_origins):
            yield predicate
            if self._heard_yes():
                self._index = index
                break
        if self._question.is_allowed or self._index is not None:
            for index, predicate in enumerate(self._question.allow_credentials):
                yield predicate
                if self._heard_yes():
                    self._credentials = index
                    break

    def says(self, answer: bool) -> None:
        self._said_yes = answer

    def fails(self, error: Exception) -> None:
        self._error = self._error or error

    @property
    def outcome(self) -> Outcome:
        return Outcome(self._index, self._error, self._credentials)

    def _heard_yes(self) -> bool:
        said_yes, self._said_yes = self._said_yes, False
        return said_yes


def ask(question: Question) -> Outcome:
    """Ask in turn until one allows. What one raises is kept, and the next is asked."""
    interview = _Interview(question)
    for predicate in interview:
        try:
            interview.says(_is_true(predicate(question.origin), predicate))
        except Exception as error:  # noqa: BLE001  # a stranger's request must not become a 500
            interview.fails(error)
    return interview.outcome


async def ask_async(question: Question, timeout: float) -> Outcome:
    """As `ask`, for predicates of both kinds. `timeout` is in seconds, for all of them together."""
    import asyncio  # where the policy has an async predicate, its user has an event loop

    interview = _Interview(question)
    try:
        async with asyncio.timeout(timeout) as deadline:
            for predicate in interview:
                allows = False
                try:
                    answer: Any = predicate(question.origin)
                    if is_async_predicate(predicate):
                        answer = await answer
                    allows = _is_true(answer, predicate)
                except asyncio.CancelledError:
                    if asyncio.current_task().cancelling():  # type: ignore[union-attr]  # timeout() wants a task
                        raise
                    # Not this request, but what it waited for: a look-up shared with a request that went away.
                    interview.fails(RuntimeError("what the predicate awaited was cancelled"))
                except Exception as error:  # noqa: BLE001  # a stranger's request must not become a 500
                    interview.fails(error)
                if deadline.expired():  # it caught its cancellation, and may have gone on for long
                    interview.fails(TimeoutError())
                    break
                interview.says(allows)
    except TimeoutError as error:
        interview.fails(error)
    return interview.outcome


def _is_true(answer: object, predicate: Predicate) -> bool:
    """`answer`, if it is a bool: a coroutine that nobody awaited is true, and so is a match of half a name."""
    if isinstance(answer, bool):
        return answer
    if inspect.iscoroutine(answer):
        answer.close()
    raise TypeError(f"{predicate!r} answered {answer!r}: a predicate of origins answers True or False")
