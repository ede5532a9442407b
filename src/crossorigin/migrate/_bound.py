"""Policies that the new code binds to parts of an app: a view, a blueprint, a mounted app."""

from typing import NamedTuple

from ._old import OldPolicy


class Bound(NamedTuple):
    """One of them.

    Attributes:
        before, after: the line of code that binds it, around the name that it has there.
        old: what it permits; None for nothing at all.
    """

    before: str
    after: str
    old: OldPolicy | None
