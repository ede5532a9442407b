"""What is raised for a declaration that does not hold: every problem at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._problems import ProblemKind

SHOWN_VALUE = 100
SHOWN_PROBLEMS = 50


class Problem(Exception):
    """One problem of a declaration, or one piece of advice about it.

    Attributes:
        code: stable, never renamed; `PROBLEM_RULES` has them all.
        field: the field of the policy, or the key of the mapping.
        index: the position within the field's list, None where the whole field is meant.
        value: what was declared.
        message: one sentence.
        hint: what to do.
        corrected: the value to write instead, None where only the author can know it. A tuple means several items.
    """

    def __init__(
        self, code: str, field: str, index: int | None, value: object, message: str, hint: str, corrected: object = None
    ) -> None:
        # All of it goes to Exception, so that a problem survives pickling and copying.
        super().__init__(code, field, index, value, message, hint, corrected)
        self.code = code
        self.field = field
        self.index = index
        self.value = value
        self.message = message
        self.hint = hint
        self.corrected = corrected

    @property
    def kind(self) -> "ProblemKind":
        """Who objects: the standard ("forbidden"), the grammar, another field, or this library ("refused")."""
        from ._problems import PROBLEM_RULES

        return PROBLEM_RULES[self.code].kind

    @property
    def where(self) -> str:
        """The place within the declaration: `allow_origins[2]`."""
        return self.field if self.index is None else f"{self.field}[{self.index}]"

    def at(self, field: str) -> "Problem":
        """The same problem of the same field under another name, its dotted key in a file, say."""
        return Problem(self.code, field, self.index, self.value, self.message, self.hint, self.corrected)

    def said(self, message: str, hint: str) -> "Problem":
        """The same problem in other words."""
        return Problem(self.code, self.field, self.index, self.value, message, hint, self.corrected)

    def __str__(self) -> str:
        """The place alone: a traceback prints this below the text of the `PolicyError`, which says all the rest."""
        return self.where


class PolicyError(ExceptionGroup[Problem]):
    """A declaration with problems: all of them, in the order of the fields.

    >>> from crossorigin.policy import Policy
    >>> try:
    ...     Policy(allow_origins=["https://app.example.com/", "null"])
    ... except PolicyError as error:
    ...     [(problem.code, problem.where, problem.hint) for problem in error.problems[:1]]
    [('origin-trailing-slash', 'allow_origins[0]', "write 'https://app.example.com'")]
    """

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> "PolicyError":
        """The error for these problems, of which there must be one at least."""
        return cls("1 problem" if len(problems) == 1 else f"{len(problems)} problems", problems)

    def derive(self, excs: Sequence[Problem], /) -> "PolicyError":  # type: ignore[override]  # narrower: split() of ours gives ours
        return PolicyError.of(excs)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.exceptions  # type: ignore[return-value]  # typeshed allows groups within groups: of() builds none

    def __str__(self) -> str:
        lines = [f"the policy has {self.message}"]
        for problem in self.problems[:SHOWN_PROBLEMS]:
            lines += f"{problem.where}: {problem.message} [{problem.code}]", f"  hint: {problem.hint}"
        if len(self.problems) > SHOWN_PROBLEMS:
            lines.append(f"… and {len(self.problems) - SHOWN_PROBLEMS} more")
        return "\n".join(lines)


def problem(
    code: str,
    field: str,
    index: int | None,
    value: object,
    *,
    fact: str = "",
    hint: str | None = None,
    corrected: object = None,
) -> Problem:
    """A problem out of its row of the table. A corrected value makes the hint; `hint` overrides both."""
    from ._problems import PROBLEM_RULES  # here: a sound policy needs none of the table

    rule = PROBLEM_RULES[code]
    facts = {"value": shown(value), "fact": fact, "field": field}
    if hint is None:
        hint = rule.hint.format(**facts) if corrected is None else f"write {written_values(corrected)}"
    return Problem(code, field, index, value, rule.sentence.format(**facts), hint, corrected)


def shown(value: object) -> str:
    """`value` as a message shows it: its repr, cut where it is long. One that has none is shown as an object."""
    try:
        text = repr(value if not isinstance(value, str) else value[: SHOWN_VALUE + 1])
    except Exception:  # noqa: BLE001  # a message about an error must not become another one
        text = object.__repr__(value)
    return text if len(text) <= SHOWN_VALUE else f"{text[:SHOWN_VALUE]}…"


def written_values(corrected: object) -> str:
    """A corrected value as a hint shows it: the items of a tuple in a row."""
    return ", ".join(map(repr, corrected)) if isinstance(corrected, tuple) else repr(corrected)
