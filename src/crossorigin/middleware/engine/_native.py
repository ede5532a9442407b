"""Field lines as native strings, in the usual case of their names, for servers that take no bytes."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from crossorigin.policy import Fields

from ._arguments import Policies
from ._plan import Plan
from ._routes import RoutePolicies

NativeFields = tuple[tuple[str, str], ...]


class NativePreflights(NamedTuple):
    """`Preflights`, as native strings."""

    status: int
    constant: NativeFields | None
    after_origin: NativeFields
    denied: NativeFields


class NativePlan(Plan):
    """A plan whose fields are native strings."""

    __slots__ = ("_native_preflights", "native_after_origin", "native_constant")

    def __init__(self, policies: Policies | RoutePolicies, **options: Any) -> None:
        super().__init__(policies, **options)
        self.native_constant = None if self.constant is None else native(self.constant)
        self.native_after_origin = native(self.after_origin)
        self._native_preflights: NativePreflights | None = None
        if self.preflights is not None:
            status, constant, after_origin, denied = self.preflights
            self._native_preflights = NativePreflights(
                status, None if constant is None else native(constant), native(after_origin), native(denied)
            )

    def native_preflight(self, environ: Mapping[str, Any]) -> tuple[int, NativeFields] | None:
        """As `preflight`, of a WSGI environ."""
        table, origin = self._native_preflights, environ.get("HTTP_ORIGIN")
        if table is None or self.preflights is None or origin is None:
            return None
        if environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD") is None:
            return None
        if table.constant is not None:
            return table.status, table.constant
        if self.matches(origin.encode("latin-1", "replace")):
            return table.status, (("Access-Control-Allow-Origin", origin), *table.after_origin)
        return 403, table.denied


def native(fields: Fields) -> NativeFields:
    return tuple((_native_name(name), value.decode("latin-1")) for name, value in fields)


@cache
def _native_name(name: bytes) -> str:
    return name.decode("ascii").title()
