"""How a command ends early: a command line that is wrong, a reader that has gone."""

from click import ClickException


class CommandLineError(ClickException):
    """A command line that cannot be carried out. The message names the option, what is wrong, and what to write."""

    exit_code = 2


class ClosedPipe(Exception):
    """Whoever read the output has gone. Not an OSError: a broken pipe of the network is another matter."""
