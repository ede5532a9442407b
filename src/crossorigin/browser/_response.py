"""What comes back: heads from the network, failures of the network, and the filtered response that a page sees."""

from dataclasses import dataclass, field
from typing import Literal

from crossorigin.standard import HeaderList

from ._request import AddressSpace

ResponseType = Literal["basic", "cors", "default", "error", "opaque", "opaqueredirect"]
Purpose = Literal["request", "preflight"]
FailureKind = Literal["dns", "refused", "tls", "timeout", "protocol", "too-large", "application", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A request head that the flow wants on the wire. The driver adds nothing but Host, Content-Length and framing.

    `new_connection` asks for one that has carried nothing yet (after a 421); `credentials` says whether cookies, client
    certificates and the like may go with it. `refused_spaces` are where the server must not live: the driver that finds
    it at an address of one of them sends nothing, and answers with a NetworkFailure that has the address.
    """

    method: str
    url: str
    headers: HeaderList
    body: bytes | None = None
    purpose: Purpose = "request"
    hop: int = 0
    new_connection: bool = False
    credentials: bool = True
    refused_spaces: tuple[AddressSpace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHead:
    """A response head as it came off the wire: final status, field lines in order, duplicates kept.

    `address` is the IP address that it came from, None where nobody knows: an app in process, or behind a proxy.
    """

    status: int
    headers: HeaderList = field(default_factory=HeaderList)
    http_version: str = "HTTP/1.1"
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFailure:
    """No usable answer: there was no connection, or what came over it was no HTTP. `message` is for people.

    `address` is the IP address that was connected to, None where there was none.
    """

    kind: FailureKind
    message: str = ""
    address: str | None = None


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
