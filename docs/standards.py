"""Where each reason is decided: the algorithm's name and its address in the standard that has it."""

from crossorigin.browser import Reason

FETCH = "https://fetch.spec.whatwg.org/#"

CORS_CHECK = ("the CORS check", f"{FETCH}concept-cors-check")
PREFLIGHT = ("CORS-preflight fetch", f"{FETCH}cors-preflight-fetch-0")
REDIRECT = ("HTTP-redirect fetch", f"{FETCH}concept-http-redirect-fetch")
MAIN = ("main fetch", f"{FETCH}concept-main-fetch")
NETWORK_OR_CACHE = ("HTTP-network-or-cache fetch", f"{FETCH}concept-http-network-or-cache-fetch")
CORP = ("the cross-origin resource policy check", f"{FETCH}cross-origin-resource-policy-check")
LOCAL_NETWORK = ("Local Network Access", "https://wicg.github.io/local-network-access/")

OTHERS: dict[Reason, tuple[str, str]] = {
    Reason.STREAM_BODY: ("HTTP-network fetch", f"{FETCH}concept-http-network-fetch"),
    Reason.KEEPALIVE_LIMIT: NETWORK_OR_CACHE,
    Reason.ONLY_IF_CACHED: NETWORK_OR_CACHE,
    Reason.MODE_SAME_ORIGIN: MAIN,
    Reason.NOCORS_REDIRECT_MODE: MAIN,
    Reason.SCHEME: MAIN,
    Reason.BAD_PORT: ("port blocking", f"{FETCH}port-blocking"),
    Reason.MIXED_CONTENT: ("Mixed Content", "https://w3c.github.io/webappsec-mixed-content/"),
    Reason.CSP: ("Content Security Policy", "https://www.w3.org/TR/CSP3/"),
    Reason.ORB: ("main fetch, by Opaque Response Blocking", f"{FETCH}concept-main-fetch"),
    Reason.MIME_TYPE: (
        "the check of the MIME type",
        f"{FETCH}should-response-to-request-be-blocked-due-to-mime-type?",
    ),
    Reason.NOSNIFF: ("the check of nosniff", f"{FETCH}should-response-to-request-be-blocked-due-to-nosniff?"),
    Reason.PROXY_AUTHENTICATION: NETWORK_OR_CACHE,
    Reason.WEBSOCKET_HANDSHAKE: ("WebSockets", "https://websockets.spec.whatwg.org/"),
    Reason.TRANSPORT: ("HTTP-network fetch", f"{FETCH}concept-http-network-fetch"),
    Reason.OPAQUE: ("the opaque filtered response", f"{FETCH}concept-filtered-response-opaque"),
    Reason.OPAQUE_REDIRECT: (
        "the opaque-redirect filtered response",
        f"{FETCH}concept-filtered-response-opaque-redirect",
    ),
}


def _standard(reason: Reason) -> tuple[str, str]:
    if reason.removeprefix("preflight.").startswith(("acao-", "acac-")):
        return CORS_CHECK
    families = {"preflight": PREFLIGHT, "redirect": REDIRECT, "corp": CORP, "lna": LOCAL_NETWORK}
    family = families.get(reason.partition(".")[0])
    return OTHERS[reason] if family is None else family


STANDARDS: dict[Reason, tuple[str, str]] = {reason: _standard(reason) for reason in Reason}
