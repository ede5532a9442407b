"""The words Safari prints in its console, from WebKit's source and not recorded: none where the source leaves doubt."""

from crossorigin.browser import Reason
from crossorigin.consoles import webkit

from ._facts import Facts

APIS = {"fetch": "fetch", "xmlhttprequest": "XMLHttpRequest"}


def webkit_console(facts: Facts) -> tuple[str, ...]:
    """The messages WebKit prints for this finding: what failed, then the URL; none where it prints none."""
    request, reason = facts.verdict.request, facts.finding.reason
    if reason in (Reason.CORP_SAME_ORIGIN, Reason.CORP_SAME_SITE, Reason.CORP_EMBEDDER_POLICY):
        return (webkit.CORP.write(url=facts.url),)
    if reason is Reason.MIXED_CONTENT:
        return (webkit.MIXED_CONTENT.write(page_url=facts.verdict.page.url, url=facts.url),)
    words = _words(facts, reason) if request.mode == "cors" else ""
    if not words:
        return ()
    if facts.location is not None and request.redirect == "follow" and not facts.preflight:
        return (webkit.REDIRECTION.write(url=facts.target) + words,)
    api = "EventSource" if facts.event_source else APIS.get(request.initiator_type, "")
    return words, webkit.CANNOT_LOAD[api].write(url=facts.url)


def _words(facts: Facts, reason: Reason) -> str:
    """What failed, in the order in which WebKit judges: a preflight by its status, then by its headers."""
    if facts.preflight and facts.head is not None:
        if not 200 <= facts.status <= 299:
            return webkit.PREFLIGHT_STATUS.write(status=str(facts.status))
        if reason not in CHECKS:
            return _preflight_words(facts, reason)
    match reason:
        case Reason.REDIRECT_SCHEME if facts.target.partition(":")[0] not in ("", "data", "blob"):
            return webkit.REDIRECT_SCHEME.write()
        case Reason.REDIRECT_USERINFO:
            return webkit.REDIRECT_USERINFO.write(location=facts.target)
        case _:
            return _check_words(facts) if reason in CHECKS else ""


CHECKS = frozenset(map(Reason, (*webkit.CODES, *(f"preflight.{code}" for code in webkit.CODES))))


def _check_words(facts: Facts) -> str:
    value = facts.acao or ""
    if value != facts.origin:
        if value == "*":
            return webkit.WILDCARD.write()
        if "," in value:
            return webkit.MULTIPLE.write()
        return webkit.NOT_ALLOWED.write(origin=facts.origin, status=str(facts.status))
    return webkit.CREDENTIALS.write()


def _preflight_words(facts: Facts, reason: Reason) -> str:
    for name, invalid in (
        (b"access-control-allow-methods", webkit.METHODS_INVALID),
        (b"access-control-allow-headers", webkit.HEADERS_INVALID),
    ):
        if facts.bad_member(name) is not None:
            return invalid.write(header_value=facts.field(name) or "")
    match reason:
        case Reason.PREFLIGHT_METHOD:
            return webkit.METHOD_NOT_ALLOWED.write(method=facts.method)
        case Reason.PREFLIGHT_HEADER:
            # The name as the page wrote it; of several, any of them.
            missing = {name.lower() for name in facts.missing_headers}
            written = (name.decode("latin-1") for name, _ in facts.verdict.request.headers)
            header = next((name for name in written if name.lower() in missing), next(iter(facts.missing_headers), ""))
            return webkit.HEADER_NOT_ALLOWED.write(header=header)
        case _:
            return ""
