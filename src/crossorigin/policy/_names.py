"""Method and header names of a declaration: checked, and brought to the form in which they go on the wire."""

from collections.abc import Callable

from crossorigin.standard import (
    FORBIDDEN_REQUEST_HEADER_NAMES,
    is_forbidden_method,
    is_forbidden_response_header_name,
    is_token,
    normalize_method,
)

from ._errors import Problem, problem

Check = Callable[[object, int], str | Problem]

# fmt: off
METHODS_WRITTEN_IN_UPPER_CASE = frozenset({
    "ACL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL",
    "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH", "PATCH", "PROPFIND", "PROPPATCH", "PURGE", "QUERY", "REBIND",
    "REPORT", "SEARCH", "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL",
})
# fmt: on
"""https://www.iana.org/assignments/http-methods but for those that Fetch normalises, and PURGE, which caches know."""


ROUTE_METHODS = ("route",)
"""What `allow_methods="route"` is held as: the methods that a route has, which an integration knows."""

NOBODY = "nobody"
"""The word for no origin at all. An empty list is a problem, for it is empty by mistake more often than not."""


def is_keyword(field: str, values: tuple[object, ...]) -> bool:
    """Whether a list is written as the one word that it holds: `"*"`, or `"route"` for methods."""
    return values == ("*",) or (field == "allow_methods" and values == ROUTE_METHODS)


def check_method(value: object, index: int) -> str | Problem:
    """The method as a browser sends it, or the problem."""
    name = _token(value)
    if name is None:
        return _not_a_token("method", "allow_methods", index, value, check_method)
    if is_forbidden_method(name):
        return problem("method-forbidden", "allow_methods", index, value)
    upper = name.upper()
    if name != upper and upper in METHODS_WRITTEN_IN_UPPER_CASE:
        return problem("method-case", "allow_methods", index, value, fact=upper, corrected=upper)
    return normalize_method(name)


def check_request_header(value: object, index: int) -> str | Problem:
    """The name in lower case, or the problem, for `allow_headers`."""
    name = _token(value)
    if name is None:
        return _not_a_token("header", "allow_headers", index, value, check_request_header)
    name = name.lower()
    if name.encode() in FORBIDDEN_REQUEST_HEADER_NAMES or name.startswith(("proxy-", "sec-")):
        hint = "remove it; allow_credentials=True lets browsers send cookies" if name.startswith("cookie") else None
        return problem("header-forbidden", "allow_headers", index, value, hint=hint)
    if name.startswith("access-control-"):
        return problem("header-response-only", "allow_headers", index, value)
    return name


def check_response_header(value: object, index: int) -> str | Problem:
    """The name in lower case, or the problem, for `expose_headers`."""
    name = _token(value)
    if name is None:
        return _not_a_token("header", "expose_headers", index, value, check_response_header)
    name = name.lower()
    if is_forbidden_response_header_name(name.encode()):
        return problem("expose-forbidden", "expose_headers", index, value)
    if name.startswith("access-control-request-"):
        return problem("expose-request-only", "expose_headers", index, value)
    return name


def _token(value: object) -> str | None:
    # str.__str__ makes a plain str of a StrEnum's member.
    return str.__str__(value) if isinstance(value, str) and is_token(value) else None


def _not_a_token(noun: str, field: str, index: int, value: object, check: Check) -> Problem:
    text = value.decode("latin-1") if isinstance(value, bytes) else value if isinstance(value, str) else ""
    from ._texts import items_of  # here: no sound policy needs it

    found = items_of(text)
    is_list = isinstance(found, list) and all(isinstance(item, str) for item in found)
    items = tuple(item.rstrip(":") for item in found) if is_list else ()
    are_names = bool(items) and all(map(is_token, items))
    code = f"{noun}-list" if are_names and len(items) > 1 else f"{noun}-invalid"
    if not are_names or any(isinstance(check(item, index), Problem) for item in items):
        return problem(code, field, index, value)
    return problem(code, field, index, value, corrected=items if len(items) > 1 else items[0])
