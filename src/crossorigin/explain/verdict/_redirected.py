"""What to do where a redirect is what broke: to a login, a slash, a scheme, another origin."""

from crossorigin.browser import parse_url

from .._fix import Fix
from .._shown import Shown, visible
from ._facts import Facts
from ._redirects import Redirected, what_redirect
from ._remedy import header_lines, policy_fix

PROXY_SETTINGS = (
    "uvicorn --proxy-headers --forwarded-allow-ips, werkzeug's ProxyFix, Django's SECURE_PROXY_SSL_HEADER, Express's "
    "trust proxy"
)


def redirected_fixes(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    """The fixes of a failure that a redirect caused; none where it did not."""
    if facts.login_of and not (facts.acao is not None and facts.redirect is not Redirected.LOGIN):
        return _login(facts, shown)
    if facts.location is None and what_redirect(facts.first_url, facts.url) is Redirected.INSECURE:
        return _insecure(facts, shown)
    if facts.tainted:
        return _tainted(facts, shown)
    if facts.location is None or (facts.acao is not None and not facts.preflight):
        return ()
    return _redirect(facts, shown)


def _login(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    asked = parse_url(facts.login_of)
    own = asked is not None and str(asked.origin) == facts.page_origin
    owner = "the page's own server" if own else "the server"
    target = facts.target if facts.location is not None else facts.url
    text = (
        f"{_capital(owner)} answered {shown.url(facts.login_of)} with a redirect to {shown.url(target)}, most likely a "
        "login because the session is missing or has expired. A login page is not made to be read by script, so no "
        "CORS header helps. Let the API answer 401 to requests made by script instead of redirecting them, and let "
        "the page navigate to the login (location.assign)."
    )
    if facts.preflight and facts.location is not None:
        text = (
            f"The preflight was redirected to {shown.url(target)}, most likely a login: a preflight never carries "
            "cookies or tokens. Let OPTIONS pass before authentication, and let the API answer 401 to requests made by "
            "script instead of redirecting them; the page can then navigate to the login (location.assign)."
        )
    fix = Fix(text=text, where="app-code")
    if own:
        return (fix,)
    lines = header_lines(facts, origin=facts.page_origin)
    headers = Fix(text="The API's own responses, the 401 among them, also need:", fields=lines)
    return fix, headers, *policy_fix(facts, facts.page_origin)


def _tainted(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    fix = Fix(
        text="A redirect from one other origin to a third made the browser hide the page's origin: it sent Origin: "
        f"null. Let the page request {shown.url(facts.url)} directly, and let that response send:",
        where="page-code",
        fields=header_lines(facts, origin=facts.page_origin),
    )
    return fix, *policy_fix(facts, facts.page_origin)


def _redirect(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    target = facts.target
    here, there = parse_url(facts.url), parse_url(target)
    elsewhere = here is not None and there is not None and str(here.origin) != str(there.origin)
    match facts.redirect:
        case Redirected.SLASH:
            what = "The redirect only adds or removes the trailing slash."
        case Redirected.SECURE:
            what = "The redirect only changes http to https."
        case Redirected.INSECURE if facts.page_origin.startswith("https:") or _only_slash(facts.url, _secure(facts)):
            return _insecure(facts, shown)
        case _:
            what = f"The response is a redirect to {'another origin' if elsewhere else 'another address'}."
    directly = f"{what} Let the page request {shown.url(target)} directly"
    if facts.preflight:
        fix = Fix(
            text=f"{directly}, or let the server answer OPTIONS itself before it redirects, with status 204 and:",
            where="page-code",
            fields=header_lines(facts),
        )
        return (fix, *policy_fix(facts))
    if elsewhere:
        text = (
            f"{directly}, and let that response send (after a redirect to another origin browsers may send Origin: "
            f"null):"
        )
        return (Fix(text=text, where="page-code", fields=header_lines(facts)), *policy_fix(facts))
    text = (
        f"{directly}; or let both the redirect and the response behind it send these headers, which browsers check on "
        f"each:"
    )
    return (Fix(text=text, where="page-code", fields=header_lines(facts)), *policy_fix(facts))


def _insecure(facts: Facts, shown: Shown) -> tuple[Fix, ...]:
    secure = _secure(facts)
    asked = facts.first_url if facts.location is None else facts.url
    slash = " (and adds or removes the trailing slash)" if _only_slash(asked, secure) else ""
    server = Fix(
        text=f"The server redirected https to plain http{slash}: it does not know that it runs behind TLS. Let it "
        f"trust the X-Forwarded-Proto header of its proxy ({PROXY_SETTINGS}).",
        where="app-code",
    )
    page = Fix(
        text=f"Let the page request {shown.url(secure)} directly, and let that response send:",
        where="page-code",
        fields=header_lines(facts, origin=facts.page_origin),
    )
    policy = policy_fix(facts, facts.page_origin)
    return (page, server, *policy) if slash else (server, *policy)


def _secure(facts: Facts) -> str:
    target = facts.target if facts.location is not None else facts.url
    return f"https:{target.partition(':')[2]}"


def _only_slash(url: str, target: str) -> bool:
    return url != target and url.rstrip("/") == target.rstrip("/")


def _capital(text: str) -> str:
    return visible(text[:1].upper() + text[1:])
