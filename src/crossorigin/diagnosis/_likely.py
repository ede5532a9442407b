"""The causes that a message leaves open, the likeliest first, without those that its URL rules out."""

import ipaddress

from crossorigin.browser import parse_url
from crossorigin.captures import Statement
from crossorigin.standard import is_loopback_host

UNANSWERED = ("not-cors.refused", "not-cors.certificate", "not-cors.dns", "not-cors.adblock", "transport")
"""What is likeliest where no response came."""


def likeliest_first(said: Statement) -> tuple[str, ...]:
    """The reasons of a statement; those for no response at all in the order in which the URL makes them likely.

    >>> said = Statement(
    ...     browser="firefox", reasons=("transport", "not-cors.refused", "not-cors.dns", "not-cors.certificate"),
    ...     message="", url="https://localhost:7001/api",
    ... )
    >>> likeliest_first(said)
    ('not-cors.certificate', 'not-cors.refused', 'transport')
    """
    url = parse_url(said.url) if said.url else None
    open_ones = [reason for reason in UNANSWERED if reason in said.reasons]
    if len(open_ones) < 2:
        return said.reasons
    if url is not None:
        near = is_loopback_host(url.host)
        if url.scheme in ("http", "ws"):
            open_ones = [reason for reason in open_ones if reason != "not-cors.certificate"]
        elif near and "not-cors.certificate" in open_ones:
            # A certificate made for development, which no browser trusts by itself.
            open_ones.remove("not-cors.certificate")
            open_ones.insert(0, "not-cors.certificate")
        if near or _is_address(url.host):
            open_ones = [reason for reason in open_ones if reason != "not-cors.dns"]
    others = [reason for reason in said.reasons if reason not in UNANSWERED]
    if said.reasons[0] in UNANSWERED:
        return (*open_ones, *others)
    return (*others, *open_ones)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
