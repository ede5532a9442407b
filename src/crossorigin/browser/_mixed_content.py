"""Mixed content: what a secure page may still load without TLS."""

from crossorigin.standard import AnyOrigin, Origin, ends_in_a_number

from ._profile import Profile
from ._request import Page, Request
from ._url import URL


def prohibits_mixed_security_contexts(page: Page, profile: Profile) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object

    To the standard every trustworthy page is secure, one on http://localhost too; browsers look at https alone.
    """
    return any(_restricts(origin, profile) for origin in (page.origin, page.top_level) if origin is not None)


def should_upgrade(request: Request, url: URL, page: Page, profile: Profile) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm

    Whether the request goes to https instead: images, sound and moving pictures, by name and not by address.
    """
    return (
        url.scheme == "http"
        and request.destination in ("image", "audio", "video")
        and request.initiator != "imageset"
        and not url.is_potentially_trustworthy
        and not (url.host.startswith("[") or ends_in_a_number(url.host))
        and prohibits_mixed_security_contexts(page, profile)
    )


def should_block(request: Request, url: URL, page: Page, profile: Profile) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#should-block-fetch

    >>> from crossorigin.browser import STANDARD, page_at, parse_url
    >>> page = page_at("https://app.example.com/")
    >>> should_block(Request(url="http://b.example/"), parse_url("http://b.example/"), page, STANDARD)
    True
    """
    if request.mode == "navigate" and request.destination == "document":
        return False
    return not url.is_potentially_trustworthy and prohibits_mixed_security_contexts(page, profile)


def _restricts(origin: AnyOrigin, profile: Profile) -> bool:
    if profile.http_loopback_pages_may_mix:
        return isinstance(origin, Origin) and origin.scheme == "https"
    return origin.is_potentially_trustworthy()
