"""A code that users see is never renamed and never removed: `codes.txt` lists every one that there has been.

Settings, dashboards, CI scripts and suppressed checks hold codes. The list is only ever added to.
"""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import get_args

from crossorigin.browser import FEATURES, PROFILES, Outcome, Reason
from crossorigin.browser._response import FailureKind
from crossorigin.diagnosis.investigation import LookAlike
from crossorigin.migrate import NOTE_RULES
from crossorigin.migrate._note import Severity
from crossorigin.policy import PROBLEM_RULES, DecisionCode, DecisionKind, DifferenceCode, ProblemKind
from tests.architecture.source import PACKAGE, Module, modules

SNAPSHOT = Path(__file__).with_name("codes.txt")
ENUMS: dict[str, type[StrEnum]] = {
    "outcome": Outcome,
    "reason": Reason,
    "decision": DecisionCode,
    "difference": DifferenceCode,
    "investigation": LookAlike,
}
TABLES = {"problem": PROBLEM_RULES, "note": NOTE_RULES, "profile": PROFILES, "feature": FEATURES}
CHOICES = {
    "decision-kind": DecisionKind,
    "network-failure": FailureKind,
    "note-severity": Severity,
    "problem-kind": ProblemKind,
}
CHECK_OF_DJANGO = re.compile(r"\b[EW]\d{3}\b")


def codes() -> Iterator[tuple[str, str]]:
    """Kind and code of all that there are."""
    for kind, enum in ENUMS.items():
        yield from ((kind, str(member)) for member in enum)
    for kind, table in TABLES.items():
        yield from ((kind, code) for code in table)
    for kind, choices in CHOICES.items():
        yield from ((kind, code) for code in get_args(choices))
    for module in modules():
        if module.room == "browser":
            yield from (("request-error", code) for code in request_errors(module.tree))
    for path in (PACKAGE / "middleware" / "django").glob("*.py"):
        yield from (("django-check", code) for code in CHECK_OF_DJANGO.findall(Module(path).text))


def request_errors(tree: ast.Module) -> Iterator[str]:
    """What `RequestError` is called with; `_choose` makes its code of the member's name."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Name("RequestError"), [ast.Constant(code), *_]):
                yield code
            case ast.Call(ast.Name("_choose"), [ast.Constant(member), *_]):
                yield f"option-{member}"


def snapshot() -> list[tuple[str, str]]:
    lines = SNAPSHOT.read_text(encoding="ascii").splitlines()
    return [(kind, code) for kind, _, code in (line.partition(" ") for line in lines)]


def test_no_code_is_removed_or_renamed() -> None:
    gone = sorted({*snapshot()} - {*codes()})
    assert not gone, f"users hold these codes, so they stay: {gone}"


def test_every_code_is_in_the_snapshot() -> None:
    new = sorted({*codes()} - {*snapshot()})
    lines = "\n".join(" ".join(pair) for pair in new)
    assert not new, f"add these lines to {SNAPSHOT.name}, and they are for good:\n{lines}"


def test_the_snapshot_is_sorted_and_says_nothing_twice() -> None:
    assert snapshot() == sorted({*snapshot()})
    assert {kind for kind, _ in snapshot()} == {*ENUMS, *TABLES, *CHOICES, "request-error", "django-check"}
