"""An explanation as text: for a terminal, a test's failure, a log."""

from collections.abc import Iterable, Iterator

from crossorigin.browser import Outcome

from .._layout import BLANK, Line, Paragraph, Role, Span, lay_out, paragraph, verbatim
from ._explanation import Cause, Explanation, ShownExchange, ShownStep

OUTCOMES: dict[Outcome, tuple[str, Role]] = {
    Outcome.READABLE: ("READABLE", "good"),
    Outcome.OPAQUE: ("OPAQUE", "bad"),
    Outcome.BLOCKED: ("BLOCKED", "bad"),
    Outcome.NO_ANSWER: ("NO ANSWER", "bad"),
    Outcome.NOT_SENT: ("NOT SENT", "good"),
}
EXCHANGES_SHOWN = 6
REASONS = "docs/reasons.md#"
"""Where each reason's code is told of, with the way to the standard."""

TOLD_ABOVE = frozenset({"URL", "Origin", "status", "method"})
"""Evidence that stands elsewhere in the text: shown again with all the rest alone."""

MARKS: dict[tuple[bool, bool], tuple[str, Role]] = {
    (True, False): ("FAIL  ", "bad"),
    (False, True): ("ok    ", "good"),
    (False, False): ("      ", ""),
}
"""By (the step decided, it came out well): one that merely holds the deciding step has no mark."""


def render_text(explanation: Explanation, *, width: int = 80, verbose: bool = False) -> str:
    """The explanation as plain text, at most `width` columns wide (what is to be copied is never broken).

    `verbose` adds every step, the browsers' own words, and the whole exchange, as a browser's network panel shows it.
    """
    lines = text_lines(explanation, width=width, verbose=verbose)
    return "".join(f"{''.join(span.text for span in line).rstrip()}\n" for line in lines)


def text_lines(
    explanation: Explanation, *, width: int = 80, verbose: bool = False, after_fix: Iterable[Paragraph] = ()
) -> Iterator[Line]:
    """The same as lines of spans, each with the role that a terminal may colour. `after_fix` follows the fix."""
    return lay_out(_paragraphs(explanation, verbose, after_fix), width)


def table_lines(explanations: Iterable[Explanation], *, width: int = 80) -> Iterator[Line]:
    """A line for each of several: its outcome, the page's origin, the request, and the reason's code."""
    rows = [(*headline(each), each) for each in explanations]
    broadest = max((len(word) for word, _, _ in rows), default=0)
    origins = max((len(each.origin) for _, _, each in rows), default=0)
    yield from lay_out(
        (
            paragraph(
                f"{each.origin:<{origins}}  {each.method} {each.url}",
                Span("" if each.cause is None else f" [{each.cause.reason}]", "faint"),
                label=Span(f"{word:<{broadest}}  ", role),
            )
            for word, role, each in rows
        ),
        width,
    )


def headline(explanation: Explanation) -> tuple[str, Role]:
    """The outcome in a word or two, and its colour."""
    if explanation.element is not None:
        return "ELEMENT FAILS", "bad"
    if explanation.outcome is Outcome.NOT_SENT and explanation.preflighted:
        return "ALLOWED", "good"
    return OUTCOMES[explanation.outcome]


def _paragraphs(explanation: Explanation, verbose: bool, after_fix: Iterable[Paragraph] = ()) -> Iterator[Paragraph]:
    """The answer first: what became of it, why, what to do; then what went over the wire; then, if wanted, the rest."""
    cause = explanation.cause
    yield from _verdict(explanation)
    if cause is not None:
        whole = verbose or explanation.outcome is Outcome.NO_ANSWER  # which is not CORS: what it is, is said in full
        why = cause.why if whole else _shortly(cause)
        yield from _section("Why", [paragraph(cause.what, " ", why, indent=2)])
        yield from _section("Fix", _fixes(cause))
    yield from after_fix
    yield from _section("Conversation", _conversation(explanation, verbose))
    if cause is not None:
        step = [] if cause.where is None else [("step", f"{cause.where.algorithm} {cause.where.number}".rstrip())]
        shown = [pair for pair in cause.evidence if verbose or pair[0] not in TOLD_ABOVE]
        yield from _section("Evidence", _pairs([*shown, *step], indent=2))
    yield from _section("Note", [paragraph(note, indent=2) for note in explanation.notes])
    yield from _section("What would fail next", _further(explanation.further))
    if verbose:
        yield from _section("Steps", _steps(explanation))
        if cause is not None:
            yield from _section("In the browser's console", _consoles(cause))
            if cause.curl:
                yield from _section("Repeat the failing request", verbatim(cause.curl, 2))
        yield from _section("Exchange", _exchanges(explanation.exchanges))
    if cause is not None:
        yield BLANK
        more = "" if verbose else "; -v shows every step"
        anchor = cause.reason.replace(".", "")
        yield paragraph(Span(f"{REASONS}{anchor}{more}", "faint"), indent=2)


def _verdict(explanation: Explanation) -> Iterator[Paragraph]:
    word, role = headline(explanation)
    reason = f" [{explanation.cause.reason}]" if explanation.cause is not None else ""
    label = Span(f"{word}  ", role)
    yield paragraph(Span(explanation.title, "strong"), Span(reason, "faint"), label=label)
    yield BLANK
    yield paragraph(f"{explanation.method} {explanation.url}", indent=2, hanging=2)
    modes = f"mode {explanation.mode}, credentials {explanation.credentials}, profile {explanation.profile}"
    yield paragraph(f"from {explanation.origin} by {explanation.api}", indent=2, hanging=2)
    yield paragraph(Span(modes, "faint"), indent=2, hanging=2)
    if explanation.element is not None:
        yield BLANK
        yield paragraph(explanation.element, indent=2)
    elif explanation.cause is None and explanation.response is not None:
        names = ", ".join(name.lower() for name, _ in explanation.response.headers)
        yield BLANK
        yield paragraph(
            f"The script gets a {explanation.response.type} response: status {explanation.response.status}, ",
            f"headers {names}." if names else "no headers.",
            indent=2,
        )


def _shortly(cause: Cause) -> str:
    """The first sentence of why, and of a preflight the last: what made the browser ask first is always told."""
    first, _, rest = cause.why.partition(". ")
    asked_first = rest.rpartition(". ")[2] if cause.reason.startswith("preflight.") else ""
    return " ".join(filter(None, [f"{first.rstrip('.')}.", asked_first]))


def _section(title: str, content: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """A heading and its paragraphs; nothing where there are none."""
    first = True
    for each in content:
        if first:
            yield BLANK
            yield paragraph(Span(title, "heading"))
            first = False
        yield each


def _conversation(explanation: Explanation, verbose: bool) -> Iterator[Paragraph]:
    """What went over the wire, a line each."""
    cause = explanation.cause
    left_out = len(explanation.exchanges) - EXCHANGES_SHOWN
    if left_out > 0:
        yield paragraph(Span(f"({left_out} earlier requests: -v)", "faint"), indent=2)
    for number, exchange in enumerate(explanation.exchanges):
        if number < left_out:
            continue
        failing = cause is not None and cause.exchange == number
        explored = cause is not None and number > (-1 if cause.exchange is None else cause.exchange)
        word, role = MARKS[failing, not (failing or explored)]
        came = str(exchange.status) if exchange.status is not None else exchange.failure or "no answer"
        here = (" ", Span("<-- here", "bad")) if failing and not verbose else ()  # then a step has the mark
        alone = " (sent by --explore alone)" if explored else ""
        line = Span(f"{exchange.method} {exchange.url}: {came}{alone}", "strong" if failing else "")
        yield paragraph(line, *here, indent=2, hanging=2, label=Span(word, role))


def _steps(explanation: Explanation) -> Iterator[Paragraph]:
    """Every step of the standard."""
    for step in explanation.steps:
        indent = "  " * min(step.depth, 8)
        yield _step(step, indent, _step_text(step))
        if step.failing:
            yield paragraph(Span(step.anchor, "faint"), indent=8 + len(indent))


def _step_text(step: ShownStep) -> str:
    number = f" {step.number}" if step.number else ""
    outcome = f": {step.outcome}" if step.outcome else ""
    return f"{step.algorithm}{number}{outcome}"


def _step(step: ShownStep, indent: str, text: str) -> Paragraph:
    word, role = MARKS[step.failing, step.ok]
    mark = Span(f"{word}{indent}", role)
    here = (" ", Span("<-- here", "bad")) if step.failing else ()
    return paragraph(Span(text, "strong" if step.failing else ""), *here, indent=2, hanging=2, label=mark)


def _pairs(pairs: Iterable[tuple[str, str]], indent: int) -> Iterator[Paragraph]:
    for name, value in pairs:
        yield paragraph(Span(f"{name}:", "strong"), " ", value, indent=indent, hanging=4)


def _fixes(cause: Cause) -> Iterator[Paragraph]:
    for fix in cause.fixes:
        yield paragraph(fix.text, indent=2)
        if fix.fields:
            yield from verbatim("\n".join(fix.fields), 4)
        if fix.code:
            yield from verbatim(fix.code, 4)


def _consoles(cause: Cause) -> Iterator[Paragraph]:
    for browser, lines in cause.consoles.named:
        for number, line in enumerate(lines):
            label = Span(f"{browser if number == 0 else '':<10}", "faint")
            yield paragraph(line, indent=2, label=label)


def _further(causes: tuple[Cause, ...]) -> Iterator[Paragraph]:
    for cause in causes:
        yield paragraph(Span(cause.title, "strong"), Span(f" [{cause.reason}]", "faint"), indent=2, hanging=2)
        for fix in cause.fixes:
            yield paragraph(fix.text, indent=4)
            if fix.fields:
                yield from verbatim("\n".join(fix.fields), 6)


def _exchanges(exchanges: tuple[ShownExchange, ...]) -> Iterator[Paragraph]:
    for number, exchange in enumerate(exchanges):
        if number:
            yield BLANK
        kind = "preflight" if exchange.purpose == "preflight" else "request"
        hop = f", redirect {exchange.hop}" if exchange.hop else ""
        yield paragraph(Span(f"{number + 1}. {kind}{hop}", "faint"), indent=2)
        yield from _arrow("> ", (("", f"{exchange.method} {exchange.url}"), *exchange.request_headers))
        if exchange.body_length:
            yield paragraph(f"({exchange.body_length} bytes of body)", indent=2, label=Span("> ", "faint"))
        if exchange.status is not None:
            status = ("", f"{exchange.http_version} {exchange.status}")
            yield from _arrow("< ", (status, *exchange.response_headers))
        else:
            failure = f"({exchange.failure or 'no answer'}) {exchange.failure_message}".strip()
            yield paragraph(Span(failure, "bad"), indent=2, hanging=2, label=Span("< ", "faint"))


def _arrow(arrow: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Paragraph]:
    for name, value in pairs:
        head = (Span(f"{name}:", "strong"), " ") if name else ()
        line = Span(value, "" if name else "strong")
        yield paragraph(*head, line, indent=2, hanging=2, label=Span(arrow, "faint"))
