"""A preflight that was not allowed: by whom, and for what."""

from collections.abc import Iterator

from crossorigin.browser import Reason, ResponseHead
from crossorigin.explain import Fix, tracer_of, visible

from ._conclusion import Conclusion, LookAlike
from ._origins import about_origin, absent
from ._probes import shows_cors
from ._seen import Seen

LISTED = 20
UNROUTED = frozenset({404, 405, 501})
REFUSALS = frozenset({401, 403, 407, 429})


def preflight(seen: Seen, head: ResponseHead) -> Iterator[Conclusion]:
    """The preflight's response allows nothing: by whom, and why?"""
    plain = seen.response("preflight-plain")
    if plain is not None and seen.allows(plain) and 200 <= plain.status < 300:
        method, headers = not_covered(seen, plain)
        if method or headers:
            yield from unlisted(seen, plain, "preflight-plain")
            return
    if seen.allows(head) and shows_cors(head):
        # A status that is not ok, from a layer that allows the origin.
        lists = b"access-control-allow-methods" in head.headers or b"access-control-allow-headers" in head.headers
        if lists and any(not_covered(seen, head)):
            yield from unlisted(seen, head)
        else:
            yield intercepted(seen, f"status {head.status}") if is_refusal(seen, head) else unhandled(seen, head)
        return
    refused = is_refusal(seen, head)
    if seen.passed("page", "cache-buster", "head"):
        yield intercepted(seen, f"status {head.status}") if refused else unhandled(seen, head)
        return
    about = about_origin(seen)
    if refused and not shows_cors(head):
        yield intercepted(seen, f"status {head.status}")
        page = seen.response("page")
        if about is not None or (page is not None and page.status < 400):
            yield about or absent(seen)
        return
    yield about or absent(seen)


def is_refusal(seen: Seen, head: ResponseHead) -> bool:
    return head.status in REFUSALS or seen.in_front(head)


def intercepted(seen: Seen, how: str) -> Conclusion:
    head = seen.head
    product = seen.product(head)
    status = 0 if head is None else head.status
    challenge = head is not None and b"www-authenticate" in head.headers
    if challenge or status in (401, 407):
        who = "Authentication"
    elif status == 429:
        who = "A rate limit"
    elif head is not None and 300 <= status < 400:
        who = "A login or a redirect"
    else:
        who = f"{product} or a firewall" if product else "A firewall, gateway or login"
    sentence = f"{who} answered the preflight ({how}) before the CORS layer could."
    fix = Fix(
        text="Let OPTIONS requests with Access-Control-Request-Method through to the CORS layer, before any login, "
        "rate limit or firewall rule: a preflight never carries cookies or tokens. The preflight's response then has "
        "status 204 and:",
        where="server-config" if product else "app-code",
        product=product,
        fields=seen.fields,
    )
    return seen.conclude(LookAlike.PREFLIGHT_INTERCEPTED, sentence, fix, "page", "cache-buster", "options")


def unhandled(seen: Seen, head: ResponseHead) -> Conclusion:
    how = "no route answers OPTIONS" if head.status in UNROUTED else f"it answers OPTIONS with status {head.status}"
    sentence = f"The server allows this origin on the response itself, but not on the preflight: {how}."
    if seen.allows(head):
        sentence = f"The preflight's response allows this origin, but it has no ok status: {how}."
    fix = Fix(
        text="Let the CORS layer answer OPTIONS itself, before routing and before any code of the app, with status 204 "
        "and:",
        fields=seen.fields,
    )
    return seen.conclude(LookAlike.PREFLIGHT_UNHANDLED, sentence, fix, "page", "cache-buster", "options")


def stale(seen: Seen) -> list[Conclusion]:
    """The same for a preflight."""
    head, fresh = seen.head, seen.response("preflight-cache-buster")
    if head is None or fresh is None or not seen.allows(fresh) or not 200 <= fresh.status < 300:
        return []
    if any(not_covered(seen, fresh)):
        return []
    fix = Fix(
        text="Do not cache responses to OPTIONS in the content network or proxy (or make Origin, "
        "Access-Control-Request-Method and Access-Control-Request-Headers part of the cache key), and purge what it "
        "has kept. Browsers keep a preflight as well, for Access-Control-Max-Age seconds: reload past it.",
        where="server-config",
        product=seen.product(head),
    )
    sentence = "A cache answered the preflight with an old response; past the cache the server allows it."
    return [seen.conclude(LookAlike.STALE_PREFLIGHT_CACHE, sentence, fix, "preflight-cache-buster")]


def not_covered(seen: Seen, head: ResponseHead) -> tuple[str, tuple[str, ...]]:
    """The method, and the header names, that a preflight's response does not allow; "" and none where it does."""
    send = seen.answers["preflight"][0]
    method = (send.headers.get(b"access-control-request-method") or b"").decode("latin-1")
    names = (send.headers.get(b"access-control-request-headers") or b"").decode("latin-1")
    methods = members(head, b"access-control-allow-methods")
    headers = {name.lower() for name in members(head, b"access-control-allow-headers")}
    any_method, any_header = ("*" in methods and not seen.include), ("*" in headers and not seen.include)
    missing = "" if method in ("GET", "HEAD", "POST", *methods) or any_method else method
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    return missing, tuple(name for name in wanted if name not in headers and not any_header)


def members(head: ResponseHead, name: bytes) -> list[str]:
    value = (head.headers.get(name) or b"").decode("latin-1")
    return [member.strip(" \t") for member in value.split(",")]


def unlisted(seen: Seen, head: ResponseHead, *names: str) -> Iterator[Conclusion]:
    """The method and the headers that are not allowed, each a cause of its own; none where all is allowed."""
    method, headers = not_covered(seen, head)
    if seen.verdict.reason is Reason.PREFLIGHT_AUTHORIZATION_WILDCARD:
        headers = headers or ("authorization",)
    if method:
        listed = [visible(each, 40) for each in members(head, b"access-control-allow-methods")[:LISTED] if each]
        fix = Fix(
            text="Add the method to the server's list, and keep what is there:",
            fields=(f"Access-Control-Allow-Methods: {', '.join([*listed, visible(method, 40)])}",),
        )
        sentence = f"The server uses CORS and allows this origin, but not the method {visible(method, 40)}."
        yield seen.conclude(LookAlike.METHOD_UNLISTED, sentence, fix, *names)
    if headers:
        yield header_unlisted(seen, head, headers, names)


def header_unlisted(seen: Seen, head: ResponseHead, headers: tuple[str, ...], names: tuple[str, ...]) -> Conclusion:
    shown = [visible(name, 60) for name in headers[:LISTED]]
    traced = [(name, tracer_of(name)) for name in headers[:LISTED]]
    by = "; ".join(
        f"{visible(name, 60)} was added by {tracer.name}: limit it to your own servers ({tracer.setting}), or"
        for name, tracer in traced
        if tracer is not None
    )
    listed = [visible(each, 60) for each in members(head, b"access-control-allow-headers")[:LISTED] if each]
    text = "add the request headers to the server's list, and keep what is there:"
    fix = Fix(
        text=f"{by[:1].upper()}{by[1:]} {text}" if by else f"{text[:1].upper()}{text[1:]}",
        fields=(f"Access-Control-Allow-Headers: {', '.join(dict.fromkeys([*listed, *shown]))}",),
    )
    tracers = dict.fromkeys(tracer.name for _, tracer in traced if tracer is not None)
    who = f", which {' and '.join(tracers)} added" if tracers else ""
    plural = "s" if len(shown) > 1 else ""
    sentence = (
        f"The server uses CORS and allows this origin, but not the request header{plural} {', '.join(shown)}{who}."
    )
    return seen.conclude(LookAlike.HEADER_UNLISTED, sentence, fix, *names)
