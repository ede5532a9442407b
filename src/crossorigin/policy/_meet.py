"""What two origin patterns have in common, as patterns again."""

from collections.abc import Iterator

from ._origin_set import OriginSet
from ._patterns import OriginPattern, OriginRules, parse_origin_pattern


def origin_within(pattern: OriginPattern, allowed: OriginSet, but: OriginSet) -> str | None:
    """An origin that `pattern` matches and `allowed` holds, and `but` does not; None where there is none."""
    origin = but.outside(pattern)
    if origin is None or origin in allowed:
        return origin
    if not allowed.meeting([pattern]):
        return None
    alone = OriginSet(OriginRules(False, (), (pattern,), ()))
    for origin in allowed.rules.exact:
        if origin in alone and origin not in but:
            return origin
    common = (both for other in allowed.rules.patterns for both in meet(pattern, other))
    return next((origin for origin in map(but.outside, common) if origin is not None), None)


def meet(one: OriginPattern, other: OriginPattern) -> Iterator[OriginPattern]:
    """Patterns that match, together, the origins that both of these match, and no others.

    >>> patterns = map(parse_origin_pattern, ("https://*.example.com:*", "https://pr-*.example.com"))
    >>> [pattern.text for pattern in meet(*patterns)]
    ['https://pr-*.example.com']
    """
    if one.scheme != other.scheme or not (one.port == other.port or "*" in (one.port, other.port)):
        return
    port = other.port if one.port == "*" else one.port
    for host in _hosts(one, other):
        pattern = parse_origin_pattern(f"{one.scheme}://{host}" + ("" if port is None else f":{port}"))
        if pattern is not None:  # None: longer than any host
            yield pattern


def _hosts(one: OriginPattern, other: OriginPattern) -> Iterator[str]:
    """The hosts that both match, as patterns spell them."""
    if one.kind == other.kind == "label":
        if one.host == other.host:
            yield from (f"{label}.{one.host}" for label in _labels(one, other))
        return
    for narrow, wide in ((one, other), (other, one)):
        if _lies_within(narrow, wide):
            yield _spelled(narrow)
            return


def _lies_within(narrow: OriginPattern, wide: OriginPattern) -> bool:
    """Whether each host of `narrow` is one of `wide`. Of two that are not both labels, one does or they are apart."""
    is_single = narrow.kind in ("exact", "any-port")
    match wide.kind:
        case "any-host":
            return True
        case "subdomains":
            return f"{'' if is_single else '.'}{narrow.host}".endswith(f".{wide.host}")
        case "label":
            label, _, parent = narrow.host.partition(".")
            return is_single and parent == wide.host and wide.matches_label(label)
        case _:
            return is_single and narrow.host == wide.host


def _labels(one: OriginPattern, other: OriginPattern) -> Iterator[str]:
    """The labels that both match: with the longer beginning and the longer end, which may overlap in short ones."""
    start = max(one.label_prefix, other.label_prefix, key=len)
    end = max(one.label_suffix, other.label_suffix, key=len)
    if not (start.startswith(one.label_prefix) and start.startswith(other.label_prefix)):
        return
    if not (end.endswith(one.label_suffix) and end.endswith(other.label_suffix)):
        return
    yield f"{start}*{end}"
    for overlap in range(min(len(start), len(end))):
        label = start + end[overlap:]
        if one.matches_label(label) and other.matches_label(label):
            yield label


def _spelled(pattern: OriginPattern) -> str:
    match pattern.kind:
        case "subdomains":
            return f"*.{pattern.host}"
        case "label":
            return f"{pattern.label_prefix}*{pattern.label_suffix}.{pattern.host}"
        case _:
            return pattern.host
