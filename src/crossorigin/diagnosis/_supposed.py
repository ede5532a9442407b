"""The least exchange that ends in a reason: what a browser's message states, made into a verdict that can be explained.

What the message does not hold stays out of it: a status of 0 stands for one that is not known.
"""

from crossorigin.browser import (
    BROWSERS,
    Exchange,
    Finding,
    Outcome,
    Page,
    Reason,
    Request,
    Response,
    ResponseHead,
    Send,
    Verdict,
    parse_url,
)
from crossorigin.captures import Statement
from crossorigin.standard import HeaderList, cors_unsafe_request_header_names

Fields = list[tuple[str, str]]

NOTHING_SENT = frozenset(
    {
        Reason.MODE_SAME_ORIGIN,
        Reason.NOCORS_REDIRECT_MODE,
        Reason.ONLY_IF_CACHED,
        Reason.SCHEME,
        Reason.BAD_PORT,
        Reason.MIXED_CONTENT,
        Reason.CSP,
        Reason.LNA_INSECURE,
        Reason.LNA_DENIED,
        Reason.LNA_MISMATCH,
        Reason.KEEPALIVE_LIMIT,
    }
)
LISTS = {
    Reason.PREFLIGHT_ACAM_INVALID: "Access-Control-Allow-Methods",
    Reason.PREFLIGHT_ACAH_INVALID: "Access-Control-Allow-Headers",
}


def supposed(reason: Reason, page: Page, request: Request, *, said: Statement | None = None) -> Verdict:
    """A verdict that ends in `reason`, of a request as far as it is known."""
    said = said or Statement(browser="", reasons=(), message="")
    preflight = reason.startswith("preflight.")
    unsafe = cors_unsafe_request_header_names(request.headers.fields) if preflight else []
    names = [name.decode("latin-1") for name in unsafe]
    if reason is Reason.PREFLIGHT_HEADER and said.header and said.header.lower() not in names:
        names.append(said.header.lower())
    hop = 1 if said.asked_url and said.url and said.asked_url != said.url else 0
    exchanges = [_redirect(request, said, page)] if hop else []
    if reason not in NOTHING_SENT:
        answer = ResponseHead(status=_status(reason, said), headers=HeaderList.of(_fields(reason, page, request, said)))
        exchanges.append(Exchange(send=_send(request, page, said, preflight, names, hop), answer=answer))
    outcome = Outcome.OPAQUE if reason in (Reason.OPAQUE, Reason.OPAQUE_REDIRECT) else Outcome.BLOCKED
    finding = Finding(
        reason=reason,
        evidence=tuple(_evidence(said)),
        hop=hop,
        exchange=None if reason in NOTHING_SENT else len(exchanges) - 1,
    )
    return Verdict(
        page=page,
        request=request,
        profile=BROWSERS,
        outcome=outcome,
        finding=finding,
        response=Response(type="opaque", status=0, url=request.url) if outcome is Outcome.OPAQUE else None,
        exchanges=tuple(exchanges),
    )


def _send(request: Request, page: Page, said: Statement, preflight: bool, names: list[str], hop: int) -> Send:
    fields = [("Origin", "null" if hop and _tainted(request, said, page) else str(page.origin))]
    if preflight:
        fields.append(("Access-Control-Request-Method", said.method or request.method))
        if names:
            fields.append(("Access-Control-Request-Headers", ",".join(names)))
    return Send(
        method="OPTIONS" if preflight else said.method or request.method,
        url=(said.url if hop else None) or request.url,
        headers=HeaderList.of(fields),
        purpose="preflight" if preflight else "request",
        hop=hop,
    )


def _tainted(request: Request, said: Statement, page: Page) -> bool:
    """Whether the redirect led from one other origin to another: the browser says `Origin: null` from there on."""
    here, there = parse_url(request.url), parse_url(said.url or "")
    return here is not None and there is not None and str(here.origin) not in (str(page.origin), str(there.origin))


def _redirect(request: Request, said: Statement, page: Page) -> Exchange:
    answer = ResponseHead(status=302, headers=HeaderList.of([("Location", said.url or "")]))
    fields = HeaderList.of([("Origin", str(page.origin))])
    return Exchange(send=Send(method=request.method, url=request.url, headers=fields), answer=answer)


def _status(reason: Reason, said: Statement) -> int:
    # After the status was looked at, it was a good one.
    if reason in (Reason.PREFLIGHT_METHOD, Reason.PREFLIGHT_HEADER, *LISTS) or reason.endswith(
        ("multiple", "invalid", "mismatch", "credentials", "not-true")
    ):
        return said.status or 200
    return said.status or 0


def _fields(reason: Reason, page: Page, request: Request, said: Statement) -> Fields:
    value = said.header_value
    origin = ("Access-Control-Allow-Origin", str(page.origin))
    match reason.removeprefix("preflight."):
        case "acao-missing":
            return []
        case "acao-multiple" | "acao-invalid" | "acao-mismatch":
            return [("Access-Control-Allow-Origin", value or "")]
        case "acao-wildcard-credentials":
            return [("Access-Control-Allow-Origin", "*")]
        case "acac-not-true":
            return [origin] if value is None else [origin, ("Access-Control-Allow-Credentials", value)]
        case _ if reason in LISTS:
            return [origin, (LISTS[reason], value or "")]
        case "status" if said.browser != "chromium":
            # Firefox and Safari look at the status first: it says nothing of the headers.
            return []
        case _ if reason.startswith("preflight."):
            agreed = [("Access-Control-Allow-Credentials", "true")] if request.credentials == "include" else []
            return [origin, *agreed]
        case _:
            return []


def _evidence(said: Statement) -> list[tuple[str, str]]:
    named = (("address-space", said.address_space), ("url", said.url))
    return [(name, value) for name, value in named if value]
