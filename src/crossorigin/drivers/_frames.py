"""Where a thread is: the place to name when an app blocks, and whether a debugger holds it there."""

import sysconfig
from types import FrameType

_DEBUGGERS = frozenset({"bdb", "pdb", "pydevd", "_pydevd_bundle", "debugpy"})


def place_of(frame: FrameType | None) -> str:
    """The innermost place outside the standard library that led to this frame: file, line and function."""
    library, packages = sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith((library, "<frozen")) or name.startswith(packages):
            break
        frame = frame.f_back
    return "an unknown place" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"


def is_debugged(frame: FrameType | None) -> bool:
    """Whether a debugger is at work in this frame or one that called it: then it takes as long as it takes."""
    while frame is not None:
        if str(frame.f_globals.get("__name__")).partition(".")[0] in _DEBUGGERS:
            return True
        frame = frame.f_back
    return False
