"""Local network access: a page of the public web reaches private servers only with its user's leave."""

from dataclasses import replace

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


GUARDED: tuple[AddressSpace, ...] = ("local", "loopback")
"""Where a page of the public internet does not get without its user's leave."""


def local_network_access_check(
    request: Request, page: Page, url: URL, target: AddressSpace | None, context: Context
) -> Objection | None:
    """https://wicg.github.io/local-network-access/#local-network-access-check

    None is "allowed". `target` is where the server lives, None where that is not known; then nothing is guarded.
    Browsers guard the way from public to local and loopback addresses, not from local to loopback.
    """
    profile = context.profile
    if target is None or not profile.local_network_access or _is_top_level_navigation(request):
        return None
    wanted = request.target_address_space
    if wanted is not None and wanted != target and profile.local_network_access_needs_secure_context:
        return Reason.LNA_MISMATCH, evidence(address_space=target, target_address_space=wanted)
    if target not in GUARDED or not _is_public(page, url, context):
        return None
    if _is_insecure(page, context) and not _is_guessed(page, url, context):
        return Reason.LNA_INSECURE, evidence(page=page.url, address_space=target)
    if _may_reach(target, context) in (True, None):
        return None
    return Reason.LNA_DENIED, evidence(page=page.url, address_space=target)


def refused_spaces(request: Request, page: Page, url: URL, context: Context) -> tuple[AddressSpace, ...]:
    """Where a server must not turn out to live, whose address is not known before it is connected to."""
    spaces: tuple[AddressSpace, ...] = ("public", *GUARDED)
    return tuple(
        space for space in spaces if local_network_access_check(request, page, url, space, context) is not None
    )


def doubt_about(
    request: Request, page: Page, url: URL, target: AddressSpace | None, context: Context
) -> Objection | None:
    """https://wicg.github.io/local-network-access/#permission-prompts

    What there may be to object, where the check has no objection: the user is asked, and may say no; or the page is not
    secure, and is of the public internet, as far as anybody can tell. None where there is no doubt.
    """
    if target is None or _may_reach(target, context) is not None:
        return None
    refusing = replace(context, hooks=replace(context.hooks, local_network_permission=_refuses))
    objection = local_network_access_check(request, page, url, target, refusing)
    if objection is None or not _is_insecure(page, context):
        return objection
    return Reason.LNA_INSECURE, objection[1]


def _is_insecure(page: Page, context: Context) -> bool:
    return context.profile.local_network_access_needs_secure_context and not page.is_secure_context


def _is_guessed(page: Page, url: URL, context: Context) -> bool:
    """Whether page and server are names both: then all that is known is the server's address.

    On a developer's machine, or in an office, the page of such a server is most often served from there as well.
    """
    own = parse_url(page.url)
    known = page.address_space or (own and address_space_of(own, context)) or address_space_of(url, context)
    return known is None


def _may_reach(space: AddressSpace, context: Context) -> bool | None:
    permission = context.hooks.local_network_permission
    return None if permission is None else permission(space)


def _refuses(_space: AddressSpace) -> bool:
    return False


def _is_top_level_navigation(request: Request) -> bool:
    return request.mode == "navigate" and request.destination == "document"


def _is_public(page: Page, url: URL, context: Context) -> bool:
    """Whether the page is of the public internet. A page on the web is, unless its address or someone says otherwise.

    A server that the page itself came from is no nearer than the page.
    """
    if page.address_space is not None:
        return page.address_space == "public"
    own = parse_url(page.url)
    if own is None:
        return False
    space = address_space_of(own, context)
    return space == "public" or (space is None and own.is_http and own.host != url.host)


def address_space_of(url: URL, context: Context) -> AddressSpace | None:
    """https://wicg.github.io/local-network-access/#ip-address-space

    >>> from crossorigin.browser import Context, parse_url
    >>> address_space_of(parse_url("http://192.168.1.1/"), Context())
    'local'
    """
    hook = context.hooks.address_space
    known = None if hook is None else hook(url.href)
    return known or _space_of_host(url.host)


def space_of_address(address: str) -> AddressSpace:
    """https://wicg.github.io/local-network-access/#ip-address-space

    Raises:
        ValueError: it is not an IP address.

    >>> space_of_address("10.0.0.1"), space_of_address("::1"), space_of_address("93.184.216.34")
    ('local', 'loopback', 'public')
    """
    import ipaddress  # here, for it costs more to import than all of this module

    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = parsed if mapped is None else mapped
    for block, space in NON_PUBLIC_ADDRESSES:
        if parsed in ipaddress.ip_network(block):
            return space
    return "public"


def _space_of_host(host: str) -> AddressSpace | None:
    if is_loopback_host(host):
        return "loopback"
    if not (host.startswith("[") or is_canonical_ipv4(host)):
        return None
    return space_of_address(host.strip("[]"))
