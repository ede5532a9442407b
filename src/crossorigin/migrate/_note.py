"""What a migration says beside its policy: one note for each thing that differs, with its evidence."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["unsafe", "wider", "lost", "stricter", "differs", "same"]

SEVERITIES: tuple[Severity, ...] = ("unsafe", "wider", "lost", "stricter", "differs", "same")
"""From what a person should read first to what is only for the record."""

NEEDS_DECISION = frozenset({"unsafe", "wider", "lost"})

SHOWN = 100


@dataclass(frozen=True, slots=True)
class NoteRule:
    """What a code stands for. `why` may hold `{fact}` and `{witness}`."""

    code: str
    severity: Severity
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that is not said again as it was.

    Attributes:
        code: stable, never renamed; `NOTE_RULES` has them all.
        severity: "unsafe": the old set-up let in whom its author did not mean, and ours does not; "wider": ours permits
            what the old one did not; "lost": something that ours has no words for, or that never worked; "stricter":
            ours permits less, and nobody should miss it; "differs": another answer with the same permissions; "same":
            written otherwise, to the same effect.
        option: the option's name, as the old set-up calls it.
        was: what it said, as text.
        becomes: what ours says instead; empty where it says nothing.
        why: a sentence or two.
        witness: an origin, a path or a name by which the difference can be seen; empty where there is none.
    """

    code: str
    severity: Severity
    option: str
    was: str
    becomes: str
    why: str
    witness: str = ""

    @property
    def needs_decision(self) -> bool:
        """Whether a person has to look at it before the old set-up goes."""
        return self.severity in NEEDS_DECISION


def note(code: str, option: str, was: object = "", becomes: object = "", *, witness: str = "", fact: str = "") -> Note:
    """A note out of its row of the table. What was and what it becomes are shown as they are written in Python."""
    from ._prose import NOTE_RULES

    rule = NOTE_RULES[code]
    return Note(
        code=code,
        severity=rule.severity,
        option=option if option.isidentifier() else shown(option),
        was=shown(was),
        becomes=shown(becomes),
        why=rule.why.format(fact=fact, witness=shown(witness)),
        witness=witness,
    )


def quoted(text: str) -> str:
    """`text` as a literal of Python in double quotes, in ASCII and on one line."""
    return '"' + text.encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'


def literal(text: str) -> str:
    """The same, raw where there is a backslash and it can be: as expressions are written."""
    is_plain = "\\" in text and text.isascii() and text.isprintable() and '"' not in text and not text.endswith("\\")
    return f'r"{text}"' if is_plain else quoted(text)


def shown(value: object) -> str:
    """`value` on one line, as Python writes it, cut where it is long; nothing for an empty text."""
    if value == "":
        return ""
    if callable(value):
        return "a predicate"
    value = getattr(value, "pattern", value)
    if isinstance(value, tuple | list):
        text = ", ".join(map(shown, value)) or "[]"
    else:
        text = literal(value) if isinstance(value, str) else ascii(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
