"""A file holds one idea: what can be counted of that."""

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Module, modules

LONG = 500


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_file_over_500_lines_gives_its_reason_in_its_head(module: Module) -> None:
    if len(module.text.splitlines()) > LONG:
        assert "long because" in (ast.get_docstring(module.tree) or "").lower()


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_every_file_says_what_it_is(module: Module) -> None:
    assert ast.get_docstring(module.tree), f"{module.name} has no docstring"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_every_value_is_frozen_and_slotted(module: Module) -> None:
    """A dataclass that is not frozen says `# mutable: why` on its decorator's line."""
    lines = module.text.splitlines()
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            source = ast.unparse(decorator)
            if source.startswith("dataclass") and "# mutable: " not in lines[decorator.lineno - 1]:
                assert "frozen=True" in source, f"{module.name}.{node.name} is not frozen"
                assert "slots=True" in source, f"{module.name}.{node.name} is not slotted"


def test_no_file_names_this_machine_or_a_registry() -> None:
    needles = [b"/" + b"work/main", b"/" + b"root/", b"file:" + b"///opt", b"pypi" + b".org", b"pythonhosted" + b".org"]
    found = [
        (path.relative_to(ROOT).as_posix(), needle.decode())
        for path in _source_files()
        for needle in needles
        if needle in path.read_bytes()
    ]
    assert not found


def _source_files() -> list[Path]:
    """What git tracks; without git (a checkout unpacked from an archive), all but what a build leaves behind."""
    if shutil.which("git") and (ROOT / ".git").exists():
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        paths = [ROOT / name for name in tracked.decode().split("\0") if name]
    else:
        left_behind = {".venv", ".artefacts", ".hypothesis", ".git", "__pycache__"}
        paths = [path for path in ROOT.rglob("*") if not left_behind.intersection(path.relative_to(ROOT).parts)]
    return [path for path in paths if path.is_file()]
