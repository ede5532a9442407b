"""What became of one row, in the few words that are compared: the prediction's and the real browser's side by side."""

from dataclasses import dataclass

from crossorigin.browser import Outcome

from ._record import Exchange
from ._scenario import How

WORDS = {
    Outcome.READABLE: "allowed",
    Outcome.BLOCKED: "BLOCKED",
    Outcome.OPAQUE: "opaque",
    Outcome.NO_ANSWER: "no answer",
}

# What a script sees of each end. A readable fetch or XMLHttpRequest names the status and the fields instead.
SAW: dict[tuple[How, Outcome], str] = {
    ("fetch", Outcome.BLOCKED): "TypeError",
    ("fetch", Outcome.OPAQUE): "status 0, no fields, no body",
    ("xhr", Outcome.BLOCKED): "error event, status 0",
    ("font", Outcome.READABLE): "the font",
    ("font", Outcome.BLOCKED): "the fallback font",
    ("module", Outcome.READABLE): "the module's exports",
    ("module", Outcome.BLOCKED): "TypeError",
    ("canvas", Outcome.READABLE): "the pixels",
    ("canvas", Outcome.OPAQUE): "getImageData: SecurityError",
    ("canvas", Outcome.BLOCKED): "error event, no image",
    ("webgl", Outcome.READABLE): "a texture",
    ("webgl", Outcome.OPAQUE): "texImage2D: SecurityError",
    ("webgl", Outcome.BLOCKED): "error event, no image",
}

NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One row's end: the outcome in a word, what the script saw, and what went over the wire as the API recorded it."""

    outcome: str
    saw: str
    exchanges: tuple[Exchange, ...]

    @property
    def preflight(self) -> Exchange | None:
        """The preflight, if one went out."""
        return next((exchange for exchange in self.exchanges if exchange.preflight), None)

    @property
    def ran(self) -> bool:
        """Whether the application's code was called with the request itself, whatever the page may read."""
        return any(exchange.ran and not exchange.preflight for exchange in self.exchanges)

    @property
    def facts(self) -> dict[str, str]:
        """What is compared, in words."""
        wire = ", ".join(f"{exchange.method} {exchange.status}" for exchange in self.exchanges)
        return {
            "Outcome": self.outcome,
            "Preflight": "none" if self.preflight is None else f"sent, {self.preflight.status}",
            "API code": "ran" if self.ran else "did not run",
            "Script gets": self.saw,
            "On the wire": wire or NOTHING,
        }

    def differences(self, other: "Result") -> list[str]:
        """The names of the facts that differ. On the wire every recorded field counts, not only the words shown."""
        theirs = other.facts
        named = [name for name, words in self.facts.items() if words != theirs[name]]
        if self.exchanges != other.exchanges and "On the wire" not in named:
            named.append("On the wire")
        return named

    def to_json(self) -> dict[str, object]:
        """As the page shows it."""
        return {
            "facts": self.facts,
            "exchanges": [exchange.to_json() for exchange in self.exchanges],
            "blockedButRan": self.outcome == WORDS[Outcome.BLOCKED] and self.ran,
        }


def saw_response(status: int, names: list[str]) -> str:
    """What a script sees of a response that it may read. `names` are lower-case."""
    return f"status {status}; {', '.join(sorted(names)) or 'no fields'}"
