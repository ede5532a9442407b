"""How a stranger's text may be shown: on one line, bounded, and without a character that a terminal or a log obeys."""

SHOWN_LIMIT = 300
"""Characters of one value that are shown."""


def visible(text: str | bytes, limit: int = SHOWN_LIMIT, *, ascii_only: bool = False) -> str:
    """`text` as it can safely be printed: cut at `limit` characters, what cannot be printed written as an escape.

    `ascii_only` is for logs, whose encoding nobody knows.

    A terminal escape never reaches a terminal, a line end never makes a line of a log, a bidirectional override never
    turns a line round, and a megabyte is a line.

    >>> visible("a\\x1b[31m\\u202eb")
    'a\\\\x1b[31m\\\\u202eb'
    >>> visible(b"x" * 1_000_000, 5)
    'xxxxx… (1000000 characters)'
    >>> visible("tèa", 2, ascii_only=True)
    't\\\\xe8... (3 characters)'
    """
    length = len(text)
    head = text[:limit]
    if isinstance(head, bytes):
        head = head.decode("latin-1")
    if not head.isprintable() or (ascii_only and not head.isascii()):
        head = "".join(
            character if character.isprintable() and (character.isascii() or not ascii_only) else _escape(character)
            for character in head
        )
    return head if length <= limit else f"{head}{'...' if ascii_only else '…'} ({length} characters)"


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(character, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
