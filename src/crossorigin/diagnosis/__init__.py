"""Diagnosis: why a recorded or pasted request was blocked, how surely, and what to do.

Captures go in, findings come out: what was recorded goes through the browser half as if live, what a console states is
put together with the rest of the paste, what is only likely is marked as a guess. `measure` alone sends anything.
"""

from ._diagnose import diagnose
from ._diagnosis import Diagnosis, Report
from ._json import FORMAT, report_json
from ._measure import Planned, measure, plan
from ._replay import replay
from ._text import report_lines

__all__ = [
    "FORMAT",
    "Diagnosis",
    "Planned",
    "Report",
    "diagnose",
    "measure",
    "plan",
    "replay",
    "report_json",
    "report_lines",
]
