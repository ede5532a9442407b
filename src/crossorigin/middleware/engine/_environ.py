"""What a decision reads of a WSGI environ; Django's META is one too, on both sides."""

from collections.abc import Mapping
from typing import Any

_READ = {
    "HTTP_ORIGIN": b"origin",
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD": b"access-control-request-method",
    "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": b"access-control-request-headers",
    "HTTP_SEC_FETCH_SITE": b"sec-fetch-site",
    "HTTP_HOST": b"host",
}


def read_environ(environ: Mapping[str, Any]) -> dict[bytes, bytes]:
    """The fields of a request by name, those that a decision depends on.

    >>> read_environ({"REQUEST_METHOD": "GET", "HTTP_ORIGIN": "https://app.example.com"})
    {b'origin': b'https://app.example.com'}
    """
    return {
        name: environ[key].encode("latin-1", "replace") for key, name in _READ.items() if environ.get(key) is not None
    }
