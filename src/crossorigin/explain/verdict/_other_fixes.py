"""What to do where no field of CORS mends it: another layer ended the fetch."""

from crossorigin.browser import Reason

from .._fix import Fix
from .._shown import Shown, visible
from ._facts import Facts
from ._remedy import field_lines, policy_code


def fix_elsewhere(facts: Facts, shown: Shown) -> Fix:
    """The fixes that are no field of CORS."""
    origin = visible(facts.page_origin)
    match facts.finding.reason:
        case Reason.OPAQUE if facts.verdict.request.mode == "navigate":
            text = (
                "A form or a frame is a navigation: no page reads its response, and CORS has no say in it. To read "
                "one, ask by fetch(). What the server does for such requests it has to guard itself (SameSite "
                "cookies, a token, Sec-Fetch-Site)."
            )
        case Reason.OPAQUE if facts.verdict.request.keepalive:
            text = "Nobody reads the answer to a beacon. To read one, ask by fetch(), with keepalive if need be."
        case Reason.OPAQUE:
            return Fix(
                text="If the page has to read it, ask in mode cors (fetch's default; for an element, the crossorigin "
                "attribute), and let the server say:",
                fields=field_lines(facts, origin=facts.page_origin) if not facts.opaque_page else (),
                code=policy_code(facts, origin=facts.page_origin) if not facts.opaque_page else "",
            )
        case Reason.OPAQUE_REDIRECT:
            text = "If the page has to read what the redirect leads to, leave the redirect mode at follow."
        case Reason.REDIRECT_ERROR_MODE:
            text = f"Ask for {shown.url(facts.target)} directly, or leave the redirect mode at follow."
        case Reason.REDIRECT_TOO_MANY:
            text = "See where the redirects go round: they are all in the exchange. Ask for the last good URL directly."
        case Reason.REDIRECT_LOCATION:
            text = "Let the server send one Location, an absolute URL or a path, percent-encoded."
        case Reason.REDIRECT_SCHEME:
            text = "Let the server redirect to an https URL, or ask for the right URL directly."
        case Reason.REDIRECT_USERINFO:
            text = (
                "Take the user name and password out of the Location; send an Authorization header from the page "
                "instead."
            )
        case Reason.REDIRECT_STREAM_BODY:
            text = "Ask for the final URL directly, or send a body that can be sent twice (a string, a Blob, FormData)."
        case Reason.STREAM_BODY:
            text = (
                "Let the server speak HTTP/2 (over TLS), or send a body that is no stream (a string, a Blob, FormData)."
            )
        case Reason.KEEPALIVE_LIMIT:
            text = "Send less, or send it without keepalive while the page is still there."
        case Reason.ONLY_IF_CACHED:
            text = "Use another cache mode: default, force-cache or no-cache."
        case Reason.MODE_SAME_ORIGIN:
            text = (
                "Ask in mode cors (fetch's default), and let the server allow the page's origin; or serve the resource "
                f"from {origin}, as workers and SVG use elements need it."
            )
        case Reason.NOCORS_REDIRECT_MODE:
            text = "Leave the redirect mode at follow, or ask in mode cors."
        case Reason.SCHEME:
            text = "Serve it over https (or http), and ask for that URL."
        case Reason.BAD_PORT:
            text = "Serve it on another port: 80, 443, 3000, 8000, 8080 and 8443 are all fine."
        case Reason.MIXED_CONTENT:
            text = "Serve it over https, and ask for the https URL. For development, http://localhost counts as secure."
        case Reason.CSP:
            text = (
                "Add the server to the page's Content-Security-Policy (connect-src for fetch and XMLHttpRequest, "
                "font-src, img-src, script-src, style-src for the rest)."
            )
        case Reason.CORP_SAME_ORIGIN | Reason.CORP_SAME_SITE | Reason.CORP_EMBEDDER_POLICY:
            return Fix(
                text="If pages elsewhere may load this resource, let the server say so, or load it with CORS (the "
                "crossorigin attribute), where this field does not count:",
                fields=("Cross-Origin-Resource-Policy: cross-origin",),
            )
        case Reason.ORB | Reason.MIME_TYPE | Reason.NOSNIFF:
            text = (
                "Look at what was sent: an error page in place of the resource is the usual cause. If it is the "
                "resource, let the server send its true Content-Type (text/javascript, text/css, font/woff2, "
                "image/png …)."
            )
        case Reason.PROXY_AUTHENTICATION if facts.preflight:
            text = (
                "Authentication met the preflight, which never carries credentials: let OPTIONS pass before it is "
                "asked for, and let a server say 401 instead of 407."
            )
        case Reason.PROXY_AUTHENTICATION:
            text = (
                "If it came from the server itself, let it say 401 instead. If from a proxy, its address and password "
                "have to be set up there."
            )
        case Reason.WEBSOCKET_HANDSHAKE:
            text = (
                "Look at the server's log: its route, its authentication, or its guard on Origin refused the handshake."
            )
        case Reason.LNA_INSECURE:
            text = "Serve the page over https, or from the same network as what it asks for."
        case Reason.LNA_DENIED:
            text = (
                "Let the user allow it (the site's settings, local network access), or serve both from the same "
                "network."
            )
        case Reason.LNA_MISMATCH:
            text = "Give fetch the targetAddressSpace that is true of the server, or none."
        case _:
            text = _transport(facts)
    return Fix(text=text)


def _transport(facts: Facts) -> str:
    kind = "" if facts.failure is None else facts.failure.kind
    match kind:
        case "dns":
            return "Look at the host name, and at the DNS of the machine that asks."
        case "refused":
            return "Is the server running, and does it listen on this address and port?"
        case "tls":
            return (
                "Look at the certificate: its names, its dates, its chain. For a certificate authority of your own "
                "give --cacert FILE; browsers have to trust it as well."
            )
        case "timeout":
            return (
                "The server did not answer in time. Look at its load and at firewalls on the way; --timeout waits "
                "longer."
            )
        case "too-large":
            return "The response's header fields are larger than browsers accept: cut them down (cookies, usually)."
        case "application":
            return "The app raised an exception: see its traceback."
        case "protocol":
            return (
                "Nothing that is valid HTTP came back; the evidence says what did. Is it the right port, and http or "
                "https as the server speaks? Did the server crash on this request? Its log may tell."
            )
        case _:
            return "Look at the way to the server: its address, routes, firewalls, proxies."
