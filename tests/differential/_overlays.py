"""Overlays: a browser with a setting of its own, recorded for the topics that the setting changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.differential.topics import TOPICS


@dataclass(frozen=True, slots=True)
class Overlay:
    """`settings` are what the engine's Context is told, beside the browser's profile."""

    browser: str
    topics: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)


OVERLAYS: Mapping[str, Overlay] = {
    "chromium-debian": Overlay("chromium", ("third-party-cookies",), {"block_third_party_cookies": True}),
}


def topics_of(browser: str) -> Iterable[str]:
    """The topics that a browser or an overlay is recorded for."""
    return OVERLAYS[browser].topics if browser in OVERLAYS else TOPICS
