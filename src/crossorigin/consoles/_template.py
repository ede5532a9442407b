"""Templates: a console's message as its fixed words and its slots."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ._source import FOLDED, Source

Browser = Literal["chromium", "firefox", "webkit", "node", ""]
"""Whose words they are; empty where several say the same."""

Role = Literal["cause", "detail", "echo", "tail"]
"""What a message is to a failure.

cause: it says that a request failed, and why. detail: it tells more of a failure that another message is about, and is
a failure of its own only where there is no other. echo: it says again what another has said. tail: what a script sees
of any failure, which proves nothing.
"""

SLOT = re.compile(r"\{(\w+)\}")
SPACE = re.compile(" ")
ANY_SPACE = re.compile(r"\s")
RUN = re.compile(r"\S*")
# What these slots hold has no white space in it.
URLS = frozenset({"url", "asked_url", "page_url"})
CLOSED = URLS | {"origin", "method", "header", "address_space"}
STATUS = re.compile(r"\d{3}|\(null\)")
OPEN_LIMIT = 4096
KEY = 6


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was found: what it proves or leaves open, the values of its slots, and where it stands."""

    browser: Browser
    role: Role
    reasons: tuple[str, ...]
    values: Mapping[str, str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Template:
    """A message, `text` with `{slots}`, and the reason codes that it proves (one) or leaves open (several).

    `inner` are the messages that go on where this one ends, any one of them or none. `implied` are values that its
    words have without a slot.

    >>> blocked = Template("Access to {what} at '{url}' has been blocked.")
    >>> blocked.write(what="fetch", url="https://api.example/")
    "Access to fetch at 'https://api.example/' has been blocked."
    >>> blocked.read("Access to fetch at 'https://api.example/' has been blocked.")
    {'what': 'fetch', 'url': 'https://api.example/'}
    """

    text: str
    reasons: tuple[str, ...] = ()
    role: Role = "cause"
    browser: Browser = ""
    inner: tuple["Template", ...] = ()
    implied: tuple[tuple[str, str], ...] = ()
    slots: tuple[str, ...] = field(init=False, compare=False)
    literals: tuple[str, ...] = field(init=False, compare=False, repr=False)
    folded: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        parts = SLOT.split(self.text)
        literals = tuple(parts[::2])
        if not all(literals[1:-1]):
            raise ValueError(f"two slots adjoin in {self.text!r}: nothing would say where the first ends")
        object.__setattr__(self, "slots", tuple(parts[1::2]))
        object.__setattr__(self, "literals", literals)
        object.__setattr__(self, "folded", tuple(literal.translate(FOLDED) for literal in literals))

    def write(self, **values: str) -> str:
        """The message with these values in its slots; KeyError where one has none."""
        written = [self.literals[0]]
        for slot, literal in zip(self.slots, self.literals[1:], strict=True):
            written += (values[slot], literal)
        return "".join(written)

    def read(self, text: str) -> dict[str, str] | None:
        """The values of the slots if the text is this message and nothing else, otherwise None.

        A slot ends where the words after it come first; the last slot takes all there is. Linear time.
        """
        first, last = self.literals[0], self.literals[-1]
        if not self.slots:
            return {} if text == first else None
        if not text.startswith(first) or not text.endswith(last):
            return None
        values, at, end = {}, len(first), len(text) - len(last)
        for slot, literal in zip(self.slots[:-1], self.literals[1:-1], strict=True):
            found = text.find(literal, at, end)
            if found < 0:
                return None
            values[slot] = text[at:found]
            at = found + len(literal)
        if at > end:
            return None
        values[self.slots[-1]] = text[at:end]
        return values

    def found(self, source: Source, at: int) -> Said | None:
        """The message at this place of a text, in whatever quotation marks and on however many lines, or None."""
        if not source.folded.startswith(self.folded[0], at):
            return None
        spans: list[tuple[str, int, int]] = []
        place = at + len(self.folded[0])
        for number, slot in enumerate(self.slots, 1):
            end = self._slot_end(source, slot, place, number)
            if end < place:
                return None
            spans.append((slot, place, end))
            place = end + len(self.folded[number])
        values = {**dict(self.implied), **{slot: _value(source, slot, start, end) for slot, start, end in spans}}
        for inner in self.inner:
            if said := inner.found(source, place):
                role = said.role if self.role == "cause" else self.role
                return Said(self.browser, role, said.reasons, {**values, **said.values}, at, said.end)
        return Said(self.browser, self.role, self.reasons, values, at, place)

    def _slot_end(self, source: Source, slot: str, place: int, number: int) -> int:
        """Where a slot ends, -1 where it does not end as it has to."""
        literal = self.folded[number]
        if slot == "status":
            status = STATUS.match(source.folded, place)
            return -1 if status is None or not source.folded.startswith(literal, status.end()) else status.end()
        closed = slot in CLOSED
        if closed and number == len(self.slots) and " " not in literal:
            # A full stop may be part of the value: the last one of the word is not.
            run = RUN.match(source.folded, place)
            end = place if run is None else run.end()
            end = source.folded.rfind(literal, place, end) if literal else end
            return -1 if slot in URLS and source.folded.find(":", place, end) < 0 else end
        if not literal:
            return min(source.line_end(place), place + OPEN_LIMIT)
        end = source.find(literal, place, asker=(self.text, number))
        if end < 0 or (not closed and end - place > OPEN_LIMIT):
            return -1
        if closed:
            # A quoted URL may be broken over lines; a space ends it.
            spaces = SPACE if literal.startswith("'") else ANY_SPACE
            if spaces.search(source.text, place, end) or (slot in URLS and source.folded.find(":", place, end) < 0):
                return -1
        return end


def _value(source: Source, slot: str, start: int, end: int) -> str:
    return source.text[start:end].replace("\n", "" if slot in CLOSED else " ")


class Table:
    """Templates that are looked for together, in one pass over a text."""

    __slots__ = ("_by_key", "_keys")

    def __init__(self, templates: Iterable[Template]) -> None:
        self._by_key: dict[str, list[Template]] = {}
        for template in templates:
            if len(template.folded[0]) < KEY or " " not in template.folded[0]:
                # The space is what keeps the scan linear: no slot reaches over another beginning.
                raise ValueError(f"{template.text!r} does not begin with two words to be found by")
            self._by_key.setdefault(template.folded[0][:KEY], []).append(template)
        self._keys = re.compile("|".join(re.escape(key) for key in sorted(self._by_key)))

    def scan(self, source: Source) -> Iterator[Said]:
        """Every message in a text, in order; where several fit, the first of the table."""
        at = 0
        while match := self._keys.search(source.folded, at):
            at = match.start() + 1
            for template in self._by_key[match[0]]:
                if said := template.found(source, match.start()):
                    at = max(at, said.end)
                    yield said
                    break
