"""A declaration checked whole: every field in the form in which a policy holds it, and every problem at once."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ._dangerously import Dangerously
from ._errors import Problem, problem, shown
from ._names import NOBODY, ROUTE_METHODS, Check, check_method, check_request_header, check_response_header, is_keyword
from ._origins import check_credentialed, check_origins
from ._patterns import OriginRules

MAX_MAX_AGE = 86400


class Validated(NamedTuple):
    """A declaration as a policy holds it. With problems, nothing else of it is to be used.

    Attributes:
        fields: by name.
        origins: what `allow_origins` comes to.
        credentialed: what `allow_credentials` comes to, where it is a list; None where it is a bool.
        problems: in the order of the fields.
    """

    fields: dict[str, Any]
    origins: OriginRules
    credentialed: OriginRules | None
    problems: list[Problem]


def validate(declared: Mapping[str, Any]) -> Validated:
    """Every field of `Policy`, as its caller gave it."""
    problems: list[Problem] = []
    credentials: bool | tuple[object, ...] = _check_credentials(declared["allow_credentials"], problems)
    is_credentialed = credentials is True
    entries = _check_collection("allow_origins", declared["allow_origins"], problems, credentials=is_credentialed)
    origins, rules, origin_problems = check_origins(entries or (), credentials=is_credentialed)
    if _is_nobody(declared["allow_origins"]):
        origin_problems = []  # an empty list would be one
    if entries is not None:
        problems.extend(origin_problems)
    credentialed: OriginRules | None = None
    if isinstance(credentials, tuple):
        allowed = None if entries is None or origin_problems else rules
        credentials, credentialed, found = check_credentialed(credentials, allowed)
        problems.extend(found)
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
    return Validated(fields, rules, credentialed, sorted(problems, key=lambda found: order.index(found.field)))


def _check_collection(
    field: str, value: object, problems: list[Problem], *, credentials: bool = False
) -> tuple[object, ...] | None:
    """The items; None where `value` is not a collection, and the problem is noted."""
    if isinstance(value, str) and is_keyword(field, (value,)):
        return (value,)
    if field == "allow_origins" and _is_nobody(value):
        return ()
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping):
        return _items(value)
    if value is None and field == "allow_origins":
        problems.append(problem("origins-missing", field, None, value))
        return None
    hint = _as_list(field, value, credentials=credentials)
    problems.append(problem("not-a-collection", field, None, value, hint=hint))
    return None


def _is_nobody(value: object) -> bool:
    return isinstance(value, str) and value == NOBODY


def _as_list(field: str, value: object, *, credentials: bool) -> str | None:
    """The hint for one item, or for text that holds several."""
    if isinstance(value, str):
        from ._texts import list_hint  # here: no sound policy needs it

        return list_hint(field, value, credentials=credentials)
    return f"write {field}=[{shown(value)}]" if isinstance(value, Dangerously) or callable(value) else None


def _items(value: Iterable[Any]) -> tuple[Any, ...]:
    """The items in their order. A set of text has none: sorted, so that the response is the same each time."""
    is_set_of_text = isinstance(value, set | frozenset) and all(isinstance(item, str) for item in value)
    return tuple(sorted(value) if is_set_of_text else value)


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
        problems.append(problem("not-a-bool", field, None, value, corrected=_flag(value)))
    return value is True


def _flag(value: object) -> bool | None:
    """The bool that a text says, for a hint."""
    if not isinstance(value, str):
        return None
    from ._texts import flag_of  # here: no sound policy needs it

    return flag_of(value)


def _check_credentials(value: object, problems: list[Problem]) -> bool | tuple[object, ...]:
    """The bool, or the entries of the list. An empty one lists nobody, which is False."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping):
        return _items(value) or False
    hint = None
    if value == "*":
        hint = "list the origins that may send credentials: browsers refuse `*` for requests with credentials"
    elif not isinstance(value, str) or "://" in value:
        hint = _as_list("allow_credentials", value, credentials=True)
    problems.append(problem("credentials-type", "allow_credentials", None, value, hint=hint, corrected=_flag(value)))
    return False


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
