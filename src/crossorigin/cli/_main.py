"""The commands under one name, and how they end: exit codes, one-line errors, Ctrl-C, a closed pipe."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.exceptions import TyperException

from ._check import EPILOG as CHECK_EPILOG
from ._check import check
from ._demo import demo
from ._diff import EPILOG as DIFF_EPILOG
from ._diff import diff
from ._errors import ClosedPipe, CommandLineError
from ._migrate import EPILOG as MIGRATE_EPILOG
from ._migrate import migrate
from ._policy import EPILOG as POLICY_EPILOG
from ._policy import policy

BROKEN_PIPE = 141
USAGE = 2

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command(epilog=CHECK_EPILOG)(check)
app.command(epilog=POLICY_EPILOG)(policy)
app.command(epilog=DIFF_EPILOG)(diff)
app.command(epilog=MIGRATE_EPILOG)(migrate)
app.command()(demo)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"crossorigin {version('crossorigin')}")
        raise typer.Exit


@app.callback()
def crossorigin(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """CORS, both halves: what a server permits, and what a browser makes of it."""


def run(arguments: Sequence[str]) -> int:
    """Run the command with these arguments; its exit code."""
    # What a server sent can hold any character, and the terminal's encoding may not.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(list(arguments) or ["--help"], prog_name="crossorigin", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _usage_error(error, arguments)
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
    return code if isinstance(code, int) else 0


def _usage_error(error: TyperException, arguments: Sequence[str]) -> int:
    command = next((name for name in arguments if not name.startswith("-")), "")
    known = command in ("check", "policy", "diff", "migrate", "demo")
    prefix = f"crossorigin {command}" if known else "crossorigin"
    message = " ".join(error.format_message().split()).replace("Value error, ", "").rstrip(".")
    help_at = "" if isinstance(error, CommandLineError) else f" (see {prefix} --help)"
    typer.echo(f"{prefix}: {message}{help_at}", err=True)
    return USAGE
