"""What goes on the wire beside what the flow says: the request target, Host and Content-Length. Nothing else."""

from dataclasses import dataclass

from crossorigin.browser import ResponseHead, Send, parse_url
from crossorigin.standard import DEFAULT_PORTS, mime_type_essence


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes. `host` is as the URL has it (IPv6 in brackets); `authority` is the value of Host.

    `path` is the request target in origin form: path and query as serialised, nothing encoded or decoded again.

    >>> target = target_of("https://example.com:8443/a%2fb?#top")
    >>> target.authority, target.path
    ('example.com:8443', '/a%2fb?')
    """

    scheme: str
    host: str
    port: int
    authority: str
    path: str

    @property
    def bare_host(self) -> str:
        """The host without the brackets of IPv6: what is looked up, and what a certificate is checked against."""
        return self.host.removeprefix("[").removesuffix("]")

    @property
    def is_secure(self) -> bool:
        """Whether TLS is spoken."""
        return self.scheme == "https"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def target_of(url: str) -> Target:
    """The target of a serialised http or https URL.

    Raises:
        ValueError: it is neither.
    """
    parsed = parse_url(url)
    if parsed is None or not parsed.is_http:
        raise ValueError(f"{url[:200]!r} is no http or https URL: there is nothing to send it to")
    href = parsed.without_fragment
    return Target(
        scheme=parsed.scheme,
        host=parsed.host,
        port=parsed.port or DEFAULT_PORTS[parsed.scheme],
        authority=parsed.host if parsed.port is None else f"{parsed.host}:{parsed.port}",
        # Special URLs always have a path, and no authority holds a slash. `pathname + search` would lose a bare "?".
        path=href[href.index("/", len(parsed.scheme) + len("://")) :],
    )


def fields_on_the_wire(send: Send, target: Target) -> list[tuple[bytes, bytes]]:
    """The flow's header fields, behind Host and before Content-Length where the body, or its absence, wants one."""
    fields = [] if b"host" in send.headers else [(b"Host", target.authority.encode("ascii"))]
    fields += send.headers
    if b"content-length" not in send.headers:
        # Without a body only methods that usually have one say so: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
        if send.body is not None:
            fields.append((b"Content-Length", str(len(send.body)).encode("ascii")))
        elif send.method in ("POST", "PUT"):
            fields.append((b"Content-Length", b"0"))
    return fields


def is_event_stream(head: ResponseHead) -> bool:
    """https://html.spec.whatwg.org/multipage/server-sent-events.html#text/event-stream

    Whether its body may have no end: then it is read for as long as there is time.
    """
    return mime_type_essence(head.headers.get(b"content-type") or b"") == "text/event-stream"


def has_no_body(method: str, status: int) -> bool:
    """Whether a response to this method with this status carries no body, whatever its sender wrote."""
    return method == "HEAD" or status in (101, 103, 204, 205, 304)
