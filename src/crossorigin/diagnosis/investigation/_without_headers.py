"""A response without CORS headers, of a server whose other responses may have them."""

from collections.abc import Iterator

from crossorigin.browser import ResponseHead
from crossorigin.explain import Fix

from ._conclusion import Conclusion, LookAlike
from ._origins import about_origin, absent, origin_unlisted
from ._probes import shows_cors
from ._seen import GATEWAY, Seen


def missing(seen: Seen, head: ResponseHead) -> Conclusion:
    """The response itself has no Access-Control-Allow-Origin, and no cache is in it."""
    names = ("preflight", "page", "cache-buster", "missing-path", "options", "head")
    allowed = [name for name in names if seen.allows(seen.response(name))]
    if head.status >= 400 or head.status == 304:
        return error(seen, head, allowed)
    if allowed and all(name in ("preflight", "options") for name in allowed):
        sentence = "Only the preflight's response has CORS headers; the response itself has none."
        fix = Fix(
            text="Another layer (a proxy, or a hand-written OPTIONS route) answers preflights. Let the response carry "
            "the headers as well:",
            fields=seen.fields,
        )
        return seen.conclude(LookAlike.RESPONSE_WITHOUT_HEADERS, sentence, fix, *allowed[:2])
    about = about_origin(seen)
    if about is None and allowed:
        about = origin_unlisted(seen, "another response shows it", *allowed[:2])
    return about or absent(seen)


def error(seen: Seen, head: ResponseHead, allowed: list[str]) -> Conclusion:
    """An error (or a 304) without headers: of a server that has CORS, or of one that has none?"""
    gateway = seen.in_front(head)
    if gateway and (allowed or head.status in GATEWAY):
        product = seen.product(head)
        by = product or "a gateway in front of the app"
        rest = (
            "while the app's responses allow this origin" if allowed else "so the app's own CORS headers are not known"
        )
        sentence = f"The {head.status} came from {by}, without CORS headers, {rest}."
        fix = Fix(
            text=f"Find out why {by} answered {head.status}: this is not a CORS problem. Then let its own error pages "
            "carry the headers too, so that the page sees the real status:",
            where="server-config",
            product=product,
            fields=seen.fields,
        )
        return seen.conclude(LookAlike.GATEWAY_ERROR, sentence, fix, *allowed[:2])
    if allowed:
        return error_of_app(seen, head, allowed)
    return about_origin(seen) or absent(seen)


def error_of_app(seen: Seen, head: ResponseHead, allowed: list[str]) -> Conclusion:
    good = [name for name in allowed if (seen.response(name) or head).status < 400]
    if seen.product(head) == "nginx" and good and len(good) == len(allowed) and head.status >= 400:
        return always(seen, head, good)
    what = "the 304" if head.status == 304 else f"the error {head.status}"
    sentence = f"The server uses CORS and allows this origin, but {what} has no CORS headers."
    fix = Fix(
        text=f"Find out why the server answers {head.status}. Put the CORS layer outermost (outside authentication, "
        "rate limits and the error handler), so that such responses carry the headers too:",
        fields=seen.fields,
    )
    return seen.conclude(LookAlike.ERROR_WITHOUT_HEADERS, sentence, fix, *allowed[:2])


def always(seen: Seen, head: ResponseHead, good: list[str]) -> Conclusion:
    sentence = f"nginx adds the CORS headers to successful responses only, and not to the {head.status}."
    pairs = [line.partition(": ") for line in seen.fields]
    code = "\n".join(f'add_header {name} "{value}" always;' for name, _, value in pairs)
    fix = Fix(
        text="Write always behind each add_header of a CORS header in nginx:",
        where="server-config",
        product="nginx",
        code=code,
    )
    return seen.conclude(LookAlike.ADD_HEADER_WITHOUT_ALWAYS, sentence, fix, *good[:2], "missing-path")


def errors_too(seen: Seen) -> Iterator[Conclusion]:
    """Errors that have no headers though other responses have: the next thing that the page would meet."""
    missing = seen.response("missing-path")
    good = [name for name in ("page", "cache-buster", "head") if seen.allows(seen.response(name))]
    good = [name for name in good if (seen.response(name) or ResponseHead(status=500)).status < 400]
    if missing is None or missing.status < 400 or not good or shows_cors(missing):
        return
    if seen.product(missing) == "nginx":
        yield always(seen, missing, good)
        return
    sentence = f"Errors have no CORS headers: a path that does not exist is answered with {missing.status} and none."
    fix = Fix(
        text="Put the CORS layer outermost, so that errors carry the headers too and the page can see their status:",
        fields=seen.fields,
    )
    yield seen.conclude(LookAlike.ERROR_WITHOUT_HEADERS, sentence, fix, *good[:1], "missing-path")
