"""How a command ends early: a command line that is wrong, a reader that has gone."""

from typer.exceptions import TyperException


class CommandLineError(TyperException):
    """A command line that cannot be carried out. The message names the option, what is wrong, and what to write."""

    exit_code = 2


class ClosedPipe(Exception):
    """Whoever read the output has gone. No OSError, for typer would turn that into exit code 1, which means blocked."""
