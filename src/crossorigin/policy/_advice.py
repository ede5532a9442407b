"""Advice: what a sound policy could say more simply, or does less with than it seems."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from crossorigin.standard import CORS_SAFELISTED_RESPONSE_HEADER_NAMES, DEFAULT_PORTS, is_cors_safelisted_method

from ._dangerously import Dangerously
from ._errors import Problem, problem
from ._origins import refusals
from ._patterns import WILDCARD_SCHEMES, OriginPattern, OriginRules, parse_origin_pattern

if TYPE_CHECKING:
    from ._policy import Policy

CHROMIUM_MAX_AGE = 7200
SAFARI_MAX_AGE = 600
SAFELISTED_REQUEST_HEADERS = ("accept", "accept-language", "content-language")
"""Not content-type: it is safelisted for three values only, and JSON is none of them."""


def advise(policy: "Policy") -> Iterator[Problem]:
    """All advice about a policy, in the order of its fields."""
    yield from _about_origins("allow_origins", policy.allow_origins, policy._rules, policy.allow_credentials is True)
    for index, method in enumerate(policy.allow_methods):
        if is_cors_safelisted_method(method):
            yield problem("method-safelisted", "allow_methods", index, method)
        elif method == "OPTIONS":
            yield problem("method-options", "allow_methods", index, method)
    for index, name in enumerate(policy.allow_headers):
        if name in SAFELISTED_REQUEST_HEADERS:
            yield problem("header-safelisted", "allow_headers", index, name)
    for index, name in enumerate(policy.expose_headers):
        if name.encode() in CORS_SAFELISTED_RESPONSE_HEADER_NAMES:
            yield problem("expose-safelisted", "expose_headers", index, name)
    yield from _about_names("allow_methods", policy.allow_methods)
    yield from _about_names("allow_headers", policy.allow_headers, not_covered=("authorization",))
    if (
        "*" in policy.allow_headers
        and "authorization" not in policy.allow_headers
        and policy.allow_credentials is not True
    ):
        yield problem("wildcard-authorization", "allow_headers", None, "*")
    yield from _about_names("expose_headers", policy.expose_headers)
    if policy._credentialed is not None and not isinstance(policy.allow_credentials, bool):
        yield from _about_origins("allow_credentials", policy.allow_credentials, policy._credentialed, True)
    if policy.max_age is not None and policy.max_age > SAFARI_MAX_AGE:
        fact = f"Safari takes {SAFARI_MAX_AGE} seconds"
        if policy.max_age > CHROMIUM_MAX_AGE:
            fact += f", Chromium {CHROMIUM_MAX_AGE}"
        yield problem("max-age-cap", "max_age", None, policy.max_age, fact=fact)


def _about_names(field: str, names: tuple[str, ...], not_covered: tuple[str, ...] = ()) -> Iterator[Problem]:
    any_name = "*" in names
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield problem("duplicate", field, index, name)
        elif any_name and name != "*" and name not in not_covered:
            yield problem("redundant-name", field, index, name)
        seen.add(name)


def _about_origins(field: str, entries: Iterable[object], rules: OriginRules, credentials: bool) -> Iterator[Problem]:
    cover = _Cover(rules.patterns)
    seen: set[object] = set()
    for index, entry in enumerate(entries):
        if entry in seen:
            yield problem("duplicate", field, index, entry)
            continue
        seen.add(entry)
        text = entry.pattern if isinstance(entry, Dangerously) else entry
        if not isinstance(text, str):
            continue
        if isinstance(entry, Dangerously) and not refusals(text, credentials=credentials):
            yield problem("dangerously-needless", field, index, entry, corrected=text)
        pattern = parse_origin_pattern(text)
        if pattern is None:
            continue
        if pattern.scheme in DEFAULT_PORTS and pattern.scheme not in WILDCARD_SCHEMES:
            yield problem("origin-never-sent", field, index, entry)
        wider = cover.wider(pattern)
        if wider is not None:
            yield problem("redundant-origin", field, index, entry, fact=repr(wider))


class _Cover:
    """The wildcard patterns, by what a narrower pattern is looked up under: so that a long list costs its length."""

    __slots__ = ("_by_place",)

    def __init__(self, patterns: tuple[OriginPattern, ...]) -> None:
        self._by_place: dict[tuple[str, str, object], str] = {}
        for pattern in patterns:
            if pattern.kind != "label":
                place = f".{pattern.host}" if pattern.kind == "subdomains" else pattern.host
                self._by_place.setdefault((pattern.scheme, place, pattern.port), pattern.text)

    def wider(self, pattern: OriginPattern) -> str | None:
        """A pattern that matches all that this one does, and is another; None where there is none."""
        places = [] if pattern.kind in ("subdomains", "label") else [pattern.host]
        if pattern.kind in ("subdomains", "label"):
            places.append(f".{pattern.host}")
        rest = pattern.host
        while "." in rest:
            rest = rest.partition(".")[2]
            places.append(f".{rest}")
        places.append("*")
        for place in places:
            for port in (pattern.port, "*"):
                found = self._by_place.get((pattern.scheme, place, port))
                if found is not None and found != pattern.text:
                    return found
        return None
