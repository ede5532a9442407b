"""The allowed origin that a refused one was probably meant to be, for those who look for the difference."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crossorigin.standard import MAX_ORIGIN_LENGTH, Origin, parse_serialized_origin

from ._dangerously import Dangerously
from ._diagnose import diagnose
from ._patterns import OriginPattern, parse_origin_pattern

if TYPE_CHECKING:
    from ._policy import Policy

MAX_LOOKED_AT = 10_000
"""Entries of a policy: who debugs waits for it."""

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class NearOrigin:
    """An entry of `allow_origins` that allows almost this origin.

    Attributes:
        allowed: the entry.
        differs: what is not the same, in the order of a URL: "scheme", "host", "www.", "subdomain", "port".
    """

    allowed: str
    differs: tuple[str, ...]

    def __str__(self) -> str:
        *others, last = (f"the {part}" for part in self.differs)
        parts = f"{', '.join(others)} and {last} differ" if others else f"{last} differs"
        return f"you allow {self.allowed}; {parts}"


def near_origin(policy: "Policy", origin: str) -> NearOrigin | None:
    """The entry of a policy that comes nearest to an origin which it does not allow; None if none is near.

    >>> from crossorigin import Policy
    >>> str(near_origin(Policy(allow_origins=["http://localhost:5173"]), "http://localhost:5174"))
    'you allow http://localhost:5173; the port differs'
    """
    if len(origin) > MAX_ORIGIN_LENGTH:
        return None
    asked = parse_serialized_origin(origin)
    if asked is None:  # one of a client that is not a browser: an upper-case letter, a slash at its end
        corrected = diagnose(origin).corrected
        asked = parse_serialized_origin(corrected[0]) if len(corrected) == 1 else None
    if asked is None:
        return None
    nearest: NearOrigin | None = None
    for entry in policy.allow_origins[:MAX_LOOKED_AT]:
        rule = entry.pattern if isinstance(entry, Dangerously) else entry
        pattern = parse_origin_pattern(rule) if isinstance(rule, str) else None
        if pattern is None:
            continue
        differs = _differences(pattern, asked)
        if differs and (nearest is None or len(differs) < len(nearest.differs)):
            nearest = NearOrigin(pattern.text, differs)
    return nearest


def _differences(pattern: OriginPattern, origin: Origin) -> tuple[str, ...]:
    """What of the origin the pattern does not match; nothing where they have too little in common."""
    host = _host_difference(pattern, origin.host)
    if host is None:
        return ()
    scheme = ("scheme",) if pattern.scheme != origin.scheme else ()
    port = ("port",) if pattern.port not in ("*", origin.port) else ()
    return (*scheme, *host, *port)


def _host_difference(pattern: OriginPattern, host: str) -> tuple[str, ...] | None:
    if pattern.kind == "any-host":
        return None
    if pattern.kind in ("subdomains", "label"):
        parent = pattern.host
        if pattern.kind == "subdomains" and host.endswith(f".{parent}"):
            return ()
        return ("subdomain",) if host == parent or host.endswith(f".{parent}") else None
    if host == pattern.host:
        return ()
    if host in _LOOPBACK and pattern.host in _LOOPBACK:
        return ("host",)
    bare, ours = host.removeprefix("www."), pattern.host.removeprefix("www.")
    if bare == ours:
        return ("www.",)
    if bare.endswith(f".{ours}") or ours.endswith(f".{bare}"):
        return ("subdomain",) if "." in ours and "." in bare else None
    return None
