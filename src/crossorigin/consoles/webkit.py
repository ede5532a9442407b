"""The words of WebKit, so of Safari and of every browser on iOS: from its source, not recorded.

WebKit says what failed in one message, without the URL, and which URL in another.
"""

from ._template import Role, Template


def _says(text: str, *reasons: str, role: Role = "cause", inner: tuple[Template, ...] = ()) -> Template:
    return Template(text, reasons, role, "webkit", inner)


# A preflight is answered with a 2xx here: any other status is said to be one before its headers are looked at.
NOT_ALLOWED = _says(
    "Origin {origin} is not allowed by Access-Control-Allow-Origin. Status code: {status}",
    "acao-missing",
    "acao-mismatch",
    "preflight.acao-missing",
    "preflight.acao-mismatch",
)
WILDCARD = _says(
    "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
    "acao-wildcard-credentials",
    "preflight.acao-wildcard-credentials",
)
MULTIPLE = _says(
    "Access-Control-Allow-Origin cannot contain more than one origin.", "acao-multiple", "preflight.acao-multiple"
)
CREDENTIALS = _says(
    'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".',
    "acac-not-true",
    "preflight.acac-not-true",
)
PREFLIGHT_STATUS = _says("Preflight response is not successful. Status code: {status}", "preflight.status")
METHODS_INVALID = _says(
    "Header Access-Control-Allow-Methods has an invalid value: {header_value}", "preflight.acam-invalid"
)
HEADERS_INVALID = _says(
    "Header Access-Control-Allow-Headers has an invalid value: {header_value}", "preflight.acah-invalid"
)
METHOD_NOT_ALLOWED = _says("Method {method} is not allowed by Access-Control-Allow-Methods.", "preflight.method")
HEADER_NOT_ALLOWED = _says(
    "Request header field {header} is not allowed by Access-Control-Allow-Headers.", "preflight.header"
)
CORP = _says(
    "Cancelled load to {url} because it violates the resource's Cross-Origin-Resource-Policy response header.",
    "corp.same-origin",
    "corp.same-site",
    "corp.embedder-policy",
)
REDIRECT_SCHEME = _says("not allowed to follow a cross-origin CORS redirection with non CORS scheme", "redirect.scheme")
REDIRECT_USERINFO = _says("redirection URL {location} has credentials", "redirect.userinfo")
REDIRECT_MODE = _says("Not allowed to follow a redirection while loading {url}", "redirect.error-mode")
TOO_MANY_REDIRECTS = _says("Load cannot follow more than 20 redirections", "redirect.too-many")
SAME_ORIGIN = _says(
    "Unsafe attempt to load URL {url} from origin {origin}. Domains, protocols and ports must match.",
    "mode-same-origin",
)
SCHEME = _says("Cross origin requests are only supported for HTTP.", "scheme")
MIXED_CONTENT = _says(
    "[blocked] The page at {page_url} requested insecure content from {url}. This content was blocked and must be "
    "served over HTTPS.",
    "mixed-content",
)

CODES = (
    "acao-missing",
    "acao-multiple",
    "acao-invalid",
    "acao-mismatch",
    "acao-wildcard-credentials",
    "acac-not-true",
)
"""The ways to fail the CORS check, for which there are fewer messages: no value is told from another that is wrong."""

CHECK = (
    NOT_ALLOWED,
    _says("Origin {origin} is not allowed by Access-Control-Allow-Origin.", *NOT_ALLOWED.reasons),
    WILDCARD,
    MULTIPLE,
    CREDENTIALS,
)
"""What is said of each way to fail the CORS check, of a response and of a preflight alike."""

REASONS = (
    *CHECK,
    PREFLIGHT_STATUS,
    _says("Preflight response is not successful", "preflight.status", "preflight.redirect"),
    METHODS_INVALID,
    HEADERS_INVALID,
    METHOD_NOT_ALLOWED,
    HEADER_NOT_ALLOWED,
    CORP,
    REDIRECT_MODE,
    TOO_MANY_REDIRECTS,
    SAME_ORIGIN,
    SCHEME,
    _says("Cross origin requests are not allowed when using same-origin fetch mode.", "mode-same-origin"),
    _says("Redirection to URL with a scheme that is not HTTP(S).", "redirect.scheme"),
    _says("Blocked by Content Security Policy.", "csp"),
    _says("Cross-origin redirection denied by Content Security Policy.", "csp"),
    _says("Blocked by content extension", "not-cors.adblock"),
    _says("The URL was blocked by a content blocker", "not-cors.adblock"),
    _says("A server with the specified hostname could not be found.", "not-cors.dns"),
    _says("Could not connect to the server.", "not-cors.refused", "transport"),
    _says("The certificate for this server is invalid.", "not-cors.certificate"),
    _says("An SSL error has occurred", "not-cors.certificate"),
    _says("The network connection was lost.", "transport"),
    _says("The request timed out.", "transport"),
    _says("The Internet connection appears to be offline.", "transport"),
)

# Of a redirect, the response that was refused is the redirect itself; its URL is not said, only where it leads to.
REDIRECTION = Template(
    "Cross-origin redirection to {url} denied by Cross-Origin Resource Sharing policy: ",
    ("acao-missing", "acao-mismatch"),
    browser="webkit",
    implied=(("redirection", "yes"),),
    inner=(
        *(_says(check.text, *(r for r in check.reasons if not r.startswith("preflight."))) for check in CHECK),
        REDIRECT_SCHEME,
        REDIRECT_USERINFO,
    ),
)

ANY_CHECK = (
    "acao-missing",
    "acao-mismatch",
    "preflight.status",
    "preflight.acao-missing",
    "preflight.header",
    "preflight.method",
)
CANNOT_LOAD = {
    api: Template(
        f"{begin} {{url}} due to access control checks.",
        ANY_CHECK,
        "detail",
        "webkit",
        implied=(("api", api),) if api else (),
    )
    for api, begin in {
        "fetch": "Fetch API cannot load",
        "XMLHttpRequest": "XMLHttpRequest cannot load",
        "EventSource": "EventSource cannot load",
        "beacon": "Beacon API cannot load",
        "": "Cannot load",
    }.items()
}
"""Which URL it was about, by what asked; "" for elements."""

# The resource's own message: what was said before, once more, with the last part of the URL's path behind it.
FAILED = _says("Failed to load resource: ", role="echo", inner=(REDIRECTION, *REASONS))
_CSP = "directive of the Content Security Policy."

TEMPLATES = (
    REDIRECTION,
    *CANNOT_LOAD.values(),
    *(
        _says(f"{message.literals[0]}{{url}}. {inner.text}", *inner.reasons)
        for message in CANNOT_LOAD.values()
        for inner in REASONS
    ),
    FAILED,
    *REASONS,
    MIXED_CONTENT,
    _says("[blocked] The page at {page_url} was not allowed to run insecure content from {url}.", "mixed-content"),
    _says("[blocked] The page at {page_url} was not allowed to display insecure content from {url}.", "mixed-content"),
    _says(f"Refused to connect to {{url}} because it does not appear in the {{directive}} {_CSP}", "csp"),
    _says(f"Refused to load {{url}} because it does not appear in the {{directive}} {_CSP}", "csp"),
    _says('Refused to execute {url} as script because "X-Content-Type-Options: nosniff" was given', "nosniff"),
    _says("Did not parse stylesheet at '{url}' because non CSS MIME types are not allowed", "mime-type", "nosniff"),
    _says(
        "Content blocker prevented frame displaying {page_url} from loading a resource from {url}", "not-cors.adblock"
    ),
)
