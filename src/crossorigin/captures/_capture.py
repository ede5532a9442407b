"""What a paste holds: requests, exchanges, console messages and response heads, each with where it is known from."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from crossorigin.browser import Credentials, Mode, NetworkFailure, ResponseHead

Kind = Literal["console", "har", "curl", "powershell", "fetch", "response"]
"""What a text is, as `--as` and the JSON name it. `fetch` is any JavaScript that asks: fetch(), axios, jQuery, XHR."""


class Provenance(StrEnum):
    """How a thing is known, surest first.

    MEASURED: we asked the server ourselves. RECORDED: a browser or a tool wrote the exchange down. STATED: the text
    says so. GUESSED: nothing says so, and it is likely.
    """

    MEASURED = "measured"
    RECORDED = "recorded"
    STATED = "stated"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that was left out, not read or guessed: a sentence, and the line of the text it is about (from 1)."""

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that a page made or would make. What the text does not hold is None.

    `url` is as the text has it: `resolved` is False where it holds a variable (`${API_URL}/items`) or is relative.
    `headers` are those that the page itself set: what a browser adds to every request is taken out. `body` is the
    body's text or bytes, `""` where there is one whose content is not known (a variable). `origin` is the page's,
    serialised; `origin_provenance` GUESSED where it comes from a Referer. `feature` names what of the page asked, as in
    `crossorigin.browser.FEATURES` (None: fetch). `preflight`: the
    text shows the preflight of this request. `cookies` is the Cookie header of the paste. `secrets` names the
    headers among `headers` that hold credentials.
    """

    url: str
    resolved: bool = True
    method: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str | bytes | None = None
    origin: str | None = None
    origin_provenance: Provenance = Provenance.STATED
    credentials: Credentials | None = None
    credentials_provenance: Provenance = Provenance.STATED
    mode: Mode | None = None
    feature: str | None = None
    upload_listener: bool = False
    preflight: bool = False
    cookies: str | None = None
    secrets: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """One request that went out and what came back, as a recording has it.

    `answer` is None where the recording does not hold it (status 0: never sent, or from a cache). `from_cache` says
    that it came from the browser's cache: as the recording says, or because it holds the response that was cached.
    `from_service_worker`: a service worker answered, not the server.
    """

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    answer: ResponseHead | NetworkFailure | None
    preflight: bool = False
    from_cache: bool = False
    from_service_worker: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a page asked, with every exchange that came of it: the preflight first, then each hop of the redirects.

    `error` is the tool's own word for how it ended (`net::ERR_FAILED`), empty where it says none. `failed` says whether
    the page got an error, None where the tool does not tell (a proxy sees only what goes over the wire). `index` counts
    from 0.
    """

    asked: Asked
    exchanges: tuple[RecordedExchange, ...]
    error: str = ""
    failed: bool | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A browser's message that a request failed, and what it proves.

    `reasons` are codes of `crossorigin.browser.Reason`, or of `NOT_CORS`; several where the message leaves it open.
    `url` is the URL that the message is about, `asked_url` the one that the page asked for, where the message tells of
    a redirect. `header` is the request header that the message names, `header_value` the value of the response header
    that it quotes. `lines` are the line numbers of the text (from 1) that were put together.
    """

    browser: Literal["chromium", "firefox", "webkit", "node", ""]
    reasons: tuple[str, ...]
    message: str
    url: str | None = None
    asked_url: str | None = None
    origin: str | None = None
    method: str | None = None
    status: int | None = None
    api: str | None = None
    header: str | None = None
    header_value: str | None = None
    address_space: str | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A response head that was pasted (`HTTP/1.1 200 OK …`), and the request before it where `curl -v` shows one."""

    head: ResponseHead
    asked: Asked | None = None
    line: int | None = None


Item = Asked | Recorded | Statement | Head

NOT_CORS = frozenset(
    f"not-cors.{name}"
    for name in ("server-error", "login-redirect", "adblock", "dns", "refused", "certificate", "console-noise")
)
"""Codes for what people take for CORS and is not, beside those of `Reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What one piece of a paste holds. `items` of a HAR is read as it is iterated, once.

    Where the HAR is cut short or broken, the iteration raises CaptureError there, behind everything that came before.
    """

    kind: Kind
    tool: str = ""
    items: Iterable[Item] = ()
    notes: tuple[Note, ...] = ()


class CaptureError(ValueError):
    """A text that cannot be read: what was expected, where it stopped (`line`, from 1), what would help."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line
