"""Mixed content: what a secure page may still load without TLS."""

from crossorigin.standard import Origin, ends_in_a_number

from ._request import Page, Request
from ._url import URL


def prohibits_mixed_security_contexts(page: Page) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object

    The standard counts every trustworthy page, one on http://localhost too. No browser does (Chromium and Firefox were
    measured), and a verdict for developers that all browsers contradict helps nobody: so here it is https alone.
    """
    return any(isinstance(origin, Origin) and origin.scheme == "https" for origin in (page.origin, page.top_level))


def should_upgrade(request: Request, url: URL, page: Page) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#upgrade-algorithm

    Whether the request goes to https instead: images, sound and moving pictures, by name and not by address.
    """
    return (
        url.scheme == "http"
        and request.destination in ("image", "audio", "video")
        and request.initiator != "imageset"
        and not url.is_potentially_trustworthy
        and not (url.host.startswith("[") or ends_in_a_number(url.host))
        and prohibits_mixed_security_contexts(page)
    )


def should_block(request: Request, url: URL, page: Page) -> bool:
    """https://w3c.github.io/webappsec-mixed-content/#should-block-fetch

    >>> from crossorigin.browser import page_at, parse_url
    >>> page = page_at("https://app.example.com/")
    >>> should_block(Request(url="http://b.example/"), parse_url("http://b.example/"), page)
    True
    """
    if request.mode == "navigate" and request.destination == "document":
        return False
    return not url.is_potentially_trustworthy and prohibits_mixed_security_contexts(page)
