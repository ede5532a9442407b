"""Request methods: which are safelisted, which are forbidden, and how a name is normalised."""

from ._tokens import is_token

CORS_SAFELISTED_METHODS = frozenset({"GET", "HEAD", "POST"})
"""https://fetch.spec.whatwg.org/#cors-safelisted-method"""

FORBIDDEN_METHODS = frozenset({"CONNECT", "TRACE", "TRACK"})
"""https://fetch.spec.whatwg.org/#forbidden-method"""

NORMALIZED_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})


def is_method(value: str) -> bool:
    """https://fetch.spec.whatwg.org/#concept-method

    A method is any token; its case matters.

    >>> is_method("patch"), is_method("GET /"), is_method("")
    (True, False, False)
    """
    return is_token(value)


def is_cors_safelisted_method(method: str) -> bool:
    """https://fetch.spec.whatwg.org/#cors-safelisted-method

    >>> is_cors_safelisted_method("POST"), is_cors_safelisted_method("PUT")
    (True, False)
    """
    return method in CORS_SAFELISTED_METHODS


def is_forbidden_method(method: str) -> bool:
    """https://fetch.spec.whatwg.org/#forbidden-method

    >>> is_forbidden_method("trace"), is_forbidden_method("PATCH")
    (True, False)
    """
    return _ascii_upper(method) in FORBIDDEN_METHODS


def normalize_method(method: str) -> str:
    """https://fetch.spec.whatwg.org/#concept-method-normalize

    Six names are upper-cased, and only those: `patch` stays `patch`, which is another method than `PATCH`.

    >>> normalize_method("delete"), normalize_method("patch")
    ('DELETE', 'patch')
    """
    upper = _ascii_upper(method)
    return upper if upper in NORMALIZED_METHODS else method


def _ascii_upper(value: str) -> str:
    # str.upper() turns "ı" (dotless i) into "I": only ASCII text may be folded.
    return value.upper() if value.isascii() else value
