"""One door a package: what `__all__` says is what is there."""

import importlib

import pytest

from tests.architecture.source import PACKAGE, Module, modules

DOORS = [module for module in modules() if module.path.name == "__init__.py"]
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "core", "misc", "base"}


@pytest.mark.parametrize("door", DOORS, ids=lambda module: module.name)
def test_the_door_lists_exactly_what_it_exports(door: Module) -> None:
    package = importlib.import_module(door.name)
    exported = {
        name
        for name, value in vars(package).items()
        if not name.startswith("_")
        and not (hasattr(value, "__spec__") and hasattr(value, "__path__"))
        and type(value).__name__ != "module"
    }
    listed = {name for name in getattr(package, "__all__", ()) if not name.startswith("_")}
    lazy = {name for name in listed if name not in vars(package) and getattr(package, name, None) is not None}
    assert exported | lazy == listed
    assert list(package.__all__) == sorted(package.__all__, key=_as_ruff_sorts)


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def test_no_module_has_a_name_that_explains_nothing() -> None:
    assert not {path.stem.lstrip("_") for path in PACKAGE.rglob("*.py")} & FORBIDDEN_NAMES
