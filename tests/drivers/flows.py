"""Flows made by hand: what a driver runs does not have to be a browser's."""

from dataclasses import dataclass, field

from crossorigin.browser import (
    STANDARD,
    Answer,
    NetworkFailure,
    Outcome,
    Request,
    ResponseHead,
    Send,
    Verdict,
    page_at,
)
from crossorigin.drivers import Flow
from crossorigin.standard import HeaderList

PAGE = page_at("https://app.example.com")


def send(
    url: str, method: str = "GET", headers: list[tuple[str, str]] | None = None, body: bytes | None = None
) -> Send:
    return Send(method=method, url=url, headers=HeaderList.of(headers or []), body=body)


def verdict(url: str = "https://api.example.com/") -> Verdict:
    return Verdict(page=PAGE, request=Request(url=url), profile=STANDARD, outcome=Outcome.READABLE)


@dataclass
class Script:
    """A flow that sends these, one after the other, and remembers what came back."""

    sends: tuple[Send, ...]
    answers: list[Answer] = field(default_factory=list)

    def flow(self) -> Flow:
        for each in self.sends:
            self.answers.append((yield each))
        return verdict(self.sends[-1].url if self.sends else "https://api.example.com/")

    @property
    def head(self) -> ResponseHead:
        answer = self.answers[-1]
        assert isinstance(answer, ResponseHead), answer
        return answer

    @property
    def failure(self) -> NetworkFailure:
        answer = self.answers[-1]
        assert isinstance(answer, NetworkFailure), answer
        return answer


def script(*sends: Send) -> Script:
    return Script(sends)
