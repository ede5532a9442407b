"""What a paste comes to: why a request failed, how surely, and what to do. Every text is safe to print."""

from dataclasses import dataclass

from crossorigin.captures import Asked, Note, Provenance
from crossorigin.explain import Explanation, Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One possible cause of one failure.

    `reason` is a code of `crossorigin.browser.Reason` or of `crossorigin.captures.NOT_CORS`. `url` is what the page
    asked for and `status` that of its response (of the preflight, where that failed); what is not known is None.
    `unknown` says what the paste does not hold, a sentence each. `alternative`: the same message or request
    leaves open a likelier cause, which stands before. `count` is how many requests failed so. `asked` is the
    request as far as it is known, for measuring it; `explanation` is the whole story.
    """

    reason: str
    title: str
    cause: str
    fixes: tuple[Fix, ...]
    provenance: Provenance
    url: str | None = None
    origin: str | None = None
    method: str | None = None
    status: int | None = None
    unknown: tuple[str, ...] = ()
    alternative: bool = False
    count: int = 1
    lines: tuple[int, ...] = ()
    asked: Asked | None = None
    explanation: Explanation | None = None

    @property
    def certain(self) -> bool:
        """Whether it was measured or recorded, not stated or guessed."""
        return self.provenance in (Provenance.MEASURED, Provenance.RECORDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What all captures of a paste come to: the findings, most likely first, and notes on what was left out.

    `incomplete`: a recording broke off, so that what comes after it was not looked at.
    """

    kinds: tuple[str, ...]
    findings: tuple[Diagnosis, ...]
    notes: tuple[Note, ...] = ()
    looked_at: int = 0
    incomplete: bool = False
