"""What keeps a page from using a response, or from looking into it, although it came: CORP, ORB, types, opacity."""

from crossorigin.browser import Reason

from .._fix import Fix
from .._shown import Shown, visible
from ._facts import Facts
from ._remedy import policy_fix
from ._told import Told, one

CORP = one(
    "If pages of other origins may load this resource, let the server say so; or load it with CORS (the crossorigin "
    "attribute), where this header does not count:",
    fields=("Cross-Origin-Resource-Policy: cross-origin",),
)
TYPE = one(
    "Look at what was sent: an error page in place of the resource is the usual cause. If it is the resource, let the "
    "server send its true Content-Type (text/javascript, text/css, font/woff2, image/png …)."
)


def _opaque(facts: Facts, _shown: Shown) -> tuple[Fix, ...]:
    request = facts.verdict.request
    if request.mode == "navigate":
        text = (
            "A form or a frame is a navigation: no page reads its response, and it is not subject to CORS. To read a "
            "response, use fetch(). The server has to guard itself against such requests (SameSite cookies, a token, "
            "Sec-Fetch-Site)."
        )
        return (Fix(text=text, where="page-code"),)
    if request.keepalive:
        text = "The answer to a beacon cannot be read. To read it, use fetch(), with keepalive if need be."
        return (Fix(text=text, where="page-code"),)
    element = request.initiator_type not in ("fetch", "xmlhttprequest", "")
    page = Fix(
        text=(
            "Set the element's crossorigin attribute to anonymous (image.crossOrigin = 'anonymous' before src)"
            if element
            else "Remove the mode option of fetch(), which hides the response: its default mode is cors"
        )
        + ("." if _allowed(facts) else ", and let the server allow the page's origin:"),
        where="page-code",
        fields=() if _allowed(facts) or facts.opaque_page else _lines(facts),
    )
    if _allowed(facts) or facts.opaque_page:
        return (page,)
    return page, *(policy_fix(facts, facts.page_origin) if not facts.include else ())


def _allowed(facts: Facts) -> bool:
    """Whether the response would pass the CORS check for this page without credentials."""
    return facts.acao == "*" or (facts.acao == facts.page_origin and not facts.opaque_page)


def _lines(facts: Facts) -> tuple[str, ...]:
    # Without credentials: `anonymous` sends none to other origins, whatever a plain element does.
    return (f"Access-Control-Allow-Origin: {visible(facts.page_origin)}", "Vary: Origin")


RESOURCE: dict[Reason, Told] = {
    Reason.CORP_SAME_ORIGIN: Told(
        title="Only its own origin may load this response (Cross-Origin-Resource-Policy: same-origin).",
        what="{request} was answered with {status}, and the page at {page_origin} is of another origin.",
        why="The server asked browsers to keep this resource from pages of other origins that load it without CORS.",
        fixes=CORP,
    ),
    Reason.CORP_SAME_SITE: Told(
        title="Only its own site may load this response (Cross-Origin-Resource-Policy: same-site).",
        what="{request} was answered with {status}, and the page at {page_origin} is of another site.",
        why="The server asked browsers to keep this resource from pages of other sites that load it without CORS.",
        fixes=CORP,
    ),
    Reason.CORP_EMBEDDER_POLICY: Told(
        title="The page's Cross-Origin-Embedder-Policy requires this response to agree, and it does not.",
        what="{request} was answered with {status}, without a Cross-Origin-Resource-Policy that lets {page_origin} "
        "load it.",
        why="Under this policy a page loads from other origins only what says that it may be loaded.",
        fixes=CORP,
        deciding="cross-origin-resource-policy",
    ),
    Reason.ORB: Told(
        title="The browser hides the response, because this element cannot use its type.",
        what="{request} was answered with {status} and {content_type}.",
        why="Opaque Response Blocking keeps HTML, JSON and the like out of the memory of a page that could not read "
        "it.",
        fixes=TYPE,
        deciding="content-type",
    ),
    Reason.MIME_TYPE: Told(
        title="The response's Content-Type is not one that this feature takes.",
        what="{request} was answered with {status} and {content_type}.",
        why="Scripts and style sheets run with the page's rights, so browsers insist on the right type. This is not a "
        "CORS problem.",
        fixes=TYPE,
    ),
    Reason.NOSNIFF: Told(
        title="The response's Content-Type is wrong, and X-Content-Type-Options: nosniff forbids guessing.",
        what="{request} was answered with {status} and {content_type}.",
        why="With nosniff a script has to come as a script and a style sheet as one. This is not a CORS problem.",
        fixes=TYPE,
        deciding="content-type",
    ),
    Reason.OPAQUE: Told(
        title="The response loads, but the page may not read it.",
        what="{request} was made in mode no-cors and answered; the page gets an opaque response: no status, no "
        "headers, no body.",
        why="Without CORS a page may use what other origins send (show an image, run a script), but not look inside.",
        fixes=_opaque,
    ),
    Reason.OPAQUE_REDIRECT: Told(
        title="The response is a redirect that the page asked not to follow.",
        what="{request} was answered with {status}, and the request's redirect mode is manual.",
        why="The page learns that there was a redirect, and nothing more.",
        fixes=one(
            "To read what the redirect leads to, leave the redirect mode at follow.",
            where="page-code",
        ),
    ),
}
