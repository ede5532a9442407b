"""Header lines as native strings, in the usual case of their names, for servers that take no bytes."""

from functools import cache

from crossorigin.policy import Fields

NativeFields = tuple[tuple[str, str], ...]


def native(fields: Fields) -> NativeFields:
    """
    >>> native(((b"vary", b"Origin"),))
    (('Vary', 'Origin'),)
    """
    return tuple((_native_name(name), value.decode("latin-1")) for name, value in fields)


@cache
def _native_name(name: bytes) -> str:
    return name.decode("ascii").title()
