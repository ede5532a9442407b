"""The `crossorigin` command: `check`, `policy`, `diff`, `migrate` and `demo`, one a file, thin over the rooms."""

import gc
import sys

__all__ = ["main"]


def main() -> None:
    """The command, as the shell calls it: reads `sys.argv`, and ends the process with the exit code."""
    gc.set_threshold(100_000)  # a start makes many objects, and nearly all of them stay
    try:
        sys.exit(_run())
    except KeyboardInterrupt:
        # While the modules are loaded: afterwards click makes the same exit code of it.
        sys.exit(130)


def _run() -> int:
    try:
        from ._main import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "crossorigin":
            raise
        message = f"crossorigin: the command needs {error.name}, which is not installed: pip install 'crossorigin[cli]'"
        print(message, file=sys.stderr)  # noqa: T201  # rich may be what is missing
        return 2
    return run(sys.argv[1:])
