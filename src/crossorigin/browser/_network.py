"""HTTP-network-or-cache fetch: a request goes out, with what the browser adds to it, and a response comes in."""

from collections.abc import Generator

from crossorigin.standard import HeaderList

from ._check import Objection
from ._cookies import CookieRefusal
from ._evidence import evidence
from ._fetch_params import FetchParams, InternalResponse
from ._local_network import (
    address_space_of,
    doubt_about,
    local_network_access_check,
    refused_spaces,
    space_of_address,
)
from ._request import AddressSpace
from ._request_headers import (
    is_third_party,
    network_headers,
    same_site_mode,
    takes_secure_cookies,
    third_party_cookies,
)
from ._response import Answer, Exchange, NetworkFailure, Send
from ._taint import redirect_taint
from ._trace import Algorithm
from ._verdict import Reason

Flow = Generator[Send, Answer, InternalResponse | None]

MAX_HEADERS_SIZE = 256 * 1024
"""Bytes that the header fields of a response may have together. Chromium draws the line at the same place."""

MAX_SET_COOKIE_FIELDS = 200
"""Set-Cookie fields of one response that are looked at."""

KEEPALIVE_LIMIT = 64 * 1024
"""Bytes of a keepalive request's body."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_NETWORK_OR_CACHE = Algorithm(
    "HTTP-network-or-cache fetch", "https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch"
)
_NETWORK = Algorithm("HTTP-network fetch", "https://fetch.spec.whatwg.org/#concept-http-network-fetch")


def http_network_or_cache_fetch(params: FetchParams, *, new_connection: bool = False) -> Flow:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    There is no HTTP cache here: every request goes to the network.
    """
    request, trace = params.request, params.record.trace
    with trace.run(_NETWORK_OR_CACHE, hop=params.redirect_count):
        # 8.3, 8.4.
        include_credentials = includes_credentials(params)
        trace.note("8.3", "credentials are included" if include_credentials else "no credentials are included")
        # 8.9.
        length = 0 if request.body is None else len(request.body)
        if request.keepalive and length > KEEPALIVE_LIMIT:
            too_long = Reason.KEEPALIVE_LIMIT, evidence(content_length=length, limit=KEEPALIVE_LIMIT)
            if params.object("8.9", too_long, to_response=False):
                return None
        # 10.1.
        if request.cache == "only-if-cached":
            params.object("10.1", (Reason.ONLY_IF_CACHED, ()), to_response=False)
            return None
        # 8.10 to 8.22.
        headers = network_headers(params, include_credentials=include_credentials)
        response = yield from _http_network_fetch(params, headers, include_credentials, new_connection=new_connection)
        if response is None:
            return None
        # 15. Nobody is there to be asked for the proxy's password.
        if response.status == 407 and not params.profile.status_407_is_ordinary:
            refused = Reason.PROXY_AUTHENTICATION, evidence(status=response.status)
            if params.object("15", refused):
                return None
        # 16.
        if response.status == 421 and not new_connection and not request.stream_body:
            trace.note("16", "421: sent again, over a connection of its own")
            return (yield from http_network_or_cache_fetch(params, new_connection=True))
        return response


def includes_credentials(params: FetchParams) -> bool:
    """https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch

    Steps 8.3 and 8.4: whether cookies and the like go along, and are taken from the response.
    """
    mode = params.request.credentials
    if not (mode == "include" or (mode == "same-origin" and params.tainting == "basic")):
        return False
    return embedder_policy_allows_credentials(params)


def embedder_policy_allows_credentials(params: FetchParams) -> bool:
    """https://fetch.spec.whatwg.org/#cross-origin-embedder-policy-allows-credentials

    The last condition is written the other way round in the standard (its redirect-taint "is not" same-origin), which
    would keep credentials from a page's own images; browsers send them.
    """
    if params.request.mode != "no-cors" or params.page.embedder_policy != "credentialless":
        return True
    same_origin = params.origin.is_same_origin(params.current_url.origin)
    return same_origin and redirect_taint(params.origin, params.urls) == "same-origin"


def _http_network_fetch(
    params: FetchParams, headers: HeaderList, include_credentials: bool, *, new_connection: bool
) -> Flow:
    """https://fetch.spec.whatwg.org/#concept-http-network-fetch"""
    request, record = params.request, params.record
    with record.trace.run(_NETWORK, hop=params.redirect_count, inputs=(("url", params.current_url.href),)) as step:
        if request.mode == "webtransport":
            refused = Reason.TRANSPORT, evidence(kind="unreachable", message="WebTransport wants HTTP/3: not modelled")
            params.object("", refused, to_response=False, step=step)
            return None
        target = address_space_of(params.current_url, params.context)
        if _is_too_near(params, target) and params.stopped:
            return None
        if params.purpose == "request" and _is_withheld(params):
            step.outcome = "withheld: it could have side effects"
            return None
        send = Send(
            method=request.method,
            url=params.current_url.without_fragment,
            headers=headers,
            body=request.body,
            purpose=params.purpose,
            hop=params.redirect_count,
            new_connection=new_connection,
            credentials=include_credentials,
            refused_spaces=_refused_spaces(params) if target is None else (),
        )
        answer = yield send
        if target is None and answer.address is not None:
            too_near = _is_too_near(params, space_of_address(answer.address))
            if too_near and isinstance(answer, NetworkFailure):
                step.outcome = "nothing was sent"
                return None
        record.exchanges.append(Exchange(send=send, answer=answer))
        objection = _unusable(params, answer)
        if objection is not None:
            params.object("", objection, step=step)
        if params.stopped or isinstance(answer, NetworkFailure):
            return None
        step.outcome = step.outcome or f"status {answer.status}"
        fields = HeaderList(tuple([(name, value.strip(b"\t ")) for name, value in answer.headers.fields]))
        response = InternalResponse(
            status=answer.status,
            url=params.current_url,
            headers=fields,
            includes_credentials=include_credentials,
        )
        # 14.
        if include_credentials:
            parse_and_store_response_set_cookie_headers(params, fields)
        elif params.context.cookies is not None:
            for field in fields.values(b"set-cookie")[:MAX_SET_COOKIE_FIELDS]:
                record.refuse_cookie(field, CookieRefusal.CREDENTIALS)
        return response


def _is_too_near(params: FetchParams, target: AddressSpace | None) -> bool:
    """https://wicg.github.io/local-network-access/#local-network-access-check

    Records the objection to a server there, or the doubt. Says whether there is an objection.
    """
    asked = (params.request, params.page, params.current_url, target, params.context)
    objection = local_network_access_check(*asked)
    if objection is not None:
        params.object("", objection, to_response=False)
        return True
    doubt = doubt_about(*asked)
    if doubt is not None:
        params.warn("", doubt, to_response=False)
    return False


def _refused_spaces(params: FetchParams) -> tuple[AddressSpace, ...]:
    """Where the driver is to send nothing. To explore, what changes nothing on a server is sent all the same."""
    if params.context.explore and params.request.method in _SAFE_METHODS:
        return ()
    return refused_spaces(params.request, params.page, params.current_url, params.context)


def parse_and_store_response_set_cookie_headers(params: FetchParams, headers: HeaderList) -> None:
    """https://fetch.spec.whatwg.org/#parse-and-store-response-set-cookie-headers

    Before any check of the response: a page that may read nothing has had its cookies set all the same.
    """
    jar, profile = params.context.cookies, params.profile
    if jar is None:
        return
    third_party = is_third_party(params) and third_party_cookies(params)
    same_site_allowed = same_site_mode(params, storing=True) != "unset-or-less"
    for field in headers.values(b"set-cookie")[:MAX_SET_COOKIE_FIELDS]:
        stored = jar.store(
            field,
            params.current_url,
            now=params.context.now(),
            is_secure=takes_secure_cookies(params),
            same_site_allowed=same_site_allowed,
            unset_is_lax=profile.same_site_defaults_to_lax,
            partition=params.network_partition_key,
            partition_all=third_party == "partitioned",
            partitioned_only=third_party == "blocked",
        )
        if isinstance(stored, CookieRefusal):
            params.record.trace.note("14", f"Set-Cookie: (refused: {stored})")
            params.record.refuse_cookie(field, stored)
            continue
        name = stored.decode("latin-1")
        params.record.trace.note("14", f"Set-Cookie: {name}")
        if name not in params.record.cookies_stored:
            params.record.cookies_stored.append(name)


def _is_withheld(params: FetchParams) -> bool:
    if params.context.preflight_only:
        return True
    return bool(params.record.findings) and params.request.method not in _SAFE_METHODS


def _unusable(params: FetchParams, answer: Answer) -> Objection | None:
    """Why an answer cannot be taken for a response, None where it can."""
    if isinstance(answer, NetworkFailure):
        return Reason.TRANSPORT, evidence(kind=answer.kind, message=answer.message)
    least = 101 if params.request.mode == "websocket" else 200
    if not least <= answer.status <= 999:
        return Reason.TRANSPORT, evidence(kind="protocol", message=f"status {answer.status} ends no HTTP response")
    size = sum([len(name) + len(value) + 4 for name, value in answer.headers.fields])
    if size > MAX_HEADERS_SIZE:
        message = f"the response's header fields have {size} bytes; browsers stop at {MAX_HEADERS_SIZE}"
        return Reason.TRANSPORT, evidence(kind="too-large", message=message)
    if params.request.stream_body and answer.http_version.startswith("HTTP/1"):
        return Reason.STREAM_BODY, evidence(http_version=answer.http_version)
    return None
