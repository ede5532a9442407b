"""What became of a case: the same form for a browser, for a recording and for the engine, so that `==` judges."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

OUTCOMES = Path(__file__).with_name("outcomes")

Ending = Literal["readable", "opaque", "blocked"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page's script got of one call.

    Only fetch() tells a type, and only fetch() and XMLHttpRequest tell a status and headers; elsewhere they are None.
    """

    ending: Ending
    type: str | None = None
    status: int | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """One request as a server saw it, as far as CORS decides about it. `to` is `origin/path`."""

    method: str
    to: str
    origin: str | None = None
    acrm: str | None = None
    acrh: str | None = None
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`console` is what the browser printed about the case's URLs; of the engine, what `explain` says it prints."""

    case: str
    seen: tuple[Seen, ...]
    wire: tuple[Wire, ...]
    console: tuple[str, ...] = ()

    def without_console(self) -> Outcome:
        """The part that the browser half answers for; the words are those of explain."""
        return replace(self, console=())

    def line(self) -> str:
        """One line of JSON: what is None is left out."""
        return json.dumps(_without_none(asdict(self)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def parse(cls, line: str) -> Outcome:
        """The reverse of `line`."""
        data = json.loads(line)
        return cls(
            case=data["case"],
            seen=tuple(Seen(**seen) for seen in data["seen"]),
            wire=tuple(Wire(**wire) for wire in data["wire"]),
            console=tuple(data["console"]),
        )


def recording(browser: str, topic: str) -> Path:
    """The committed file of a browser and a topic."""
    return OUTCOMES / f"{browser}-{topic}.jsonl"


def read(path: Path) -> dict[str, Outcome]:
    """The outcomes of a recording, by case."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {outcome.case: outcome for outcome in map(Outcome.parse, lines)}


def write(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Record, sorted by case, so that a new case is one new line."""
    lines = [outcome.line() for outcome in sorted(outcomes, key=lambda outcome: outcome.case)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def without_addresses(text: str, origins: Mapping[str, str]) -> str:
    """`text` with the places of `_case` instead of this run's addresses."""
    for label, origin in origins.items():
        text = re.sub(re.escape(origin) + r"(?!\d)", f"{{{label}}}", text)
    return text


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_none(item) for item in value]
    return value
