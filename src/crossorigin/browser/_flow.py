"""The flow: one fetch as a generator that yields request heads and takes response heads.

`yield from` mirrors the standard's calls: fetch, main fetch, scheme fetch, HTTP fetch, CORS-preflight fetch,
HTTP-network-or-cache fetch, HTTP-redirect fetch and main fetch again. Each returns a response, or None for a network
error; why it is one stands in the record by then.
"""

from collections.abc import Generator

from crossorigin.standard import FAILURE, ends_in_a_number

from ._check import PREFLIGHT_TWINS, Objection, cors_check, tao_check
from ._context import Context
from ._corp import cross_origin_resource_policy_check
from ._evidence import evidence
from ._fetch_params import FetchParams, InternalResponse, Record
from ._mixed_content import should_block, should_upgrade
from ._network import Flow, http_network_or_cache_fetch
from ._ports import is_blocked_due_to_a_bad_port
from ._preflight import (
    goes_with_preflight,
    judge_preflight,
    missing_from_cache,
    passes_with_a_warning,
    preflight_request,
    remember,
)
from ._profile import Profile
from ._redirect import REDIRECT_LIMIT, REDIRECT_STATUSES, location_url, redirected_request
from ._referrer import determine_the_requests_referrer, referrer_policy_on_redirect
from ._request import Page, Request
from ._request_headers import default_headers
from ._response import Answer, Send
from ._trace import Algorithm
from ._url import URL, parse_url
from ._verdict import Reason, Verdict
from ._verdict_of import conclusion, verdict_of

_FETCH = Algorithm("fetch", "https://fetch.spec.whatwg.org/#concept-fetch")
_MAIN_FETCH = Algorithm("main fetch", "https://fetch.spec.whatwg.org/#concept-main-fetch")
_SCHEME_FETCH = Algorithm("scheme fetch", "https://fetch.spec.whatwg.org/#concept-scheme-fetch")
_HTTP_FETCH = Algorithm("HTTP fetch", "https://fetch.spec.whatwg.org/#concept-http-fetch")
_PREFLIGHT = Algorithm("CORS-preflight fetch", "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0")
_CORS_CHECK = Algorithm("CORS check", "https://fetch.spec.whatwg.org/#concept-cors-check")
_TAO_CHECK = Algorithm("TAO check", "https://fetch.spec.whatwg.org/#concept-tao-check")
_CORP_CHECK = Algorithm(
    "cross-origin resource policy check", "https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check"
)
_REDIRECT = Algorithm("HTTP-redirect fetch", "https://fetch.spec.whatwg.org/#concept-http-redirect-fetch")

_SAME_TAINTING_MODES = ("navigate", "websocket", "webtransport")


def fetch(request: Request, page: Page, *, context: Context) -> Generator[Send, Answer, Verdict]:
    """https://fetch.spec.whatwg.org/#concept-fetch

    Yields each request that a browser would send, a preflight too, and wants its answer sent in: the head of the final
    response, or a NetworkFailure. Returns the Verdict. Nothing that a server can send makes it raise.

    Raises:
        ValueError: the request's URL does not parse. (The functions that build requests see to it that it does.)

    >>> from crossorigin.browser import Context, ResponseHead, fetch_request, page_at
    >>> page = page_at("https://app.example.com/")
    >>> request = fetch_request(page, "https://api.example.com/", method="PUT")
    >>> flow = fetch(request, page, context=Context())
    >>> send = next(flow)
    >>> send.method, send.headers.get(b"access-control-request-method")
    ('OPTIONS', b'PUT')
    """
    url = parse_url(request.url)
    if url is None:
        raise ValueError(f"{request.url[:200]!r} is no URL: build requests with fetch_request and its like")
    if _goes_without_credentials(request, context.profile):
        request = request.replace(credentials="omit")
    params = FetchParams(
        page=page,
        origin=page.origin,
        context=context,
        profile=context.profile,
        request=request,
        urls=[url],
        current_url=url,
        # 11 to 13.
        headers=default_headers(request, context),
        use_cors_preflight=request.use_cors_preflight and not _listens_in_vain(request, context.profile),
        referrer=request.referrer,
        referrer_policy=request.referrer_policy or page.referrer_policy,
        record=Record(context.explore),
    )
    inputs = (("method", request.method), ("url", url.href), ("mode", request.mode), ("page", page.url))
    with params.record.trace.run(_FETCH, hop=0, inputs=inputs) as step:
        response = yield from _main_fetch(params)
        # Main fetch, from step 14 on, runs once, for the last response.
        outcome, finding, filtered = conclusion(params, response)
        step.outcome = f"{outcome}" if finding is None else f"{outcome}: {finding.reason}"
    return verdict_of(params, request, outcome, finding, filtered)


def _main_fetch(params: FetchParams) -> Flow:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Steps 1 to 13, the ones that run again behind a redirect.
    """
    trace, page, profile = params.record.trace, params.page, params.profile
    with trace.run(_MAIN_FETCH, hop=params.redirect_count, inputs=(("url", params.current_url.href),)):
        # 6.
        if should_upgrade(params.request, params.current_url, page):
            params.urls[-1] = params.current_url = params.current_url.with_scheme("https")
            trace.note("6", "upgraded to https, as mixed content")
        # 7.
        for objection in _blocked(params):
            if params.object("7", objection, to_response=False):
                return None
        # 9.
        params.referrer = determine_the_requests_referrer(
            page, params.referrer, params.referrer_policy, params.current_url, profile
        )
        # 10.
        if _is_known_hsts_host(params):
            params.urls[-1] = params.current_url = params.current_url.with_scheme("https")
            trace.note("10", "upgraded to https, as a known HSTS host")
        # 12.
        return (yield from _main_fetch_by_mode(params))


def _main_fetch_by_mode(params: FetchParams) -> Flow:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Step 12: the first statement that matches.
    """
    request, url, trace = params.request, params.current_url, params.record.trace
    # A URL of the app's own scheme is at home; it fails in scheme fetch, since nothing here holds the app's files.
    same_origin = url.origin_as_page.is_same_origin(params.origin) and params.tainting == "basic"
    if same_origin or url.scheme == "data" or request.mode in _SAME_TAINTING_MODES:
        params.tainting = "basic"
        trace.note("12", "response tainting: basic")
        return (yield from _scheme_fetch(params))
    if request.mode == "same-origin":
        facts = evidence(origin=str(params.origin))
        params.object("12", (Reason.MODE_SAME_ORIGIN, facts), to_response=False)
        return None
    if request.mode == "no-cors":
        if request.redirect != "follow":
            facts = evidence(redirect=request.redirect)
            if params.object("12", (Reason.NOCORS_REDIRECT_MODE, facts), to_response=False):
                return None
        params.tainting = "opaque"
        trace.note("12", "response tainting: opaque")
        return (yield from _scheme_fetch(params))
    if not url.is_http:
        params.object("12", (Reason.SCHEME, evidence(scheme=url.scheme)), to_response=False)
        return None
    params.tainting = "cors"
    why = goes_with_preflight(params)
    if not why:
        trace.note("12", "response tainting: cors")
        return (yield from _http_fetch(params))
    trace.note("12", f"response tainting: cors, with a preflight: {why}")
    failures = len(params.record.findings)
    response = yield from _http_fetch(params, make_cors_preflight=True)
    failed = params.record.findings[failures:]
    in_preflight = any(_is_about_preflight(params, finding.exchange) for finding in failed)
    if failed and (in_preflight or not params.profile.cache_keeps_entries_after_failed_request):
        params.context.preflight_cache.clear_cache_entries(params.cache_key)
        trace.note("12", "the URL's entries in the CORS-preflight cache are cleared")
    return response


def _scheme_fetch(params: FetchParams) -> Flow:
    """https://fetch.spec.whatwg.org/#concept-scheme-fetch

    `blob:` and `file:` URLs hold nothing here: they fail as any unknown scheme does.
    """
    url = params.current_url
    if url.is_http:
        return (yield from _http_fetch(params))
    with params.record.trace.run(_SCHEME_FETCH, hop=params.redirect_count, inputs=(("url", url.href[:100]),)) as step:
        if url.without_fragment == "about:blank" or (url.scheme == "data" and "," in url.href):
            step.outcome = "answered without the network"
            return InternalResponse(status=200, url=url)
        objection = Reason.SCHEME, evidence(scheme=url.scheme)
        params.object("3", objection, to_response=False, step=step)
        return None


def _http_fetch(params: FetchParams, *, make_cors_preflight: bool = False) -> Flow:
    """https://fetch.spec.whatwg.org/#concept-http-fetch"""
    trace, hop = params.record.trace, params.redirect_count
    with trace.run(_HTTP_FETCH, hop=hop):
        # 4.1.
        if make_cors_preflight:
            missing = missing_from_cache(params)
            trace.note("4.1", f"not in the CORS-preflight cache: {missing}" if missing else "preflighted before")
            if missing:
                yield from _cors_preflight_fetch(params)
                if params.stopped:
                    return None
        # 4.3.
        response = yield from http_network_or_cache_fetch(params)
        if response is None:
            return None
        # 4.4.
        origin, credentials = params.serialized_origin, params.request.credentials
        if params.tainting == "cors":
            inputs = (("origin", origin.decode("ascii")), ("credentials", credentials))
            with trace.run(_CORS_CHECK, hop=hop, inputs=inputs) as step:
                step.outcome = "passed"
                objection = cors_check(origin, credentials, response.headers, response.status)
                if objection is not None and params.object("", objection, step=step):
                    return None
        # 4.5.
        _tao_check(params, response, origin)
        # 5.
        if params.tainting == "opaque":
            with trace.run(_CORP_CHECK, hop=hop) as step:
                step.outcome = "allowed"
                objection = _corp_check(params, response)
                if objection is not None and params.object("", objection, step=step):
                    return None
        # 6.
        if response.status in REDIRECT_STATUSES:
            return (yield from _redirect(params, response))
        return response


def _redirect(params: FetchParams, response: InternalResponse) -> Flow:
    """https://fetch.spec.whatwg.org/#concept-http-fetch

    Step 6, by redirect mode.
    """
    mode = params.request.redirect
    if mode == "manual":
        params.record.trace.note("6", "redirect mode manual: not followed")
        return InternalResponse(
            status=response.status, url=response.url, headers=response.headers, is_opaque_redirect=True
        )
    if mode == "error":
        facts = evidence(status=response.status, location=response.headers.get(b"location"))
        if params.object("6", (Reason.REDIRECT_ERROR_MODE, facts)):
            return None
    return (yield from _http_redirect_fetch(params, response))


def _cors_preflight_fetch(params: FetchParams) -> Generator[Send, Answer, None]:
    """https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

    Whether it failed, the record tells.
    """
    record = params.record
    record.preflighted = True
    request = preflight_request(params)
    asked = request.headers.get(b"access-control-request-headers") or b""
    inputs = (("method", params.request.method), ("headers", asked.decode("latin-1")))
    with record.trace.run(_PREFLIGHT, hop=params.redirect_count, inputs=inputs) as step:
        # 6.
        preflight = params.for_preflight(request)
        response = yield from http_network_or_cache_fetch(preflight)
        if response is None:
            return
        # 7.
        failures = len(record.findings)
        objections = judge_preflight(params, preflight.serialized_origin, response.status, response.headers)
        for number, objection in objections:
            if passes_with_a_warning(objection, params.profile):
                params.warn(number, objection)
            elif objection[0] not in PREFLIGHT_TWINS.values():
                params.object(number, objection)
            else:
                with record.trace.run(_CORS_CHECK, hop=params.redirect_count) as check:
                    params.object("", objection, step=check)
            if params.stopped:
                return
        if len(record.findings) == failures:
            step.outcome = f"passed; {remember(params, response.headers)}"


def _http_redirect_fetch(params: FetchParams, response: InternalResponse) -> Flow:
    """https://fetch.spec.whatwg.org/#concept-http-redirect-fetch"""
    request, status = params.request, response.status
    lines = response.headers.values(b"location")
    location = b", ".join(lines)
    with params.record.trace.run(_REDIRECT, hop=params.redirect_count, inputs=(("status", str(status)),)) as step:
        # 3, 4, 5.
        url = location_url(status, response.headers, response.url, params.current_url.fragment, params.profile)
        if url is None:
            step.outcome = "no Location: the response stands for itself"
            return response
        if url == FAILURE or not isinstance(url, URL):
            params.object("5", (Reason.REDIRECT_LOCATION, evidence(location=location, lines=len(lines))))
            return None
        # 6.
        if not url.is_http:
            params.object("6", (Reason.REDIRECT_SCHEME, evidence(location=location, scheme=url.scheme)))
            return None
        # 7, 8.
        if params.redirect_count == REDIRECT_LIMIT:
            params.object("7", (Reason.REDIRECT_TOO_MANY, evidence(location=location, limit=REDIRECT_LIMIT)))
            return None
        # 9, 10.
        cross_origin = request.mode == "cors" and not params.origin.is_same_origin(url.origin)
        if (
            url.includes_credentials
            and (cross_origin or params.tainting == "cors")
            and params.object("9" if cross_origin else "10", (Reason.REDIRECT_USERINFO, evidence(location=location)))
        ):
            return None
        # 11.
        if status != 303 and request.stream_body:
            params.object("11", (Reason.REDIRECT_STREAM_BODY, evidence(status=status, location=location)))
            return None
        # 12, 13.
        same_origin = params.current_url.origin.is_same_origin(url.origin)
        params.request = redirected_request(request, status, same_origin=same_origin)
        params.headers = default_headers(params.request, params.context)
        # 18, 19.
        params.redirect_count += 1
        params.urls.append(url)
        params.current_url = url
        params.referrer_policy = referrer_policy_on_redirect(response.headers, params.referrer_policy)
        step.outcome = f"{params.request.method} {url.href[:200]}"
        # 22.
        return (yield from _main_fetch(params))


def _listens_in_vain(request: Request, profile: Profile) -> bool:
    """Whether a listener on the upload forces no preflight, since nothing is uploaded."""
    return profile.upload_listener_needs_body and request.body is None and not request.stream_body


def _goes_without_credentials(request: Request, profile: Profile) -> bool:
    """https://html.spec.whatwg.org/multipage/links.html#link-type-manifest

    Whether it is a manifest without crossorigin=use-credentials, in a browser that then sends no cookie even home.
    """
    manifest = request.destination == "manifest" and request.credentials == "same-origin"
    return manifest and profile.manifests_omit_credentials


def _blocked(params: FetchParams) -> Generator[Objection, None, None]:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Step 7: bad ports, mixed content, Content Security Policy.
    """
    url, request, csp = params.current_url, params.request, params.context.hooks.csp
    if is_blocked_due_to_a_bad_port(url):
        yield Reason.BAD_PORT, evidence(port=url.port)
    if should_block(request, url, params.page):
        yield Reason.MIXED_CONTENT, evidence(page=params.page.url)
    directive = None if csp is None else csp(request, url.href)
    if directive is not None:
        yield Reason.CSP, evidence(directive=directive)


def _is_known_hsts_host(params: FetchParams) -> bool:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Step 10: a domain, but not localhost.
    """
    url, hsts = params.current_url, params.context.hooks.hsts
    if hsts is None or url.scheme != "http" or url.is_loopback:
        return False
    return not (url.host.startswith("[") or ends_in_a_number(url.host)) and hsts(url.host)


def _tao_check(params: FetchParams, response: InternalResponse, origin: bytes) -> None:
    navigates = params.request.mode == "navigate" and not params.origin.is_same_origin(params.current_url.origin)
    allowed = tao_check(origin, response.headers, tainting=params.tainting, navigates_cross_origin=navigates)
    params.timing_allow_failed = params.timing_allow_failed or not allowed
    with params.record.trace.run(_TAO_CHECK, hop=params.redirect_count) as step:
        step.outcome = "timings are hidden" if params.timing_allow_failed else "timings are shown"


def _corp_check(params: FetchParams, response: InternalResponse) -> Objection | None:
    return cross_origin_resource_policy_check(
        params.origin,
        params.page.embedder_policy,
        response.url,
        response.headers,
        includes_credentials=response.includes_credentials,
    )


def _is_about_preflight(params: FetchParams, exchange: int | None) -> bool:
    return exchange is not None and params.record.exchanges[exchange].send.purpose == "preflight"
