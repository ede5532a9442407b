"""Runs every Python example of README.md and docs/, in order, one namespace a file."""

from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser


def _as_a_module(namespace: dict[str, Any]) -> None:
    namespace["__name__"] = "__main__"  # frameworks look up the module of what they are given


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["*.md"], setup=_as_a_module
).pytest()
