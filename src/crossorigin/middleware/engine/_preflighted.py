"""Whether a browser has asked before it sent a request: of one that arrives, by its method and its headers."""

from crossorigin.standard import (
    cors_unsafe_request_header_names,
    is_cors_safelisted_method,
    is_forbidden_request_header,
)

from ._rulings import Asked

# A browser sends these by itself, and its developer tools with a disabled cache; proxies add the others.
_ADDED = frozenset({b"user-agent", b"cache-control", b"pragma", b"forwarded", b"x-real-ip", b"x-request-id"})
_ADDED_PREFIXES = (b"x-forwarded-", b"x-amzn-", b"cf-")


def was_preflighted(asked: Asked) -> bool:
    """https://fetch.spec.whatwg.org/#main-fetch

    Whether a page of another origin could have sent the request only after a preflight.
    """
    if b"origin" not in asked.fields:
        return False
    if not is_cors_safelisted_method(asked.method):
        return True
    return bool(cors_unsafe_request_header_names((n, v) for n, v in asked.lines if not _is_added(n.lower(), v)))


def _is_added(name: bytes, value: bytes) -> bool:
    return name in _ADDED or name.startswith(_ADDED_PREFIXES) or is_forbidden_request_header(name, value)
