"""Text in lines: spans with a role each, wrapped to a width. Whoever prints them gives the roles colours, or none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

MIN_WIDTH = 40
"""Columns below which lines are not made narrower: a terminal of fewer wraps by itself."""

Role = Literal["", "good", "bad", "heading", "strong", "faint", "code"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one role."""

    text: str
    role: Role = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Spans to be wrapped, `indent` columns in, lines after the first `hanging` columns further.

    `label` stands before the first line as it is, spaces and all. `verbatim` ones are for copying and never broken.
    """

    spans: tuple[Span, ...]
    indent: int = 0
    hanging: int = 0
    label: Span = Span("")
    verbatim: bool = False


Line = tuple[Span, ...]
BLANK = Paragraph(())


def paragraph(*parts: "str | Span", indent: int = 0, hanging: int = 0, label: Span | None = None) -> Paragraph:
    """A paragraph of plain strings and spans. With a label, `hanging` counts from behind it."""
    spans = tuple(part if isinstance(part, Span) else Span(part) for part in parts)
    if label is None:
        return Paragraph(spans, indent, hanging)
    return Paragraph(spans, indent, hanging + len(label.text), label)


def verbatim(text: str, indent: int = 0, role: Role = "code") -> Iterator[Paragraph]:
    """Text as it stands, one paragraph a line."""
    for line in text.split("\n"):
        yield Paragraph((Span(line, role),), indent, verbatim=True)


def lay_out(paragraphs: Iterable[Paragraph], width: int) -> Iterator[Line]:
    """The lines of the paragraphs, none longer than `width` but the verbatim ones.

    >>> lines = lay_out([paragraph("a line of words that is longer than forty", indent=2)], 40)
    >>> ["".join(span.text for span in line) for line in lines]
    ['  a line of words that is longer than', '  forty']
    """
    for each in paragraphs:
        if each.verbatim or not each.spans:
            yield (Span(" " * each.indent), *each.spans) if each.spans else ()
        else:
            yield from _wrapped(each, max(width, MIN_WIDTH))


def _wrapped(each: Paragraph, width: int) -> Iterator[Line]:
    line: list[Span] = [Span(" " * each.indent), each.label]
    used = each.indent + len(each.label.text)
    first_of_line = True
    for word, role, spaced in _words(each, width):
        gap = 1 if spaced and not first_of_line else 0
        if not first_of_line and used + gap + len(word) > width:
            yield tuple(line)
            used, gap = each.indent + each.hanging, 0
            line = [Span(" " * used)]
        if line[-1].role == role:
            line[-1] = Span(line[-1].text + " " * gap + word, role)
        else:
            line.append(Span(" " * gap + word, role))
        used += gap + len(word)
        first_of_line = False
    yield tuple(line)


def _words(each: Paragraph, width: int) -> Iterator[tuple[str, Role, bool]]:
    """The words with their role, and whether a space stands before each. A word wider than a line is cut."""
    room = width - each.indent - max(each.hanging, len(each.label.text))
    spaced = False
    for span in each.spans:
        for number, word in enumerate(span.text.split(" ")):
            spaced = spaced or number > 0
            for start in range(0, len(word), room):
                yield word[start : start + room], span.role, spaced and start == 0
                spaced = False
