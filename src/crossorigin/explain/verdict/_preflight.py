"""The preflight: its status, its redirects, and the lists of methods and headers that it allows."""

from crossorigin.browser import Reason
from crossorigin.standard import is_cors_safelisted_method

from .._fix import Fix
from .._shown import Shown, visible
from ._cors_check import CORS_CHECK, OPAQUE_PAGE
from ._facts import Facts
from ._no_header import no_header_fixes
from ._product_fix import product_fix
from ._redirected import redirected_fixes
from ._remedy import header_lines, policy_fix
from ._told import Told
from ._tracing import Tracer, tracer_of
from ._who_answered import UNROUTED, Answerer, who_answered

NAMES_SHOWN = 20
ASKS_FIRST = " The browser asks first, with a preflight (OPTIONS), because {asked_first}."


def _fixes(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    if facts.opaque_page:
        return (OPAQUE_PAGE,)
    return redirected_fixes(facts, shown) or _of_response(facts, shown)


def _of_response(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    if facts.finding.reason is Reason.PREFLIGHT_REDIRECT:
        return _somewhere(facts)
    if facts.finding.reason is not Reason.PREFLIGHT_STATUS:
        return _of_list(facts)
    refused = _refused_entries(facts)
    if refused:
        text = (
            f"The CORS layer itself refused the preflight with {facts.status}: {refused}. Add what is missing to its "
            f"lists:"
        )
        return (Fix(text=text, fields=header_lines(facts)), *product_fix(facts), *policy_fix(facts))
    who = who_answered(facts)
    if who in (Answerer.CORS_LAYER, Answerer.UNKNOWN):
        text = _status(facts)
        return (Fix(text=text, fields=header_lines(facts)), *product_fix(facts), *policy_fix(facts))
    fixes = no_header_fixes(facts, shown)
    if not facts.origin_allowed:
        return fixes
    # Its headers let the page read already: only the status is wrong.
    return tuple(fix for number, fix in enumerate(fixes) if number == 0 or fix.product or fix.where != "app-code")


def _somewhere(facts: Facts) -> tuple[Fix, ...]:
    """A redirect whose target is not known: a console's message does not name it."""
    fix = Fix(
        text="The usual redirects are a trailing slash (/items to /items/), http to https, and a login. Let the page "
        "request the final URL directly: try the URL with the slash added or removed, and https. Or let the server "
        "answer OPTIONS itself before it redirects, with status 204 and:",
        where="page-code",
        fields=header_lines(facts, origin=facts.origin),
    )
    return (fix, *policy_fix(facts))


def _status(facts: Facts) -> str:
    status = facts.status
    if status == 0:
        return (
            "Something answered OPTIONS with an error status: authentication (a preflight never carries credentials), "
            "a rate limit, or no route for OPTIONS. Let the CORS layer answer it first, with status 204:"
        )
    if status in UNROUTED:
        return (
            f"No route answers OPTIONS there ({status}), although something adds CORS headers to the response. Let the "
            "server answer OPTIONS with status 204, before routing and authentication:"
        )
    if status == 429:
        return (
            "The rate limit answered the preflight (429): do not count OPTIONS towards the limit. Answer with status "
            "204:"
        )
    return (
        f"Something answered OPTIONS with {status} although the CORS headers are there. Let the CORS layer answer it "
        "with status 204, before routing and authentication:"
    )


def _refused_entries(facts: Facts) -> str:
    """What a CORS layer refused, as the lists of its refusal show; empty where they show nothing."""
    if facts.status not in (400, 403) or not (facts.allowed_methods or facts.allowed_headers):
        return ""
    missing = []
    if facts.method_missing:
        missing.append(f"the method {visible(facts.method, 40)} is not on its list")
    names = ", ".join(visible(name, 60) for name in facts.missing_headers[:NAMES_SHOWN])
    if names:
        missing.append(
            f"{_header_word(facts)} {names} {'are' if len(facts.missing_headers) > 1 else 'is'} not on its list"
        )
    return " and ".join(missing)


def _header_word(facts: Facts) -> str:
    return "the headers" if len(facts.missing_headers) > 1 else "the header"


def _of_list(facts: Facts) -> tuple[Fix, ...]:
    lines, policy = header_lines(facts), (*product_fix(facts), *policy_fix(facts))
    match facts.finding.reason:
        case Reason.PREFLIGHT_METHOD:
            return _method(facts, lines, policy)
        case Reason.PREFLIGHT_HEADER:
            return _headers(facts, lines, policy)
        case Reason.PREFLIGHT_AUTHORIZATION_WILDCARD:
            return (Fix(text="List the header by its name:", fields=lines), *policy)
        case _:
            return (Fix(text="Write the list as names separated by commas:", fields=lines), *policy)


def _method(facts: Facts, lines: tuple[str, ...], policy: tuple[Fix, ...]) -> tuple[Fix, ...]:
    method = visible(facts.method, 40)
    upper = method.upper()
    if is_cors_safelisted_method(facts.method):
        # A message that does not name it: GET, HEAD and POST never fail so.
        return (
            Fix(
                text="Allow the page's method by its name in Access-Control-Allow-Methods of the response to OPTIONS. "
                "It is not GET, HEAD or POST, which need no entry: PUT, PATCH, DELETE or another, in capitals."
            ),
        )
    # Browsers write the old methods in capitals whatever the page says; PATCH they do not.
    if upper != method and (upper in facts.allowed_methods or upper == "PATCH"):
        text = f"Method names are case-sensitive, and browsers send {method} as the page wrote it: ask with {upper}."
        if upper in facts.allowed_methods:
            return (Fix(text=text, where="page-code"),)
        listed = ", ".join([*(visible(name, 40) for name in facts.allowed_methods[:40] if name != "*"), upper])
        allow = Fix(text=f"And let the server allow {upper}:", fields=(f"Access-Control-Allow-Methods: {listed}",))
        return Fix(text=text, where="page-code"), allow
    listed_as = next((name for name in facts.allowed_methods if name.upper() == upper), None)
    if listed_as is not None:
        text = f"Method names are case-sensitive: the list says {visible(listed_as, 40)}. Send:"
        return (Fix(text=text, fields=lines), *policy)
    return (Fix(text=f"Allow {method} by name in the response to OPTIONS:", fields=lines), *policy)


def _headers(facts: Facts, lines: tuple[str, ...], policy: tuple[Fix, ...]) -> tuple[Fix, ...]:
    mistakes = facts.response_names
    others = tuple(name for name in facts.missing_headers if name not in mistakes)
    fixes: list[Fix] = []
    if mistakes:
        names = ", ".join(visible(name, 60) for name in mistakes[:NAMES_SHOWN])
        are = (
            "are response headers: servers send them"
            if len(mistakes) > 1
            else "is a response header: a server sends it"
        )
        text = f"{names} {are}. Remove {'them' if len(mistakes) > 1 else 'it'} from the page's request."
        fixes.append(Fix(text=text, where="page-code"))
    fixes.extend(_tracers(facts, others))
    if not others and fixes:
        return tuple(fixes)
    if not others:
        # A message that names none.
        return (Fix(text="Allow each header that the page sets by its name in the response to OPTIONS."),)
    word = "headers" if len(others) > 1 else "header"
    named = ", ".join(visible(name, 60) for name in others[:NAMES_SHOWN])
    if fixes and all(tracer_of(name) for name in others):
        text, applies = f"Or, if the server is yours, allow the {word} {named} by name:", "if the server is yours"
    else:
        them = "them" if len(others) > 1 else "it"
        text, applies = f"Allow the {word} {named} by name in the response to OPTIONS, or do not send {them}:", ""
    return (*fixes, Fix(text=text, applies=applies, fields=lines), *policy)


def _tracers(facts: Facts, names: tuple[str, ...]) -> list[Fix]:
    """A fix for each library that added one of the missing headers."""
    by_tracer: dict[Tracer, list[str]] = {}
    for name in names:
        tracer = tracer_of(name)
        if tracer is not None:
            by_tracer.setdefault(tracer, []).append(visible(name, 60))
    alone = all(tracer_of(name) for name in facts.requested_headers) and is_cors_safelisted_method(facts.method)
    without = " Without it the browser would send no preflight at all." if alone else ""
    return [
        Fix(
            text=f"{', '.join(added[:NAMES_SHOWN])} {'were' if len(added) > 1 else 'was'} not written by the page: "
            f"{tracer.name} wraps fetch() to trace requests and adds {'them' if len(added) > 1 else 'it'}. Leave this "
            f"server out of its propagation targets ({tracer.setting}).{without}",
            where="page-code",
            product=tracer.name,
        )
        for tracer, added in by_tracer.items()
    ]


PREFLIGHT: dict[Reason, Told] = {
    **{
        Reason(f"preflight.{reason}"): Told(
            title=told.title, what=told.what, why=told.why + ASKS_FIRST, fixes=told.fixes, deciding=told.deciding
        )
        for reason, told in CORS_CHECK.items()
    },
    Reason.PREFLIGHT_STATUS: Told(
        title="The preflight failed with status {status}.",
        what="OPTIONS {url} was answered with {status}; a preflight passes only with a status from 200 to 299.",
        why="With another status the server does not agree to the request, so the browser does not send {method}."
        + ASKS_FIRST,
        fixes=_fixes,
    ),
    Reason.PREFLIGHT_REDIRECT: Told(
        title="The preflight was redirected.",
        what="OPTIONS {url} was answered with {status} and Location: {location}.",
        why="Browsers do not follow redirects of a preflight: the response has to come from the URL that was asked for."
        + ASKS_FIRST,
        fixes=_fixes,
    ),
    Reason.PREFLIGHT_ACAM_INVALID: Told(
        title="Access-Control-Allow-Methods of the response to the preflight is not a list of methods.",
        what="It says {acam}, and {bad_method} is not a method name.",
        why="The header is a list of names separated by commas, without quotes. One bad item makes the whole response "
        "invalid." + ASKS_FIRST,
        fixes=_fixes,
    ),
    Reason.PREFLIGHT_ACAH_INVALID: Told(
        title="Access-Control-Allow-Headers of the response to the preflight is not a list of header names.",
        what="It says {acah}, and {bad_header} is not a header name.",
        why="The header is a list of names separated by commas, without quotes. One bad item makes the whole response "
        "invalid." + ASKS_FIRST,
        fixes=_fixes,
    ),
    Reason.PREFLIGHT_METHOD: Told(
        title="The response to the preflight does not allow the method {method}.",
        what="The browser asked for {method}; Access-Control-Allow-Methods of the response is {acam}.",
        why="GET, HEAD and POST are always allowed, every other method only by its name. Names are case-sensitive"
        "{wildcard}." + ASKS_FIRST,
        fixes=_fixes,
        deciding="access-control-allow-methods",
    ),
    Reason.PREFLIGHT_HEADER: Told(
        title="The response to the preflight does not allow the request {header_word} {missing_headers}.",
        what="The browser asked for {requested_headers}; Access-Control-Allow-Headers of the response is {acah}.",
        why="Every header that a plain HTML form could not send has to be allowed by its name{wildcard}." + ASKS_FIRST,
        fixes=_fixes,
        deciding="access-control-allow-headers",
    ),
    Reason.PREFLIGHT_AUTHORIZATION_WILDCARD: Told(
        title="The response to the preflight does not name the authorization header.",
        what="The browser asked for {requested_headers}; Access-Control-Allow-Headers of the response is {acah}.",
        why="By the Fetch standard the wildcard never covers Authorization: it has to be listed. No "
        "browser enforces that today." + ASKS_FIRST,
        fixes=_fixes,
    ),
}
