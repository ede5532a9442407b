"""What a browser blocks before it sends anything: the page's own request, its policies, and the network it is in."""

from crossorigin.browser import Reason, parse_url
from crossorigin.standard import is_loopback_host

from .._fix import Fix
from .._shown import Shown, visible
from ._facts import Facts
from ._redirected import PROXY_SETTINGS
from ._told import Told, one

NOT_CORS = "This is not a CORS problem, and no header fixes it."
LOCAL = (
    "Routers, printers and developers' servers trust whoever is near. So browsers ask the user before a page of the "
    f"public internet reaches them. {NOT_CORS}"
)


def _same_origin(facts: Facts, _shown: Shown) -> tuple[Fix, ...]:
    origin = visible(facts.page_origin)
    if facts.verdict.request.destination in ("worker", "sharedworker", "serviceworker"):
        text = (
            f"Serve the worker's script from {origin}: browsers load workers from the page's own origin only. A script "
            "there may import the foreign one."
        )
    else:
        text = (
            "Ask in mode cors (the default of fetch), and let the server allow the page's origin; or serve the "
            f"resource from {origin}."
        )
    return (Fix(text=text, where="page-code"),)


def _mixed(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    if facts.redirected and facts.first_url.startswith("https:"):
        text = (
            f"The server redirected {shown.url(facts.first_url)} to plain http: it does not know that it runs behind "
            f"TLS. Let it trust the X-Forwarded-Proto header of its proxy ({PROXY_SETTINGS}), or request the https "
            "form of the target directly."
        )
        return (Fix(text=text, where="app-code"),)
    text = "Serve it over https, and request the https URL. For development, http://localhost counts as secure."
    return (Fix(text=text, where="page-code"),)


def _scheme(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    url = parse_url(facts.url)
    host = facts.url.partition("/")[0]
    if url is not None and url.scheme == "file":
        text = (
            "Browsers let no page read local files by URL. Serve the folder over http and open the page from there: "
            "run python -m http.server 8000 in it, and go to http://localhost:8000/."
        )
    elif url is not None and (url.scheme == "localhost" or "." in url.scheme):
        text = f"The URL has no scheme, so the browser takes {visible(url.scheme, 100)} for one. Write it in front: "
        text += (
            f"{shown.url(f'http://{facts.url}')}"
            if is_loopback_host(host.partition(":")[0])
            else f"https://{visible(host, 100)}/…"
        )
    else:
        text = "Serve it over https (or http), and request that URL."
    return (Fix(text=text, where="page-code"),)


def _denied(_facts: Facts, _shown: Shown) -> tuple[Fix, ...]:
    return (
        Fix(
            text="Allow the permission in the site's settings (local network access), then reload the page. A frame "
            "also needs it in its Permissions-Policy. Or serve the page and the server from the same network.",
            where="user",
        ),
        Fix(
            text="Once the permission is there, the server has to allow the page's origin by CORS as everywhere.",
            where="none",
        ),
    )


BLOCKED_BEFORE: dict[Reason, Told] = {
    Reason.STREAM_BODY: Told(
        title="A stream can be uploaded over HTTP/2 only.",
        what="{request} has a stream for its body, and the connection does not use HTTP/2.",
        why="Over HTTP/1.1 a server may refuse a body of unknown length after reading it, and a stream cannot be sent "
        "again.",
        fixes=one(
            "Let the server use HTTP/2 (over TLS), or send a body that is not a stream (a string, a Blob, FormData).",
            where="page-code",
        ),
    ),
    Reason.KEEPALIVE_LIMIT: Told(
        title="The body is larger than a request that outlives its page may have.",
        what="{request} is a keepalive request or a beacon, and its body is over the limit. Nothing was sent.",
        why="All keepalive requests of a page together may carry 64 KiB. This is not a CORS problem.",
        fixes=one("Send less, or send it without keepalive while the page is still open.", where="page-code"),
    ),
    Reason.ONLY_IF_CACHED: Told(
        title="The cache mode only-if-cached works for the page's own origin only.",
        what="The page at {page_origin} asked for {url} with cache mode only-if-cached. Nothing was sent.",
        why="Otherwise a page could find out what its user has looked at elsewhere.",
        fixes=one("Use another cache mode: default, force-cache or no-cache.", where="page-code"),
    ),
    Reason.MODE_SAME_ORIGIN: Told(
        title="The request's mode is same-origin, and {url} is of another origin.",
        what="The page at {page_origin} asked for {url} in mode same-origin. Nothing was sent there.",
        why="In this mode a browser fails at once on another origin. Workers, SVG use elements, and tracks of media "
        "without crossorigin always fetch in it.",
        fixes=_same_origin,
    ),
    Reason.NOCORS_REDIRECT_MODE: Told(
        title="A request in mode no-cors has to follow redirects.",
        what="The page asked for {url} in mode no-cors with redirect mode {redirect_mode}. Nothing was sent.",
        why="The page may not learn where a response it cannot read was redirected to.",
        fixes=one("Leave the redirect mode at follow, or ask in mode cors.", where="page-code"),
    ),
    Reason.SCHEME: Told(
        title="{url} is not an http or https URL.",
        what="The page asked for {url} across origins. Nothing was sent.",
        why="CORS works over HTTP: other schemes have no headers to look at.",
        fixes=_scheme,
    ),
    Reason.BAD_PORT: Told(
        title="Browsers refuse to connect to this port.",
        what="The page asked for {url}. Nothing was sent.",
        why="Ports of mail, IRC, SSH and other old services are blocked in every browser, so that a page cannot be "
        f"made to talk to them. {NOT_CORS}",
        fixes=one("Serve it on another port: 80, 443, 3000, 8000, 8080 and 8443 all work.", where="server-config"),
    ),
    Reason.MIXED_CONTENT: Told(
        title="A secure page may not fetch over plain http.",
        what="The page at {page_origin} asked for {url}. Nothing was sent.",
        why="What comes over plain http can be read and changed on the way, so a secure page (https, or on localhost) "
        f"may not use it. {NOT_CORS}",
        fixes=_mixed,
    ),
    Reason.CSP: Told(
        title="The page's own Content Security Policy forbids this URL.",
        what="The page at {page_origin} asked for {url}. Nothing was sent.",
        why="The policy of the page, not of the server it asks, decides where the page may connect. This is not a CORS "
        "problem.",
        fixes=one(
            "Add the server to the page's Content-Security-Policy (connect-src for fetch and XMLHttpRequest; font-src, "
            "img-src, script-src or style-src for the rest).",
            where="page-code",
        ),
    ),
    Reason.LNA_INSECURE: Told(
        title="A page that is not secure may not reach into the local network.",
        what="The page at {page_origin} asked for {url}, which is nearer to the user than the page. Nothing was sent.",
        why=LOCAL,
        fixes=one(
            "Serve the page over https, or from the same network as what it asks for. If it already is, say so: "
            "--page-address-space in the command, address_space in a test.",
            where="page-code",
        ),
    ),
    Reason.LNA_DENIED: Told(
        title="The user has not let this page reach the local network.",
        what="The page at {page_origin} asked for {url}, which is nearer to the user than the page. Nothing was sent.",
        why=LOCAL,
        fixes=_denied,
    ),
    Reason.LNA_MISMATCH: Told(
        title="The server is not in the address space that the request announced.",
        what="The page at {page_origin} asked for {url}. Nothing was sent.",
        why="A page that announces a local server and reaches another could be tricked into trusting it. This is not a "
        "CORS problem.",
        fixes=one("Give fetch the targetAddressSpace that is true of the server, or leave it out.", where="page-code"),
    ),
}
