"""Where in a TOML text a top-level key, or an item of its array, stands: what `tomllib` does not tell.

The text has been read by `tomllib` before, so it is well-formed: this only finds the ends of values.
"""

from dataclasses import dataclass

BARE_ENDS = frozenset(",]}#\n")
BLANKS = frozenset(" \t\r\n")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text: offsets of its first character and of the one behind its last."""

    start: int
    end: int


Places = dict[tuple[str, int | None], Place]


def toml_places(text: str) -> Places:
    """The places of top-level keys (index None), and of the items of those that are arrays (index 0 and up).

    >>> places = toml_places('a = ["x", "y"]')
    >>> places["a", 1]
    Place(start=10, end=13)
    """
    places: Places = {}
    position, top = _skip(text, 0), True
    while position < len(text):
        if text[position] == "[":
            position, top = _header(text, position, places), False
        else:
            position = _pair(text, position, places if top else {})
        position = _skip(text, position)
    return places


def _header(text: str, position: int, places: Places) -> int:
    """A table's header, `[name]` or `[[name]]`: the latter is an item of an array."""
    double = text.startswith("[[", position)
    start = _skip(text, position + 1 + double)
    name, end = _key(text, start)
    places.setdefault((name, None), Place(start, end))
    close = text.find("]", end)
    close = len(text) if close < 0 else close + 1 + double
    if double:
        index = sum(1 for key, number in places if key == name and number is not None)
        places[name, index] = Place(position, close)
    return close


def _pair(text: str, position: int, places: Places) -> int:
    """A key and its value."""
    name, end = _key(text, position)
    places.setdefault((name, None), Place(position, end))
    equals = text.find("=", end)
    if equals < 0:
        return len(text)
    start = _skip(text, equals + 1)
    if start < len(text) and text[start] == "[":
        end, items = _array(text, start)
        places.update({(name, index): item for index, item in enumerate(items)})
        return end
    return _value(text, start)


def _key(text: str, position: int) -> tuple[str, int]:
    """The first part of a key, and where it ends."""
    if position < len(text) and text[position] in "\"'":
        end = _string(text, position)
        return text[position + 1 : end - 1], end
    end = position
    while end < len(text) and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    return text[position:end], max(end, position + 1)


def _value(text: str, position: int) -> int:
    """Where the value that begins here ends."""
    if position >= len(text):
        return position
    if text[position] in "\"'":
        return _string(text, position)
    if text[position] == "[":
        return _array(text, position)[0]
    if text[position] == "{":
        return _inline_table(text, position)
    end = position
    while end < len(text) and text[end] not in BARE_ENDS:
        end += 1
    while end > position + 1 and text[end - 1] in BLANKS:
        end -= 1
    return max(end, position + 1)


def _array(text: str, position: int) -> tuple[int, list[Place]]:
    items: list[Place] = []
    position = _skip(text, position + 1)
    while position < len(text) and text[position] != "]":
        if text[position] == ",":
            position += 1
        else:
            end = _value(text, position)
            items.append(Place(position, end))
            position = end
        position = _skip(text, position)
    return min(position + 1, len(text)), items


def _inline_table(text: str, position: int) -> int:
    position = _skip(text, position + 1)
    while position < len(text) and text[position] != "}":
        position = position + 1 if text[position] == "," else _pair(text, position, {})
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
