"""Which rule of browsers refused a cookie: the login that works, and the next request that is 401."""

from collections.abc import Iterator

from crossorigin.browser import CookieRefusal, Verdict

from .._shown import visible

SHOWN = 5
RULES: dict[CookieRefusal, str] = {
    CookieRefusal.CREDENTIALS: "the request was made without credentials, and then browsers ignore Set-Cookie "
    "(credentials: 'include' in fetch, withCredentials in XMLHttpRequest)",
    CookieRefusal.MALFORMED: "browsers cannot parse it",
    CookieRefusal.DOMAIN: "its Domain is not the server's own, or is a public suffix",
    CookieRefusal.SECURE: "it says Secure, and the response came over plain http",
    CookieRefusal.SAME_SITE: "the page is of another site, and its SameSite is Strict, Lax or absent, which is Lax: "
    "such a cookie needs SameSite=None; Secure",
    CookieRefusal.INSECURE_NONE: "it says SameSite=None or Partitioned without Secure",
    CookieRefusal.PREFIX: "its name begins with __Secure- or __Host-, and it lacks what that demands (Secure; for "
    "__Host- also Path=/ and no Domain)",
    CookieRefusal.OVERLAY: "it came over plain http and would hide a Secure cookie of that name",
    CookieRefusal.THIRD_PARTY: "the browser blocks third-party cookies: it would need Partitioned and Secure",
}


def cookie_notes(verdict: Verdict) -> Iterator[str]:
    """A sentence for each cookie that was refused, with the rule."""
    for refused in verdict.cookies_refused[:SHOWN]:
        name = f"The cookie {visible(refused.name, 60)}" if refused.name else "A cookie"
        yield f"{name} is not stored: {RULES[refused.why]}."
    more = len(verdict.cookies_refused) - SHOWN
    if more > 0:
        yield f"{more} more cookies are not stored."
