"""`crossorigin demo`: two servers, the scenario in the terminal, and a page that repeats it in a real browser."""

import sys
import threading

import click
from click.exceptions import Exit

from ._terminal import Terminal

PORT = click.IntRange(0, 65535)
PORT_HELP = "The {}'s port on loopback; 0 takes a free one."


@click.command()
@click.option("--api-port", type=PORT, default=0, metavar="PORT", help=PORT_HELP.format("API"))
@click.option("--page-port", type=PORT, default=0, metavar="PORT", help=PORT_HELP.format("page"))
@click.option("--once", is_flag=True, help="Run the scenario here and exit, without serving the page.")
def demo(*, api_port: int, page_port: int, once: bool) -> None:
    """Show both halves at work: an API on one origin, a page on another.

    Runs every request of the scenario through the browser half and prints what becomes of it. Then serves a page that
    repeats the scenario in whatever browser opens it and marks every difference, until Ctrl-C.

    Exit code: 0 if it served until Ctrl-C, or with --once if every request ended as it should; 1 with --once if one did
    not; 2 if a port cannot be used; 130 if it was interrupted before it served.
    """
    from crossorigin.demo import Demo, PortUnavailable, head_lines, predict, row_lines, summary_lines

    terminal = Terminal()
    try:
        with Demo(api_port=api_port, page_port=page_port) as running:
            predictions = []
            terminal.print_lines(head_lines(running.origins))
            for prediction in predict(running.runs.start(), running.origins):
                terminal.print_lines(row_lines(prediction))
                predictions.append(prediction)
            terminal.print_lines(summary_lines(predictions))
            if once:
                raise Exit(1 if any(prediction.surprises for prediction in predictions) else 0)
            _serve(terminal, running.origins.page)
    except PortUnavailable as error:
        click.echo(f"crossorigin demo: {error}", err=True)
        raise Exit(2) from None


def _serve(terminal: Terminal, page: str) -> None:
    """Until Ctrl-C, which is how this command ends: no failure, so 0. On Windows only a wait with a limit hears it."""
    forever = threading.Event()
    try:
        terminal.print(f"\nOpen  {page}/  in a browser. Ctrl-C stops.", "strong")
        sys.stdout.flush()  # into a pipe or a log too, before the silence
        while not forever.wait(1.0):
            pass
    except KeyboardInterrupt:
        terminal.print("\nStopped.")
