"""Local network access: a page of the public web reaches private servers only with its user's leave."""

from crossorigin.standard import is_canonical_ipv4, is_loopback_host

from ._check import Objection
from ._context import Context
from ._evidence import evidence
from ._request import AddressSpace, Page, Request
from ._url import URL, parse_url
from ._verdict import Reason

NON_PUBLIC_ADDRESSES: tuple[tuple[str, AddressSpace], ...] = (
    ("127.0.0.0/8", "loopback"),
    ("0.0.0.0/32", "loopback"),
    ("0.0.0.0/8", "local"),
    ("10.0.0.0/8", "local"),
    ("100.64.0.0/10", "local"),
    ("169.254.0.0/16", "local"),
    ("172.16.0.0/12", "local"),
    ("192.168.0.0/16", "local"),
    ("::/128", "loopback"),
    ("::1/128", "loopback"),
    ("2001:db8::/32", "local"),
    ("3fff::/20", "local"),
    ("fc00::/7", "local"),
    ("fe80::/10", "local"),
    ("fec0::/10", "local"),
)
"""https://wicg.github.io/local-network-access/#ip-address-space

The first that fits counts; all others are public. It is not what `ipaddress` calls private, nor what it calls global.
198.18.0.0/15, loopback in the draft, is public as in Chromium.
"""


def local_network_access_check(request: Request, page: Page, url: URL, context: Context) -> Objection | None:
    """https://wicg.github.io/local-network-access/#local-network-access-check

    None is "allowed". Browsers guard the way from public to local and loopback addresses, not from local to loopback.
    Where an address is not known, nothing is guarded: names tell nothing, but `localhost`; `Page.address_space` and
    `Hooks.address_space` do.
    """
    profile = context.profile
    target = address_space_of(url, context) if profile.local_network_access else None
    if target is None:
        return None
    wanted = request.target_address_space
    if wanted is not None and wanted != target and profile.local_network_access_needs_secure_context:
        return Reason.LNA_MISMATCH, evidence(address_space=target, target_address_space=wanted)
    if _space_of_page(page, context) != "public" or target == "public":
        return None
    if profile.local_network_access_needs_secure_context and not page.is_secure_context:
        return Reason.LNA_INSECURE, evidence(page=page.url, address_space=target)
    permission = context.hooks.local_network_permission
    if permission is not None and not permission(target):
        return Reason.LNA_DENIED, evidence(page=page.url, address_space=target)
    return None


def address_space_of(url: URL, context: Context) -> AddressSpace | None:
    """https://wicg.github.io/local-network-access/#ip-address-space

    >>> from crossorigin.browser import Context, parse_url
    >>> address_space_of(parse_url("http://192.168.1.1/"), Context())
    'local'
    """
    hook = context.hooks.address_space
    known = None if hook is None else hook(url.href)
    return known or _space_of_host(url.host)


def _space_of_page(page: Page, context: Context) -> AddressSpace | None:
    if page.address_space is not None:
        return page.address_space
    url = parse_url(page.url)
    return None if url is None else address_space_of(url, context)


def _space_of_host(host: str) -> AddressSpace | None:
    if is_loopback_host(host):
        return "loopback"
    if not (host.startswith("[") or is_canonical_ipv4(host)):
        return None
    import ipaddress  # here, for it costs more to import than all of this module

    address = ipaddress.ip_address(host.strip("[]"))
    mapped = getattr(address, "ipv4_mapped", None)
    address = address if mapped is None else mapped
    for block, space in NON_PUBLIC_ADDRESSES:
        if address in ipaddress.ip_network(block):
            return space
    return "public"
