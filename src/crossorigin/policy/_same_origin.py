"""Whether a request comes from the server's own origin: such a one is no business of CORS, and is never refused."""

from collections.abc import Collection

from crossorigin.standard import DEFAULT_PORTS, MAX_ORIGIN_LENGTH, parse_serialized_origin

_SECURE_SCHEMES = ("https", "wss")


def is_same_origin_request(
    origin: bytes,
    *,
    sec_fetch_site: bytes | None,
    host: bytes | None,
    scheme: str | None = None,
    own_origins: Collection[str] = (),
) -> bool:
    """Whether a request that carries this Origin field comes from the server's own origin.

    Sec-Fetch-Site, which a page cannot set, decides alone where there is one (https://w3c.github.io/webappsec-fetch-metadata/).
    Without it (plain http, WebSockets, clients that are no browsers) the Origin is one of `own_origins`, or names the
    host and port of the Host field; but a page on http is never the same origin as a server on https. `scheme` is the
    request's, None where it is not known. X-Forwarded-* is never read: anyone can send it.

    Raises:
        TypeError: `own_origins` is text, in which a part of an origin would be found too.

    >>> is_same_origin_request(b"https://api.example", sec_fetch_site=None, host=b"api.example:443", scheme="https")
    True
    >>> is_same_origin_request(b"http://api.example", sec_fetch_site=None, host=b"api.example", scheme="https")
    False
    """
    if isinstance(own_origins, str):
        raise TypeError(f"own_origins is a collection of origins, not text: own_origins=[{own_origins!r}]")
    if sec_fetch_site is not None:
        return sec_fetch_site in (b"same-origin", b"none")
    if len(origin) > MAX_ORIGIN_LENGTH or not origin.isascii():
        return False
    text = origin.decode("ascii")
    if text in own_origins:
        return True
    parsed = parse_serialized_origin(text)
    if parsed is None or parsed.scheme not in ("http", "https") or host is None:
        return False
    if parsed.scheme == "http" and scheme in _SECURE_SCHEMES:
        return False
    sent = host.decode("latin-1").lower()
    return sent == f"{parsed.host}:{parsed.port or DEFAULT_PORTS[parsed.scheme]}" or (
        parsed.port is None and sent == parsed.host
    )
