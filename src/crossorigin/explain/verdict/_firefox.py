"""The words Firefox prints in its console, as measured in Firefox 153."""

from crossorigin.browser import Reason

from ._facts import Facts

DID_NOT_SUCCEED = "CORS request did not succeed"
SILENT = frozenset(
    {
        Reason.PREFLIGHT_AUTHORIZATION_WILDCARD,
        Reason.REDIRECT_ERROR_MODE,
        Reason.NOCORS_REDIRECT_MODE,
        Reason.STREAM_BODY,
        Reason.KEEPALIVE_LIMIT,
        Reason.ONLY_IF_CACHED,
        Reason.BAD_PORT,
        Reason.MIXED_CONTENT,
        Reason.CSP,
        Reason.ORB,
        Reason.MIME_TYPE,
        Reason.LNA_INSECURE,
        Reason.LNA_DENIED,
        Reason.LNA_MISMATCH,
        Reason.PROXY_AUTHENTICATION,
        Reason.OPAQUE,
        Reason.OPAQUE_REDIRECT,
    }
)
"""Reasons for which Firefox prints no line of its CORS checks, nor any other whose words are known here."""


def firefox_console(facts: Facts) -> tuple[str, ...]:
    """The messages Firefox prints for this finding, in order; none where it prints none."""
    request = facts.verdict.request
    reason = facts.finding.reason
    if reason in SILENT or request.keepalive:
        return ()
    url, page_url = facts.url, facts.verdict.page.url
    match reason:
        case Reason.MODE_SAME_ORIGIN:
            return (f"Security Error: Content at {page_url} may not load data from {url}.",)
        case Reason.CORP_SAME_ORIGIN | Reason.CORP_SAME_SITE | Reason.CORP_EMBEDDER_POLICY:
            return (
                (
                    f"The resource at “{url}” was blocked due to its Cross-Origin-Resource-Policy header (or lack "
                    "thereof). "
                    "See https://developer.mozilla.org/docs/Web/HTTP/Cross-Origin_Resource_Policy_(CORP)#"
                ),
            )
        case Reason.WEBSOCKET_HANDSHAKE:
            return (_cannot_connect(url.replace("http", "ws", 1)),)
        case Reason.NOSNIFF:
            mime_type = (facts.field(b"content-type") or "").partition(";")[0].strip()
            return (
                (
                    f"The resource from “{url}” was blocked due to MIME type (“{mime_type}”) mismatch "
                    "(X-Content-Type-Options: nosniff)."
                ),
            )
        case Reason.SCHEME if url.startswith("file:"):
            return (f"Security Error: Content at {page_url} may not load or link to {url}.",)
        case Reason.SCHEME if url.startswith("blob:"):
            return (f"Security Error: Content at {page_url} may not load data from {url}.",)
        case Reason.SCHEME:
            return (_line(url, "CORS request not http"),)
    if request.mode != "cors":
        return ()
    lines = [*_redirect_target_lines(facts), *_check_lines(facts)]
    if facts.event_source:
        lines.append(_cannot_connect(url))
    return tuple(lines)


def _check_lines(facts: Facts) -> list[str]:
    """The lines of Firefox's CORS checks, in the order in which it makes them."""
    unsuccessful = _line(facts.url, DID_NOT_SUCCEED, "(null)")
    if facts.head is None or facts.finding.reason.startswith("redirect."):
        return [unsuccessful] * (2 if facts.preflight else 1)
    if words := _cors_check_words(facts):
        # One that stops a redirect is followed by another for the request as a whole, and so is every preflight's.
        stopped_redirect = facts.location is not None and facts.verdict.request.redirect == "follow"
        return [words] + [unsuccessful] * (facts.preflight + stopped_redirect)
    status = str(facts.status)
    did_not_pass = _line(facts.url, "CORS preflight response did not succeed", status)
    match facts.finding.reason:
        case Reason.PREFLIGHT_REDIRECT:
            return [_line(facts.url, "CORS request external redirect not allowed"), did_not_pass, unsuccessful]
        case Reason.PREFLIGHT_STATUS:
            return [did_not_pass, unsuccessful]
        case (
            Reason.PREFLIGHT_METHOD
            | Reason.PREFLIGHT_ACAM_INVALID
            | Reason.PREFLIGHT_ACAH_INVALID
            | (Reason.PREFLIGHT_HEADER)
        ):
            return [_line(facts.url, _preflight_reason(facts)), unsuccessful]
        case _:
            return [unsuccessful]


def _cors_check_words(facts: Facts) -> str:
    """What Firefox says of the CORS check of the response, empty where it passes."""
    values = [value.decode("utf-8", "replace") for value in facts.headers.values(b"access-control-allow-origin")]
    if not values:
        return _line(facts.url, "CORS header ‘Access-Control-Allow-Origin’ missing", str(facts.status))
    if len(values) > 1:
        return _line(facts.url, "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed")
    if values == ["*"]:
        if not facts.include:
            return ""
        # The one line with its URL in quotes.
        return _line(
            f"‘{facts.url}’", "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’"
        )
    if values != [facts.origin]:
        return _line(facts.url, f"CORS header ‘Access-Control-Allow-Origin’ does not match ‘{values[0]}’")
    if facts.include and facts.field(b"access-control-allow-credentials") != "true":
        return _line(facts.url, "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’")
    return ""


def _preflight_reason(facts: Facts) -> str:
    """Firefox parses and judges the methods before it looks at the headers."""
    bad_method = facts.bad_member(b"access-control-allow-methods")
    if bad_method is not None:
        return f"invalid token ‘{_decoded(bad_method)}’ in CORS header ‘Access-Control-Allow-Methods’"
    if facts.method_missing:
        return "Did not find method in CORS header ‘Access-Control-Allow-Methods’"
    bad_header = facts.bad_member(b"access-control-allow-headers")
    if bad_header is not None:
        return f"invalid token ‘{_decoded(bad_header)}’ in CORS header ‘Access-Control-Allow-Headers’"
    name = next(iter(facts.missing_headers), "")
    return (
        f"header ‘{name}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight "
        "response"
    )


def _decoded(value: str) -> str:
    """A header's value as Firefox shows it: taken for UTF-8."""
    return value.encode("latin-1").decode("utf-8", "replace")


def _redirect_target_lines(facts: Facts) -> list[str]:
    scheme = facts.target.partition(":")[0]
    if facts.finding.reason is not Reason.REDIRECT_SCHEME or scheme in ("", "data"):
        return []
    if scheme not in ("file", "blob"):
        return [_line(facts.target, "CORS request not http")]
    verb = "load or link to" if scheme == "file" else "load data from"
    return [f"Security Error: Content at {facts.url} may not {verb} {facts.target}."]


def _line(url: str, reason: str, status: str = "") -> str:
    code = f" Status code: {status}." if status else ""
    return (
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
        f"{url}. (Reason: {reason}).{code}"
    )


def _cannot_connect(url: str) -> str:
    return f"Firefox can’t establish a connection to the server at {url}."
