"""`allow_methods="route"` where a route does not tell its methods: the operator hears of it at start-up, once."""

import logging
from contextlib import asynccontextmanager
from typing import Any

import falcon
import pytest
from fastapi import FastAPI
from litestar import Litestar, get
from litestar.handlers import asgi as asgi_handler
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.staticfiles import StaticFiles

from crossorigin import Policy, PolicyMap, ReportOnly
from crossorigin.middleware import falcon as of_falcon
from crossorigin.middleware import litestar as of_litestar
from crossorigin.middleware.engine import Route as EngineRoute
from crossorigin.middleware.engine import RoutePolicies, _bindings
from crossorigin.middleware.starlette import CORS, cors
from tests.middleware.drive import asgi, asgi_app, wsgi
from tests.middleware.test_both import APP, BOTH, LISTED, PUT, Side
from tests.middleware.test_starlette import lifespan

ROUTE = Policy(allow_origins=[APP.decode()], allow_methods="route")
ORIGIN = (b"origin", APP)


@pytest.fixture(autouse=True)
def _nothing_bound_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.WARNING, "crossorigin")

    def said() -> list[str]:
        texts = [text for it in caplog.records if (text := it.getMessage()).startswith("the methods of ")]
        caplog.clear()
        return texts

    return said


class Endpoint:
    """An ASGI app as an endpoint, as MCP servers have."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("x")(scope, receive, send)


def view(request: Request) -> Response:
    return PlainTextResponse("view")


async def socket(websocket: Any) -> None: ...


def unknown(*names: str) -> str:
    return (
        f'the methods of {", ".join(names)} are unknown, so allow_methods="route" allows only GET, HEAD and POST '
        "there. To allow others, bind a policy that lists them: cors(..., allow_methods=[...])"
    )


def starlette() -> Starlette:
    own = Starlette(routes=[Route("/x", Endpoint())])
    CORS(own, LISTED)
    return Starlette(
        routes=[
            Route("/mcp", Endpoint()),
            Route("/told", Endpoint(), methods=["PUT"]),
            Route("/view", view),
            WebSocketRoute("/socket", socket),
            Mount("/files", StaticFiles(directory=".")),
            Mount("/other/{id}", Endpoint()),
            Host("a.example", Endpoint()),
            Mount("/deep", Router([Route("/mcp", Endpoint()), Route("/view", view)])),
            Mount("/own", own),
            cors(None)(Mount("/none", Endpoint())),
            cors(LISTED)(Mount("/listed", Endpoint())),
            cors(ROUTE)(Mount("/bound", Endpoint())),
        ]
    )


IN_FORCE = ["/mcp", "/other/{id}/{path}", "a.example/{path}", "/deep/mcp"]
BOUND = ["/bound/{path}"]
POLICIES = [
    (ROUTE, [*IN_FORCE, *BOUND]),
    (LISTED, BOUND),
    (None, BOUND),
    (ReportOnly(current=LISTED, candidate=ROUTE), [*IN_FORCE, *BOUND]),
    (ReportOnly(current=ROUTE, candidate=LISTED), [*IN_FORCE, *BOUND]),
    (PolicyMap({"/deep/": ROUTE, "/": LISTED}), ["/deep/mcp", *BOUND]),
    (PolicyMap({"/deep/": ReportOnly(current=LISTED, candidate=ROUTE), "/": None}), ["/deep/mcp", *BOUND]),
]


@pytest.mark.parametrize(("policy", "names"), POLICIES)
def test_it_is_said_once_at_start_up(policy: Any, names: list[str], said: Any) -> None:
    app = starlette()
    CORS(app, policy)
    assert said() == []
    lifespan(app)
    assert said() == [unknown(*names)]
    for method in ("GET", "OPTIONS"):
        asgi(app, method, [ORIGIN, PUT], path="/mcp")
    assert said() == []


@pytest.mark.parametrize(("policy", "names"), POLICIES)
def test_without_a_start_up_it_is_said_with_the_first_request(policy: Any, names: list[str], said: Any) -> None:
    app = starlette()
    CORS(app, policy)
    for path in ("/view", "/mcp"):
        asgi(app, "OPTIONS", [ORIGIN, PUT], path=path)
    assert said() == [unknown(*names)]


def test_nothing_is_said_where_methods_are_told_or_listed(said: Any) -> None:
    told = FastAPI()
    told.get("/items")(lambda: 1)
    told.mount("/files", StaticFiles(directory="."))
    CORS(told, ROUTE)
    listed = Starlette(routes=[Route("/mcp", Endpoint())])
    CORS(listed, LISTED)
    for app in (told, listed):
        lifespan(app)
        asgi(app, "OPTIONS", [ORIGIN, PUT], path="/mcp")
    assert said() == []


def test_what_is_mounted_meanwhile_is_said_too(said: Any) -> None:
    @asynccontextmanager
    async def start(app: Starlette) -> Any:
        app.mount("/late", Endpoint())
        yield

    app = Starlette(lifespan=start)
    ours = CORS(app, LISTED)
    lifespan(app)
    assert said() == []
    ours.policy = ROUTE
    asgi(app, "GET", [ORIGIN])
    assert said() == [unknown("/late/{path}")]


def test_a_long_list_is_cut(said: Any) -> None:
    app = Starlette(routes=[Route(f"/{number}", Endpoint()) for number in range(13)])
    CORS(app, ROUTE)
    lifespan(app)
    (text,) = said()
    assert text.startswith("the methods of /0, /1, /2, /3, /4, /5, /6, /7, /8, /9 and 3 more routes are unknown, so ")


def test_falcon_says_it_of_sinks(said: Any) -> None:
    app = falcon.App()
    app.add_sink(lambda request, response: None, "/sink")
    app.add_sink(cors(LISTED)(lambda request, response: None), "/listed")
    app.add_static_route("/files", "/")
    wsgi(of_falcon.CORS(app, ROUTE), "GET", [ORIGIN])
    assert said() == [unknown("/sink")]


def test_litestar_says_it_of_mounted_apps(said: Any) -> None:
    mcp = asgi_handler("/mcp", is_mount=True, copy_scope=True)(asgi_app())
    app = Litestar([mcp, get("/view")(told)], logging_config=None)
    of_litestar.CORS(app, ROUTE)
    asgi(app, "GET", [ORIGIN])
    assert said() == [unknown("/mcp")]


async def told() -> None: ...


# The debug log, and the differences of a `ReportOnly`


UNKNOWN = 'The methods of this route are unknown, so allow_methods="route" lists none'


@pytest.mark.parametrize("side", BOTH, ids=lambda side: side.name)
@pytest.mark.parametrize("methods", [frozenset(), frozenset({"GET"})])
def test_a_report_says_that_the_methods_are_unknown(methods: Any, side: Side, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "crossorigin")
    preflight = [ORIGIN, PUT]

    def lines(policy: ReportOnly, **options: Any) -> list[str]:
        caplog.clear()
        routes = RoutePolicies(policy, lambda target, method: EngineRoute(methods=methods, name="/mcp"))
        side.drive(side.middleware(side.app(), routes, **options), "OPTIONS", preflight)
        return [record.getMessage() for record in caplog.records]

    is_unknown = not methods
    listed = ROUTE.replace(allow_methods=["PUT"])
    (line,) = lines(ReportOnly(current=ROUTE, candidate=ROUTE), debug=True)
    assert (UNKNOWN in line) is is_unknown
    (line,) = lines(ReportOnly(current=listed, candidate=ROUTE))
    assert line.startswith("report only: PUT /mcp ")
    assert (UNKNOWN in line) is is_unknown
    denied, difference = lines(ReportOnly(current=ROUTE, candidate=listed), debug=True)
    assert (UNKNOWN in denied) is is_unknown
    assert UNKNOWN not in difference
    (line,) = lines(ReportOnly(current=listed, candidate=ROUTE.replace(allow_origins=["https://b.example"])))
    assert UNKNOWN not in line
