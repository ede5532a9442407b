"""What holds for every test: Hypothesis's profile, Ctrl-C, and the Python examples of README.md and docs/."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("crossorigin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("crossorigin")


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """SIGINT as it is at a terminal, here and in the processes that the test starts.

    A shell has what it starts in the background ignore SIGINT (`make test &`), and children inherit that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _as_a_module(namespace: dict[str, Any]) -> None:
    namespace["__name__"] = "__main__"  # frameworks look up the module of what they are given


# Every Python example of README.md and docs/, in order, one namespace a file.
pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"], setup=_as_a_module
).pytest()
