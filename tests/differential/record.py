"""Writes the outcomes of the smoke anew: `python -m tests.differential.record [chromium] [firefox]`.

For new cases, and for a browser's new version; what changed is read in the diff before it is committed.
"""

from __future__ import annotations

import asyncio
import sys

from tests.differential._live import BROWSERS, run_cases
from tests.differential._outcome import recording, write
from tests.differential.cases import SMOKE


def main(names: list[str]) -> None:
    """Record each of the named browsers, all where none is named."""
    for name in names or BROWSERS:
        outcomes = asyncio.run(run_cases(name, SMOKE.values()))
        write(recording(name, "smoke"), outcomes.values())
        print(f"{name}: {len(outcomes)} cases recorded")


if __name__ == "__main__":
    main(sys.argv[1:])
