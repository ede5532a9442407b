"""The setting CROSSORIGIN: the keywords that `CORS(app, ...)` takes elsewhere, as a mapping, or a policy alone."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from inspect import iscoroutinefunction
from typing import Any

from django import conf
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from crossorigin.middleware.engine import OnDecision, Policies, PolicyFields, own_origins_of, shown
from crossorigin.policy import Policy, PolicyError, PolicyMap, ReportOnly, load_policies

NAME = "CROSSORIGIN"
OPTIONS = ("own_origins", "debug", "on_decision")
FIELDS = tuple(PolicyFields.__annotations__)
UNSET = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the setting says. A policy of None: only what is bound to views and URLs."""

    policy: Policies | None
    own_origins: frozenset[str] = frozenset()
    debug: bool = False
    on_decision: OnDecision | None = None


def setting_now() -> object:
    """The setting as it is, which a test may have overridden a moment ago."""
    return getattr(conf.settings, NAME, UNSET)


def read(setting: object) -> tuple[Configuration | None, list[CheckMessage]]:
    """What the setting says, or every problem that it has."""
    if setting is UNSET:
        return None, [
            _problem(
                "E001",
                f"there is no setting {NAME}, and nobody gets an open app by leaving it out",
                f'{NAME} = {{"allow_origins": ["https://app.example.com"]}}, or None where only views have policies',
            )
        ]
    declared = dict(setting) if isinstance(setting, Mapping) else {"policy": setting}
    problems: list[CheckMessage] = []
    values: dict[str, Any] = {}
    for name in OPTIONS:
        if name in declared:
            try:
                values[name] = _READ[name](declared.pop(name))
            except (ImportError, TypeError, ValueError) as error:
                problems.append(_problem("E003", f"{name}: {error}"))
    problems.extend(_misspelled_options(declared))
    try:
        values["policy"] = _policy(declared)
    except PolicyError as error:
        problems.extend(
            _problem("E002", f"{problem.where}: {problem.message} [{problem.code}]", problem.hint)
            for problem in error.problems
        )
    except TypeError as error:
        problems.append(_problem("E003", str(error)))
    except (OSError, ValueError) as error:
        problems.append(_problem("E004", f"the policy's file cannot be read: {error}"))
    return (None, problems) if problems else (Configuration(**values), [])


def _problem(number: str, message: str, hint: str | None = None) -> CheckMessage:
    return Error(message, hint=hint, obj=NAME, id=f"crossorigin.{number}")


def _misspelled_options(declared: dict[str, Any]) -> Iterator[CheckMessage]:
    """Takes them out too, so that they are not told as unknown fields of the policy as well."""
    for key in [*declared]:
        close = get_close_matches(str(key), (*OPTIONS, "policy", *FIELDS), n=1)
        if key not in FIELDS and close and close[0] in (*OPTIONS, "policy") and key != "policy":
            del declared[key]
            yield _problem("E003", f"{key} is no option", f"did you mean {close[0]}?")


def _policy(declared: dict[str, Any]) -> Policies | None:
    if "policy" not in declared:
        return Policy.from_mapping(declared)
    policy = declared.pop("policy")
    if declared:
        names = ", ".join(map(str, declared))
        raise TypeError(f"it takes a policy or the fields of one, not both: remove {names}")
    if isinstance(policy, os.PathLike):
        return load_policies(policy)
    if isinstance(policy, Mapping):
        return Policy.from_mapping(policy)
    if policy is None or isinstance(policy, Policy | ReportOnly | PolicyMap):
        return policy
    raise TypeError(
        "the policy is a mapping of its fields, a Policy, a ReportOnly, a PolicyMap, the Path of a TOML file "
        f'(BASE_DIR / "cors.toml"), or None, not {type(policy).__name__}'
    )


def _read_debug(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"takes True or False, not {shown(value)}")
    return value


def _read_hook(value: object) -> OnDecision | None:
    hook = import_string(value) if isinstance(value, str) else value
    if hook is not None and not callable(hook):
        raise TypeError(f"takes a function, or the dotted path of one, not {shown(hook)}")
    if iscoroutinefunction(hook):
        raise TypeError(f"{shown(hook)} is a coroutine function, and nobody would await it: write a plain one")
    return hook


_READ: dict[str, Any] = {"own_origins": own_origins_of, "debug": _read_debug, "on_decision": _read_hook}
