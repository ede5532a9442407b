"""Verdicts to explain: run by the flow against scripted answers, or put together by hand where no flow ends so."""

from collections.abc import Callable, Iterable

from crossorigin.browser import (
    STANDARD,
    Context,
    Exchange,
    Finding,
    NetworkFailure,
    Outcome,
    Page,
    Profile,
    Reason,
    Request,
    Response,
    ResponseHead,
    Send,
    Step,
    Verdict,
    fetch,
    fetch_request,
    page_at,
)
from crossorigin.standard import HeaderList

ORIGIN = "https://app.example.com"
API = "https://api.example.com/items/1"

Reply = ResponseHead | NetworkFailure
Fields = Iterable[tuple[str, str]] | dict[str, str]


def head(status: int = 200, fields: Fields = ()) -> ResponseHead:
    """A response head."""
    return ResponseHead(status=status, headers=HeaderList.of(fields))


def run(
    answer: Callable[[Send], Reply] | Reply,
    *,
    url: str = API,
    origin: str = ORIGIN,
    page: Page | None = None,
    profile: Profile = STANDARD,
    explore: bool = False,
    request: Request | None = None,
    **options: object,
) -> Verdict:
    """The verdict of a fetch() that is answered so."""
    page = page or page_at(f"{origin}/" if origin != "null" else "null")
    request = request or fetch_request(page, url, **options)  # type: ignore[arg-type]
    flow = fetch(request, page, context=Context(profile=profile, explore=explore))
    try:
        send = next(flow)
        while True:
            send = flow.send(answer(send) if callable(answer) else answer)
    except StopIteration as stop:
        verdict: Verdict = stop.value
        return verdict


def preflight_then(preflight: Reply, actual: Reply | None = None) -> Callable[[Send], Reply]:
    """Answers preflights with one, requests with the other."""
    return lambda send: preflight if send.purpose == "preflight" else actual or head(200, {})


OUTCOMES = {Reason.OPAQUE: Outcome.OPAQUE, Reason.OPAQUE_REDIRECT: Outcome.OPAQUE, Reason.TRANSPORT: Outcome.NO_ANSWER}
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


def made(reason: Reason, *, value: str = "x", page: Page | None = None, credentials: str = "include") -> Verdict:
    """A verdict for any reason, put together by hand; `value` stands in every field that a server chooses."""
    page = page or page_at(f"{ORIGIN}/")
    request = fetch_request(page, API, method="PUT", headers={"X-A": "1"}, credentials=credentials)  # type: ignore[arg-type]
    purpose = "preflight" if reason.startswith("preflight.") else "request"
    names = [(b"Origin", str(page.origin).encode())]
    if purpose == "preflight":
        names += [(b"Access-Control-Request-Method", b"PUT"), (b"Access-Control-Request-Headers", b"x-a,x-b")]
    send = Send(
        method="OPTIONS" if purpose == "preflight" else "PUT",
        url=API,
        headers=HeaderList(tuple(names)),
        purpose=purpose,  # type: ignore[arg-type]
    )
    raw = value.encode("latin-1", "replace")
    server = [] if reason.endswith("acao-missing") else [(b"Access-Control-Allow-Origin", raw)]
    for name in (b"Methods", b"Headers", b"Credentials"):
        server.append((b"Access-Control-Allow-" + name, raw))
    server += [(b"Location", raw), (b"Content-Type", raw), (b"Server", raw), (b"Cross-Origin-Resource-Policy", raw)]
    status = 302 if reason.startswith("redirect.") or "redirect" in reason else 200
    answer: Reply = ResponseHead(status=status, headers=HeaderList(tuple(server)))
    if reason is Reason.TRANSPORT:
        answer = NetworkFailure(kind="dns", message=value)
    sent = reason not in NOTHING_SENT
    finding = Finding(
        reason=reason,
        evidence=(("url", API), ("access-control-allow-origin", value), ("location", value), ("message", value)),
        exchange=0 if sent else None,
    )
    step = Step(
        algorithm="CORS check",
        anchor="https://fetch.spec.whatwg.org/#concept-cors-check",
        number="4",
        outcome=value,
        ok=False,
        finding=finding,
    )
    outcome = OUTCOMES.get(reason, Outcome.BLOCKED)
    return Verdict(
        page=page,
        request=request,
        profile=STANDARD,
        outcome=outcome,
        finding=finding,
        response=Response(type="opaque", status=0, url=API) if outcome is Outcome.OPAQUE else None,
        exchanges=(Exchange(send=send, answer=answer),) if sent else (),
        steps=(Step(algorithm="fetch", anchor="https://fetch.spec.whatwg.org/#concept-fetch", steps=(step,)),),
        cookies_stored=(value,),
    )
