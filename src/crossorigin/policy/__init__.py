"""The server half: what a server permits, and what it answers."""

import typing

from crossorigin.standard import Origin

from ._dangerously import Dangerously, dangerously
from ._decision import REFUSAL, Decision, DecisionCode, DecisionKind, DecisionReason
from ._errors import PolicyError, Problem
from ._policy import OriginEntry, Policy
from ._policy_map import PolicyMap
from ._predicates import Outcome
from ._request import READ_FIELDS
from ._request_url import RequestURL
from ._same_origin import is_same_origin_request

if typing.TYPE_CHECKING:
    from ._compile import (
        NO_OUTCOME,
        Answer,
        CompiledPolicy,
        Fields,
        compile_policy,
        read_request,
        refuse_async_predicates,
    )
    from ._dialects import in_toml
    from ._diff import Difference, DifferenceCode, PolicyDiff, Setting, Witness
    from ._document import load_policies, read_document
    from ._mapping import dotted_key
    from ._near import NearOrigin, near_origin
    from ._problems import PROBLEM_RULES, ProblemKind, ProblemRule
    from ._regexes import patterns_of_regex
    from ._report_only import ReportOnly
    from ._toml import parse_toml, read_file
    from ._unknown import unknown_keywords

__all__ = [
    "NO_OUTCOME",
    "PROBLEM_RULES",
    "READ_FIELDS",
    "REFUSAL",
    "Answer",
    "CompiledPolicy",
    "Dangerously",
    "Decision",
    "DecisionCode",
    "DecisionKind",
    "DecisionReason",
    "Difference",
    "DifferenceCode",
    "Fields",
    "NearOrigin",
    "Origin",
    "OriginEntry",
    "Outcome",
    "Policy",
    "PolicyDiff",
    "PolicyError",
    "PolicyMap",
    "Problem",
    "ProblemKind",
    "ProblemRule",
    "ReportOnly",
    "RequestURL",
    "Setting",
    "Witness",
    "compile_policy",
    "dangerously",
    "dotted_key",
    "in_toml",
    "is_same_origin_request",
    "load_policies",
    "near_origin",
    "parse_toml",
    "patterns_of_regex",
    "read_document",
    "read_file",
    "read_request",
    "refuse_async_predicates",
    "unknown_keywords",
]


_LAZY = {
    "_compile": (
        "NO_OUTCOME",
        "Answer",
        "CompiledPolicy",
        "Fields",
        "compile_policy",
        "read_request",
        "refuse_async_predicates",
    ),
    "_diff": ("Difference", "DifferenceCode", "PolicyDiff", "Setting", "Witness"),
    "_dialects": ("in_toml",),
    "_document": ("load_policies", "read_document"),
    "_mapping": ("dotted_key",),
    "_near": ("NearOrigin", "near_origin"),
    "_problems": ("PROBLEM_RULES", "ProblemKind", "ProblemRule"),
    "_regexes": ("patterns_of_regex",),
    "_report_only": ("ReportOnly",),
    "_toml": ("parse_toml", "read_file"),
    "_unknown": ("unknown_keywords",),
}


def __getattr__(name: str) -> typing.Any:
    # Middleware compiles policies, reviews compare them, some try one first, migrations read regexes, and the table of
    # problems is for those who have one: `import crossorigin` does not pay for any of it.
    for module, names in _LAZY.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
