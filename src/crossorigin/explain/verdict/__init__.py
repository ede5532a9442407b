"""What is said about a verdict: what happened, the evidence, why, what to do, and the browsers' own words."""

from ._explain import explain
from ._explanation import Cause, Consoles, Explanation, ShownExchange, ShownResponse, ShownStep, Where
from ._html import render_html
from ._json import FORMAT, render_json, to_json
from ._products import Product, product_of
from ._redirects import Redirected, what_redirect
from ._text import render_text, table_lines, text_lines
from ._tracing import Tracer, tracer_of

__all__ = [
    "FORMAT",
    "Cause",
    "Consoles",
    "Explanation",
    "Product",
    "Redirected",
    "ShownExchange",
    "ShownResponse",
    "ShownStep",
    "Tracer",
    "Where",
    "explain",
    "product_of",
    "render_html",
    "render_json",
    "render_text",
    "table_lines",
    "text_lines",
    "to_json",
    "tracer_of",
    "what_redirect",
]
