"""The picture of the README: what `crossorigin check` prints, as SVG. `docs/generate.py` writes it."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[1]
COLUMNS = 92
COMMAND = [
    "check",
    "https://api.example.com/items/7",
    "--origin",
    "https://app.example.com",
    "-X",
    "DELETE",
    "-H",
    "content-type: application/json",
    "--app",
    "examples.fastapi_app:app",
]


def picture() -> str:
    """`check` against the example app, in process: the same picture on every machine."""
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "crossorigin", *COMMAND]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True).stdout  # noqa: S603  # our own command
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(f"$ crossorigin {' '.join(_quoted(word) for word in COMMAND)}\n\n{printed}"))
    svg = console.export_svg(title="crossorigin check", unique_id="check")
    # rich's own template loads a font from elsewhere: a picture in a README has no business there.
    svg = re.sub(r"@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.replace("Fira Code", "ui-monospace").splitlines()) + "\n"


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word else word
