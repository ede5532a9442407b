"""Every example in a docstring runs."""

import doctest
import importlib

import pytest

from tests.architecture.source import Module, modules


@pytest.mark.parametrize("module", [m for m in modules() if m.name != "crossorigin.__main__"], ids=lambda m: m.name)
def test_examples_in_docstrings_are_true(module: Module) -> None:
    results = doctest.testmod(importlib.import_module(module.name), optionflags=doctest.ELLIPSIS)
    assert results.failed == 0
