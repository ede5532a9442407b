"""Apps of aiohttp in which several things of aiohttp-cors decide, built twice: with it, and without, to migrate to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp_cors
from aiohttp import web
from hypothesis import strategies as st

from tests.migrate.peers import FIELDS

A, B, STRANGER = "https://a.example", "https://b.example", "https://stranger.test"

Config = Mapping[str, Mapping[str, Any]]
"""Origin to options."""


@dataclass(frozen=True)
class Path:
    """A resource: its methods, each with what `cors.add(route, ...)` is given, or None where it is not added.

    Attributes:
        own: what `cors.add(resource, ...)` is given, before the routes; None where it is not added.
    """

    path: str
    methods: Mapping[str, Config | None]
    own: Config | None = None


@dataclass(frozen=True)
class View:
    """A `CorsViewMixin`, or a plain `web.View`: its methods with what `custom_cors` is given, or None.

    Attributes:
        own: its `cors_config`.
        base: a view whose methods it has too.
    """

    path: str
    methods: Mapping[str, Config | None]
    own: Config | None = None
    is_added: bool = True
    is_mixin: bool = True
    base: "View | None" = None


@dataclass(frozen=True)
class Place:
    """A sub-application: below a prefix, or at a domain."""

    at: str
    app: "App"


@dataclass(frozen=True)
class App:
    """An app: `defaults` are those of `setup`, None where there is none."""

    content: tuple[Path | View | Place, ...]
    defaults: Config | None = None
    guarded: bool = False


async def answer(request: web.Request) -> web.Response:
    """What every handler does: what the query says."""
    match request.query.get("do"):
        case "abort":
            raise web.HTTPForbidden
    return web.Response(text="ok", headers=FIELDS)


@web.middleware
async def guard(request: web.Request, handler: Callable[..., Any]) -> Any:
    """Asks for a key, of preflights too."""
    if request.query.get("do") == "guard" or request.method == "OPTIONS":
        raise web.HTTPUnauthorized
    return await handler(request)


def build(app: App, *, old: bool) -> web.Application:
    """The app; with aiohttp-cors where it is the old one."""
    made: dict[int, type[web.View]] = {}
    built = web.Application(middlewares=[guard] if app.guarded else [])
    cors = aiohttp_cors.setup(built, defaults=options(app.defaults)) if old and app.defaults is not None else None
    for each in app.content:
        if isinstance(each, Place):
            inner = build(each.app, old=old)
            if each.at.startswith("/"):
                built.add_subapp(each.at, inner)
            else:
                built.add_domain(each.at, inner)
            continue
        resource = built.router.add_resource(each.path)
        try:
            if isinstance(each, View):
                route = resource.add_route("*", view_class(each, made))
                if cors is not None and each.is_added and each.is_mixin:
                    add(cors, [(route, {})])
                continue
            routes = {method: resource.add_route(method, answer) for method in each.methods if method != "*"}
            if cors is not None:
                own = [] if each.own is None else [(resource, each.own)]
                add(cors, [*own, *((route, each.methods[method]) for method, route in routes.items())])
            if "*" in each.methods:
                resource.add_route("*", answer)
        except RuntimeError:  # the method is there already
            continue
    return built


def add(cors: Any, entries: list[tuple[Any, Config | None]]) -> None:
    """Resources and routes that are added, with what they are given."""
    try:
        for entity, config in entries:
            if config is not None:
                cors.add(entity, options(config))
    except ValueError:  # there is a handler of OPTIONS, or of everything
        pass


def options(config: Config | None) -> dict[str, aiohttp_cors.ResourceOptions]:
    return {origin: aiohttp_cors.ResourceOptions(**own) for origin, own in (config or {}).items()}


def view_class(view: View, made: dict[int, type[web.View]]) -> type[web.View]:
    """The class of a view: one for each, in an app."""
    if id(view) in made:
        return made[id(view)]

    def method(name: str, config: Config | None) -> Any:
        async def own(self: Any) -> web.Response:
            return await answer(self.request)

        own.__name__ = name
        return own if config is None else aiohttp_cors.custom_cors(options(config))(own)

    base = view_class(view.base, made) if view.base is not None else web.View
    is_mixed_in = view.is_mixin and not issubclass(base, aiohttp_cors.CorsViewMixin)
    bases = (base, aiohttp_cors.CorsViewMixin) if is_mixed_in else (base,)
    content: dict[str, Any] = {name.lower(): method(name.lower(), config) for name, config in view.methods.items()}
    content["cors_config"] = None if view.own is None else options(view.own)
    made[id(view)] = type("Own", bases, content)
    return made[id(view)]


# What is generated

OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "allow_credentials": st.booleans(),
        "expose_headers": st.sampled_from(["*", ("X-Request-Id",), ("etag", "X-Request-Id")]),
        "allow_headers": st.sampled_from(["*", ("X-A",), ("content-type",)]),
        "max_age": st.sampled_from([0, 60]),
        "allow_methods": st.sampled_from(["*", ["PUT"], ["GET", "post"]]),
    },
)
CONFIGS = st.one_of(
    st.just({}),
    st.dictionaries(st.sampled_from([A, B, "*"]), OPTIONS, max_size=2),
    st.just({A: {"allow_headers": "*"}}),
)
METHODS = st.dictionaries(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"]), st.none() | CONFIGS, min_size=1, max_size=3
)
ANY_METHODS = METHODS | st.sampled_from([{"*": None}, {"OPTIONS": None, "GET": None}, {"GET": {}, "*": None}])
NAMES = st.sampled_from(["/open", "/items/{number}", "/items/7", "/{name}", "/api/own", r"/{rest:.*}", "/"])
PATHS = st.builds(Path, NAMES, ANY_METHODS, st.none() | CONFIGS)
VIEWS = st.builds(View, NAMES, METHODS, st.none() | CONFIGS, st.booleans(), st.sampled_from([True, True, False]))
INHERITING = st.builds(View, NAMES, METHODS, st.none() | CONFIGS, base=VIEWS)


def apps(depth: int = 0) -> st.SearchStrategy[App]:
    places = ["/api", "/v1"] if depth else ["/api", "/v1", "api.test", "*.test", "other.test"]  # aiohttp allows no more
    inner = st.builds(Place, st.sampled_from(places), st.deferred(lambda: apps(depth + 1)))
    return st.builds(
        App,
        st.lists(PATHS | VIEWS | INHERITING | inner if depth < 2 else PATHS, min_size=1, max_size=4).map(tuple),
        st.one_of(CONFIGS, CONFIGS, st.none()),
        st.sampled_from([False, False, True]),
    )
