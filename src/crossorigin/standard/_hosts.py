"""Hosts as a serialised origin holds them: their canonical forms, loopback, and what lies under a public suffix."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

LABEL_CHARACTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz-_")
MAX_LABEL_LENGTH = 63
MAX_DOMAIN_LENGTH = 253


def is_canonical_domain(host: str) -> bool:
    """A domain in the form in which a browser serialises it: ASCII, lower case, no trailing dot.

    Stricter than the URL standard, whose domains may hold any ASCII character but 40 forbidden ones: what no DNS name
    has (`{`, `,`, an empty label) is not needed in an allow-list and has been a way around many. Hyphens stand
    anywhere, `_` is a letter. An address is no domain.

    >>> is_canonical_domain("r3---sn-abc.example"), is_canonical_domain("Example.com"), is_canonical_domain("127.1")
    (True, False, False)
    """
    if not 0 < len(host) <= MAX_DOMAIN_LENGTH:
        return False
    labels = host.split(".")
    return all(0 < len(label) <= MAX_LABEL_LENGTH and LABEL_CHARACTERS.issuperset(label) for label in labels) and not (
        ends_in_a_number(host)
    )


def ends_in_a_number(host: str) -> bool:
    """https://url.spec.whatwg.org/#ends-in-a-number-checker

    Such a host is an IPv4 address or nothing at all.

    >>> ends_in_a_number("127.1"), ends_in_a_number("a.0x"), ends_in_a_number("1.example")
    (True, True, False)
    """
    last = host.removesuffix(".").rpartition(".")[2]
    if last.isascii() and last.isdigit():
        return True
    return last[:2] in ("0x", "0X") and all(digit in "0123456789abcdefABCDEF" for digit in last[2:])


def is_canonical_ipv4(host: str) -> bool:
    """https://url.spec.whatwg.org/#concept-ipv4-serializer

    Four decimal numbers without leading zeros: the one form in which a browser writes an IPv4 address.

    >>> is_canonical_ipv4("127.0.0.1"), is_canonical_ipv4("127.1"), is_canonical_ipv4("010.0.0.1")
    (True, False, False)
    """
    parts = host.split(".", 4)
    return len(parts) == 4 and all(
        len(part) <= 3 and part.isascii() and part.isdigit() and str(int(part)) == part and int(part) <= 255
        for part in parts
    )


def is_canonical_ipv6(host: str) -> bool:
    """https://url.spec.whatwg.org/#concept-ipv6-serializer

    In brackets, lower case, compressed, an embedded IPv4 address in hexadecimal, no zone.

    >>> is_canonical_ipv6("[::1]"), is_canonical_ipv6("[0:0:0:0:0:0:0:1]"), is_canonical_ipv6("[::ffff:1.2.3.4]")
    (True, False, False)
    """
    return canonical_ipv6(host) == host


def canonical_ipv6(host: str) -> str | None:
    """The serialised form of an IPv6 address in brackets, or None where it is none. For hints as well as for checks.

    >>> canonical_ipv6("[0:0:0:0:0:FFFF:1.2.3.4]")
    '[::ffff:102:304]'
    """
    if not (host.startswith("[") and host.endswith("]")) or len(host) > 47 or "%" in host:
        return None
    import ipaddress  # here, for it costs more to import than all of this module

    try:
        address = int(ipaddress.IPv6Address(host[1:-1]))
    except ValueError:
        return None
    pieces = [address >> shift & 0xFFFF for shift in range(112, -1, -16)]
    start, length = _longest_run_of_zeros(pieces)
    if length < 2:
        return "[" + ":".join(f"{piece:x}" for piece in pieces) + "]"
    head = ":".join(f"{piece:x}" for piece in pieces[:start])
    tail = ":".join(f"{piece:x}" for piece in pieces[start + length :])
    return f"[{head}::{tail}]"


def _longest_run_of_zeros(pieces: list[int]) -> tuple[int, int]:
    best = (0, 0)
    start = 0
    for index, piece in enumerate([*pieces, 1]):
        if piece:
            if index - start > best[1]:
                best = (start, index - start)
            start = index + 1
    return best


def is_loopback_host(host: str) -> bool:
    """https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy

    `localhost` and all below it, 127.0.0.0/8 and ::1: hosts whose traffic does not leave the machine.

    >>> is_loopback_host("api.localhost"), is_loopback_host("127.8.8.8"), is_loopback_host("localhost.example")
    (True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost") or host == "[::1]":
        return True
    return host.startswith("127.") and is_canonical_ipv4(host)


def registrable_domain(host: str) -> str | None:
    """https://url.spec.whatwg.org/#host-registrable-domain

    The public suffix and one label before it. None for an address and for a public suffix itself. An unknown suffix
    is taken for a public one of one label, as the list's prevailing rule `*` says.

    >>> registrable_domain("a.b.example.co.uk"), registrable_domain("github.io"), registrable_domain("127.0.0.1")
    ('example.co.uk', None, None)
    """
    return _registrable_domain(host) if len(host) <= MAX_DOMAIN_LENGTH else _registrable_domain.__wrapped__(host)


@lru_cache(maxsize=1024)
def _registrable_domain(host: str) -> str | None:
    if host.startswith("[") or ends_in_a_number(host):
        return None
    domain = _public_suffix_list(icann_only=False).privatesuffix(host.rstrip("."))
    if domain is not None:
        return domain
    if is_public_suffix(host) or "." not in host:
        return None
    return ".".join(host.split(".")[-2:])


def is_public_suffix(host: str, *, icann_only: bool = False) -> bool:
    """https://url.spec.whatwg.org/#host-public-suffix

    Whether the list names this very host as one under which strangers register. Unknown suffixes such as `internal`
    are not public. `icann_only` leaves out the platforms (`github.io`), and keeps the registries (`co.uk`).

    >>> is_public_suffix("github.io"), is_public_suffix("example.com"), is_public_suffix("internal")
    (True, False, False)
    >>> is_public_suffix("github.io", icann_only=True), is_public_suffix("co.uk", icann_only=True)
    (False, True)
    """
    return _public_suffix_list(icann_only=icann_only).publicsuffix(host) == host


@lru_cache(maxsize=1024)
def public_suffixes_below(host: str) -> tuple[str, ...]:
    """https://url.spec.whatwg.org/#host-public-suffix

    The public suffixes that the list names below this host, the nearest first. Of a rule such as `*.example`, which
    makes every host directly below `example` one, `a.example` stands for all.

    >>> public_suffixes_below("windows.net")[:1], public_suffixes_below("example.com")
    (('servicebus.windows.net',), ())
    """
    if host not in _parents_of_public_suffixes():
        return ()
    rules = (rule for rule in _public_suffix_rules() if rule.endswith(f".{host}") and rule.isascii())
    suffixes = {rule.replace("*", "a") for rule in rules if not rule.startswith("!")}  # no exceptions
    return tuple(sorted(suffixes, key=lambda suffix: (suffix.count("."), len(suffix), suffix)))


@cache
def _parents_of_public_suffixes() -> frozenset[str]:
    parents = nearest = {rule.partition(".")[2] for rule in _public_suffix_rules()}
    while nearest:
        nearest = {parent.partition(".")[2] for parent in nearest if "." in parent}
        parents = parents | nearest
    return frozenset(parents)


def _public_suffix_rules() -> frozenset[str]:
    # A private name: the package has no other way to its rules.
    return _public_suffix_list(icann_only=False)._publicsuffix


@cache
def _public_suffix_list(*, icann_only: bool) -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # its table takes tens of milliseconds to read: only when asked

    return PublicSuffixList(accept_unknown=False, only_icann=icann_only)
