"""What may have failed, of a request of which only the asking is known: likely causes, marked as guesses."""

from collections.abc import Iterator

from crossorigin.browser import Page, Reason, Request, parse_url
from crossorigin.standard import cors_unsafe_request_header_names, is_cors_safelisted_method


def possible_reasons(page: Page, request: Request) -> Iterator[Reason]:
    """The reasons for which such a request may be blocked, most likely first; none where CORS does not apply."""
    url = parse_url(request.url)
    if url is None or str(url.origin) == str(page.origin):
        return
    if request.mode in ("no-cors", "navigate"):
        yield Reason.OPAQUE
        return
    if request.mode in ("websocket", "webtransport"):
        if url.scheme in ("http", "ws") and page.url.startswith("https:"):
            yield Reason.MIXED_CONTENT
        yield Reason.WEBSOCKET_HANDSHAKE
        return
    names = cors_unsafe_request_header_names(request.headers.fields)
    unsafe_method = not is_cors_safelisted_method(request.method)
    if not (names or unsafe_method or request.use_cors_preflight):
        yield Reason.ACAO_MISSING
        if request.credentials == "include":
            yield Reason.ACAO_WILDCARD_CREDENTIALS
        return
    # A response header on a request is a mistake whatever the server does.
    mistaken = any(name.startswith(b"access-control-") for name in names)
    if mistaken:
        yield Reason.PREFLIGHT_HEADER
    small = request.method != request.method.upper()
    if small:
        # So is a method in small letters, which browsers send as it is.
        yield Reason.PREFLIGHT_METHOD
    yield Reason.PREFLIGHT_ACAO_MISSING
    if names and not mistaken:
        yield Reason.PREFLIGHT_HEADER
    if unsafe_method and not small:
        yield Reason.PREFLIGHT_METHOD
    last = url.path.rpartition("/")[2]
    if last and "." not in last:
        yield Reason.PREFLIGHT_REDIRECT
