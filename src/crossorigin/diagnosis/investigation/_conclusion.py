"""What an investigation comes to: causes that look alike to a page, each with its evidence and its fix."""

from dataclasses import dataclass
from enum import StrEnum

from crossorigin.browser import NetworkFailure, ResponseHead
from crossorigin.explain import Fix

from ._probes import Probe


class LookAlike(StrEnum):
    """The causes of a failure that look alike to a page. The codes are stable."""

    NOT_CORS = "not-cors"
    CORS_ABSENT = "cors-absent"
    ORIGIN_UNLISTED = "origin-unlisted"
    ORIGIN_LISTED_OTHERWISE = "origin-listed-otherwise"
    SEVERAL_ORIGINS = "several-origins"
    TWO_LAYERS = "two-layers"
    CREDENTIALS_NOT_ALLOWED = "credentials-not-allowed"
    PREFLIGHT_INTERCEPTED = "preflight-intercepted"
    PREFLIGHT_UNHANDLED = "preflight-unhandled"
    STALE_PREFLIGHT_CACHE = "stale-preflight-cache"
    METHOD_UNLISTED = "method-unlisted"
    HEADER_UNLISTED = "header-unlisted"
    RESPONSE_WITHOUT_HEADERS = "response-without-headers"
    REDIRECTED = "redirected"
    GATEWAY_ERROR = "gateway-error"
    ERROR_WITHOUT_HEADERS = "error-without-headers"
    ADD_HEADER_WITHOUT_ALWAYS = "add-header-without-always"
    CACHED_ANSWER = "cached-answer"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Probed:
    """A probe with what came back; None where it was not sent, because the server had stopped answering."""

    probe: Probe
    answer: ResponseHead | NetworkFailure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """One cause: its code, a sentence, the evidence (which request, what came back), and what to do. Safe to print."""

    code: LookAlike
    sentence: str
    evidence: tuple[tuple[str, str], ...]
    fix: Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigation:
    """What an investigation came to: the cause of the failure first, then what else is wrong."""

    conclusions: tuple[Conclusion, ...]
    probed: tuple[Probed, ...]
