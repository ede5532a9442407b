"""The evidence as a person reads it: fields in the case they are written in, and what is absent said to be."""

from collections.abc import Iterator

from crossorigin.browser import Reason

from .._shown import Shown, visible
from ._facts import Facts

ABSENT = "(absent)"

DECIDING_FIELDS: dict[Reason, str] = {
    Reason.ACAO_MISSING: "access-control-allow-origin",
    Reason.PREFLIGHT_ACAO_MISSING: "access-control-allow-origin",
    Reason.ACAC_NOT_TRUE: "access-control-allow-credentials",
    Reason.PREFLIGHT_ACAC_NOT_TRUE: "access-control-allow-credentials",
    Reason.PREFLIGHT_METHOD: "access-control-allow-methods",
    Reason.PREFLIGHT_HEADER: "access-control-allow-headers",
    Reason.CORP_EMBEDDER_POLICY: "cross-origin-resource-policy",
    Reason.ORB: "content-type",
    Reason.NOSNIFF: "content-type",
}
"""The field whose absence decides, where that is one way to end there."""

FIELD_NAMES = frozenset({"origin", "location", "content-type", "content-length"})


def shown_evidence(facts: Facts, shown: Shown) -> Iterator[tuple[str, str]]:
    """The names and values of a finding's evidence, safe to print, with the field that is missing put first."""
    names = dict(facts.finding.evidence)
    deciding = DECIDING_FIELDS.get(facts.finding.reason)
    if deciding is not None and deciding not in names:
        yield _label(deciding), ABSENT
    for name, value in facts.finding.evidence:
        if (name == "lines" and value == "1") or (name == "headers" and value == names.get("header")):
            continue
        text = shown.url(value) if name in ("url", "location", "page") else shown.field(name, value)[1]
        yield visible(_label(name), 60), text


def _label(name: str) -> str:
    if name in FIELD_NAMES or name.startswith(("access-control-", "cross-origin-")):
        return "-".join(part.capitalize() for part in name.split("-"))
    return {"lines": "field lines", "url": "URL"}.get(name, name.replace("-", " "))
