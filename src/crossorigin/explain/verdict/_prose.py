"""What is said about each reason: a title, what happened, and why browsers do it. Prose lives here and in `_fixes`.

The words in braces are filled in from the facts by `_words`.
"""

from dataclasses import dataclass

from crossorigin.browser import Reason


@dataclass(frozen=True, slots=True)
class Prose:
    """The three sentences about one reason; `{…}` is filled in from the facts."""

    title: str
    what: str
    why: str


_CORS_CHECK = {
    "acao-missing": Prose(
        "{The_response} has no Access-Control-Allow-Origin.",
        "{The_answer} came with status {status} and without the field that says who may read it.",
        "A page may read a response from another origin only if that response names the page's origin. Silence means "
        "no.",
    ),
    "acao-multiple": Prose(
        "{The_response} has more than one value in Access-Control-Allow-Origin.",
        "{The_answer} says {acao}, where exactly one origin may stand.",
        "Browsers compare the whole value with the page's origin, byte by byte: a list, or the same line twice, equals "
        "nothing. Two layers that each add the field are the usual cause.",
    ),
    "acao-invalid": Prose(
        "Access-Control-Allow-Origin of {the_response} is not an origin.",
        "{The_answer} says {acao}, which is no origin at all.",
        "An origin is written scheme://host, or scheme://host:port, without a path or a trailing slash. Browsers "
        "compare it byte by byte with the page's, so that anything else equals nothing.",
    ),
    "acao-mismatch": Prose(
        "{The_response} lets another origin read it, not this one.",
        "{The_answer} says {acao}, and the browser sent Origin: {origin}.",
        "Browsers compare the two byte by byte: scheme, host and port have to be the same, in lower case, without a "
        "trailing slash, and patterns mean nothing to them.",
    ),
    "acao-wildcard-credentials": Prose(
        "{The_response} allows anyone, which does not count for a request with credentials.",
        "{The_answer} says the wildcard, and the request's credentials mode is include.",
        "What a user's cookies open must not be readable by every site they visit. So with credentials the wildcard is "
        "an ordinary value that equals no origin.",
    ),
    "acac-not-true": Prose(
        "{The_response} does not allow credentials.",
        "{The_answer} allows the origin, but its Access-Control-Allow-Credentials is {acac}.",
        "For a request with credentials the server has to agree to both: the origin, and credentials. The one value "
        "that counts is true, in lower case, once.",
    ),
}

_PREFLIGHT_WHY = (
    " The browser asks beforehand (a preflight, by OPTIONS) since the request is none that a plain form could send."
)

PROSE: dict[Reason, Prose] = {
    **{Reason(code): prose for code, prose in _CORS_CHECK.items()},
    **{
        Reason(f"preflight.{code}"): Prose(prose.title, prose.what, prose.why + _PREFLIGHT_WHY)
        for code, prose in _CORS_CHECK.items()
    },
    Reason.PREFLIGHT_STATUS: Prose(
        "The preflight was answered with status {status}, which is no success.",
        "OPTIONS {url} was answered with {status}; a preflight counts only from 200 to 299.",
        "The status is how a server says that it understood the question. The browser asks before it sends {method}, "
        "and without a yes it does not send it.",
    ),
    Reason.PREFLIGHT_REDIRECT: Prose(
        "The preflight was redirected.",
        "OPTIONS {url} was answered with {status} and Location: {location}.",
        "Browsers do not follow redirects of a preflight: the answer has to come from the very URL that was asked for.",
    ),
    Reason.PREFLIGHT_ACAM_INVALID: Prose(
        "Access-Control-Allow-Methods of the preflight's answer cannot be parsed.",
        "The preflight's answer says {acam}, and {bad_method} is no method name.",
        "The field is a list of names with commas between them, without quotes. One bad item voids the whole answer.",
    ),
    Reason.PREFLIGHT_ACAH_INVALID: Prose(
        "Access-Control-Allow-Headers of the preflight's answer cannot be parsed.",
        "The preflight's answer says {acah}, and {bad_header} is no header name.",
        "The field is a list of names with commas between them, without quotes. One bad item voids the whole answer.",
    ),
    Reason.PREFLIGHT_METHOD: Prose(
        "The preflight's answer does not allow the method {method}.",
        "The browser asked for {method}; the answer's Access-Control-Allow-Methods is {acam}.",
        "GET, HEAD and POST are always allowed; every other method only by its name. Names are compared with regard to "
        "case{wildcard_method}.",
    ),
    Reason.PREFLIGHT_HEADER: Prose(
        "The preflight's answer does not allow the request {header_word} {missing_headers}.",
        "The browser asked for {requested_headers}; the answer's Access-Control-Allow-Headers is {acah}.",
        "Every header that a plain form could not send has to be allowed by its name{wildcard_header}.",
    ),
    Reason.PREFLIGHT_AUTHORIZATION_WILDCARD: Prose(
        "The preflight's answer does not name the authorization header.",
        "The browser asked for {requested_headers}; the answer's Access-Control-Allow-Headers is {acah}.",
        "By the Fetch standard the wildcard never covers Authorization: it has to be listed. No browser enforces that "
        "today.",
    ),
    Reason.REDIRECT_ERROR_MODE: Prose(
        "The response is a redirect, and the request forbids redirects.",
        "{request} was answered with {status}, and the request's redirect mode is error.",
        "The page asked for this itself: fetch(…, {{redirect: 'error'}}) fails on every redirect.",
    ),
    Reason.REDIRECT_TOO_MANY: Prose(
        "There were more than 20 redirects.",
        "{request} was the last of 21 requests, and it was answered with one more redirect.",
        "Browsers give up after 20 redirects. A longer chain is nearly always a loop.",
    ),
    Reason.REDIRECT_LOCATION: Prose(
        "The redirect's Location is not one URL.",
        "{request} was answered with {status} and Location: {location}.",
        "A Location that does not parse, or several of them, leads nowhere: the browser ends there.",
    ),
    Reason.REDIRECT_SCHEME: Prose(
        "The redirect leads to a URL that is not http or https.",
        "{request} was answered with {status} and Location: {location}.",
        "A fetch is redirected to http and https URLs only.",
    ),
    Reason.REDIRECT_USERINFO: Prose(
        "The redirect's Location has a user name or a password in it.",
        "{request} was answered with {status} and Location: {location}.",
        "A cross-origin request is never redirected to a URL that holds credentials.",
    ),
    Reason.REDIRECT_STREAM_BODY: Prose(
        "The redirect wants the body again, and the body was a stream.",
        "{request} was answered with {status}; its body was a stream and is spent.",
        "After 301, 302 (of other methods than POST), 307 and 308 the body is sent again, and a stream cannot be.",
    ),
    Reason.STREAM_BODY: Prose(
        "A stream can be uploaded over HTTP/2 only.",
        "{request} has a stream for its body, and the connection does not speak HTTP/2.",
        "Over HTTP/1.1 a body of unknown length may be refused after it was read, and a stream cannot be sent again.",
    ),
    Reason.KEEPALIVE_LIMIT: Prose(
        "The body is larger than a request may have that outlives its page.",
        "{request} is a keepalive request or a beacon, and its body is over the limit. Nothing was sent.",
        "All keepalive requests of a page together may carry 64 KiB, so that a closed page costs its user no more. It "
        "is no CORS problem.",
    ),
    Reason.ONLY_IF_CACHED: Prose(
        "The cache mode only-if-cached is for the page's own origin.",
        "The page at {page_origin} asked for {url} with cache mode only-if-cached. Nothing was sent.",
        "Otherwise a page could find out what its user has looked at elsewhere.",
    ),
    Reason.MODE_SAME_ORIGIN: Prose(
        "The request's mode is same-origin, and {url} is of another origin.",
        "The page at {page_origin} asked for {url} in mode same-origin. Nothing was sent there.",
        "In this mode a browser fails at once on another origin. Workers, SVG use elements, and tracks of media "
        "without crossorigin always fetch so.",
    ),
    Reason.NOCORS_REDIRECT_MODE: Prose(
        "A request in mode no-cors has to follow redirects.",
        "The page asked for {url} in mode no-cors with redirect mode {redirect_mode}. Nothing was sent.",
        "The page may not learn where a response it cannot read was redirected to.",
    ),
    Reason.SCHEME: Prose(
        "{url} is not an http or https URL.",
        "The page asked for {url} across origins. Nothing was sent.",
        "CORS is spoken over HTTP: there is no header to look at under another scheme.",
    ),
    Reason.BAD_PORT: Prose(
        "Browsers refuse to connect to this port.",
        "The page asked for {url}. Nothing was sent.",
        "Ports of mail, IRC, SSH and other old services are blocked in every browser, so that no page can be made to "
        "talk to them. It is no CORS problem, and no header mends it.",
    ),
    Reason.MIXED_CONTENT: Prose(
        "A secure page may not fetch over plain http.",
        "The page at {page_origin} asked for {url}. Nothing was sent.",
        "What comes over plain http can be read and changed on the way, so a page that is secure (https, or on "
        "localhost) may not use it. It is no CORS "
        "problem, and no header mends it.",
    ),
    Reason.CSP: Prose(
        "The page's own Content Security Policy forbids this URL.",
        "The page at {page_origin} asked for {url}. Nothing was sent.",
        "The policy of the page, not of the server it asks, decides where the page may connect.",
    ),
    Reason.CORP_SAME_ORIGIN: Prose(
        "The response may be loaded by its own origin only (Cross-Origin-Resource-Policy: same-origin).",
        "{request} was answered with {status}, and the page at {page_origin} is of another origin.",
        "The server asked browsers to keep this resource from pages of other origins, where they load it without CORS.",
    ),
    Reason.CORP_SAME_SITE: Prose(
        "The response may be loaded by its own site only (Cross-Origin-Resource-Policy: same-site).",
        "{request} was answered with {status}, and the page at {page_origin} is of another site.",
        "The server asked browsers to keep this resource from pages of other sites, where they load it without CORS.",
    ),
    Reason.CORP_EMBEDDER_POLICY: Prose(
        "The page's Cross-Origin-Embedder-Policy wants this response to agree, and it does not.",
        "{request} was answered with {status}, without a Cross-Origin-Resource-Policy that lets {page_origin} load it.",
        "Under this policy a page loads from other origins only what says that it may be loaded.",
    ),
    Reason.ORB: Prose(
        "The browser hides the response, since its type is none that this element can use.",
        "{request} was answered with {status} and {content_type}.",
        "Opaque Response Blocking keeps HTML, JSON and the like out of the memory of a page that could not read it.",
    ),
    Reason.MIME_TYPE: Prose(
        "The response's Content-Type is none that this feature takes.",
        "{request} was answered with {status} and {content_type}.",
        "Scripts and style sheets run with the page's rights, so browsers insist on the right type. It is no CORS "
        "problem.",
    ),
    Reason.NOSNIFF: Prose(
        "The response's Content-Type is wrong, and X-Content-Type-Options: nosniff forbids guessing.",
        "{request} was answered with {status} and {content_type}.",
        "With nosniff a script has to come as a script and a style sheet as one. It is no CORS problem.",
    ),
    Reason.PROXY_AUTHENTICATION: Prose(
        "A proxy wants authentication (status 407).",
        "{request} was answered with 407.",
        "It is a proxy's word and never a server's: the browser asks its user for the proxy's password, or fails. It "
        "is no CORS problem.",
    ),
    Reason.WEBSOCKET_HANDSHAKE: Prose(
        "The server did not open the WebSocket.",
        "{request} was answered with {status} instead of 101.",
        "WebSockets know no CORS: the browser sends the Origin, and it is the server that accepts or refuses.",
    ),
    Reason.LNA_INSECURE: Prose(
        "A page that is not secure may not reach into the local network.",
        "The page at {page_origin} asked for {url}, which is nearer to the user than the page. Nothing was sent.",
        "Routers, printers and developers' servers trust whoever is near. So browsers let pages of the public internet "
        "reach them only over https, and only if the user agrees. It is no CORS problem.",
    ),
    Reason.LNA_DENIED: Prose(
        "The user has not let this page reach the local network.",
        "The page at {page_origin} asked for {url}, which is nearer to the user than the page. Nothing was sent.",
        "Routers, printers and developers' servers trust whoever is near. So browsers ask their user first. It is no "
        "CORS problem.",
    ),
    Reason.LNA_MISMATCH: Prose(
        "The server is not in the address space that the request announced.",
        "The page at {page_origin} asked for {url}. Nothing was sent.",
        "A page that announces a local server and reaches another could be tricked into trusting it. It is no CORS "
        "problem.",
    ),
    Reason.TRANSPORT: Prose(
        "There was no answer: {failure}.",
        "{request} got no HTTP response.",
        "Without a response there is nothing that CORS could be asked about. It is no CORS problem, although a "
        "browser's console may call it one.",
    ),
    Reason.OPAQUE: Prose(
        "The response loads, but the page may not read it.",
        "{request} was made in mode no-cors and answered; the page gets an opaque response: no status, no headers, "
        "no body.",
        "Without CORS a page may use what other origins send (show an image, run a script), but not look inside.",
    ),
    Reason.OPAQUE_REDIRECT: Prose(
        "The response is a redirect that the page asked not to follow.",
        "{request} was answered with {status}, and the request's redirect mode is manual.",
        "The page learns that there was a redirect, and nothing more.",
    ),
}
