"""What a page asked for, told from what went out: its origin, mode, credentials and own headers."""

from collections.abc import Sequence
from typing import get_args

from crossorigin.browser import FEATURES, Credentials, Mode, ResponseHead
from crossorigin.standard import (
    cors_unsafe_request_header_names,
    is_cors_safelisted_method,
    is_header_name,
    parse_serialized_origin,
)

from ._asked import is_secret, origin_of_url, value_of
from ._browser_headers import page_headers
from ._capture import Asked, Provenance
from ._har_entry import Entry, Fields

_BY_KIND = {
    "fetch": "fetch",
    "xhr": "xhr",
    "image": "image",
    "font": "font",
    "stylesheet": "stylesheet",
    "script": "script",
    "media": "video",
    "texttrack": "track",
    "eventsource": "event-source",
    "websocket": "websocket",
    "manifest": "manifest",
    "ping": "beacon",
    "prefetch": "prefetch",
    "cspviolationreport": "csp-report",
}
"""Features by Chromium's `_resourceType`."""

_BY_DESTINATION = {
    "audio": "audio",
    "audioworklet": "audio-worklet",
    "font": "font",
    "image": "image",
    "manifest": "manifest",
    "paintworklet": "paint-worklet",
    "report": "report",
    "script": "script",
    "serviceworker": "service-worker",
    "sharedworker": "shared-worker",
    "style": "stylesheet",
    "track": "track",
    "video": "video",
    "worker": "worker",
}
"""Features by Sec-Fetch-Dest. `empty` is fetch(), XMLHttpRequest and others: it does not tell which."""


def is_navigation(entry: Entry) -> bool:
    """Whether a new document was asked for: no page reads that."""
    return entry.kind == "document" or entry.get("sec-fetch-mode") == "navigate"


def knows_no_preflight(entry: Entry) -> bool:
    """Whether nothing of this kind is ever preflighted."""
    told = entry.get("sec-fetch-mode")
    if is_navigation(entry) or entry.kind == "websocket":
        return True
    return told not in (None, "cors") or entry.get("sec-fetch-site") == "same-origin"


def unsafe_names(headers: Fields) -> list[str]:
    """The page's headers that need a preflight, in small letters."""
    pairs = [
        (name.encode("utf-8", "replace"), value.encode("utf-8", "replace")) for name, value in page_headers(headers)
    ]
    return [name.decode("utf-8") for name in cors_unsafe_request_header_names(pairs)]


def asked_of(entries: Sequence[Entry], preflights: Sequence[Entry | None], pages: dict[str, str]) -> Asked:
    """The request of the page. `entries` are its hops, each with its preflight, if it has one.

    A preflight may come without the request behind it, which was refused then.
    """
    first = entries[0] if entries else None
    preflight = preflights[0]
    known = [entry for entry in (*entries, *preflights) if entry is not None]
    head = known[0]
    method = head.method if preflight is None else preflight.asks_for
    feature = _feature(head, method)
    origin, origin_provenance = _origin(known, pages)
    mode = "cors" if preflight is not None else _mode(entries, feature, origin)
    headers = _headers(first, preflight)
    credentials, credentials_provenance = _credentials(entries, origin, known)
    return Asked(
        url=head.url,
        method=method,
        headers=headers,
        body=None if first is None else first.body,
        origin=origin,
        origin_provenance=origin_provenance,
        credentials=credentials,
        credentials_provenance=credentials_provenance,
        mode=mode,
        feature=feature,
        upload_listener=preflight is not None and not announced(preflight) and is_cors_safelisted_method(method),
        cookies=None if first is None else first.get("cookie"),
        secrets=tuple(name for name, _ in headers if is_secret(name)),
    )


def _origin(entries: Sequence[Entry], pages: dict[str, str]) -> tuple[str | None, Provenance]:
    """The page's: behind a redirect to another origin the browser writes `null`, which is not the page's."""
    for entry in entries:
        told = entry.get("origin")
        if told is not None and parse_serialized_origin(told) is not None:
            return told, Provenance.RECORDED
    first = entries[0]
    alike = [entry for entry in entries if entry.url == first.url]  # it, and its preflight
    if any(e.get("origin") == "null" and (e.is_preflight or e.method in ("GET", "HEAD")) for e in alike):
        return "null", Provenance.RECORDED
    for guess in (first.get("referer"), pages.get(first.page), first.initiator):
        origin = origin_of_url(guess) if guess else None
        if origin is not None:
            return origin, Provenance.GUESSED
    return None, Provenance.GUESSED


def _feature(entry: Entry, method: str) -> str | None:
    name = _BY_KIND.get(entry.kind) or _BY_DESTINATION.get(entry.get("sec-fetch-dest") or "")
    return name if name in (None, "fetch", "xhr") or FEATURES[name].method == method else None


def _mode(entries: Sequence[Entry], feature: str | None, origin: str | None) -> Mode | None:
    first = entries[0]
    if is_navigation(first):
        return "navigate"
    told = first.get("sec-fetch-mode")
    if told in get_args(Mode):
        return told  # type: ignore[return-value]  # a test of membership narrows nothing
    if any(entry.get("origin") is not None and entry.method in ("GET", "HEAD") for entry in entries):
        return "websocket" if feature == "websocket" else "cors"
    if (
        origin is not None
        and feature not in ("xhr", "websocket")
        and any(_left_without(entry, origin) for entry in entries)
    ):
        return "no-cors"
    return None if feature is None else FEATURES[feature].mode


def _left_without(entry: Entry, origin: str) -> bool:
    """Whether a request that CORS would have given an Origin header went to another origin without one."""
    went_out = isinstance(entry.answer, ResponseHead) and not entry.from_cache
    return went_out and entry.method in ("GET", "HEAD") and str(entry.parsed.origin) != origin


def _credentials(
    entries: Sequence[Entry], origin: str | None, known: Sequence[Entry]
) -> tuple[Credentials | None, Provenance]:
    """A HAR has no credentials mode. Cookies that went to another origin prove it; what the server allows is a hint."""
    if any(entry.cookies and str(entry.parsed.origin) != origin for entry in entries):
        return "include", Provenance.RECORDED
    for entry in known:
        head = entry.answer
        if not isinstance(head, ResponseHead):
            continue
        allowed = head.headers.get(b"access-control-allow-credentials") == b"true"
        if allowed and head.headers.get(b"access-control-allow-origin") not in (None, b"*"):
            return "include", Provenance.GUESSED
    return None, Provenance.GUESSED


def announced(preflight: Entry) -> list[str]:
    """The headers that a preflight asks for, in small letters."""
    names = (preflight.get("access-control-request-headers") or "").split(",")
    return [name for name in dict.fromkeys(part.strip().lower() for part in names) if _is_name(name)]


def _is_name(name: str) -> bool:
    return name.isascii() and is_header_name(name.encode("ascii"))


def _headers(request: Entry | None, preflight: Entry | None) -> Fields:
    """The page's own. A preflight lists what needs it: the HAR may lack one of those, and hold others of nobody's."""
    own = () if request is None else page_headers(request.headers)
    if preflight is None:
        return own
    listed = announced(preflight)
    unsafe = set(unsafe_names(own))
    kept = tuple((name, value) for name, value in own if name.lower() not in unsafe or name.lower() in listed)
    body_type = "" if request is None else request.body_type
    missing = tuple(
        (name, (body_type or "application/json") if name == "content-type" else "")
        for name in listed
        if value_of(kept, name) is None
    )
    return (*kept, *missing)
