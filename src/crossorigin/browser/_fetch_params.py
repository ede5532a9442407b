"""What one fetch carries along: the request as it stands at this hop, and the record of what has happened."""

from dataclasses import dataclass, field, replace

from crossorigin.standard import AnyOrigin, HeaderList, OpaqueOrigin

from ._cache import CacheKey, PartitionKey
from ._check import Objection
from ._context import Context
from ._cookies import CookieRefusal
from ._evidence import evidence
from ._profile import Profile
from ._request import Page, ReferrerPolicy, Request
from ._response import Exchange, Purpose
from ._taint import RedirectTaint, redirect_taint, serialize_a_request_origin
from ._trace import OpenStep, Trace
from ._url import URL
from ._verdict import Finding, Reason, RefusedCookie

MAX_NAME = 100
"""Characters of a refused cookie's name that are kept."""

_NOTHING_FOLLOWS = frozenset(
    {
        Reason.TRANSPORT,
        Reason.SCHEME,
        Reason.BAD_PORT,
        Reason.MODE_SAME_ORIGIN,
        Reason.ONLY_IF_CACHED,
        Reason.REDIRECT_TOO_MANY,
        Reason.REDIRECT_LOCATION,
        Reason.REDIRECT_SCHEME,
        Reason.REDIRECT_STREAM_BODY,
    }
)
"""After these there is nothing to explore: no response, or no request that any change of the server would allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalResponse:
    """https://fetch.spec.whatwg.org/#concept-internal-response

    A response before it is filtered. `is_opaque_redirect` marks one that redirect mode manual kept from being followed.
    """

    status: int
    url: URL
    headers: HeaderList = field(default_factory=HeaderList)
    includes_credentials: bool = False
    is_opaque_redirect: bool = False


@dataclass(slots=True)  # mutable: it is written as the fetch goes on
class Record:
    """What has happened in a fetch so far, over all its hops."""

    explore: bool
    trace: Trace = field(default_factory=Trace)
    exchanges: list[Exchange] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    cookies_stored: list[str] = field(default_factory=list)
    cookies_refused: list[RefusedCookie] = field(default_factory=list)
    preflighted: bool = False
    stopped: bool = False

    def refuse_cookie(self, field: bytes, why: CookieRefusal) -> None:
        """Remembers a Set-Cookie header that stored no cookie."""
        name, equals, _ = field.partition(b";")[0].partition(b"=")
        refused = RefusedCookie(name=name.strip(b" \t").decode("latin-1")[:MAX_NAME] if equals else "", why=why)
        if refused not in self.cookies_refused:
            self.cookies_refused.append(refused)


@dataclass(slots=True, kw_only=True)  # mutable: redirects change the request, as the standard's steps say
class FetchParams:
    """https://fetch.spec.whatwg.org/#fetch-params

    The request as it stands, with what the standard keeps on it while it is fetched: `headers` are its own and the
    browser's defaults behind them, `urls` all that it has been to, `current_url` the last of them. `origin` is the
    page's and `profile` the context's: they are asked for at every step.
    """

    page: Page
    origin: AnyOrigin
    context: Context
    profile: Profile
    request: Request
    headers: HeaderList
    use_cors_preflight: bool
    urls: list[URL]
    current_url: URL
    referrer: str
    referrer_policy: ReferrerPolicy
    record: Record
    tainting: str = "basic"
    redirect_count: int = 0
    timing_allow_failed: bool = False
    purpose: Purpose = "request"
    names_origin_though_tainted: bool = False

    @property
    def taint(self) -> RedirectTaint:
        """https://fetch.spec.whatwg.org/#concept-request-tainted-origin"""
        return redirect_taint(self.origin, self.urls)

    @property
    def serialized_origin(self) -> bytes:
        """https://fetch.spec.whatwg.org/#byte-serializing-a-request-origin"""
        if self.names_origin_though_tainted:
            return str(self.origin).encode("ascii")
        return serialize_a_request_origin(self.origin, self.urls)

    @property
    def top_level_origin(self) -> AnyOrigin:
        """The origin of the page at the top."""
        return self.page.origin if self.page.top_level is None else self.page.top_level

    @property
    def network_partition_key(self) -> PartitionKey:
        """https://fetch.spec.whatwg.org/#determine-the-network-partition-key"""
        return site(self.top_level_origin)

    @property
    def cache_key(self) -> CacheKey:
        """https://fetch.spec.whatwg.org/#concept-cache-match"""
        origin = serialize_a_request_origin(self.origin, self.urls)
        return CacheKey(self.network_partition_key, origin, self.current_url.href)

    @property
    def stopped(self) -> bool:
        """Whether a failure has ended the fetch. In explore mode most do not."""
        return self.record.stopped

    def for_preflight(self, request: Request) -> "FetchParams":
        """The same fetch, for its preflight's request."""
        return replace(
            self,
            request=request,
            headers=request.headers,
            tainting="cors",
            purpose="preflight",
            names_origin_though_tainted=self.profile.tainted_preflight_names_origin,
        )

    def object(
        self, number: str, objection: Objection, *, to_response: bool = True, step: OpenStep | None = None
    ) -> bool:
        """Records why the fetch fails at this step, and says whether it ends here.

        `to_response` is False where the objection is to the request itself. `step` is the running step where the
        objection is that whole algorithm's outcome, and not a numbered step within it.
        """
        reason = objection[0]
        finding = self._finding(objection, to_response=to_response)
        self.record.findings.append(finding)
        if step is None:
            self.record.trace.note(number, f"failed: {reason}", finding=finding)
        else:
            step.number, step.outcome, step.finding = number, f"failed: {reason}", finding
        if not self.record.explore or reason in _NOTHING_FOLLOWS:
            self.record.stopped = True
        return self.record.stopped

    def warn(self, number: str, objection: Objection, *, to_response: bool = True) -> None:
        """Records what this browser lets pass at this step, though not everyone would. Once is enough."""
        if objection in [(warning.reason, warning.evidence[1:]) for warning in self.record.warnings]:
            return
        self.record.warnings.append(self._finding(objection, to_response=to_response))
        self.record.trace.note(number, f"passed, with a warning: {objection[0]}")

    def _finding(self, objection: Objection, *, to_response: bool) -> Finding:
        reason, facts = objection
        return Finding(
            reason=reason,
            evidence=(*evidence(url=self.current_url.without_fragment), *facts),
            hop=self.redirect_count,
            exchange=len(self.record.exchanges) - 1 if to_response and self.record.exchanges else None,
        )


def site(origin: AnyOrigin) -> PartitionKey:
    """https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site

    As text where the origin has one; an opaque origin is its own site.
    """
    if isinstance(origin, OpaqueOrigin):
        return origin
    return f"{origin.scheme}://{origin.registrable_domain or origin.host}"
