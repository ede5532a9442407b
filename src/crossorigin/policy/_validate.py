"""A declaration checked whole: every field in the form in which a policy holds it, and every problem at once."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ._dangerously import Dangerously
from ._errors import Problem, problem, shown
from ._names import ROUTE_METHODS, Check, check_method, check_request_header, check_response_header, is_keyword
from ._origins import check_origins
from ._patterns import OriginRules

MAX_MAX_AGE = 86400


def validate(declared: Mapping[str, Any]) -> tuple[dict[str, Any], OriginRules, list[Problem]]:
    """Every field of `Policy`, as its caller gave it, to: the fields as a policy holds them, what the origins come to,
    and the problems in the order of the fields. With problems, the first two are not to be used.
    """
    problems: list[Problem] = []
    credentials = _check_bool("allow_credentials", declared["allow_credentials"], problems)
    entries = _check_collection("allow_origins", declared["allow_origins"], problems)
    origins, rules, origin_problems = check_origins(entries or (), credentials=credentials)
    if entries is not None:
        problems.extend(origin_problems)
    names = {
        field: _check_names(field, declared[field], check, problems)
        for field, check in (
            ("allow_methods", check_method),
            ("allow_headers", check_request_header),
            ("expose_headers", check_response_header),
        )
    }
    problems.extend(_check_route_methods(names["allow_methods"]))
    if credentials and "*" in names["expose_headers"]:
        index = names["expose_headers"].index("*")
        problems.append(problem("credentials-wildcard-expose", "expose_headers", index, "*"))
    refuse = _check_bool("refuse_disallowed", declared["refuse_disallowed"], problems)
    if refuse and rules.any_origin:
        problems.append(problem("refuse-wildcard-origin", "refuse_disallowed", None, True))
    fields = {
        "allow_origins": origins,
        **names,
        "allow_credentials": credentials,
        "max_age": _check_max_age(declared["max_age"], problems),
        "refuse_disallowed": refuse,
        "predicate_timeout": _check_timeout(declared["predicate_timeout"], problems),
        "preflight_status": _check_status(declared["preflight_status"], problems),
    }
    order = list(fields)
    return fields, rules, sorted(problems, key=lambda found: order.index(found.field))


def _check_collection(field: str, value: object, problems: list[Problem]) -> tuple[object, ...] | None:
    """The items; None where `value` is no collection, and the problem is noted."""
    if isinstance(value, str) and is_keyword(field, (value,)):
        return (value,)
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping):
        return tuple(sorted(value) if _is_set_of_text(value) else value)  # a set has no order: one and the same answer
    if value is None and field == "allow_origins":
        problems.append(problem("origins-missing", field, None, value))
        return None
    items = value.replace(",", " ").split() if isinstance(value, str) else [value]
    hint = None
    if isinstance(value, str | Dangerously) or callable(value):
        hint = f"write {field}=[{', '.join(map(shown, items))}]"
    problems.append(problem("not-a-collection", field, None, value, hint=hint))
    return None


def _is_set_of_text(value: object) -> bool:
    return isinstance(value, set | frozenset) and all(isinstance(item, str) for item in value)


def _check_names(field: str, value: object, check: Check, problems: list[Problem]) -> tuple[str, ...]:
    names: list[str] = []
    for index, item in enumerate(_check_collection(field, value, problems) or ()):
        checked = check(item, index)
        if isinstance(checked, Problem):
            problems.append(checked)
        else:
            names.append(checked)
    return tuple(names)


def _check_route_methods(methods: tuple[str, ...]) -> Iterator[Problem]:
    if ROUTE_METHODS[0] in methods and methods != ROUTE_METHODS:
        index = methods.index(ROUTE_METHODS[0])
        yield problem("method-route-not-alone", "allow_methods", index, ROUTE_METHODS[0])


def _check_bool(field: str, value: object, problems: list[Problem]) -> bool:
    if not isinstance(value, bool):
        problems.append(problem("not-a-bool", field, None, value))
    return value is True


def _check_max_age(value: object, problems: list[Problem]) -> int | None:
    if value is None:
        return None
    seconds = value
    if not isinstance(value, int):
        from datetime import timedelta

        if isinstance(value, timedelta) and not value.microseconds:
            seconds = value.days * 86400 + value.seconds
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        problems.append(problem("max-age-type", "max_age", None, value, corrected=_whole(seconds)))
        return None
    if not 0 <= seconds <= MAX_MAX_AGE:
        corrected = MAX_MAX_AGE if seconds > MAX_MAX_AGE else None
        problems.append(problem("max-age-range", "max_age", None, value, corrected=corrected))
    return int(seconds)


def _whole(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer() and 0 <= value <= MAX_MAX_AGE:
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 5 and int(value) <= MAX_MAX_AGE:
        return int(value)
    return None


def _check_timeout(value: object, problems: list[Problem]) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9:
        return float(value)
    problems.append(problem("timeout-range", "predicate_timeout", None, value))
    return 0.0


def _check_status(value: object, problems: list[Problem]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 200 <= value <= 299:
        return int(value)
    problems.append(problem("preflight-status-range", "preflight_status", None, value))
    return 0
