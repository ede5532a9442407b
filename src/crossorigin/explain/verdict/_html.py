"""An explanation as a fragment of HTML, for a page of any look: headings, lists and code, classes and no styles."""

from collections.abc import Iterable, Iterator
from html import escape

from ._explanation import Cause, Explanation


def render_html(explanation: Explanation) -> str:
    """The explanation as an `<article class="crossorigin">`. Every value in it is escaped; it holds no script."""
    return "".join(_article(explanation))


def _article(explanation: Explanation) -> Iterator[str]:
    cause = explanation.cause
    yield f'<article class="crossorigin" data-outcome="{escape(explanation.outcome)}">\n'
    yield f"<h2>{escape(explanation.title)}</h2>\n"
    by = f"by {escape(explanation.api)} of {_code(explanation.origin)}"
    yield f"<p>{_code(f'{explanation.method} {explanation.url}')} {by}</p>\n"
    if cause is not None:
        yield from _cause(cause)
    yield from _list("Note", (escape(note) for note in explanation.notes))
    yield from _list(
        "Steps",
        (
            f'<span class="{"ok" if step.ok else "failed"}">'
            f'<a href="{escape(step.anchor)}">{escape(step.algorithm)}</a> {escape(step.number)}</span>'
            f"{escape(f': {step.outcome}' if step.outcome else '')}"
            for step in explanation.steps
            if step.failing or (step.outcome and not step.number)
        ),
    )
    yield from _list(
        "What would fail next",
        (f"{escape(c.title)} {escape(' '.join(fix.text for fix in c.fixes))}" for c in explanation.further),
    )
    yield "</article>\n"


def _cause(cause: Cause) -> Iterator[str]:
    yield f"<p>{escape(cause.what)}</p>\n"
    if cause.evidence:
        rows = "".join(f"<dt>{escape(name)}</dt><dd>{_code(value)}</dd>" for name, value in cause.evidence)
        yield f"<h3>Evidence</h3>\n<dl>{rows}</dl>\n"
    yield f"<h3>Why</h3>\n<p>{escape(cause.why)}</p>\n<h3>Fix</h3>\n"
    for fix in cause.fixes:
        yield f"<p>{escape(fix.text)}</p>\n"
        for block in ("\n".join(fix.fields), fix.code):
            if block:
                yield _pre(block)
    if any(lines for _, lines in cause.consoles.named):
        yield "<h3>In the browser’s console</h3>\n"
        for browser, lines in cause.consoles.named:
            yield from (f"<p>{browser}: {_code(line)}</p>\n" for line in lines)
    if cause.curl:
        yield f"<h3>Repeat the failing request</h3>\n{_pre(cause.curl)}"


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    listed = "".join(f"<li>{item}</li>\n" for item in items)
    if listed:
        yield f"<h3>{escape(title)}</h3>\n<ul>\n{listed}</ul>\n"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _pre(text: str) -> str:
    return f"<pre><code>{escape(text)}</code></pre>\n"
