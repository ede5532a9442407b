"""A form as multipart/form-data, with a boundary that is always the same."""

from collections.abc import Iterable

BOUNDARY = "----crossorigin"


def multipart(parts: Iterable[tuple[str, str, str]]) -> str:
    """The body of a form: name, content and file name ("" for a field) of each part.

    >>> multipart([("a", "b", "")]).split("\\r\\n")[1:4]
    ['Content-Disposition: form-data; name="a"', '', 'b']
    """
    written = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
        + (f'; filename="{filename}"' if filename else "")
        + f"\r\n\r\n{content}\r\n"
        for name, content, filename in parts
    ]
    return "".join([*written, f"--{BOUNDARY}--\r\n"])
