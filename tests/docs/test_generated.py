"""The pages of docs/ that are tables of the code say what the code says."""

import subprocess
import sys

from crossorigin.browser import Reason
from tests.architecture.source import ROOT
from tests.architecture.test_anchors import FETCH_IDS


def test_the_generated_pages_are_up_to_date() -> None:
    command = [sys.executable, "docs/generate.py", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_every_reason_links_to_a_standard_at_an_anchor_that_exists() -> None:
    sections = (ROOT / "docs" / "reasons.md").read_text("utf-8").split("\n## `")[1:]
    assert [section.partition("`")[0] for section in sections] == [str(reason) for reason in Reason]
    for section in sections:
        source = section.rpartition("](")[2].partition(").")[0]
        assert source.startswith("https://")
        host, _, anchor = source.partition("/#")
        assert host != "https://fetch.spec.whatwg.org" or anchor in FETCH_IDS
