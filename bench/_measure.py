"""How things are timed: CPU time of this thread, in rounds that take the candidates in a random order.

A round times each candidate for some thousand calls with the garbage collector off, so that a busy machine slows all
candidates of a round alike; what is compared are medians over the rounds, as ratios within this one run.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Nanoseconds of CPU a call: the median over the rounds, and the quartiles around it."""

    median: float
    low: float
    high: float

    def minus(self, other: "Timing") -> "Timing":
        return Timing(self.median - other.median, self.low - other.median, self.high - other.median)


def measure(candidates: Mapping[str, Callable[[], object]], *, rounds: int, calls: int) -> dict[str, Timing]:
    for call in candidates.values():
        for _ in range(calls):
            call()
    times: dict[str, list[float]] = {name: [] for name in candidates}
    order = list(candidates)
    for _ in range(rounds):
        random.shuffle(order)
        for name in order:
            times[name].append(_time(candidates[name], calls))
    return {name: _timing(values) for name, values in times.items()}


def _time(call: Callable[[], object], calls: int) -> float:
    gc.collect()
    gc.disable()
    try:
        repeat = range(calls)
        start = time.thread_time_ns()
        for _ in repeat:
            call()
        return (time.thread_time_ns() - start) / calls
    finally:
        gc.enable()


def _timing(values: list[float]) -> Timing:
    low, median, high = statistics.quantiles(values, n=4)
    return Timing(median, low, high)
