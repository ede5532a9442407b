"""How the work of a call grows with its input: counted, so that a busy machine changes nothing."""

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from crossorigin import Policy

MOST = 6
"""Four times the input may cost so many times the steps: linear work costs four times as many, pairs sixteen."""


def steps(call: Callable[[], object]) -> int:
    """The interpreter's instructions that a call takes, all that it calls in Python included."""
    counted = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal counted
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        counted += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return counted


def assert_near_linear(make: Callable[[int], Callable[[], object]], size: int) -> None:
    """The call made for `4 * size` things takes at most `MOST` times the steps of the one made for `size`."""
    make(2)()  # what is made once, the public suffix list above all, is nobody's growth
    small, large = steps(make(size)), steps(make(4 * size))
    assert large <= MOST * small, f"{size} cost {small} steps, four times as many {large / small:.1f} times as many"


class Counted(str):
    """Text whose comparisons are steps: a search through a tuple happens in C, where none would be seen."""

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)  # type: ignore[no-any-return]

    __hash__ = str.__hash__


def counted(policy: Policy) -> Policy:
    """The policy with all text in its fields counted. It is the caller's own: policies are immutable otherwise."""
    for field in ("allow_origins", "allow_methods", "allow_headers", "expose_headers"):
        object.__setattr__(policy, field, tuple(_counted(getattr(policy, field))))
    rules = policy._rules
    object.__setattr__(policy, "_rules", rules._replace(exact=tuple(_counted(rules.exact))))
    return policy


def _counted(values: Iterable[object]) -> Iterable[object]:
    return (Counted(value) if isinstance(value, str) else value for value in values)
