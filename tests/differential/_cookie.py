"""A stored cookie, as a browser or the engine holds it, in the form of the recordings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredCookie:
    """`same_site` is "strict", "lax", "none" or "" where none was given."""

    name: str
    value: str
    path: str
    secure: bool
    http_only: bool
    same_site: str

    def is_of(self, case: str) -> bool:
        """Whether it is that case's: paths are a case's own."""
        return case in self.path.split("/")

    def __str__(self) -> str:
        flags = "; secure" * self.secure + "; httponly" * self.http_only
        same_site = f"; samesite={self.same_site}" if self.same_site else ""
        return f"{self.name}={self.value}; path={self.path}{flags}{same_site}"
