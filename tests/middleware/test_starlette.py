"""CORS in Starlette: its place, what is bound where, apps below apps, and what is said of mistakes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.convertors import CONVERTOR_TYPES, Convertor
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware as StarletteCORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Host, Match, Mount, Route, Router, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from crossorigin import Policy, PolicyError, PolicyMap, ReportOnly
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.starlette import CORS, cors
from tests.middleware.drive import Answered, asgi, asgi_app, http_scope
from tests.middleware.test_both import APP, EVIL, LISTED, PUT, VARY_OPTIONS, allowed

ORIGIN = (b"origin", APP)
OF_ROUTE = LISTED.replace(allow_methods="route", max_age=None)
ANYONE = (b"access-control-allow-origin", b"*")


def named(name: str) -> Policy:
    """A policy that is known by its answers."""
    return Policy(allow_origins="*", expose_headers=[name], allow_methods="route", max_age=5)


@pytest.fixture(autouse=True)
def _nothing_bound_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a process of its own: whether a route has a policy is one flag of the process."""
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


def text(request: Request) -> Response:
    return PlainTextResponse("text")


def ask(app: Any, path: str, method: str = "GET", *headers: tuple[bytes, bytes], **more: Any) -> Answered:
    return asgi(app, method, [ORIGIN, *headers], path=path, **more)


def held(app: Any, path: str, method: str = "GET", **more: Any) -> str | None:
    """Whose policy holds: by name, "app" for LISTED, None for none. Asked as a request and as its preflight."""
    answered = ask(app, path, method, **more)
    fields = dict(answered.fields)
    assert len(fields) == len(answered.fields), "a field twice"
    preflight = ask(app, path, "OPTIONS", (b"access-control-request-method", method.encode()), **more)
    max_age = dict(preflight.fields).get(b"access-control-max-age")
    name = fields.get(b"access-control-expose-headers")
    shown = None if name is None else "app" if name == b"etag" else name.decode()
    # 0 where another policy governs a method of the same URL.
    assert max_age in ((b"600", b"0") if shown == "app" else (None,) if shown is None else (b"5", b"0"))
    return shown


def lifespan(app: Any) -> None:
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Any:
        return {"type": next(events)}

    async def send(message: Any) -> None: ...

    asyncio.run(app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))


# The place


def broken(request: Request) -> Response:
    raise RuntimeError("a bug, on purpose")


class Forgetful(BaseHTTPMiddleware):
    """Answers itself, as an authentication does."""

    async def dispatch(self, request: Request, call_next: Any) -> Response:
        return Response(status_code=401) if "/locked" in request.url.path else await call_next(request)


def test_every_answer_carries_the_fields_also_of_middleware_added_later() -> None:
    app = Starlette(routes=[Route("/text", text), Route("/broken", broken), Route("/slash/", text)])
    CORS(app, LISTED)
    app.add_middleware(Forgetful)
    for method, path, status in [
        ("GET", "/text", 200),
        ("HEAD", "/text", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/text", 405),
        ("GET", "/slash", 307),
        ("GET", "/locked", 401),
        ("GET", "/broken", 500),
    ]:
        answered = ask(app, path, method)
        assert answered.status == status
        assert answered.headers[-4:] == allowed(APP), path
        assert [name for name, _ in answered.fields].count(b"vary") == 1


def test_an_unhandled_exception_reaches_the_server_and_the_debug_page_stays() -> None:
    app = Starlette(debug=True, routes=[Route("/broken", broken)])
    CORS(app, LISTED)
    answered = ask(app, "/broken", "GET", (b"accept", b"text/html"))
    assert isinstance(answered.error, RuntimeError)
    assert b"a bug, on purpose" in answered.body
    assert answered.headers[-4:] == allowed(APP)


def test_a_preflight_reaches_no_middleware_of_the_app() -> None:
    app = Starlette(routes=[Route("/locked", text, methods=["PUT"])], middleware=[Middleware(Forgetful)])
    CORS(app, OF_ROUTE)
    answered = ask(app, "/locked", "OPTIONS", PUT)
    assert (answered.status, answered.fields) == (
        204,
        [
            (b"access-control-allow-origin", APP),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-allow-methods", b"PUT"),
            (b"access-control-allow-headers", b"x-a"),
            VARY_OPTIONS,
        ],
    )


def test_a_stack_that_is_built_anew_has_one_policy() -> None:
    """Instrumentations set the stack to None, or build it themselves."""
    app = Starlette(routes=[Route("/", text)])
    CORS(app, LISTED)
    before = ask(app, "/").headers
    app.middleware_stack = app.build_middleware_stack()
    assert ask(app, "/").headers == before


def test_the_policy_is_swapped_before_and_after_the_start() -> None:
    app = Starlette(routes=[Route("/", text)])
    integration = CORS(app, LISTED)
    integration.policy = named("first")
    assert held(app, "/") == "first"
    integration.policy = named("second")
    assert held(app, "/") == "second"
    assert integration.policy == named("second")
    integration.policy = None
    assert held(app, "/") is None
    with pytest.raises(TypeError, match="the policy of CORSMiddleware is"):
        integration.policy = "*"  # type: ignore[assignment]


def test_without_a_policy_of_the_app_only_what_is_bound_holds() -> None:
    app = Starlette(routes=[Route("/", text), Route("/public", cors(named("public"))(lambda request: Response()))])
    CORS(app, None)
    assert held(app, "/") is None
    assert held(app, "/nowhere") is None
    assert held(app, "/public") == "public"


def test_a_map_and_a_policy_that_is_only_tried_do_for_the_app() -> None:
    app = Starlette(routes=[Route("/a", text), Route("/b", text)])
    events: list[DecisionEvent] = []
    tried = ReportOnly(current=LISTED, candidate=named("tried"))
    CORS(app, PolicyMap({"/a": tried, "/": None}), on_decision=events.append)
    assert held(app, "/a") == "app"
    assert held(app, "/b") is None
    assert [event.candidate is not None for event in events] == [True, True]


# What is bound


class Endpoint(HTTPEndpoint):
    async def get(self, request: Request) -> Response:
        return PlainTextResponse("get")

    @cors(named("of-put"))
    async def put(self, request: Request) -> Response:
        return PlainTextResponse("put")


def with_argument(word: str, request: Request) -> Response:
    return PlainTextResponse(word)


class Own(Endpoint): ...


class Read(HTTPEndpoint):
    @cors(named("of-get"))
    async def get(self, request: Request) -> Response:
        return PlainTextResponse("get")


def test_the_innermost_policy_holds() -> None:
    @cors(named("endpoint"))
    def endpoint(request: Request) -> Response:
        return PlainTextResponse("endpoint")

    inner = cors(named("inner"))(
        Router([Route("/endpoint", endpoint), cors(named("route"))(Route("/route", text)), Route("/text", text)])
    )
    app = Starlette(
        routes=[
            Route("/endpoint", endpoint),
            cors(named("route"))(Route("/route", text)),
            cors(named("route"))(Route("/both", endpoint)),
            Route("/text", text),
            Route("/partial", partial(endpoint)),
            Route("/bound-partial", cors(named("partial"))(partial(endpoint))),
            Route("/read", Read),
            Route("/class", cors(named("class"))(Own), methods=["GET", "PUT"]),
            Mount("/inner", inner),
            cors(named("mount"))(Mount("/mount", routes=[Route("/text", text), Mount("/inner", inner)])),
            cors(named("pages"))(Mount("/pages", StaticFiles(directory=Path(__file__).parent))),
            Mount("/zipped", GZipMiddleware(inner)),  # type: ignore[arg-type]  # Router says its scope is a dict
        ]
    )
    CORS(app, LISTED)
    assert {path: held(app, path) for path in PLACES} == PLACES
    assert held(app, "/class", "PUT") == "of-put"
    assert held(app, "/class", "GET") == "class"
    assert held(app, "/class", "HEAD") == "class"
    assert [held(app, "/read", method) for method in ("GET", "HEAD", "DELETE")] == ["of-get", "of-get", "app"]


PLACES = {
    "/endpoint": "endpoint",
    "/route": "route",
    "/both": "endpoint",
    "/text": "app",
    "/partial": "endpoint",
    "/bound-partial": "partial",
    "/inner/endpoint": "endpoint",
    "/inner/route": "route",
    "/inner/text": "inner",
    "/inner/nowhere": "inner",
    "/inner": "inner",  # the redirect to /inner/ is answered as what it leads to
    "/mount/text": "mount",
    "/mount/nowhere": "mount",
    "/mount/inner/text": "inner",
    "/pages/drive.py": "pages",
    "/pages/nowhere.py": "pages",
    "/zipped/text": "inner",
    "/nowhere": "app",
    "/innermost": "app",
}


def test_a_preflight_goes_to_the_route_of_its_method() -> None:
    app = Starlette(
        routes=[
            Route("/items/{item:int}", cors(named("read"))(lambda request: Response())),
            Route("/items/{item:int}", cors(named("write"))(lambda request: Response()), methods=["PUT", "DELETE"]),
            Route("/items/{item}", text, methods=["PUT"]),
        ]
    )
    CORS(app, LISTED)

    def methods(path: str, method: bytes) -> bytes | None:
        preflight = ask(app, path, "OPTIONS", (b"access-control-request-method", method))
        assert preflight.status == 204
        return dict(preflight.fields).get(b"access-control-allow-methods")

    assert methods("/items/7", b"GET") == b"GET,HEAD"
    assert methods("/items/7", b"PUT") == b"DELETE,PUT"
    assert methods("/items/seven", b"PUT") == b"PUT"  # LISTED
    assert methods("/items/7", b"PATCH") == b"GET,HEAD"  # a 405: of the first route of the path
    assert held(app, "/items/7", "PATCH") == "read"
    assert held(app, "/items/seven", "PUT") == "app"


def test_the_methods_of_a_route() -> None:
    app = Starlette(
        routes=[
            Route("/function", text),
            Route("/class", Endpoint),
            Route("/app", GZipMiddleware(asgi_app())),  # type: ignore[arg-type]  # an ASGI app that is no function
            Mount("/mounted", asgi_app()),
        ]
    )
    CORS(app, OF_ROUTE)
    listed = {
        path: dict(ask(app, path, "OPTIONS", PUT).fields).get(b"access-control-allow-methods")
        for path in ("/function", "/app", "/mounted/x", "/nowhere")
    }
    # An ASGI app does not tell its methods, and what is not known is not allowed.
    assert listed == {"/function": b"GET,HEAD", "/app": None, "/mounted/x": None, "/nowhere": None}
    preflight = ask(app, "/class", "OPTIONS", (b"access-control-request-method", b"GET"))
    assert dict(preflight.fields)[b"access-control-allow-methods"] == b"GET,HEAD,PUT"


def test_hosts_have_policies() -> None:
    api = Router([Route("/text", text)])
    app = Starlette(routes=[cors(named("api"))(Host("{who}.example.org", api)), Route("/text", text)])
    events: list[DecisionEvent] = []
    CORS(app, LISTED, on_decision=events.append)
    for host, expected in [(b"a.example.org:8000", "api"), (b"A.EXAMPLE.ORG", "api"), (b"example.org", "app")]:
        answered = ask(app, "/text", "GET", (b"host", host))
        exposed = dict(answered.fields)[b"access-control-expose-headers"]
        assert exposed == (b"api" if expected == "api" else b"etag")
    assert [event.route for event in events] == ["{who}.example.org/text", "{who}.example.org/text", "/text"]


def test_a_path_prefix_of_the_server_is_understood() -> None:
    app = Starlette(routes=[Route("/text", cors(named("text"))(lambda request: Response()))])
    CORS(app, LISTED)
    assert held(app, "/v1/text", root_path="/v1") == "text"
    assert held(app, "/v1/text", root_path="") == "app"


def test_a_redirect_is_answered_as_what_it_leads_to() -> None:
    app = Starlette(
        routes=[
            Route("/with/", cors(named("with"))(lambda request: Response())),
            Route("/without", cors(named("without"))(lambda request: Response())),
        ]
    )
    CORS(app, LISTED)
    assert ask(app, "/with").status == ask(app, "/without/").status == 307
    assert held(app, "/with") == "with"
    assert held(app, "/without/") == "without"
    app.router.redirect_slashes = False
    assert ask(app, "/with").status == 404
    assert held(app, "/with") == "app"


def app_with_a_route_that_fails_to_match(times: int) -> Starlette:
    class Picky(Convertor[str]):
        regex = "[^/]+"
        failures = 0

        def convert(self, value: str) -> str:
            self.failures += 1
            if self.failures <= times:
                raise ValueError(value)
            return value

        def to_string(self, value: str) -> str:
            return value

    CONVERTOR_TYPES["picky"] = Picky()
    try:
        app = Starlette(routes=[Route("/{x:picky}", cors(named("picky"))(lambda request: Response()))])
    finally:
        del CONVERTOR_TYPES["picky"]
    CORS(app, LISTED)
    return app


def test_a_route_that_fails_to_match_is_answered_by_the_app_and_no_page_may_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answered = ask(app_with_a_route_that_fails_to_match(times=9), "/x\nERROR")
    assert (answered.status, answered.headers[2:]) == (500, [(b"vary", b"Origin")])
    assert isinstance(answered.error, ValueError)
    assert [record.getMessage() for record in caplog.records] == [
        "no page may read the response, because the router raised ValueError('x\\nERROR')"
    ]
    assert "\n" not in caplog.text.rstrip("\n")


def test_a_route_that_fails_to_match_once_does_not_get_the_policy_of_another() -> None:
    answered = ask(app_with_a_route_that_fails_to_match(times=1), "/7")
    assert (answered.status, answered.headers[1:]) == (200, [(b"vary", b"Origin")])


def test_the_head_of_an_endpoint_is_its_own_or_that_of_get() -> None:
    class Got(HTTPEndpoint):
        @cors(named("get"))
        async def get(self, request: Request) -> Response:
            return Response()

    class Both(Got):
        @cors(named("head"))
        async def head(self, request: Request) -> Response:
            return Response()

    app = Starlette(routes=[Route("/got", Got), Route("/both", Both)])
    CORS(app, LISTED)
    assert [held(app, path, "HEAD") for path in ("/got", "/both")] == ["get", "head"]


def test_the_method_of_an_endpoint_is_bound_in_any_case_of_letters() -> None:
    class Item(HTTPEndpoint):
        @cors(named("patch"))
        async def patch(self, request: Request) -> Response:
            return Response()

    app = Starlette(routes=[Route("/", Item)])
    CORS(app, LISTED)
    assert held(app, "/", "PATCH") == held(app, "/", "patch") == "patch"


def test_a_route_class_of_the_apps_is_asked() -> None:
    class ByHeader(BaseRoute):
        endpoint = cors(named("by-header"))(asgi_app())

        def matches(self, scope: Any) -> tuple[Match, Any]:
            asked = (b"x-version", b"2") in scope["headers"]
            return (Match.FULL, {"endpoint": self.endpoint}) if asked else (Match.NONE, {})

        async def handle(self, scope: Any, receive: Any, send: Any) -> None:
            await self.endpoint(scope, receive, send)

    app = Starlette(routes=[ByHeader(), Route("/", text)])
    CORS(app, LISTED)
    assert ask(app, "/", "GET", (b"x-version", b"2")).fields[-2:] == [
        ANYONE,
        (b"access-control-expose-headers", b"by-header"),
    ]
    assert held(app, "/") == "app"


def test_events_name_the_route_and_never_the_path() -> None:
    app = Starlette(
        routes=[
            Route("/items/{item:int}", text),
            Mount("/sub/{tenant}", routes=[Route("/items/{item}", text)]),
            Mount("/files", asgi_app()),
        ]
    )
    events: list[DecisionEvent] = []
    CORS(app, LISTED, on_decision=events.append)
    paths = ["/items/7", "/sub/a/items/7", "/sub/a/nowhere", "/files/secret", "/nowhere"]
    for path in paths:
        ask(app, path)
    assert [event.route for event in events] == [
        "/items/{item}",
        "/sub/{tenant}/items/{item}",
        "/sub/{tenant}/{path}",
        "/files/{path}",
        None,
    ]


# WebSockets


async def socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


def handshake(app: Any, path: str, origin: bytes) -> list[str]:
    sent: list[str] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope = {**http_scope(headers=[(b"origin", origin)], path=path), "type": "websocket", "scheme": "ws"}
    del scope["method"]
    asyncio.run(app(scope, receive, send))
    return sent


def test_the_guard_asks_the_policy_of_the_route() -> None:
    app = Starlette(
        routes=[
            WebSocketRoute("/ws", socket),
            cors(Policy(allow_origins="*"))(WebSocketRoute("/public", socket)),
            cors(None)(WebSocketRoute("/bare", socket)),
            cors(Policy(allow_origins=[EVIL.decode()]))(Mount("/sub", routes=[WebSocketRoute("/ws", socket)])),
            Route("/http", text),
        ]
    )
    CORS(app, LISTED, guard_websockets=True)
    passes, refused = ["websocket.accept", "websocket.close"], ["websocket.close"]
    assert [handshake(app, "/ws", origin) for origin in (APP, EVIL)] == [passes, refused]
    assert [handshake(app, "/public", origin) for origin in (APP, EVIL)] == [passes, passes]
    assert [handshake(app, "/bare", origin) for origin in (APP, EVIL)] == [passes, passes]
    assert [handshake(app, "/sub/ws", origin) for origin in (APP, EVIL)] == [refused, passes]


# Apps below apps


def sub_app() -> Starlette:
    return Starlette(routes=[Route("/text", text), Route("/broken", broken)])


OWN: dict[str, Any] = {
    "its own CORS": lambda app: (CORS(app, named("own")), app)[1],
    "the generic one around it": lambda app: CORSMiddleware(app, named("own").replace(allow_methods=["PUT"])),
    "the generic one, further in": lambda app: GZipMiddleware(
        CORSMiddleware(app, named("own").replace(allow_methods=["PUT"]))
    ),
}


@pytest.mark.parametrize("around", OWN.values(), ids=OWN)
def test_a_mounted_app_with_a_cors_of_its_own_keeps_it(around: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = Starlette(routes=[Mount("/sub", around(sub_app())), Mount("/other", sub_app()), Route("/text", text)])
    CORS(app, LISTED)
    lifespan(app)
    assert [held(app, path) for path in ("/sub/text", "/sub/nowhere", "/sub/broken")] == ["own"] * 3
    assert [held(app, path) for path in ("/other/text", "/other/broken", "/text", "/nowhere")] == ["app"] * 4
    assert held(app, "/sub") == "app"  # the redirect is the outer app's
    assert not caplog.records


@pytest.mark.parametrize("around", OWN.values(), ids=OWN)
def test_so_does_one_that_is_mounted_further_in(around: Any) -> None:
    app = Starlette(routes=[Mount("/a", GZipMiddleware(Starlette(routes=[Mount("/sub", around(sub_app()))])))])
    CORS(app, LISTED)
    assert held(app, "/a/sub/text") == "own"
    assert held(app, "/a/nowhere") == "app"


def test_starlettes_own_in_a_mounted_app_is_replaced_and_named(caplog: pytest.LogCaptureFixture) -> None:
    theirs = Middleware(StarletteCORSMiddleware, allow_origins=["*"])
    routes = [
        Mount("/app", Starlette(routes=[Route("/text", text)], middleware=[theirs])),
        Mount("/mount", routes=[Route("/text", text)], middleware=[theirs]),
        Mount("/router", Router([Route("/text", text)], middleware=[theirs])),
    ]
    app = Starlette(routes=[*routes, Route("/text", text)])
    CORS(app, LISTED)
    assert [held(app, path) for path in ("/app/text", "/mount/text", "/router/text", "/text")] == ["app"] * 4
    told = [record.getMessage() for record in caplog.records]
    (named_layer,) = [text for text in told if text.startswith("two layers")]
    assert "starlette.middleware.cors.CORSMiddleware" in named_layer


def test_a_mounted_app_that_is_mounted_late_is_found_once_routes_are_looked_for() -> None:
    app = Starlette(routes=[cors(named("bound"))(Route("/bound", text))])
    CORS(app, LISTED)
    assert held(app, "/bound") == "bound"
    sub = sub_app()
    CORS(sub, named("own"))
    app.mount("/sub", sub)
    assert held(app, "/sub/text") == "own"


def test_what_is_bound_in_a_mounted_app_needs_no_cors_there() -> None:
    sub = sub_app()
    cors(named("sub"))(sub)
    app = Starlette(routes=[Mount("/sub", sub)])
    CORS(app, LISTED)
    assert held(app, "/sub/text") == "sub"
    assert held(app, "/sub/broken") == "sub"


# Twice


def test_two_of_ours_on_one_app_are_an_error() -> None:
    app = Starlette()
    CORS(app, LISTED)
    with pytest.raises(
        RuntimeError, match=r"this Starlette app has a CORS already: crossorigin\.middleware\.starlette"
    ):
        CORS(app, LISTED)
    inside = Starlette(middleware=[Middleware(CORSMiddleware, LISTED)])
    with pytest.raises(
        RuntimeError, match=r"already: crossorigin\.middleware\.asgi\.CORSMiddleware \(Starlette\.user_"
    ):
        CORS(inside, LISTED)


def test_the_generic_one_around_an_app_with_a_cors_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    app = Starlette()
    CORS(app, LISTED)
    CORSMiddleware(app, LISTED)
    (record,) = caplog.records
    assert "inside this one is crossorigin.middleware.starlette.CORS (of Starlette)" in record.getMessage()


def test_an_app_that_is_mounted_in_the_lifespan_keeps_the_cors_that_it_has() -> None:
    inner = Starlette(routes=[Route("/", text)])

    @contextlib.asynccontextmanager
    async def mounting(app: Starlette) -> AsyncIterator[None]:
        CORS(inner, named("inner"))
        app.mount("/late", inner)
        yield

    app = Starlette(routes=[Mount("/early", inner)], lifespan=mounting)
    CORS(app, LISTED)
    lifespan(app)
    assert [held(app, path) for path in ("/late/", "/early/", "/")] == ["inner", "inner", "app"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("start", [lifespan, lambda app: None], ids=["lifespan", "no lifespan"])
def test_starlettes_own_is_warned_of_once(when: str, start: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = Starlette(routes=[Route("/", text)])
    if when == "before":
        app.add_middleware(StarletteCORSMiddleware, allow_origins=["*"])
    CORS(app, LISTED)
    if when == "after":
        app.add_middleware(StarletteCORSMiddleware, allow_origins=["*"])
    start(app)
    content = [(b"content-length", b"4"), (b"content-type", b"text/plain; charset=utf-8")]
    assert sorted(ask(app, "/").headers) == sorted([*content, *allowed(APP)])
    (record,) = [record for record in caplog.records if "two layers" in record.getMessage()]
    assert "starlette.middleware.cors.CORSMiddleware" in record.getMessage()


# Mistakes


def served() -> Starlette:
    app = Starlette()
    ask(app, "/")
    return app


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CORS(Starlette()), TypeError, "CORS needs a policy: CORS(app, Policy(allow_origins=[...]))"),
        (lambda: CORS(Starlette(), LISTED, max_age=5), TypeError, "CORS takes a policy or the fields of one, not both"),
        (lambda: CORS(Starlette(), "*"), TypeError, "the policy of CORS is a Policy, a ReportOnly or a PolicyMap"),
        (lambda: CORS(Starlette(), allow_origins=["null"]), PolicyError, "origin-null"),
        (lambda: CORS(asgi_app(), LISTED), TypeError, "CORS is for a Starlette or FastAPI app, not function"),
        (lambda: CORS(Router(), LISTED), TypeError, "not Router. Write CORS(app, ...) below the line"),
        (lambda: CORS(served(), LISTED), RuntimeError, "CORS comes too late: this Starlette app has served already"),
        (lambda: CORS(Starlette(), LISTED, own_origins="https://a.example"), TypeError, "own_origins is a collection"),
    ],
    ids=["nothing", "both", "text", "a bad one", "no Starlette", "a router", "too late", "own_origins"],
)
def test_mistakes_are_said_at_once(call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)


def test_a_mistake_leaves_the_app_as_it_was() -> None:
    app = Starlette(routes=[Route("/", text)])
    with contextlib.suppress(PolicyError):
        CORS(app, allow_origins=["null"])
    CORS(app, LISTED)
    assert held(app, "/") == "app"


def test_add_middleware_is_answered_with_the_way_to_write_it() -> None:
    app = Starlette()
    app.add_middleware(CORS, policy=LISTED)  # type: ignore[arg-type]  # the mistake
    answered = ask(app, "/")
    assert isinstance(answered.error, TypeError)
    assert "Write CORS(app, ...) below the line that makes the app, and not add_middleware" in str(answered.error)


# The hot path


def test_nothing_is_routed_twice_while_nothing_is_bound() -> None:
    asked: list[str] = []

    class Noting(Route):
        def matches(self, scope: Any) -> Any:
            asked.append(scope["method"])
            return super().matches(scope)

    app = Starlette(routes=[Noting("/", text, methods=["GET", "PUT"])])
    CORS(app, LISTED)
    ask(app, "/")
    ask(app, "/", "OPTIONS", PUT)
    assert asked == ["GET"]
    cors(named("late"))(text)
    try:
        ask(app, "/")
        ask(app, "/", "OPTIONS", PUT)
        assert asked[:4] == ["GET", "GET", "GET", "PUT"]
        assert set(asked[4:]) == {"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}  # what else has another policy?
        assert held(app, "/") == "late"
    finally:
        del text.__crossorigin_policy__  # type: ignore[attr-defined]  # what `cors` sets


@pytest.fixture(autouse=True)
def _no_leftovers() -> Iterator[None]:
    yield
    assert not hasattr(text, "__crossorigin_policy__")
