"""What is counted of a measurement: not how long anything took."""

import gc
from collections import Counter

import pytest

from bench._measure import Load, Timing, measure, measure_loads, once


def test_a_timing_has_a_median_and_quartiles() -> None:
    timing = Timing((4.0, 1.0, 3.0, 2.0, 5.0))
    assert (timing.low, timing.median, timing.high) == (1.5, 3.0, 4.5)


def test_a_single_sample_has_no_spread() -> None:
    assert (Timing((7.0,)).low, Timing((7.0,)).median, Timing((7.0,)).high) == (7.0, 7.0, 7.0)


def test_a_difference_is_taken_round_by_round() -> None:
    assert Timing((10.0, 30.0, 50.0)).minus(Timing((1.0, 2.0))).samples == (9.0, 28.0)


def test_each_candidate_is_called_equally_often_with_the_collector_off() -> None:
    calls: Counter[str] = Counter()
    collecting = set()

    def candidate(name: str):
        def call() -> None:
            calls[name] += 1
            collecting.add(gc.isenabled())

        return call

    timings = measure({name: candidate(name) for name in ("a", "b")}, rounds=5, calls=10)
    assert calls == {"a": 60, "b": 60}  # ten more each, before the rounds
    assert collecting == {False}
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    assert {name: len(timing.samples) for name, timing in timings.items()} == {"a": 5, "b": 5}


def test_a_load_of_many_requests_is_told_by_the_request(monkeypatch) -> None:
    now = 0

    def call() -> None:
        nonlocal now
        now += 1_000_000

    monkeypatch.setattr("bench._measure.time.thread_time_ns", lambda: now)
    timings = measure_loads({"one": Load(call), "ten": Load(call, requests=10)}, rounds=5, seconds=0.004)
    assert timings == {"one": Timing((1e6,) * 5), "ten": Timing((1e5,) * 5)}
    assert once(Load(call, requests=10)) == Timing((1e5,))


def test_who_is_slow_is_timed_in_fewer_rounds_but_in_three(monkeypatch) -> None:
    now = 0

    def taking(seconds: float):
        def call() -> None:
            nonlocal now
            now += int(seconds * 1e9)

        return Load(call)

    monkeypatch.setattr("bench._measure.time.thread_time_ns", lambda: now)
    timings = measure_loads({"slow": taking(0.3), "slower": taking(0.9)}, rounds=25, seconds=0.005)
    assert timings == {"slow": Timing((3e8,) * 5), "slower": Timing((9e8,) * 3)}


def test_the_collector_comes_back_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        measure({"broken": lambda: 1 / 0}, rounds=1, calls=1)
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
