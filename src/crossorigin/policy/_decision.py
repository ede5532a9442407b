"""What the server half answers to one request: a value, never an exception."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

DecisionKind = Literal["actual", "preflight", "refused"]

VARY_ORIGIN = (b"Origin",)
VARY_OPTIONS = (b"Origin", b"Access-Control-Request-Method", b"Access-Control-Request-Headers")
NO_STORE = (b"cache-control", b"no-store")
REFUSAL = b"Not allowed by CORS"

MAX_ECHOED_METHOD = 64
"""Bytes that a requested method may have to be echoed."""

MAX_ECHOED_HEADERS = 1024
"""Bytes that Access-Control-Request-Headers may have, its lines joined, to be echoed."""


class DecisionCode(StrEnum):
    """Why a decision came out as it did. Codes are never renamed; prose about them is in explain."""

    ALLOWED = "allowed"
    NO_ORIGIN = "no-origin"
    ORIGIN_MALFORMED = "origin-malformed"
    ORIGIN_UNLISTED = "origin-unlisted"
    ORIGIN_OWN = "origin-own"
    PREDICATE_FAILED = "predicate-failed"
    METHOD_MALFORMED = "method-malformed"
    METHOD_UNLISTED = "method-unlisted"
    HEADERS_MALFORMED = "headers-malformed"
    HEADER_UNLISTED = "header-unlisted"
    AUTHORIZATION_UNLISTED = "authorization-unlisted"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionReason:
    """Why a decision came out as it did: worked out by the reference decider, on demand.

    `allowed` says whether a page at the request's Origin may do what was asked: for a preflight, the method and the
    headers too. `field` and `index` name the part of the policy that decided, where one did; `evidence` holds
    (name, value) pairs of text, in the order in which a person wants them.
    """

    code: DecisionCode
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
