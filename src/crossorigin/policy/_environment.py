"""A policy out of the environment: a variable for each field, and problems that name the variables."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ._errors import Problem, problem, shown
from ._mapping import read_mapping
from ._names import NOBODY
from ._texts import FALSE, json_value, read_texts
from ._unknown import about

TABLE = '{"dangerously": "pattern", "because": "…"}'
NAMES_HINT = "write the names, separated by commas"
HINTS = {
    ("not-a-collection", "allow_origins"): (
        "write the origins, separated by commas, as in https://app.example.com,https://admin.example.com; leave it "
        "empty to allow no page"
    ),
    ("not-a-collection", "allow_methods"): NAMES_HINT,
    ("not-a-collection", "allow_headers"): NAMES_HINT,
    ("not-a-collection", "expose_headers"): NAMES_HINT,
}
"""Where what is written for Python cannot be translated."""

PYTHON = (
    (r"True or False", "true or false"),
    (r"True, False", "true, false"),
    (r"=True\b", "=true"),
    (
        r"dangerously\((?:'([^']*)'|\"([^\"]*)\"|pattern), because='…'\)(; in TOML: .*)?",
        lambda found: f"{TABLE.replace('pattern', found[1] or found[2] or 'pattern')} as an item of a JSON list",
    ),
    (r"write \{ dangerously = .*", f"write {TABLE}"),
    (r"a predicate: \w+=\[lambda .*?\](?!\])", "a predicate, where the policy is Python"),
)


def read_environment(
    prefix: str, environ: Mapping[str, str | None], fields: tuple[str, ...]
) -> tuple[dict[str, Any], list[Problem]]:
    """The keywords of `Policy` that the variables hold, and a problem for each variable that is not a field.

    Raises:
        TypeError: the prefix is not text.
    """
    if not isinstance(prefix, str):
        raise TypeError(f"prefix is text, such as 'CORS_', not {shown(prefix)}")
    variables = {f"{prefix}{field.upper()}": field for field in fields}
    texts = {field: environ[name] for name, field in variables.items() if environ.get(name) is not None}
    declared, _ = read_mapping({"allow_origins": NOBODY} | read_texts(texts), fields)
    return declared, list(_unknown(prefix, environ, variables, declared)) if prefix else []


def in_environment(found: Problem, prefix: str, fields: tuple[str, ...]) -> Problem:
    """A problem as whoever writes variables reads it."""
    hint = HINTS.get((found.code, found.field), found.hint)
    message, hint = (_translated(text, prefix, fields) for text in (found.message, hint))
    field = f"{prefix}{found.field.upper()}"
    return Problem(found.code, field, found.index, found.value, message, hint, found.corrected)


def _unknown(
    prefix: str, environ: Mapping[str, str | None], variables: Mapping[str, str], declared: Mapping[str, Any]
) -> Iterator[Problem]:
    """The variables with our prefix that are not fields, and those whose names are in another case."""
    fields = tuple(variables.values())
    cases = {name.upper(): name for name in variables}
    for name in sorted(environ):
        value = environ[name]
        if name in variables or value is None:
            continue
        if name.upper() in cases:
            yield problem("unknown-key", name, None, value, hint=f"write {cases[name.upper()]}")
        elif name.startswith(prefix):
            key = name.removeprefix(prefix)
            given = False if value.strip().lower() in FALSE else json_value(value)
            unknown = about(key, {**declared, key: given}, fields)
            hint = (
                f"call from_env({prefix + '_'!r})" if key.startswith("_") else _translated(unknown.hint, prefix, fields)
            )
            found = problem("unknown-key", name, None, value, hint=hint, corrected=unknown.field or None)
            if unknown.field is not None:  # else it may be about something else, and its value a secret
                found.message += f"; its value is {shown(value)}"
            yield found


def _translated(text: str, prefix: str, fields: tuple[str, ...]) -> str:
    for python, written in PYTHON:
        text = re.sub(python, written, text)
    return re.sub(rf"\b({'|'.join(fields)})\b", lambda field: f"{prefix}{field[1].upper()}", text)
