"""The CORS check: who may read, and whether with credentials. Of a response here, of a preflight's in `_preflight`."""

from crossorigin.browser import Reason
from crossorigin.standard import parse_serialized_origin

from .._fix import Fix
from .._shown import Shown, visible
from ._facts import Facts
from ._no_header import no_header_fixes
from ._product_fix import product_fix
from ._redirected import redirected_fixes
from ._remedy import header_lines, policy_fix
from ._told import Told


def access_fixes(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    """What to do about a response whose Access-Control-Allow-… headers do not let this page read it."""
    if facts.opaque_page:
        return (OPAQUE_PAGE,)
    moved = redirected_fixes(facts, shown)
    if moved:
        return moved
    if facts.acao is None:
        return no_header_fixes(facts, shown)
    return (Fix(text=_text(facts), fields=header_lines(facts)), *product_fix(facts), *policy_fix(facts))


OPAQUE_PAGE = Fix(
    text=(
        "The page has an opaque origin (a local file, a data: URL, a sandboxed frame). Browsers send it as null, and "
        "every other such page sends null too, so do not allow it. Serve the page from an http(s) origin of its own "
        "(for a local file: python -m http.server), or give the frame allow-same-origin, and allow that origin."
    ),
    where="page-code",
)


def _text(facts: Facts) -> str:
    response = "the response to the preflight" if facts.preflight else "the response"
    match facts.finding.reason.removeprefix("preflight."):
        case Reason.ACAO_MULTIPLE:
            return _multiple(facts)
        case Reason.ACAO_INVALID:
            return "Send the origin exactly as browsers write it:"
        case Reason.ACAO_MISMATCH:
            return _mismatch(facts)
        case Reason.ACAO_WILDCARD_CREDENTIALS:
            return (
                f"If the page needs no cookies here, ask without credentials. If it does, let {response} name the "
                "origin instead of the wildcard:"
            )
        case _:
            return f"If the page needs no cookies here, ask without credentials. If it does, let {response} say so:"


def _multiple(facts: Facts) -> str:
    lines = len(facts.headers.values(b"access-control-allow-origin"))
    members = [member.strip() for member in (facts.acao or "")[:4096].split(",")]
    if lines > 1 or len({*members}) == 1:
        return (
            "Two layers add the header, such as an app and the proxy in front of it, or a function and its platform. "
            "Remove it from all but one, and let that one send:"
        )
    return "Let the server pick one origin from its list by the request's Origin header, and send that one:"


def _mismatch(facts: Facts) -> str:
    value, origin = facts.acao or "", facts.origin
    if value.rstrip("/") == origin:
        return "The difference is the trailing slash: an origin has none. Send:"
    if value.lower() == origin.lower():
        return "The difference is the case of the letters: browsers write origins in lower case. Send:"
    if "*" in value:
        return (
            "Browsers do not read patterns: they compare the value as it stands. Let the server match the Origin "
            "header against its pattern, and send that origin:"
        )
    if value == "null":
        return "The server allows the opaque origin null. Let it name the page's origin instead:"
    sent, wanted = parse_serialized_origin(value.rstrip("/")), parse_serialized_origin(origin)
    if sent is not None and wanted is not None and sent.host == wanted.host:
        differing = "scheme" if sent.scheme != wanted.scheme else "port"
        return f"The host matches and the {differing} does not. Allow the page's origin exactly:"
    if len(value) < 500 and b"origin" not in (facts.headers.get(b"vary") or b"").lower():
        return (
            "The server always names one fixed origin; or a cache returned the response made for another page, because "
            f"it lacks Vary: Origin. Let the server allow {visible(origin)} too, chosen by the request's Origin header:"
        )
    return f"Add {visible(origin)} to the origins that the server allows, so that it sends:"


CORS_CHECK: dict[Reason, Told] = {
    Reason.ACAO_MISSING: Told(
        title="{The_response} has no Access-Control-Allow-Origin.",
        what="{The_answer} came with status {status} and without the header that says who may read it.",
        why="A page may read a response from another origin only if that response names the page's origin. No header "
        "means no.",
        fixes=access_fixes,
        deciding="access-control-allow-origin",
    ),
    Reason.ACAO_MULTIPLE: Told(
        title="{The_response} has more than one value in Access-Control-Allow-Origin.",
        what="{The_answer} says {acao}, where exactly one origin may stand.",
        why="Browsers compare the whole value with the page's origin, byte by byte: a list, or the same line twice, "
        "equals no origin. Two layers that each add the header are the usual cause.",
        fixes=access_fixes,
    ),
    Reason.ACAO_INVALID: Told(
        title="Access-Control-Allow-Origin of {the_response} is not an origin.",
        what="{The_answer} says {acao}, which is not an origin.",
        why="An origin is written scheme://host or scheme://host:port, without a path or a trailing slash. Browsers "
        "compare it byte by byte with the page's.",
        fixes=access_fixes,
    ),
    Reason.ACAO_MISMATCH: Told(
        title="{The_response} allows another origin, not this one.",
        what="{The_answer} says {acao}, and the browser sent Origin: {origin}.",
        why="Browsers compare the two byte by byte: scheme, host and port have to be the same, in lower case, without "
        "a trailing slash. Patterns are not read.",
        fixes=access_fixes,
    ),
    Reason.ACAO_WILDCARD_CREDENTIALS: Told(
        title="{The_response} allows any origin, which does not count for a request with credentials.",
        what="{The_answer} says the wildcard, and the request's credentials mode is include.",
        why="What a user's cookies open must not be readable by every site they visit. With credentials the wildcard "
        "is an ordinary value that equals no origin.",
        fixes=access_fixes,
    ),
    Reason.ACAC_NOT_TRUE: Told(
        title="{The_response} does not allow credentials.",
        what="{The_answer} allows the origin, but its Access-Control-Allow-Credentials is {acac}.",
        why="For a request with credentials the server has to agree to both: the origin, and credentials. The only "
        "value that counts is true, in lower case, once.",
        fixes=access_fixes,
        deciding="access-control-allow-credentials",
    ),
}
