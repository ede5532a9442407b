"""What `check --investigate` sends: safe requests to the server that the page asked, each to tell causes apart.

Only GET, HEAD and OPTIONS, without a body, never to another host. Cookies and Authorization go along only where the
check itself had sent them, or was given them by the page. Whatever names another origin than the page's goes to a URL
with a query of its own: a shared cache that forgets Vary must not keep a response that was made for a probe.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from crossorigin.browser import Exchange, NetworkFailure, ResponseHead, Send, Verdict, parse_url
from crossorigin.standard import HeaderList

MOST = 12
"""Requests that one investigation sends at most."""

OTHER_ORIGIN = "https://other.example"
"""An origin that no server lists."""

QUERY = "crossorigin-probe"
UNREACHED = frozenset({"dns", "refused", "unreachable", "tls"})
"""Failures after which there is no server to ask."""

NOT_COPIED = (b"origin", b"range", b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since")
NOT_COPIED_PREFIXES = (b"access-control-", b"content-", b"sec-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One request. `name` is unique in an investigation; `says` is what it is in a few words."""

    name: str
    says: str
    send: Send


@dataclass(frozen=True, slots=True)
class Twin:
    """A form under which an allow-list may hold an origin by mistake: the part that differs, and the form."""

    part: str
    origin: str


def twins(origin: str) -> tuple[Twin, ...]:
    """The forms of an origin that people write in its place, none for `null`.

    >>> [twin.origin for twin in twins("https://www.a.example")]
    ['http://www.a.example', 'https://a.example', 'https://www.a.example:3000', 'https://www.a.example/', 'https://Www.A.example']
    """
    scheme, separator, rest = origin.partition("://")
    if not separator or scheme not in ("http", "https"):
        return ()
    host, colon, port = rest.rpartition(":")
    if not colon or not port.isdigit():
        host, port = rest, ""
    colon_port = f":{port}" if port else ""
    found = [Twin("scheme", f"{'http' if scheme == 'https' else 'https'}://{rest}")]
    labels = host.split(".")
    named = len(labels) > 1 and not host.endswith("]") and not labels[-1].isdigit()
    if named:
        other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        found.append(Twin("www", f"{scheme}://{other}{colon_port}"))
    found.append(Twin("port", f"{scheme}://{host}{'' if port else ':3000'}"))
    found.append(Twin("slash", f"{origin}/"))
    if named:
        capital = ".".join([label.capitalize() for label in labels[:-1]] + labels[-1:])
        found.append(Twin("case", f"{scheme}://{capital}{colon_port}"))
    return tuple(found)


def failing_exchange(verdict: Verdict) -> Exchange | None:
    """The exchange that the finding is about."""
    index = None if verdict.finding is None else verdict.finding.exchange
    return None if index is None or index >= len(verdict.exchanges) else verdict.exchanges[index]


def asked(verdict: Verdict, purpose: str) -> Exchange | None:
    """The first exchange of that purpose at the URL that the page asked for."""
    return next((each for each in verdict.exchanges if each.send.hop == 0 and each.send.purpose == purpose), None)


def redirects(exchange: Exchange) -> bool:
    """Whether its response leads to another URL."""
    answer = exchange.answer
    return isinstance(answer, ResponseHead) and 300 <= answer.status < 400 and b"location" in answer.headers


def shows_cors(head: ResponseHead) -> bool:
    """Whether a CORS layer had a look at it: it has a header of CORS's, or varies by Origin."""
    if any(name.lower().startswith(b"access-control-") for name, _ in head.headers.fields):
        return True
    vary = (head.headers.get(b"vary") or b"")[:4096].lower()
    return b"origin" in {name.strip() for name in vary.split(b",")}


def probes_for(verdict: Verdict, *, token: str) -> tuple[Probe, ...]:
    """What to send, the most telling first: nothing where the page's request never reached a server.

    Args:
        verdict: of the check that failed.
        token: letters and digits that no URL of the server holds.
    """
    first = verdict.exchanges[0] if verdict.exchanges else None
    if first is None or verdict.finding is None or verdict.request.mode != "cors":
        return ()
    if isinstance(first.answer, NetworkFailure) and first.answer.kind in UNREACHED:
        return ()
    failing = failing_exchange(verdict)
    if verdict.finding.hop or (failing is not None and failing.send.purpose == "request" and redirects(failing)):
        # The redirect is the cause, and all of it is known.
        return ()
    return tuple(_Plan(verdict, first, token).probes())[:MOST]


class _Plan:
    """The probes of one verdict."""

    def __init__(self, verdict: Verdict, first: Exchange, token: str) -> None:
        self.verdict = verdict
        self.url = first.send.url.partition("#")[0]
        self.token = token
        self.origin = (first.send.headers.get(b"origin") or str(verdict.page.origin).encode()).decode("latin-1")
        self.preflight = asked(verdict, "preflight")
        self.request = asked(verdict, "request")
        self.spaces = first.send.refused_spaces
        sent = verdict.request.headers if self.request is None else self.request.send.headers
        self.fields = [(name, value) for name, value in sent.fields if _is_copied(name.lower())]
        self.credentials = self.request is not None and self.request.send.credentials

    def probes(self) -> Iterator[Probe]:
        found = [*self.of_the_page(), *self.of_others(), *self.of_preflights()]
        forms = [*self.of_twins()]
        if len(found) + len(forms) > MOST:
            found = [each for each in found if each.name != "options"]  # the other preflights tell nearly as much
        if len(found) + len(forms) < MOST:
            found.append(self.probe("head", "HEAD", "HEAD", self.url, self.origin))
        yield from found
        yield from forms

    def of_the_page(self) -> Iterator[Probe]:
        if self.request is None or self.request.send.method != "GET":
            yield self.probe("page", "GET from the page's origin", "GET", self.url, self.origin)
        yield self.probe("cache-buster", "GET past any cache", "GET", self.busted("cache"), self.origin)

    def of_others(self) -> Iterator[Probe]:
        yield self.probe("no-origin", "GET without Origin", "GET", self.busted("none"), None)
        yield self.probe("other-origin", "GET from another origin", "GET", self.busted("other"), OTHER_ORIGIN)
        missing = parse_url(f"/{QUERY}-{self.token}", base=self.url)
        if missing is not None:
            yield self.probe("missing-path", "GET of a missing path", "GET", missing.href, self.origin)

    def of_preflights(self) -> Iterator[Probe]:
        yield self.probe("options", "OPTIONS, no preflight", "OPTIONS", self.url, self.origin, bare=True)
        if self.preflight is None:
            method = "GET" if self.request is None else self.request.send.method
            yield self.asks_first("preflight", f"preflight of {method}", self.url, self.origin, method)
            return
        asks = self.preflight.send.headers
        method = (asks.get(b"access-control-request-method") or b"GET").decode("latin-1")
        names = asks.get(b"access-control-request-headers")
        yield self.asks_first("preflight-plain", "preflight of a plain GET", self.url, self.origin, "GET")
        busted = self.busted("preflight")
        yield self.asks_first("preflight-cache-buster", "preflight past any cache", busted, self.origin, method, names)

    def of_twins(self) -> Iterator[Probe]:
        head = None if self.preflight is None else self.preflight.answer
        by_preflight = isinstance(head, ResponseHead) and shows_cors(head)
        what = "preflight" if by_preflight else "GET"
        for twin in twins(self.origin):
            name, says, url = f"origin-{twin.part}", f"{what} from {twin.origin}", self.busted(twin.part)
            if by_preflight:
                yield self.asks_first(name, says, url, twin.origin, "GET")
            else:
                yield self.probe(name, says, "GET", url, twin.origin)

    def busted(self, value: str) -> str:
        """The URL with a query that no cache has seen."""
        joiner = "&" if "?" in self.url else "?"
        return f"{self.url}{joiner}{QUERY}={self.token}{value}"

    def probe(self, name: str, says: str, method: str, url: str, origin: str | None, *, bare: bool = False) -> Probe:
        fields = [] if bare else list(self.fields)
        if origin is not None:
            fields.insert(0, (b"origin", origin.encode("latin-1")))
        headers = HeaderList(tuple(fields))
        credentials = self.credentials and not bare
        send = Send(method=method, url=url, headers=headers, credentials=credentials, refused_spaces=self.spaces)
        return Probe(name=name, says=says, send=send)

    def asks_first(self, name: str, says: str, url: str, origin: str, method: str, names: bytes | None = None) -> Probe:
        fields = [(b"origin", origin.encode("latin-1")), (b"access-control-request-method", method.encode("latin-1"))]
        if names:
            fields.append((b"access-control-request-headers", names))
        send = Send(
            method="OPTIONS",
            url=url,
            headers=HeaderList(tuple(fields)),
            purpose="preflight",
            credentials=False,
            refused_spaces=self.spaces,
        )
        return Probe(name=name, says=says, send=send)


def _is_copied(name: bytes) -> bool:
    return name not in NOT_COPIED and not name.startswith(NOT_COPIED_PREFIXES)
