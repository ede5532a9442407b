"""A policy's fields put on a response of the app's, where the app sent fields of the same names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import AnyStr, Generic

MAX_KNOWN_NAMES = 256
MAX_KNOWN_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Merger(Generic[AnyStr]):
    """`merge` for one kind of text: ASGI's headers are bytes, WSGI's are native strings."""

    prefix: AnyStr
    vary: AnyStr
    comma: AnyStr
    separator: AnyStr
    star: AnyStr

    def merge(
        self, headers: Iterable[tuple[AnyStr, AnyStr]], fields: Sequence[tuple[AnyStr, AnyStr]]
    ) -> tuple[list[tuple[AnyStr, AnyStr]], list[AnyStr]]:
        """The app's `headers` with `fields` on them, and the names of its Access-Control-* fields that went.

        The policy owns the response: what the app said of CORS goes, and so does each of its fields that `fields`
        sets, but for Vary, which is merged into one line, in the place of the app's first one.
        """
        ours = {name.lower() for name, _ in fields}
        kept: list[tuple[AnyStr, AnyStr]] = []
        removed: list[AnyStr] = []
        vary_lines: list[AnyStr] = []
        vary_at = 0
        for name, value in headers:
            lower = name.lower()
            if lower.startswith(self.prefix):
                removed.append(name)
            elif lower not in ours:
                kept.append((name, value))
            elif lower == self.vary:
                vary_at = vary_at if vary_lines else len(kept)
                vary_lines.append(value)
        rest: Sequence[tuple[AnyStr, AnyStr]] = fields
        if vary_lines:
            vary_lines.extend(value for name, value in fields if name.lower() == self.vary)
            kept.insert(vary_at, (self.vary, self._merged_vary(vary_lines)))
            rest = [field for field in fields if field[0].lower() != self.vary]
        kept.extend(rest)
        return kept, removed

    def learn(self, known: set[AnyStr], headers: Iterable[tuple[AnyStr, AnyStr]], *, vary_is_ours: bool) -> None:
        """Remember the names that `merge` lets pass, so that the next response with them needs no second look.

        The names are the app's own, but an app may make them of what a stranger sent: hence the bounds.
        """
        for name, _ in headers:
            lower = name.lower()
            if lower.startswith(self.prefix) or (vary_is_ours and lower == self.vary):
                continue
            if len(known) < MAX_KNOWN_NAMES and len(name) <= MAX_KNOWN_LENGTH:
                known.add(name)

    def _merged_vary(self, lines: Iterable[AnyStr]) -> AnyStr:
        names: dict[AnyStr, AnyStr] = {}
        for line in lines:
            for item in line.split(self.comma):
                name = item.strip()
                if name:
                    names.setdefault(name.lower(), name)
        return self.star if self.star in names else self.separator.join(names.values())


ASGI_MERGER = Merger(prefix=b"access-control-", vary=b"vary", comma=b",", separator=b", ", star=b"*")
WSGI_MERGER = Merger(prefix="access-control-", vary="vary", comma=",", separator=", ", star="*")
