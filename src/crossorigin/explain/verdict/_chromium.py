"""The words Chromium prints in its console, as measured in Chromium 156."""

from crossorigin.browser import Reason

from ._facts import Facts

PREFLIGHT = "Response to preflight request doesn't pass access control check: "
SEND_A_VALID_VALUE = " Have the server send the header with a valid value."
XHR_CREDENTIALS = (
    " The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute."
)
CORS_SCHEMES = (
    "chrome, chrome-experimental-site-token-provider, chrome-extension, chrome-untrusted, data, http, "
    "https, isolated-app"
)
SAME_ORIGIN_FRAME = "Domains, protocols and ports must match."
SAME_ORIGIN_MODE = 'Request mode is "same-origin" but the URL\'s origin is not same as the request origin'
KINDS_BY_DESTINATION = {
    "audio": "audio",
    "audioworklet": "script",
    "font": "font",
    "image": "image",
    "manifest": "manifest",
    "paintworklet": "script",
    "script": "script",
    "serviceworker": "script",
    "sharedworker": "script",
    "style": "CSS stylesheet",
    "track": "text track",
    "video": "video",
    "worker": "script",
}
WORKERS = frozenset({"worker", "sharedworker", "serviceworker"})
SILENT_SCHEMES = ("", "about", "blob", "data", "file", "view-source")
KINDS_BY_API = {"fetch": "fetch", "xmlhttprequest": "XMLHttpRequest", "link": "link element resource"}


def chromium_console(facts: Facts) -> tuple[str, ...]:
    """The messages Chromium prints for this finding; none where it prints none (`net::ERR_…` lines apart)."""
    reason = _reason(facts)
    kind = _kind(facts)
    url, page_url = facts.url, facts.verdict.page.url
    match reason:
        case Reason.MODE_SAME_ORIGIN if facts.verdict.request.destination in WORKERS:
            # The constructor throws, and that is all.
            return ()
        case Reason.MODE_SAME_ORIGIN if facts.redirected or kind not in ("fetch", "XMLHttpRequest"):
            return (f"Unsafe attempt to load URL {url} from frame with URL {page_url}. {SAME_ORIGIN_FRAME}",)
        case Reason.MODE_SAME_ORIGIN:
            return (f"Fetch API cannot load {url}. {SAME_ORIGIN_MODE} {facts.page_origin}.",)
        case Reason.NOCORS_REDIRECT_MODE:
            return (f'Fetch API cannot load {url}. Request mode is "no-cors" but the redirect mode is not "follow".',)
        case Reason.SCHEME if url.startswith("file:") or (kind == "XMLHttpRequest" and url.startswith("blob:")):
            return (f"Not allowed to load local resource: {url}",)
        case Reason.SCHEME if kind == "fetch":
            return (f'Fetch API cannot load {url}. URL scheme "{url.partition(":")[0]}" is not supported.',)
        case Reason.SCHEME if kind == "XMLHttpRequest":
            return ()
    text = _text(facts, reason, kind)
    if not text or (reason is Reason.REDIRECT_SCHEME and facts.verdict.request.mode == "no-cors"):
        return ()
    target = facts.target if reason is Reason.REDIRECT_SCHEME else url
    redirected = f" (redirected from '{facts.first_url}')" if target != facts.first_url else ""
    line = (
        f"Access to {kind} at '{target}'{redirected} from origin '{facts.page_origin}' has been blocked by CORS "
        "policy: "
        f"{text}"
    )
    if facts.verdict.request.destination == "audioworklet":
        return line, f"Failed to load worklet module script: {facts.first_url} (CORS or access check error)"
    return (line,)


def _reason(facts: Facts) -> Reason:
    """The reason as Chromium judges it: a redirect first, and both lists are parsed before either is judged."""
    reason = facts.finding.reason
    if facts.preflight and facts.status == 407:
        return Reason.PROXY_AUTHENTICATION
    if facts.preflight and reason in CORS_CHECK_TEXTS and facts.location:
        return Reason.PREFLIGHT_REDIRECT
    if reason is Reason.PREFLIGHT_METHOD and facts.bad_member(b"access-control-allow-headers") is not None:
        return Reason.PREFLIGHT_ACAH_INVALID
    return reason


def _kind(facts: Facts) -> str:
    request = facts.verdict.request
    if request.initiator == "prefetch":
        return "link prefetch resource"
    by_destination = KINDS_BY_DESTINATION.get(request.destination)
    return by_destination or KINDS_BY_API.get(request.initiator_type, "resource")


def _text(facts: Facts, reason: Reason, kind: str) -> str:
    """What stands behind "CORS policy: ", empty where there is no such line."""
    if check := CORS_CHECK_TEXTS.get(reason):
        text = check.replace("{acao}", _value(facts.acao)).replace(
            "{acac}", _value(facts.field(b"access-control-allow-credentials"))
        )
        if kind == "fetch" and check.startswith("The 'Access-Control-Allow-Origin'"):
            text += SEND_A_VALID_VALUE
        if kind == "XMLHttpRequest" and check.startswith("The value of"):
            text += XHR_CREDENTIALS
        return PREFLIGHT + text if facts.preflight else text
    match reason:
        case Reason.PREFLIGHT_STATUS:
            return PREFLIGHT + "It does not have HTTP ok status."
        case Reason.PREFLIGHT_REDIRECT:
            return PREFLIGHT + "Redirect is not allowed for a preflight request."
        case Reason.PREFLIGHT_ACAM_INVALID:
            return "Cannot parse Access-Control-Allow-Methods response header field in preflight response."
        case Reason.PREFLIGHT_ACAH_INVALID:
            return "Cannot parse Access-Control-Allow-Headers response header field in preflight response."
        case Reason.PREFLIGHT_METHOD:
            return f"Method {facts.method} is not allowed by Access-Control-Allow-Methods in preflight response."
        case Reason.PREFLIGHT_HEADER:
            # Of several, Chromium names the one that comes first in a hash table: any of them is right.
            name = next((name for name in facts.missing_headers if name != "authorization"), "authorization")
            return f"Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
        case Reason.REDIRECT_USERINFO:
            # The location is blanked in the message.
            return (
                "Redirect location '' contains a username and password, which is disallowed for cross-origin requests."
            )
        case Reason.REDIRECT_SCHEME if facts.target.partition(":")[0] not in SILENT_SCHEMES:
            return f"Cross origin requests are only supported for protocol schemes: {CORS_SCHEMES}."
        case Reason.SCHEME:
            return f"Cross origin requests are only supported for protocol schemes: {CORS_SCHEMES}."
        case Reason.LNA_INSECURE:
            return (
                "The request client is not a secure context and the resource is in more-private address space "
                f"`{facts.evidence('address-space')}`."
            )
        case Reason.LNA_DENIED:
            return (
                f"Permission was denied for this request to access the `{facts.evidence('address-space')}` "
                "address space."
            )
        case Reason.LNA_MISMATCH:
            return (
                f"Request had a target IP address space of `{facts.evidence('target-address-space')}` yet the "
                "resource is in "
                f"address space `{facts.evidence('address-space')}`."
            )
        case _:
            return ""


CORS_CHECK_TEXTS = {
    reason: text
    for code, text in {
        "acao-missing": "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        "acao-multiple": (
            "The 'Access-Control-Allow-Origin' header contains multiple values '{acao}', but only one is allowed."
        ),
        "acao-invalid": "The 'Access-Control-Allow-Origin' header contains the invalid value '{acao}'.",
        "acao-mismatch": (
            "The 'Access-Control-Allow-Origin' header has a value '{acao}' that is not equal to the supplied origin."
        ),
        "acao-wildcard-credentials": (
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when "
            "the request's credentials mode is 'include'."
        ),
        "acac-not-true": (
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{acac}' which must be "
            "'true' when the request's credentials mode is 'include'."
        ),
    }.items()
    for reason in (Reason(code), Reason(f"preflight.{code}"))
}
"""What Chromium says of each way to fail the CORS check, of a preflight or of the response."""


def _value(value: str | None) -> str:
    """A header's value as Chromium quotes it: non-ASCII bytes as `\\u00E4`."""
    if value is None or value.isascii():
        return value or ""
    return "".join(character if character.isascii() else f"\\u{ord(character):04X}" for character in value)
