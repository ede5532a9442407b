"""Writes the outcomes anew: `python -m tests.differential.record [chromium] [firefox] [chromium-debian] [topic ...]`.

For new cases, and for a browser's new version; what changed is read in the diff before it is committed.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.differential._live import BROWSERS, run_cases
from tests.differential._outcome import recording, write
from tests.differential._overlays import topics_of
from tests.differential.topics import TOPICS


def main(names: list[str]) -> None:
    """Record each of the named browsers and topics, all where none is named."""
    topics = [name for name in names if name in TOPICS] or list(TOPICS)
    unknown = set(names) - TOPICS.keys() - BROWSERS.keys()
    if unknown:
        raise SystemExit(f"no browser and no topic: {', '.join(sorted(unknown))}")
    for browser in [name for name in names if name in BROWSERS] or BROWSERS:
        start = time.monotonic()
        of_browser = [topic for topic in topics if topic in topics_of(browser)]
        outcomes = asyncio.run(run_cases(browser, (case for topic in of_browser for case in TOPICS[topic].values())))
        for topic in of_browser:
            write(recording(browser, topic), (outcomes[name] for name in TOPICS[topic]))
        print(f"{browser}: {len(outcomes)} cases recorded in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
