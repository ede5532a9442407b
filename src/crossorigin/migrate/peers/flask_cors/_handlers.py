"""What answers the endpoints of a Flask app, and the decorators that it is wrapped in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ._decorators import NO_DECORATORS, Decorators, decorators_of, without_cross_origin

_METHODS = ("get", "head", "post", "put", "delete", "patch", "options", "trace")


@dataclass(frozen=True, slots=True, eq=False)
class Handler:
    """What answers an endpoint: its view; or a method of the view's class, where these have decorators of their own.

    Attributes:
        method: in lower case; empty for a whole view.
        function: the object that a policy is bound to.
        outer, inner: the decorators of the view, and those of the method.
    """

    endpoint: str
    method: str
    function: Any
    outer: Decorators
    inner: Decorators = NO_DECORATORS

    @property
    def decorators(self) -> Decorators:
        return self.outer.around(self.inner)

    @property
    def name(self) -> str:
        return f"{self.endpoint}.{self.method}" if self.method else self.endpoint


def handlers_of(endpoint: str, view: Any) -> Iterator[Handler]:
    """The view; or the methods of its class, if any of them has a decorator."""
    outer = decorators_of(view)
    view_class = getattr(view, "view_class", None)
    if not dispatches_by_method(view_class):
        dispatch = getattr(view_class, "dispatch_request", None)
        inner = NO_DECORATORS if dispatch is None else decorators_of(dispatch)
        yield Handler(endpoint, "", without_cross_origin(view), outer, inner)
        return
    methods = {name: function for name in _METHODS if (function := getattr(view_class, name, None)) is not None}
    own = {name: decorators_of(function) for name, function in methods.items()}
    if not any(each.is_any for each in own.values()):
        yield Handler(endpoint, "", without_cross_origin(view), outer)
        return
    for name, function in methods.items():
        yield Handler(endpoint, name, without_cross_origin(function), outer, own[name])


def dispatches_by_method(view_class: Any) -> bool:
    """Whether it is a `MethodView` that decides by the method alone."""
    dispatch = getattr(view_class, "dispatch_request", None)
    return getattr(dispatch, "__module__", "") == "flask.views" and not decorators_of(dispatch).is_any


def blueprints_of(endpoint: str) -> Iterator[str]:
    """The names of an endpoint's blueprints, the innermost first."""
    while endpoint := endpoint.rpartition(".")[0]:
        yield endpoint
