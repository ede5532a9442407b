"""The root of an app: the server's `root_path`, a FastAPI's own, one that ends in a slash, mounts at the root. Whatever
they are, the policy of a `PolicyMap` is that of the handler which runs, or nobody's."""

from typing import Any

import pytest
from falcon import App, Request, Response
from falcon.testing import simulate_get
from fastapi import APIRouter, FastAPI
from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st
from quart import Quart
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from crossorigin import Policy, PolicyMap
from crossorigin.middleware import falcon, flask, quart
from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.starlette import CORS, cors
from tests.middleware.drive import asgi
from tests.middleware.test_both import APP

LAX, STRICT = (Policy(allow_origins="*", expose_headers=[name]) for name in ("lax", "strict"))
MAP = PolicyMap({"/": LAX, "/admin/": STRICT, "/api/admin/": LAX, "/admin/api/": LAX})
PATHS = ["/admin/x", "/x", "/api/x", "/api/admin/x", "/admin/api/x", "/", "/admin/"]


@pytest.fixture(autouse=True)
def _nothing_bound_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


def api(root: str, *, is_bound: bool = False) -> FastAPI:
    """An app of which each response says the path of its handler."""
    app = FastAPI(openapi_url=None)
    app.root_path = root

    def handler(path: str) -> Any:
        async def endpoint() -> PlainTextResponse:
            return PlainTextResponse(path)

        return cors(Policy(allow_origins="*", expose_headers=[name_of(path)]))(endpoint) if is_bound else endpoint

    for path in PATHS:
        app.get(path)(handler(path))
    return app


def name_of(path: str) -> str:
    return "x" + path.replace("/", "-")


def native(app: Any, policy: Any) -> Any:
    CORS(app, policy)
    return app


def added(app: Any, policy: Any) -> Any:
    app.add_middleware(CORSMiddleware, policy)
    return app


def mounted(app: Any, policy: Any) -> Any:
    return native(Starlette(routes=[Mount("", app)]), policy)


def mounted_deep(app: Any, policy: Any) -> Any:
    return native(Starlette(routes=[Mount("/", Starlette(routes=[Mount("/", GZipMiddleware(app))]))]), policy)


def host(app: Any, policy: Any) -> Any:
    return native(Starlette(routes=[Host("api.example.com", app)]), policy)


def wrapped(app: Any, policy: Any) -> Any:
    return CORSMiddleware(app, policy)


def wrapped_twice(app: Any, policy: Any) -> Any:
    return CORSMiddleware(GZipMiddleware(app), policy)


def wrapped_outside(app: Any, policy: Any) -> Any:
    return CORSMiddleware(Starlette(routes=[Mount("", app)]), policy)


def asked(app: Any, path: str, of_server: str = "") -> tuple[int, bytes, bytes | None]:
    """The status, the body and the name of the policy; None if no page may read it."""
    headers = [(b"origin", APP), (b"host", b"api.example.com")]
    answered = asgi(app, "GET", headers, path=path, root_path=of_server)
    return answered.status, answered.body, dict(answered.fields).get(b"access-control-expose-headers")


PLACES = [native, added, mounted, mounted_deep, host, wrapped, wrapped_twice, wrapped_outside]
ROOTS = ["", "/api", "/api/", "/", "api", "/api/admin", "/admin", "/a"]
SEGMENTS = st.sampled_from(["api", "admin", "x", "", "a", "apiadmin"])


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@settings(max_examples=40)
@given(st.sampled_from(ROOTS), st.sampled_from(ROOTS), st.lists(SEGMENTS, max_size=5))
@example("/api", "", ["api", "admin", "x"])
@example("/api/", "", ["api", "admin", "x"])
@example("/api/", "", ["api", "", "admin", "x"])
@example("", "/api/", ["api", "admin", "x"])
@example("/api", "", ["api", "api", "admin", "x"])
def test_a_map_is_that_of_the_handler_or_nobody(place: Any, root: str, of_server: str, segments: list[str]) -> None:
    status, body, name = asked(place(api(root), MAP), "/" + "/".join(segments), of_server)
    if status == 200 and name is not None:
        assert name == (b"strict" if MAP.resolve(body.decode()) is STRICT else b"lax"), body


@pytest.mark.parametrize("place", [native, mounted, mounted_deep, host], ids=lambda place: place.__name__)
@settings(max_examples=40)
@given(st.sampled_from(ROOTS), st.sampled_from(ROOTS), st.lists(SEGMENTS, max_size=5))
def test_what_is_bound_is_that_of_the_handler(place: Any, root: str, of_server: str, segments: list[str]) -> None:
    status, body, name = asked(place(api(root, is_bound=True), MAP), "/" + "/".join(segments), of_server)
    if status == 200:
        assert name == name_of(body.decode()).encode()


@pytest.mark.parametrize(
    ("place", "root", "of_server", "path", "name"),
    [
        (native, "/api", "", "/api/admin/x", b"strict"),
        (native, "/api", "", "/admin/x", b"strict"),
        (native, "/api", "", "/api/x", b"lax"),
        (native, "/api/", "", "/api//admin/x", b"strict"),
        (native, "/api/", "", "/api/admin/x", b"lax"),  # a root that ends in a slash is not cut off there
        (native, "", "/api", "/api/admin/x", b"strict"),
        (native, "/api", "/srv", "/api/admin/x", b"strict"),
        (wrapped, "/api", "", "/api/admin/x", b"strict"),
        (wrapped, "/api", "", "/admin/x", b"strict"),
        (wrapped, "/api", "/srv", "/api/admin/x", b"strict"),
        (wrapped_twice, "/api", "", "/api/x", b"lax"),
        (wrapped, "", "/api", "/api/admin/x", b"strict"),
        (wrapped, "/api/", "", "/api/admin/x", None),
        (wrapped, "/api/", "", "/admin/x", b"strict"),
        (wrapped, "", "/api/", "/api/admin/x", None),
        (added, "/api", "", "/api/admin/x", b"strict"),
        (mounted, "/api", "", "/admin/x", b"strict"),
        (mounted, "/api", "", "/api/admin/x", None),
        (host, "/api", "", "/x", b"lax"),
        (wrapped_outside, "/api", "", "/api/admin/x", None),
        (wrapped_outside, "/api", "", "/x", b"lax"),
    ],
)
def test_the_path_is_the_one_that_the_app_routes_by(
    place: Any, root: str, of_server: str, path: str, name: bytes | None
) -> None:
    assert asked(place(api(root), MAP), path, of_server)[::2] == (200, name)


def test_a_root_that_is_set_or_mounted_later_is_known() -> None:
    app = api("")
    served = wrapped(app, MAP)
    assert asked(served, "/api/admin/x")[1:] == (b"/api/admin/x", b"lax")
    app.root_path = "/api"
    assert asked(served, "/api/admin/x")[1:] == (b"/admin/x", b"strict")

    outer = FastAPI(openapi_url=None)
    ours = CORS(outer, MAP)
    outer.include_router(APIRouter(routes=[Host("api.example.com", Starlette(routes=[Mount("/", api("/api"))]))]))
    assert asked(outer, "/api/admin/x")[1:] == (b"/admin/x", None)
    ours.policy = None
    assert asked(outer, "/x")[2] is None


def test_an_app_below_a_prefix_may_have_the_prefix_for_its_root() -> None:
    app = native(Starlette(routes=[Mount("/api", api("/api"))]), PolicyMap({"/api/": STRICT, "/": LAX}))
    assert asked(app, "/api/x")[1:] == (b"/x", b"strict")
    router = APIRouter()
    router.mount("/", api("/api"))
    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/api")
    assert asked(native(app, PolicyMap({"/api/": STRICT, "/": LAX})), "/api/x")[1:] == (b"/x", b"strict")


def test_apps_that_lie_in_each_other_come_to_an_end() -> None:
    app = Starlette()
    app.router.routes += [Host(f"{number}.example", app) for number in range(9)]
    served = CORSMiddleware(app, MAP)
    plan = served._roots
    assert [*plan.of_nested()] == []
    assert plan.path_below("", "/x") == "/x"


class TakesThePrefix:
    """A layer inside the app that believes whoever sends X-Forwarded-Prefix."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if (prefix := dict(scope["headers"]).get(b"x-forwarded-prefix")) is not None:
            scope["root_path"] = prefix.decode()
        await self.app(scope, receive, send)


def prefixed_app() -> Any:
    return api("")


def prefixed_mounts() -> Any:
    inner = api("")
    return Starlette(
        routes=[
            Route("/x", lambda request: PlainTextResponse("/x")),
            *(Mount(path, inner) for path in ("/a", "/b/a", "/{tenant}", "/{one}/{two}", "")),
        ]
    )


def prefixed_root() -> Any:
    return Starlette(routes=[Mount("/api", api("/api")), Mount("/admin", api("/elsewhere")), Mount("", api(""))])


MOVED = PolicyMap({"/": LAX, "/admin/": STRICT, "/a/": STRICT, "/x": STRICT})


def by_path(origin: str, request: Any) -> bool:
    return request.path != ""


@pytest.mark.parametrize("app", [prefixed_app, prefixed_mounts, prefixed_root])
@pytest.mark.parametrize("policy", [MOVED, Policy(allow_origins=[by_path])], ids=["map", "predicate"])
@pytest.mark.parametrize("is_watched", [False, True])
@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["api", "admin", "x", "a", "b", "c"]), min_size=1, max_size=4),
    st.sampled_from(["/api", "/a", "/b", "/c", "/b/a", "/admin", "/a/b", "/api/", "/", "", "/x"]),
)
@example(["c", "admin", "x"], "/c")
@example(["b", "a", "x"], "/b")
@example(["b", "a", "admin", "x"], "/b")
def test_a_root_that_a_client_chose_inside_lets_nobody_read(
    app: Any, policy: Any, is_watched: bool, segments: list[str], prefix: str
) -> None:
    path = "/" + "/".join(segments)
    served = app()
    served.add_middleware(TakesThePrefix)
    CORS(served, policy, on_decision=(lambda event: None) if is_watched else None)
    plain, chosen = (
        asgi(served, "GET", [(b"origin", APP), *more], path=path)
        for more in ([], [(b"x-forwarded-prefix", prefix.encode())])
    )
    readable = dict(chosen.fields).get(b"access-control-allow-origin")
    assert b"access-control-allow-origin" in dict(plain.fields)
    if prefix == "":
        assert chosen == plain
    elif chosen.status == 200:
        assert readable is None


@pytest.mark.parametrize("is_watched", [False, True])
def test_a_path_that_a_client_chose_inside_lets_nobody_read_in_flask(is_watched: bool) -> None:
    app = Flask("app")
    app.add_url_rule("/<path:path>", "view", lambda path: path)
    inner = app.wsgi_app

    def takes(environ: Any, start_response: Any) -> Any:
        prefix = environ.get("HTTP_X_FORWARDED_PREFIX", "")
        environ["SCRIPT_NAME"] = prefix
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix)
        return inner(environ, start_response)

    mounted = DispatcherMiddleware(takes, {"/admin/mounted": mounted_flask()})
    app.wsgi_app = mounted  # type: ignore[method-assign]
    flask.CORS(app, MOVED, on_decision=(lambda event: None) if is_watched else None)
    client = app.test_client()

    def name(path: str, prefix: str) -> tuple[str, str | None]:
        headers = {"Origin": APP.decode(), **({"X-Forwarded-Prefix": prefix} if prefix else {})}
        answered = client.get(path, headers=headers)
        return answered.text, answered.headers.get("Access-Control-Expose-Headers")

    assert name("/admin/x", "") == ("admin/x", "strict")
    assert name("/c/admin/x", "") == ("c/admin/x", "lax")
    assert name("/c/admin/x", "/c") == ("admin/x", None)
    assert name("/c/admin/x", "/d") == ("c/admin/x", "lax")
    assert name("/admin/mounted/x", "") == ("mounted", "strict")


def mounted_flask() -> Flask:
    app = Flask("mounted")
    app.add_url_rule("/x", "view", lambda: "mounted")
    return app


@pytest.mark.parametrize("is_watched", [False, True])
def test_a_path_that_a_client_chose_inside_lets_nobody_read_in_falcon(is_watched: bool) -> None:
    class Takes:
        def process_request(self, req: Request, resp: Response) -> None:
            req.path = req.path.removeprefix(req.get_header("X-Forwarded-Prefix") or "")

    class Resource:
        def on_get(self, req: Request, resp: Response) -> None:
            resp.text = req.path

    app = App(middleware=[Takes()])
    app.add_route("/admin/x", Resource())
    app.add_route("/c/admin/x", Resource())
    served = falcon.CORS(app, MOVED, on_decision=(lambda event: None) if is_watched else None)

    def name(path: str, **more: str) -> tuple[str, str | None]:
        answered = simulate_get(served, path, headers={"Origin": APP.decode(), **more})
        return answered.text, answered.headers.get("Access-Control-Expose-Headers")

    assert name("/admin/x") == ("/admin/x", "strict")
    assert name("/c/admin/x") == ("/c/admin/x", "lax")
    assert name("/c/admin/x", **{"X-Forwarded-Prefix": "/c"}) == ("/admin/x", None)


@pytest.mark.parametrize("is_watched", [False, True])
def test_a_root_that_a_client_chose_inside_lets_nobody_read_in_quart(is_watched: bool) -> None:
    app = Quart("app")

    async def view(path: str) -> str:
        return path

    app.add_url_rule("/<path:path>", "view", view)
    app.asgi_app = TakesThePrefix(app.asgi_app)  # type: ignore[assignment,method-assign]
    quart.CORS(app, MOVED, on_decision=(lambda event: None) if is_watched else None)
    assert asked(app, "/c/admin/x") == (200, b"c/admin/x", b"lax")
    headers = [(b"origin", APP), (b"host", b"api.example.com"), (b"x-forwarded-prefix", b"/c")]
    answered = asgi(app, "GET", headers, path="/c/admin/x")
    assert (answered.body, dict(answered.fields).get(b"access-control-expose-headers")) == (b"admin/x", None)
