"""The flow."""

from collections.abc import Generator

from ._context import Context
from ._request import Page, Request
from ._response import NetworkFailure, ResponseHead, Send
from ._verdict import Verdict


def fetch(request: Request, page: Page, *, context: Context) -> Generator[Send, ResponseHead | NetworkFailure, Verdict]:
    """https://fetch.spec.whatwg.org/#concept-fetch"""
    raise NotImplementedError("being written")
