"""What was asked, as far as a paste holds it, into the page and the request that a browser would make of it."""

from crossorigin.asking import AskingError, Wanted, page_of, request_of
from crossorigin.browser import Page, Request, RequestError, feature_request, fetch_request, parse_url
from crossorigin.captures import Asked, Statement

UNKNOWN_ORIGIN = "https://your-page.example"
UNKNOWN_URL = "https://your-api.example/"
"""What stands in the advice for a page and a URL that the paste does not name."""

FEATURES_OF_APIS = {
    "XMLHttpRequest": "xhr",
    "font": "font",
    "image": "image",
    "script": "module",
    "manifest": "manifest",
    "css stylesheet": "stylesheet",
    "audio": "audio",
    "video": "video",
    "text track": "track",
}
"""What Chromium calls a request in its message -> the feature that makes such a one with CORS."""


WITH_ATTRIBUTE = frozenset({"image", "stylesheet", "audio", "video", "track"})
"""Features that ask with CORS only where the element has the attribute `crossorigin`."""


def page_and_request(asked: Asked) -> tuple[Page, Request] | None:
    """The page and its request; None where a browser would make no such request."""
    page = page_of(asked.origin or UNKNOWN_ORIGIN)
    url = asked.url if asked.resolved and parse_url(asked.url) is not None else UNKNOWN_URL
    wanted = Wanted(
        url=url,
        origin=asked.origin or UNKNOWN_ORIGIN,
        method=asked.method,
        headers=asked.headers,
        body=asked.body if asked.body or asked.method not in (None, "GET", "HEAD") else None,
        credentials=None if asked.feature == "xhr" and asked.credentials == "omit" else asked.credentials,
        mode=None if asked.feature == "xhr" else asked.mode,
        upload_listener=asked.upload_listener,
        feature=asked.feature,
    )
    try:
        return page, request_of(wanted, page)
    except AskingError:
        return _plainly(page, asked, url)


def _plainly(page: Page, asked: Asked, url: str) -> tuple[Page, Request] | None:
    """The same without what the feature cannot have."""
    try:
        if asked.feature in (None, "fetch", "xhr"):
            return page, request_of(Wanted(url=url, origin=str(page.origin), method=asked.method), page)
        return page, feature_request(page, asked.feature or "", url)
    except (AskingError, ValueError):
        return _without_scheme(page, asked, url)


def _without_scheme(page: Page, asked: Asked, url: str) -> tuple[Page, Request] | None:
    """`localhost:3000/api`, which a page may ask for: its scheme is localhost."""
    try:
        return page, fetch_request(page, url, method=asked.method or "GET")
    except RequestError:
        return None


def asked_by(said: Statement, others: tuple[Asked, ...], origin: str | None) -> Asked:
    """The request that a message is about, with what another part of the paste tells of it."""
    url = said.asked_url or said.url
    same = next((asked for asked in others if url and bare(asked.url) == bare(url)), None)
    if same is None and len(others) == 1 and url is None:
        same = others[0]
    known = (
        origin
        or _origin(said.origin)
        or (same.origin if same else None)
        or next((a.origin for a in others if a.origin), None)
    )
    if same is not None:
        return Asked(
            url=same.url,
            method=same.method or said.method,
            headers=same.headers,
            body=same.body,
            origin=known,
            credentials=same.credentials,
            mode=same.mode,
            feature=same.feature,
            upload_listener=same.upload_listener,
            cookies=same.cookies,
            secrets=same.secrets,
        )
    headers = ((said.header, "1"),) if said.header and "preflight.header" in said.reasons else ()
    feature = "image" if said.reasons == ("opaque",) else FEATURES_OF_APIS.get(said.api or "")
    include = any(reason.endswith(("wildcard-credentials", "acac-not-true")) for reason in said.reasons)
    return Asked(
        url=url or UNKNOWN_URL,
        resolved=url is not None,
        method=said.method,
        headers=headers,
        origin=known,
        credentials="include" if include else "same-origin" if _with_cors(feature, said) else None,
        mode="cors" if _with_cors(feature, said) else None,
        feature=feature,
    )


def _with_cors(feature: str | None, said: Statement) -> bool:
    """Whether an element was loaded with the attribute `crossorigin`: without it no CORS check fails."""
    return feature in WITH_ATTRIBUTE and any(reason.startswith(("acao", "acac")) for reason in said.reasons)


def _origin(text: str | None) -> str | None:
    """An origin as a text has it; None where a browser would not write it so."""
    try:
        if text is not None:
            page_of(text)
    except AskingError:
        return None
    return text


def bare(url: str) -> str:
    parsed = parse_url(url)
    return url.partition("#")[0] if parsed is None else parsed.without_fragment
