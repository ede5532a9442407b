"""What the browser half concludes: readable or not, why, at which step, and what was sent all the same."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ._cookies import CookieRefusal
from ._request import Page, Request
from ._response import Exchange, NetworkFailure, Response, ResponseHead

if TYPE_CHECKING:
    from ._profile import Profile


class Outcome(StrEnum):
    """The ends of a fetch, as the page's author sees them.

    NOT_SENT: nothing stood in the way, and the request itself was withheld (`Context.preflight_only`).
    """

    READABLE = "readable"
    OPAQUE = "opaque"
    BLOCKED = "blocked"
    NO_ANSWER = "no-answer"
    NOT_SENT = "not-sent"


class Reason(StrEnum):
    """Why a page may not read a response. Codes are never renamed; explain holds the prose, EVIDENCE the evidence."""

    ACAO_MISSING = "acao-missing"
    ACAO_MULTIPLE = "acao-multiple"
    ACAO_INVALID = "acao-invalid"
    ACAO_MISMATCH = "acao-mismatch"
    ACAO_WILDCARD_CREDENTIALS = "acao-wildcard-credentials"
    ACAC_NOT_TRUE = "acac-not-true"
    PREFLIGHT_ACAO_MISSING = "preflight.acao-missing"
    PREFLIGHT_ACAO_MULTIPLE = "preflight.acao-multiple"
    PREFLIGHT_ACAO_INVALID = "preflight.acao-invalid"
    PREFLIGHT_ACAO_MISMATCH = "preflight.acao-mismatch"
    PREFLIGHT_ACAO_WILDCARD_CREDENTIALS = "preflight.acao-wildcard-credentials"
    PREFLIGHT_ACAC_NOT_TRUE = "preflight.acac-not-true"
    PREFLIGHT_STATUS = "preflight.status"
    PREFLIGHT_REDIRECT = "preflight.redirect"
    PREFLIGHT_ACAM_INVALID = "preflight.acam-invalid"
    PREFLIGHT_ACAH_INVALID = "preflight.acah-invalid"
    PREFLIGHT_METHOD = "preflight.method"
    PREFLIGHT_HEADER = "preflight.header"
    PREFLIGHT_AUTHORIZATION_WILDCARD = "preflight.authorization-wildcard"
    REDIRECT_ERROR_MODE = "redirect.error-mode"
    REDIRECT_TOO_MANY = "redirect.too-many"
    REDIRECT_LOCATION = "redirect.location"
    REDIRECT_SCHEME = "redirect.scheme"
    REDIRECT_USERINFO = "redirect.userinfo"
    REDIRECT_STREAM_BODY = "redirect.stream-body"
    STREAM_BODY = "stream-body"
    KEEPALIVE_LIMIT = "keepalive-limit"
    ONLY_IF_CACHED = "only-if-cached"
    MODE_SAME_ORIGIN = "mode-same-origin"
    NOCORS_REDIRECT_MODE = "nocors-redirect-mode"
    SCHEME = "scheme"
    BAD_PORT = "bad-port"
    MIXED_CONTENT = "mixed-content"
    CSP = "csp"
    CORP_SAME_ORIGIN = "corp.same-origin"
    CORP_SAME_SITE = "corp.same-site"
    CORP_EMBEDDER_POLICY = "corp.embedder-policy"
    ORB = "orb"
    MIME_TYPE = "mime-type"
    NOSNIFF = "nosniff"
    PROXY_AUTHENTICATION = "proxy-authentication"
    WEBSOCKET_HANDSHAKE = "websocket-handshake"
    LNA_INSECURE = "lna.insecure"
    LNA_DENIED = "lna.denied"
    LNA_MISMATCH = "lna.mismatch"
    TRANSPORT = "transport"
    OPAQUE = "opaque"
    OPAQUE_REDIRECT = "opaque-redirect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that keeps the page from reading, with the evidence that decided it.

    `evidence` holds (name, value) pairs of text, in the order in which a person wants them: the field that was
    looked at and its value, what was expected, the method or header that was missing. `exchange` indexes
    `Verdict.exchanges`, None where nothing had been sent.
    """

    reason: Reason
    evidence: tuple[tuple[str, str], ...] = ()
    hop: int = 0
    exchange: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one algorithm that was run: a node of the trace.

    `algorithm` is the standard's name for it, `anchor` its address, `number` the step within it (empty where it has
    none), `outcome` a few words ("tainted: cors", "needed: PUT is not safelisted"), `ok` False where it failed.
    """

    algorithm: str
    anchor: str
    number: str = ""
    outcome: str = ""
    ok: bool = True
    hop: int = 0
    inputs: tuple[tuple[str, str], ...] = ()
    finding: Finding | None = None
    steps: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCookie:
    """A Set-Cookie header that stored no cookie: the cookie's name ("" where it has none), and why."""

    name: str
    why: CookieRefusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a browser would make of a fetch.

    `finding` says why it is not readable (None where it is); `further` what else would fail, in explore mode only.
    `warnings` are what this profile lets pass, though the standard, another browser or the user might not.
    `response` is what the script gets, None where it gets a network error. `cookies_stored` names the cookies that
    entered the jar on the way: that happens before the CORS check, so a blocked fetch can store some too.
    `cookies_refused` are the ones that a browser throws away.
    `timing_allowed` says whether the page may see the resource's timings (Timing-Allow-Origin).
    """

    page: Page
    request: Request
    profile: "Profile"
    outcome: Outcome
    finding: Finding | None = None
    further: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    response: Response | None = None
    exchanges: tuple[Exchange, ...] = ()
    steps: tuple[Step, ...] = ()
    cookies_stored: tuple[str, ...] = ()
    cookies_refused: tuple[RefusedCookie, ...] = ()
    timing_allowed: bool = False

    @property
    def readable(self) -> bool:
        """Whether the page's script may read the response."""
        return self.outcome is Outcome.READABLE

    @property
    def reason(self) -> Reason | None:
        """The code of `finding`, None where the response is readable."""
        return None if self.finding is None else self.finding.reason

    @property
    def preflighted(self) -> bool:
        """Whether a CORS-preflight request went out."""
        return any(exchange.send.purpose == "preflight" for exchange in self.exchanges)

    @property
    def sent(self) -> bool:
        """Whether the request itself, not only its preflight, was sent."""
        return any(exchange.send.purpose == "request" for exchange in self.exchanges)

    @property
    def answered(self) -> bool:
        """Whether a server answered the request itself: it ran, whatever the page may read of it."""
        return any(e.send.purpose == "request" and isinstance(e.answer, ResponseHead) for e in self.exchanges)

    @property
    def side_effects_possible(self) -> bool:
        """Whether the request reached, or may have reached, the server's code: a blocked POST ran all the same.

        False only where nothing but a preflight went out, or no connection came about.
        """
        return any(
            exchange.send.purpose == "request"
            and not (
                isinstance(exchange.answer, NetworkFailure)
                and exchange.answer.kind in ("dns", "refused", "tls", "unreachable")
            )
            for exchange in self.exchanges
        )
