"""What is measured: the chosen cases of the rooms that are covered to the last line, and nothing else.

Being measured takes most of a test's time. So what Hypothesis generates, and what runs the same lines at great length
(`unmeasured`), runs as fast as it can, as do the other rooms' tests: a line is covered by a case that somebody chose,
which is the same one in every run.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import is_hypothesis_test

from tests.architecture.source import modules

ROOMS = ("standard", "policy", "browser")
TESTS = tuple(Path(__file__).parent / name for name in (*ROOMS, "browser_and_policy"))


class Meter:
    """The coverage of this process: on for what is measured, off for all else."""

    def __init__(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._is_on = True
        # At once: some of it would else be imported where nobody measures, when it is asked for.
        self._modules = [import_module(module.name) for module in modules() if module.room in ROOMS]

    def switch(self, on: bool) -> None:
        """Turns it on or off. What was worked out once a process, with nobody measuring, is then worked out again."""
        if on is self._is_on:
            return
        self._is_on = on
        if not on:
            self._coverage.stop()
            return
        for module in self._modules:
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Before its fixtures."""
        self.switch(is_measured(item))
        return (yield)  # type: ignore[return-value]

    def pytest_sessionfinish(self) -> None:
        """Whoever started it ends it."""
        self.switch(True)


def is_measured(item: pytest.Item) -> bool:
    """Whether a test is."""
    return (
        any(map(item.path.is_relative_to, TESTS))
        and item.get_closest_marker("unmeasured") is None
        and not is_hypothesis_test(getattr(item, "obj", None))
    )


def pytest_configure(config: pytest.Config) -> None:
    """Where the process is measured at all, as by `make test`."""
    coverage = Coverage.current()
    if coverage is not None:
        config.pluginmanager.register(Meter(coverage))
