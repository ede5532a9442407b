"""The body that a command line names."""

import sys
from pathlib import Path

from crossorigin.standard import visible

from ._errors import CommandLineError


def read_body(data: str | None) -> str | bytes | None:
    """The body that `-d` means: text as it stands, or the content of `@FILE`, text if it is UTF-8.

    Raises:
        CommandLineError: the file cannot be read.
    """
    if data is None or not data.startswith("@"):
        return data
    try:
        content = sys.stdin.buffer.read() if data == "@-" else Path(data[1:]).read_bytes()
    except OSError as error:
        raise CommandLineError(f"-d {visible(data, 100)}: {error.strerror or error}") from None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content
