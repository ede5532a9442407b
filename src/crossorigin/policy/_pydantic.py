"""`Policy` as a field of pydantic's: what `Policy.__get_pydantic_core_schema__` answers.

Nothing here is imported unless pydantic asks, and pydantic_core is imported then.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._errors import PolicyError, Problem
from ._policy import Policy
from ._texts import json_value, read_texts

if TYPE_CHECKING:
    from pydantic_core import InitErrorDetails
    from pydantic_core.core_schema import CoreSchema

NAMES = {"type": "array", "items": {"type": "string"}}
TABLE = {
    "type": "object",
    "properties": {"dangerously": {"type": "string"}, "because": {"type": "string"}},
    "required": ["dangerously", "because"],
    "additionalProperties": False,
}
ORIGINS = {"type": "array", "items": {"anyOf": [{"type": "string"}, TABLE]}}
PROPERTIES: dict[str, dict[str, Any]] = {
    "allow_origins": {"anyOf": [{"enum": ["*", "nobody"]}, ORIGINS]},
    "allow_methods": {"anyOf": [{"enum": ["*", "route"]}, NAMES]},
    "allow_headers": {"anyOf": [{"const": "*"}, NAMES]},
    "expose_headers": {"anyOf": [{"const": "*"}, NAMES]},
    "allow_credentials": {"anyOf": [{"type": "boolean"}, ORIGINS]},
    "max_age": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 86400}, {"type": "null"}]},
    "refuse_disallowed": {"type": "boolean"},
    "predicate_timeout": {"type": "number", "exclusiveMinimum": 0},
    "preflight_status": {"type": "integer", "minimum": 200, "maximum": 299},
}


JSON_SCHEMA: dict[str, Any] = {
    "title": "Policy",
    "type": "object",
    "properties": PROPERTIES,
    "required": ["allow_origins"],
    "additionalProperties": False,
}
"""What `Policy.from_mapping` takes, but for predicates."""


def core_schema() -> "CoreSchema":
    """Takes a `Policy` or what `validated` makes one of; gives its mapping."""
    from pydantic_core import core_schema

    return core_schema.no_info_plain_validator_function(
        validated, serialization=core_schema.plain_serializer_function_ser_schema(Policy.to_mapping)
    )


def validated(value: object) -> Policy:
    """The policy that a value stands for: the mapping of its fields, or text, which is that mapping in JSON or the
    allow-list. The fields may be text, for pydantic-settings takes them from the environment.

    Raises:
        pydantic_core.ValidationError: with an error for each problem, at its place.
    """
    if isinstance(value, Policy):
        return value
    given = json_value(value) if isinstance(value, str) else value
    if isinstance(given, str | list):
        given = {"allow_origins": value}
    if not isinstance(given, Mapping):
        from pydantic_core import PydanticCustomError

        raise PydanticCustomError(
            "policy-type", "a policy is a mapping of its fields, such as {'allow_origins': [...]}"
        )
    try:
        return Policy.from_mapping(read_texts(given))
    except PolicyError as error:
        from pydantic_core import ValidationError

        details = [_details(problem, given) for problem in error.problems]
        raise ValidationError.from_exception_data("Policy", details) from None


def _details(problem: Problem, given: Mapping[Any, Any]) -> "InitErrorDetails":
    from pydantic_core import PydanticCustomError

    place: tuple[int | str, ...] = (problem.field,) if problem.index is None else (problem.field, problem.index)
    value = given[problem.value] if problem.code == "unknown-key" else problem.value
    words = {"message": problem.message, "hint": problem.hint}
    return {"type": PydanticCustomError(problem.code, "{message}; {hint}", words), "loc": place, "input": value}
