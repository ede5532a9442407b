"""One entry of a HAR: a request and its response, as the tools write them down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crossorigin.browser import REDIRECT_STATUSES, URL, NetworkFailure, ResponseHead, parse_url
from crossorigin.browser import FailureKind as Kind
from crossorigin.standard import HeaderList, is_header_name, normalize_method

from ._asked import value_of

Fields = tuple[tuple[str, str], ...]

MAX_BODY = 16 * 1024
"""Characters of a request's body that are kept: one that is longer counts as not known."""


# The words of Chromium (net::ERR_…) and Firefox (NS_ERROR_…, SEC_ERROR_…), by how they go on; the first that fits.
_FAILURES: tuple[tuple[str, Kind], ...] = (
    ("ERR_NAME_", "dns"),
    ("ERR_DNS_", "dns"),
    ("NS_ERROR_UNKNOWN_HOST", "dns"),
    ("ERR_CONNECTION_REFUSED", "refused"),
    ("NS_ERROR_CONNECTION_REFUSED", "refused"),
    ("ERR_CERT_", "tls"),
    ("ERR_SSL_", "tls"),
    ("ERR_BAD_SSL_", "tls"),
    ("SEC_ERROR_", "tls"),
    ("SSL_ERROR_", "tls"),
    ("MOZILLA_PKIX_ERROR_", "tls"),
    ("ERR_TIMED_OUT", "timeout"),
    ("ERR_CONNECTION_TIMED_OUT", "timeout"),
    ("NS_ERROR_NET_TIMEOUT", "timeout"),
    ("ERR_CONNECTION_", "protocol"),
    ("ERR_EMPTY_RESPONSE", "protocol"),
    ("ERR_INVALID_", "protocol"),
    ("ERR_HTTP2_", "protocol"),
    ("ERR_QUIC_", "protocol"),
    ("ERR_RESPONSE_HEADERS_", "protocol"),
    ("NS_ERROR_NET_", "protocol"),
    ("ERR_ADDRESS_", "unreachable"),
    ("ERR_INTERNET_DISCONNECTED", "unreachable"),
    ("ERR_NETWORK_", "unreachable"),
    ("ERR_PROXY_", "unreachable"),
    ("ERR_TUNNEL_", "unreachable"),
    ("ERR_SOCKS_", "unreachable"),
    ("NS_ERROR_PROXY_", "unreachable"),
    ("NS_ERROR_OFFLINE", "unreachable"),
)
_ABORTED = ("ERR_ABORTED", "NS_BINDING_ABORTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an entry tells, with names as in `RecordedExchange`.

    `url` is without its fragment, ws: as http:. `began` and `ended` are seconds, None where the tool says none. `kind`
    is Chromium's `_resourceType`, small letters. `failed` says whether the tool saw it fail, None where it does not
    tell. `next_url` is where a redirect leads. `is_internal` marks a redirect of the browser's own (HSTS).
    """

    index: int
    page: str
    method: str
    url: str
    parsed: URL
    headers: Fields
    cookies: bool
    body: str | None
    body_type: str
    answer: ResponseHead | NetworkFailure | None
    error: str
    failed: bool | None
    began: float | None
    ended: float | None
    kind: str
    initiator: str
    next_url: str | None
    is_internal: bool
    from_cache: bool
    from_service_worker: bool

    def get(self, name: str) -> str | None:
        """The value of a request header, None where there is none."""
        return value_of(self.headers, name)

    @property
    def is_preflight(self) -> bool:
        """Whether a browser sent it by itself, to ask for another request."""
        return self.kind == "preflight" or (
            self.method == "OPTIONS" and self.get("access-control-request-method") is not None
        )

    @property
    def asks_for(self) -> str:
        """The method that a preflight asks for."""
        return normalize_method((self.get("access-control-request-method") or "").strip())


def entry_of(index: int, entry: dict[str, Any], *, by_browser: bool = False) -> Entry | None:
    """An entry of the log, None for one that is not of HTTP (`data:`, `blob:`, an extension's) or holds no request.

    `by_browser` is whether a browser wrote it that says what failed: then what has no error did not fail.
    """
    request, response = _object(entry.get("request")), _object(entry.get("response"))
    parsed = parse_url(_text(request.get("url")))
    if parsed is not None and parsed.scheme in ("ws", "wss"):
        parsed = parsed.with_scheme("https" if parsed.scheme == "wss" else "http")
    method = _text(request.get("method")).strip()
    if parsed is None or not parsed.is_http or not method:
        return None
    headers, answered = _fields(request.get("headers")), _fields(response.get("headers"))
    error = next(
        (text for name in ("_error", "_failureText") if (text := _text(response.get(name) or entry.get(name)))), ""
    )
    began, took = _seconds(_text(entry.get("startedDateTime"))), _number(entry.get("time"))
    posted = _object(request.get("postData"))
    has_body = "postData" in request and request["postData"] is not None
    body = _text(posted.get("text"))
    return Entry(
        index=index,
        page=_text(entry.get("pageref")),
        method=normalize_method(method),
        url=parsed.without_fragment,
        parsed=parsed,
        headers=headers,
        cookies=value_of(headers, "cookie") is not None or bool(request.get("cookies")),
        body=(body if len(body) <= MAX_BODY else "") if has_body else None,
        body_type=_text(posted.get("mimeType")),
        answer=_answer(response, answered, error),
        error=error,
        failed=_failed(response, error, by_browser=by_browser),
        began=began,
        ended=None if began is None or took is None else began + max(took, 0.0) / 1000,
        kind=_text(entry.get("_resourceType")).lower(),
        initiator=_initiator(_object(entry.get("_initiator"))),
        next_url=None if error else _next_url(parsed, response, answered),
        is_internal=value_of(answered, "non-authoritative-reason") is not None,
        from_cache=_is_from_cache(entry),
        from_service_worker=response.get("_fetchedViaServiceWorker") is True
        or _text(entry.get("_fetchType")) == "Service Worker",
    )


def _answer(response: dict[str, Any], fields: Fields, error: str) -> ResponseHead | NetworkFailure | None:
    status = _number(response.get("status"))
    if status is not None and 101 <= status <= 999:
        lines = [
            (name.encode("ascii"), line.strip().encode("latin-1", "replace"))
            for name, value in fields
            if name.isascii() and is_header_name(name.encode("ascii"))
            for line in value.split("\n")  # Chromium's way to write a header that came twice
        ]
        version = _text(response.get("httpVersion")).lower()
        named = "HTTP/2" if version.startswith(("h2", "http/2")) else "HTTP/3" if "3" in version else "HTTP/1.1"
        return ResponseHead(status=int(status), headers=HeaderList(tuple(lines)), http_version=named)
    word = error.removeprefix("net::")
    kind = next((kind for start, kind in _FAILURES if word.startswith(start)), None)
    return None if kind is None else NetworkFailure(kind=kind, message=error[:200])


def _failed(response: dict[str, Any], error: str, *, by_browser: bool) -> bool | None:
    if error:
        return None if error.removeprefix("net::").startswith(_ABORTED) else True
    return False if by_browser and (_number(response.get("status")) or 0) > 0 else None


def _next_url(url: URL, response: dict[str, Any], fields: Fields) -> str | None:
    if _number(response.get("status")) not in REDIRECT_STATUSES:
        return None
    location = value_of(fields, "location") or _text(response.get("redirectURL"))
    parsed = parse_url(location, base=url.href) if location else None
    return None if parsed is None else parsed.without_fragment


def _is_from_cache(entry: dict[str, Any]) -> bool:
    hints = (entry.get("_fromCache"), entry.get("_servedFromCache"))
    return any(hints) or "Cache" in _text(entry.get("_fetchType"))


def _initiator(initiator: dict[str, Any]) -> str:
    """The document that named the URL; where a script did, nothing tells whose page it ran on."""
    return _text(initiator.get("url")) if initiator.get("type") == "parser" else ""


def _fields(items: object) -> Fields:
    """Headers, without the pseudo headers of HTTP/2 (`:authority`)."""
    found = []
    for item in items if isinstance(items, list) else ():
        name = _text(_object(item).get("name")).strip()
        if name and not name.startswith(":"):
            found.append((name, _text(item.get("value"))))
    return tuple(found)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]  # what is no number raises
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < 1e12 else None


def _seconds(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
