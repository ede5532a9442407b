"""What people take for CORS and is not: said in the same form as a reason."""

from crossorigin.captures import Asked, Provenance
from crossorigin.explain import Fix, Shown

from ._diagnosis import Diagnosis

TOLD: dict[str, tuple[str, str, Fix]] = {
    "not-cors.server-error": (
        "The server failed, and the browser could read its response.",
        "The response has an error status and the page may read it: this is not a CORS problem.",
        Fix(text="Read the server's log and fix the error.", where="app-code"),
    ),
    "not-cors.login-redirect": (
        "The request was redirected to a login.",
        "The session is missing or has expired. A login page cannot be read by script: this is not a CORS problem.",
        Fix(
            text="Let the API answer 401 to requests made by script instead of redirecting them, and let the page "
            "navigate to the login (location.assign).",
            where="app-code",
        ),
    ),
    "not-cors.adblock": (
        "The browser or one of its extensions blocked the request.",
        "An ad blocker or a privacy extension stopped it before it was sent: this is not a CORS problem.",
        Fix(
            text="Try a private window without extensions. If that works, allow the site in the extension, or give the "
            "URL a name that block lists do not match.",
            where="user",
        ),
    ),
    "not-cors.dns": (
        "The host name could not be resolved.",
        "Nothing was sent, because the name has no address: this is not a CORS problem.",
        Fix(text="Check the host name in the URL, and the DNS of the machine that asks.", where="user"),
    ),
    "not-cors.refused": (
        "The connection could not be made.",
        "No server answered at this address and port: this is not a CORS problem.",
        Fix(text="Check that the server is running, and that it listens on this address and port.", where="app-code"),
    ),
    "not-cors.certificate": (
        "The browser does not trust the server's certificate.",
        "The TLS handshake failed, so nothing was sent: this is not a CORS problem.",
        Fix(
            text="Open the URL itself in a tab to see what is wrong with the certificate: its names, its dates, its "
            "chain. Replace it, or let the browser trust your own certificate authority.",
            where="server-config",
        ),
    ),
    "not-cors.console-noise": (
        "No message here is about a request that failed.",
        "These lines come from scripts, extensions or developer tools: this is not a CORS problem.",
        Fix(
            text="Look for a red line that names a URL. If there is none, copy the failed request in the Network "
            "panel (Copy as cURL) and paste that.",
            where="none",
        ),
    ),
}


REFUSALS: dict[int, str] = {
    401: "Sign in again, or let the page send a valid token or cookie with this request.",
    403: "Check what this user or token may do, and what a firewall in front of the server blocks.",
    404: "Check the URL: its host, its path and the trailing slash.",
    405: "Check the method and the URL: the server has no route for both together.",
    413: "Send less, or raise the server's limit (in nginx client_max_body_size).",
    429: "Send fewer requests, and wait as long as Retry-After says.",
}
"""What to do about a response that the page may read and that refuses the request."""


def not_cors(
    reason: str,
    provenance: Provenance,
    asked: Asked,
    shown: Shown,
    *,
    status: int | None = None,
    url_known: bool = True,
) -> Diagnosis:
    """The diagnosis of a code of `NOT_CORS`, with what is known of the request."""
    title, cause, fix = TOLD[reason]
    if reason == "not-cors.server-error" and status is not None and status < 500:
        title = f"The server refused the request with status {status}."
        text = REFUSALS.get(status, "Read the body of the response: it says what the server expects.")
        fix = Fix(text=text, where="app-code")
    return Diagnosis(
        reason=reason,
        title=title,
        cause=cause,
        fixes=(fix,),
        provenance=provenance,
        url=shown.url(asked.url) if url_known else None,
        origin=asked.origin,
        method=asked.method,
        status=status,
        asked=asked,
    )
