"""Where in a TOML text a key, or an item of an array, stands: what `tomllib` does not tell.

The text has been read by `tomllib` before, so it is well-formed: this only finds the ends of values.
"""

from collections import Counter
from dataclasses import dataclass

from crossorigin.policy import dotted_key

BARE_ENDS = frozenset(",]}#\n")
BLANKS = frozenset(" \t\r\n")
DEEPEST_TABLE = 8
"""Levels of inline tables that are looked into. A policy has three."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text: offsets of its first character and of the one behind its last."""

    start: int
    end: int


Places = dict[tuple[str, int | None], Place]


def toml_places(text: str) -> Places:
    """The places of the keys, dotted (index None), and of the items of arrays (index 0 and up).

    >>> places = toml_places('a = ["x", "y"]')
    >>> places["a", 1]
    Place(start=10, end=13)
    >>> [key for key, _ in toml_places("[paths.'/v1.0/']\\nmax_age = 5")]
    ['paths', 'paths."/v1.0/"', 'paths."/v1.0/".max_age']
    """
    places: Places = {}
    items: Counter[str] = Counter()
    position, table = _skip(text, 0), ""
    while position < len(text):
        if text[position] == "[":
            double = text.startswith("[[", position)
            start = position
            table, end = _key(text, _skip(text, position + 1 + double), "", places)
            close = text.find("]", end)
            position = len(text) if close < 0 else close + 1 + double
            if double:
                places[table, items[table]] = Place(start, position)
                items[table] += 1
        else:
            position = _pair(text, position, table, places)
        position = _skip(text, position)
    return places


def _pair(text: str, position: int, table: str, places: Places, depth: int = 0) -> int:
    """A key and its value; where they end."""
    key, end = _key(text, position, table, places)
    equals = text.find("=", end)
    if equals < 0:
        return len(text)
    start = _skip(text, equals + 1)
    if text.startswith("[", start):
        return _array(text, start, key, places)
    if text.startswith("{", start) and depth < DEEPEST_TABLE:
        return _inline_table(text, start, key, places, depth + 1)
    return _value(text, start)


def _key(text: str, position: int, table: str, places: Places) -> tuple[str, int]:
    """A dotted key below `table`, each part of it noted, and where it ends."""
    key, start = table, position
    while True:
        name, end = _key_part(text, position)
        key = dotted_key(key, name)
        places.setdefault((key, None), Place(start, end))
        position = _skip(text, end)
        if not text.startswith(".", position):
            return key, end
        position = _skip(text, position + 1)


def _key_part(text: str, position: int) -> tuple[str, int]:
    if position < len(text) and text[position] in "\"'":
        end = _string(text, position)
        return _unescaped(text[position:end]), end
    end = position
    while end < len(text) and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    return text[position:end], max(end, position + 1)


def _unescaped(quoted: str) -> str:
    if quoted.startswith('"') and "\\" in quoted:
        import tomllib

        try:
            return str(tomllib.loads(f"key = {quoted}")["key"])
        except tomllib.TOMLDecodeError:
            pass
    return quoted[1:-1]


def _value(text: str, position: int) -> int:
    """Where the value that begins here ends."""
    if position >= len(text):
        return position
    if text[position] in "\"'":
        return _string(text, position)
    if text[position] in "[{":
        return _nested(text, position)
    end = position
    while end < len(text) and text[end] not in BARE_ENDS:
        end += 1
    while end > position + 1 and text[end - 1] in BLANKS:
        end -= 1
    return max(end, position + 1)


def _nested(text: str, position: int) -> int:
    """Where an array or a table ends, however deep what it holds is."""
    depth = 0
    while position < len(text):
        if text[position] in "\"'":
            position = _string(text, position)
            continue
        depth += (text[position] in "[{") - (text[position] in "]}")
        if depth == 0:
            return position + 1
        position = _skip(text, position + 1)
    return len(text)


def _array(text: str, position: int, key: str, places: Places) -> int:
    position, index = _skip(text, position + 1), 0
    while position < len(text) and text[position] != "]":
        if text[position] == ",":
            position += 1
        else:
            end = _value(text, position)
            places[key, index] = Place(position, end)
            position, index = end, index + 1
        position = _skip(text, position)
    return min(position + 1, len(text))


def _inline_table(text: str, position: int, table: str, places: Places, depth: int) -> int:
    position = _skip(text, position + 1)
    while position < len(text) and text[position] != "}":
        position = position + 1 if text[position] == "," else _pair(text, position, table, places, depth)
        position = _skip(text, position)
    return min(position + 1, len(text))


def _string(text: str, position: int) -> int:
    quote = text[position]
    delimiter = quote * 3 if text.startswith(quote * 3, position) else quote
    end = position + len(delimiter)
    while end < len(text) and not text.startswith(delimiter, end):
        end += 2 if quote == '"' and text[end] == "\\" else 1
    end = min(end + len(delimiter), len(text))
    while len(delimiter) == 3 and end < len(text) and text[end] == quote:
        end += 1
    return end


def _skip(text: str, position: int) -> int:
    """The next character that is neither blank nor in a comment."""
    while position < len(text):
        if text[position] in BLANKS:
            position += 1
        elif text[position] == "#":
            newline = text.find("\n", position)
            position = len(text) if newline < 0 else newline + 1
        else:
            break
    return position
