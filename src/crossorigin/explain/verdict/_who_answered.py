"""Who answered, as far as the response tells: the app without CORS, its CORS without this origin, or something else.

A *fix* that names the wrong layer costs an afternoon. What is told apart here is what people mistake for each other.
"""

from enum import StrEnum

from crossorigin.browser import ResponseHead

from ._facts import Facts
from ._products import product_of, signs_of
from ._redirects import Redirected

GATEWAY_STATUSES = frozenset({502, 503, 504, *range(520, 531)})
UNROUTED = frozenset({404, 405, 501})
OTHER_TECHNOLOGY_FIELDS = (b"x-powered-by", b"x-aspnet-version")
ALLOW_FIELDS = (
    b"access-control-allow-origin",
    b"access-control-allow-methods",
    b"access-control-allow-headers",
    b"access-control-allow-credentials",
    b"access-control-max-age",
    b"access-control-expose-headers",
)


class Answerer(StrEnum):
    """Who answered."""

    NO_CORS = "a server that sends no CORS header at all"
    CORS_LAYER = "a CORS layer that does not allow this"
    OTHER_RESPONSES = "a server whose other responses carry CORS headers"
    GATEWAY = "something in front of the app"
    FAILURE = "an app that failed"
    REFUSAL = "an app that refused the request"
    AUTHENTICATION = "authentication"
    LOGIN = "a redirect to a login"
    REDIRECT = "a redirect"
    NOT_MODIFIED = "a 304"
    NO_ROUTE = "a server without such a route"
    UNKNOWN = "a server whose status is not known"


def who_answered(facts: Facts) -> Answerer:
    """Who answered the request that failed, judged by its response and by what the same server answered before."""
    status = facts.status
    if status == 0:
        # What a console states is explained as well, and it may not say the status.
        return Answerer.UNKNOWN
    if facts.location is not None:
        return Answerer.LOGIN if facts.redirect is Redirected.LOGIN else Answerer.REDIRECT
    if status == 304:
        return Answerer.NOT_MODIFIED
    if status in (401, 407):
        return Answerer.AUTHENTICATION
    if is_gateway(facts):
        return Answerer.GATEWAY
    if status >= 500 and status not in UNROUTED:
        return Answerer.FAILURE
    if knows_cors(facts):
        return Answerer.CORS_LAYER
    if status >= 400 and status not in UNROUTED:
        return Answerer.REFUSAL
    if _answered_with_cors_before(facts):
        return Answerer.NO_ROUTE if status >= 400 else Answerer.OTHER_RESPONSES
    return Answerer.NO_ROUTE if status >= 400 else Answerer.NO_CORS


def may_be_python(facts: Facts) -> bool:
    """Whether a crossorigin policy could be of use: nothing says that the server is written in another language."""
    return not any(name in facts.headers for name in OTHER_TECHNOLOGY_FIELDS)


def is_gateway(facts: Facts) -> bool:
    """Whether something in front of the app wrote this response."""
    if facts.status in GATEWAY_STATUSES:
        return True
    product = product_of(facts.headers)
    html = (facts.field(b"content-type") or "").lower().startswith("text/html")
    by_gateway = (product is not None and product.gateway) or bool(signs_of(facts.headers))
    return facts.status >= 400 and facts.status not in (401, 407) and html and by_gateway


def knows_cors(facts: Facts) -> bool:
    """Whether the response shows that a CORS layer looked at it: it has such a header, or varies by Origin."""
    if any(name in facts.headers for name in ALLOW_FIELDS):
        return True
    vary = (facts.field(b"vary") or "")[:4096].lower()
    return "origin" in {name.strip() for name in vary.split(",")}


def _answered_with_cors_before(facts: Facts) -> bool:
    """Whether an earlier response of the same fetch carried Access-Control-Allow-Origin."""
    return any(
        exchange is not facts.exchange
        and isinstance(exchange.answer, ResponseHead)
        and b"access-control-allow-origin" in exchange.answer.headers
        and exchange.send.url.partition("#")[0] == facts.url
        for exchange in facts.verdict.exchanges
    )
