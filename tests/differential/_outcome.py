"""What became of a case: the same form for a browser, for a recording and for the engine, so that `==` judges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

OUTCOMES = Path(__file__).with_name("outcomes")

# What thousands of lines have in common is written short. The order counts: a phrase may hold the short form of one
# before it.
SHORT: Mapping[str, str] = {
    "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at ": "«blocked at»",
    "(Reason: CORS request did not succeed). Status code: (null).": "«did not succeed»",
    "CORS header ‘Access-Control-Allow-Origin’ ": "«acao»",
    " from origin '{page}' has been blocked by CORS policy: ": "«blocked»",
    "Response to preflight request doesn't pass access control check: ": "«preflight»",
    " Have the server send the header with a valid value.": "«send»",
    "The 'Access-Control-Allow-Origin' header ": "«acao»'",
    "No 'Access-Control-Allow-Origin' header is present on the requested resource.": "«no acao»",
    "is not allowed by Access-Control-Allow-": "«not allowed by»",
    '"referer":"{page}/"': "«from page»",
    '"sec-fetch-mode":"cors"': "«cors»",
    '"sec-fetch-site":"cross-site"': "«cross-site»",
    '"sec-fetch-site":"same-origin"': "«same-origin»",
    "{«from page»,«cors»,«cross-site»}": "«page cors cross-site»",
    "{«from page»,«cross-site»}": "«page cross-site»",
    '["readable","cors",200,{"content-length":"2"}]': "«readable»",
    '["GET","api/x","{page}"]': "«GET»",
    '["OPTIONS","api/x","{page}",': "«OPTIONS»",
    '"seen":[["blocked"]]': "«not seen»",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page's script got of one call.

    `ending` is "readable", "opaque" or "blocked" of fetch() and XMLHttpRequest, which alone tell a status and headers
    (and fetch() a type); of a feature it is the event that it ended with, and `shown` what a script then found out.
    """

    ending: str
    type: str | None = None
    status: int | None = None
    headers: Mapping[str, str] | None = None
    shown: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """One request as a server saw it, as far as CORS decides about it. `to` is `origin/path`.

    `fields` are those that the case asks for beside the others.
    """

    method: str
    to: str
    origin: str | None = None
    acrm: str | None = None
    acrh: str | None = None
    cookie: str | None = None
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`console` is what the browser printed about the case's URLs; of the engine, what `explain` says it prints.

    `stored` are the cookies of the case that the browser held at the end.
    """

    case: str
    seen: tuple[Seen, ...]
    wire: tuple[Wire, ...]
    stored: tuple[str, ...] = ()
    console: tuple[str, ...] = ()

    def without_console(self) -> Outcome:
        """The part that the browser half answers for; the words are those of explain."""
        return replace(self, console=())

    def with_console(self, console: tuple[str, ...]) -> Outcome:
        """The same with other words."""
        return replace(self, console=console)

    def line(self) -> str:
        """One line of JSON, made short.

        Each `Seen` and `Wire` is a list of its fields, without what is None at the end.
        """
        data: dict[str, Any] = {"case": self.case}
        for name in ("seen", "wire", "stored", "console"):
            if values := getattr(self, name):
                data[name] = [value if isinstance(value, str) else _row(value) for value in values]
        line = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        for phrase, short in SHORT.items():
            line = line.replace(phrase, short)
        return line

    @classmethod
    def parse(cls, line: str) -> Outcome:
        """The reverse of `line`."""
        for phrase, short in reversed(SHORT.items()):
            line = line.replace(short, phrase)
        data = json.loads(line)
        return cls(
            case=data["case"],
            seen=tuple(Seen(*row) for row in data.get("seen", ())),
            wire=tuple(Wire(*row) for row in data.get("wire", ())),
            stored=tuple(data.get("stored", ())),
            console=tuple(data.get("console", ())),
        )


def _row(value: Seen | Wire) -> list[Any]:
    row = [getattr(value, name) for name in value.__slots__]
    row = [dict(sorted(item.items())) if isinstance(item, Mapping) else item for item in row]
    while row and row[-1] is None:
        row.pop()
    return row


def recording(browser: str, topic: str) -> Path:
    """The committed file of a browser and a topic."""
    return OUTCOMES / f"{browser}-{topic}.jsonl"


def read(path: Path) -> dict[str, Outcome]:
    """The outcomes of a recording, by case."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return {outcome.case: outcome for outcome in map(Outcome.parse, filter(None, lines))}


def write(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Record, sorted by case, so that a new case is one new line."""
    lines = [outcome.line() for outcome in sorted(outcomes, key=lambda outcome: outcome.case)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
