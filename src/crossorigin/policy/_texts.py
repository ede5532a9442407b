"""Fields as text, as an environment has them: lists with commas or in JSON, numbers, true and false."""

from collections.abc import Callable, Mapping
from typing import Any

from ._errors import Problem
from ._names import NOBODY, check_method, check_request_header, check_response_header, is_keyword
from ._origins import if_accepted

SEPARATORS = r"[,;\s]+"
QUOTES = "'\"`‘’“”"
BRACKETS = ("[]", "()", "{}")
MOST_BRACKETS = 3
TRUE = ("true", "yes", "on", "1")
FALSE = ("false", "no", "off", "0")
NOTHING = ("none", "null")
CHECKS = {
    "allow_methods": check_method,
    "allow_headers": check_request_header,
    "expose_headers": check_response_header,
}


def read_texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with each value that is text made what the text stands for.

    A field whose text is empty is left out, but for `allow_origins`, which then allows nobody. What makes no sense is
    left as it is, for whoever validates it.

    >>> read_texts({"allow_origins": "https://a.example, https://b.example", "max_age": "600", "allow_methods": ""})
    {'allow_origins': ['https://a.example', 'https://b.example'], 'max_age': 600}
    """
    values = {}
    for name, value in fields.items():
        is_text = isinstance(value, str) and name in READERS
        read = READERS[name](name, value) if is_text else value
        if read is not None or not is_text:
            values[name] = read
    return values


def read_list(field: str, text: str) -> Any:
    """The value of a field that is a list, or one word, such as `*`. None where the text is empty."""
    items = items_of(text)
    if not items:
        return NOBODY if field == "allow_origins" else None
    if isinstance(items, list) and len(items) == 1 and isinstance(items[0], str):
        return items[0] if is_word(items[0]) or is_keyword(field, (items[0],)) else items
    return items


def items_of(text: str) -> Any:
    """The items of a list that is written as text; what else JSON may hold is left as it is.

    Quotes and brackets do not count: JSON with a comma too many, a list as Python prints it, or the quotes that
    `docker --env-file` keeps, are read as they were meant.

    >>> items_of("['x-a', 'x-b',]")
    ['x-a', 'x-b']
    """
    import re

    value = json_value(text)
    if value != text:
        return items_of(value) if isinstance(value, str) else value
    text = text.strip()
    for _ in range(MOST_BRACKETS):
        if text[:1] + text[-1:] in BRACKETS or (text[:1] == text[-1:] and text[:1] in QUOTES):
            text = text[1:-1].strip()
    return [item for part in re.split(SEPARATORS, text) if (item := part.strip(QUOTES)) not in ("", "-")]


def is_word(text: str) -> bool:
    """Whether it is a word or a number that nobody means for an origin or a name."""
    return text.isdecimal() or text.lower() in (*TRUE, *FALSE, "none", NOBODY)


def list_hint(field: str, text: str, *, credentials: bool) -> str | None:
    """The list to write where text was given for one. None where it would be refused, or only its author can know."""
    items = read_list(field, text)
    written: list[str] = []
    for item in items if isinstance(items, list) else ():
        corrected = _corrected(field, item, credentials=credentials)
        if corrected is None:
            return None
        written += corrected
    return f"write {field}={written}" if written else None


def _corrected(field: str, item: object, *, credentials: bool) -> tuple[str, ...] | None:
    if not isinstance(item, str):
        return None
    if field in CHECKS:
        checked = CHECKS[field](item, 0)
        if not isinstance(checked, Problem):
            return (item,)
        corrected = checked.corrected
    else:
        corrected = if_accepted((item,), credentials=credentials)
        if corrected is None:
            from ._diagnose import diagnose

            corrected = if_accepted(diagnose(item).corrected, credentials=credentials)
    return corrected if isinstance(corrected, tuple | None) else (str(corrected),)


def json_value(text: str) -> Any:
    """What a text says in JSON. One that is not JSON, or is a single word or a number, stands for itself."""
    if text.lstrip()[:1] not in ("[", "{", '"'):
        return text
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # a number of 5000 digits is another ValueError
        return text


def flag_of(text: str) -> bool | None:
    """What a text says where true or false is expected; None where it says neither."""
    word = _bare(text).lower()
    return True if word in TRUE else False if word in FALSE else None


def _read_flag(_: str, text: str) -> Any:
    flag = flag_of(text)
    return flag if flag is not None else text if _bare(text) else None


def _read_credentials(field: str, text: str) -> Any:
    """True or false, or a list of origins."""
    flag = _read_flag(field, text)
    return read_list(field, text) if isinstance(flag, str) and any(sign in flag for sign in ":/.,;[* ") else flag


def _read_number(_: str, text: str) -> Any:
    import re

    word = _bare(text)
    if not word or word.lower() in NOTHING:
        return None
    if re.fullmatch(r"[+-]?[0-9]{1,18}", word):
        return int(word)
    return float(word) if re.fullmatch(r"[+-]?[0-9]{1,18}\.[0-9]{1,18}", word) else text


def _bare(text: str) -> str:
    return text.strip().strip(QUOTES).strip()


READERS: dict[str, Callable[[str, str], Any]] = {
    "allow_origins": read_list,
    "allow_methods": read_list,
    "allow_headers": read_list,
    "expose_headers": read_list,
    "allow_credentials": _read_credentials,
    "max_age": _read_number,
    "refuse_disallowed": _read_flag,
    "predicate_timeout": _read_number,
    "preflight_status": _read_number,
}
