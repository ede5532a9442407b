"""Reasons into sentences: what happened, at which step, the evidence, why, what to do, and the browsers' own words.

Pure, and the only place where prose about reasons lives. `explain` makes a verdict into an `Explanation`, every value
of which is safe to print; the renderers lay it out as text, JSON and HTML.

>>> from crossorigin.browser import Context, ResponseHead, fetch, fetch_request, page_at
>>> page = page_at("https://app.example.com/")
>>> flow = fetch(fetch_request(page, "https://api.example.com/items"), page, context=Context())
>>> sent = next(flow)
>>> try:
...     flow.send(ResponseHead(status=200))
... except StopIteration as stop:
...     explanation = explain(stop.value)
>>> explanation.cause.title
'The response has no Access-Control-Allow-Origin.'
>>> explanation.cause.fixes[0].fields
('Access-Control-Allow-Origin: https://app.example.com', 'Vary: Origin')
"""

from ._fix import Fix
from ._layout import BLANK, Line, Paragraph, Role, Span, lay_out, paragraph, verbatim
from ._shown import Shown, is_secret_name, visible
from .policies import (
    DECISION_PROSE,
    DIFF_FORMAT,
    DIFF_PROSE,
    DecisionExplanation,
    SourceText,
    decision_lines,
    diff_lines,
    explain_decision,
    problem_lines,
    render_decision,
    render_diff,
    render_diff_json,
    render_policy_error,
    toml_error_lines,
)
from .verdict import (
    FORMAT,
    Cause,
    Consoles,
    Explanation,
    Product,
    Redirected,
    ShownExchange,
    ShownResponse,
    ShownStep,
    Tracer,
    Where,
    explain,
    product_of,
    render_html,
    render_json,
    render_text,
    table_lines,
    text_lines,
    to_json,
    tracer_of,
    what_redirect,
)

__all__ = [
    "BLANK",
    "DECISION_PROSE",
    "DIFF_FORMAT",
    "DIFF_PROSE",
    "FORMAT",
    "Cause",
    "Consoles",
    "DecisionExplanation",
    "Explanation",
    "Fix",
    "Line",
    "Paragraph",
    "Product",
    "Redirected",
    "Role",
    "Shown",
    "ShownExchange",
    "ShownResponse",
    "ShownStep",
    "SourceText",
    "Span",
    "Tracer",
    "Where",
    "decision_lines",
    "diff_lines",
    "explain",
    "explain_decision",
    "is_secret_name",
    "lay_out",
    "paragraph",
    "problem_lines",
    "product_of",
    "render_decision",
    "render_diff",
    "render_diff_json",
    "render_html",
    "render_json",
    "render_policy_error",
    "render_text",
    "table_lines",
    "text_lines",
    "to_json",
    "toml_error_lines",
    "tracer_of",
    "verbatim",
    "visible",
    "what_redirect",
]
