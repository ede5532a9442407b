"""The essence of a MIME type: as much of MIME parsing as CORS needs."""

from ._tokens import is_token

HTTP_WHITESPACE = "\t\n\r "


def mime_type_essence(value: bytes) -> str | None:
    """https://mimesniff.spec.whatwg.org/#parse-a-mime-type

    `type/subtype` in lower case, or None where the value does not parse. Parameters cannot make it fail.

    >>> mime_type_essence(b"Text/Plain ;charset=UTF-8"), mime_type_essence(b"text")
    ('text/plain', None)
    """
    type_, slash, rest = value.decode("latin-1").strip(HTTP_WHITESPACE).partition("/")
    subtype = rest.partition(";")[0].rstrip(HTTP_WHITESPACE)
    if not slash or not is_token(type_) or not is_token(subtype):
        return None
    return f"{type_}/{subtype}".lower()
