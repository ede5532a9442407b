"""`crossorigin demo`: two servers, the scenario in the terminal, and a page that repeats it in a real browser."""

import threading
from typing import Annotated

import typer
from rich.console import Console

PORT_HELP = "The {}'s port on 127.0.0.1; 0 takes a free one."


def demo(
    api_port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help=PORT_HELP.format("API"))] = 0,
    page_port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help=PORT_HELP.format("page"))] = 0,
    once: Annotated[
        bool, typer.Option("--once", help="Run the scenario here and exit, without serving the page.")
    ] = False,
) -> None:
    """Show both halves at work: an API on one origin, a page on another.

    Runs every request of the scenario through the browser half and prints what becomes of it. Then serves a page that
    repeats the scenario in whatever browser opens it and marks every difference, until Ctrl-C.

    Exit code: 0 after Ctrl-C, or with --once if every request ended as it should; 1 with --once if one did not; 2 if a
    port cannot be used.
    """
    from crossorigin.demo import Demo, PortUnavailable, predict, print_scenario

    console = Console(highlight=False)
    try:
        with Demo(api_port=api_port, page_port=page_port) as running:
            surprising = print_scenario(console, running.origins, predict(running.runs.start(), running.origins))
            if once:
                raise typer.Exit(1 if surprising else 0)
            console.print(f"\nOpen  [bold]{running.origins.page}/[/bold]  in a browser. Ctrl-C stops.", soft_wrap=True)
            _wait()
    except PortUnavailable as error:
        typer.echo(f"crossorigin demo: {error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        # Ctrl-C is how this command ends: no failure, so 0, as for any server that was told to stop.
        console.print("\nStopped.")


def _wait() -> None:
    """Until Ctrl-C. On Windows only a wait with a limit hears it."""
    forever = threading.Event()
    while not forever.wait(1.0):
        pass
