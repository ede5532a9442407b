"""From the responses to the probes to the cause. Pure.

A page sees one error for all causes. What tells them apart is how the same server answers when one thing is different.
"""

from collections.abc import Iterator

from crossorigin.browser import Reason, ResponseHead, Verdict, parse_url
from crossorigin.explain import Explanation, Fix, Redirected, Shown, what_redirect

from ._conclusion import Conclusion, Investigation, LookAlike, Probed
from ._origins import other_value, several
from ._preflights import intercepted, preflight, stale, unlisted
from ._probes import redirects
from ._seen import Seen, acao
from ._without_headers import errors_too, missing

CACHE_SIGNS = (b"age", b"x-cache", b"cf-cache-status", b"x-vercel-cache", b"x-proxy-cache", b"x-cache-status")


def judge(
    verdict: Verdict, explanation: Explanation, probed: tuple[Probed, ...], *, shown: Shown | None = None
) -> Investigation:
    """The causes that the responses prove, of a check that failed.

    Args:
        verdict: of the check.
        explanation: of the same verdict, whose fix is taken where the cause is the one that it names.
        probed: the probes with their responses.
        shown: how values are shown.
    """
    seen = Seen(verdict, explanation, probed, shown or Shown())
    return Investigation(conclusions=(*causes(seen),), probed=probed)


def causes(seen: Seen) -> Iterator[Conclusion]:
    first = [*cause(seen)]
    yield from first
    yield from (each for each in errors_too(seen) if each.code not in {one.code for one in first})


def cause(seen: Seen) -> Iterator[Conclusion]:
    reason = seen.verdict.reason
    if seen.failing is None or reason is None or seen.verdict.request.mode != "cors":
        yield not_cors(seen)
    elif seen.verdict.finding is not None and seen.verdict.finding.hop:
        yield redirected(seen)
    elif seen.head is None:
        yield failure(seen)
    elif redirects(seen.failing):
        yield from redirect(seen)
    elif reason in (Reason.PREFLIGHT_METHOD, Reason.PREFLIGHT_HEADER, Reason.PREFLIGHT_AUTHORIZATION_WILDCARD):
        yield from stale(seen) or [*unlisted(seen, seen.head)] or [not_cors(seen)]
    else:
        yield from by_reason(seen, seen.head, reason.removeprefix("preflight."))


def by_reason(seen: Seen, head: ResponseHead, reason: str) -> Iterator[Conclusion]:
    match reason:
        case "acao-multiple" | "acao-invalid" if "," in (acao(head) or ""):
            yield several(seen, head)
        case "acao-mismatch" | "acao-invalid" | "acao-multiple":
            yield from cached(seen) or [other_value(seen, head)]
        case "acao-wildcard-credentials" | "acac-not-true":
            sentence = "The server uses CORS and allows this origin, but not with credentials."
            yield seen.conclude(LookAlike.CREDENTIALS_NOT_ALLOWED, sentence, seen.fix, "no-origin", "other-origin")
        case "acao-missing" | "status" if seen.by_preflight:
            yield from stale(seen) or preflight(seen, head)
        case "acao-missing":
            yield from cached(seen) or [missing(seen, head)]
        case _:
            yield not_cors(seen)


def not_cors(seen: Seen) -> Conclusion:
    title = seen.explanation.title if seen.explanation.cause is None else seen.explanation.cause.title
    sentence = f"This is not a matter of the server's CORS headers: {title[:1].lower()}{title[1:]}"
    return seen.conclude(LookAlike.NOT_CORS, sentence, seen.fix)


def failure(seen: Seen) -> Conclusion:
    """No response to the request or its preflight; another request may have had one."""
    kind = "" if seen.failure is None else seen.failure.kind
    answering = [name for name in seen.answers if seen.response(name) is not None]
    allowed = [name for name in answering if seen.allows(seen.response(name))]
    if seen.by_preflight and answering:
        fix = Fix(
            text="Let OPTIONS requests through to the CORS layer: look at the firewall and the gateway in front of the "
            "app, and at what the app does with OPTIONS.",
            where="server-config",
        )
        sentence = f"The server answers other requests, but gave no response to the preflight ({kind})."
        return seen.conclude(LookAlike.PREFLIGHT_INTERCEPTED, sentence, fix, *answering[:2])
    if kind == "application":
        sentence = "The app raised an exception before it answered, so its CORS layer had nothing to add headers to."
        return seen.conclude(LookAlike.ERROR_WITHOUT_HEADERS, sentence, seen.fix, *answering[:2])
    if kind == "timeout" and allowed:
        sentence = "The server uses CORS and allows this origin, but did not answer this request in time."
        return seen.conclude(LookAlike.GATEWAY_ERROR, sentence, seen.fix, *allowed[:2])
    return not_cors(seen)


def redirect(seen: Seen) -> Iterator[Conclusion]:
    if seen.by_preflight and seen.response("page") is not None:
        page = seen.answers["page"]
        if not 300 <= page[1].status < 400:  # type: ignore[union-attr]  # a response, as asked above
            yield intercepted(seen, "a redirect")
            return
    yield redirected(seen)


def redirected(seen: Seen) -> Conclusion:
    exchange = next((each for each in seen.verdict.exchanges if redirects(each)), seen.failing)
    url = exchange.send.url if exchange is not None else seen.verdict.request.url
    answer = None if exchange is None else exchange.answer
    location = answer.headers.get(b"location") if isinstance(answer, ResponseHead) else None
    target = parse_url((location or b"").decode("latin-1")[:8192], base=url)
    where = "" if target is None else target.href
    match what_redirect(url, where):
        case Redirected.SLASH:
            what = "to the same path with another trailing slash"
        case Redirected.SECURE:
            what = "from http to https"
        case Redirected.INSECURE:
            what = "from https to plain http"
        case Redirected.LOGIN:
            what = "to a login"
        case _:
            what = "to another address"
    sentence = f"The server redirects {what}: {seen.shown.url(where, 300)}."
    return seen.conclude(LookAlike.REDIRECTED, sentence, seen.fix)


def cached(seen: Seen) -> list[Conclusion]:
    """A shared cache hands out what it kept for another page: past the cache the same request is allowed."""
    head = seen.head
    if head is None or seen.by_preflight or head.status >= 400 or not seen.passed("cache-buster"):
        return []
    signs = [name.decode("latin-1") for name in CACHE_SIGNS if name in head.headers]
    by = f" ({', '.join(signs)} in the response)" if signs else ""
    sentence = f"A cache{by} answered with a copy made for another origin; past the cache the page is allowed."
    fix = Fix(
        text="Send Vary: Origin with every response of this URL, also with those to requests without Origin, and then "
        "purge the cache. In a content network, also make Origin part of the cache key.",
        where="server-config",
        product=seen.product(head),
        fields=("Vary: Origin",),
    )
    return [seen.conclude(LookAlike.CACHED_ANSWER, sentence, fix, "cache-buster")]
