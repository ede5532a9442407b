"""A policy file: what it declares, or every problem of it, printed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from crossorigin.explain import Line, SourceText, Span, problem_lines, toml_error_lines
from crossorigin.policy import (
    Policy,
    PolicyError,
    PolicyMap,
    Problem,
    ReportOnly,
    dotted_key,
    parse_toml,
    read_document,
    read_file,
)
from crossorigin.standard import visible

from ._errors import CommandLineError
from ._terminal import Terminal


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """What a file declares, the dotted key of the table that does, and the text."""

    policies: Policy | PolicyMap
    table: str
    source: SourceText

    def advice(self) -> Iterator[Problem]:
        """The advice about each policy, by its key within the file."""
        for key, policy in _each(self.policies, self.table):
            for advice in policy.advice():
                yield advice.at(f"{key}.{advice.field}" if key else advice.field)


def policy_file(file: Path, terminal: Terminal) -> PolicyFile | None:
    """What a file declares. Where it declares nothing, its problems are printed.

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
        policies, table = read_document(parse_toml(content))
        return PolicyFile(policies, table, source)
    except ValueError as error:
        _print_problems(terminal, toml_error_lines(str(error), source, width=terminal.width), 1, source)
    except PolicyError as error:
        lines = problem_lines(error.problems, source, width=terminal.width)
        _print_problems(terminal, lines, len(error.problems), source)
    return None


def _print_problems(terminal: Terminal, lines: Iterable[Line], count: int, source: SourceText) -> None:
    terminal.print_lines(lines)
    terminal.print()
    problems = "1 problem" if count == 1 else f"{count} problems"
    terminal.print_lines([(Span("FAILED", "bad"), Span(f"  {visible(source.name)}: {problems}"))])


def _each(policies: Policy | PolicyMap, table: str) -> Iterator[tuple[str, Policy]]:
    """Each policy, with its dotted key."""
    if isinstance(policies, Policy):
        yield table, policies
        return
    for path, part in policies.policies.items():
        key = dotted_key(f"{table}.paths" if table else "paths", path)
        match part:
            case Policy():
                yield key, part
            case ReportOnly():
                yield f"{key}.current", part.current
                yield f"{key}.candidate", part.candidate
