"""Lines of spans onto the terminal: coloured only where there is one, and NO_COLOR kept."""

import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.style import Style
from rich.text import Text

from crossorigin.explain import Line, Role

from ._errors import ClosedPipe

STYLES: dict[Role, Style] = {
    "": Style(),
    "good": Style(color="green", bold=True),
    "bad": Style(color="red", bold=True),
    "heading": Style(bold=True, underline=True),
    "strong": Style(bold=True),
    "faint": Style(dim=True),
    "code": Style(color="cyan"),
}
WIDEST = 100
"""Columns beyond which prose is not set any wider: it would be hard to read."""

WITHOUT_TERMINAL = 80


def write(text: str, stream: TextIO | None = None) -> None:
    """Write to a stream, standard output unless it is given.

    Raises:
        ClosedPipe: nobody reads it any more.
    """
    try:
        (stream or sys.stdout).write(text)
    except BrokenPipeError:
        raise ClosedPipe from None


class _Console(Console):
    """rich's, which flushes when a capture ends, and would end the process with 1 where the pipe is closed."""

    def on_broken_pipe(self) -> None:
        raise ClosedPipe


class Terminal:
    """Standard output, or another stream, as wide as it is, in colours if it is a terminal that has them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        # rich honours NO_COLOR, FORCE_COLOR and TERM=dumb, and finds out what the terminal can do.
        self._console = _Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)

    @property
    def width(self) -> int:
        """Columns to fill."""
        return min(self._console.width, WIDEST) if self._console.is_terminal else WITHOUT_TERMINAL

    def print_lines(self, lines: Iterable[Line]) -> None:
        """Print the lines, each span in the style of its role."""
        for line in lines:
            text = Text()
            for span in line:
                text.append(span.text, STYLES[span.role])
            text.rstrip()
            self._write(text)

    def print(self, text: str = "", role: Role = "") -> None:
        """Print a text as it stands."""
        self._write(Text(text, STYLES[role]))

    def _write(self, text: Text) -> None:
        # Not straight from rich to the terminal: it would end the process where the pipe is closed.
        with self._console.capture() as captured:
            self._console.print(text)
        write(captured.get(), self._stream)
