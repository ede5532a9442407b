"""A scripted server: the flow's requests are recorded, and answered from a list."""

from dataclasses import dataclass

from crossorigin.browser import (
    Answer,
    Context,
    Finding,
    Page,
    Request,
    ResponseHead,
    Send,
    Verdict,
    fetch,
    page_at,
)
from crossorigin.browser._evidence import EVIDENCE
from crossorigin.standard import HeaderList

PAGE = page_at("https://app.example/start")
API = "https://api.other.example/items"
ORIGIN = "https://app.example"
ACAO = ("Access-Control-Allow-Origin", ORIGIN)
ACAC = ("Access-Control-Allow-Credentials", "true")
PLAIN = {"user_agent": None, "accept_language": None, "accept_encoding": None}


@dataclass(frozen=True)
class Played:
    verdict: Verdict
    sends: tuple[Send, ...]

    @property
    def wire(self) -> list[str]:
        """Method and URL of each request."""
        return [f"{send.method} {send.url}" for send in self.sends]


def head(status: int = 200, *fields: tuple[str, str], version: str = "HTTP/2") -> ResponseHead:
    return ResponseHead(status=status, headers=HeaderList.of(fields), http_version=version)


def play(request: Request, *answers: Answer, page: Page = PAGE, **context: object) -> Played:
    """Runs the flow with these answers, all of which must be asked for, and no more."""
    flow = fetch(request, page, context=context.pop("context", None) or Context(**context))  # type: ignore[arg-type]
    sends: list[Send] = []
    waiting = list(answers)
    answer = None
    while True:
        try:
            send = flow.send(answer)  # type: ignore[arg-type]  # a generator starts with None
        except StopIteration as stop:
            assert not waiting, f"{len(waiting)} answers nobody asked for"
            check(stop.value)
            return Played(stop.value, tuple(sends))
        assert waiting, f"unexpected {send.method} {send.url}"
        sends.append(send)
        answer = waiting.pop(0)


def check(verdict: Verdict) -> None:
    """What holds of every verdict."""
    findings = [*([] if verdict.finding is None else [verdict.finding]), *verdict.further, *verdict.warnings]
    for finding in findings:
        check_evidence(finding)
        assert finding.exchange is None or 0 <= finding.exchange < len(verdict.exchanges)
    assert verdict.readable == (verdict.finding is None and verdict.response is not None)
    assert verdict.steps[0].algorithm == "fetch"


def check_evidence(finding: Finding) -> None:
    """Exactly the names of the reason's row, in order; those with `?` may be missing."""
    row = EVIDENCE[finding.reason]
    names = [name for name, _ in finding.evidence]
    expected = [name.rstrip("?") for name in row if not name.endswith("?") or name.rstrip("?") in names]
    assert names == expected


def fields(send: Send) -> list[tuple[str, str]]:
    """The header list, as text."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in send.headers]
