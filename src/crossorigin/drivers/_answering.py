"""A driver that answers from a function: a recording's answers, a policy's, a test's. Nothing is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from crossorigin.browser import Send

from ._run import run
from ._values import Answer, Body, Fetched, Flow, Reply


class AnsweringDriver:
    """Runs flows against what a function answers.

    Args:
        answer: from a request to the head of its response, or to a NetworkFailure.

    >>> from crossorigin.browser import Context, ResponseHead, fetch, fetch_request, page_at
    >>> page = page_at("https://app.example.com/")
    >>> request = fetch_request(page, "https://api.example.com/")
    >>> driver = AnsweringDriver(lambda send: ResponseHead(status=200))
    >>> driver.run(fetch(request, page, context=Context())).verdict.reason
    <Reason.ACAO_MISSING: 'acao-missing'>
    """

    def __init__(self, answer: Callable[[Send], Answer]) -> None:
        self._answer = answer

    def run(self, flow: Flow) -> Fetched:
        """Runs a flow to its verdict. What the function raises is raised here, and ends the flow."""
        return run(flow, self, 0)

    def open(self, send: Send) -> Reply:
        """Asks the function about one request."""
        return _Answered(self._answer(send))

    def close(self) -> None:
        """Nothing to close."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Answered:
    """A reply that is a head alone."""

    answer: Answer
    exception: BaseException | None = None

    def read(self, _: int) -> Body:
        return Body()

    def discard(self) -> None:
        """Nothing is left to end."""

    def close(self) -> None:
        """Nothing to close."""
