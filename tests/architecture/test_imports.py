"""Who imports whom, and nothing else (the table of ARCHITECTURE.md, as data)."""

import ast
import subprocess
import sys

import pytest

from tests.architecture.source import Module, modules

MAY_IMPORT = {
    "standard": set(),
    "policy": {"standard"},
    "browser": {"standard"},
    "middleware": {"standard", "policy"},
    "metrics": {"policy", "middleware"},
    "drivers": {"standard", "browser"},
    "consoles": set(),
    "captures": {"standard", "browser", "consoles"},
    "asking": {"standard", "browser", "captures"},
    "diagnosis": {"standard", "policy", "browser", "consoles", "captures", "asking", "drivers", "explain"},
    "explain": {"standard", "policy", "browser", "consoles"},
    "migrate": {"standard", "policy"},
    "testing": {"standard", "browser", "drivers", "explain"},
    "": {"standard", "policy"},
}
EVERYTHING = {"cli", "pytest_plugin", "demo", "__main__"}
PURE = {"standard", "policy", "browser", "consoles", "captures", "asking", "explain", "diagnosis", "migrate"}
IO_MODULES = {
    *("asyncio", "http", "logging", "selectors", "socket", "ssl", "subprocess", "threading", "time", "urllib"),
    *("io", "os", "pathlib", "shutil", "tempfile"),
}
# An async predicate is awaited under a timeout, which is asyncio's. `from_toml` reads its file, `from_env` variables.
# django-cors-headers compares what urlsplit makes of an origin, so who reads its settings asks urlsplit too.
# What a stream holds is found out by its first bytes, which `captures.read` puts back in front of it: io has the class.
MAY_TOUCH = {
    ("crossorigin.captures._read", "io"),
    ("crossorigin.policy._policy", "os"),
    ("crossorigin.policy._toml", "os"),
    ("crossorigin.policy._toml", "pathlib"),
    ("crossorigin.policy._predicates", "asyncio"),
    ("crossorigin.migrate.peers.django", "urllib"),
}


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_room_imports_only_the_rooms_below_it(module: Module) -> None:
    if module.room in EVERYTHING:
        return
    allowed = MAY_IMPORT[module.room] | {module.room}
    rooms = {name.split(".")[1] for name in module.imports() if name.startswith("crossorigin.")}
    rooms -= {"__version__"}
    assert rooms <= allowed, f"{module.name} imports {sorted(rooms - allowed)}"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_private_module_is_imported_by_its_own_package_only(module: Module) -> None:
    package = module.name if module.path.name == "__init__.py" else module.name.rpartition(".")[0]
    for name in module.imports():
        parts = name.split(".")
        if parts[0] != "crossorigin":
            continue
        private = next((i for i, part in enumerate(parts) if part.startswith("_") and not part.startswith("__")), None)
        if private is not None:
            owner = ".".join(parts[:private])
            assert package == owner or package.startswith(f"{owner}."), f"{module.name} reaches into {name}"


@pytest.mark.parametrize("module", [m for m in modules() if m.room in PURE], ids=lambda module: module.name)
def test_a_pure_room_knows_no_io_no_clock_and_no_log(module: Module) -> None:
    roots = {name.partition(".")[0] for name in module.imports()}
    touched = {root for root in roots & IO_MODULES if (module.name, root) not in MAY_TOUCH}
    assert not touched, f"{module.name} imports {sorted(touched)}"
    called = {
        node.func.id for node in ast.walk(module.tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"open", "print", "input"}


def test_import_crossorigin_loads_no_io_and_no_third_party_module() -> None:
    code = (
        "import sys; before = set(sys.modules); import crossorigin; "
        "print(*sorted(name for name in set(sys.modules) - before))"
    )
    output = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    roots = {name.partition(".")[0] for name in output.split()} - {"crossorigin"}
    assert not roots & {"socket", "ssl", "asyncio", "http", "urllib", "tomllib", "logging", "ipaddress"}
    third_party = {root for root in roots if root not in sys.stdlib_module_names}
    assert not third_party
    loaded_rooms = {name.split(".")[1] for name in output.split() if name.startswith("crossorigin.")}
    assert loaded_rooms <= {"standard", "policy"}
