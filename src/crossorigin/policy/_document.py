"""Documents: one policy or several by path, as mappings and as TOML files; a pyproject.toml has a table for them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from ._dialects import in_toml
from ._errors import PolicyError, Problem, problem
from ._mapping import dotted_key
from ._policy import FIELDS, Policy
from ._policy_map import PolicyMap
from ._report_only import ReportOnly
from ._toml import FilePath, parse_toml, read_file

Part = Policy | ReportOnly | None
T = TypeVar("T")

PATHS = "paths"
NONE = "none"
TRIAL = ("current", "candidate")
PYPROJECT = ("project", "build-system", "tool", "dependency-groups")
"""The tables of a pyproject.toml."""


class Document(NamedTuple):
    """What a file declares. `table` is the dotted key of the table that does: empty for the top of the file."""

    policies: Policy | PolicyMap
    table: str


def read_document(document: Mapping[str, Any]) -> Document:
    """What a parsed TOML file declares.

    Raises:
        PolicyError: with every problem, in the words of TOML; `field` is the dotted key within the file.
    """
    return Document(_of_table(document, _either), _table_of(document)[1])


def load_policies(path: FilePath) -> Policy | PolicyMap:
    """What a TOML file declares: one policy, or several by path. See `Policy.from_toml` for the errors."""
    return load(path, _either)


def load(path: FilePath, read: Callable[[Mapping[str, Any]], T]) -> T:
    """What `read` makes of the table that declares policies in a TOML file. See `Policy.from_toml` for the errors."""
    content = read_file(path)
    try:
        return _of_table(parse_toml(content), read)
    except (PolicyError, ValueError) as error:
        error.add_note(f"in {path}")
        raise


def read_map(mapping: object) -> dict[str, Part]:
    """The policies by path that a mapping declares. See `PolicyMap.from_mapping`."""
    if not isinstance(mapping, Mapping) or PATHS not in mapping:
        return {"/": Policy.from_mapping(mapping)}  # type: ignore[arg-type]  # which says what it is, if it is no mapping
    problems = [
        problem(
            "unknown-key",
            dotted_key("", key),
            None,
            key,
            hint='write it in the table of each path, such as [paths."/api/"]',
        )
        for key in mapping
        if key != PATHS
    ]
    paths = mapping[PATHS]
    parts: dict[str, Part] = {}
    if not isinstance(paths, Mapping):
        raise PolicyError.of([*problems, problem("path-table", PATHS, None, paths)])
    for key, declared in paths.items():
        try:
            parts[key] = _read_part(declared)
        except PolicyError as error:
            parts[key] = None
            problems += _below(dotted_key(PATHS, key), error)
    try:
        PolicyMap(parts)
    except PolicyError as error:
        problems += (found.at(dotted_key(PATHS, found.field)) for found in error.problems)
    if problems:
        raise PolicyError.of(problems)
    return parts


def write_map(parts: Mapping[str, Part]) -> dict[str, Any]:
    """The mapping that `read_map` makes these of.

    Raises:
        TypeError: a policy has a predicate, which no mapping can hold.
    """
    return {PATHS: {path: _written_part(path, part) for path, part in parts.items()}}


def _either(mapping: Mapping[str, Any]) -> Policy | PolicyMap:
    return PolicyMap.from_mapping(mapping) if PATHS in mapping else Policy.from_mapping(mapping)


def _read_part(declared: object) -> Part:
    if declared is None:
        return None
    if not isinstance(declared, Mapping):
        raise PolicyError.of([problem("path-table", "", None, declared)])
    if NONE in declared:
        if declared[NONE] is True and len(declared) == 1:
            return None
        raise PolicyError.of([problem("path-none", NONE, None, declared[NONE])])
    if not any(name in declared for name in TRIAL):
        return Policy.from_mapping(declared)
    return _read_trial(declared)


def _read_trial(declared: Mapping[str, Any]) -> ReportOnly:
    problems = [
        problem("path-trial", dotted_key("", name), None, declared.get(name))
        for name in dict.fromkeys((*declared, *TRIAL))
        if name not in TRIAL or not isinstance(declared.get(name), Mapping)
    ]
    policies = {}
    for name in TRIAL:
        if isinstance(declared.get(name), Mapping):
            try:
                policies[name] = Policy.from_mapping(declared[name])
            except PolicyError as error:
                problems += _below(name, error)
    if problems:
        raise PolicyError.of(problems)
    return ReportOnly(**policies)


def _written_part(path: str, part: Part) -> dict[str, Any]:
    if part is None:
        return {NONE: True}
    try:
        if isinstance(part, Policy):
            return part.to_mapping()
        return {name: getattr(part, name).to_mapping() for name in TRIAL}
    except TypeError as error:
        raise TypeError(f"{path}: {error}") from None


def _of_table(document: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> T:
    table, key = _table_of(document)
    try:
        return read(table)
    except PolicyError as error:
        raise PolicyError.of([in_toml(found) for found in _below(key, error)]) from None


def _table_of(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The table that declares policies, and its dotted key."""
    if not any(name in document for name in PYPROJECT) or any(name in document for name in (*FIELDS, PATHS)):
        return document, ""
    key, tools = "tool.crossorigin", document.get("tool")
    table = tools.get("crossorigin") if isinstance(tools, Mapping) else None
    if not isinstance(table, Mapping):
        raise PolicyError.of([problem("pyproject-table", key, None, table)])
    return table, key


def _below(table: str, error: PolicyError) -> Iterator[Problem]:
    """The problems of a table's fields, by their dotted keys."""
    return (found.at(".".join(filter(None, (table, found.field)))) for found in error.problems)
