"""What is told of one reason: its title, what happened, why browsers do it, and what to do. One value a reason."""

from collections.abc import Callable
from dataclasses import dataclass

from .._fix import Fix
from .._shown import Shown
from ._facts import Facts

Fixes = Callable[[Facts, Shown], tuple[Fix, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The words about one reason; `{…}` in the three sentences is filled in from the facts (`_words`).

    `fixes` gives what to do, the likeliest first. `deciding` is the header whose absence decides, where that is one way
    to end there.
    """

    title: str
    what: str
    why: str
    fixes: Fixes
    deciding: str = ""


def one(text: str, **places: object) -> Fixes:
    """One fix whose text is always the same."""
    fix = Fix(text=text, **places)  # type: ignore[arg-type]  # Fix's own fields, by name
    return lambda _facts, _shown: (fix,)
