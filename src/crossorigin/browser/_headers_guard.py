"""The Headers class's guards: which fields a page may set, and which are dropped without a word."""

from typing import Literal

from crossorigin.standard import (
    PRIVILEGED_NO_CORS_REQUEST_HEADER_NAMES,
    HeaderFields,
    HeaderList,
    is_forbidden_request_header,
    is_header_name,
    is_header_value,
    is_no_cors_safelisted_request_header,
    normalize_header_value,
)

from ._errors import RequestError

Guard = Literal["request", "request-no-cors"]


def fill(fields: HeaderFields, guard: Guard) -> HeaderList:
    """https://fetch.spec.whatwg.org/#concept-headers-fill

    Raises:
        RequestError: a name or a value is none that HTTP can carry.

    >>> fill({"Cookie": "a=b", "X-A": "1"}, "request")
    HeaderList(((b'X-A', b'1'),))
    """
    headers = HeaderList()
    for name, value in byte_fields(fields):
        headers = append(headers, name, value, guard)
    return headers


def append(headers: HeaderList, name: bytes, value: bytes, guard: Guard) -> HeaderList:
    """https://fetch.spec.whatwg.org/#concept-headers-append"""
    value = normalize_header_value(value)
    if not validate(name, value, guard):
        return headers
    if guard == "request-no-cors":
        old = headers.get(name)
        if not is_no_cors_safelisted_request_header(name, value if old is None else old + b", " + value):
            return headers
        headers = headers.delete(*PRIVILEGED_NO_CORS_REQUEST_HEADER_NAMES)
    return headers.append(name, value)


def validate(name: bytes, value: bytes, guard: Guard) -> bool:
    """https://fetch.spec.whatwg.org/#headers-validate

    False where the field is to be dropped.

    Raises:
        RequestError: the name or the value is malformed.
    """
    if not is_header_name(name):
        raise RequestError("header-name", f"{name[:100]!r} is no header name: use letters, digits and hyphens")
    if not is_header_value(value):
        raise RequestError("header-value", f"the value of {name.decode('ascii')} has a NUL or a line end in it")
    return guard != "request" or not is_forbidden_request_header(name, value)


def byte_fields(fields: HeaderFields) -> HeaderList:
    """The fields as bytes, as a ByteString holds them.

    Raises:
        RequestError: a character is above U+00FF.
    """
    try:
        return HeaderList.of(fields)
    except ValueError as error:
        raise RequestError("header-value", str(error)) from None
