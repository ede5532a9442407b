"""The end of main fetch: the last response is filtered, blocked for what it is, and summed up as a verdict."""

from collections.abc import Iterator

from ._check import Objection
from ._evidence import evidence
from ._fetch_params import FetchParams, InternalResponse
from ._filtering import (
    basic_filtered_response,
    cors_filtered_response,
    opaque_filtered_response,
    opaque_redirect_filtered_response,
)
from ._mime_blocking import blocked_due_to_its_mime_type, blocked_due_to_nosniff
from ._request import Request
from ._response import Response
from ._verdict import Finding, Outcome, Reason, Verdict


def conclusion(
    params: FetchParams, response: InternalResponse | None
) -> tuple[Outcome, Finding | None, Response | None]:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    From step 14 on: how it ends, what keeps the page from reading, and what its script gets. None for `response` is a
    network error.
    """
    if response is not None:
        for objection in _blocked(params, response):
            if params.object("20", objection):
                break
    if params.record.findings:
        finding = params.record.findings[0]
        return Outcome.NO_ANSWER if finding.reason is Reason.TRANSPORT else Outcome.BLOCKED, finding, None
    if response is None:
        return Outcome.NOT_SENT, None, None
    filtered = _filtered(params, response)
    if filtered.type in ("opaque", "opaqueredirect"):
        return Outcome.OPAQUE, _opaque_finding(params, response), filtered
    return Outcome.READABLE, None, filtered


def verdict_of(
    params: FetchParams, request: Request, outcome: Outcome, finding: Finding | None, filtered: Response | None
) -> Verdict:
    """The verdict on a fetch that has come to its conclusion. `request` is the one that the page made."""
    record = params.record
    return Verdict(
        page=params.page,
        request=request,
        profile=params.profile,
        outcome=outcome,
        finding=finding,
        further=tuple(record.findings[1:]),
        warnings=tuple(record.warnings),
        response=filtered,
        exchanges=tuple(record.exchanges),
        steps=record.trace.steps,
        cookies_stored=tuple(record.cookies_stored),
        cookies_refused=tuple(record.cookies_refused),
        timing_allowed=filtered is not None and not params.timing_allow_failed,
    )


def _blocked(params: FetchParams, response: InternalResponse) -> Iterator[Objection]:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Step 20, with opaque response blocking, and with what HTML demands of a WebSocket's handshake.
    """
    destination, orb = params.request.destination, params.context.hooks.orb
    if params.request.mode == "websocket" and response.status != 101:
        yield Reason.WEBSOCKET_HANDSHAKE, evidence(status=response.status)
    for objection in (
        blocked_due_to_its_mime_type(destination, response.headers),
        blocked_due_to_nosniff(destination, response.headers),
    ):
        if objection is not None:
            yield objection
    if params.tainting == "opaque" and orb is not None and orb(response.url.href, response.headers.fields):
        yield Reason.ORB, evidence(content_type=response.headers.get(b"content-type"))


def _filtered(params: FetchParams, response: InternalResponse) -> Response:
    """https://fetch.spec.whatwg.org/#concept-main-fetch

    Step 14. A navigation's response is for the new document alone: a page that it is cross-origin to sees nothing.
    """
    redirected = params.redirect_count > 0
    if response.is_opaque_redirect:
        return opaque_redirect_filtered_response(response)
    navigated = params.request.mode == "navigate" and not params.origin.is_same_origin(response.url.origin)
    if params.tainting == "opaque" or navigated:
        return opaque_filtered_response()
    if params.tainting == "cors":
        return cors_filtered_response(response, params.request.credentials, redirected=redirected)
    return basic_filtered_response(response, redirected=redirected)


def _opaque_finding(params: FetchParams, response: InternalResponse) -> Finding:
    url = response.url.without_fragment
    if response.is_opaque_redirect:
        reason = Reason.OPAQUE_REDIRECT
        facts = evidence(url=url, status=response.status, location=response.headers.get(b"location"))
    else:
        reason, facts = Reason.OPAQUE, evidence(url=url, mode=params.request.mode)
    last = len(params.record.exchanges) - 1
    return Finding(reason=reason, evidence=facts, hop=params.redirect_count, exchange=last if last >= 0 else None)
