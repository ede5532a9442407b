"""Consoles: the words that browsers (and Node) print when a request fails, as templates.

A template is written forwards, when a verdict is explained, and read backwards, when somebody pastes the words:

>>> from crossorigin.consoles import chromium
>>> line = chromium.METHOD_NOT_ALLOWED.write(method="PUT")
>>> line
'Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.'
>>> chromium.METHOD_NOT_ALLOWED.read(line)
{'method': 'PUT'}

Chromium's and Firefox's words are as recorded, and for the rest from their public sources; WebKit's are from its
source alone. Reasons are codes of `crossorigin.browser.Reason` or of `crossorigin.captures.NOT_CORS`.
"""

from ._source import Source
from ._template import Browser, Role, Said, Table, Template

__all__ = ["Browser", "Role", "Said", "Source", "Table", "Template"]
