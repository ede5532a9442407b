"""What an app of Flask or Quart says of its routes: both route with werkzeug."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from inspect import getattr_static
from typing import Any, NamedTuple
from urllib.parse import unquote

from flask.sansio.app import App
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import BaseConverter, IntegerConverter, MapAdapter, RequestRedirect, Rule, UUIDConverter

from .engine import UNBOUND, USUAL_METHODS, Binding, Route, bound_policy, seen_through, unknown_route

MAX_FOLDERS = 1000
MAX_REDIRECTS = 3


class AppRoutes:
    """What the router of one app says of a request, and what its own record says of one that it has dispatched."""

    __slots__ = ("_app", "_not_allowed")

    def __init__(self, app: App) -> None:
        self._app = app
        self._not_allowed: _NotAllowed | None = None

    def forget(self) -> None:
        """Something was bound, or a rule added."""
        self._not_allowed = None

    def targets(self) -> Iterator[object]:
        """All that a policy could be bound to and a request could reach."""
        yield from self._app.blueprints.values()
        for view in self._app.view_functions.values():
            view_class = view_class_of(view)
            yield from (view, getattr(view, "__self__", None), *(() if view_class is None else view_class.__mro__))
            for method in getattr(view_class, "methods", None) or ():
                yield from _handlers(view_class, method)

    def find(self, adapter_of: Callable[[], MapAdapter | None], method: str, *, is_preflight: bool) -> Route:
        """The route that a request reaches with this method, as the app's own router says.

        Where none has the method, it is what all of them say that the path has: their policy if it is one, and the
        methods of all. A redirect of the router's belongs to the route that it leads to.
        """
        try:
            adapter = adapter_of()
            return Route() if adapter is None else self._find(adapter, method.upper(), is_preflight=is_preflight)
        except HTTPException:  # an untrusted host: the app answers it with the same 400
            return Route()
        except Exception as error:  # noqa: BLE001  # a converter's: the app comes upon it too, and answers as it does
            return unknown_route(error)

    def _find(self, adapter: MapAdapter, method: str, *, is_preflight: bool) -> Route:
        rule, others = _matched(adapter, method)
        by_method = self._by_method(adapter, rule) if is_preflight else None
        if rule is not None:
            return Route(self._bound(rule, method), _methods(rule), rule.rule, by_method)
        rules = {
            other: found for other in others if (found := _matched(adapter, other)[0]) and other in _methods(found)
        }
        if not rules:
            return Route()
        policies = {self._bound(it, other) for other, it in rules.items()}
        return Route(
            policies.pop() if len(policies) == 1 else UNBOUND,
            frozenset().union(*map(_methods, rules.values())),
            next(iter(rules.values())).rule,
            by_method,
        )

    def _by_method(self, adapter: MapAdapter, rule: Rule | None) -> dict[str, Binding] | None:
        """What is bound to each method of the path; None where a rule takes every method: that is asked for each."""
        takes_all, others = _matched(adapter, "--")
        if takes_all is not None:
            return None
        names = {*USUAL_METHODS, *others, *(() if rule is None else _methods(rule))}
        found = {name: _matched(adapter, name)[0] for name in names}
        return {name: self._bound(it, name) for name, it in found.items() if it is not None and name in _methods(it)}

    def dispatched(self, request: Any) -> Route | None:
        """The route of a request, by what the app has kept with it: its rule, or why there is none. None where it kept
        nothing, or a rule of another app, or the router has to be asked again.

        Its leaf is the rule, or the class of the error; of a 405, the folder of the path.
        """
        rule = getattr(request, "url_rule", None)
        if rule is None:
            return self._not_matched(request)
        if rule.map is not self._app.url_map:
            return None
        by_method = {method: self._bound(rule, method) for method in _methods(rule)}
        policy = self._bound(rule, request.method)
        return Route(policy, name=rule.rule, by_method=by_method, leaf=None if "*" in by_method else rule)

    def _not_matched(self, request: Any) -> Route | None:
        error = getattr(request, "routing_exception", None)
        if error is None or isinstance(error, RequestRedirect):
            return None
        if not isinstance(error, MethodNotAllowed):
            return Route(leaf=type(error))
        if self._not_allowed is None:
            self._not_allowed = _NotAllowed(self._app, self._bound)
        return self._not_allowed.route_of(request.path)

    def _bound(self, rule: Rule, method: str) -> Binding:
        """From the endpoint outwards: the handler of a class, the view, its class, its blueprints."""
        view = self._app.view_functions.get(rule.endpoint)
        view_class = view_class_of(view)
        for function in (*_handlers(view_class, method), view):
            policy = bound_policy(endpoint=function)
            if policy is not UNBOUND:
                return policy
        return bound_policy(view_class, getattr(view, "__self__", None), *blueprints(self._app, str(rule.endpoint)))


class _NotAllowed:
    """Whose policy a 405 has, where all rules that may match agree: then nobody needs to look which of them do."""

    __slots__ = ("_known", "_rules")

    def __init__(self, app: App, bound: Callable[[Rule, str], Binding]) -> None:
        self._rules = [_Near.of(rule, bound) for rule in app.url_map.iter_rules()]
        self._known: dict[str, Route | None] = {}

    def route_of(self, path: str) -> Route | None:
        """By the folder that the path is in, or else by the path; None: ask the router."""
        if "//" in path:
            return None
        folder = path.rpartition("/")[0]
        if folder not in self._known:
            if len(self._known) >= MAX_FOLDERS:  # a path is what a stranger sends
                self._known = {}
            self._known[folder] = _agreed((it for it in self._rules if it.may_match_in(folder)), folder)
        return self._known[folder] or _agreed(it for it in self._rules if it.may_match(path))


def _agreed(rules: "Iterable[_Near]", leaf: str | None = None) -> Route | None:
    rules = [*rules]
    policies = frozenset[Binding]().union(*(it.policies for it in rules))
    if policies <= {UNBOUND} and not any(it.leads_elsewhere for it in rules):
        return Route(leaf=leaf)
    if len(policies) == 1 and all(it.is_sure for it in rules):
        (policy,) = policies
        return Route(policy, leaf=leaf)
    return None


class _Near(NamedTuple):
    """A rule, and how the paths begin that it may match; `is_whole`: that is all of the path, but for a last slash."""

    rule: Rule
    beginning: str
    is_whole: bool
    policies: frozenset[Binding]

    @classmethod
    def of(cls, rule: Rule, bound: Callable[[Rule, str], Binding]) -> "_Near":
        beginning, variable, _ = re.sub("/{2,}", "/", rule.rule).partition("<")
        policies = frozenset(bound(rule, method) for method in _methods(rule))
        return cls(rule, beginning if variable else beginning.rstrip("/"), not variable, policies)

    def may_match(self, path: str) -> bool:
        return path.rstrip("/") == self.beginning if self.is_whole else path.startswith(self.beginning)

    def may_match_in(self, folder: str) -> bool:
        """Whether it may match a path in this folder, but in none that lies in it."""
        its_own = self.beginning.rpartition("/")[0]
        if self.is_whole:
            return folder in (its_own, self.beginning)
        return folder == its_own or f"{folder}/".startswith(self.beginning)

    @property
    def leads_elsewhere(self) -> bool:
        rule = self.rule
        return rule.redirect_to is not None or bool(rule.alias or rule.defaults)

    @property
    def is_sure(self) -> bool:
        """Whether the rule itself answers each path that its pattern matches, with any method of its own."""
        return (
            not self.leads_elsewhere
            and not self.rule.websocket
            and bool(_methods(self.rule) - {"OPTIONS"})
            and all(map(_converts_all, self.rule._converters.values()))
        )


def _converts_all(converter: Any) -> bool:
    """Whether a converter takes every value that its pattern matches."""
    to_python = type(converter).to_python
    if to_python is IntegerConverter.to_python:
        return not converter.fixed_digits and converter.min is None and converter.max is None
    return to_python in (BaseConverter.to_python, UUIDConverter.to_python)


def _matched(adapter: MapAdapter, method: str) -> tuple[Rule | None, Collection[str]]:
    """The rule that answers; where there is none, the methods that others of the same path have."""
    path: str | None = None
    for _ in range(MAX_REDIRECTS):
        try:
            return adapter.match(path, method, return_rule=True)[0], ()
        except RequestRedirect as redirect:
            root = adapter.make_redirect_url("", {})
            if not redirect.new_url.startswith(root):
                break
            path = "/" + unquote(redirect.new_url.removeprefix(root).partition("?")[0])
        except MethodNotAllowed as error:
            return None, sorted(error.valid_methods or ())
        except HTTPException:
            break
    return None, ()


def _methods(rule: Rule) -> frozenset[str]:
    """The methods of a rule, without the OPTIONS that the framework adds. One without methods takes them all."""
    methods = frozenset("*" if rule.methods is None else rule.methods)
    return methods - {"OPTIONS"} if getattr(rule, "provide_automatic_options", False) else methods


def view_class_of(view: object) -> type | None:
    """The class that `as_view` made a view of, a decorator or a partial around it or none."""
    for found in seen_through(view):
        if isinstance(view_class := getattr(found, "view_class", None), type):
            return view_class
    return None


def _handlers(view_class: type | None, method: str) -> Iterator[object]:
    """What a class runs for a method, the innermost first, as it stands in the class: `getattr` makes a function of a
    `partialmethod` that nothing can be seen through."""
    names = [method.lower(), *(["get"] if method == "HEAD" else [])]
    yield next((found for name in names if (found := getattr_static(view_class, name, None)) is not None), None)
    yield getattr_static(view_class, "dispatch_request", None)


def blueprints(app: App, endpoint: str) -> Iterator[object]:
    """The innermost first: the endpoint `a.b.view` is of the blueprint `a.b`, which is nested in `a`."""
    name = endpoint.rpartition(".")[0]
    while name:
        yield app.blueprints.get(name)
        name = name.rpartition(".")[0]
