"""The Sanic integration, over its server: whose policy decides, whose methods are listed, where the fields are."""

import asyncio
import logging
from itertools import count
from typing import Any

import pytest
from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.exceptions import Forbidden
from sanic.response import ResponseStream, file, redirect, text
from sanic.views import HTTPMethodView

from crossorigin import Origin, Policy, PolicyError, PolicyMap, ReportOnly
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.sanic import CORS, cors
from tests.middleware.drive import Answered, Headers, http_scope
from tests.middleware.loopback import (
    ALLOWED,
    ANYONE,
    APP,
    EVIL,
    FROM_APP,
    FROM_EVIL,
    HANDSHAKE,
    LISTED,
    OF_SUB,
    PUBLIC,
    REFUSED,
    SUB,
    SUBS,
    VARY,
    VARY_OPTIONS,
    ask,
    cors_fields,
    sanic_server,
)

NAMES = count()


@pytest.fixture(autouse=True)
def _no_route_is_bound_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests bound keeps the process off the quick way."""
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


def new_app() -> Any:
    app: Any = Sanic(f"app{next(NAMES)}", configure_logging=False)
    app.config.TOUCHUP = False  # it rewrites Sanic's classes for the whole process; the contract's app has it
    return app


async def hello(request: Request, **_: str) -> HTTPResponse:
    return text("hello")


def app_of(*routes: tuple[Any, ...], policy: Any = LISTED, **options: Any) -> Any:
    """Routes are (methods, path, handler)."""
    app = new_app()
    for number, (methods, path, handler) in enumerate(routes):
        app.add_route(handler, path, methods=methods, name=f"route{number}")
    CORS(app, policy, **options)
    return app


def answers(app: Any, *requests: tuple[Any, ...]) -> list[Answered]:
    async def run() -> list[Answered]:
        async with sanic_server(app) as port:
            return [await ask(port, *request) for request in requests]

    return asyncio.run(run())


def answer(app: Any, method: str, path: str, headers: Headers = FROM_APP, body: bytes = b"") -> Answered:
    return answers(app, (method, path, headers, body))[0]


def preflight(path: str, method: bytes, origin: bytes = APP) -> tuple[str, str, Headers]:
    return "OPTIONS", path, [(b"origin", origin), (b"access-control-request-method", method)]


def methods(answered: Answered) -> bytes | None:
    assert answered.status == 204
    return dict(answered.headers).get(b"access-control-allow-methods")


def test_a_response_a_preflight_and_a_denied_one_are_whole() -> None:
    app = app_of((["GET"], "/", hello), (["PUT"], "/", hello))
    plain, allowed, denied = answers(app, ("GET", "/", FROM_APP), preflight("/", b"PUT"), preflight("/", b"PUT", EVIL))
    assert plain.headers == [
        *ALLOWED,
        (b"content-length", b"5"),
        (b"content-type", b"text/plain; charset=utf-8"),
    ]
    assert (allowed.status, allowed.headers, allowed.body) == (
        204,
        [ALLOWED[0], (b"access-control-allow-methods", b"GET,PUT"), VARY_OPTIONS],
        b"",
    )
    assert (denied.status, denied.headers, denied.body) == (403, [(b"content-length", b"0"), VARY_OPTIONS], b"")


async def bug(request: Request) -> HTTPResponse:
    raise RuntimeError("a bug, on purpose")


async def half(request: Request) -> None:
    await request.respond(content_type="text/plain")
    raise RuntimeError("a bug, before anything was sent")


async def forbidden(request: Request) -> HTTPResponse:
    raise Forbidden("no")


async def moved(request: Request) -> HTTPResponse:
    return redirect("/")


async def own_file(request: Request) -> HTTPResponse:
    return await file(__file__)


async def old_stream(request: Request) -> ResponseStream:
    async def write(response: Any) -> None:
        await response.write("streamed")

    return ResponseStream(write, content_type="text/plain")


@pytest.mark.parametrize(
    ("method", "path", "handler", "status"),
    [
        ("GET", "/nowhere", hello, 404),
        ("PUT", "/", hello, 405),
        ("PROPFIND", "/", hello, 405),
        ("GET", "/", moved, 302),
        ("GET", "/", bug, 500),
        ("GET", "/", half, 500),
        ("GET", "/", forbidden, 403),
        ("GET", "/", own_file, 200),
        ("GET", "/", old_stream, 200),
    ],
    ids=["404", "405", "no method", "redirect", "exception", "after respond()", "Forbidden", "file", "ResponseStream"],
)
def test_whatever_is_answered_carries_the_fields(
    method: str, path: str, handler: Any, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    answered = answer(app_of((["GET"], "/", handler)), method, path)
    assert (answered.status, cors_fields(answered)) == (status, ALLOWED)
    assert ("sanic.error" in [record.name for record in caplog.records]) == (status == 500)


def test_an_exception_handler_of_the_app_answers_as_before() -> None:
    app = app_of((["GET"], "/", bug))

    @app.exception(RuntimeError)
    async def handle(request: Request, error: Exception) -> HTTPResponse:
        return text("handled", status=418, headers={"Vary": "Accept"})

    answered = answer(app, "GET", "/")
    assert (answered.status, answered.body) == (418, b"handled")
    assert cors_fields(answered) == [(b"vary", b"Accept, Origin"), ALLOWED[0]]


async def streamed(request: Request) -> None:
    response = await request.respond(content_type="text/event-stream", headers={"Vary": "Accept"})
    await response.send("data: 1\n\n")
    await response.eof()


def test_a_stream_carries_them_and_its_vary_is_merged() -> None:
    answered = answer(app_of((["GET"], "/", streamed)), "GET", "/")
    assert (answered.body, cors_fields(answered)) == (b"data: 1\n\n", [(b"vary", b"Accept, Origin"), ALLOWED[0]])


def test_what_a_middleware_of_the_app_sets_on_a_stream_goes() -> None:
    app = app_of((["GET"], "/", streamed))

    @app.on_response(priority=10)
    async def reflect(request: Request, response: HTTPResponse) -> None:
        response.headers["Access-Control-Allow-Origin"] = request.headers["origin"]

    assert cors_fields(answer(app, "GET", "/", FROM_EVIL)) == [(b"vary", b"Accept, Origin")]


def test_middlewares_of_the_app_are_inside_even_those_that_end_the_run() -> None:
    app = new_app()
    app.add_route(hello, "/", methods=["PUT"])

    @app.on_request(priority=10)
    async def login(request: Request) -> HTTPResponse:
        return text("who are you?", status=401)

    @app.on_response(priority=10)
    async def replace(request: Request, response: HTTPResponse) -> HTTPResponse:
        return text("replaced", status=response.status, headers={"Access-Control-Allow-Origin": "*"})

    CORS(app, LISTED)
    first, second, third = answers(app, ("PUT", "/", FROM_APP), preflight("/", b"PUT"), ("GET", "/nowhere", FROM_EVIL))
    assert (first.status, first.body, cors_fields(first)) == (401, b"replaced", [*ALLOWED])
    assert (third.status, cors_fields(third)) == (401, [VARY])
    # Of a preflight too: what a response middleware makes of it is its own, but for the fields.
    assert second.status == 204


def test_fields_of_a_handler_go(caplog: pytest.LogCaptureFixture) -> None:
    async def own(request: Request, **_: str) -> HTTPResponse:
        return text("own", headers={"Access-Control-Allow-Origin": "*"})

    app = app_of((["GET"], "/items/<item>", own))
    assert [cors_fields(one) for one in answers(app, *[("GET", "/items/7", FROM_EVIL)] * 2)] == [[VARY]] * 2
    (message,) = [record.getMessage() for record in caplog.records if record.name == "crossorigin"]
    assert message.startswith("'/items/<item:str>' set access-control-allow-origin itself")


def test_a_method_of_a_view_may_have_a_policy_and_is_listed_with_none_but_its_like() -> None:
    class Items(HTTPMethodView):
        async def get(self, request: Request) -> HTTPResponse:
            return text("items")

        @cors(PUBLIC)
        async def put(self, request: Request) -> HTTPResponse:
            return text("put")

        async def delete(self, request: Request) -> HTTPResponse:
            return text("deleted")

    app = app_of()
    app.add_route(Items.as_view(), "/")
    put, get, listed = answers(app, preflight("/", b"PUT", EVIL), ("GET", "/", FROM_EVIL), preflight("/", b"GET"))
    assert [cors_fields(put), cors_fields(get)] == [[*ANYONE, (b"access-control-max-age", b"0"), VARY_OPTIONS], [VARY]]
    assert methods(listed) == b"DELETE,GET"


@pytest.mark.parametrize(
    ("path", "method", "listed"),
    [("/a/7", b"PUT", b"GET,PUT"), ("/nowhere", b"PUT", None), ("/a/7", b"DELETE", b"GET,PUT")],
    ids=["route by route", "a 404", "a 405"],
)
def test_methods_are_those_of_the_path(path: str, method: bytes, listed: bytes | None) -> None:
    app = app_of((["GET"], "/a/<x>", hello), (["POST"], "/b", hello), (["PUT"], "/a/<x>", hello))
    assert methods(answers(app, preflight(path, method))[0]) == listed


def test_options_and_head_that_sanic_ext_adds_are_not_the_routes() -> None:
    async def automatic(request: Request) -> HTTPResponse:
        return text("automatic")

    @cors(PUBLIC)
    async def bound(request: Request) -> HTTPResponse:
        return text("bound")

    automatic.__auto_handler__ = True  # type: ignore[attr-defined]  # as sanic-ext marks them
    app = app_of((["GET"], "/", hello), (["OPTIONS"], "/", automatic), (["HEAD"], "/", automatic))
    assert methods(answers(app, preflight("/", b"GET"))[0]) == b"GET"
    app = app_of((["GET"], "/", bound), (["OPTIONS"], "/", automatic))
    assert cors_fields(answer(app, "OPTIONS", "/", FROM_EVIL)) == [*ANYONE, VARY_OPTIONS]


def blueprints(*, of_group: bool) -> Any:
    @cors(PUBLIC)
    async def public(request: Request) -> HTTPResponse:
        return text("public")

    first, second = Blueprint("first", url_prefix="/first"), Blueprint("second", url_prefix="/second")
    for blueprint in (first, second):
        blueprint.add_route(hello, "/x", name="x")
    first.add_route(public, "/public")
    app = app_of((["GET"], "/firstly", hello))
    if of_group:
        app.blueprint(cors(OF_SUB)(Blueprint.group(cors(PUBLIC)(second), first, url_prefix="/v1")))
    else:
        app.blueprint(cors(OF_SUB)(first))
        app.blueprint(second)
    return app


def test_the_policy_of_a_blueprint_holds_for_its_routes_and_the_innermost_wins() -> None:
    paths = {"/first/x": SUBS, "/first/public": ANYONE, "/second/x": [VARY], "/firstly": [VARY], "/first/y": [VARY]}
    found = answers(blueprints(of_group=False), *[("GET", path, FROM_EVIL) for path in paths])
    assert [cors_fields(one) for one in found] == [*paths.values()]
    before = answers(blueprints(of_group=False), preflight("/first/x", b"PUT", SUB))[0]
    assert cors_fields(before) == [*SUBS, (b"access-control-allow-methods", b"PUT"), VARY_OPTIONS]


def test_the_policy_of_a_group_is_that_of_its_blueprints_which_have_none() -> None:
    paths = {"/v1/first/x": SUBS, "/v1/first/public": ANYONE, "/v1/second/x": ANYONE}
    found = answers(blueprints(of_group=True), *[("GET", path, FROM_EVIL) for path in paths])
    assert [cors_fields(one) for one in found] == [*paths.values()]


def test_a_copy_of_a_blueprint_has_the_policy_of_its_original_unless_it_has_one() -> None:
    first = cors(None)(Blueprint("first", url_prefix="/first"))
    first.add_route(hello, "/x", name="x")
    second = first.copy("second", url_prefix="/second")
    third = cors(PUBLIC)(first.copy("third", url_prefix="/third"))
    alone = first.copy("alone", url_prefix="/alone", with_ctx=True)
    app = app_of((["GET"], "/", hello))
    for blueprint in (first, second, third):
        app.blueprint(blueprint)
    paths = {"/first/x": [], "/second/x": [], "/third/x": ANYONE, "/": ALLOWED}
    *found, asked = answers(app, *[("GET", path, FROM_APP) for path in paths], preflight("/second/x", b"GET"))
    assert [cors_fields(one) for one in found] == [*paths.values()]
    assert cors_fields(asked) == []
    app = app_of((["GET"], "/", hello))
    app.blueprint(alone)
    assert cors_fields(answer(app, "GET", "/alone/x")) == []


def test_a_converter_that_raises_is_sanics_to_answer() -> None:
    def convert(value: str) -> str:
        raise TypeError(value)

    app = new_app()
    app.router.register_pattern("odd", convert, r"[a-z]+")
    # Bound, so that routes are looked for.
    app.add_route(cors(PUBLIC)(lambda request, name: text(name)), "/<name:odd>", name="odd")
    CORS(app, LISTED)
    get, asked = answers(app, ("GET", "/x", FROM_APP), preflight("/x", b"GET"))
    assert (get.status, cors_fields(get)) == (500, ALLOWED)
    assert (asked.status, cors_fields(asked)) == (204, [ALLOWED[0], VARY_OPTIONS])


def test_routes_of_a_host_are_told_apart() -> None:
    app = new_app()
    app.add_route(cors(PUBLIC)(lambda request: text("api")), "/", host="api.example", name="api")
    app.add_route(hello, "/", methods=["GET", "PUT"], host="other.example", name="other")
    CORS(app, LISTED)
    app.add_route(hello, "/a", methods=["GET"], host="api.example", name="api_a")
    app.add_route(hello, "/a", methods=["PUT"], host="other.example", name="other_a")
    get, before, listed = answers(app, ("GET", "/", FROM_EVIL), preflight("/", b"GET", EVIL), preflight("/a", b"GET"))
    assert methods(listed) == b"GET"
    assert [cors_fields(get), cors_fields(before)] == [ANYONE, [*ANYONE, VARY_OPTIONS]]


def test_refused_requests_do_not_reach_the_handler() -> None:
    called: list[str] = []

    async def handler(request: Request) -> HTTPResponse:
        called.append(request.headers["origin"])
        return text("")

    events: list[DecisionEvent] = []
    refusing = LISTED.replace(refuse_disallowed=True)
    app = app_of((["POST"], "/", handler), policy=refusing, on_decision=events.append)
    refused, passed = answers(app, ("POST", "/", FROM_EVIL, b"x" * 70_000), ("POST", "/", FROM_APP))
    assert (refused.status, refused.headers, refused.body) == (403, REFUSED, b"Not allowed by CORS")
    assert (passed.status, called) == (200, [APP.decode()])
    assert [event.decision.kind for event in events] == ["refused", "actual"]


async def socket(request: Request, ws: Any) -> None:
    await ws.close()


@pytest.mark.parametrize(
    ("origin", "guard", "status"),
    [(APP, True, 101), (EVIL, True, 403), (b"http://api.example", True, 101), (EVIL, False, 101)],
    ids=["allowed", "guarded", "same origin", "unguarded"],
)
def test_websockets_are_guarded(origin: bytes, guard: bool, status: int, caplog: pytest.LogCaptureFixture) -> None:
    app = new_app()
    app.add_websocket_route(socket, "/ws")
    CORS(app, LISTED, guard_websockets=guard)
    answered = answer(app, "GET", "/ws", [(b"origin", origin), *HANDSHAKE])
    assert answered.status == status
    assert cors_fields(answered) == ([VARY] if status == 403 else [])
    warned = [record.getMessage() for record in caplog.records if record.name == "crossorigin"]
    assert [message.startswith("'/ws' takes WebSockets from every origin") for message in warned] == (
        [True] if not guard else []
    )


def test_a_websocket_handler_may_have_a_policy() -> None:
    app = new_app()
    app.add_websocket_route(cors(PUBLIC)(lambda request, ws: socket(request, ws)), "/ws", name="ws")
    CORS(app, LISTED, guard_websockets=True)
    assert answer(app, "GET", "/ws", [*FROM_EVIL, *HANDSHAKE]).status == 101


async def in_asgi(app: Any, scope: dict[str, Any]) -> list[dict[str, Any]]:
    """Sanic under ASGI: started by the lifespan, as servers do."""
    sent: list[dict[str, Any]] = []
    events = asyncio.Queue[dict[str, Any]]()
    started, ended = asyncio.Event(), asyncio.Event()

    async def send_lifespan(message: dict[str, Any]) -> None:
        (started if message["type"] == "lifespan.startup.complete" else ended).set()

    async def send(message: dict[str, Any]) -> None:
        if "headers" in message:
            message["headers"] = [*message["headers"]]
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"} if scope["type"] == "websocket" else {"type": "http.request"}

    await events.put({"type": "lifespan.startup"})
    lifespan = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, events.get, send_lifespan))
    await asyncio.wait_for(started.wait(), 10)
    await app(scope, receive, send)
    await events.put({"type": "lifespan.shutdown"})
    await asyncio.wait_for(ended.wait(), 10)
    await asyncio.wait_for(lifespan, 10)
    return sent


def test_under_asgi_the_same() -> None:
    scope = http_scope("OPTIONS", [*FROM_APP, (b"access-control-request-method", b"PUT"), (b"host", b"x")])
    start, _ = asyncio.run(in_asgi(app_of((["PUT"], "/", hello)), scope))
    assert (start["status"], [(name.lower(), value) for name, value in start["headers"]]) == (
        204,
        [ALLOWED[0], (b"access-control-allow-methods", b"PUT"), VARY_OPTIONS],
    )
    start, _ = asyncio.run(in_asgi(app_of((["PUT"], "/", hello)), http_scope("GET", FROM_APP)))
    assert start["status"] == 405
    assert [field for field in start["headers"] if field[0].lower() in dict(ALLOWED)] == [
        (b"Access-Control-Allow-Origin", APP),
        (b"Vary", b"Origin"),
    ]


@pytest.mark.parametrize(
    ("origin", "sent"),
    [
        (EVIL, {"type": "websocket.close", "code": 1008, "reason": "Not allowed by CORS"}),
        (APP, {"type": "websocket.accept", "subprotocol": None}),
    ],
    ids=["refused", "allowed"],
)
def test_under_asgi_handshakes_are_guarded(origin: bytes, sent: dict[str, Any]) -> None:
    app = new_app()
    app.add_websocket_route(socket, "/ws")
    CORS(app, LISTED, guard_websockets=True)
    scope = http_scope(headers=[(b"origin", origin)], path="/ws", raw_path=b"/ws")
    scope.update(type="websocket", scheme="ws", subprotocols=[])
    assert asyncio.run(in_asgi(app, scope)) == [sent]


def test_an_async_predicate_is_awaited_and_a_failing_one_is_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    async def is_app(origin: Origin) -> bool:
        await asyncio.sleep(0)
        if str(origin) == EVIL.decode():
            raise OSError("no database")
        return str(origin) == APP.decode()

    app = app_of((["GET"], "/", hello), policy=Policy(allow_origins=[is_app]))
    allowed, failed = answers(app, ("GET", "/", FROM_APP), ("GET", "/", FROM_EVIL))
    assert cors_fields(allowed) == ALLOWED
    assert failed.headers[:2] == [(b"cache-control", b"no-store"), VARY]
    assert [record.levelno for record in caplog.records if record.name == "crossorigin"] == [logging.ERROR]


def test_without_a_policy_of_the_app_only_what_is_bound_has_cors() -> None:
    @cors(PUBLIC)
    async def bound(request: Request) -> HTTPResponse:
        return text("bound")

    app = app_of((["GET"], "/", hello), (["GET"], "/bound", bound), policy=None)
    plain, other, options = answers(app, ("GET", "/", FROM_APP), ("GET", "/bound", FROM_APP), preflight("/", b"GET"))
    assert [cors_fields(plain), cors_fields(other), cors_fields(options), options.status] == [[], ANYONE, [], 405]


def test_a_map_a_report_and_a_swap() -> None:
    app = new_app()
    app.add_route(hello, "/api/<x>", name="api")
    app.add_route(hello, "/x", name="x")
    extension = CORS(app, PolicyMap({"/api/é": ReportOnly(current=PUBLIC, candidate=LISTED)}))

    async def run() -> list[Headers]:
        async with sanic_server(app) as port:
            first = [cors_fields(await ask(port, "GET", path, FROM_EVIL)) for path in ("/api/%C3%A9", "/x")]
            extension.policy = LISTED
            return [*first, cors_fields(await ask(port, "GET", "/x", FROM_EVIL))]

    assert asyncio.run(run()) == [ANYONE, [], [VARY]]
    assert extension.policy == LISTED


def test_events_name_the_route() -> None:
    events: list[DecisionEvent] = []
    app = app_of((["GET"], "/items/<item:int>", hello), on_decision=events.append)
    answers(app, ("GET", "/items/7", FROM_APP), ("GET", "/nowhere", FROM_APP))
    assert [(event.path, event.route) for event in events] == [("/items/7", "/items/<item:int>"), ("/nowhere", None)]


@pytest.mark.parametrize("policy", [LISTED, PUBLIC, LISTED.replace(allow_credentials=True)], ids=["list", "*", "more"])
def test_the_quick_way_and_the_slow_one_answer_alike(policy: Policy) -> None:
    requests = [("GET", path, headers) for path in ("/", "/x") for headers in ([], FROM_APP, FROM_EVIL, FROM_APP * 2)]
    quick = app_of((["GET"], "/", hello), policy=policy)
    slow = app_of((["GET"], "/", hello), policy=policy, on_decision=lambda event: None)
    pairs = zip(answers(quick, *requests), answers(slow, *requests), strict=True)
    assert all((one.status, one.headers, one.body) == (other.status, other.headers, other.body) for one, other in pairs)


def with_other_cors(module: str, config: dict[str, str]) -> Any:
    """An app with a response middleware of such a module: sanic-ext, if installed, is in every app."""

    async def _add_cors_headers(request: Request, response: HTTPResponse) -> None: ...

    _add_cors_headers.__module__, _add_cors_headers.__qualname__ = module, "add_cors.<locals>._add_cors_headers"
    app = app_of((["GET"], "/", hello))
    app.on_response(_add_cors_headers)
    app.config.update(config)
    return app


SANIC_EXT = "sanic_ext.extensions.http.cors"


@pytest.mark.parametrize(
    ("module", "config", "found"),
    [(SANIC_EXT, {"CORS_ORIGINS": "*"}, True), (SANIC_EXT, {"CORS_ORIGINS": ""}, False), ("sanic_cors", {}, True)],
    ids=["sanic-ext", "sanic-ext, not configured", "sanic-cors"],
)
def test_other_layers_are_found_out(
    module: str, config: dict[str, str], found: bool, caplog: pytest.LogCaptureFixture
) -> None:
    answers(with_other_cors(module, config))
    messages = [record.getMessage() for record in caplog.records if record.name == "crossorigin"]
    words = f"two layers answer CORS: inside this one is {module}.add_cors (Sanic.response_middleware)"
    assert [message.startswith(words) for message in messages] == ([True] if found else [])


def started() -> Any:
    app = new_app()
    app.add_route(hello, "/")
    answers(app)
    return app


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CORS(new_app()), TypeError, "CORS needs a policy: CORS(app, Policy(allow_origins=[...]))"),
        (lambda: CORS(new_app(), LISTED, max_age=5), TypeError, "not both: remove max_age"),
        (lambda: CORS(hello, LISTED), TypeError, "takes a Sanic app, not <function hello"),  # type: ignore[arg-type]
        (lambda: CORS(app_of(), LISTED), RuntimeError, "this Sanic app has a CORS already"),
        (lambda: CORS(started(), LISTED), RuntimeError, "comes too late"),
        (lambda: CORS(new_app(), allow_origins=["null"]), PolicyError, "origin-null"),
        (lambda: CORS(new_app(), LISTED, own_origins=["x"]), ValueError, "not a serialised origin"),
    ],
    ids=["nothing", "both", "no app", "twice", "started", "a bad policy", "a bad own origin"],
)
def test_what_is_wrong_is_said_at_once(call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)
