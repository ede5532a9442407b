"""An app in process: the one that `--app module:attr` names, at the origin of the URL and nowhere else."""

import importlib
import sys
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any

from crossorigin.browser import NetworkFailure, Send, parse_url
from crossorigin.drivers import DEFAULT_MAX_BODY, AnsweringDriver, ASGIDriver, Fetched, Flow, Reply, WSGIDriver, run
from crossorigin.standard import visible

from ._errors import CommandLineError


def load_app(name: str, option: str = "--app ") -> Any:
    """The object of that name; modules of the current directory come first, as with uvicorn.

    `option` is what stands before it on the command line, for the messages.

    Raises:
        CommandLineError: there is none, or its module cannot be imported.
    """
    module_name, colon, attribute = name.partition(":")
    if not colon or not module_name or not attribute:
        raise CommandLineError(
            f"{option}{visible(name, 100)}: write module:attribute, as in {option}myproject.asgi:app"
        )
    found: Any = load_module(module_name, f"{option}{visible(name, 100)}")
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise CommandLineError(
                f"{option}{visible(name, 100)}: {visible(module_name, 80)} has no attribute {visible(part, 60)}"
            ) from None
    return found


def raised(error: BaseException) -> str:
    """An exception of an app in one line: what it is, and where it was raised."""
    said = visible(str(error), 300)
    frames = extract_tb(error.__traceback__)
    where = f" ({visible(frames[-1].filename, 200)}, line {frames[-1].lineno}, in {frames[-1].name})" if frames else ""
    return f"{type(error).__name__}{': ' if said else ''}{said}{where}"


def load_module(name: str, given: str) -> ModuleType:
    """The module of that name. `given` is what stands on the command line.

    Raises:
        CommandLineError: it cannot be imported.
    """
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a stranger's module raises, it is one line
        raise CommandLineError(
            f"{given}: importing {visible(name, 80)} failed: {type(error).__name__}: {visible(str(error), 200)}"
        ) from None


class AppAtOrigin:
    """A driver for an app at the URL's origin: all other origins are unreachable."""

    def __init__(self, app_driver: ASGIDriver | WSGIDriver, url: str) -> None:
        self._app_driver = app_driver
        self._home = _origin(url)
        self._elsewhere = AnsweringDriver(self._unreachable)

    def run(self, flow: Flow) -> Fetched:
        """Runs a flow to its verdict."""
        return run(flow, self, DEFAULT_MAX_BODY)

    def open(self, send: Send) -> Reply:
        """Asks the app, if the request is for its origin."""
        driver = self._app_driver if _origin(send.url) == self._home else self._elsewhere
        return driver.open(send)

    def close(self) -> None:
        """Shuts the app down."""
        self._app_driver.close()

    def _unreachable(self, _: Send) -> NetworkFailure:
        return NetworkFailure(kind="unreachable", message=f"the app of --app answers at {self._home} alone")


def _origin(url: str) -> str:
    parsed = parse_url(url)
    return "" if parsed is None else str(parsed.origin)
