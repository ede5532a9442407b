"""The words of Chromium, Chrome and Edge: as recorded in Chromium 156, and older ones that are still pasted."""

from ._template import Role, Template

PREFLIGHT = "Response to preflight request doesn't pass access control check: "


def _says(text: str, *reasons: str, role: Role = "cause", inner: tuple[Template, ...] = ()) -> Template:
    return Template(text, reasons, role, "chromium", inner)


CHECKS = {
    "acao-missing": "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    "acao-multiple": (
        "The 'Access-Control-Allow-Origin' header contains multiple values '{header_value}', but only one is allowed."
    ),
    "acao-invalid": "The 'Access-Control-Allow-Origin' header contains the invalid value '{header_value}'.",
    "acao-mismatch": (
        "The 'Access-Control-Allow-Origin' header has a value '{header_value}' that is not equal to the supplied "
        "origin."
    ),
    "acao-wildcard-credentials": (
        "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the "
        "request's credentials mode is 'include'."
    ),
    "acac-not-true": (
        "The value of the 'Access-Control-Allow-Credentials' header in the response is '{header_value}' which must be "
        "'true' when the request's credentials mode is 'include'."
    ),
}
CHECK = {code: _says(text, code) for code, text in CHECKS.items()} | {
    f"preflight.{code}": _says(PREFLIGHT + text, f"preflight.{code}") for code, text in CHECKS.items()
}
"""What is said of each way to fail the CORS check, of a response or of a preflight, by its code."""

SEND_A_VALID_VALUE = _says(" Have the server send the header with a valid value.")
XHR_CREDENTIALS = _says(
    " The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute."
)

PREFLIGHT_STATUS = _says(PREFLIGHT + "It does not have HTTP ok status.", "preflight.status")
PREFLIGHT_REDIRECT = _says(PREFLIGHT + "Redirect is not allowed for a preflight request.", "preflight.redirect")
METHODS_INVALID = _says(
    "Cannot parse Access-Control-Allow-Methods response header field in preflight response.", "preflight.acam-invalid"
)
HEADERS_INVALID = _says(
    "Cannot parse Access-Control-Allow-Headers response header field in preflight response.", "preflight.acah-invalid"
)
METHOD_NOT_ALLOWED = _says(
    "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response.", "preflight.method"
)
HEADER_NOT_ALLOWED = _says(
    "Request header field {header} is not allowed by Access-Control-Allow-Headers in preflight response.",
    "preflight.header",
)
REDIRECT_USERINFO = _says(
    "Redirect location '{location}' contains a username and password, which is disallowed for cross-origin requests.",
    "redirect.userinfo",
)
SCHEMES = _says(
    "Cross origin requests are only supported for protocol schemes: {schemes}.", "scheme", "redirect.scheme"
)
LNA_INSECURE = _says(
    "The request client is not a secure context and the resource is in more-private address space `{address_space}`.",
    "lna.insecure",
)
LNA_DENIED = _says(
    "Permission was denied for this request to access the `{address_space}` address space.", "lna.denied"
)
LNA_MISMATCH = _says(
    "Request had a target IP address space of `{target_address_space}` yet the resource is in address space "
    "`{address_space}`.",
    "lna.mismatch",
)

# Chrome's before 74, for what it says today in other words.
_OLDER = (
    _says(
        "Response for preflight has invalid HTTP status code {status}.",
        "preflight.status",
    ),
    _says("Response for preflight has invalid HTTP status code {status}", "preflight.status"),
    _says("Response for preflight is invalid (redirect)", "preflight.redirect"),
    _says(
        "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the "
        "credentials mode of",
        "acao-wildcard-credentials",
    ),
    _says(
        "A wildcard '*' cannot be used in the 'Access-Control-Allow-Origin' header when the credentials flag is true.",
        "acao-wildcard-credentials",
    ),
    _says(
        "Credentials flag is 'true', but the 'Access-Control-Allow-Credentials' header is '{header_value}'.",
        "acac-not-true",
    ),
    _says("Method {method} is not allowed by Access-Control-Allow-Methods", "preflight.method"),
    _says("Request header field {header} is not allowed by Access-Control-Allow-Headers", "preflight.header"),
    _says(
        "Request had no target IP address space, yet the resource is in address space `{address_space}`.",
        "lna.mismatch",
    ),
    # Private Network Access, of which Local Network Access made a permission.
    _says(
        PREFLIGHT + "No 'Access-Control-Allow-Private-Network' header was present in the preflight response for this "
        "private network request targeting the `{address_space}` address space.",
        "lna.denied",
    ),
    _says(
        PREFLIGHT
        + "The 'Access-Control-Allow-Private-Network' header in the preflight response for this private network "
        "request targeting the `{address_space}` address space had a value of",
        "lna.denied",
    ),
    # As pasted from where `…` was made a font.
    _says(
        "The request client is not a secure context and the resource is in more-private address space {address_space}.",
        "lna.insecure",
    ),
    _says("Permission was denied for this request to access the {address_space} address space.", "lna.denied"),
    _says(
        "The request client is not a secure context and the resource is in more-private address space", "lna.insecure"
    ),
)

POLICY = (
    *CHECK.values(),
    PREFLIGHT_STATUS,
    PREFLIGHT_REDIRECT,
    METHODS_INVALID,
    HEADERS_INVALID,
    METHOD_NOT_ALLOWED,
    HEADER_NOT_ALLOWED,
    REDIRECT_USERINFO,
    SCHEMES,
    LNA_INSECURE,
    LNA_DENIED,
    LNA_MISMATCH,
    *_OLDER,
)
"""What stands behind "CORS policy: "."""

# What a message leaves open whose end is missing, or is in words that are not known here.
ANY_POLICY = (
    "acao-missing",
    "acao-mismatch",
    "preflight.acao-missing",
    "preflight.acao-mismatch",
    "preflight.status",
    "preflight.header",
    "preflight.method",
)
BLOCKED = _says(
    "Access to {api} at '{url}' from origin '{origin}' has been blocked by CORS policy: ", *ANY_POLICY, inner=POLICY
)
BLOCKED_AFTER_REDIRECT = _says(
    "Access to {api} at '{url}' (redirected from '{asked_url}') from origin '{origin}' has been blocked by CORS "
    "policy: ",
    *ANY_POLICY,
    inner=POLICY,
)
BROKEN_OFF = _says("Access to {api} at '{url}' from origin '{origin}' has been blocked by CORS", *ANY_POLICY)
WORKLET = _says("Failed to load worklet module script: {url} (CORS or access check error)", *ANY_POLICY, role="detail")
UNSAFE_ATTEMPT = _says(
    "Unsafe attempt to load URL {url} from frame with URL {page_url}. Domains, protocols and ports must match.",
    "mode-same-origin",
)
FETCH_SAME_ORIGIN = _says(
    'Fetch API cannot load {url}. Request mode is "same-origin" but the URL\'s origin is not same as the request '
    "origin {origin}.",
    "mode-same-origin",
)
FETCH_REDIRECT_MODE = _says(
    'Fetch API cannot load {url}. Request mode is "no-cors" but the redirect mode is not "follow".',
    "nocors-redirect-mode",
)
FETCH_SCHEME = _says('Fetch API cannot load {url}. URL scheme "{scheme}" is not supported.', "scheme")
LOCAL_RESOURCE = _says("Not allowed to load local resource: {url}", "scheme")

_CSP = 'violates the following Content Security Policy directive: "{directive}"'
_MIXED = "Mixed Content: The page at '{page_url}' was loaded over HTTPS, but "
_MODULE = 'server responded with a MIME type of "{mime_type}"'
_OPAQUE = (
    "Failed to execute '{what}' on 'HTMLCanvasElement': Tainted canvases may not be exported.",
    "Failed to execute '{what}' on 'OffscreenCanvas': Tainted",
    "Failed to execute '{what}' on 'CanvasRenderingContext2D': The canvas has been tainted by cross-origin data.",
    "Failed to execute '{what}' on 'OffscreenCanvasRenderingContext2D': The canvas has been tainted by cross-origin",
    "Failed to execute '{what}' on 'WebGLRenderingContext': The image element contains cross-origin data, and may not",
    "Failed to execute '{what}' on 'WebGL2RenderingContext': The image element contains cross-origin data, and may not",
    "Failed to execute '{what}' on 'WebGLRenderingContext': The video element contains cross-origin data, and may not",
    "Failed to read the '{what}' property from 'CSSStyleSheet': Cannot access rules",
    "MediaElementAudioSource outputs zeroes due to CORS access restrictions for {url}",
)

TEMPLATES = (
    BLOCKED_AFTER_REDIRECT,
    BLOCKED,
    BROKEN_OFF,
    WORKLET,
    UNSAFE_ATTEMPT,
    FETCH_SAME_ORIGIN,
    FETCH_REDIRECT_MODE,
    FETCH_SCHEME,
    LOCAL_RESOURCE,
    # Chrome's before 74.
    _says("Redirect from '{asked_url}' to '{url}' has been blocked by CORS policy: ", *ANY_POLICY, inner=POLICY),
    *(
        _says(f"{begin} {{url}}: {inner.text}", *inner.reasons)
        for begin in ("Failed to load", "XMLHttpRequest cannot load", "Fetch API cannot load")
        for inner in POLICY
    ),
    *(
        _says(f"{begin} {{url}}. {inner.text}", *inner.reasons)
        for begin in ("XMLHttpRequest cannot load", "Fetch API cannot load")
        for inner in POLICY
    ),
    _says("Origin '{origin}' is therefore not allowed access.", *ANY_POLICY, role="detail"),
    _says("The response had HTTP status code {status}.", role="detail"),
    # Mixed content. Where it "should be" over HTTPS or was upgraded, nothing is blocked.
    _says(_MIXED + "requested an insecure {what} '{url}'. This request has been blocked", "mixed-content"),
    _says(
        _MIXED + "attempted to connect to the insecure WebSocket endpoint '{url}'. This request has been blocked",
        "mixed-content",
    ),
    # Content Security Policy, as Chrome says it since 139, and as it did before.
    _says(f"Connecting to '{{url}}' {_CSP}", "csp"),
    _says(f"Loading the {{what}} '{{url}}' {_CSP}", "csp"),
    _says(f"Creating a worker from '{{url}}' {_CSP}", "csp"),
    _says(f"Loading media from '{{url}}' {_CSP}", "csp"),
    _says(f"Fetching a manifest from '{{url}}' {_CSP}", "csp"),
    _says(f"Framing '{{url}}' {_CSP}", "csp"),
    _says(f"Refused to connect to '{{url}}' because it {_CSP}", "csp"),
    _says(f"Refused to load the {{what}} '{{url}}' because it {_CSP}", "csp"),
    _says(f"Refused to load media from '{{url}}' because it {_CSP}", "csp"),
    _says(f"Refused to load manifest from '{{url}}' because it {_CSP}", "csp"),
    _says(f"Refused to create a worker from '{{url}}' because it {_CSP}", "csp"),
    _says(f"Refused to frame '{{url}}' because it {_CSP}", "csp"),
    _says(f"Refused to send form data to '{{url}}' because it {_CSP}", "csp"),
    _says("Fetch API cannot load {url}. Refused to connect because it violates", "csp"),
    # Kinds of content.
    _says("Cross-Origin Read Blocking (CORB) blocked cross-origin response {url} with MIME type {mime_type}.", "orb"),
    _says("Response was blocked by {what} (Opaque Response Blocking)", "orb"),
    _says("Failed to load module script: Expected a JavaScript module script but the " + _MODULE, "mime-type"),
    _says("Failed to load module script: Expected a JavaScript-or-Wasm module script but the " + _MODULE, "mime-type"),
    _says(
        'Failed to load module script: The server responded with a non-JavaScript MIME type of "{mime_type}"',
        "mime-type",
    ),
    _says("Failed to load module script: Expected a {what} module script but the " + _MODULE, "mime-type"),
    _says(
        "Refused to execute script from '{url}' because its MIME type ('{mime_type}') is not executable, and strict "
        "MIME type checking is enabled.",
        "nosniff",
    ),
    _says(
        "Refused to execute script from '{url}' because its MIME type ('{mime_type}') is not executable.", "mime-type"
    ),
    _says(
        "Refused to apply style from '{url}' because its MIME type ('{mime_type}') is not a supported stylesheet MIME "
        "type, and strict MIME checking is enabled.",
        "nosniff",
        "mime-type",
    ),
    # Workers and service workers.
    _says("Script at '{url}' cannot be accessed from origin '{origin}'.", "mode-same-origin"),
    _says(
        "Failed to register a ServiceWorker: The origin of the provided scriptURL ('{url}') does not match the current "
        "origin ('{origin}').",
        "mode-same-origin",
    ),
    _says(
        "Failed to register a ServiceWorker for scope ('{scope}') with script ('{url}'): The script has an unsupported "
        "MIME type ('{mime_type}').",
        "mime-type",
    ),
    _says(
        'The FetchEvent for "{url}" resulted in a network error response: an "opaque" response was used for a '
        "request whose type is not no-cors",
        "opaque",
    ),
    _says(
        'The FetchEvent for "{url}" resulted in a network error response: a redirected response was used for a '
        'request whose redirect mode is not "follow".',
        "redirect.error-mode",
    ),
    _says('The FetchEvent for "{url}" resulted in a network error response:', *ANY_POLICY, "transport"),
    *(_says(text, "opaque") for text in _OPAQUE),
    # WebSockets and event streams.
    _says(
        "WebSocket connection to '{url}' failed: Error during WebSocket handshake: Unexpected response code: {status}",
        "websocket-handshake",
    ),
    *(
        _says(f"WebSocket connection to '{{url}}' failed: Error in connection establishment: net::ERR_{code}", *reasons)
        for code, reasons in (
            ("CONNECTION_REFUSED", ("not-cors.refused",)),
            ("NAME_NOT_RESOLVED", ("not-cors.dns",)),
            ("CERT", ("not-cors.certificate",)),
            ("SSL", ("not-cors.certificate",)),
            ("", ("transport",)),
        )
    ),
    _says(
        "WebSocket connection to '{url}' failed:",
        "websocket-handshake",
        "not-cors.refused",
        "not-cors.certificate",
        "not-cors.dns",
        "transport",
    ),
    _says("EventSource's response has a MIME type ('{mime_type}') that is not 'text/event-stream'.", "mime-type"),
    # Of a message that lost its beginning.
    *(_says(PREFLIGHT + text, f"preflight.{code}", role="tail") for code, text in CHECKS.items()),
    *(_says(text, code, f"preflight.{code}", role="tail") for code, text in CHECKS.items()),
    *(
        _says(said.text, *said.reasons, role="tail")
        for said in (PREFLIGHT_STATUS, PREFLIGHT_REDIRECT, HEADER_NOT_ALLOWED)
    ),
)

# What `net::ERR_…` proves, by the code without its `ERR_`; a family by its beginning.
ANY_FAILURE = (*ANY_POLICY, "transport")
ERRORS: dict[str, tuple[str, ...]] = {
    "FAILED": ANY_FAILURE,
    "BLOCKED_BY_RESPONSE.NOTSAMEORIGINAFTERDEFAULTEDTOSAMEORIGINBYCOEP": ("corp.embedder-policy",),
    "BLOCKED_BY_RESPONSE.NOTSAMEORIGINAFTERDEFAULTEDTOSAMEORIGINBYDIP": ("corp.embedder-policy",),
    "BLOCKED_BY_RESPONSE.COEPFRAMERESOURCENEEDSCOEPHEADER": ("corp.embedder-policy",),
    "BLOCKED_BY_RESPONSE.NOTSAMEORIGIN": ("corp.same-origin",),
    "BLOCKED_BY_RESPONSE.NOTSAMESITE": ("corp.same-site",),
    "BLOCKED_BY_RESPONSE": ("corp.same-origin", "corp.same-site", "corp.embedder-policy"),
    "BLOCKED_BY_ORB": ("orb",),
    "BLOCKED_BY_CSP": ("csp",),
    "BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS": ("lna.denied", "lna.insecure", "lna.mismatch"),
    "BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS": ("lna.denied", "lna.insecure", "lna.mismatch"),
    "BLOCKED_BY_CLIENT": ("not-cors.adblock",),
    "BLOCKED_BY_ADMINISTRATOR": ("not-cors.adblock",),
    "NAME_": ("not-cors.dns",),
    "DNS_": ("not-cors.dns",),
    "ICANN_NAME_COLLISION": ("not-cors.dns",),
    "CONNECTION_REFUSED": ("not-cors.refused",),
    "CERT": ("not-cors.certificate",),
    "SSL_": ("not-cors.certificate",),
    "BAD_SSL_": ("not-cors.certificate",),
    "INSECURE_RESPONSE": ("not-cors.certificate",),
    "TOO_MANY_REDIRECTS": ("redirect.too-many",),
    "UNSAFE_REDIRECT": ("redirect.scheme",),
    "INVALID_REDIRECT": ("redirect.location",),
    "UNSAFE_PORT": ("bad-port",),
    "CACHE_MISS": ("only-if-cached",),
    "UNKNOWN_URL_SCHEME": ("scheme",),
    "DISALLOWED_URL_SCHEME": ("scheme",),
    "PROXY_AUTH": ("proxy-authentication",),
    "UNEXPECTED_PROXY_AUTH": ("proxy-authentication",),
}


def error_reasons(code: str) -> tuple[str, ...]:
    """What a network error proves or leaves open; `code` without `net::`, as in `ERR_CONNECTION_REFUSED`.

    None for one that is no failure: the page itself gave up (ERR_ABORTED).

    >>> error_reasons("ERR_CERT_AUTHORITY_INVALID")
    ('not-cors.certificate',)
    """
    name = code.upper().removeprefix("ERR_")
    if name == "ABORTED":
        return ()
    exact = ERRORS.get(name)
    families = (reasons for beginning, reasons in ERRORS.items() if name.startswith(beginning))
    return exact or next(families, ("transport",))
