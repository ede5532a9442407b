"""Diagnosis: why a recorded or pasted request was blocked, from the browser half and what the recording holds."""

from ._replay import replay

__all__ = ["replay"]
