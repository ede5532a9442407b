"""The words Firefox prints in its console: which of its messages a finding makes it print."""

from crossorigin.browser import Reason
from crossorigin.consoles import Template, firefox

from ._facts import Facts

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
            return (firefox.MODE_SAME_ORIGIN.write(page_url=page_url, url=url),)
        case Reason.CORP_SAME_ORIGIN | Reason.CORP_SAME_SITE | Reason.CORP_EMBEDDER_POLICY:
            return (firefox.CORP.write(url=url),)
        case Reason.WEBSOCKET_HANDSHAKE:
            return (firefox.CANNOT_CONNECT.write(url=url.replace("http", "ws", 1)),)
        case Reason.NOSNIFF:
            mime_type = (facts.field(b"content-type") or "").partition(";")[0].strip()
            return (firefox.NOSNIFF.write(url=url, mime_type=mime_type),)
        case Reason.SCHEME if url.startswith("file:"):
            return (firefox.LOCAL_RESOURCE.write(page_url=page_url, url=url),)
        case Reason.SCHEME if url.startswith("blob:"):
            return (firefox.MODE_SAME_ORIGIN.write(page_url=page_url, url=url),)
        case Reason.SCHEME:
            return (_line(url, firefox.NOT_HTTP),)
    if request.mode != "cors":
        return ()
    lines = [*_redirect_target_lines(facts), *_check_lines(facts)]
    if facts.event_source:
        lines.append(firefox.CANNOT_CONNECT.write(url=url))
    return tuple(lines)


def _check_lines(facts: Facts) -> list[str]:
    """The lines of Firefox's CORS checks, in the order in which it makes them."""
    unsuccessful = _line(facts.url, firefox.DID_NOT_SUCCEED, status="(null)")
    if facts.head is None or facts.finding.reason.startswith("redirect."):
        return [unsuccessful] * (2 if facts.preflight else 1)
    if words := _cors_check_words(facts):
        # One that stops a redirect is followed by another for the request as a whole, and so is every preflight's.
        stopped_redirect = facts.location is not None and facts.verdict.request.redirect == "follow"
        return [words] + [unsuccessful] * (facts.preflight + stopped_redirect)
    status = str(facts.status)
    did_not_pass = _line(facts.url, firefox.PREFLIGHT_DID_NOT_SUCCEED, status=status)
    match facts.finding.reason:
        case Reason.PREFLIGHT_REDIRECT:
            return [_line(facts.url, firefox.EXTERNAL_REDIRECT), did_not_pass, unsuccessful]
        case Reason.PREFLIGHT_STATUS:
            return [did_not_pass, unsuccessful]
        case (
            Reason.PREFLIGHT_METHOD
            | Reason.PREFLIGHT_ACAM_INVALID
            | Reason.PREFLIGHT_ACAH_INVALID
            | (Reason.PREFLIGHT_HEADER)
        ):
            return [_preflight_line(facts), unsuccessful]
        case _:
            return [unsuccessful]


def _cors_check_words(facts: Facts) -> str:
    """What Firefox says of the CORS check of the response, empty where it passes."""
    values = [value.decode("utf-8", "replace") for value in facts.headers.values(b"access-control-allow-origin")]
    if not values:
        return _line(facts.url, firefox.MISSING, status=str(facts.status))
    if len(values) > 1:
        return _line(facts.url, firefox.MULTIPLE)
    if values == ["*"]:
        if not facts.include:
            return ""
        # The one line with its URL in quotes.
        return _line(facts.url, firefox.WILDCARD, blocked=firefox.BLOCKED_QUOTED)
    if values != [facts.origin]:
        return _line(facts.url, firefox.MISMATCH, header_value=values[0])
    if facts.include and facts.field(b"access-control-allow-credentials") != "true":
        return _line(facts.url, firefox.CREDENTIALS)
    return ""


def _preflight_line(facts: Facts) -> str:
    """Firefox parses and judges the methods before it looks at the headers."""
    bad_method = facts.bad_member(b"access-control-allow-methods")
    if bad_method is not None:
        return _line(facts.url, firefox.INVALID_METHOD, token=_decoded(bad_method))
    if facts.method_missing:
        return _line(facts.url, firefox.METHOD_NOT_FOUND)
    bad_header = facts.bad_member(b"access-control-allow-headers")
    if bad_header is not None:
        return _line(facts.url, firefox.INVALID_HEADER, token=_decoded(bad_header))
    return _line(facts.url, firefox.HEADER_NOT_ALLOWED, header=next(iter(facts.missing_headers), ""))


def _decoded(value: str) -> str:
    """A header's value as Firefox shows it: taken for UTF-8."""
    return value.encode("latin-1").decode("utf-8", "replace")


def _redirect_target_lines(facts: Facts) -> list[str]:
    scheme = facts.target.partition(":")[0]
    if facts.finding.reason is not Reason.REDIRECT_SCHEME or scheme in ("", "data"):
        return []
    if scheme not in ("file", "blob"):
        return [_line(facts.target, firefox.NOT_HTTP)]
    message = firefox.LOCAL_RESOURCE if scheme == "file" else firefox.MODE_SAME_ORIGIN
    return [message.write(page_url=facts.url, url=facts.target)]


def _line(url: str, reason: Template, *, blocked: Template = firefox.BLOCKED, status: str = "", **values: str) -> str:
    code = firefox.STATUS.write(status=status) if status else ""
    return blocked.write(url=url) + reason.write(**values) + firefox.REASON_END.write() + code
