"""Who answered, and which of the causes that look alike to a page it is: a few safe requests, and what they prove."""

from ._conclusion import Conclusion, Investigation, LookAlike, Probed
from ._forms import announcement, investigation_json, investigation_paragraphs
from ._investigate import send_probes
from ._judge import judge
from ._probes import MOST, Probe, probes_for

__all__ = [
    "MOST",
    "Conclusion",
    "Investigation",
    "LookAlike",
    "Probe",
    "Probed",
    "announcement",
    "investigation_json",
    "investigation_paragraphs",
    "judge",
    "probes_for",
    "send_probes",
]
