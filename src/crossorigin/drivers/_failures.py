"""What goes wrong on a network, in plain words: every exception of the libraries below becomes a NetworkFailure."""

import ssl

import h11

from crossorigin.browser import FailureKind, NetworkFailure
from crossorigin.standard import visible

_MAX_QUOTE = 200
"""Characters of a library's message that are quoted: it may repeat what a hostile server wrote."""


class Failed(Exception):
    """A step on the way to an answer failed, and `failure` says how."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.failure = NetworkFailure(kind=kind, message=message)


def failure_of(error: Exception, place: str) -> NetworkFailure:
    """The failure that an exception stands for, raised while speaking HTTP with `place`."""
    match error:
        case Failed():
            return error.failure
        case _ if _is_too_large(error):
            return NetworkFailure(
                kind="too-large", message=f"the header fields of the answer from {place} are too large to take"
            )
        case ssl.SSLError():
            return NetworkFailure(kind="tls", message=f"{place} ended the TLS connection: {quoted(error)}")
        case OSError():
            return NetworkFailure(
                kind="protocol", message=f"{place} broke the connection off before its answer was complete"
            )
        case _:
            return NetworkFailure(kind="protocol", message=f"what {place} answered is not valid HTTP: {quoted(error)}")


def quoted(error: BaseException) -> str:
    """An exception's message, short and printable."""
    return visible(str(error) or type(error).__name__, _MAX_QUOTE)


def tls_reason(error: BaseException) -> str:
    """Why a TLS handshake failed."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError) and cause.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"):
            return "it does not speak TLS on that port (is the URL http, not https?)"
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return cause.reason.replace("_", " ").lower()
    return "it ended the connection"


def causes(error: BaseException) -> "list[BaseException]":
    """The exception, what caused it, what caused that, members of groups included."""
    found: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue:
        cause = queue.pop(0)
        if cause is None or cause in found:
            continue
        found.append(cause)
        queue += cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()
        queue += [cause.__cause__, *(arg for arg in cause.args if isinstance(arg, BaseException))]
    return found


def _is_too_large(error: BaseException) -> bool:
    from h2.exceptions import DenialOfServiceError  # here: few connections need HTTP/2, and fewer fail

    return any(
        isinstance(cause, DenialOfServiceError)
        or (isinstance(cause, h11.RemoteProtocolError) and cause.error_status_hint == 431)
        for cause in causes(error)
    )
