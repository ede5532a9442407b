"""What holds for every test: the profile of Hypothesis, Ctrl-C, what runs where and is measured, the docs' examples."""

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_plugins = ["tests.differential._reruns", "tests.measured"]

ADDRESS = re.compile(r" at 0x[0-9a-f]+")
TESTS = Path(__file__).parent / "tests"

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("crossorigin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("crossorigin")

# A worker is measured; the commands and servers that its tests start are not.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COVERAGE_PROCESS_START", None)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """SIGINT as it is at a terminal, here and in the processes that the test starts.

    A shell has what it starts in the background ignore SIGINT (`make test &`), and children inherit that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.hookimpl(tryfirst=True)  # before xdist writes the groups into the names
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What minds the others' load runs on one worker, one after the other, and first, for it takes longest."""
    named: Counter[str] = Counter()
    for item in items:
        if ADDRESS.search(item.nodeid):  # of a function, which is another one on each worker
            item._nodeid = ADDRESS.sub("", item.nodeid)
            named[item.nodeid] += 1
            item._nodeid += f"-{named[item.nodeid]}"
        if _is_alone(item):
            item.add_marker(pytest.mark.xdist_group("alone"))
    items.sort(key=lambda item: not _is_alone(item))


def _is_alone(item: pytest.Item) -> bool:
    return (
        item.get_closest_marker("browsers") is not None
        or "ctrl_c" in getattr(item, "fixturenames", ())
        or item.path.is_relative_to(TESTS / "bench")
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file is one worker's, with its servers and what it works out once; of the contract, a server is."""
    from xdist.scheduler import LoadGroupScheduling

    class ByFile(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return super()._split_scope(nodeid).partition("::")[0]

    config.option.loadscopereorder = False  # in order of collection
    return ByFile(config, log)


def _as_a_module(namespace: dict[str, Any]) -> None:
    namespace["__name__"] = "__main__"  # frameworks look up the module of what they are given


# Every Python example of README.md and docs/, in order, one namespace a file.
pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"], setup=_as_a_module
).pytest()
