"""An app in process: the one that `--app module:attr` names, at the origin of the URL and nowhere else."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from crossorigin.browser import NetworkFailure, Verdict, parse_url
from crossorigin.drivers import Flow
from crossorigin.explain import visible

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


def at_origin_alone(flow: Flow, url: str) -> Flow:
    """The same flow, of which only what goes to the URL's origin comes out; all else is unreachable."""
    home = _origin(url)
    try:
        send = next(flow)
        while True:
            if _origin(send.url) == home:
                send = flow.send((yield send))
            else:
                message = f"the app of --app answers at {home} alone"
                send = flow.send(NetworkFailure(kind="unreachable", message=message))
    except StopIteration as stop:
        verdict: Verdict = stop.value
        return verdict


def _origin(url: str) -> str:
    parsed = parse_url(url)
    return "" if parsed is None else str(parsed.origin)
