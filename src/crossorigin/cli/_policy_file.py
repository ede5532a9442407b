"""A policy file: what it declares, or every problem of it, printed."""

from pathlib import Path

from crossorigin.explain import SourceText, Span, problem_lines, toml_error_lines, visible
from crossorigin.policy import Policy, PolicyError, parse_toml, read_file

from ._errors import CommandLineError
from ._terminal import Terminal


def declared_in(file: Path, terminal: Terminal) -> tuple[Policy | None, SourceText]:
    """The policy that a file holds, and its text. Where it holds none, its problems are printed.

    The file is read once: it may be a pipe.

    Raises:
        CommandLineError: it cannot be read.
    """
    try:
        content = read_file(file)
    except OSError as error:
        raise CommandLineError(f"{visible(str(file))}: {error.strerror or error}") from None
    source = SourceText(str(file), content.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    try:
        return Policy.from_mapping(parse_toml(content)), source
    except ValueError as error:
        lines = toml_error_lines(str(error), source, width=terminal.width)
        count = 1
    except PolicyError as error:
        lines = problem_lines(error.problems, source, width=terminal.width)
        count = len(error.problems)
    terminal.print_lines(lines)
    terminal.print()
    problems = "1 problem" if count == 1 else f"{count} problems"
    terminal.print_lines([(Span("FAILED", "bad"), Span(f"  {visible(source.name)}: {problems}"))])
    return None, source
