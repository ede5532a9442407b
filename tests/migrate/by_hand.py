"""Functions and classes that set CORS headers themselves, in the ways in which people do."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

ORIGIN_HEADER = "access-control-allow-origin"
HEADERS = {"X-A": "1", "Access-Control-Allow-Origin": "*"}


def sets_header(response: Any) -> Any:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def updates(response: Any) -> Any:
    response.headers.update({"Vary": "Origin", "Access-Control-Allow-Origin": "*"})
    return response


def by_a_constant(response: Any) -> Any:
    response.headers[ORIGIN_HEADER] = "*"
    return response


def by_a_table(response: Any) -> Any:
    response.headers.update(HEADERS)
    return response


def by_an_attribute(response: Any) -> Any:
    response.access_control_allow_origin = "*"
    return response


def by_a_helper(response: Any) -> Any:
    return sets_header(response)


def in_bytes(response: Any) -> Any:
    response.raw_headers.append((b"access-control-allow-origin", b"*"))
    return response


def within(response: Any) -> Any:
    def inner() -> Any:
        response.headers.add("Access-Control-Allow-Credentials", "true")

    inner()
    return response


def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def wrapper(*arguments: Any) -> Any:
        return function(*arguments)

    return wrapper


class Sets:
    """A class, as middleware or as a view."""

    def __init__(self, get_response: Callable[[Any], Any] = lambda request: request) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return sets_header(self.get_response(request))


class Inherits(Sets):
    pass


SETTING: dict[str, Any] = {
    "an item": sets_header,
    "a mapping": updates,
    "a constant": by_a_constant,
    "a constant mapping": by_a_table,
    "an attribute": by_an_attribute,
    "a helper": by_a_helper,
    "bytes": in_bytes,
    "an inner function": within,
    "a decorated function": decorated(sets_header),
    "a partial": partial(sets_header),
    "a lambda": lambda response: sets_header(response),
    "a method": Sets().__call__,
    "an object": Inherits(),
    "a class": Inherits,
}


def reads(response: Any) -> Any:
    """Asks about Access-Control-Allow-Origin, and sets it nowhere."""
    if response.headers.get("Access-Control-Request-Method"):
        response.headers["X-Preflight"] = "1"
    return response


SETTING_NONE: dict[str, Any] = {"reads": reads, "builtin": len, "nothing": None, "text": "Access-Control"}
