"""Requests as the web APIs build them."""

from crossorigin.standard import HeaderFields

from ._body import BodyInit
from ._request import CacheMode, Credentials, Mode, Page, RedirectMode, ReferrerPolicy, Request


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
    referrer: str = "client",
    referrer_policy: ReferrerPolicy | None = None,
    keepalive: bool = False,
) -> Request:
    """https://fetch.spec.whatwg.org/#dom-request"""
    raise NotImplementedError("being written")


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
    """https://xhr.spec.whatwg.org/#dom-xmlhttprequest-send"""
    raise NotImplementedError("being written")
