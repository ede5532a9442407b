"""A readable response that a cache may hand to the wrong page: its headers depend on Origin, and it does not say so."""

from collections.abc import Iterator

from crossorigin.browser import ResponseHead, Verdict

from .._shown import visible

LIMIT = 4096


def cache_notes(verdict: Verdict) -> Iterator[str]:
    """The word about `Vary: Origin`, where a response may be cached and lacks it."""
    head = verdict.exchanges[-1].answer if verdict.exchanges else None
    if verdict.response is None or verdict.response.type != "cors" or not isinstance(head, ResponseHead):
        return
    allowed = (head.headers.get(b"access-control-allow-origin") or b"").decode("latin-1")
    vary = {name.strip().lower() for name in (head.headers.get(b"vary") or b"").decode("latin-1")[:LIMIT].split(",")}
    if not allowed or vary & {"origin", "*"} or not _may_be_cached(head):
        return
    if allowed == "*":
        yield (
            "The response may be cached and has no Vary: Origin. That is fine if the server sends the wildcard with "
            "every response. If it sends it only to requests with an Origin (as S3 does), a copy without it can be "
            "served from a cache: send Vary: Origin with every response."
        )
    else:
        yield (
            f"The response names {visible(allowed)}, may be cached and has no Vary: Origin: a cache can give a page "
            "the copy that was made for another, or for a request without CORS, and the browser blocks it. Send Vary: "
            "Origin with every response of this URL."
        )


def _may_be_cached(head: ResponseHead) -> bool:
    """Whether the response says itself that it stays fresh."""
    control = (head.headers.get(b"cache-control") or b"").decode("latin-1")[:LIMIT].lower()
    directives = {
        name.strip(): value.strip() for name, _, value in (part.partition("=") for part in control.split(","))
    }
    if "no-store" in directives:
        return False
    ages = [directives.get(name, "").strip('"') for name in ("max-age", "s-maxage")]
    return (
        any(age.isdigit() and age.strip("0") for age in ages) or "immutable" in directives or b"expires" in head.headers
    )
