"""A policy's fields put on a response of the app's, where the app may have sent fields of the same names."""

from collections.abc import Iterable, Sequence
from typing import AnyStr

MAX_KNOWN_NAMES = 256
MAX_KNOWN_LENGTH = 64


class FieldNames(set[AnyStr]):
    """Names of an app's response fields that need no merging with the policy's, once they were looked at.

    With a response whose names are all here, the policy's fields are simply put behind it; any other goes through
    `merge`, which learns. The names are the app's own, but an app may make them of what a stranger sent: hence the
    bounds. One set serves fields of the same names: where Vary is among them, and where it is not, is not the same.
    """

    prefix: AnyStr
    vary: AnyStr
    comma: AnyStr
    separator: AnyStr
    star: AnyStr
    cache_control: AnyStr
    cache_headers: frozenset[AnyStr]
    """What caches obey before Cache-Control, or beside it: nginx, Varnish, Fastly, the CDNs of RFC 9213."""

    def merge(
        self, headers: Iterable[tuple[AnyStr, AnyStr]], fields: Sequence[tuple[AnyStr, AnyStr]]
    ) -> tuple[list[tuple[AnyStr, AnyStr]], list[AnyStr]]:
        """The app's `headers` with `fields` on them, and the names of its Access-Control-* fields that went.

        The policy owns the response: what the app said of CORS goes, and so does each of its fields that `fields`
        sets, but for Vary, which is merged into one line, in the place of the app's first one. Where `fields` forbid
        caches to store the response, no other header may tell them to.
        """
        ours = {name.lower(): value for name, value in fields}
        may_be_stored = self.cache_control not in ours
        kept: list[tuple[AnyStr, AnyStr]] = []
        removed: list[AnyStr] = []
        vary_lines: list[AnyStr] = []
        vary_name, vary_at = self.vary, 0
        for name, value in headers:
            lower = name.lower()
            if lower.startswith(self.prefix):
                if ours.get(lower) != value:  # what a layer further in said alike is nothing to tell of
                    removed.append(name)
            elif not may_be_stored and lower in self.cache_headers:
                continue
            elif lower not in ours:
                kept.append((name, value))
                self._learn(name)
            elif lower == self.vary:
                if not vary_lines:
                    vary_name, vary_at = name, len(kept)
                vary_lines.append(value)
        rest = list(fields)
        if vary_lines:
            vary_lines.extend(value for name, value in fields if name.lower() == self.vary)
            kept.insert(vary_at, (vary_name, self._merged_vary(vary_lines)))
            rest = [field for field in fields if field[0].lower() != self.vary]
        kept.extend(rest)
        return kept, removed

    def _learn(self, name: AnyStr) -> None:
        if len(self) < MAX_KNOWN_NAMES and len(name) <= MAX_KNOWN_LENGTH:
            self.add(name)

    def _merged_vary(self, lines: Iterable[AnyStr]) -> AnyStr:
        names: dict[AnyStr, AnyStr] = {}
        for line in lines:
            for item in line.split(self.comma):
                name = item.strip()
                if name:
                    names.setdefault(name.lower(), name)
        return self.star if self.star in names else self.separator.join(names.values())


_CACHE_HEADERS = (
    "expires",
    "x-accel-expires",
    "surrogate-control",
    "edge-control",
    "cdn-cache-control",
    "cloudflare-cdn-cache-control",
    "netlify-cdn-cache-control",
    "vercel-cdn-cache-control",
    "fastly-cache-control",
    "pragma",
)


class ASGIFieldNames(FieldNames[bytes]):
    prefix, vary, comma, separator, star = b"access-control-", b"vary", b",", b", ", b"*"
    cache_control, cache_headers = b"cache-control", frozenset(name.encode() for name in _CACHE_HEADERS)


class WSGIFieldNames(FieldNames[str]):
    prefix, vary, comma, separator, star = "access-control-", "vary", ",", ", ", "*"
    cache_control, cache_headers = "cache-control", frozenset(_CACHE_HEADERS)
