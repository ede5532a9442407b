"""Field lines as native strings, in the usual case of their names, for servers that take no bytes."""

from functools import cache
from typing import Any

from crossorigin.policy import Fields

from ._arguments import Policies
from ._plan import Plan
from ._routes import RoutePolicies

NativeFields = tuple[tuple[str, str], ...]


class NativePlan(Plan):
    """A plan whose fields are native strings."""

    __slots__ = ("native_after_origin", "native_constant")

    def __init__(self, policies: Policies | RoutePolicies, **options: Any) -> None:
        super().__init__(policies, **options)
        self.native_constant = None if self.constant is None else native(self.constant)
        self.native_after_origin = native(self.after_origin)


def native(fields: Fields) -> NativeFields:
    return tuple((_native_name(name), value.decode("latin-1")) for name, value in fields)


@cache
def _native_name(name: bytes) -> str:
    return name.decode("ascii").title()
