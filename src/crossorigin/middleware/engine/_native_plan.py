"""A plan for servers that take no bytes: what it reads for each request is worked into native strings once."""

from collections.abc import Mapping
from typing import Any

from crossorigin.policy import CompiledPolicy, PolicyMap

from ._arguments import Policies
from ._bindings import Unbound
from ._native import NativeFields, native
from ._plan import Plan
from ._routes import RoutePolicies
from ._rulings import Rule

_ALLOW_ORIGIN = "Access-Control-Allow-Origin"
_VARY_ORIGIN: NativeFields = (("Vary", "Origin"),)

MAX_TEXTS = 1024
"""Leaves that are a text are of a path, which a stranger sends."""

MAX_ORIGINS = 1024


class _ByOrigin(dict[str | None, NativeFields]):
    """The fields of actual responses under tables that ask nobody, by the Origin: those that were allowed are kept."""

    __slots__ = ("_after_origin", "_matches")

    def __init__(self, compiled: CompiledPolicy) -> None:
        self._after_origin = native(compiled.after_origin) + _VARY_ORIGIN
        self._matches = compiled.matches
        self[None] = _VARY_ORIGIN

    def __missing__(self, origin: str | None) -> NativeFields:
        if origin is None or not self._matches(origin.encode("latin-1", "replace")):
            return _VARY_ORIGIN
        fields = ((_ALLOW_ORIGIN, origin), *self._after_origin)
        if len(self) < MAX_ORIGINS:
            self[origin] = fields
        return fields


FieldsOf = tuple[NativeFields | None, _ByOrigin | None]
"""The fields of every response, or None for none; and the fields by Origin, if they depend on that."""

_LEFT_ALONE: FieldsOf = None, None

LateFields = tuple[dict[str, FieldsOf] | None, NativeFields | None, _ByOrigin | None]
"""`FieldsOf`, or before them those by method, if they depend on that."""


class NativePlan(Plan):
    """A plan whose headers are native strings.

    Attributes:
        native_constant: as `constant`.
        late: what is known of leaves, if it is the same for every request but for its Origin: by their place in memory,
            or by their text.
    """

    __slots__ = (
        "_after_origin",
        "_after_preflight_origin",
        "_leaves",
        "_of_rules",
        "_preflight_constant",
        "_preflight_denied",
        "late",
        "native_constant",
    )

    def __init__(self, policies: Policies | RoutePolicies, **options: Any) -> None:
        super().__init__(policies, **options)
        compiled = self.compiled
        self.native_constant = None if self.constant is None else native(self.constant)
        self._after_origin = () if compiled is None else native(compiled.after_origin) + _VARY_ORIGIN
        self._of_rules: dict[int, tuple[CompiledPolicy, FieldsOf]] = {}
        self._leaves: list[object] = []
        self.late: dict[int | str, LateFields] = {}
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
        constant, by_origin = self._fields_of(rule)
        return by_origin[origin] if by_origin is not None else constant or ()

    def _fields_of(self, rule: Rule) -> FieldsOf:
        compiled = rule.compiled
        known = self._of_rules.get(id(compiled))
        if known is None:  # the tables are kept: so their id stays their own
            is_constant = compiled.constant is not None
            fields = (native(compiled.constant or ()), None) if is_constant else (None, _ByOrigin(compiled))
            known = self._of_rules[id(compiled)] = compiled, fields
        return known[1]

    def learn(self, target: Any, came_in: Any, status: Any) -> None:
        """Has `late` know the leaf of this request from now on, if it can."""
        late, leaves, policies = self.late, self._leaves, self.policies  # of now: something may be bound meanwhile
        assert isinstance(policies, RoutePolicies)  # noqa: S101  # or nothing is dispatched
        route = None if policies.record is None else policies.record(target, came_in, status)
        if route is None or route.leaf is None:
            return
        is_text = isinstance(route.leaf, str)
        key: Any = route.leaf if is_text else id(route.leaf)
        if key in late or (is_text and len(late) >= MAX_TEXTS):
            return
        fields: dict[str, FieldsOf] = {}
        for method, bound in (route.by_method or {"": route.policy}).items():
            policy = policies.default if isinstance(bound, Unbound) else bound
            if isinstance(policy, PolicyMap):
                return
            rule = self._rule_of(policy)
            fields[method] = _LEFT_ALONE if rule is None else self._fields_of(rule)
        first = next(iter(fields.values()))
        leaves.append(route.leaf)  # it is kept: so its id stays its own
        late[key] = (None, *first) if all(it is first for it in fields.values()) else (fields, None, None)

    def look_again(self) -> None:
        super().look_again()
        self.late, self._leaves = {}, []

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
