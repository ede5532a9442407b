"""What a decision depends on: the few fields of a request that the server half reads."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from ._request_url import RequestURL

HeadersInput = Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]

READ_FIELDS = frozenset(
    {
        b"origin",
        b"access-control-request-method",
        b"access-control-request-headers",
        b"sec-fetch-site",
        b"host",
    }
)
"""All that a decision depends on, of the fields of a request."""


class CORSRequest(NamedTuple):
    """https://fetch.spec.whatwg.org/#http-requests

    Each field is None where the request has none; several lines of one field are joined by a comma and a space, so
    that two Origins are no origin. `scheme` is the request's own, None where it is not known; `url` is for predicates
    that take the request.
    """

    method: str
    origin: bytes | None = None
    requested_method: bytes | None = None
    requested_headers: bytes | None = None
    sec_fetch_site: bytes | None = None
    host: bytes | None = None
    scheme: str | None = None
    own_origins: Collection[str] = ()
    url: RequestURL | None = None

    @classmethod
    def of(
        cls,
        method: str,
        headers: HeadersInput,
        *,
        scheme: str | None = None,
        own_origins: Collection[str] = (),
        url: RequestURL | None = None,
    ) -> "CORSRequest":
        """The request with these headers: a mapping or pairs, of text or bytes, names in any case.

        Text is taken for latin-1, as WSGI gives it; a character beyond it can be in no field and matches nothing.

        Raises:
            TypeError: a name or a value is neither text nor bytes.
        """
        lines: dict[bytes, list[bytes]] = {}
        for name, value in headers.items() if isinstance(headers, Mapping) else headers:
            line = _encoded(value)
            key = _encoded(name).lower()
            if key in READ_FIELDS:
                lines.setdefault(key, []).append(line)
        found = {key: b", ".join(values) for key, values in lines.items()}
        return cls(
            method=method,
            origin=found.get(b"origin"),
            requested_method=found.get(b"access-control-request-method"),
            requested_headers=found.get(b"access-control-request-headers"),
            sec_fetch_site=found.get(b"sec-fetch-site"),
            host=found.get(b"host"),
            scheme=scheme,
            own_origins=own_origins,
            url=url,
        )

    @property
    def is_preflight(self) -> bool:
        """https://fetch.spec.whatwg.org/#cors-preflight-request"""
        return self.method == "OPTIONS" and self.origin is not None and self.requested_method is not None


def _encoded(text: object) -> bytes:
    if isinstance(text, bytes):
        return text
    if isinstance(text, str):
        return text.encode("latin-1", "replace")
    raise TypeError(f"a header's name and value are str or bytes, not {type(text).__name__}")
