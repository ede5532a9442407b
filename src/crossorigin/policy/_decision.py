"""What the server half answers to one request: a value, never an exception."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

DecisionKind = Literal["actual", "preflight", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionReason:
    """Why a decision came out as it did: worked out by the reference decider, on demand.

    `code` is stable (the table is `REASONS`). `allowed` says whether a page at the request's Origin may do what was asked: for a preflight, the
    method and the headers too. `field` and `index` name the part of the policy that decided, where one did;
    `evidence` holds (name, value) pairs of text, in the order in which a person wants them.
    """

    code: str
    allowed: bool
    field: str | None = None
    index: int | None = None
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with one request.

    Attributes:
        kind: "actual": the app answers, and `headers` and `vary` go on its response (a request without Origin is of
            this kind too); "preflight": this is the answer, the app is not called; "refused": the same, for an actual
            request that `refuse_disallowed` keeps from the app.
        status: the status to answer with; None where the app answers.
        headers: fields to set, names in lower case, in the order to send them. Every other Access-Control-* field of
            the response is to be removed.
        vary: names to merge into Vary.
        body: the body to answer with.
        error: what a predicate raised, for the log; None where none did.

    Two decisions are equal if they put the same answer on the wire.
    """

    kind: DecisionKind
    status: int | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()
    vary: tuple[bytes, ...] = ()
    body: bytes = b""
    error: Exception | None = field(default=None, compare=False)
    explain: Callable[[], DecisionReason] = field(repr=False, compare=False)

    @property
    def reason(self) -> DecisionReason:
        """Why, with the evidence. Computed at each call: keep it out of a hot path."""
        return self.explain()

    @property
    def allowed(self) -> bool:
        """Whether a page at the request's Origin may do what was asked; False for a request without Origin.

        For a preflight this covers the method and the headers, which the answer itself does not depend on. Computed
        from `reason`.
        """
        return self.reason.allowed
