"""The referrer: which page a request says it comes from."""

from crossorigin.standard import AnyOrigin, HeaderList, OpaqueOrigin, get_decode_and_split

from ._profile import STANDARD, Profile
from ._request import CLIENT, Page, ReferrerPolicy
from ._url import URL, parse_url

MAX_REFERRER_LENGTH = 4096
MAX_REFERRER_POLICY_LENGTH = 65536

_POLICIES: dict[str, ReferrerPolicy] = {
    "no-referrer": "no-referrer",
    "no-referrer-when-downgrade": "no-referrer-when-downgrade",
    "origin": "origin",
    "origin-when-cross-origin": "origin-when-cross-origin",
    "same-origin": "same-origin",
    "strict-origin": "strict-origin",
    "strict-origin-when-cross-origin": "strict-origin-when-cross-origin",
    "unsafe-url": "unsafe-url",
}


_RELAXED = ("no-referrer-when-downgrade", "origin-when-cross-origin", "unsafe-url")


def determine_the_requests_referrer(
    page: Page, referrer: str, policy: ReferrerPolicy, current: URL, profile: Profile = STANDARD
) -> str:
    """https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer

    "" is "no referrer". `referrer` is "client", "" or a URL. Only http and https pages are named: that is all that the
    engines allow (ShouldHideReferrer in Chromium and WebKit, IsReferrerSchemeAllowed in Firefox), also of the pages of
    apps, whose origins the standard takes for opaque.

    >>> from crossorigin.browser import page_at
    >>> page = page_at("https://app.example.com/a?b#c")
    >>> policy = "strict-origin-when-cross-origin"
    >>> determine_the_requests_referrer(page, "client", policy, parse_url("https://api.example.com/"))
    'https://app.example.com/'
    """
    if not referrer or (referrer == CLIENT and isinstance(page.origin, OpaqueOrigin)):
        return ""
    source = parse_url(page.url if referrer == CLIENT else referrer)
    if source is None or not source.is_http:
        return ""
    whole, origin = source.stripped(), source.stripped(origin_only=True)
    if len(whole) > MAX_REFERRER_LENGTH:
        whole = origin
    if profile.downgrade_is_by_scheme:
        downgrade = source.scheme == "https" and current.scheme != "https"
    else:
        downgrade = source.is_potentially_trustworthy and not current.is_potentially_trustworthy
    policy = effective_referrer_policy(policy, source.origin, current, profile)
    same_origin = source.origin.is_same_origin(current.origin)
    match policy:
        case "no-referrer":
            return ""
        case "origin":
            return origin
        case "unsafe-url":
            return whole
        case "strict-origin":
            return "" if downgrade else origin
        case "strict-origin-when-cross-origin":
            return whole if same_origin else "" if downgrade else origin
        case "same-origin":
            return whole if same_origin else ""
        case "origin-when-cross-origin":
            return whole if same_origin else origin
        case _:
            return "" if downgrade else whole


def effective_referrer_policy(
    policy: ReferrerPolicy, source: AnyOrigin, current: URL, profile: Profile
) -> ReferrerPolicy:
    """https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer

    The policy that counts: some browsers let none that is laxer than the default tell another site anything.
    """
    relaxed = profile.relaxed_referrer_policies_stay_on_the_site and policy in _RELAXED
    return "strict-origin-when-cross-origin" if relaxed and not source.is_same_site(current.origin) else policy


def referrer_policy_on_redirect(headers: HeaderList, policy: ReferrerPolicy) -> ReferrerPolicy:
    """https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect

    The last policy known in Referrer-Policy, or the one there was.
    """
    value = headers.get(b"referrer-policy") or b""
    if len(value) > MAX_REFERRER_POLICY_LENGTH:
        return policy
    known = [_POLICIES[item.lower()] for item in get_decode_and_split(value) if item.lower() in _POLICIES]
    return known[-1] if known else policy
