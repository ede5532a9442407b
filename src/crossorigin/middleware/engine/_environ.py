"""What a decision reads of a WSGI environ; Django's META is one too, on both sides."""

from collections.abc import Iterator, Mapping
from typing import Any

from crossorigin.policy import READ_FIELDS

_READ = {f"HTTP_{name.decode().upper().replace('-', '_')}": name for name in READ_FIELDS}


def read_environ(environ: Mapping[str, Any]) -> dict[bytes, bytes]:
    """The headers of a request by name, those that a decision depends on.

    >>> read_environ({"REQUEST_METHOD": "GET", "HTTP_ORIGIN": "https://app.example.com"})
    {b'origin': b'https://app.example.com'}
    """
    return {
        name: environ[key].encode("latin-1", "replace") for key, name in _READ.items() if environ.get(key) is not None
    }


def header_lines(environ: Mapping[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """All headers of a request.

    >>> [*header_lines({"HTTP_X_KEY": "1", "CONTENT_TYPE": "text/plain", "PATH_INFO": "/"})]
    [(b'x-key', b'1'), (b'content-type', b'text/plain')]
    """
    for key, value in environ.items():
        if key.startswith("HTTP_") or (key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value):
            name = key.removeprefix("HTTP_").replace("_", "-").lower()
            yield name.encode("latin-1", "replace"), str(value).encode("latin-1", "replace")
