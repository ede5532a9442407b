"""An investigation as text and as JSON."""

from collections.abc import Iterator
from typing import Any

from crossorigin.browser import ResponseHead
from crossorigin.explain import BLANK, Fix, Paragraph, Shown, Span, paragraph, product_of, verbatim, visible

from ._conclusion import Conclusion, Investigation, Probed
from ._probes import Probe
from ._seen import asked_in_words

REQUEST_WIDTH = 34


def announcement(probes: tuple[Probe, ...], url: str, shown: Shown) -> Iterator[str]:
    """What is going to be sent, a line each: said before the first of them goes out."""
    if not probes:
        yield "investigation: nothing more has to be sent"
        return
    secrets = [
        name for name in ("Authorization", "Cookie") if any(name.encode() in each.send.headers for each in probes)
    ]
    too = f", some with the {' and '.join(secrets)} of the check" if secrets else ""
    count = f"{len(probes)} more request{'s' if len(probes) > 1 else ''}"
    yield f"investigation: at most {count} to {shown.url(url, 300)}, without a body{too}:"
    for probe in probes:
        yield f"  {asked_in_words(probe.send, shown)}"


def investigation_paragraphs(investigation: Investigation, shown: Shown) -> Iterator[Paragraph]:
    """The section "Investigation": what it came to, and a table of what was sent."""
    yield BLANK
    yield paragraph(Span("Investigation", "heading"))
    for number, conclusion in enumerate(investigation.conclusions):
        if number:
            yield BLANK
        also = "Also: " if number else ""
        sentence = Span(f"{also}{conclusion.sentence}", "strong")
        yield paragraph(sentence, Span(f" [{conclusion.code}]", "faint"), indent=2, hanging=2)
        for asked, answered in conclusion.evidence:
            yield paragraph(f"{asked}: {answered}", indent=4, hanging=2)
        yield paragraph(Span("Fix:", "heading"), f" {conclusion.fix.text}", indent=2, hanging=2)
        for block in ("\n".join(conclusion.fix.fields), conclusion.fix.code):
            if block:
                yield from verbatim(block, 6)
    if investigation.probed:
        yield BLANK
        heading = f"{'request':<{REQUEST_WIDTH}}  status  "
        yield paragraph(Span("Access-Control-Allow-Origin", "faint"), indent=2, label=Span(heading, "faint"))
    for each in investigation.probed:
        product = _product(each)
        status, allowed = _cells(each, shown)
        label = Span(f"{visible(each.probe.says, REQUEST_WIDTH):<{REQUEST_WIDTH}}  {status:<6}  ")
        yield paragraph(allowed, Span(f" ({product})" if product else "", "faint"), indent=2, label=label)


def _cells(each: Probed, shown: Shown) -> tuple[str, str]:
    if each.answer is None:
        return "-", "not sent"
    if not isinstance(each.answer, ResponseHead):
        return "-", f"no response: {each.answer.kind}"
    allowed = each.answer.headers.get(b"access-control-allow-origin")
    name = b"access-control-allow-origin"
    return str(each.answer.status), "(absent)" if allowed is None else shown.field(name, allowed, 100)[1]


def investigation_json(investigation: Investigation, shown: Shown) -> dict[str, Any]:
    """The value of the key `investigation`; check-1.schema.json says what it holds."""
    return {
        "conclusions": [_conclusion(each) for each in investigation.conclusions],
        "probes": [_probed(each, shown) for each in investigation.probed],
    }


def _conclusion(conclusion: Conclusion) -> dict[str, Any]:
    return {
        "code": str(conclusion.code),
        "sentence": conclusion.sentence,
        "evidence": [{"request": asked, "response": answered} for asked, answered in conclusion.evidence],
        "fix": _fix(conclusion.fix),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "where": fix.where,
        "product": fix.product,
        "applies": fix.applies,
        "text": fix.text,
        "fields": list(fix.fields),
        "code": fix.code,
        "policy": fix.code if fix.where == "policy" else "",
    }


def _probed(each: Probed, shown: Shown) -> dict[str, Any]:
    head = each.answer if isinstance(each.answer, ResponseHead) else None
    allowed = None if head is None else head.headers.get(b"access-control-allow-origin")
    return {
        "name": each.probe.name,
        "request": asked_in_words(each.probe.send, shown),
        "sent": each.answer is not None,
        "status": None if head is None else head.status,
        "allow_origin": None if allowed is None else shown.field(b"access-control-allow-origin", allowed)[1],
        "product": _product(each),
    }


def _product(each: Probed) -> str:
    found = product_of(each.answer.headers) if isinstance(each.answer, ResponseHead) else None
    return "" if found is None else found.name
