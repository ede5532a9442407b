"""What a script sees of a feature once its fetch has ended: the event, and what it then finds out.

The browser half says readable, opaque or blocked; docs/features.md says what that means to a page. This is the same
as `page.js` observes it, so that the browsers are asked whether it is true.
"""

from __future__ import annotations

from collections.abc import Mapping

from crossorigin.browser import Reason, Verdict
from tests.differential._case import Feature

Shown = tuple[str, Mapping[str, str]]

ERRORS = {
    "audio-worklet": "AbortError",
    "font": "NetworkError",
    "import": "TypeError",
    "service-worker": "SecurityError",
}
"""What the promise of each rejects with."""

SILENT = ("background-image", "ping", "svg-use")
"""Nothing tells a script what became of these."""

INDIFFERENT = ("form", "iframe", "embed", "image")
"""These show what comes with any status."""

UNASKED = ("preload",)
"""Its events follow what the type of the content and its use are, too."""


def shown(feature: Feature, ending: str, verdict: Verdict) -> Shown:
    """The event, and what a script finds out."""
    name, browser = feature.name, verdict.profile.name
    status = verdict.exchanges[-1].answer.status if ending != "blocked" else 0  # type: ignore[union-attr]
    shows_errors = name in INDIFFERENT or (name == "track" and browser == "chromium")
    if ending == "blocked" or (status >= 400 and not shows_errors):
        return _failed(name, ending, verdict)
    readable = ending == "readable"
    access = "readable" if readable else "SecurityError"
    match name:
        case "image":
            return "load", dict.fromkeys(("pixels", "export", "blob", "texture"), access)
        case "stylesheet":
            return "load", {"rules": access}
        case "script" | "module":
            return "load", {"errors": "spoken" if readable or browser == "firefox" else "muted"}
        case "iframe" | "form":
            return "load", {"document": "visible" if readable else "hidden"}
        case "audio":
            return "canplaythrough", {}
        case "video":
            return "error", {}  # there is no video in it
        case "event-source":
            return "message", {"data": "x"}
        case "import-scripts":
            return "message", {"data": "loaded"}
        case "worker" | "shared-worker":
            return "message", {"data": "ran"}
        case _:
            return _told(name, browser, used=True) or ("load", {})


def _failed(name: str, ending: str, verdict: Verdict) -> Shown:
    browser = verdict.profile.name
    if name in ERRORS:
        return "error", {"error": ERRORS[name]}
    match name:
        case "event-source":
            return "error", {"readyState": "2"}
        case "import-scripts":
            return "message", {"data": "NetworkError"}
        case "worker" | "shared-worker" if browser == "chromium" and not verdict.sent:
            return "throws", {"error": "SecurityError"}
        case "websocket" if verdict.reason is Reason.MIXED_CONTENT:
            return "throws", {"error": "SecurityError"}
        case "modulepreload" if browser == "firefox" and ending == "blocked":
            return "load", {}
        case "prefetch" if browser == "firefox" and ending != "readable":
            return "load", {}
        case _:
            return _told(name, browser, used=ending != "blocked") or ("error", {})


def _told(name: str, browser: str, *, used: bool) -> Shown | None:
    """Of features that have no event."""
    if name in UNASKED:
        return "unasked", {}
    if name in SILENT:
        return "none", {}
    if name == "beacon":
        return "none", {"sent": "True"}
    if name == "shape-outside":
        # Firefox makes no shape of one pixel.
        return "none", {"shape": "used" if used and browser == "chromium" else "ignored"}
    if name == "mask-image":
        return "none", {"shape": "ignored"}
    return None
