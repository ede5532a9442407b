"""The origin-pattern language: exact origins, any port, subdomains, one `*` inside the leftmost label, and any host
under a scheme of apps or extensions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from crossorigin.standard import DEFAULT_PORTS, Origin, parse_serialized_origin

from ._request_url import RequestURL

PatternKind = Literal["exact", "any-port", "subdomains", "label", "any-host"]

SyncPredicate = Callable[[Origin], bool] | Callable[[Origin, RequestURL], bool]
AsyncPredicate = Callable[[Origin], Awaitable[bool]] | Callable[[Origin, RequestURL], Awaitable[bool]]
Predicate = SyncPredicate | AsyncPredicate

WILDCARD_SCHEMES = ("http", "https")
ORIGINS_OUTSIDE_THE_GRAMMAR = ("null", "file://")
"""What clients send that is no tuple origin. A policy may hold them, behind `dangerously` alone."""


@dataclass(frozen=True, slots=True)
class OriginPattern:
    """One pattern of `allow_origins`, parsed.

    `host` is the whole host for the kinds "exact" and "any-port", the parent domain for "subdomains" and "label", and
    `*` for "any-host". `port` is None for the scheme's default one, "*" for any, the default one included.
    `label_prefix` and `label_suffix` are what stands before and after the `*` of the leftmost label, for the kind
    "label" alone.

    >>> pattern = parse_origin_pattern("https://pr-*--shop.netlify.app")
    >>> pattern.kind, pattern.host, pattern.label_prefix, pattern.label_suffix
    ('label', 'netlify.app', 'pr-', '--shop')
    """

    text: str
    kind: PatternKind
    scheme: str
    host: str
    port: int | Literal["*"] | None = None
    label_prefix: str = ""
    label_suffix: str = ""

    def matches_label(self, label: str) -> bool:
        """Of the kind "label": whether `label` has its ends, and a character between them at least."""
        is_long = len(label) > len(self.label_prefix) + len(self.label_suffix)
        return is_long and label.startswith(self.label_prefix) and label.endswith(self.label_suffix)


class OriginRules(NamedTuple):
    """`allow_origins` sorted by what it takes to match: the form in which the deciders read it.

    `exact` are serialised origins, to be compared whole (`null` and `file://` among them where `dangerously` let them
    in). A million origins stay a million strings. `want_request` says of each predicate whether it takes the request.
    """

    any_origin: bool
    exact: tuple[str, ...]
    patterns: tuple[OriginPattern, ...]
    predicates: tuple[Predicate, ...]
    want_request: tuple[bool, ...] = ()

    @property
    def askable(self) -> tuple[tuple[Predicate, bool], ...]:
        """Each predicate, and whether it takes the request."""
        return tuple(zip(self.predicates, self.want_request, strict=True))


def parse_origin_pattern(text: str) -> OriginPattern | None:
    """The pattern that `text` spells, or None where it spells none. A public suffix is no matter of grammar.

    >>> pattern = parse_origin_pattern("https://*.example.com:*")
    >>> pattern.kind, pattern.host, pattern.port
    ('subdomains', 'example.com', '*')
    >>> parse_origin_pattern("https://*.example.com/") is parse_origin_pattern("https://*") is None
    True
    """
    # A letter in place of the `*`, a port in place of `:*`, and what is left must be a serialised origin: the grammar
    # of patterns is the grammar of origins.
    body, any_port = (text[:-2], True) if text.endswith(":*") else (text, False)
    stars = body.count("*")
    origin = parse_serialized_origin(body.replace("*", "a") + ":1" * any_port)
    if origin is None or stars > 1:
        return None
    if (stars or any_port) and origin.scheme not in WILDCARD_SCHEMES:
        if text != f"{origin.scheme}://*" or origin.scheme in DEFAULT_PORTS or origin.scheme == "file":
            return None
        return OriginPattern(text, "any-host", origin.scheme, "*")
    port: int | Literal["*"] | None = "*" if any_port else origin.port
    if not stars:
        return OriginPattern(text, "any-port" if any_port else "exact", origin.scheme, origin.host, port)
    label, _, parent = body.partition("://")[2].partition(".")
    label_prefix, star, label_suffix = label.partition("*")
    if not star or not parent:
        return None
    kind: PatternKind = "label" if label_prefix or label_suffix else "subdomains"
    return OriginPattern(text, kind, origin.scheme, origin.host.partition(".")[2], port, label_prefix, label_suffix)
