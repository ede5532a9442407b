"""What comes back: heads from the network, failures of the network, and the filtered response that a page sees."""

from dataclasses import dataclass, field
from typing import Literal

from crossorigin.standard import HeaderList

ResponseType = Literal["basic", "cors", "default", "error", "opaque", "opaqueredirect"]
Purpose = Literal["request", "preflight"]
FailureKind = Literal["dns", "refused", "tls", "timeout", "protocol", "too-large", "application", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A request head that the flow wants on the wire. The driver adds nothing but Host, Content-Length and framing.

    `new_connection` asks for one that has carried nothing yet (after a 421); `credentials` says whether cookies, client
    certificates and the like may go with it.
    """

    method: str
    url: str
    headers: HeaderList
    body: bytes | None = None
    purpose: Purpose = "request"
    hop: int = 0
    new_connection: bool = False
    credentials: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHead:
    """A response head as it came off the wire: final status, field lines in order, duplicates kept."""

    status: int
    headers: HeaderList = field(default_factory=HeaderList)
    http_version: str = "HTTP/1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFailure:
    """No usable answer: there was no connection, or what came over it was no HTTP. `message` is for people."""

    kind: FailureKind
    message: str = ""


Answer = ResponseHead | NetworkFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request that went out and what came back for it; `answer` is None while none has come."""

    send: Send
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """https://fetch.spec.whatwg.org/#concept-filtered-response

    What the page's script gets: an opaque response has status 0 and no headers.
    """

    type: ResponseType
    status: int
    url: str
    redirected: bool = False
    headers: HeaderList = field(default_factory=HeaderList)
