"""The CORS check and the TAO check: whether a response may be shared with the page that asked for it."""

from crossorigin.standard import HeaderList, get_decode_and_split

from ._evidence import Evidence, evidence
from ._request import Credentials
from ._url import parse_url
from ._verdict import Reason

Objection = tuple[Reason, Evidence]
"""Why a check fails, and what decided it."""

MAX_TIMING_ALLOW_ORIGIN = 65536


def cors_check(
    serialized_origin: bytes, credentials: Credentials, headers: HeaderList, status: int = 200
) -> Objection | None:
    """https://fetch.spec.whatwg.org/#concept-cors-check

    None is success. The standard knows one failure; which of the six it is, is told apart in Chromium's order.

    >>> allowed = HeaderList.of({"Access-Control-Allow-Origin": "https://app.example.com"})
    >>> cors_check(b"https://app.example.com", "same-origin", allowed) is None
    True
    >>> cors_check(b"https://evil.example", "same-origin", allowed)[0]
    <Reason.ACAO_MISMATCH: 'acao-mismatch'>
    """
    # 1, 2.
    lines = headers.values(b"access-control-allow-origin")
    if not lines:
        return Reason.ACAO_MISSING, evidence(origin=serialized_origin, status=status)
    origin = b", ".join(lines)
    # 3.
    if origin == b"*" and credentials != "include":
        return None
    # 4.
    if origin != serialized_origin:
        facts = evidence(access_control_allow_origin=origin, lines=len(lines), origin=serialized_origin, status=status)
        return _which_mismatch(origin), facts
    # 5.
    if credentials != "include":
        return None
    # 6, 7, 8.
    allowed = headers.get(b"access-control-allow-credentials")
    if allowed == b"true":
        return None
    return Reason.ACAC_NOT_TRUE, evidence(
        access_control_allow_credentials=allowed, access_control_allow_origin=origin, status=status
    )


def _which_mismatch(value: bytes) -> Reason:
    if value == b"*":
        return Reason.ACAO_WILDCARD_CREDENTIALS
    if b"," in value or b" " in value:
        return Reason.ACAO_MULTIPLE
    if value == b"null":
        return Reason.ACAO_MISMATCH
    return Reason.ACAO_MISMATCH if parse_url(value.decode("latin-1")) is not None else Reason.ACAO_INVALID


PREFLIGHT_TWINS = {
    reason: Reason(f"preflight.{reason}")
    for reason in (
        Reason.ACAO_MISSING,
        Reason.ACAO_MULTIPLE,
        Reason.ACAO_INVALID,
        Reason.ACAO_MISMATCH,
        Reason.ACAO_WILDCARD_CREDENTIALS,
        Reason.ACAC_NOT_TRUE,
    )
}
"""What the same failure is called on the response to a preflight."""


def tao_check(
    serialized_origin: bytes, headers: HeaderList, *, tainting: str, navigates_cross_origin: bool = False
) -> bool:
    """https://fetch.spec.whatwg.org/#concept-tao-check

    Whether the response lets the page see its timings. That an earlier hop failed is for the caller to remember.

    >>> tao_check(b"https://a.example", HeaderList.of({"Timing-Allow-Origin": "*"}), tainting="cors")
    True
    """
    value = headers.get(b"timing-allow-origin")
    if value is not None and len(value) <= MAX_TIMING_ALLOW_ORIGIN:
        values = get_decode_and_split(value)
        if "*" in values or serialized_origin.decode("latin-1") in values:
            return True
    return tainting == "basic" and not navigates_cross_origin
