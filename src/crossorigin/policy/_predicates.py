"""Asking a policy's predicates about an origin: at most once a request, and never into a 500."""

import inspect
import sys
from collections.abc import Generator, Iterator
from functools import partial
from typing import Any, NamedTuple

from crossorigin.standard import Origin

from ._patterns import Predicate
from ._request_url import RequestURL, is_hostile_path

Askable = tuple[Predicate, bool]
"""A predicate, and whether it takes the request."""


class Question(NamedTuple):
    """An origin, and the predicates to be asked about it, in turn.

    `is_allowed` says that a pattern allows it: then `allow_origins` is empty. `allow_credentials` are asked once the
    origin is allowed; they are none where a pattern decides that too. `request` is None where the caller has none.
    """

    origin: Origin
    is_allowed: bool
    allow_origins: tuple[Askable, ...]
    allow_credentials: tuple[Askable, ...] = ()
    request: RequestURL | None = None


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


def required_parameters(predicate: Predicate) -> int | str:
    """How many arguments a predicate has to be called with, 1 or 2; or what is wrong with its parameters.

    >>> required_parameters(lambda origin, known=(): True), required_parameters(lambda origin, request: True)
    (1, 2)
    >>> required_parameters(lambda *anything: True)
    '*anything'
    """
    try:
        parameters = inspect.signature(predicate).parameters.values()
    except (TypeError, ValueError):  # one that is written in C tells nothing
        return 1
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            return f"*{parameter.name}"
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and parameter.default is inspect.Parameter.empty:
            return f"the keyword {parameter.name}"
    accepted = [parameter for parameter in parameters if parameter.kind in positional]
    required = sum(parameter.default is inspect.Parameter.empty for parameter in accepted)
    if not accepted:
        return "no argument"
    return max(required, 1) if required <= 2 else f"{required} arguments"


class _Interview:
    """Who is to be asked next, and what came of it so far."""

    __slots__ = ("_credentials", "_error", "_index", "_question", "_said_yes")

    def __init__(self, question: Question) -> None:
        self._question = question
        self._index: int | None = None
        self._credentials: int | None = None
        self._error: Exception | None = None
        self._said_yes = False

    def __iter__(self) -> Iterator[Askable]:
        """The predicates, each until one allows."""
        self._index = yield from self._until_one_allows(self._question.allow_origins)
        if self._question.is_allowed or self._index is not None:
            self._credentials = yield from self._until_one_allows(self._question.allow_credentials)

    def _until_one_allows(self, askables: tuple[Askable, ...]) -> Generator[Askable, None, int | None]:
        request = self._question.request
        is_hostile = request is not None and request.path != "" and is_hostile_path(request.path)
        for index, askable in enumerate(askables):
            if is_hostile and askable[1]:
                continue
            self._said_yes = False
            yield askable
            if self._said_yes:
                return index
        return None

    def call(self, askable: Askable) -> Any:
        predicate, wants_request = askable
        if not wants_request:
            return predicate(self._question.origin)  # type: ignore[call-arg]  # told by its signature
        if self._question.request is None:
            raise TypeError(f"{predicate!r} takes the request, and the caller gave none")
        return predicate(self._question.origin, self._question.request)  # type: ignore[call-arg]  # as above

    def says(self, answer: bool) -> None:
        self._said_yes = answer

    def fails(self, error: Exception) -> None:
        self._error = self._error or error

    @property
    def outcome(self) -> Outcome:
        return Outcome(self._index, self._error, self._credentials)


def ask(question: Question) -> Outcome:
    """Ask in turn until one allows. What one raises is kept, and the next is asked."""
    interview = _Interview(question)
    for askable in interview:
        try:
            interview.says(_is_true(interview.call(askable), askable[0]))
        except Exception as error:  # noqa: BLE001  # a stranger's request must not become a 500
            interview.fails(error)
    return interview.outcome


async def ask_async(question: Question, timeout: float) -> Outcome:
    """As `ask`, for predicates of both kinds, in asyncio and in trio.

    `timeout` is in seconds, for all of them together.
    """
    interview = _Interview(question)
    trio = _running_trio()
    if trio is not None:
        await _interview_in_trio(trio, interview, timeout)
    else:
        await _interview_in_asyncio(interview, timeout)
    return interview.outcome


async def _interview_in_asyncio(interview: _Interview, timeout: float) -> None:
    import asyncio  # where the policy has an async predicate, its user has an event loop

    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop of asyncio's is running
        task = None
    if task is None:
        interview.fails(RuntimeError("async predicates need a task of asyncio or trio to run in"))
        return
    try:
        async with asyncio.timeout(timeout) as deadline:
            for askable in interview:
                allows = False
                try:
                    allows = await _answer(interview, askable)
                except asyncio.CancelledError:
                    if task.cancelling():
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


async def _interview_in_trio(trio: Any, interview: _Interview, timeout: float) -> None:
    with trio.move_on_after(timeout) as scope:
        for askable in interview:
            allows = False
            try:
                allows = await _answer(interview, askable)
            except Exception as error:  # noqa: BLE001  # a stranger's request must not become a 500
                interview.fails(error)
            if scope.cancel_called:  # as above
                interview.fails(TimeoutError())
                break
            interview.says(allows)
    if scope.cancelled_caught:
        interview.fails(TimeoutError())


async def _answer(interview: _Interview, askable: Askable) -> bool:
    answer = interview.call(askable)
    if is_async_predicate(askable[0]):
        answer = await answer
    return _is_true(answer, askable[0])


def _running_trio() -> Any:
    """The module of trio, if this is a task of it; None otherwise. It is not imported: who runs it has done so."""
    lowlevel = getattr(sys.modules.get("trio"), "lowlevel", None)
    return sys.modules["trio"] if lowlevel is not None and lowlevel.in_trio_task() else None


def _is_true(answer: object, predicate: Predicate) -> bool:
    """`answer`, if it is a bool: a coroutine that nobody awaited is true, and so is a match of half a name."""
    if isinstance(answer, bool):
        return answer
    if inspect.iscoroutine(answer):
        answer.close()
    raise TypeError(f"{predicate!r} answered {answer!r}: a predicate of origins answers True or False")
