"""Requests as fetch() and XMLHttpRequest build them, with what a browser throws before anything is sent."""

from typing import get_args

from crossorigin.standard import (
    HeaderFields,
    HeaderList,
    is_cors_safelisted_method,
    is_forbidden_method,
    is_forbidden_request_header,
    is_header_name,
    is_header_value,
    is_method,
    normalize_header_value,
    normalize_method,
)

from ._body import BodyInit, BodyWithType, extract
from ._errors import RequestError
from ._headers_guard import Guard, append, byte_fields, fill
from ._request import (
    CLIENT,
    AddressSpace,
    CacheMode,
    Credentials,
    Mode,
    Page,
    RedirectMode,
    ReferrerPolicy,
    Request,
)
from ._url import URL, parse_url

_FETCH_MODES = ("cors", "no-cors", "same-origin")
_CREDENTIALS, _CACHE_MODES, _REDIRECT_MODES = get_args(Credentials), get_args(CacheMode), get_args(RedirectMode)
_REFERRER_POLICIES = ("", *get_args(ReferrerPolicy))


def fetch_request(
    page: Page,
    url: str,
    *,
    method: str = "GET",
    headers: HeaderFields = (),
    body: BodyInit | None = None,
    mode: Mode = "cors",
    credentials: Credentials = "same-origin",
    redirect: RedirectMode = "follow",
    cache: CacheMode = "default",
    duplex: str | None = None,
    referrer: str = CLIENT,
    referrer_policy: ReferrerPolicy | None = None,
    keepalive: bool = False,
    target_address_space: AddressSpace | None = None,
) -> Request:
    """https://fetch.spec.whatwg.org/#dom-request

    The request that `fetch(url, {...})` makes on this page. The keywords are RequestInit's members. Forbidden fields
    are dropped without a word, as browsers do; `body` implies a Content-Type where `headers` has none.

    Raises:
        RequestError: a browser throws a TypeError; nothing is sent.

    >>> from crossorigin.browser import page_at
    >>> page = page_at("https://app.example.com/")
    >>> request = fetch_request(page, "/items", method="put", headers={"Cookie": "a=b"}, body="hi")
    >>> request.url, request.method, request.headers
    ('https://app.example.com/items', 'PUT', HeaderList(((b'Content-Type', b'text/plain;charset=UTF-8'),)))
    """
    # 5.
    parsed = _parse(url, page)
    if parsed.includes_credentials:
        raise RequestError(
            "url-credentials", "fetch() takes no URL with a user name or password in it: send an Authorization field"
        )
    # 14.
    referrer = _referrer(referrer, page)
    # 16 to 23.
    _choose("mode", mode, _FETCH_MODES)
    _choose("credentials", credentials, _CREDENTIALS)
    _choose("cache", cache, _CACHE_MODES)
    _choose("redirect", redirect, _REDIRECT_MODES)
    _choose("referrerPolicy", referrer_policy or "", _REFERRER_POLICIES)
    if cache == "only-if-cached" and mode != "same-origin":
        raise RequestError("only-if-cached", "cache only-if-cached wants mode same-origin")
    # 25.
    method = _method(method)
    # 32.
    guard: Guard = "request"
    if mode == "no-cors":
        if not is_cors_safelisted_method(method):
            raise RequestError("no-cors-method", f"mode no-cors takes GET, HEAD and POST, not {method}")
        guard = "request-no-cors"
    # 33.
    filled = fill(headers, guard)
    # 35.
    if body is not None and method in ("GET", "HEAD"):
        raise RequestError("body", f"a {method} request takes no body: use another method, or put it into the URL")
    # 37.
    extracted = None if body is None else extract(body)
    if extracted is not None and extracted.type is not None and b"content-type" not in filled:
        filled = append(filled, b"Content-Type", extracted.type, guard)
    # 39.
    if extracted is not None and not extracted.source:
        _check_stream(duplex=duplex, mode=mode, keepalive=keepalive)
    return Request(
        url=parsed.href,
        method=method,
        headers=filled,
        body=None if extracted is None else extracted.data,
        stream_body=_is_stream(extracted),
        mode=mode,
        credentials=credentials,
        redirect=redirect,
        cache=cache,
        referrer=referrer,
        referrer_policy=referrer_policy or "",
        target_address_space=target_address_space,
        keepalive=keepalive,
        use_cors_preflight=_is_stream(extracted),
        unsafe_request=True,
    )


def xhr_request(
    page: Page,
    url: str,
    *,
    method: str = "GET",
    headers: HeaderFields = (),
    body: BodyInit | None = None,
    with_credentials: bool = False,
    upload_listener: bool = False,
) -> Request:
    """https://xhr.spec.whatwg.org/#dom-xmlhttprequest-send

    What open(), setRequestHeader() and send() make. A field set twice is combined; the body of a GET or HEAD request
    is ignored; `upload_listener` is an event listener on `xhr.upload`, which forces a preflight.

    Raises:
        RequestError: a browser throws; `name` says what.

    >>> from crossorigin.browser import page_at
    >>> page = page_at("https://app.example.com/")
    >>> xhr_request(page, "/items", with_credentials=True).credentials
    'include'
    """
    method = _method(method, malformed="SyntaxError", forbidden="SecurityError")
    parsed = _parse(url, page, error="SyntaxError")
    fields = HeaderList()
    for name, value in byte_fields(headers):
        fields = _set_request_header(fields, name, value)
    extracted = None if body is None or method in ("GET", "HEAD") else extract(body)
    if _is_stream(extracted):
        raise RequestError("stream", "XMLHttpRequest sends no streams")
    if extracted is not None and extracted.type is not None and b"content-type" not in fields:
        fields = fields.append(b"Content-Type", extracted.type)
    return Request(
        url=parsed.href,
        method=method,
        headers=fields,
        body=None if extracted is None else extracted.data,
        credentials="include" if with_credentials else "same-origin",
        initiator_type="xmlhttprequest",
        use_cors_preflight=upload_listener,
        unsafe_request=True,
    )


def _set_request_header(fields: HeaderList, name: bytes, value: bytes) -> HeaderList:
    """https://xhr.spec.whatwg.org/#dom-xmlhttprequest-setrequestheader"""
    value = normalize_header_value(value)
    if not is_header_name(name) or not is_header_value(value):
        raise RequestError("header-name", f"{name[:100]!r} is no header field that can be sent", name="SyntaxError")
    return fields if is_forbidden_request_header(name, value) else fields.combine(name, value)


def _parse(url: str, page: Page, *, error: str = "TypeError") -> URL:
    parsed = parse_url(url, base=page.url)
    if parsed is None:
        raise RequestError("url", f"{url[:200]!r} is not a URL, even against {page.url[:200]!r}", name=error)
    return parsed


def _method(method: str, *, malformed: str = "TypeError", forbidden: str = "TypeError") -> str:
    if not is_method(method):
        raise RequestError("method", f"{method[:100]!r} is no HTTP method", name=malformed)
    if is_forbidden_method(method):
        raise RequestError("method-forbidden", f"no page may use the method {method}", name=forbidden)
    return normalize_method(method)


def _referrer(referrer: str, page: Page) -> str:
    """https://fetch.spec.whatwg.org/#dom-request

    Step 14: a referrer of another origin is replaced by the page itself.
    """
    if not referrer or referrer == CLIENT:
        return referrer
    parsed = parse_url(referrer, base=page.url)
    if parsed is None:
        raise RequestError("referrer", f"{referrer[:200]!r} is not a URL")
    return parsed.href if parsed.origin.is_same_origin(page.origin) else CLIENT


def _choose(member: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise RequestError(f"option-{member}", f"{member} is {value[:100]!r}: it takes {', '.join(map(repr, choices))}")


def _check_stream(*, duplex: str | None, mode: Mode, keepalive: bool) -> None:
    if keepalive:
        raise RequestError("stream-keepalive", "a stream cannot be the body of a keepalive request")
    if duplex != "half":
        raise RequestError("stream-duplex", "a stream as body wants duplex: 'half'")
    if mode == "no-cors":
        raise RequestError("stream-mode", "a stream as body wants mode cors or same-origin")


def _is_stream(body: BodyWithType | None) -> bool:
    return body is not None and not body.source
