"""Lifting a refusal of this library, for one pattern, with the reason on record."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Dangerously:
    """An origin pattern that this library refuses, and why it is allowed all the same. Made by `dangerously`."""

    pattern: str
    because: str

    def __repr__(self) -> str:
        return f"dangerously({self.pattern!r}, because={self.because!r})"


def dangerously(pattern: str, *, because: str) -> Dangerously:
    """Allow an origin that the library refuses.

    That is `null`, `file://`, plain http with credentials, a wildcard over a public suffix, and every host under a
    scheme of apps or extensions (`moz-extension://*`).
    `because` stays on record, in the policy's `repr` and in its mapping. What the Fetch standard forbids, or what is
    no pattern at all, nothing lifts.

    >>> dangerously("null", because="the viewer runs in a sandboxed frame, and the data is public")
    dangerously('null', because='the viewer runs in a sandboxed frame, and the data is public')
    """
    return Dangerously(pattern, because)
