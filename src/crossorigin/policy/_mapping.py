"""Policies as mappings, for TOML, JSON and YAML: reading one, and writing one."""

from collections.abc import Mapping
from typing import Any

from ._dangerously import Dangerously
from ._errors import Problem, problem
from ._names import is_keyword

BARE_KEY = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def dotted_key(table: str, name: object) -> str:
    """A key as TOML writes it, below the key of its table, which may be empty.

    >>> dotted_key("paths", "/api/")
    'paths."/api/"'
    """
    text = str(name)
    if not text or not BARE_KEY.issuperset(text):
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{table}.{text}" if table else text


ORIGIN_FIELDS = ("allow_origins", "allow_credentials")
"""The fields whose lists hold origin patterns, and tables for refused ones."""


def read_mapping(mapping: object, fields: tuple[str, ...]) -> tuple[dict[str, Any], list[Problem]]:
    """The keywords of `Policy` that a mapping holds, and the problems of its keys.

    Where a key stands for a field under another name, `corrected` of its problem is the field.

    Raises:
        TypeError: it is not a mapping.
    """
    if not isinstance(mapping, Mapping):
        kind = type(mapping).__name__
        raise TypeError(f"a policy is a mapping of its fields, such as {{'allow_origins': [...]}}, not {kind}")
    problems = [_unknown_key(key, mapping, fields) for key in mapping if key not in fields]
    declared = {key: value for key, value in mapping.items() if key in fields}
    declared.setdefault("allow_origins", None)
    for name in ORIGIN_FIELDS:
        listed = declared.get(name)
        if isinstance(listed, list | tuple):
            declared[name] = [_read_table(entry) if isinstance(entry, Mapping) else entry for entry in listed]
    return declared, problems


def write_mapping(declared: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping of these fields: lists, text, numbers and tables, nothing else.

    Raises:
        TypeError: an origin is a predicate, which no mapping can hold.
    """
    return {name: _written(name, value) for name, value in declared.items()}


def _written(name: str, value: object) -> object:
    if not isinstance(value, tuple):
        return value
    if is_keyword(name, value):
        return value[0]
    return [_written_item(name, index, item) for index, item in enumerate(value)]


def _written_item(name: str, index: int, item: object) -> object:
    if isinstance(item, Dangerously):
        return {"dangerously": item.pattern, "because": item.because}
    if not isinstance(item, str):
        raise TypeError(
            f"{name}[{index}] is a predicate, {item!r}, and no mapping can hold one: keep this policy in Python, or "
            "list its origins"
        )
    return item


def _read_table(table: Mapping[str, Any]) -> Dangerously | Mapping[str, Any]:
    """The entry that a table stands for. One that stands for none stays: it is a problem of its place in the list."""
    if set(table) != {"dangerously", "because"} or not all(isinstance(value, str) for value in table.values()):
        return table
    return Dangerously(table["dangerously"], table["because"])


def _unknown_key(key: object, mapping: Mapping[Any, Any], fields: tuple[str, ...]) -> Problem:
    from ._unknown import about  # here: few mappings have one

    unknown = about(key, mapping, fields)
    return problem("unknown-key", dotted_key("", key), None, key, hint=unknown.hint, corrected=unknown.field or None)
