"""What an explanation is: plain text in named parts, every one of them safe to print. Renderers only lay it out."""

from dataclasses import dataclass

from crossorigin.browser import Outcome, Reason

from .._fix import Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The step of the standard at which it ended: algorithm, address, the step's number, and the hop and URL."""

    algorithm: str
    anchor: str
    number: str
    hop: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consoles:
    """The words that each browser prints for it, a console message each; empty where it prints none.

    Chromium's and Firefox's are as recorded, WebKit's (Safari's) as its source has them.
    """

    chromium: tuple[str, ...] = ()
    firefox: tuple[str, ...] = ()
    webkit: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each browser's name, and its messages."""
        return ("Chromium", self.chromium), ("Firefox", self.firefox), ("Safari", self.webkit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One finding, explained.

    `exchange` indexes `Explanation.exchanges`; `curl` repeats that request, and is empty where nothing was sent.
    """

    reason: Reason
    title: str
    what: str
    where: Where | None
    evidence: tuple[tuple[str, str], ...]
    why: str
    fixes: tuple[Fix, ...]
    consoles: Consoles
    curl: str
    exchange: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A line of the trace: `depth` below the first, `failing` for the very step that decided."""

    depth: int
    ok: bool
    failing: bool
    algorithm: str
    anchor: str
    number: str
    outcome: str
    hop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownExchange:
    """A request that went out, and its answer: a status and fields, or the failure (`status` None)."""

    purpose: str
    hop: int
    method: str
    url: str
    http_version: str
    request_headers: tuple[tuple[str, str], ...]
    body_length: int
    status: int | None
    response_headers: tuple[tuple[str, str], ...]
    failure: str
    failure_message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownResponse:
    """What the page's script gets: the filtered response."""

    type: str
    status: int
    url: str
    redirected: bool
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A verdict, explained. `cause` is None where nothing failed; `further` is what else would (explore mode).

    `element` says why the element that asked fails on a response that CORS lets pass, None where it does not.
    """

    outcome: Outcome
    title: str
    origin: str
    method: str
    url: str
    api: str
    mode: str
    credentials: str
    profile: str
    element: str | None
    cause: Cause | None
    further: tuple[Cause, ...]
    notes: tuple[str, ...]
    steps: tuple[ShownStep, ...]
    exchanges: tuple[ShownExchange, ...]
    response: ShownResponse | None
    preflighted: bool
    sent: bool
    answered: bool
    side_effects_possible: bool
    cookies_stored: tuple[str, ...]

    @property
    def readable(self) -> bool:
        """Whether the page may read the response."""
        return self.outcome is Outcome.READABLE

    def __str__(self) -> str:
        from ._text import render_text

        return render_text(self)
