"""What a script gets: a response with the headers and the body that it may read, and no more."""

import builtins
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crossorigin.browser import NetworkFailure, ResponseType, Verdict
from crossorigin.browser import Response as FilteredResponse
from crossorigin.standard import HeaderList

from ._errors import BodyBroken


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Headers(Mapping[str, str]):
    """https://fetch.spec.whatwg.org/#headers-class

    The header fields a script may read: names in lower case, matched without regard to it, several lines of one joined.
    """

    fields: tuple[tuple[str, str], ...]

    def __init__(self, headers: HeaderList) -> None:
        combined = headers.sort_and_combine()
        fields = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in combined)
        object.__setattr__(self, "fields", fields)

    def __getitem__(self, name: str) -> str:
        wanted = name.lower()
        for other, value in self.fields:
            if other == wanted:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __repr__(self) -> str:
        return f"Headers({dict(self.fields)!r})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Response:
    """https://fetch.spec.whatwg.org/#response-class

    What `page.fetch` gives. An opaque response has status 0, no headers and no body: the page cannot read it.
    `truncated` says that the body was longer than the browser was told to read.
    """

    verdict: Verdict
    filtered: FilteredResponse
    body: builtins.bytes = b""
    truncated: bool = False
    body_failure: NetworkFailure | None = None

    @property
    def type(self) -> ResponseType:
        """https://fetch.spec.whatwg.org/#dom-response-type"""
        return self.filtered.type

    @property
    def url(self) -> str:
        """https://fetch.spec.whatwg.org/#dom-response-url"""
        return self.filtered.url

    @property
    def redirected(self) -> bool:
        """https://fetch.spec.whatwg.org/#dom-response-redirected"""
        return self.filtered.redirected

    @property
    def status(self) -> int:
        """https://fetch.spec.whatwg.org/#dom-response-status"""
        return self.filtered.status

    @property
    def ok(self) -> bool:
        """https://fetch.spec.whatwg.org/#dom-response-ok"""
        return 200 <= self.status <= 299

    @property
    def headers(self) -> Headers:
        """https://fetch.spec.whatwg.org/#dom-response-headers"""
        return Headers(self.filtered.headers)

    def bytes(self) -> builtins.bytes:
        """https://fetch.spec.whatwg.org/#dom-body-bytes

        Raises:
            BodyBroken: it did not come whole.
        """
        if self.body_failure is not None:
            raise BodyBroken(self.url, self.body_failure)
        return self.body

    def text(self) -> str:
        """https://fetch.spec.whatwg.org/#dom-body-text

        As UTF-8, whatever Content-Type says: so does fetch.

        Raises:
            BodyBroken: it did not come whole.
        """
        return self.bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")

    def json(self) -> Any:
        """https://fetch.spec.whatwg.org/#dom-body-json

        Raises:
            BodyBroken: it did not come whole.
            ValueError: it is not JSON.
        """
        return json.loads(self.text())

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.type} {self.url}>"
