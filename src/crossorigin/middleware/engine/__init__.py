"""What every integration is built on: a policy made ready, what it decides of a request, and what is said of it.

One framework a file stands beside this package; nothing in here knows any of them.
"""

from ._arguments import (
    Policies,
    PolicyFields,
    RoutePolicy,
    check_route_policy,
    checked_app,
    each_policy,
    own_origins_of,
    policies_of,
)
from ._environ import read_environ
from ._event import DecisionEvent, OnDecision
from ._gate import LEFT_ALONE, Gate, Ruling, foreign_layer, methods_alike
from ._log import Warnings, logger, shown
from ._merge import ASGIFieldNames, WSGIFieldNames
from ._native import NativeFields, NativePlan, native
from ._plan import Asked, Plan, Rule, ask, ask_sync
from ._routes import (
    ATTRIBUTE,
    UNBOUND,
    Route,
    RoutePolicies,
    Unbound,
    announce,
    bound_policy,
    cors,
    default_policies,
    route_policy,
    unknown_route,
)
from ._stacking import INTEGRATION, MAX_DEPTH, InnerApps, Layer, cors_layers, is_about_cors, qualified

__all__ = [
    "ATTRIBUTE",
    "INTEGRATION",
    "LEFT_ALONE",
    "MAX_DEPTH",
    "UNBOUND",
    "ASGIFieldNames",
    "Asked",
    "DecisionEvent",
    "Gate",
    "InnerApps",
    "Layer",
    "NativeFields",
    "NativePlan",
    "OnDecision",
    "Plan",
    "Policies",
    "PolicyFields",
    "Route",
    "RoutePolicies",
    "RoutePolicy",
    "Rule",
    "Ruling",
    "Unbound",
    "WSGIFieldNames",
    "Warnings",
    "announce",
    "ask",
    "ask_sync",
    "bound_policy",
    "check_route_policy",
    "checked_app",
    "cors",
    "cors_layers",
    "default_policies",
    "each_policy",
    "foreign_layer",
    "is_about_cors",
    "logger",
    "methods_alike",
    "native",
    "own_origins_of",
    "policies_of",
    "qualified",
    "read_environ",
    "route_policy",
    "shown",
    "unknown_route",
]
