"""Fixes written out for one product each: the configuration that makes the failing request pass, and opens no more."""

from ._needs import Needs
from ._table import FAMILIES, REMEDIES, Family, Remedy, remedy_for

__all__ = ["FAMILIES", "REMEDIES", "Family", "Needs", "Remedy", "remedy_for"]
