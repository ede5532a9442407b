"""What to do: for each reason, the field lines to send, told apart by who answered.

The advice here never opens more than was asked for: it names the one origin, the one method, the headers of this
request. A test holds every sentence against the three shortcuts that are no fix.
"""

from crossorigin.browser import Reason, parse_url
from crossorigin.standard import parse_serialized_origin

from .._fix import Fix
from .._shown import Shown, visible
from ._facts import Facts
from ._other_fixes import fix_elsewhere
from ._remedy import field_lines, policy_code
from ._who_answered import Setting, gateway_signs, setting_of

ACCESS_FIELDS = frozenset(
    {
        Reason.ACAO_MISSING,
        Reason.ACAO_MULTIPLE,
        Reason.ACAO_INVALID,
        Reason.ACAO_MISMATCH,
        Reason.ACAO_WILDCARD_CREDENTIALS,
        Reason.ACAC_NOT_TRUE,
        Reason.PREFLIGHT_ACAO_MISSING,
        Reason.PREFLIGHT_ACAO_MULTIPLE,
        Reason.PREFLIGHT_ACAO_INVALID,
        Reason.PREFLIGHT_ACAO_MISMATCH,
        Reason.PREFLIGHT_ACAO_WILDCARD_CREDENTIALS,
        Reason.PREFLIGHT_ACAC_NOT_TRUE,
        Reason.PREFLIGHT_STATUS,
        Reason.PREFLIGHT_REDIRECT,
        Reason.PREFLIGHT_ACAM_INVALID,
        Reason.PREFLIGHT_ACAH_INVALID,
        Reason.PREFLIGHT_METHOD,
        Reason.PREFLIGHT_HEADER,
        Reason.PREFLIGHT_AUTHORIZATION_WILDCARD,
    }
)
"""The reasons that end with other fields on a response."""

JUDGED_LATER = frozenset(
    {
        Reason.PREFLIGHT_ACAM_INVALID,
        Reason.PREFLIGHT_ACAH_INVALID,
        Reason.PREFLIGHT_METHOD,
        Reason.PREFLIGHT_HEADER,
        Reason.PREFLIGHT_AUTHORIZATION_WILDCARD,
    }
)
"""Those of a preflight that passed the CORS check: the server names the origin already, here and surely elsewhere."""


def fixes(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    """What to do about a finding, the likeliest first."""
    reason = facts.finding.reason
    if reason not in ACCESS_FIELDS:
        return (fix_elsewhere(facts, shown),)
    if facts.opaque_page:
        return (_opaque_page(),)
    if facts.tainted:
        return (_tainted(facts, shown),)
    if not facts.preflight and facts.acao is None and _leads_elsewhere(facts):
        return (_ask_the_target(facts, shown),)
    code = "" if setting_of(facts) is Setting.GATEWAY else policy_code(facts)
    text, lines = _text(facts, shown), field_lines(facts)
    if not facts.preflight or reason in JUDGED_LATER:
        return (Fix(text=text, fields=lines, code=code),)
    behind = f"The response to {visible(facts.method, 40)} itself has to say:"
    return Fix(text=text, fields=lines), Fix(text=behind, fields=field_lines(facts, actual=True), code=code)


def _text(facts: Facts, shown: Shown) -> str:
    """The sentence before the field lines."""
    reason, setting = facts.finding.reason, setting_of(facts)
    response = "the answer to OPTIONS" if facts.preflight else "the response"
    match setting:
        case Setting.GATEWAY if not reason.endswith(("mismatch", "multiple", "invalid")):
            return _gateway(facts, shown)
        case Setting.AUTHENTICATION if facts.preflight:
            return (
                f"Authentication met the preflight ({_answer(facts, shown)}). A preflight never carries credentials, "
                "so "
                "let OPTIONS pass before authentication is asked for: put the CORS layer in front of it, and answer "
                "with:"
            )
        case Setting.AUTHENTICATION if facts.acao is None:
            return (
                f"The {_answer(facts, shown)} came from authentication, which answers before CORS has its turn. Put "
                "the "
                "CORS layer in front of it, so that the page can see why it was turned away:"
            )
        case Setting.REDIRECT if facts.preflight:
            return (
                f"Let the page ask for {shown.url(facts.target)} directly, or let the server answer OPTIONS itself, "
                "before "
                f"it redirects{_redirect_guess(facts)}:"
            )
        case Setting.REDIRECT if facts.acao is None:
            return (
                f"The answer is a redirect to {shown.url(facts.target)}{_redirect_guess(facts)}, and browsers ask "
                "each redirect for these fields before they follow it. Let the page ask for that URL directly, or "
                "let the redirect and what it leads to both answer with:"
            )
        case Setting.ERROR_PAGE if facts.acao is None or reason is Reason.PREFLIGHT_STATUS:
            return (
                f"The server failed with {_answer(facts, shown)}: its log says why, and that is the thing to mend "
                "first. "
                "Then let errors carry the fields too, with the CORS layer outside the error handler:"
            )
    match reason:
        case Reason.ACAO_MISSING | Reason.PREFLIGHT_ACAO_MISSING:
            return _missing(facts, setting, response)
        case Reason.ACAO_MULTIPLE | Reason.PREFLIGHT_ACAO_MULTIPLE:
            lines = len(facts.headers.values(b"access-control-allow-origin"))
            twice = (
                f"The field came on {lines} lines: two layers add it (an app and the proxy before it, or two "
                "middlewares). "
                "Take it out of all but one, and let that one send"
                if lines > 1
                else "Let the server choose from its list by the request's Origin, and send the one"
            )
            return f"{twice}:"
        case Reason.ACAO_INVALID | Reason.PREFLIGHT_ACAO_INVALID:
            return "Send the origin exactly as browsers write it:"
        case Reason.ACAO_MISMATCH | Reason.PREFLIGHT_ACAO_MISMATCH:
            return _mismatch(facts)
        case Reason.ACAO_WILDCARD_CREDENTIALS | Reason.PREFLIGHT_ACAO_WILDCARD_CREDENTIALS:
            return (
                f"If the page needs no cookies here, ask without credentials. If it does, let {response} name the "
                "origin "
                "instead of the wildcard:"
            )
        case Reason.ACAC_NOT_TRUE | Reason.PREFLIGHT_ACAC_NOT_TRUE:
            return f"If the page needs no cookies here, ask without credentials. If it does, let {response} say so:"
        case Reason.PREFLIGHT_STATUS:
            unrouted = facts.status in (404, 405, 501)
            why = "No route answers OPTIONS there. " if unrouted else ""
            return f"{why}Let the server answer OPTIONS with status 204, before routing and authentication, and with:"
        case Reason.PREFLIGHT_METHOD:
            return _method(facts)
        case Reason.PREFLIGHT_AUTHORIZATION_WILDCARD:
            return "List the header by its name:"
        case Reason.PREFLIGHT_HEADER:
            plural = "headers" if len(facts.missing_headers) > 1 else "header"
            return f"Allow the {plural} by name in the answer to OPTIONS, or do not send {_them(facts)}:"
        case _:
            return "Write the list as names with commas between them:"


def _missing(facts: Facts, setting: Setting, response: str) -> str:
    origin = visible(facts.origin)
    match setting:
        case Setting.ORIGIN_LEFT_OUT:
            return f"The server speaks CORS, and {origin} is not on its list. Add it there, so that {response} says:"
        case Setting.OTHER_RESPONSES:
            return (
                "The preflight was answered with CORS fields and the response itself was not: another layer (a proxy, "
                "or a hand-written OPTIONS route) answers preflights. Let the response carry them as well:"
            )
        case _:
            unrouted = facts.preflight and facts.status in (404, 405, 501)
            first = "No route answers OPTIONS there, and no" if unrouted else "No"
            answer = "answer OPTIONS with status 204, and" if facts.preflight else "answer"
            return f"{first} CORS field was sent at all: the server has no CORS here. Let it {answer} with:"


def _mismatch(facts: Facts) -> str:
    value, origin = facts.acao or "", facts.origin
    if value.rstrip("/") == origin:
        return "It is the trailing slash: an origin has none. Send:"
    if value.lower() == origin.lower():
        return "It is the case of the letters: browsers write origins in lower case. Send:"
    if "*" in value:
        return (
            "A pattern is compared as it stands, so the server has to match the Origin against it and send that origin:"
        )
    if value == "null":
        return "The server allows the opaque origin null. Let it name the page's origin:"
    sent, wanted = parse_serialized_origin(value.rstrip("/")), parse_serialized_origin(origin)
    if sent is not None and wanted is not None and sent.host == wanted.host:
        differing = "scheme" if sent.scheme != wanted.scheme else "port"
        return f"The host is right and the {differing} is not. Allow the page's origin as it stands:"
    if len(value) < 500 and b"origin" not in (facts.headers.get(b"vary") or b"").lower():
        return (
            "The server allows one fixed origin, or a cache kept another page's response since it does not say Vary: "
            f"Origin. Let the server allow {visible(origin)} too:"
        )
    return f"Add {visible(origin)} to the origins that the server allows, so that it says:"


def _method(facts: Facts) -> str:
    method = visible(facts.method)
    # Browsers write the old methods in capitals whatever the page says; PATCH they do not.
    if method.upper() != method and (method.upper() in facts.allowed_methods or method.upper() == "PATCH"):
        also = "" if method.upper() in facts.allowed_methods else f" (and let the server allow {method.upper()})"
        return (
            f"Method names have to match in case, and browsers leave {method} as it is: let the page ask with "
            f"{method.upper()}{also}. Or, if the server really has a method of that name, allow it:"
        )
    lower = next((name for name in facts.allowed_methods if name.upper() == method.upper()), None)
    if lower is not None:
        return f"Method names have to match in case: the list says {visible(lower)}. Send:"
    return f"Allow {method} by name in the answer to OPTIONS:"


def _gateway(facts: Facts, shown: Shown) -> str:
    signs = gateway_signs(facts)
    named = ", ".join(f"{name}: {shown.field(name, value, 60)[1]}" for name, value in signs)
    by = f" ({named})" if named else ""
    return (
        f"The {_answer(facts, shown)} came from something in front of the app{by}, not from the app. So CORS is not "
        "what "
        "broke: find out why the gateway answered instead (is the app up, reachable, in time? is the request "
        "blocked?). "
        "Then let the gateway's own pages carry the fields too, so that the page sees the real status:"
    )


def _answer(facts: Facts, shown: Shown) -> str:
    if facts.location is not None:
        return f"{facts.status} to {shown.url(facts.target, 120)}"
    return str(facts.status)


def _redirect_guess(facts: Facts) -> str:
    url, target = facts.url, facts.target
    if target.rstrip("/") == url.rstrip("/"):
        return " (it only adds or takes a trailing slash)"
    if url.startswith("http:") and target == f"https:{url.removeprefix('http:')}":
        return " (it only changes http to https)"
    return ""


def _them(facts: Facts) -> str:
    return "them" if len(facts.missing_headers) > 1 else "it"


def _opaque_page() -> Fix:
    return Fix(
        text=(
            "The page has an opaque origin (a file, a data: URL, a sandboxed frame), which browsers send as null and "
            "which every such page on earth shares: do not allow it. Serve the page from an http(s) origin of its own "
            "(for a local file: python -m http.server), or give the frame allow-same-origin, and allow that origin."
        )
    )


def _leads_elsewhere(facts: Facts) -> bool:
    """Whether it is a redirect to another origin, behind which the browser would hide the page's."""
    here, there = parse_url(facts.url), parse_url(facts.target)
    return (
        setting_of(facts) is Setting.REDIRECT
        and here is not None
        and there is not None
        and str(here.origin) != str(there.origin)
    )


def _ask_the_target(facts: Facts, shown: Shown) -> Fix:
    return Fix(
        text=f"The answer is a redirect to another origin{_redirect_guess(facts)}, without these fields; and behind "
        "one with them the browser would send Origin: null. Let the page ask for "
        f"{shown.url(facts.target)} directly, and let that answer with:",
        fields=field_lines(facts),
        code=policy_code(facts),
    )


def _tainted(facts: Facts, shown: Shown) -> Fix:
    return Fix(
        text="A redirect from one foreign origin to another (or back home) made the browser hide the page's origin: it "
        f"sent Origin: null. Let the page ask for {shown.url(facts.url)} directly, and let that answer with:",
        fields=field_lines(facts, origin=facts.page_origin),
        code=policy_code(facts, origin=facts.page_origin),
    )
