"""The pages of docs/ that are tables of the code say what the code says."""

import subprocess
import sys

from tests.architecture.source import ROOT


def test_the_generated_pages_are_up_to_date() -> None:
    command = [sys.executable, "docs/generate.py", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
