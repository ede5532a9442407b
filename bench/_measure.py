"""How things are timed: CPU time of this thread, in rounds that take the candidates in a random order.

A round times each candidate with the garbage collector off, so that a busy machine slows all candidates of a round
alike. What is compared are medians over the rounds, as ratios within this one run. A difference of two candidates is
taken round by round: what drifts over the rounds drifts in both.

Unfair, were it not said: a server also parses, waits and writes, so that what a middleware adds is a smaller part of
its request than these figures are of the bare app. The caches of the processor are warm for whoever is timed.
"""

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

SPENT = 1.5
"""Seconds that one candidate may take in one measurement: who is slow is timed in fewer rounds, three at least."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Nanoseconds of CPU a call, round by round.

    Attributes:
        samples: one figure a round. Of a candidate too slow for rounds there is one.
    """

    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def low(self) -> float:
        """The lower quartile."""
        return self._quartiles()[0]

    @property
    def high(self) -> float:
        """The upper quartile."""
        return self._quartiles()[2]

    def minus(self, other: "Timing") -> "Timing":
        return Timing(tuple(mine - theirs for mine, theirs in zip(self.samples, other.samples, strict=False)))

    def _quartiles(self) -> list[float]:
        return statistics.quantiles(self.samples, n=4) if len(self.samples) > 1 else [self.samples[0]] * 3


@dataclass(frozen=True, slots=True)
class Load:
    """What is timed: `call` runs so many `requests`."""

    call: Callable[[], object]
    requests: int = 1


def measure(candidates: Mapping[str, Callable[[], object]], *, rounds: int, calls: int) -> dict[str, Timing]:
    """So many rounds of so many calls of each."""
    with _frozen():
        for call in candidates.values():
            _time(call, calls)
        return _in_rounds({name: (Load(call), calls, rounds) for name, call in candidates.items()}, rounds)


def measure_loads(loads: Mapping[str, Load], *, rounds: int, seconds: float) -> dict[str, Timing]:
    """Rounds that give each about so many `seconds`: the loads may differ by a factor of a million."""
    with _frozen():
        planned = {name: _plan(load, rounds, seconds) for name, load in loads.items()}
        return _in_rounds(planned, rounds)


def once(load: Load) -> Timing:
    """A single call, of who is too slow for rounds."""
    return Timing((_time(load.call, 1) / load.requests,))


def _plan(load: Load, rounds: int, seconds: float) -> tuple[Load, int, int]:
    """The load, how many calls make a round of it, and how many rounds. Finding that out warms the caches up too."""
    calls = 1
    while (spent := _time(load.call, calls) * calls / 1e9) < seconds / 4:
        calls *= 2
    return load, max(1, round(calls * seconds / spent)), max(3, min(rounds, int(SPENT / spent)))


def _in_rounds(planned: Mapping[str, tuple[Load, int, int]], rounds: int) -> dict[str, Timing]:
    times: dict[str, list[float]] = {name: [] for name in planned}
    for number in range(rounds):
        order = [name for name, (_, _, least) in planned.items() if number < least]
        random.shuffle(order)
        for name in order:
            load, calls, _ = planned[name]
            times[name].append(_time(load.call, calls) / load.requests)
    return {name: Timing(tuple(values)) for name, values in times.items()}


@contextmanager
def _frozen() -> Iterator[None]:
    """Takes all that is there out of the collector's sight: it is not looked through again before each round."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


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
