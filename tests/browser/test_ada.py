"""Without the URL parser there is no browser half, and the import says how to get it."""

import runpy
import sys

import pytest

from crossorigin.browser import _ada


def test_without_the_parser_the_import_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "can_ada", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'crossorigin\[browser\]'") as raised:
        runpy.run_path(_ada.__file__)
    assert raised.value.name == "can_ada"
