"""The words Chromium prints in its console: which of its messages a finding makes it print."""

from crossorigin.browser import Reason
from crossorigin.consoles import chromium

from ._facts import Facts

CORS_SCHEMES = (
    "chrome, chrome-experimental-site-token-provider, chrome-extension, chrome-untrusted, data, http, "
    "https, isolated-app"
)
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
            return (chromium.UNSAFE_ATTEMPT.write(url=url, page_url=page_url),)
        case Reason.MODE_SAME_ORIGIN:
            return (chromium.FETCH_SAME_ORIGIN.write(url=url, origin=facts.page_origin),)
        case Reason.NOCORS_REDIRECT_MODE:
            return (chromium.FETCH_REDIRECT_MODE.write(url=url),)
        case Reason.SCHEME if url.startswith("file:") or (kind == "XMLHttpRequest" and url.startswith("blob:")):
            return (chromium.LOCAL_RESOURCE.write(url=url),)
        case Reason.SCHEME if kind == "fetch":
            return (chromium.FETCH_SCHEME.write(url=url, scheme=url.partition(":")[0]),)
        case Reason.SCHEME if kind == "XMLHttpRequest":
            return ()
    text = _text(facts, reason, kind)
    if not text or (reason is Reason.REDIRECT_SCHEME and facts.verdict.request.mode == "no-cors"):
        return ()
    target = facts.target if reason is Reason.REDIRECT_SCHEME else url
    blocked = chromium.BLOCKED if target == facts.first_url else chromium.BLOCKED_AFTER_REDIRECT
    line = blocked.write(api=kind, url=target, asked_url=facts.first_url, origin=facts.page_origin) + text
    if facts.verdict.request.destination == "audioworklet":
        return line, chromium.WORKLET.write(url=facts.first_url)
    return (line,)


def _reason(facts: Facts) -> Reason:
    """The reason as Chromium judges it: a redirect first, and both lists are parsed before either is judged."""
    reason = facts.finding.reason
    if facts.preflight and facts.status == 407:
        return Reason.PROXY_AUTHENTICATION
    if facts.preflight and reason in chromium.CHECK and facts.location:
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
    if reason in chromium.CHECK:
        field = (
            b"access-control-allow-credentials" if reason.endswith("acac-not-true") else b"access-control-allow-origin"
        )
        text = chromium.CHECK[reason].write(header_value=_value(facts.field(field)))
        if kind == "fetch" and not reason.endswith(("acao-missing", "credentials", "acac-not-true")):
            text += chromium.SEND_A_VALID_VALUE.write()
        if kind == "XMLHttpRequest" and reason.endswith(("credentials", "acac-not-true")):
            text += chromium.XHR_CREDENTIALS.write()
        return text
    match reason:
        case Reason.PREFLIGHT_STATUS:
            return chromium.PREFLIGHT_STATUS.write()
        case Reason.PREFLIGHT_REDIRECT:
            return chromium.PREFLIGHT_REDIRECT.write()
        case Reason.PREFLIGHT_ACAM_INVALID:
            return chromium.METHODS_INVALID.write()
        case Reason.PREFLIGHT_ACAH_INVALID:
            return chromium.HEADERS_INVALID.write()
        case Reason.PREFLIGHT_METHOD:
            return chromium.METHOD_NOT_ALLOWED.write(method=facts.method)
        case Reason.PREFLIGHT_HEADER:
            # Of several, Chromium names the one that comes first in a hash table: any of them is right.
            name = next((name for name in facts.missing_headers if name != "authorization"), "authorization")
            return chromium.HEADER_NOT_ALLOWED.write(header=name)
        case Reason.REDIRECT_USERINFO:
            # The location is blanked in the message.
            return chromium.REDIRECT_USERINFO.write(location="")
        case Reason.REDIRECT_SCHEME if facts.target.partition(":")[0] not in SILENT_SCHEMES:
            return chromium.SCHEMES.write(schemes=CORS_SCHEMES)
        case Reason.SCHEME:
            return chromium.SCHEMES.write(schemes=CORS_SCHEMES)
        case Reason.LNA_INSECURE:
            return chromium.LNA_INSECURE.write(address_space=facts.evidence("address-space"))
        case Reason.LNA_DENIED:
            return chromium.LNA_DENIED.write(address_space=facts.evidence("address-space"))
        case Reason.LNA_MISMATCH:
            return chromium.LNA_MISMATCH.write(
                target_address_space=facts.evidence("target-address-space"),
                address_space=facts.evidence("address-space"),
            )
        case _:
            return ""


def _value(value: str | None) -> str:
    """A header's value as Chromium quotes it: non-ASCII bytes as `\\u00E4`."""
    if value is None or value.isascii():
        return value or ""
    return "".join(character if character.isascii() else f"\\u{ord(character):04X}" for character in value)
