"""What a person wants asked, in words, into the page and the request that a browser would make of it.

Shared by the commands, and by all that asks in their words. Pure: no file is read, nothing is sent.

>>> wanted = Wanted(url="https://api.example.com/items", origin="https://app.example.com", body="{}")
>>> request_of(wanted, page_of(wanted.origin)).method
'POST'
"""

from ._cookies import cookie_jar
from ._errors import AskingError
from ._headers import Headers, parse_headers
from ._network import Network
from ._page_headers import with_json_type, without_browser_headers
from ._permissions import parse_permissions
from ._wanted import Wanted, dropped_headers, page_of, request_of

__all__ = [
    "AskingError",
    "Headers",
    "Network",
    "Wanted",
    "cookie_jar",
    "dropped_headers",
    "page_of",
    "parse_headers",
    "parse_permissions",
    "request_of",
    "with_json_type",
    "without_browser_headers",
]
