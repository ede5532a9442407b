"""Apps of Starlette in which several `CORSMiddleware` stand, built twice: with them, and without, to migrate to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Host, Mount, Route, Router

from tests.migrate.peers import FIELDS

A, B, STRANGER = "https://a.example", "https://b.example", "https://stranger.test"

Options = Mapping[str, Any]
Layer = Options | str
"""Arguments of a `CORSMiddleware`, or the name of another middleware."""


@dataclass(frozen=True)
class Page:
    """A route. `around` is its own middleware."""

    path: str
    methods: tuple[str, ...] | None = ("GET",)
    around: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class Place:
    """An app that is mounted: at a path, or for every host."""

    path: str
    app: "App"
    around: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class App:
    """An app, or a router: `added` is its middleware, from the outside in, `around` what is wrapped around that."""

    routes: tuple[Page | Place, ...] = ()
    added: tuple[Layer, ...] = ()
    around: tuple[Layer, ...] = ()
    is_router: bool = False


class Guard:
    """Asks for a key, of preflights too; `?do=guard` stands for one that is missing."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        refuses = scope["type"] == "http" and (b"do=guard" in scope["query_string"] or scope["method"] == "OPTIONS")
        await (PlainTextResponse("log in", 401) if refuses else self.app)(scope, receive, send)


NAMED: dict[str, Any] = {"gzip": GZipMiddleware, "guard": Guard}


async def answer(request: Request) -> Response:
    """What every page does: what the query says."""
    match request.query_params.get("do"):
        case "abort":
            raise HTTPException(403)
        case "raise":
            raise RuntimeError
    return Response("ok", headers=FIELDS)


def build(app: App, *, old: bool) -> Any:
    """The app; with its `CORSMiddleware` where it is the old one."""
    routes = [_route(route, old=old) for route in app.routes]
    added = _middleware(app.added, old=old)
    built: Any = Router(routes, middleware=added) if app.is_router else Starlette(routes=routes, middleware=added)
    for each in reversed(_middleware(app.around, old=old)):
        built = each.cls(built, *each.args, **each.kwargs)
    return built


def _route(route: Page | Place, *, old: bool) -> BaseRoute:
    around = _middleware(route.around, old=old)
    if isinstance(route, Page):
        return Route(route.path, answer, methods=route.methods, middleware=around)
    inner = build(route.app, old=old)
    if route.path:
        return Mount(route.path, inner, middleware=around)
    return Host("api.test", inner)


def _middleware(listed: tuple[Layer, ...], *, old: bool) -> list[Middleware]:
    made = [Middleware(NAMED[each]) if isinstance(each, str) else Middleware(CORSMiddleware, **each) for each in listed]
    return [each for each in made if old or each.cls is not CORSMiddleware]


# What is generated


@st.composite
def options(draw: st.DrawFn) -> Options:
    choices: dict[str, st.SearchStrategy[Any]] = {
        "allow_credentials": st.booleans(),
        "allow_methods": st.sampled_from([["*"], ["GET"], ["GET", "PUT"], ["PUT"]]),
        "allow_headers": st.sampled_from([["*"], ["X-A"], []]),
        "expose_headers": st.sampled_from([["X-Request-Id"], ["*"], ["etag", "X-Request-Id"]]),
        "allow_origin_regex": st.sampled_from([r"https://[ab]\.example"]),
        "max_age": st.sampled_from([0, 60]),
    }
    found = {"allow_origins": draw(st.sampled_from([["*"], [A], [B], [A, B], []]))}
    for name in draw(st.lists(st.sampled_from(sorted(choices)), max_size=4, unique=True)):
        found[name] = draw(choices[name])
    return found


LAYERS = st.lists(options() | st.sampled_from(sorted(NAMED)), max_size=3).map(tuple)
FEW = st.lists(options(), max_size=1).map(tuple)
PAGES = st.builds(
    Page,
    st.sampled_from(["/open", "/items/{number}", "/api/own", "/"]),
    st.sampled_from([("GET",), ("GET", "PUT"), ("POST",), ("GET", "OPTIONS")]),
    FEW,
)


def apps(depth: int = 0) -> st.SearchStrategy[App]:
    inner = (
        st.builds(Place, st.sampled_from(["/api", "/v1", "/{tenant}", ""]), st.deferred(lambda: apps(depth + 1)), FEW)
        if depth < 2
        else PAGES
    )
    return st.builds(
        App,
        st.lists(PAGES | inner, min_size=1, max_size=3).map(tuple),
        LAYERS,
        FEW,
        st.booleans() if depth else st.just(False),
    )
