"""A policy out of the environment: a variable for each field, and problems that name the variables."""

from collections.abc import Iterator, Mapping
from typing import Any

from ._dialects import environment_words
from ._errors import Problem, problem, shown
from ._mapping import read_mapping
from ._names import NOBODY
from ._texts import FALSE, json_value, read_texts
from ._unknown import about


def variables_of(prefix: str, fields: tuple[str, ...]) -> dict[str, str]:
    """The names of the variables, by field.

    Raises:
        TypeError: the prefix is not text.
    """
    if not isinstance(prefix, str):
        raise TypeError(f"prefix is text, such as 'CORS_', not {shown(prefix)}")
    return {field: f"{prefix}{field.upper()}" for field in fields}


def read_environment(
    prefix: str, environ: Mapping[str, str | None], variables: Mapping[str, str]
) -> tuple[dict[str, Any], list[Problem]]:
    """The keywords of `Policy` that the variables hold, and a problem for each variable that is not a field."""
    texts = {field: environ[name] for field, name in variables.items() if environ.get(name) is not None}
    declared, _ = read_mapping({"allow_origins": NOBODY} | read_texts(texts), tuple(variables))
    return declared, list(_unknown(prefix, environ, variables, declared)) if prefix else []


def _unknown(
    prefix: str, environ: Mapping[str, str | None], variables: Mapping[str, str], declared: Mapping[str, Any]
) -> Iterator[Problem]:
    """The variables with our prefix that are not fields, and those whose names are in another case."""
    cases = {name.upper(): name for name in variables.values()}
    for name in sorted(environ):
        value = environ[name]
        if name in variables.values() or value is None:
            continue
        if name.upper() in cases:
            yield problem("unknown-key", name, None, value, hint=f"write {cases[name.upper()]}")
        elif name.startswith(prefix):
            key = name.removeprefix(prefix)
            given = False if value.strip().lower() in FALSE else json_value(value)
            unknown = about(key, {**declared, key: given}, tuple(variables))
            hint = f"call from_env({prefix + '_'!r})" if key.startswith("_") else unknown.hint
            hint = environment_words(hint, variables)
            found = problem("unknown-key", name, None, value, hint=hint, corrected=unknown.field or None)
            # Of a variable that may be about something else, the value may be a secret.
            yield found if unknown.field is None else found.said(f"{found.message}; its value is {shown(value)}", hint)
