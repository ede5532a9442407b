"""The aiohttp integration, over its server: whose policy decides, whose methods are listed, where the fields are."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import aiohttp_cors
import pytest
from aiohttp import web

from crossorigin import Origin, Policy, PolicyError, PolicyMap, ReportOnly
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.aiohttp import CORS, cors
from crossorigin.middleware.engine import _bindings
from tests.middleware.drive import Answered, Headers
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
    aiohttp_server,
    ask,
    cors_fields,
)


@pytest.fixture(autouse=True)
def _no_route_is_bound_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests bound keeps the process off the quick way."""
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


def app_of(*routes: Any, policy: Any = LISTED, **options: Any) -> web.Application:
    app = web.Application()
    app.add_routes(routes)
    CORS(app, policy, **options)
    return app


def answers(app: web.Application, *requests: tuple[Any, ...]) -> list[Answered]:
    async def run() -> list[Answered]:
        async with aiohttp_server(app) as port:
            return [await ask(port, *request) for request in requests]

    return asyncio.run(run())


def answer(app: web.Application, method: str, path: str, headers: Headers = FROM_APP, body: bytes = b"") -> Answered:
    return answers(app, (method, path, headers, body))[0]


def preflight(app: web.Application, path: str, method: bytes, origin: bytes = APP) -> Answered:
    return answer(app, "OPTIONS", path, [(b"origin", origin), (b"access-control-request-method", method)])


def methods(app: web.Application, path: str, method: bytes, origin: bytes = APP) -> bytes | None:
    answered = preflight(app, path, method, origin)
    assert answered.status == 204
    return dict(answered.headers).get(b"access-control-allow-methods")


def test_a_response_a_preflight_and_a_denied_one_are_whole() -> None:
    app = app_of(web.get("/", hello), web.put("/", hello))
    assert answer(app, "GET", "/").headers == [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"5"),
        *ALLOWED,
    ]
    app = app_of(web.get("/", hello), web.put("/", hello))
    allowed = preflight(app, "/", b"PUT")
    assert (allowed.status, allowed.headers, allowed.body) == (
        204,
        [ALLOWED[0], (b"access-control-allow-methods", b"GET,HEAD,PUT"), VARY_OPTIONS],
        b"",
    )
    app = app_of(web.get("/", hello), web.put("/", hello))
    denied = preflight(app, "/", b"PUT", EVIL)
    assert (denied.status, denied.headers, denied.body) == (403, [(b"content-length", b"0"), VARY_OPTIONS], b"")


async def streamed(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Vary": "Accept"})
    await response.prepare(request)
    await response.write(b"data: 1\n\n")
    return response


async def fails_late(request: web.Request) -> web.Response:
    raise RuntimeError("a bug, on purpose")


async def forbidden(request: web.Request) -> web.Response:
    raise web.HTTPForbidden


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PUT", "/", 405),
        ("GET", "/moved", 307),
        ("GET", "/bug", 500),
        ("GET", "/forbidden", 403),
        ("GET", "/files/a.txt", 200),
        ("GET", "/files/b.txt", 404),
    ],
    ids=["404", "405", "redirect", "exception", "HTTPException", "file", "no such file"],
)
def test_whatever_aiohttp_answers_carries_the_fields(
    tmp_path: Path, method: str, path: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def moved(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/")

    (tmp_path / "a.txt").write_text("a")
    routes = [web.get("/moved", moved), web.get("/bug", fails_late), web.get("/forbidden", forbidden)]
    answered = answer(app_of(web.get("/", hello), web.static("/files", tmp_path), *routes), method, path)
    assert (answered.status, cors_fields(answered)) == (status, ALLOWED)
    # The exception reached aiohttp's own handling.
    assert [record.name for record in caplog.records] == (["aiohttp.server"] if status == 500 else [])


def test_ranges_and_304_of_a_file_carry_the_fields(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("abc")
    app = app_of(web.static("/", tmp_path))
    part, same = answers(
        app,
        ("GET", "/a.txt", [*FROM_APP, (b"range", b"bytes=0-1")]),
        ("GET", "/a.txt", [*FROM_APP, (b"if-modified-since", b"Fri, 01 Jan 2100 00:00:00 GMT")]),
    )
    assert (part.status, part.body, cors_fields(part)) == (206, b"ab", ALLOWED)
    assert (same.status, cors_fields(same)) == (304, ALLOWED)


def test_a_stream_carries_them_and_its_vary_is_merged() -> None:
    answered = answer(app_of(web.get("/", streamed)), "GET", "/")
    assert (answered.body, cors_fields(answered)) == (b"data: 1\n\n", [(b"vary", b"Accept, Origin"), ALLOWED[0]])


def test_what_no_middleware_is_asked_about_carries_them_too() -> None:
    answered = answer(app_of(web.get("/", hello)), "GET", "/", [*FROM_APP, (b"expect", b"the worst")])
    assert (answered.status, cors_fields(answered)) == (417, ALLOWED)
    refusing = app_of(web.get("/", hello), policy=LISTED.replace(refuse_disallowed=True))
    answered = answer(refusing, "GET", "/", [*FROM_EVIL, (b"expect", b"the worst")])
    assert (answered.status, cors_fields(answered)) == (417, [])


def test_a_middleware_of_the_app_that_answers_is_inside() -> None:
    @web.middleware
    async def login(request: web.Request, handler: Any) -> web.StreamResponse:
        raise web.HTTPUnauthorized

    app = web.Application(middlewares=[login])
    app.router.add_put("/", hello)
    CORS(app, LISTED)
    first, second = answers(
        app,
        ("PUT", "/", FROM_APP),
        ("OPTIONS", "/", [*FROM_APP, (b"access-control-request-method", b"PUT")]),
    )
    assert (first.status, cors_fields(first)) == (401, ALLOWED)
    assert second.status == 204


def test_fields_of_the_app_go_even_those_that_a_signal_set(caplog: pytest.LogCaptureFixture) -> None:
    async def reflect(request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]

    app = web.Application()
    app.router.add_get("/items/{item}", hello)
    app.on_response_prepare.append(reflect)
    CORS(app, LISTED)
    assert [cors_fields(answered) for answered in answers(app, *[("GET", "/items/7", FROM_EVIL)] * 2)] == [[VARY]] * 2
    (record,) = caplog.records
    assert record.getMessage().startswith("'/items/{item}' set access-control-allow-origin itself")


def test_a_method_of_a_view_may_have_a_policy_and_is_listed_with_none_but_its_like() -> None:
    class Items(web.View):
        async def get(self) -> web.Response:
            return web.Response(text="items")

        @cors(PUBLIC)
        async def put(self) -> web.Response:
            return web.Response(text="put")

        async def delete(self) -> web.Response:
            return web.Response(text="deleted")

    app = app_of(web.view("/", Items), policy=LISTED)
    asked = [(b"origin", EVIL), (b"access-control-request-method", b"PUT")]
    put, get, get_preflight = answers(
        app,
        ("OPTIONS", "/", asked),
        ("GET", "/", FROM_EVIL),
        ("OPTIONS", "/", [*FROM_APP, (b"access-control-request-method", b"GET")]),
    )
    assert cors_fields(put) == [*ANYONE, (b"access-control-max-age", b"0"), VARY_OPTIONS]
    assert cors_fields(get) == [VARY]
    assert dict(get_preflight.headers)[b"access-control-allow-methods"] == b"DELETE,GET"


def test_methods_are_those_of_the_path_though_it_is_added_piece_by_piece() -> None:
    routes = [web.get("/a", hello, allow_head=False), web.get("/b", hello), web.put("/a", hello)]
    assert methods(app_of(*routes), "/a", b"PUT") == b"GET,PUT"
    patterns = [web.get(r"/{x:\d+}", hello), web.get("/b", hello), web.put("/{x:[a-z]+}", hello)]
    assert methods(app_of(*patterns), "/abc", b"PUT") == b"PUT"


@pytest.mark.parametrize(
    ("path", "method", "listed"),
    [("/any", b"PROPFIND", b"*"), ("/nowhere", b"PUT", None), ("/a", b"DELETE", b"GET,HEAD")],
    ids=["a route of every method", "a 404", "a 405"],
)
def test_methods_of_a_route_at_the_edges(path: str, method: bytes, listed: bytes | None) -> None:
    app = app_of(web.route("*", "/any", hello), web.get("/a", hello))
    assert methods(app, path, method) == listed


def test_a_route_of_every_method_lists_none_that_another_policy_governs() -> None:
    app = app_of(web.get("/a", cors(PUBLIC)(bound)), web.route("*", "/a", hello))
    assert methods(app, "/a", b"PUT") == b"DELETE,PATCH,POST,PUT"


async def bound(request: web.Request) -> web.Response:
    return web.Response(text="bound")


def test_the_innermost_binding_wins() -> None:
    app = web.Application()
    resource = cors(PUBLIC)(app.router.add_resource("/resource"))
    resource.add_route("GET", hello)
    cors(OF_SUB)(resource.add_route("PUT", hello))
    CORS(app, LISTED)
    get, put, post = answers(
        app, ("GET", "/resource", FROM_EVIL), ("PUT", "/resource", FROM_EVIL), ("POST", "/resource", FROM_EVIL)
    )
    assert [cors_fields(get), cors_fields(put)] == [ANYONE, SUBS]
    assert (post.status, cors_fields(post)) == (405, ANYONE)  # the policy of what the path has


def test_a_static_resource_may_have_a_policy(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    app = web.Application()
    cors(PUBLIC)(app.router.add_static("/files", tmp_path))
    CORS(app, LISTED)
    assert cors_fields(answer(app, "GET", "/files/a.txt", FROM_EVIL)) == ANYONE


def nested(*, with_outer: bool = True, bind: bool = False, late: bool = False) -> web.Application:
    inner = web.Application()
    inner.router.add_get("/x", hello)
    if not bind:
        CORS(inner, OF_SUB)
    else:
        cors(OF_SUB)(inner)
    middle = web.Application()
    middle.router.add_get("/y", hello)
    middle.add_subapp("/inner", inner)
    app = web.Application()
    app.router.add_get("/inner", hello)
    if with_outer and not late:
        CORS(app, LISTED)
    app.add_subapp("/sub", middle)
    if late:
        CORS(app, LISTED)
    return app


@pytest.mark.parametrize("how", [{}, {"bind": True}, {"late": True}], ids=["CORS", "bound", "CORS set up late"])
def test_the_policy_of_a_sub_application_wins_below_its_prefix(
    how: dict[str, bool], caplog: pytest.LogCaptureFixture
) -> None:
    asked = [(b"origin", SUB), (b"access-control-request-method", b"PUT")]
    x, missing, y, outside, before = answers(
        nested(**how),
        ("GET", "/sub/inner/x", FROM_APP),
        ("GET", "/sub/inner/nowhere", FROM_APP),
        ("GET", "/sub/y", FROM_APP),
        ("GET", "/inner", FROM_APP),
        ("OPTIONS", "/sub/inner/x", asked),
    )
    assert [cors_fields(x), cors_fields(missing), missing.status] == [SUBS, SUBS, 404]
    assert [cors_fields(y), cors_fields(outside)] == [ALLOWED, ALLOWED]
    assert cors_fields(before) == [*SUBS, (b"access-control-allow-methods", b"PUT"), VARY_OPTIONS]
    assert not caplog.records


def test_a_sub_application_alone_may_have_one() -> None:
    asked = [(b"origin", SUB), (b"access-control-request-method", b"PUT")]
    x, y, before, outside = answers(
        nested(with_outer=False),
        ("GET", "/sub/inner/x", FROM_APP),
        ("GET", "/sub/y", FROM_APP),
        ("OPTIONS", "/sub/inner/x", asked),
        ("OPTIONS", "/sub/y", asked),
    )
    assert [cors_fields(x), cors_fields(y)] == [SUBS, []]
    assert (before.status, cors_fields(before)[0]) == (204, SUBS[0])
    assert (outside.status, cors_fields(outside)) == (405, [])


def test_what_is_bound_around_an_application_that_has_a_cors_is_overruled() -> None:
    assert cors_fields(answer(cors(PUBLIC)(nested()), "GET", "/sub/inner/x")) == SUBS
    assert cors_fields(answer(cors(PUBLIC)(nested()), "GET", "/sub/y")) == ANYONE


def test_an_application_of_a_domain_has_its_own() -> None:
    inner, app = web.Application(), web.Application()
    inner.router.add_get("/", hello)
    CORS(inner, OF_SUB)
    app.router.add_get("/", hello)
    CORS(app, LISTED)
    app.add_domain("api.example", inner)
    assert cors_fields(answer(app, "GET", "/")) == SUBS


def test_where_options_and_the_method_asked_for_lie_in_different_apps_the_latter_decides() -> None:
    """`/sub` has a GET of the outer app; OPTIONS finds its way into the sub-application."""
    inner, app = web.Application(), web.Application()
    inner.router.add_route("*", "/{tail:.*}", hello)
    inner.router.add_options("", hello)
    CORS(inner, OF_SUB)
    app.router.add_get("/sub", hello)
    CORS(app, LISTED)
    app.add_subapp("/sub", inner)
    assert cors_fields(preflight(app, "/sub", b"GET"))[0] == ALLOWED[0]


def test_where_only_options_lies_outside_the_sub_application_decides() -> None:
    app = web.Application()
    app.router.add_options("/sub/x", hello)
    inner = app_of(web.get("/x", hello), policy=OF_SUB)
    CORS(app, LISTED)
    app.add_subapp("/sub", inner)
    assert cors_fields(preflight(app, "/sub/x", b"GET"))[0] == SUBS[0]


def test_a_middleware_that_changes_the_path_keeps_the_ruling() -> None:
    events: list[DecisionEvent] = []
    app = web.Application(middlewares=[web.normalize_path_middleware()])
    app.router.add_get("/a/", streamed)
    CORS(app, LISTED, on_decision=events.append)
    answered = answer(app, "GET", "/a/")
    assert cors_fields(answered) == [(b"vary", b"Accept, Origin"), ALLOWED[0]]
    assert len(events) == 1
    assert events[0].route == "/a/"


def test_a_body_that_was_read_further_out_does_no_harm() -> None:
    @web.middleware
    async def reads(request: web.Request, handler: Any) -> web.StreamResponse:
        await request.read()
        return await handler(request)

    app = app_of(web.get("/", hello))
    app.middlewares.insert(0, reads)
    answered = answer(app, "PUT", "/", FROM_APP, b"body")
    assert (answered.status, cors_fields(answered)) == (405, ALLOWED)


def test_refused_requests_do_not_reach_the_handler() -> None:
    called: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        called.append(request.headers["Origin"])
        return web.Response()

    events: list[DecisionEvent] = []
    refusing = LISTED.replace(refuse_disallowed=True)
    app = app_of(web.post("/", handler), policy=refusing, on_decision=events.append)
    refused, passed = answers(app, ("POST", "/", FROM_EVIL, b"x" * 70_000), ("POST", "/", FROM_APP))
    assert [event.decision.kind for event in events] == ["refused", "actual"]
    assert (refused.status, refused.headers, refused.body) == (403, REFUSED, b"Not allowed by CORS")
    assert passed.status == 200
    assert called == [APP.decode()]


async def socket(request: web.Request) -> web.WebSocketResponse:
    response = web.WebSocketResponse()
    await response.prepare(request)
    await response.close()
    return response


@pytest.mark.parametrize(
    ("origin", "guard", "status"),
    [(APP, True, 101), (EVIL, True, 403), (b"http://api.example", True, 101), (EVIL, False, 101)],
    ids=["allowed", "guarded", "same origin", "unguarded"],
)
def test_websockets_are_guarded(origin: bytes, guard: bool, status: int, caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(web.get("/ws", socket), guard_websockets=guard)
    answered = answer(app, "GET", "/ws", [(b"origin", origin), *HANDSHAKE])
    assert answered.status == status
    assert cors_fields(answered) == ([VARY] if status == 403 else [])
    warned = [record.getMessage() for record in caplog.records]
    assert [message.startswith("'/ws' takes WebSockets from every origin") for message in warned] == (
        [True] if not guard else []
    )


def test_an_async_predicate_is_awaited() -> None:
    async def is_app(origin: Origin) -> bool:
        await asyncio.sleep(0)
        return str(origin) == APP.decode()

    app = app_of(web.get("/", hello), policy=Policy(allow_origins=[is_app]))
    allowed, denied = answers(app, ("GET", "/", FROM_APP), ("GET", "/", FROM_EVIL))
    assert [cors_fields(allowed), cors_fields(denied)] == [ALLOWED, [VARY]]


def test_a_failing_predicate_denies_and_is_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    def fails(origin: Origin) -> bool:
        raise OSError("no database")

    app = app_of(web.get("/", hello), policy=Policy(allow_origins=[fails]))
    answered = answer(app, "GET", "/")
    assert answered.headers[-2:] == [(b"cache-control", b"no-store"), VARY]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_without_a_policy_of_the_app_only_what_is_bound_has_cors() -> None:
    app = app_of(web.get("/", hello), web.get("/bound", cors(PUBLIC)(bound)), policy=None)
    plain, other, options = answers(
        app,
        ("GET", "/", FROM_APP),
        ("GET", "/bound", FROM_APP),
        ("OPTIONS", "/", [*FROM_APP, (b"access-control-request-method", b"GET")]),
    )
    assert [cors_fields(plain), cors_fields(other), cors_fields(options), options.status] == [[], ANYONE, [], 405]


def test_a_map_a_report_and_a_swap() -> None:
    app = web.Application()
    app.add_routes([web.get("/api/{x}", hello), web.get("/x", hello)])
    extension = CORS(app, PolicyMap({"/api/": ReportOnly(current=PUBLIC, candidate=LISTED)}))

    async def run() -> list[Headers]:
        async with aiohttp_server(app) as port:
            first = [cors_fields(await ask(port, "GET", path, FROM_EVIL)) for path in ("/api/%41", "/x")]
            extension.policy = LISTED
            return [*first, cors_fields(await ask(port, "GET", "/x", FROM_EVIL))]

    assert asyncio.run(run()) == [ANYONE, [], [VARY]]
    assert extension.policy == LISTED
    with pytest.raises(TypeError, match="not dict"):
        extension.policy = {}  # type: ignore[assignment]


def test_aiohttp_cors_is_found_out(caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(web.get("/", hello))
    aiohttp_cors.setup(app)
    answers(app)
    (record,) = caplog.records
    assert record.getMessage() == (
        "two layers answer CORS: inside this one is aiohttp_cors.cors_config._CorsConfigImpl "
        "(Application.on_response_prepare), and its fields are replaced, its preflights never reach it. Remove "
        "aiohttp_cors.cors_config._CorsConfigImpl, and say in the policy what it allowed"
    )


def frozen() -> web.Application:
    app = web.Application()
    web.Application().add_subapp("/sub", app)
    return app


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CORS(web.Application()), TypeError, "CORS needs a policy: CORS(app, Policy(allow_origins=[...]))"),
        (lambda: CORS(web.Application(), LISTED, max_age=5), TypeError, "not both: remove max_age"),
        (lambda: CORS(hello, LISTED), TypeError, "takes a web.Application, not <function hello"),  # type: ignore[arg-type]
        (lambda: CORS(app_of(), LISTED), RuntimeError, "this Application has a CORS already"),
        (lambda: CORS(frozen(), LISTED), RuntimeError, "comes too late"),
        (lambda: CORS(web.Application(), allow_origins=["null"]), PolicyError, "origin-null"),
        (lambda: CORS(web.Application(), LISTED, own_origins=["x"]), ValueError, "not a serialised origin"),
        (lambda: cors(LISTED)(web.get("/", hello)), TypeError, "is no route yet, and frozen: put @cors(...) on its"),
    ],
    ids=["nothing", "both", "no app", "twice", "frozen", "a bad policy", "a bad own origin", "a route definition"],
)
def test_what_is_wrong_is_said_at_once(call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)


@pytest.mark.parametrize("policy", [LISTED, PUBLIC, LISTED.replace(allow_credentials=True)], ids=["list", "*", "more"])
def test_the_quick_way_and_the_slow_one_answer_alike(policy: Policy) -> None:
    requests = [("GET", path, headers) for path in ("/", "/x") for headers in ([], FROM_APP, FROM_EVIL, FROM_APP * 2)]
    quick = app_of(web.get("/", hello), policy=policy)
    slow = app_of(web.get("/", hello), policy=policy, on_decision=lambda event: None)
    pairs = zip(answers(quick, *requests), answers(slow, *requests), strict=True)
    assert all((one.status, one.headers, one.body) == (other.status, other.headers, other.body) for one, other in pairs)


def test_a_resource_that_raises_is_aiohttps_to_answer() -> None:
    class Raises(web.PlainResource):
        async def resolve(self, request: web.Request) -> Any:
            if request.method == "PUT":
                raise TypeError("of the resource")
            return await super().resolve(request)

    app = web.Application()
    app.router.register_resource(Raises("/x"))
    CORS(app, LISTED)
    wanted = (b"access-control-request-method", b"PUT")
    put, asked = answers(app, ("PUT", "/x", FROM_APP), ("OPTIONS", "/x", [*FROM_APP, wanted]))
    assert (put.status, put.headers[-1][0]) == (500, b"content-length")
    assert (asked.status, cors_fields(asked)) == (204, [ALLOWED[0], VARY_OPTIONS])


def test_a_request_that_is_no_preflight_is_decided_by_its_own_method() -> None:
    async def get(request: web.Request) -> web.Response:
        return web.Response(text="get")

    async def put(request: web.Request) -> web.Response:
        return web.Response(text="put")

    wanted = (b"access-control-request-method", b"PUT")
    app = app_of(web.get("/x", cors(PUBLIC)(get)), web.put("/x", cors(None)(put)), web.options("/x", get))
    found = answers(
        app,
        ("PUT", "/x", FROM_APP),
        ("GET", "/x", FROM_APP),
        ("GET", "/x", [*FROM_APP, wanted]),
        ("PUT", "/x", [*FROM_APP, (b"access-control-request-method", b"GET")]),
        ("OPTIONS", "/x", [wanted]),
        ("OPTIONS", "/x", FROM_APP),
    )
    names = [(one.body, [value for name, value in cors_fields(one) if name != b"vary"]) for one in found]
    assert names == [
        (b"put", []),
        (b"get", [b"*"]),
        (b"get", [b"*"]),
        (b"put", []),
        (b"get", [b"*"]),
        (b"get", [b"*"]),
    ]
