"""The evidence as a person reads it: fields in the case they are written in, and what is absent said to be."""

from collections.abc import Iterator

from .._shown import Shown, visible
from ._facts import Facts

ABSENT = "(absent)"

FIELD_NAMES = frozenset({"origin", "location", "content-type", "content-length"})


def shown_evidence(facts: Facts, shown: Shown, deciding: str) -> Iterator[tuple[str, str]]:
    """The names and values of a finding's evidence, safe to print. `deciding`, if it is missing, comes first."""
    names = dict(facts.finding.evidence)
    if deciding and deciding not in names:
        yield _label(deciding), ABSENT
    for name, value in facts.finding.evidence:
        if (name == "lines" and value == "1") or (name == "headers" and value == names.get("header")):
            continue
        text = shown.url(value) if name in ("url", "location", "page") else shown.field(name, value)[1]
        yield visible(_label(name), 60), text


def _label(name: str) -> str:
    if name in FIELD_NAMES or name.startswith(("access-control-", "cross-origin-")):
        return "-".join(part.capitalize() for part in name.split("-"))
    return {"lines": "header lines", "url": "URL"}.get(name, name.replace("-", " "))
