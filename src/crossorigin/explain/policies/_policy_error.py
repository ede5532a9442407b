"""The problems of a policy file as a compiler prints them: what, where, the line itself, and what to write instead."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from unicodedata import east_asian_width

from crossorigin.policy import PolicyError, Problem, in_toml

from .._layout import Line, Paragraph, Span, lay_out, paragraph
from .._shown import visible
from ._toml_places import Place, Places, toml_places

EXCERPT = 64
"""Columns of a source line that are shown; of a longer one the part around the problem."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A policy's source: the file's name, as messages shall say it, and its text."""

    name: str
    text: str


def render_policy_error(error: PolicyError, source: SourceText | None = None, *, width: int = 80) -> str:
    """Every problem of `error`, with its line of `source` and a caret under what is wrong, if a source is given."""
    lines = problem_lines(error.problems, source, width=width)
    return "".join(f"{''.join(span.text for span in line).rstrip()}\n" for line in lines)


def problem_lines(problems: Iterable[Problem], source: SourceText | None, *, width: int = 80) -> Iterator[Line]:
    """The same as lines of spans; takes advice as well as problems."""
    places = {} if source is None else toml_places(source.text)
    starts = () if source is None else _line_starts(source.text)
    for number, problem in enumerate(problems):
        if number:
            yield ()
        place = places.get((problem.field, problem.index)) or _place_above(problem.field, places)
        yield from lay_out(_problem(problem, source, starts, place), width)


def toml_error_lines(message: str, source: SourceText, *, width: int = 80) -> Iterator[Line]:
    """A text that is no TOML: `message` is what `tomllib` says, which may end with the place."""
    what, _, where = message.rpartition(" (at ")
    starts = _line_starts(source.text)
    place = _place(where, source.text, starts) if what else None
    label = paragraph(Span("error[toml]", "bad"), Span(f": {visible(what or message, 200)}", "strong"), hanging=2)
    yield from lay_out((label, *_excerpt(source, starts, place)), width)


def _place_above(key: str, places: Places) -> Place | None:
    """The place of a dotted key, or of the innermost table that should hold it."""
    while key:
        if place := places.get((key, None)):
            return place
        key = key.rpartition(".")[0]
    return None


def _line_starts(text: str) -> Sequence[int]:
    return (0, *accumulate(len(line) + 1 for line in text.split("\n")))


def _place(where: str, text: str, starts: Sequence[int]) -> Place | None:
    """`line 3, column 5)` or `end of document)` as an offset."""
    if where.startswith("end of"):
        end = len(text.rstrip())
        return Place(end, end + 1)
    numbers = [int(word) for word in where.replace(",", " ").replace(")", " ").split() if word.isdecimal()]
    if len(numbers) != 2:
        return None
    line, column = numbers
    start = starts[line - 1] + column - 1
    return Place(start, start + 1)


def _problem(
    problem: Problem, source: SourceText | None, starts: Sequence[int], place: Place | None
) -> Iterator[Paragraph]:
    advice = problem.kind == "advice"
    label = Span(f"{'advice' if advice else 'error'}[{problem.code}]", "strong" if advice else "bad")
    where = problem.field if problem.index is None else f"{problem.field}[{problem.index}]"
    if source is not None:
        problem = in_toml(problem)
    yield paragraph(label, Span(f": {visible(where, 80)}: {visible(problem.message, 500)}", "strong"), hanging=2)
    if source is not None:
        yield from _excerpt(source, starts, place)
    yield paragraph(visible(problem.hint, 500), label=Span("  = hint: ", "faint"))


def _excerpt(source: SourceText, starts: Sequence[int], place: Place | None) -> Iterator[Paragraph]:
    name = visible(source.name)
    if place is None:
        yield paragraph(name, label=Span("  --> ", "faint"))
        return
    row = bisect(starts, place.start, hi=len(starts) - 1)
    line_start = starts[row - 1]
    column, length = place.start - line_start, starts[row] - 1 - line_start
    # The part of a long line around the problem, and an ellipsis where something was cut.
    first = max(0, column - EXCERPT // 4) if length > EXCERPT else 0
    shown = source.text[line_start + first : line_start + min(first + EXCERPT, length)].rstrip("\r")
    before = ("…" if first else "") + _printable(shown[: column - first])
    marked = _printable(shown[column - first : place.end - line_start - first])
    after = _printable(shown[place.end - line_start - first :]) if place.end - line_start - first < len(shown) else ""
    more = "…" if first + EXCERPT < length else ""
    gutter = len(str(row)) + 1
    yield Paragraph((Span(" " * gutter + "--> ", "faint"), Span(f"{name}:{row}:{column + 1}")), verbatim=True)
    yield Paragraph((Span(" " * gutter + " |", "faint"),), verbatim=True)
    yield Paragraph((Span(f" {row} | ", "faint"), Span(before), Span(marked, "bad"), Span(after + more)), verbatim=True)
    carets = "^" * max(1, _columns(marked))
    yield Paragraph(
        (Span(" " * gutter + " | ", "faint"), Span(" " * _columns(before)), Span(carets, "bad")), verbatim=True
    )


def _printable(text: str) -> str:
    return visible(text.replace("\t", " "), len(text) + 1)


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
