"""Two policies compared, in words: who gains access, who loses it, and the request that shows each difference."""

from collections.abc import Iterator, Mapping
from shlex import quote

from crossorigin.policy import Dangerously, Difference, DifferenceCode, PolicyDiff, Setting, Witness, dotted_key

from .._layout import BLANK, Line, Paragraph, Role, Span, lay_out, paragraph, verbatim
from .._shown import visible

SHOWN_DIFFERENCES = 50
"""Of each kind, in text. JSON has them all."""

ONE_LINE = 72

DIFF_PROSE: dict[DifferenceCode, tuple[str, str]] = {
    DifferenceCode.ORIGIN: ("pages of {value}", "No entry of the {other} matches."),
    DifferenceCode.ORIGIN_PART: ("pages of {value}", "The {other} matches some of these origins, not all."),
    DifferenceCode.PREDICATE: (
        "pages that {value} allows",
        "The {other} does not have this predicate. Nobody can tell from the policies whom it allows.",
    ),
    DifferenceCode.METHOD: ("requests with the method {value}", "The {other} does not allow this method to anyone."),
    DifferenceCode.METHOD_ANY: ("requests with any method", "The {other} allows those that it lists."),
    DifferenceCode.METHOD_ROUTE: (
        "requests with methods that cannot be compared",
        "One policy allows the methods that the route has, and these only its framework knows.",
    ),
    DifferenceCode.HEADER: ("requests with the header {value}", "The {other} does not allow this header to anyone."),
    DifferenceCode.HEADER_VALUE: (
        "requests with any value of the header {value}",
        "Any page that is allowed may send a few plain values of it; the {other} allows no others.",
    ),
    DifferenceCode.HEADER_ANY: (
        "requests with any header but authorization",
        "The {other} allows those that it lists.",
    ),
    DifferenceCode.EXPOSED: (
        "reading the response header {value}",
        "The {other} does not expose this header to anyone.",
    ),
    DifferenceCode.EXPOSED_ANY: ("reading any response header", "The {other} exposes those that it lists."),
    DifferenceCode.CREDENTIALS: (
        "requests with credentials",
        "The {other} lets nobody read what cookies and HTTP authentication protect.",
    ),
    DifferenceCode.CREDENTIALS_PART: (
        "requests with credentials from all allowed origins",
        "The {other} lets only some of them read what cookies and HTTP authentication protect.",
    ),
    DifferenceCode.CREDENTIALS_ORIGIN: (
        "requests with credentials from pages of {value}",
        "The {other} does not let all of these pages read what cookies and HTTP authentication protect.",
    ),
    DifferenceCode.STRANGER_RUNS: (
        "requests of origins that are not allowed",
        (
            "The {other} answers them with 403. Here they reach the app, which carries them out, "
            "though the page cannot read the answer."
        ),
    ),
}
"""For each code what it is that only one policy allows, and what the `{other}` one does."""

Diffs = PolicyDiff | Mapping[str, PolicyDiff]
"""One comparison, or those of `PolicyMap.diff` by path."""

SAY_SO_THEMSELVES = (DifferenceCode.PREDICATE, DifferenceCode.METHOD_ROUTE)


def render_diff(diff: Diffs, *, width: int = 80, current: str = "", candidate: str = "") -> str:
    """The comparison as plain text, at most `width` columns wide but for the lines that are to be copied.

    `current` and `candidate` are the names of the policies' files, where they have any.
    """
    lines = diff_lines(diff, width=width, current=current, candidate=candidate)
    return "".join(f"{''.join(span.text for span in line).rstrip()}\n" for line in lines)


def diff_lines(diff: Diffs, *, width: int = 80, current: str = "", candidate: str = "") -> Iterator[Line]:
    """The same as lines of spans."""
    return lay_out(_paragraphs(by_path(diff), current, candidate), width)


def by_path(diff: Diffs) -> Mapping[str, PolicyDiff]:
    """The comparisons by path, which is empty for one that is of no path."""
    return {"": diff} if isinstance(diff, PolicyDiff) else diff


def difference_text(difference: Difference, *, other: str) -> str:
    """One difference in sentences. `other` is the policy that does not allow it: "candidate" or "current policy"."""
    sentences = [DIFF_PROSE[difference.code][1].format(other=other)]
    if not difference.certain and difference.code not in SAY_SO_THEMSELVES:
        if difference.witness is None:
            sentences.append("Whether there are such origins, a predicate decides: it is counted as if there were.")
        else:
            sentences.append(f"A predicate of the {other} may allow them too: it is counted as if it did not.")
    return " ".join(sentences)


def shown_value(value: object) -> str:
    """What stands in a policy, safe to print: a pattern or a name as it is, anything else as Python writes it."""
    if isinstance(value, Dangerously):
        value = value.pattern
    if isinstance(value, tuple):
        value = ", ".join(value)
    return visible(value if isinstance(value, str) else repr(value), 200)


def _paragraphs(diffs: Mapping[str, PolicyDiff], current: str, candidate: str) -> Iterator[Paragraph]:
    gains = [(path, gain) for path, diff in diffs.items() for gain in diff.gains]
    losses = [(path, loss) for path, diff in diffs.items() for loss in diff.loses]
    settings = [(path, setting) for path, diff in diffs.items() for setting in diff.other]
    yield _verdict([gain for _, gain in gains], narrows=bool(losses))
    if current or candidate:
        yield paragraph(Span(f"from {visible(current)} to {visible(candidate)}", "faint"), indent=2, hanging=2)
    yield from _differences("Gains access", gains, Span("  + ", "bad"), other="current policy")
    yield from _differences("Loses access", losses, Span("  - ", "good"), other="candidate")
    if settings:
        yield BLANK
        yield paragraph(Span("Other changes", "heading"))
    for path, setting in settings:
        yield paragraph(f"{_key(path)}{_setting(setting)}", indent=2, hanging=2)


def _key(path: str) -> str:
    """The dotted key of a path's table, and the dot behind it."""
    return f"{visible(dotted_key('paths', path), 200)}." if path else ""


def _verdict(gains: list[Difference], *, narrows: bool) -> Paragraph:
    word, role, title = _VERDICTS[bool(gains), narrows]
    if gains and not any(gain.certain for gain in gains):
        title = "The candidate may allow what the current policy does not."
    return paragraph(Span(title, "strong"), label=Span(f"{word}  ", role))


_VERDICTS: dict[tuple[bool, bool], tuple[str, Role, str]] = {
    (True, True): ("WIDENS", "bad", "The candidate allows what the current policy does not."),
    (True, False): ("WIDENS", "bad", "The candidate allows what the current policy does not."),
    (False, True): ("NARROWS", "good", "The candidate allows less than the current policy."),
    (False, False): ("SAME", "good", "Both policies allow the same."),
}
"""By (widens, narrows)."""


def _differences(
    title: str, differences: list[tuple[str, Difference]], mark: Span, *, other: str
) -> Iterator[Paragraph]:
    if differences:
        yield BLANK
        yield paragraph(Span(title, "heading"))
    for number, (path, difference) in enumerate(differences[:SHOWN_DIFFERENCES]):
        if number:
            yield BLANK
        what = DIFF_PROSE[difference.code][0].format(value=shown_value(difference.value))
        below = f" below {visible(path, 100)}" if path else ""
        yield paragraph(Span(f"{what}{below}", "strong"), Span(f" [{difference.code}]", "faint"), label=mark)
        where = difference.field if difference.index is None else f"{difference.field}[{difference.index}]"
        yield paragraph(f"{_key(path)}{where}: {difference_text(difference, other=other)}", indent=4)
        if difference.witness is not None:
            yield paragraph(_witness(difference.witness), indent=4)
            yield from verbatim(_curl(difference.witness, path), 6)
    if len(differences) > SHOWN_DIFFERENCES:
        yield BLANK
        yield paragraph(f"… and {len(differences) - SHOWN_DIFFERENCES} more", indent=2)


def _witness(witness: Witness) -> str:
    with_header = f" and the header {witness.header}" if witness.header is not None else ""
    with_credentials = ", with credentials" if witness.credentials else ""
    reads = f", and reads {witness.reads}" if witness.reads is not None else ""
    return f"For example: a page at {witness.origin} sends {witness.method}{with_header}{with_credentials}{reads}."


def _curl(witness: Witness, path: str) -> str:
    """The request that tells the two policies apart, for a server that is at $API."""
    method, fields = witness.request
    url = f'"$API"{quote(visible(path, 200)) if path else ""}'
    start = f"curl -i {url}" if method == "GET" else f"curl -i -X {method} {url}"
    options = [f"-H {quote(f'{name}: {value}')}" for name, value in fields.items()]
    line = " ".join([start, *options])
    return line if len(line) <= ONE_LINE else " \\\n  ".join([start, *options])


def _setting(setting: Setting) -> str:
    values = ("not set" if value is None else shown_value(value) for value in (setting.current, setting.candidate))
    return f"{setting.field}: {' -> '.join(values)}"
