"""`crossorigin diff`: two policy files, and who gains or loses access between them."""

import sys
from pathlib import Path

import click
from click.exceptions import Exit

from crossorigin.explain import diff_lines, render_diff_json
from crossorigin.policy import Policy, PolicyDiff, PolicyMap

from ._policy_file import policy_file
from ._terminal import Terminal, write

FILE = click.Path(path_type=Path)

EPILOG = """
\b
Examples:
  crossorigin diff main.toml cors.toml
  crossorigin diff <(git show main:cors.toml) cors.toml

\b
Exit code: 0 nobody gains access; 1 somebody does, or may; 2 a wrong command
  line, or a file that holds no policy.
"""


@click.command(epilog=EPILOG)
@click.argument("old", metavar="OLD", type=FILE)
@click.argument("new", metavar="NEW", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/diff.md).")
def diff(*, old: Path, new: Path, as_json: bool) -> None:
    """Compare two policy files: what gains access, what loses it, each with a request that shows it. Offline.

    OLD has the current policies, NEW the candidates, both in TOML. What is not known, as what a predicate allows,
    counts as gained.
    """
    # Standard output is for the comparison, which may be read as JSON.
    errors = Terminal(sys.stderr)
    current = policy_file(old, errors)
    if current is None:
        errors.print()
    candidate = policy_file(new, errors)
    if current is None or candidate is None:
        raise Exit(2)
    compared = _compared(candidate.policies, current.policies)
    widens = compared.widens if isinstance(compared, PolicyDiff) else any(diff.widens for diff in compared.values())
    if as_json:
        write(f"{render_diff_json(compared)}\n")
    else:
        terminal = Terminal()
        terminal.print_lines(diff_lines(compared, width=terminal.width, current=str(old), candidate=str(new)))
    raise Exit(1 if widens else 0)


def _compared(candidate: Policy | PolicyMap, current: Policy | PolicyMap) -> PolicyDiff | dict[str, PolicyDiff]:
    """By path, where one of them is."""
    if isinstance(candidate, Policy) and isinstance(current, Policy):
        return candidate.diff(current)
    return _as_map(candidate).diff(_as_map(current))


def _as_map(policies: Policy | PolicyMap) -> PolicyMap:
    return PolicyMap({"/": policies}) if isinstance(policies, Policy) else policies
