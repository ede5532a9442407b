"""What an app in process answers, held to what a server could put on a wire."""

from collections.abc import Iterable

from crossorigin.browser import NetworkFailure
from crossorigin.standard import HeaderList, is_header_name, is_header_value


def header_list(fields: Iterable[tuple[object, object]]) -> HeaderList:
    """The fields as a client would get them: in order, duplicates kept, without the white space around a value.

    Raises:
        TypeError: a name or value is not bytes.
        ValueError: no server would send the field.
    """
    pairs = []
    for name, value in fields:
        if not isinstance(name, bytes) or not isinstance(value, bytes):
            raise TypeError(f"a header field of an ASGI message is two byte strings, not {(name, value)!r}")
        value = value.strip(b" \t")
        if not is_header_name(name) or not is_header_value(value):
            raise ValueError(f"no server would send the header field {(name, value)!r}")
        pairs.append((name, value))
    return HeaderList(tuple(pairs))


def failed_before_answer(error: BaseException) -> NetworkFailure:
    """The failure of an app that raised instead of answering."""
    return NetworkFailure(
        kind="application",
        message=f"the app raised {say(error)} before it answered; a server would answer 500, with no field but its own",
    )


def say(error: BaseException) -> str:
    """An exception in a few words."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
