"""The commands under one name, and how they end: exit codes, one-line errors, Ctrl-C, a closed pipe."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click
from click.exceptions import Exit

from ._errors import ClosedPipe, CommandLineError

BROKEN_PIPE = 141
INTERRUPTED = 130
USAGE = 2

COMMANDS: dict[str, str] = {
    "check": "Make the requests that a browser would, and say whether the page may read the response.",
    "explain": "Say why a request was blocked, from console text, a HAR, a copied cURL or fetch call.",
    "policy": "Find every problem of a policy file, and what the policy says to a request.",
    "diff": "Compare two policy files: who gains access, and who loses it.",
    "migrate": "Turn another package's CORS set-up into a policy.",
    "demo": "Show both halves at work: an API on one origin, a page on another.",
}
"""What each does, as the list of commands says it: none has to be loaded for that."""


class _Commands(click.Group):
    """All commands, of which only the one that is named is loaded: each needs much that the others do not."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"._{cmd_name}", __package__), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # as above
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"crossorigin {version('crossorigin')}")
        context.exit()


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True},
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version and exit.",
)
def crossorigin() -> None:
    """CORS, both halves: what a server permits, and what a browser makes of it."""


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments; its exit code."""
    # What a server sent can hold any character, and the terminal's encoding may not.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    arguments = _with_command(arguments)
    try:
        code = _code([*arguments] or ["--help"])
        sys.stdout.flush()
    except click.ClickException as error:
        return _usage_error(error, arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ValueError as error:
        from crossorigin.asking import AskingError  # here: `--help` needs none of it

        if not isinstance(error, AskingError):
            raise
        return _usage_error(CommandLineError(str(error)), arguments)
    except (BrokenPipeError, ClosedPipe):
        # Whoever read has what it wanted. The interpreter flushes once more when it ends: into nothing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    if not arguments:
        return USAGE
    return code


def _code(arguments: list[str]) -> int:
    """The exit code. Not by click's `main`, which prints an empty line at Ctrl-C, and ends 1 where a pipe is closed."""
    try:
        with crossorigin.make_context("crossorigin", arguments) as context:
            crossorigin.invoke(context)
    except Exit as ended:
        return ended.exit_code
    return 0


def _with_command(arguments: Sequence[str]) -> list[str]:
    """`crossorigin https://api.example/ --origin ...` and `crossorigin curl ...` are checks."""
    first = _named(arguments)
    is_check = "://" in first or first in ("curl", "curl.exe")
    return ["check", *arguments] if is_check else list(arguments)


def _named(arguments: Sequence[str]) -> str:
    """The command that is named, or what stands in its place."""
    return next((name for name in arguments if not name.startswith("-")), "")


def _usage_error(error: click.ClickException, arguments: Sequence[str]) -> int:
    command = _named(arguments)
    prefix = f"crossorigin {command}" if command in COMMANDS else "crossorigin"
    message = " ".join(error.format_message().split()).replace("Value error, ", "").rstrip(".")
    help_at = "" if isinstance(error, CommandLineError) else f" (see {prefix} --help)"
    click.echo(f"{prefix}: {message}{help_at}", err=True)
    return USAGE
