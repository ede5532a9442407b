"""What is said about policies: a decision, a difference of two, the problems of a wrong one."""

from ._decision import DECISION_PROSE, DecisionExplanation, decision_lines, explain_decision, render_decision
from ._diff import DIFF_PROSE, diff_lines, render_diff
from ._diff_json import DIFF_FORMAT, render_diff_json
from ._policy_error import SourceText, problem_lines, render_policy_error, toml_error_lines

__all__ = [
    "DECISION_PROSE",
    "DIFF_FORMAT",
    "DIFF_PROSE",
    "DecisionExplanation",
    "SourceText",
    "decision_lines",
    "diff_lines",
    "explain_decision",
    "problem_lines",
    "render_decision",
    "render_diff",
    "render_diff_json",
    "render_policy_error",
    "toml_error_lines",
]
