"""What a finding is about, gathered once: the request and response that decided it, and the names prose needs."""

from functools import cached_property

from crossorigin.browser import (
    REDIRECT_STATUSES,
    Exchange,
    Finding,
    NetworkFailure,
    ResponseHead,
    Send,
    Verdict,
    parse_url,
)
from crossorigin.standard import (
    FAILURE,
    HTTP_TAB_OR_SPACE,
    HeaderList,
    OpaqueOrigin,
    extract_header_list_values,
    is_cors_safelisted_method,
    is_token,
)

from ._redirects import Redirected, what_redirect

LOCATION_LIMIT = 8192


class Facts:
    """A finding in its verdict. Values here are raw; whoever shows one sends it through `Shown` first."""

    def __init__(self, verdict: Verdict, finding: Finding) -> None:
        self.verdict = verdict
        self.finding = finding

    @cached_property
    def exchange(self) -> Exchange | None:
        """The exchange that decided it, None where nothing had been sent."""
        index = self.finding.exchange
        return None if index is None or not 0 <= index < len(self.verdict.exchanges) else self.verdict.exchanges[index]

    @cached_property
    def send(self) -> Send | None:
        """The request head that went out."""
        return None if self.exchange is None else self.exchange.send

    @cached_property
    def head(self) -> ResponseHead | None:
        """The response head that came back."""
        answer = None if self.exchange is None else self.exchange.answer
        return answer if isinstance(answer, ResponseHead) else None

    @cached_property
    def failure(self) -> NetworkFailure | None:
        """The failure that came instead of a response."""
        answer = None if self.exchange is None else self.exchange.answer
        return answer if isinstance(answer, NetworkFailure) else None

    @cached_property
    def headers(self) -> HeaderList:
        """The response's fields, none where there is no response."""
        return HeaderList() if self.head is None else self.head.headers

    @cached_property
    def status(self) -> int:
        """The response's status, 0 where there is none."""
        return 0 if self.head is None else self.head.status

    @cached_property
    def page_origin(self) -> str:
        """The page's origin, serialised."""
        return str(self.verdict.page.origin)

    @cached_property
    def opaque_page(self) -> bool:
        """Whether the page has no origin that a server could name."""
        return isinstance(self.verdict.page.origin, OpaqueOrigin)

    @cached_property
    def first_url(self) -> str:
        """The URL that the page asked for."""
        return self.verdict.request.url

    @cached_property
    def url(self) -> str:
        """The URL at which it ended, with the fragment that redirects have handed down."""
        if self.send is None:
            return self._redirected_to() or self.first_url
        fragment = self._fragment(self.send.hop)
        return f"{self.send.url.partition('#')[0]}#{fragment}" if fragment else self.send.url.partition("#")[0]

    def _redirected_to(self) -> str:
        """Where a redirect led that was followed no further, "" where there was none."""
        last = self.verdict.exchanges[-1] if self.verdict.exchanges and self.redirected else None
        if last is None or not isinstance(last.answer, ResponseHead):
            return ""
        location = (last.answer.headers.get(b"location") or b"").decode("latin-1")
        url = parse_url(location, base=last.send.url)
        return "" if url is None else url.href

    def _fragment(self, hop: int) -> str:
        """The fragment at a hop: the last one that a Location or the page itself gave."""
        fragment = self.verdict.request.url.partition("#")[2]
        for exchange in self.verdict.exchanges:
            if exchange.send.hop < hop and isinstance(exchange.answer, ResponseHead):
                given = (exchange.answer.headers.get(b"location") or b"").decode("latin-1").partition("#")[2]
                fragment = given or fragment
        return fragment

    @cached_property
    def redirected(self) -> bool:
        """Whether a redirect had been followed by then."""
        return self.finding.hop > 0

    @cached_property
    def tainted(self) -> bool:
        """Whether a redirect made the browser send `Origin: null` for a page that has an origin."""
        return not self.opaque_page and self.send is not None and self.send.headers.get(b"origin") == b"null"

    @cached_property
    def origin(self) -> str:
        """The origin that the server has to name: the Origin field as sent."""
        sent = None if self.send is None else self.send.headers.get(b"origin")
        return self.page_origin if sent is None else sent.decode("latin-1")

    @cached_property
    def event_source(self) -> bool:
        """Whether it is an EventSource: its request is told from others by what it accepts alone."""
        return self.verdict.request.headers.get(b"accept") == b"text/event-stream"

    @cached_property
    def preflight(self) -> bool:
        """Whether it was a CORS-preflight request."""
        return self.send is not None and self.send.purpose == "preflight"

    @cached_property
    def include(self) -> bool:
        """Whether the request's credentials mode is include."""
        return self.verdict.request.credentials == "include"

    @cached_property
    def method(self) -> str:
        """The method that the page wants at this hop: a preflight's Access-Control-Request-Method."""
        if self.send is None:
            return self.verdict.request.method
        asked = self.send.headers.get(b"access-control-request-method") if self.preflight else None
        return self.send.method if asked is None else asked.decode("latin-1")

    @cached_property
    def requested_headers(self) -> tuple[str, ...]:
        """The header names that a preflight asked for."""
        asked = None if self.send is None else self.send.headers.get(b"access-control-request-headers")
        return () if not asked else tuple(asked.decode("latin-1").split(","))

    @cached_property
    def allowed_methods(self) -> tuple[str, ...]:
        """The members of Access-Control-Allow-Methods, none where it is absent or does not parse."""
        return self._list(b"access-control-allow-methods")

    @cached_property
    def allowed_headers(self) -> tuple[str, ...]:
        """The members of Access-Control-Allow-Headers, none where it is absent or does not parse."""
        return self._list(b"access-control-allow-headers")

    @cached_property
    def exposed_headers(self) -> tuple[str, ...]:
        """The members of Access-Control-Expose-Headers, none where it is absent or does not parse."""
        return self._list(b"access-control-expose-headers")

    @cached_property
    def method_missing(self) -> bool:
        """Whether the preflight's answer does not cover the method."""
        if is_cors_safelisted_method(self.method) or self.method in self.allowed_methods:
            return False
        return self.include or "*" not in self.allowed_methods

    @cached_property
    def missing_headers(self) -> tuple[str, ...]:
        """The requested header names that the preflight's answer does not cover, in the order asked."""
        allowed = {name.lower() for name in self.allowed_headers}
        wildcard = "*" in allowed and not self.include
        return tuple(
            name
            for name in self.requested_headers
            if name.lower() not in allowed and (not wildcard or name.lower() == "authorization")
        )

    @cached_property
    def acao(self) -> str | None:
        """Access-Control-Allow-Origin as browsers get it: lines joined by a comma and a space."""
        return self.field(b"access-control-allow-origin")

    @cached_property
    def location(self) -> str | None:
        """The Location of a redirect, None where the response is no redirect."""
        return self.field(b"location") if self.status in REDIRECT_STATUSES else None

    @cached_property
    def target(self) -> str:
        """The URL that a redirect leads to; the Location as sent where it does not parse, "" where there is none."""
        location = (self.location or "")[:LOCATION_LIMIT]
        parsed = parse_url(location, base=self.url) if location else None
        return (location if parsed is None else parsed.href).partition("#")[0]

    @cached_property
    def redirect(self) -> Redirected:
        """What the redirect that was answered changes."""
        return what_redirect(self.url, self.target)

    @cached_property
    def login_of(self) -> str:
        """The URL whose redirect led to a login of another origin, "" where none did.

        A request of the page's own server that ends at another origin is one too: a page asks its own API, and only a
        login sends it away.
        """
        for exchange in self.verdict.exchanges:
            answer = exchange.answer
            if not isinstance(answer, ResponseHead) or answer.status not in REDIRECT_STATUSES:
                continue
            location = (answer.headers.get(b"location") or b"").decode("latin-1")[:LOCATION_LIMIT]
            here, there = parse_url(exchange.send.url), parse_url(location, base=exchange.send.url)
            if here is None or there is None:
                continue
            own = str(here.origin) == self.page_origin
            if what_redirect(here.href, there.href) is Redirected.LOGIN or (
                own and str(there.origin) != str(here.origin)
            ):
                return here.href
        return ""

    @cached_property
    def response_names(self) -> tuple[str, ...]:
        """Those of the missing header names that only responses have: the page sets what a server has to send."""
        return tuple(name for name in self.missing_headers if name.lower().startswith("access-control-"))

    @cached_property
    def origin_allowed(self) -> bool:
        """Whether Access-Control-Allow-Origin lets this origin read, for this request's credentials."""
        return self.acao == self.origin or (self.acao == "*" and not self.include)

    @cached_property
    def credentials_allowed(self) -> bool:
        """Whether Access-Control-Allow-Credentials is as it has to be for this request."""
        return not self.include or self.field(b"access-control-allow-credentials") == "true"

    def evidence(self, name: str) -> str:
        """The finding's evidence of that name, empty where there is none."""
        return next((value for other, value in self.finding.evidence if other.lower() == name), "")

    def bad_member(self, name: bytes) -> str | None:
        """The first member of a list field that is no token, None where there is none."""
        members = (
            member.strip(HTTP_TAB_OR_SPACE)
            for line in self.headers.values(name)
            for member in line.decode("latin-1").split(",")
            if member
        )
        return next((member for member in members if member and not is_token(member)), None)

    def field(self, name: bytes) -> str | None:
        """The response's field of that name as text, None where there is none."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def _list(self, name: bytes) -> tuple[str, ...]:
        values = extract_header_list_values(name, self.headers)
        return () if values is None or values == FAILURE else tuple(values)
