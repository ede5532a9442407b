"""What a framework says of a request: the route that it would reach, the one that it has dispatched it to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ._arguments import Policies
from ._bindings import NOBODY, UNBOUND, Binding
from ._log import logger, shown
from ._rulings import Ask, AskAsync, ask, ask_sync

MAX_WALKS = 16
"""How often a table of leaves is made anew for a leaf that it does not have."""


class Route(NamedTuple):
    """What a framework's router says of a request.

    Attributes:
        policy: what is bound to the route, or to what it lies in.
        methods: the methods that the route has, for `allow_methods="route"`; empty where the framework cannot tell.
        name: what to call it in logs and counters: one of a bounded number, so never the path of a request.
        by_method: what is bound to each method of the same path, where the framework knows it without asking its
            router for each; `*` stands for every method that is not named. None on an actual request: only a preflight
            is about other methods.
    """

    policy: Binding = UNBOUND
    methods: frozenset[str] = frozenset()
    name: str | None = None
    by_method: Mapping[str, Binding] | None = None
    leaf: object = None


def unknown_route(error: BaseException | None) -> Route:
    """The route of a request on which the router raised. A moment later it may find one, of whatever policy, so no
    page may read the response. The text of the error may be a stranger's, lines and all: so without its traceback."""
    logger.error("no page may read the response, because the router raised %s", shown(error))
    return Route(NOBODY)


def _nothing() -> Iterable[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class RoutePolicies:
    """An app's policy beside those of its routes, and what its framework is asked.

    Attributes:
        default: where nothing is bound; None leaves such a request untouched.
        find: the route that a request of this method would reach; the first argument is the framework's own request
            (ASGI scope, WSGI environ, …) as it came in. It answers `Route()` where there is none, and does not raise.
        record: asked when a response starts: the route that the framework has dispatched the request to, by its own
            record of it. Its arguments are the framework's request as it is by then, as it came in, and the response's
            status (in WSGI, its line). None: there is no record, or it could be of several routes: `find` is asked.
            None in place of a function: the framework keeps none.
        was_rerouted: whether a layer further in has changed what the router looks at since the request came in.
        was_moved: whether it has changed the path that the router looks up: what a policy says of paths, or a predicate
            was told of one, is then of another handler, so nobody may read. None in place of a function: no layer can.
        targets: everything that a policy could be bound to and a request to the app could reach. None: nobody knows,
            so routes are looked for while anything is bound in the process.
        inner_apps: the apps that are mounted below this one by now, each with all that wraps it: a crossorigin policy
            of their own decides alone, and the headers of any other CORS layer are replaced.
        untold: the routes by now whose methods the framework cannot tell, each with its name and what is bound to it.
            The operator hears of those under `allow_methods="route"`.
        when_started: called when an app that has a start-up has completed it, for what was mounted meanwhile.
        path_of: the path that the framework routes by, where it reads the root of the app in a way of its own, or None
            where nobody knows. None in place of a function: it is the path below the root.
        ask, ask_sync: ask the predicates, in the framework's context for its database and its settings.
    """

    default: Policies | None
    find: Callable[[Any, str], Route]
    record: Callable[[Any, Any, Any], Route | None] | None = None
    was_rerouted: Callable[[Any, Any], bool] | None = None
    was_moved: Callable[[Any, Any], bool] | None = None
    targets: Callable[[], Iterable[object]] | None = None
    inner_apps: Callable[[], Iterable[object]] = _nothing
    untold: Callable[[], Iterable[Route]] = _nothing
    when_started: Callable[[], object] | None = None
    path_of: Callable[[Any], str | None] | None = None
    ask: AskAsync = ask
    ask_sync: Ask = ask_sync


Leaf = tuple[object, Callable[[str], Route] | None]


class Leaves:
    """The routes at which a framework's dispatch ends, each with what is bound on the only way to it.

    A leaf that several ways lead to, with policies of their own, is not one that the dispatch alone can tell of.

    Args:
        walk: every leaf, once for each way to it, with its route for a method; None for a leaf of which the dispatch
            alone can tell nothing.
    """

    __slots__ = ("_known", "_routes", "_walk", "_walks")

    def __init__(self, walk: Callable[[], Iterator[Leaf]]) -> None:
        self._walk = walk
        self._walks = 0
        self._known: dict[int, Leaf] | None = None
        self._routes: dict[tuple[int, str], Route | None] = {}

    def forget(self) -> None:
        """Something was bound, or added: look again."""
        self._known = None
        self._routes = {}
        self._walks = 0

    def look(self) -> None:
        """Look now."""
        self.forget()
        self._look()

    def route_of(self, leaf: object, method: str) -> Route | None:
        """The route of a leaf; None if it is not known, or not the only one of its ways."""
        try:
            return self._routes[id(leaf), method]
        except KeyError:
            pass
        known = self._known
        if known is None or (id(leaf) not in known and self._walks < MAX_WALKS):
            known = self._look()
        if id(leaf) not in known:
            return None
        _, route_for = known[id(leaf)]
        route = None if route_for is None else route_for(method)
        if len(self._routes) < 10_000:  # a method is what a stranger sends
            self._routes[id(leaf), method] = route
        return route

    def _look(self) -> dict[int, Leaf]:
        self._walks += 1
        self._routes = {}
        known: dict[int, Leaf] = {}
        for leaf, route_for in self._walk():
            known[id(leaf)] = leaf, None if id(leaf) in known else route_for
        self._known = known  # the leaves are kept: so their ids stay their own
        return known
