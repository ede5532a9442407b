"""What a script sees of a failure, in browsers and in Node: the words of fetch(), axios and others.

A browser's script is told nothing: its words prove no cause. Node knows no CORS at all, and says what went wrong.
"""

from ._template import Browser, Role, Template


def _says(text: str, *reasons: str, role: Role = "cause", browser: Browser = "node") -> Template:
    return Template(text, reasons, role, browser)


ANY_FAILURE = (
    "acao-missing",
    "preflight.acao-missing",
    "acao-mismatch",
    "preflight.status",
    "transport",
    "not-cors.refused",
    "not-cors.dns",
    "not-cors.certificate",
    "not-cors.adblock",
    "mixed-content",
    "csp",
)
"""What a script's words leave open in a browser, where no other message says more."""

NODE_FAILURE = ("transport", "not-cors.refused", "not-cors.dns", "not-cors.certificate")

TEMPLATES = (
    _says("TypeError: Failed to fetch", *ANY_FAILURE, role="tail", browser="chromium"),
    _says("NetworkError when attempting to fetch resource.", *ANY_FAILURE, role="tail", browser="firefox"),
    _says("TypeError: Load failed", *ANY_FAILURE, role="tail", browser="webkit"),
    _says("AxiosError: Network Error", *ANY_FAILURE, role="tail", browser=""),
    _says("Error: Network Error", *ANY_FAILURE, role="tail", browser=""),
    _says("Failed to fetch dynamically imported module: {url}", *ANY_FAILURE, role="detail", browser="chromium"),
    _says("error loading dynamically imported module: {url}", *ANY_FAILURE, role="detail", browser="firefox"),
    _says("TypeError: fetch failed", *NODE_FAILURE, role="tail"),
    _says("request to {url} failed, reason:", *NODE_FAILURE, role="detail"),
)

ERRORS: dict[str, tuple[str, ...]] = {
    "ECONNREFUSED": ("not-cors.refused",),
    "ENOTFOUND": ("not-cors.dns",),
    "EAI_AGAIN": ("not-cors.dns",),
    "ENODATA": ("not-cors.dns",),
    "ECONNRESET": ("transport",),
    "ECONNABORTED": ("transport",),
    "ETIMEDOUT": ("transport",),
    "EHOSTUNREACH": ("transport",),
    "ENETUNREACH": ("transport",),
    "EPIPE": ("transport",),
    "UND_ERR_CONNECT_TIMEOUT": ("transport",),
    "UND_ERR_HEADERS_TIMEOUT": ("transport",),
    "UND_ERR_SOCKET": ("transport",),
    "ERR_NETWORK": ANY_FAILURE,
    "EPROTO": ("not-cors.certificate", "transport"),
    "ERR_TLS_CERT_ALTNAME_INVALID": ("not-cors.certificate",),
    "DEPTH_ZERO_SELF_SIGNED_CERT": ("not-cors.certificate",),
    "SELF_SIGNED_CERT_IN_CHAIN": ("not-cors.certificate",),
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE": ("not-cors.certificate",),
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY": ("not-cors.certificate",),
    "CERT_HAS_EXPIRED": ("not-cors.certificate",),
    "CERT_NOT_YET_VALID": ("not-cors.certificate",),
}
"""What the code of an error proves. `ERR_NETWORK` is axios's in a browser, and proves nothing."""
