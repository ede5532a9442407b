"""What the calls of a page take, named as the web APIs name it, and the requests that come of it."""

import json
from typing import Any, TypedDict

from crossorigin.browser import (
    AddressSpace,
    BodyInit,
    CacheMode,
    Credentials,
    EmbedderPolicy,
    Mode,
    Page,
    RedirectMode,
    ReferrerPolicy,
    Request,
    feature_request,
    fetch_request,
    xhr_request,
)
from crossorigin.standard import AnyOrigin, HeaderFields, HeaderList


class PageOptions(TypedDict, total=False):
    """Of `browser.page`, beside `permissions`: see `crossorigin.browser.page_at`."""

    sandboxed: bool
    top_level: str | AnyOrigin | None
    embedder_policy: EmbedderPolicy
    referrer_policy: ReferrerPolicy
    address_space: AddressSpace | None


class FetchOptions(TypedDict, total=False):
    """Of `page.fetch`: what JavaScript's fetch() takes as its second argument.

    `json` is not JavaScript's: it sends the value as JSON, with the Content-Type of JSON unless `headers` has one (and
    so with a preflight, as such a request has in a browser).
    """

    method: str
    headers: HeaderFields
    body: BodyInit | None
    json: Any
    mode: Mode
    credentials: Credentials
    redirect: RedirectMode
    cache: CacheMode
    duplex: str | None
    referrer: str
    referrer_policy: ReferrerPolicy | None
    keepalive: bool
    target_address_space: AddressSpace | None


class XHROptions(TypedDict, total=False):
    """Of `page.xhr`: `upload_listener` is a listener on `xhr.upload`, which forces a preflight."""

    method: str
    headers: HeaderFields
    body: BodyInit | None
    json: Any
    with_credentials: bool
    upload_listener: bool


class LoadOptions(TypedDict, total=False):
    """Of `page.load`: see `crossorigin.browser.feature_request`."""

    crossorigin: str | None
    destination: str | None
    with_credentials: bool
    body: BodyInit | None
    headers: HeaderFields


def request_of_fetch(page: Page, url: str, options: FetchOptions) -> Request:
    """The request of `fetch(url, options)`."""
    return fetch_request(page, url, **_json_as_body(dict(options)))


def request_of_xhr(page: Page, url: str, options: XHROptions) -> Request:
    """The request of an XMLHttpRequest."""
    return xhr_request(page, url, **_json_as_body(dict(options)))


def request_of_load(page: Page, feature: str, url: str, options: LoadOptions) -> Request:
    """The request of another feature of the page."""
    return feature_request(page, feature, url, **options)


def _json_as_body(options: dict[str, Any]) -> dict[str, Any]:
    if "json" not in options:
        return options
    if options.get("body") is not None:
        raise TypeError("give body or json, not both")
    headers = HeaderList.of(options.get("headers", ()))
    if b"content-type" not in headers:
        headers = headers.append(b"Content-Type", b"application/json")
    # As JSON.stringify writes it, without white space and with the characters themselves; as bytes, since text implies
    # a type of its own.
    body = json.dumps(options.pop("json"), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return options | {"headers": headers, "body": body}
