"""What to do about a finding."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One thing to do: a sentence or two, the field lines to send, and the crossorigin policy that sends them."""

    text: str
    fields: tuple[str, ...] = ()
    code: str = ""
