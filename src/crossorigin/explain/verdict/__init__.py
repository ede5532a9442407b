"""What is said about a verdict: what happened, the evidence, why, what to do, and the browsers' own words."""

from ._explain import explain
from ._explanation import Cause, Consoles, Explanation, ShownExchange, ShownResponse, ShownStep, Where
from ._html import render_html
from ._json import FORMAT, render_json, to_json
from ._text import render_text, table_lines, text_lines

__all__ = [
    "FORMAT",
    "Cause",
    "Consoles",
    "Explanation",
    "ShownExchange",
    "ShownResponse",
    "ShownStep",
    "Where",
    "explain",
    "render_html",
    "render_json",
    "render_text",
    "table_lines",
    "text_lines",
    "to_json",
]
