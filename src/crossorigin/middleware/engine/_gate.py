"""What stands before an app whose framework takes neither the ASGI nor the WSGI middleware: aiohttp and Tornado speak
neither, and Sanic speaks ASGI beside a protocol of its own.

Each of them says in its own file how a request is read and where the fields are put; what is to be put is said here.
"""

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from crossorigin.standard import Origin

from . import _log
from ._arguments import Policies, checked_policies, own_origins_of
from ._event import OnDecision
from ._merge import WSGIFieldNames
from ._native import NativeFields
from ._native_plan import NativePlan
from ._routes import RoutePolicies
from ._rulings import Asked, Ruling
from ._stacking import Layer, is_about_cors, qualified


class Gate:
    """The policies of one app, in force, and what its integration asks of them.

    Args:
        routes: the app's policy, and what the framework says of its routes.
    """

    __slots__ = ("_guards_websockets", "_known", "_plan", "_plan_of", "warnings")

    def __init__(
        self,
        routes: RoutePolicies,
        *,
        own_origins: Collection[str | Origin],
        debug: bool,
        on_decision: OnDecision | None,
        guard_websockets: bool,
    ) -> None:
        self.warnings = _log.Warnings()
        self._guards_websockets = guard_websockets
        self._plan_of = partial(
            NativePlan,
            own_origins=own_origins_of(own_origins),
            debug=debug,
            on_decision=on_decision,
            warnings=self.warnings,
        )
        self._plan = self._plan_of(routes)
        self._known: dict[tuple[str, ...], WSGIFieldNames] = {}

    @property
    def policy(self) -> Policies | None:
        return self._plan.default

    @policy.setter
    def policy(self, policy: Policies | None) -> None:
        checked = None if policy is None else checked_policies(policy, taker="CORS")
        self._plan = self._plan_of(self._plan.with_default(checked))

    def quick(self, method: str, origin: bytes | None, upgrade: str | None) -> NativeFields | None:
        """The fields for the app's response, where they depend on nothing but the Origin; None: ask `rule`."""
        plan = self._plan
        if not plan.is_quick or method == "OPTIONS" or upgrade is not None:
            return None
        if plan.native_constant is not None:
            return plan.native_constant
        return plan.native_fields_for(None if origin is None else origin.decode("latin-1"))

    async def rule(self, asked: Asked, upgrade: str | None) -> Ruling:
        """What is done with a request. `upgrade` is its Upgrade header."""
        if asked.method != "OPTIONS" and upgrade is not None and upgrade.strip().lower() == "websocket":
            return await self._plan.handshake(asked, guards=self._guards_websockets)
        return await self._plan.ruling_async(asked)

    def merged(
        self, headers: Iterable[tuple[str, str]], fields: NativeFields, route: object
    ) -> list[tuple[str, str]] | None:
        """The response's `headers` with `fields` on them; None where `fields` need only be put behind them."""
        names = tuple([name for name, _ in fields])
        known = self._known.get(names)
        if known is None:
            known = self._known[names] = WSGIFieldNames()
        headers = [*headers]
        for name, _ in headers:
            if name not in known:
                merged, removed = known.merge(headers, fields)
                if removed:
                    self.warnings.removed(route, removed)
                return merged
        return None


def foreign_layer(hook: Any, place: str) -> Layer | None:
    """The layer that a hook of an app is, if it answers CORS: a function, an object that is called, its method."""
    owner = getattr(hook, "__self__", None)
    named = type(owner) if owner is not None else hook if hasattr(hook, "__qualname__") else type(hook)
    return Layer(qualified(named).partition(".<locals>")[0], place) if is_about_cors(named) else None
