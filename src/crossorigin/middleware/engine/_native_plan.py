"""A plan for servers that take no bytes: what it reads for each request is worked into native strings once."""

from collections.abc import Mapping
from typing import Any

from crossorigin.policy import CompiledPolicy

from ._arguments import Policies
from ._native import NativeFields, native
from ._plan import Plan
from ._routes import RoutePolicies
from ._rulings import Rule

_ALLOW_ORIGIN = "Access-Control-Allow-Origin"
_VARY_ORIGIN: NativeFields = (("Vary", "Origin"),)


class NativePlan(Plan):
    """A plan whose headers are native strings.

    Attributes:
        native_constant: as `constant`.
    """

    __slots__ = (
        "_after_origin",
        "_after_preflight_origin",
        "_of_rules",
        "_preflight_constant",
        "_preflight_denied",
        "native_constant",
    )

    def __init__(self, policies: Policies | RoutePolicies, **options: Any) -> None:
        super().__init__(policies, **options)
        compiled = self.compiled
        self.native_constant = None if self.constant is None else native(self.constant)
        self._after_origin = () if compiled is None else native(compiled.after_origin) + _VARY_ORIGIN
        self._of_rules: dict[int, tuple[CompiledPolicy, NativeFields | None, NativeFields]] = {}
        self._after_preflight_origin: NativeFields = ()
        self._preflight_constant: NativeFields | None = None
        self._preflight_denied: NativeFields = ()
        if compiled is not None and compiled.preflights is not None:
            _, constant, after_origin, denied = compiled.preflights
            self._preflight_constant = None if constant is None else native(constant)
            self._after_preflight_origin = native(after_origin)
            self._preflight_denied = native(denied)

    def native_fields_for(self, origin: str | None) -> NativeFields:
        """As `fields_for`."""
        if origin is not None and self.matches(origin.encode("latin-1", "replace")):
            return ((_ALLOW_ORIGIN, origin), *self._after_origin)
        return _VARY_ORIGIN

    def native_fields_of(self, rule: Rule, origin: str | None) -> NativeFields:
        """The fields of an actual response under a rule that asks nobody: each that was made is kept."""
        compiled = rule.compiled
        known = self._of_rules.get(id(compiled))
        if known is None:  # the tables are kept: so their id stays their own
            constant = None if compiled.constant is None else native(compiled.constant)
            known = self._of_rules[id(compiled)] = compiled, constant, native(compiled.after_origin) + _VARY_ORIGIN
        _, constant, after_origin = known
        if constant is not None:
            return constant
        if origin is not None and compiled.matches(origin.encode("latin-1", "replace")):
            return ((_ALLOW_ORIGIN, origin), *after_origin)
        return _VARY_ORIGIN

    def native_preflight(self, environ: Mapping[str, Any]) -> tuple[int, NativeFields] | None:
        """As `preflight`, of a WSGI environ."""
        table, origin = None if self.compiled is None else self.compiled.preflights, environ.get("HTTP_ORIGIN")
        if table is None or not self.answers_options or origin is None:
            return None
        if environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD") is None:
            return None
        if self._preflight_constant is not None:
            return table.status, self._preflight_constant
        if self.matches(origin.encode("latin-1", "replace")):
            return table.status, ((_ALLOW_ORIGIN, origin), *self._after_preflight_origin)
        return 403, self._preflight_denied
