"""The server half's decisions, explained: which rule decided, of which field of the policy, and what to write there."""

from collections.abc import Iterator
from dataclasses import dataclass

from crossorigin.policy import Decision, DecisionCode

from .._fix import Fix
from .._layout import BLANK, Line, Paragraph, Span, lay_out, paragraph, verbatim
from .._shown import Shown, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionExplanation:
    """A decision in words, every part safe to print. `where` names the part of the policy that decided, "" for none."""

    code: DecisionCode
    allowed: bool
    title: str
    why: str
    answer: str
    fields: tuple[tuple[str, str], ...]
    where: str
    evidence: tuple[tuple[str, str], ...]
    fix: Fix | None


DECISION_PROSE: dict[DecisionCode, tuple[str, str, str]] = {
    DecisionCode.ALLOWED: (
        "The policy allows it.",
        "The Origin is matched by a rule of the policy, and so is all that was asked for.",
        "",
    ),
    DecisionCode.NO_ORIGIN: (
        "It is no cross-origin request: there is no Origin.",
        (
            "Browsers send Origin with every cross-origin request that CORS is about. Without one there is nothing to "
            "decide."
        ),
        "",
    ),
    DecisionCode.ORIGIN_MALFORMED: (
        "The Origin is not well-formed.",
        (
            "Browsers write an origin in one way only. This value is not written so: no entry matches it, and no "
            "predicate is asked."
        ),
        "If the request was made by hand, write the origin as scheme://host or scheme://host:port, in lower case.",
    ),
    DecisionCode.ORIGIN_UNLISTED: (
        "The origin is not on the policy's list.",
        "No entry of allow_origins matches it.",
        "If pages of this origin may read the responses, add it:",
    ),
    DecisionCode.ORIGIN_OWN: (
        "The origin is not on the policy's list, but it is the server's own.",
        "A request to the page's own origin is not refused: CORS is about others.",
        "",
    ),
    DecisionCode.PREDICATE_FAILED: (
        "The predicate that decides this origin failed.",
        "It raised, or took too long. A question without an answer is a no, and the answer is not to be cached.",
        (
            "See the error in the evidence and in the log; the predicate has to answer True or False within "
            "predicate_timeout."
        ),
    ),
    DecisionCode.METHOD_MALFORMED: (
        "The requested method is not a method name that the policy can answer.",
        "Access-Control-Request-Method has to be one token, as browsers send it.",
        "If the request was made by hand, name one method.",
    ),
    DecisionCode.METHOD_UNLISTED: (
        "The policy does not allow the method.",
        "GET, HEAD and POST are always allowed; allow_methods has to name every other one, in the same case.",
        "If pages may use it, add it:",
    ),
    DecisionCode.HEADERS_MALFORMED: (
        "Access-Control-Request-Headers is not a list of header names.",
        "Browsers send names with commas between them. The policy does not answer what is none, or far too long.",
        "If the request was made by hand, name the headers with commas between them.",
    ),
    DecisionCode.HEADER_UNLISTED: (
        "The policy does not allow one of the headers.",
        "allow_headers has to name every header that a plain form could not send.",
        "If pages may send it, add it:",
    ),
    DecisionCode.AUTHORIZATION_UNLISTED: (
        "The policy does not name the authorization header.",
        "By the Fetch standard the wildcard never covers it: it has to be listed.",
        "If pages may send it, add it:",
    ),
}
"""For each code: what, why, and what to do about it ("" where nothing is wrong)."""

OTHER_FIXES = {
    "null": (
        "Every sandboxed frame and local file sends null, whoever made it: do not allow it. Serve the page from an "
        "origin of its own, and allow that."
    ),
    "file://": (
        "Old WebViews send file:// for every local file, whoever made it: do not allow it. Load the page from a custom "
        "scheme or from https, and allow that."
    ),
}
"""What to do about an origin that no list should hold."""


def explain_decision(decision: Decision, *, show_secrets: bool = False) -> DecisionExplanation:
    """What the server half decided, and which part of the policy decided it.

    >>> from crossorigin.policy import Policy
    >>> policy = Policy(allow_origins=["https://app.example.com"])
    >>> explain_decision(policy.decide("GET", {"Origin": "https://other.example"})).title
    "The origin is not on the policy's list."
    """
    reason, shown = decision.reason, Shown(show_secrets)
    title, why, advice = DECISION_PROSE[reason.code]
    return DecisionExplanation(
        code=reason.code,
        allowed=reason.allowed,
        title=title,
        why=why,
        answer=_answer(decision),
        fields=tuple(shown.field(name.title(), value) for name, value in _fields(decision)),
        where=_where(reason.field, reason.index),
        evidence=tuple(shown.field(name, value) for name, value in reason.evidence),
        fix=_fix(reason.code, advice, dict(reason.evidence)),
    )


def _answer(decision: Decision) -> str:
    match decision.kind:
        case "preflight":
            return f"The middleware answers the preflight itself, with status {decision.status}."
        case "refused":
            return f"The middleware refuses the request with status {decision.status}; the app is not called."
        case _:
            return "The app answers; the middleware sets these fields on its response."


def _where(field: str | None, index: int | None) -> str:
    if field is None:
        return ""
    return field if index is None else f"{field}[{index}]"


def _fix(code: DecisionCode, advice: str, evidence: dict[str, str]) -> Fix | None:
    if code is DecisionCode.ORIGIN_UNLISTED and evidence.get("Origin") in OTHER_FIXES:
        return Fix(text=OTHER_FIXES[evidence["Origin"]])
    return Fix(text=advice, code=_entry(code, evidence)) if advice else None


def _entry(code: DecisionCode, evidence: dict[str, str]) -> str:
    """The line of the policy to extend, with what is missing."""
    match code:
        case DecisionCode.ORIGIN_UNLISTED:
            field, name = "allow_origins", evidence.get("Origin", "")
        case DecisionCode.METHOD_UNLISTED:
            field, name = "allow_methods", evidence.get("Access-Control-Request-Method", "")
        case DecisionCode.HEADER_UNLISTED | DecisionCode.AUTHORIZATION_UNLISTED:
            field, name = "allow_headers", evidence.get("header", "")
        case _:
            return ""
    return f'{field} = [..., "{visible(name)}"]'


def _fields(decision: Decision) -> Iterator[tuple[bytes, bytes]]:
    yield from decision.headers
    if decision.vary:
        yield b"vary", b", ".join(decision.vary)


def render_decision(decision: Decision, *, width: int = 80, show_secrets: bool = False) -> str:
    """A decision as plain text: what the middleware answers, which rule decided, and what to write instead."""
    lines = decision_lines(decision, width=width, show_secrets=show_secrets)
    return "".join(f"{''.join(span.text for span in line).rstrip()}\n" for line in lines)


def decision_lines(decision: Decision, *, width: int = 80, show_secrets: bool = False) -> Iterator[Line]:
    """The same as lines of spans."""
    return lay_out(_paragraphs(decision, explain_decision(decision, show_secrets=show_secrets)), width)


def _paragraphs(decision: Decision, explanation: DecisionExplanation) -> Iterator[Paragraph]:
    label = Span(f"{decision.kind.upper()}  ", "good" if explanation.allowed else "bad")
    yield paragraph(Span(explanation.title, "strong"), Span(f" [{explanation.code}]", "faint"), label=label)
    yield paragraph(explanation.answer, indent=2)
    for name, value in explanation.fields:
        yield paragraph(Span(f"{name}:", "strong"), " ", value, indent=4, hanging=4)
    where = f" {explanation.where} decided." if explanation.where else ""
    yield paragraph(f"{explanation.why}{where}", indent=2)
    for name, value in explanation.evidence:
        yield paragraph(Span(f"{name}:", "strong"), " ", value, indent=4, hanging=4)
    if explanation.fix is not None:
        yield paragraph(explanation.fix.text, indent=2)
        if explanation.fix.code:
            yield BLANK
            yield from verbatim(explanation.fix.code, 4)
