"""What a run found, ready to be read: sections of prose and tables, the same in a terminal and in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""

    def markdown(self) -> str:
        lines = [self.heads, ["---"] + ["---:"] * (len(self.heads) - 1), *self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"{self.caption}\n\n{table}" if self.caption else table

    def text(self) -> str:
        lines = [self.heads, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.heads))]
        table = "\n".join(
            "  " + "  ".join((cell.rjust if column else cell.ljust)(widths[column]) for column, cell in enumerate(line))
            for line in lines
        )
        return f"{self.caption}\n{table}" if self.caption else table


@dataclass(frozen=True, slots=True)
class Section:
    """`text` says what is measured, and what would make the comparison unfair."""

    title: str
    text: str
    tables: Sequence[Table] = ()

    def markdown(self) -> str:
        return "\n\n".join([f"## {self.title}", " ".join(self.text.split()), *map(Table.markdown, self.tables)])

    def plain(self) -> str:
        """The tables; the prose only where there are none."""
        found = [*map(Table.text, self.tables)] or [" ".join(self.text.split())]
        return "\n\n".join([f"{self.title}\n{'=' * len(self.title)}", *found])


def times(ratio: float) -> str:
    """A ratio, with as many digits as mean something."""
    if abs(ratio) < 10:
        return f"{ratio:.2f}"
    return f"{ratio:.1f}" if abs(ratio) < 100 else f"{ratio:,.0f}"
