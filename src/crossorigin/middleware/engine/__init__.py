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
from ._bindings import (
    ATTRIBUTE,
    NOBODY,
    UNBOUND,
    Binding,
    Unbound,
    announce,
    bound_policy,
    cors,
    default_policies,
    hidden,
    route_policy,
)
from ._environ import header_lines, read_environ
from ._event import DecisionEvent, OnDecision
from ._gate import Gate, foreign_layer
from ._log import Warnings, logger, shown
from ._merge import ASGIFieldNames, WSGIFieldNames
from ._native import NativeFields, native
from ._native_plan import NativePlan
from ._paths import path_below
from ._plan import Plan
from ._routes import Leaf, Leaves, Route, RoutePolicies, unknown_route
from ._rulings import LEFT_ALONE, Asked, Outcomes, Rule, Ruling, ask, ask_sync
from ._shared_url import USUAL_METHODS
from ._stacking import INTEGRATION, MAX_DEPTH, InnerApps, Layer, cors_layers, is_about_cors, qualified
from ._untold import untold_routes
from ._wrappers import held_by, seen_through

__all__ = [
    "ATTRIBUTE",
    "INTEGRATION",
    "LEFT_ALONE",
    "MAX_DEPTH",
    "NOBODY",
    "UNBOUND",
    "USUAL_METHODS",
    "ASGIFieldNames",
    "Asked",
    "Binding",
    "DecisionEvent",
    "Gate",
    "InnerApps",
    "Layer",
    "Leaf",
    "Leaves",
    "NativeFields",
    "NativePlan",
    "OnDecision",
    "Outcomes",
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
    "header_lines",
    "held_by",
    "hidden",
    "is_about_cors",
    "logger",
    "native",
    "own_origins_of",
    "path_below",
    "policies_of",
    "qualified",
    "read_environ",
    "route_policy",
    "seen_through",
    "shown",
    "unknown_route",
    "untold_routes",
]
