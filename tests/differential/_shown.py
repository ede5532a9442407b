"""What a script sees of a feature once its fetch has ended: the event, and what it then finds out.

The browser half says readable, opaque or blocked; docs/features.md says what that means to a page. This is the same
as `page.js` observes it, so that the browsers are asked whether it is true.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.differential._case import Feature


def shown(feature: Feature, ending: str, browser: str) -> tuple[str, Mapping[str, str]]:
    """The event, and what a script finds out."""
    if feature.name == "image" and ending != "blocked":
        access = "readable" if ending == "readable" else "SecurityError"
        return "load", dict.fromkeys(("pixels", "export", "blob", "texture"), access)
    if feature.name == "stylesheet" and ending != "blocked":
        return "load", {"rules": "readable" if ending == "readable" else "SecurityError"}
    if feature.name == "font" and ending == "blocked":
        return "error", {"error": "NetworkError"}
    if feature.name == "import" and ending == "blocked":
        return "error", {"error": "TypeError"}
    return ("error" if ending == "blocked" else "load"), {}
