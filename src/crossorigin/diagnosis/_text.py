"""A report as text: each finding with its cause, its fix, and what to type next."""

from collections.abc import Iterator
from shlex import quote

from crossorigin.captures import Asked, Provenance
from crossorigin.explain import BLANK, Line, Paragraph, Shown, Span, lay_out, paragraph, verbatim, visible

from ._diagnosis import Diagnosis, Report

HOW_KNOWN = {
    Provenance.MEASURED: "measured just now",
    Provenance.RECORDED: "recorded",
    Provenance.STATED: "stated by the console, not measured",
    Provenance.GUESSED: "a guess",
}
SHOWN_FINDINGS = 20
HEADERS_SHOWN = 12


def report_lines(report: Report, *, width: int = 80, show_secrets: bool = False) -> Iterator[Line]:
    """The report as lines of spans."""
    return lay_out(_paragraphs(report, Shown(show_secrets)), width)


def _paragraphs(report: Report, shown: Shown) -> Iterator[Paragraph]:
    kinds = " and ".join(filter(None, [", ".join(report.kinds[:-1]), report.kinds[-1] if report.kinds else ""]))
    yield paragraph(Span(f"Read as: {kinds}.", "faint"))
    if not report.findings:
        yield BLANK
        what = f"{report.looked_at} looked at" if report.looked_at != 1 else "1 looked at"
        rest = " The rest could not be read." if report.incomplete else ""
        yield paragraph(Span("No failure", "strong"), f" in what could be judged ({what}).{rest}")
    guesses = [finding for finding in report.findings if finding.provenance is Provenance.GUESSED]
    if guesses and len(guesses) == len(report.findings):
        yield BLANK
        yield paragraph("Nothing here shows a response, so these are the likely causes, the likeliest first:")
    common = _common(report)
    before = report.findings[0] if report.findings else None
    for finding in report.findings[:SHOWN_FINDINGS]:
        yield BLANK
        before = finding if before is None or not finding.alternative else before
        yield from _finding(finding, before, common)
    if len(report.findings) > SHOWN_FINDINGS:
        yield BLANK
        yield paragraph(f"{len(report.findings) - SHOWN_FINDINGS} more causes: --json lists them all.")
    if report.findings:
        yield from _next(report, shown)
    if common or report.notes:
        yield BLANK
        yield paragraph(Span("Note", "heading"))
    for sentence in common:
        yield paragraph(sentence, indent=2)
    for note in report.notes:
        line = f"Line {note.line}: " if note.line is not None else ""
        yield paragraph(f"{line}{visible(note.text, 600)}", indent=2)


def _common(report: Report) -> tuple[str, ...]:
    """What is unknown of every finding, to be said once."""
    first, *rest = [finding.unknown for finding in report.findings] or [()]
    return tuple(sentence for sentence in first if all(sentence in unknown for unknown in rest))


def _alternative(finding: Diagnosis, before: Diagnosis) -> Iterator[Paragraph]:
    """Another cause of the failure that was just told: what it is, and what to do about it, in short."""
    yield paragraph(Span(finding.title, "strong"), Span(f" [{finding.reason}]", "faint"), label=Span("OR  ", "bad"))
    fix = finding.fixes[0]
    if fix in before.fixes:
        yield paragraph("The fix is the same.", indent=2)
        return
    yield paragraph(fix.text, indent=2)
    if fix.fields and fix.fields != before.fixes[0].fields:
        yield from verbatim("\n".join(fix.fields), 4)


def _finding(finding: Diagnosis, before: Diagnosis, common: tuple[str, ...]) -> Iterator[Paragraph]:
    guessed = finding.provenance is Provenance.GUESSED
    if finding.alternative:
        yield from _alternative(finding, before)
        return
    label = "POSSIBLE  " if guessed else "FAILED  "
    yield paragraph(Span(finding.title, "strong"), Span(f" [{finding.reason}]", "faint"), label=Span(label, "bad"))
    where = [part for part in (finding.method, finding.url) if part]
    status = f", status {finding.status}" if finding.status is not None else ""
    by = f" from {finding.origin}" if finding.origin else ""
    times = f", {finding.count} times" if finding.count > 1 else ""
    if where:
        yield paragraph(f"{' '.join(where)}{by}{status}{times}", indent=2, hanging=2)
    yield paragraph(Span(f"({HOW_KNOWN[finding.provenance]})", "faint"), indent=2)
    rest = finding.cause.removeprefix(finding.title).strip()
    first_fix = finding.fixes[0].text
    if rest and not first_fix.startswith(rest):
        yield paragraph(rest, indent=2)
    yield paragraph(Span("Fix", "heading"))
    for number, fix in enumerate(finding.fixes[:1] if guessed else finding.fixes):
        if number:
            yield BLANK
        yield paragraph(fix.text, indent=2)
        for block in ("\n".join(fix.fields), fix.code):
            if block:
                yield BLANK
                yield from verbatim(block, 4)
    for sentence in finding.unknown:
        if sentence not in common:
            yield paragraph(Span(sentence, "faint"), indent=2)


def _next(report: Report, shown: Shown) -> Iterator[Paragraph]:
    commands = list(
        dict.fromkeys(filter(None, (_command(finding, shown) for finding in report.findings if not finding.certain)))
    )
    if not commands:
        return
    yield BLANK
    yield paragraph(Span("Next", "heading"))
    yield paragraph("Measure it (add --check to this command, or ask yourself):", indent=2)
    for command in commands[:3]:
        yield from verbatim(command, 4)


def _command(finding: Diagnosis, shown: Shown) -> str:
    """The `crossorigin check` that measures it, secrets masked; empty where the URL is not known."""
    asked = finding.asked
    if asked is None or not asked.resolved or finding.url is None or finding.reason == "not-cors.console-noise":
        return ""
    words = ["crossorigin check", quote(shown.raw_url(asked.url)), f"--origin {quote(asked.origin or 'YOUR-ORIGIN')}"]
    if asked.method not in (None, "GET"):
        words.append(f"-X {quote(str(asked.method))}")
    words += [f"-H {quote(': '.join(shown.field(name, value)))}" for name, value in asked.headers[:HEADERS_SHOWN]]
    words += _options(asked)
    return " ".join(words)


def _options(asked: Asked) -> list[str]:
    options = []
    if asked.feature == "xhr":
        options.append("--xhr")
    elif asked.feature not in (None, "fetch"):
        options.append(f"--feature {quote(asked.feature or '')}")
    if asked.upload_listener:
        options.append("--upload-listener")
    if asked.credentials == "include":
        options.append("--credentials include")
    if asked.mode == "no-cors" and asked.feature in (None, "fetch"):
        options.append("--mode no-cors")
    return options
