"""Evidence: for each reason the names of what decided it, in the order in which a person wants them.

Every finding carries exactly the names of its row, but those that end in `?`, which are left out where the field or
fact they name is absent (so that an empty value and none at all stay apart). `url` is the hop's URL, without its
fragment. Values are text, isomorphically decoded and cut: what a server sent can hold anything, so whoever shows one
escapes it.
"""

from ._verdict import Reason

MAX_EVIDENCE = 1000
"""Characters of one value that a finding keeps."""

Evidence = tuple[tuple[str, str], ...]

_ORIGIN = ("url", "access-control-allow-origin", "lines", "origin", "status")
_HANDLED_BEFORE = ("url",)

EVIDENCE: dict[Reason, tuple[str, ...]] = {
    Reason.ACAO_MISSING: ("url", "origin", "status"),
    Reason.ACAO_MULTIPLE: _ORIGIN,
    Reason.ACAO_INVALID: _ORIGIN,
    Reason.ACAO_MISMATCH: _ORIGIN,
    Reason.ACAO_WILDCARD_CREDENTIALS: _ORIGIN,
    Reason.ACAC_NOT_TRUE: ("url", "access-control-allow-credentials?", "access-control-allow-origin", "status"),
    Reason.PREFLIGHT_ACAO_MISSING: ("url", "origin", "status"),
    Reason.PREFLIGHT_ACAO_MULTIPLE: _ORIGIN,
    Reason.PREFLIGHT_ACAO_INVALID: _ORIGIN,
    Reason.PREFLIGHT_ACAO_MISMATCH: _ORIGIN,
    Reason.PREFLIGHT_ACAO_WILDCARD_CREDENTIALS: _ORIGIN,
    Reason.PREFLIGHT_ACAC_NOT_TRUE: (
        "url",
        "access-control-allow-credentials?",
        "access-control-allow-origin",
        "status",
    ),
    Reason.PREFLIGHT_STATUS: ("url", "status"),
    Reason.PREFLIGHT_REDIRECT: ("url", "status", "location"),
    # `item` is the first list member that is no token.
    Reason.PREFLIGHT_ACAM_INVALID: ("url", "access-control-allow-methods", "item"),
    Reason.PREFLIGHT_ACAH_INVALID: ("url", "access-control-allow-headers", "item"),
    Reason.PREFLIGHT_METHOD: ("url", "method", "access-control-allow-methods?", "credentials"),
    # `header` is the first one in byte order, `headers` all that are not allowed, joined by ", ".
    Reason.PREFLIGHT_HEADER: ("url", "header", "headers", "access-control-allow-headers?", "credentials"),
    Reason.PREFLIGHT_AUTHORIZATION_WILDCARD: ("url", "header", "access-control-allow-headers"),
    Reason.REDIRECT_ERROR_MODE: ("url", "status", "location?"),
    Reason.REDIRECT_TOO_MANY: ("url", "location", "limit"),
    Reason.REDIRECT_LOCATION: ("url", "location", "lines"),
    Reason.REDIRECT_SCHEME: ("url", "location", "scheme"),
    Reason.REDIRECT_USERINFO: ("url", "location"),
    Reason.REDIRECT_STREAM_BODY: ("url", "status", "location"),
    Reason.STREAM_BODY: ("url", "http-version"),
    Reason.KEEPALIVE_LIMIT: ("url", "content-length", "limit"),
    Reason.ONLY_IF_CACHED: _HANDLED_BEFORE,
    Reason.MODE_SAME_ORIGIN: ("url", "origin"),
    Reason.NOCORS_REDIRECT_MODE: ("url", "redirect"),
    Reason.SCHEME: ("url", "scheme"),
    Reason.BAD_PORT: ("url", "port"),
    Reason.MIXED_CONTENT: ("url", "page"),
    Reason.CSP: ("url", "directive"),
    Reason.CORP_SAME_ORIGIN: ("url", "cross-origin-resource-policy", "origin"),
    Reason.CORP_SAME_SITE: ("url", "cross-origin-resource-policy", "origin"),
    Reason.CORP_EMBEDDER_POLICY: ("url", "cross-origin-resource-policy?", "cross-origin-embedder-policy", "origin"),
    Reason.ORB: ("url", "content-type?"),
    Reason.MIME_TYPE: ("url", "content-type", "destination"),
    Reason.NOSNIFF: ("url", "content-type?", "destination"),
    Reason.PROXY_AUTHENTICATION: ("url", "status"),
    Reason.WEBSOCKET_HANDSHAKE: ("url", "status"),
    Reason.LNA_INSECURE: ("url", "page", "address-space"),
    Reason.LNA_DENIED: ("url", "page", "address-space"),
    Reason.LNA_MISMATCH: ("url", "address-space", "target-address-space"),
    Reason.TRANSPORT: ("url", "kind", "message"),
    Reason.OPAQUE: ("url", "mode"),
    Reason.OPAQUE_REDIRECT: ("url", "status", "location?"),
}


def shown(value: bytes | str | int) -> str:
    """A value as evidence: text, cut where it is long."""
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return text if len(text) <= MAX_EVIDENCE else f"{text[:MAX_EVIDENCE]}… ({len(text)} characters)"


def evidence(**facts: bytes | str | int | None) -> Evidence:
    """Names and values for a finding; what is None is left out. `a_b` stands for the name `a-b`."""
    return tuple((name.replace("_", "-"), shown(value)) for name, value in facts.items() if value is not None)
