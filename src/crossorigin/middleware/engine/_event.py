"""What a hook is told of a decision."""

from collections.abc import Callable
from dataclasses import dataclass

from crossorigin.policy import Decision
from crossorigin.standard import visible

MAX_SHOWN = 200
"""Characters of one value that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEvent:
    """One request that has an Origin, and what was decided.

    A stranger chose the text of `method`, `path` and `origin`: each is one line of printable ASCII, of at most 200
    characters, whatever was sent.

    Attributes:
        decision: what was done. Its `reason` is worked out when it is read.
        candidate: what the candidate of a `ReportOnly` would have done; None where none is tried.
        method: the request's; of a preflight, the one it asks for.
        path: decoded, without the query.
        origin: the Origin field's value.
        route: the framework's name of the route (`/items/{item}`, an endpoint), one of a bounded number, so that it
            may label a counter; None where no integration knows the routes.
    """

    decision: Decision
    candidate: Decision | None = None
    method: str
    path: str
    origin: str
    route: str | None = None

    @property
    def differs(self) -> bool:
        """Whether the candidate would let a page do more, or less, than it may.

        What is compared: whether the page may, whether the app is called, and whether with credentials. That a list of
        exposed headers is another one is for `Policy.diff` to say: nobody knows here which of them a page reads.
        """
        return self.candidate is not None and _access(self.candidate) != _access(self.decision)


OnDecision = Callable[[DecisionEvent], object]


def _access(decision: Decision) -> tuple[bool, bool, bool]:
    allowed = decision.allowed
    credentials = (b"access-control-allow-credentials", b"true") in decision.headers
    return allowed, decision.kind == "refused", allowed and credentials


def one_line(text: str) -> str:
    """`text` as one line of printable ASCII, of at most 200 characters: escapes and the word of what is missing too.

    >>> one_line("a" * 5000)[-25:]
    'aaaa... (5000 characters)'
    """
    line = visible(text, MAX_SHOWN, ascii_only=True)
    if len(line) <= MAX_SHOWN:
        return line
    line, ending = "", f"... ({len(text)} characters)"
    for character in text:
        escaped = visible(character, ascii_only=True)
        if len(line) + len(escaped) + len(ending) > MAX_SHOWN:
            break
        line += escaped
    return line + ending
