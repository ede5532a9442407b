"""What to do about a response without Access-Control-Allow-Origin: the status says which layer left it out."""

from crossorigin.browser import Reason

from .._fix import Fix
from .._shown import Shown, visible
from ._facts import Facts
from ._product_fix import product_fix
from ._products import product_of, signs_of
from ._remedy import header_lines, policy_fix
from ._who_answered import UNROUTED, Answerer, who_answered

OUTERMOST = "Put the CORS layer outermost (outside authentication, rate limits and the error handler), so that this "


def no_header_fixes(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    """The fixes, told apart by who answered."""
    who = who_answered(facts)
    lines = header_lines(facts)
    gateway = who is Answerer.GATEWAY
    fix = Fix(
        text=_text(facts, shown, who),
        where="server-config" if gateway else "app-code",
        product=_name(facts) if gateway else "",
        fields=lines,
    )
    policy = () if gateway else policy_fix(facts)
    if not facts.preflight:
        return (fix, *product_fix(facts), *policy)
    behind = Fix(
        text=f"The response to {visible(facts.method, 40)} itself also needs:", fields=header_lines(facts, actual=True)
    )
    return (fix, behind, *product_fix(facts), *policy)


def _name(facts: Facts) -> str:
    product = product_of(facts.headers)
    return "" if product is None else product.name


def _text(facts: Facts, shown: Shown, who: Answerer) -> str:
    if facts.preflight:
        return _of_preflight(facts, shown, who)
    status = facts.status
    match who:
        case Answerer.GATEWAY:
            return _gateway(facts, shown)
        case Answerer.NOT_MODIFIED:
            return (
                "The 304 lost the CORS headers, and because the page itself asked for a 304 (If-None-Match or "
                "If-Modified-Since) the browser checks the 304 alone. Send the same CORS headers on the 304 as on the "
                "200 (often an ETag or cache layer outside the CORS layer drops them), or remove that header from the "
                "page's request and leave revalidation to the browser. On the 304:"
            )
        case Answerer.AUTHENTICATION:
            return (
                f"The {status} came from authentication, before the CORS layer ran: the page is not signed in, or sent "
                f"no valid token. {OUTERMOST}response carries the headers too and the page can see the {status}:"
            )
        case Answerer.FAILURE:
            return (
                f"The server failed with {status}: this is not a CORS problem. Read the server's log and fix that "
                f"first. Error responses often skip the CORS layer. {OUTERMOST}response carries the headers too:"
            )
        case Answerer.REFUSAL:
            return (
                f"{_refusal(facts, shown)} {OUTERMOST}response carries the headers too and the page can see the "
                f"{status}:"
            )
        case Answerer.CORS_LAYER:
            return (
                f"The server uses CORS, and {visible(facts.origin)} is not on its list. Add it there, so that the "
                "response sends:"
            )
        case Answerer.UNKNOWN:
            return (
                "Look at the status in the Network panel first: an error page or a login often has no CORS headers, "
                "and then the error is what to fix. Otherwise the server does not allow this page's origin. Let it "
                "send:"
            )
        case Answerer.OTHER_RESPONSES:
            return (
                "The response to the preflight has CORS headers, and the response itself has not: another layer (a "
                "proxy, or a hand-written OPTIONS route) answers preflights. Let the response carry them as well:"
            )
        case Answerer.NO_ROUTE:
            return (
                f"The server has nothing for this method and path ({status}): check the URL first. If its other "
                "responses carry CORS headers, its error pages skip the CORS layer: put it outside the error handler. "
                "Send:"
            )
        case _:
            if not facts.headers.fields:
                # A console says only that this one is missing.
                return f"The server has no CORS here, or {visible(facts.origin)} is not on its list. Let it send:"
            return "No CORS header was sent at all: the server has no CORS here. Let it send:"


def _refusal(facts: Facts, shown: Shown) -> str:
    match facts.status:
        case 403 if _name(facts) == "API Gateway":
            return (
                "API Gateway answered 403, which it also does where it has no such method and path: check the URL and "
                "the deployment."
            )
        case 403:
            return (
                "The server refused the request (403): this client may not do that, or a filter in front of the app "
                "turned it away. Nothing failed."
            )
        case 413:
            return (
                "The request body is larger than the server takes (413): send less, or raise the limit (in nginx "
                "client_max_body_size)."
            )
        case 422:
            return (
                "The server rejected the request's content (422): its body says which field, and the page cannot read "
                "that yet."
            )
        case 429:
            after = facts.field(b"retry-after")
            wait = f" Retry-After says {shown.field('Retry-After', after, 60)[1]}." if after else ""
            return f"The client sends too many requests and the rate limit answered (429): send fewer.{wait}"
        case status:
            return f"The server refused the request with {status}: find out why first."


def _of_preflight(facts: Facts, shown: Shown, who: Answerer) -> str:
    status = facts.status
    match who:
        case Answerer.GATEWAY:
            return _gateway(facts, shown)
        case Answerer.AUTHENTICATION:
            return (
                f"Authentication answered the preflight ({status}). A preflight never carries credentials: let OPTIONS "
                "pass before authentication, with the CORS layer in front of it, and answer with status 204 and:"
            )
        case Answerer.FAILURE:
            return (
                f"The server failed with {status} on OPTIONS: read its log. The CORS layer should answer preflights "
                "before any code of the app runs, with status 204 and:"
            )
        case Answerer.REFUSAL:
            return f"{_preflight_refusal(facts)} Let the CORS layer answer OPTIONS before that, with status 204 and:"
        case Answerer.CORS_LAYER:
            return (
                f"The server uses CORS, and {visible(facts.origin)} is not on its list. Add it there, so that the "
                "response to the preflight sends:"
            )
        case Answerer.UNKNOWN:
            return (
                "Three causes are common: the server has no CORS; authentication asks the preflight for credentials, "
                "which it never carries (401, 403); no route answers OPTIONS (404, 405). Let the CORS layer answer "
                "OPTIONS first, before authentication and routing, with status 204 and:"
            )
        case _ if status in UNROUTED:
            # Firefox and Safari look at the status first, and say nothing of the headers.
            known = facts.finding.reason is not Reason.PREFLIGHT_STATUS
            none = ", and no CORS header was sent: the server has no CORS here" if known else ""
            return (
                f"No route answers OPTIONS there ({status}){none}. Let the server answer OPTIONS with status 204, "
                "before routing and authentication, and with:"
            )
        case _:
            if not facts.headers.fields:
                return (
                    f"The server answers OPTIONS, and has no CORS here or does not have {visible(facts.origin)} on its "
                    "list. Let the CORS layer answer OPTIONS first, with status 204 and:"
                )
            return (
                "The server answers OPTIONS itself, without any CORS header: it has no CORS here. Let the CORS layer "
                "answer OPTIONS first, with status 204 and:"
            )


def _preflight_refusal(facts: Facts) -> str:
    match facts.status:
        case 403 if _name(facts) == "API Gateway":
            return (
                "API Gateway answered 403 because this path has no OPTIONS method: enable CORS for the resource, and "
                "deploy the API."
            )
        case 403 if _name(facts) == "Amazon S3":
            return "No CORS rule of the bucket allows this origin, method and headers together."
        case 403:
            return (
                "Something refused the preflight (403): a firewall, an address filter or authentication. A preflight "
                "never carries credentials."
            )
        case 429:
            return "The rate limit answered the preflight (429): do not count OPTIONS towards the limit."
        case status:
            return (
                f"Something answered the preflight with {status} as if it were the request itself, such as a validator "
                f"or a handler."
            )


def _gateway(facts: Facts, shown: Shown) -> str:
    named = ", ".join(f"{name}: {shown.field(name, value, 60)[1]}" for name, value in signs_of(facts.headers))
    by = f" ({named})" if named else ""
    status = facts.status
    first = f"The {status} came from something in front of the app{by}, not from the app."
    match status:
        case 413:
            cause = (
                "The request body is larger than it takes: send less, or raise its limit (in nginx "
                "client_max_body_size)."
            )
        case 429:
            cause = "Its rate limit answered: send fewer requests."
        case 403:
            cause = "It refused the request: look at its firewall and access rules."
        case 404:
            cause = "It has no route for this path: check the URL and its routes."
        case 504 | 524:
            cause = "The app did not answer in time: this is not a CORS problem, so look at the app first."
        case _:
            cause = "The app is down, unreachable or too slow: this is not a CORS problem, so look at the app first."
    return (
        f"{first} {cause} Then let the gateway's own error pages carry the headers too, so that the page sees the real "
        f"status:"
    )
