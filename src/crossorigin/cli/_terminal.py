"""Lines of spans onto the terminal: coloured only where there is one, and NO_COLOR kept."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from crossorigin.explain import Line, Role

from ._errors import ClosedPipe

if TYPE_CHECKING:
    from rich.console import Console

STYLES: dict[Role, str] = {
    "": "none",
    "good": "bold green",
    "bad": "bold red",
    "heading": "bold underline",
    "strong": "bold",
    "faint": "dim",
    "code": "cyan",
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


class Terminal:
    """Standard output, or another stream, as wide as it is, in colours if it is a terminal that has them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._console = _console(stream)

    @property
    def width(self) -> int:
        """Columns to fill."""
        if self._console is None or not self._console.is_terminal:
            return WITHOUT_TERMINAL
        return min(self._console.width, WIDEST)

    def print_lines(self, lines: Iterable[Line]) -> None:
        """Print the lines, each span in the style of its role."""
        for line in lines:
            self._write(tuple((span.text, span.role) for span in line))

    def print(self, text: str = "", role: Role = "") -> None:
        """Print a text as it stands."""
        self._write(((text, role),))

    def _write(self, parts: tuple[tuple[str, Role], ...]) -> None:
        if self._console is None:
            write(f"{''.join(text for text, _ in parts).rstrip()}\n", self._stream)
            return
        from rich.text import Text

        text = Text.assemble(*((part, STYLES[role]) for part, role in parts))
        text.rstrip()
        # Not straight from rich to the terminal: it would end the process where the pipe is closed.
        with self._console.capture() as captured:
            self._console.print(text)
        write(captured.get(), self._stream)


def _console(stream: TextIO | None) -> "Console | None":
    """rich's view of the stream; None where it is not a terminal and nobody wants colours, for then it says nothing."""
    if not (stream or sys.stdout).isatty() and "FORCE_COLOR" not in os.environ:
        return None
    from rich.console import Console  # here: it takes longer to load than a request on this machine

    class Quiet(Console):
        """rich's, which flushes when a capture ends, and would end the process with 1 where the pipe is closed."""

        def on_broken_pipe(self) -> None:
            raise ClosedPipe

    # rich honours NO_COLOR, FORCE_COLOR and TERM=dumb, and finds out what the terminal can do.
    return Quiet(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
