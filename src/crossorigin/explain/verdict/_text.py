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
STEPS_SHOWN = 40
WIRE = "HTTP-network fetch"
PREFLIGHT = "CORS-preflight fetch"
TELLING = frozenset(
    {"main fetch", PREFLIGHT, "CORS check", "HTTP-redirect fetch", "cross-origin resource policy check"}
)
"""The algorithms whose outcome a person follows the story by."""

MARKS: dict[tuple[bool, bool], tuple[str, Role]] = {
    (True, False): ("FAIL  ", "bad"),
    (False, True): ("ok    ", "good"),
    (False, False): ("      ", ""),
}
"""By (the step decided, it came out well): one that merely holds the deciding step has no mark."""


def render_text(explanation: Explanation, *, width: int = 80, verbose: bool = False) -> str:
    """The explanation as plain text, at most `width` columns wide (what is to be copied is never broken).

    `verbose` adds the whole exchange, as a browser's network panel shows it, and every step.
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
    if explanation.outcome is Outcome.NOT_SENT and explanation.preflighted:
        return "ALLOWED", "good"
    return OUTCOMES[explanation.outcome]


def _paragraphs(explanation: Explanation, verbose: bool, after_fix: Iterable[Paragraph] = ()) -> Iterator[Paragraph]:
    yield from _verdict(explanation)
    yield from _section("Steps", _steps(explanation, verbose))
    cause = explanation.cause
    if cause is not None:
        yield from _section("Evidence", _pairs(cause.evidence, indent=2))
        yield from _section("Why", [paragraph(cause.why, indent=2)])
        yield from _section("Fix", _fixes(cause))
    yield from after_fix
    yield from _section("Note", [paragraph(note, indent=2) for note in explanation.notes])
    if cause is not None:
        yield from _section("In the browser's console", _consoles(cause))
    yield from _section("What would fail next", _further(explanation.further))
    if cause is not None and cause.curl:
        yield from _section("Repeat the failing request", verbatim(cause.curl, 2))
    if verbose:
        yield from _section("Exchange", _exchanges(explanation.exchanges))


def _verdict(explanation: Explanation) -> Iterator[Paragraph]:
    word, role = headline(explanation)
    reason = f" [{explanation.cause.reason}]" if explanation.cause is not None else ""
    label = Span(f"{word}  ", role)
    yield paragraph(Span(explanation.title, "strong"), Span(reason, "faint"), label=label)
    yield BLANK
    yield paragraph(f"{explanation.method} {explanation.url}", indent=2, hanging=2)
    yield paragraph(f"from {explanation.origin} by {explanation.api}", indent=2, hanging=2)
    modes = f"mode {explanation.mode}, credentials {explanation.credentials}, profile {explanation.profile}"
    yield paragraph(Span(modes, "faint"), indent=2, hanging=2)
    if explanation.cause is not None:
        yield BLANK
        yield paragraph(explanation.cause.what, indent=2)
    elif explanation.response is not None:
        names = ", ".join(name.lower() for name, _ in explanation.response.headers)
        yield BLANK
        yield paragraph(
            f"The script gets a {explanation.response.type} response: status {explanation.response.status}, ",
            f"headers {names}." if names else "no headers.",
            indent=2,
        )


def _section(title: str, content: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """A heading and its paragraphs; nothing where there are none."""
    first = True
    for each in content:
        if first:
            yield BLANK
            yield paragraph(Span(title, "heading"))
            first = False
        yield each


def _steps(explanation: Explanation, verbose: bool) -> Iterator[Paragraph]:
    """Every step where that was asked for; else what went over the wire, what was judged, and where it ended."""
    if verbose:
        for step in explanation.steps:
            indent = "  " * min(step.depth, 8)
            yield _step(step, indent, _step_text(step))
            if step.failing:
                yield paragraph(Span(step.anchor, "faint"), indent=8 + len(indent))
        return
    lines = list(_summary(explanation))
    left_out = len(lines) - STEPS_SHOWN
    if left_out > 0:
        yield paragraph(Span(f"({left_out} earlier steps: -v)", "faint"), indent=2)
    yield from lines[max(0, left_out) :]


def _summary(explanation: Explanation) -> Iterator[Paragraph]:
    exchanges = iter(explanation.exchanges)
    held: list[tuple[int, Paragraph]] = []
    failed = False
    for step in explanation.steps:
        # A preflight's own line comes when all that it did has been told.
        while held and held[-1][0] >= step.depth:
            yield held.pop()[1]
        text = _step_text(step)
        if step.algorithm == WIRE and not step.number:
            exchange = None if step.outcome.startswith("withheld") else next(exchanges, None)
            if exchange is not None:
                text = f"{exchange.method} {exchange.url}: {step.outcome or exchange.failure}"
        elif not step.failing and (failed or step.algorithm not in TELLING or not step.outcome):
            continue
        line = _step(step, "", text)
        if step.algorithm == PREFLIGHT and not step.number:
            held.append((step.depth, line))
            continue
        yield line
        if step.failing:
            failed = True
            yield paragraph(Span(step.anchor, "faint"), indent=8)
    yield from (line for _, line in reversed(held))


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
    for number, fix in enumerate(cause.fixes):
        if number:
            yield BLANK
        yield paragraph(fix.text, indent=2)
        if fix.fields:
            yield BLANK
            yield from verbatim("\n".join(fix.fields), 4)
        if fix.code:
            yield BLANK
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
