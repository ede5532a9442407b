"""Where the engine is known to differ from a browser, each with its reason.

A two-way ratchet: a difference that is not listed fails the run, and so does one that is listed and gone. Deviations
of a browser from the standard do not belong here, but in its `Profile`.
"""

from __future__ import annotations

KNOWN: dict[tuple[str, str], str] = {}
"""(browser, case) -> why the engine does not do as that browser does."""

KNOWN_WORDS: dict[tuple[str, str], str] = {}
"""(browser, case) -> why `explain` does not say what that browser's console does."""
