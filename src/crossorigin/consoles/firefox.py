"""The words of Firefox in English: as recorded in Firefox 153, and older ones that are still pasted.

Firefox says neither the page's origin nor the method. Its name for each reason of CORS stands in the page that a
message links to, `…/CORS/Errors/CORSMissingAllowOrigin`, in every language.
"""

from ._template import Role, Template


def _says(text: str, *reasons: str, role: Role = "cause", inner: tuple[Template, ...] = ()) -> Template:
    return Template(text, reasons, role, "firefox", inner)


ANY_FAILURE = (
    "transport",
    "not-cors.refused",
    "not-cors.dns",
    "not-cors.certificate",
    "not-cors.adblock",
    "redirect.too-many",
    "redirect.location",
    "redirect.scheme",
    "redirect.userinfo",
    "redirect.error-mode",
    "redirect.stream-body",
)
"""What "did not succeed" leaves open where no message before it says more."""

REASONS: dict[str, tuple[str, ...]] = {
    "CORSDisabled": ("not-cors.adblock",),
    "CORSDidNotSucceed": ANY_FAILURE,
    "CORSOriginHeaderNotAdded": ("transport",),
    "CORSExternalRedirectNotAllowed": ("preflight.redirect",),
    "CORSRequestNotHttp": ("scheme", "redirect.scheme"),
    "CORSMissingAllowOrigin": ("acao-missing",),
    "CORSMultipleAllowOriginNotAllowed": ("acao-multiple",),
    "CORSAllowOriginNotMatchingOrigin": ("acao-mismatch",),
    "CORSNotSupportingCredentials": ("acao-wildcard-credentials",),
    "CORSMethodNotFound": ("preflight.method",),
    "CORSMissingAllowCredentials": ("acac-not-true",),
    "CORSPreflightDidNotSucceed": ("preflight.status",),
    "CORSInvalidAllowMethod": ("preflight.acam-invalid",),
    "CORSInvalidAllowHeader": ("preflight.acah-invalid",),
    "CORSMissingAllowHeaderFromPreflight": ("preflight.header",),
}
"""The reasons by Firefox's own names. Those of the CORS check are a preflight's too: the message is the same."""


def reasons_of(name: str) -> tuple[str, ...]:
    """What one of Firefox's names says, in any of its forms; none for a name that is not known.

    >>> reasons_of("CORS Missing Allow Origin")
    ('acao-missing',)
    >>> reasons_of("CORSMissingAllowHeaderFromPreflight2")
    ('preflight.header',)
    """
    return _BY_SMALL_NAME.get(name.replace(" ", "").rstrip("0123456789").lower(), ())


_BY_SMALL_NAME = {name.lower(): reasons for name, reasons in REASONS.items()}


def _named(name: str, text: str) -> Template:
    return _says(text, *REASONS[name], role="echo" if name == "CORSDidNotSucceed" else "cause")


DID_NOT_SUCCEED = _named("CORSDidNotSucceed", "CORS request did not succeed")
EXTERNAL_REDIRECT = _named("CORSExternalRedirectNotAllowed", "CORS request external redirect not allowed")
NOT_HTTP = _named("CORSRequestNotHttp", "CORS request not http")
MISSING = _named("CORSMissingAllowOrigin", "CORS header ‘Access-Control-Allow-Origin’ missing")
MULTIPLE = _named("CORSMultipleAllowOriginNotAllowed", "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed")
MISMATCH = _named(
    "CORSAllowOriginNotMatchingOrigin", "CORS header ‘Access-Control-Allow-Origin’ does not match ‘{header_value}’"
)
WILDCARD = _named(
    "CORSNotSupportingCredentials",
    "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’",
)
METHOD_NOT_FOUND = _named("CORSMethodNotFound", "Did not find method in CORS header ‘Access-Control-Allow-Methods’")
CREDENTIALS = _named("CORSMissingAllowCredentials", "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’")
PREFLIGHT_DID_NOT_SUCCEED = _named("CORSPreflightDidNotSucceed", "CORS preflight response did not succeed")
INVALID_METHOD = _named(
    "CORSInvalidAllowMethod", "invalid token ‘{token}’ in CORS header ‘Access-Control-Allow-Methods’"
)
INVALID_HEADER = _named(
    "CORSInvalidAllowHeader", "invalid token ‘{token}’ in CORS header ‘Access-Control-Allow-Headers’"
)
HEADER_NOT_ALLOWED = _named(
    "CORSMissingAllowHeaderFromPreflight",
    "header ‘{header}’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response",
)

POLICY = (
    DID_NOT_SUCCEED,
    EXTERNAL_REDIRECT,
    NOT_HTTP,
    MISSING,
    MULTIPLE,
    MISMATCH,
    WILDCARD,
    METHOD_NOT_FOUND,
    CREDENTIALS,
    PREFLIGHT_DID_NOT_SUCCEED,
    INVALID_METHOD,
    INVALID_HEADER,
    HEADER_NOT_ALLOWED,
    _named("CORSDisabled", "CORS disabled"),
    _named("CORSOriginHeaderNotAdded", "CORS header ‘Origin’ cannot be added"),
    # Firefox's before 70.
    _named("CORSPreflightDidNotSucceed", "CORS preflight channel did not succeed"),
    _named(
        "CORSMissingAllowHeaderFromPreflight",
        "missing token ‘{header}’ in CORS header ‘Access-Control-Allow-Headers’ from CORS preflight channel",
    ),
)
"""What stands behind "Reason: "."""

_AT = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
BLOCKED = _says(_AT + "{url}. (Reason: ", inner=POLICY)
BLOCKED_QUOTED = _says(_AT + "‘{url}’. (Reason: ", inner=POLICY)
REASON_END = _says(").")
STATUS = _says(" Status code: {status}.")

MODE_SAME_ORIGIN = _says(
    "Security Error: Content at {page_url} may not load data from {url}.", "mode-same-origin", "scheme"
)
LOCAL_RESOURCE = _says("Security Error: Content at {page_url} may not load or link to {url}.", "scheme")
CORP = _says(
    "The resource at “{url}” was blocked due to its Cross-Origin-Resource-Policy header (or lack thereof). "
    "See https://developer.mozilla.org/docs/Web/HTTP/Cross-Origin_Resource_Policy_(CORP)#",
    "corp.same-origin",
    "corp.same-site",
    "corp.embedder-policy",
)
NOSNIFF = _says(
    "The resource from “{url}” was blocked due to MIME type (“{mime_type}”) mismatch (X-Content-Type-Options: "
    "nosniff).",
    "nosniff",
)
CANNOT_CONNECT = _says(
    "Firefox can’t establish a connection to the server at {url}.", "websocket-handshake", *ANY_FAILURE, role="detail"
)

TEMPLATES = (
    BLOCKED_QUOTED,
    BLOCKED,
    MODE_SAME_ORIGIN,
    LOCAL_RESOURCE,
    _says(CORP.text.partition(" See ")[0], *CORP.reasons),
    NOSNIFF,
    CANNOT_CONNECT,
    _says("Blocked loading mixed active content “{url}”", "mixed-content"),
    _says("Blocked loading mixed display content “{url}”", "mixed-content"),
    _says("The resource at “{url}” was blocked by OpaqueResponseBlocking.", "orb"),
    _says("A resource is blocked by OpaqueResponseBlocking", "orb", role="echo"),
    *(
        _says(f"{what} from “{{url}}” {how}because of a disallowed MIME type (“{{mime_type}}”).", "mime-type")
        for what, how in (
            ("Loading module", "was blocked "),
            ("Loading Worker", "was blocked "),
            ("Loading script", "with importScripts() was blocked "),
        )
    ),
    _says("Script from “{url}” was blocked because of a disallowed MIME type (“{mime_type}”).", "mime-type"),
    _says("The stylesheet {url} was not loaded because its MIME type, “{mime_type}”, is not “text/css”.", "mime-type"),
    # Content-Security-Policy since Firefox 128, 117, and before.
    *(
        _says(f"{name}: The page’s settings blocked {what} at {{url}} {because}", "csp")
        for name in ("Content-Security-Policy", "Content Security Policy")
        for what, because in (
            ("the loading of a resource ({directive})", "because it violates the following directive:"),
            ("a worker script ({directive})", "from being executed because it violates the following directive:"),
            ("a script ({directive})", "from being executed because it violates the following directive:"),
            ("a style ({directive})", "from being applied because it violates the following directive:"),
            ("the loading of a resource", "(“{directive}”)."),
            ("the loading of a resource", "("),
        )
    ),
    _says(
        "downloadable font: download failed ({font}): bad URI or cross-site access not allowed source: {url}",
        "acao-missing",
        "acao-mismatch",
        role="detail",
    ),
    _says("Failed to load ‘{url}’. A ServiceWorker passed an opaque Response to FetchEvent.respondWith()", "opaque"),
    _says(
        "Failed to load ‘{url}’. A ServiceWorker passed a redirected Response to FetchEvent.respondWith()",
        "redirect.error-mode",
    ),
    _says("SecurityError: The operation is insecure", "opaque"),
)

ERRORS: dict[str, tuple[str, ...]] = {
    "SSL_ERROR_": ("not-cors.certificate",),
    "SEC_ERROR_": ("not-cors.certificate",),
    "MOZILLA_PKIX_ERROR_": ("not-cors.certificate",),
    "NS_ERROR_UNKNOWN_HOST": ("not-cors.dns",),
    "NS_ERROR_UNKNOWN_PROXY_HOST": ("not-cors.dns",),
    "NS_ERROR_CONNECTION_REFUSED": ("not-cors.refused",),
    "NS_ERROR_NET_": ("transport",),
    "NS_ERROR_PROXY_": ("transport",),
    "NS_ERROR_OFFLINE": ("transport",),
    "NS_ERROR_REDIRECT_LOOP": ("redirect.too-many",),
    "NS_ERROR_DOM_CORP_FAILED": CORP.reasons,
    "NS_ERROR_DOM_COEP_FAILED": ("corp.embedder-policy",),
}
"""What Firefox's codes prove, by their beginnings."""
