"""The Tornado integration, over its server: whose policy decides, whose methods are listed, where the fields are."""

import asyncio
import logging
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest
from tornado import httputil, web
from tornado.httpclient import AsyncHTTPClient
from tornado.routing import Matcher, PathMatches, Router, Rule, RuleRouter
from tornado.websocket import WebSocketHandler
from tornado.wsgi import WSGIContainer

from crossorigin import Origin, Policy, PolicyError, PolicyMap, ReportOnly
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.tornado import CORS, cors
from tests.middleware.drive import Answered, Headers, wsgi_app
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
    tornado_server,
)


@pytest.fixture(autouse=True)
def _no_route_is_bound_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests bound keeps the process off the quick way."""
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


class Hello(web.RequestHandler):
    def get(self, *args: str) -> None:
        self.write("hello")


class Items(web.RequestHandler):
    def get(self) -> None:
        self.write("items")

    async def put(self) -> None:
        self.write("put")


@pytest.fixture(autouse=True)
def _no_access_log() -> Any:
    logger = logging.getLogger("tornado.access")
    logger.disabled = True
    yield
    logger.disabled = False


def app_of(*rules: Any, policy: Any = LISTED, settings: Any = None, **options: Any) -> web.Application:
    app = web.Application([*rules], **(settings or {}))
    CORS(app, policy, **options)
    return app


def answers(app: web.Application, *requests: tuple[Any, ...]) -> list[Answered]:
    async def run() -> list[Answered]:
        async with tornado_server(app) as port:
            return [await ask(port, *request) for request in requests]

    return asyncio.run(run())


def answer(app: web.Application, method: str, path: str, headers: Headers = FROM_APP, body: bytes = b"") -> Answered:
    return answers(app, (method, path, headers, body))[0]


def preflight(app: web.Application, path: str, method: bytes, origin: bytes = APP) -> Answered:
    return answer(app, "OPTIONS", path, [(b"origin", origin), (b"access-control-request-method", method)])


def methods(app: web.Application, path: str, method: bytes) -> bytes | None:
    answered = preflight(app, path, method)
    assert answered.status == 204
    return dict(answered.headers).get(b"access-control-allow-methods")


def test_a_response_a_preflight_and_a_denied_one_are_whole() -> None:
    asked = (b"access-control-request-method", b"PUT")
    plain, allowed, denied = answers(
        app_of((r"/", Items)),
        ("GET", "/", FROM_APP),
        ("OPTIONS", "/", [*FROM_APP, asked]),
        ("OPTIONS", "/", [*FROM_EVIL, asked]),
    )
    etag = dict(plain.headers)[b"etag"]
    assert plain.headers == [
        (b"content-type", b"text/html; charset=UTF-8"),
        (b"etag", etag),
        (b"content-length", b"5"),
        *ALLOWED,
    ]
    assert (allowed.status, allowed.headers, allowed.body) == (
        204,
        [ALLOWED[0], (b"access-control-allow-methods", b"GET,PUT"), VARY_OPTIONS],
        b"",
    )
    assert (denied.status, denied.headers, denied.body) == (403, [(b"content-length", b"0"), VARY_OPTIONS], b"")


class Bug(web.RequestHandler):
    def get(self) -> None:
        self.write("written, and thrown away")
        raise RuntimeError("a bug, on purpose")


class Late(web.RequestHandler):
    async def get(self) -> None:
        self.set_header("Vary", "Accept")
        self.write("one")
        await self.flush()
        self.write("two")


class Forbidden(web.RequestHandler):
    def get(self) -> None:
        self.send_error(403)


class NotFound(web.RequestHandler):
    def prepare(self) -> None:
        self.set_status(404)
        self.finish("mine")


def moved(url: str) -> Any:
    return (url, web.RedirectHandler, {"url": "/", "permanent": False})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("PUT", "/", 405),
        ("PROPFIND", "/", 405),
        ("GET", "/moved", 302),
        ("GET", "/bug", 500),
        ("GET", "/forbidden", 403),
        ("GET", "/files/a.txt", 200),
        ("GET", "/files/b.txt", 404),
        ("GET", "/wsgi", 200),
    ],
    ids=["404", "405", "no such method", "redirect", "exception", "send_error", "file", "no such file", "WSGI inside"],
)
def test_whatever_is_answered_carries_the_fields(
    tmp_path: Path, method: str, path: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.txt").write_text("a")
    app = app_of(
        (r"/", Hello),
        moved("/moved"),
        (r"/bug", Bug),
        (r"/forbidden", Forbidden),
        (r"/files/(.*)", web.StaticFileHandler, {"path": str(tmp_path)}),
        (r"/wsgi", web.FallbackHandler, {"fallback": WSGIContainer(wsgi_app())}),
    )
    answered = answer(app, method, path)
    assert (answered.status, cors_fields(answered)) == (status, ALLOWED)
    logged = [record.name for record in caplog.records if record.levelno == logging.ERROR]
    assert logged == (["tornado.application"] if status == 500 else [])


def test_an_applications_own_404_handler_carries_them() -> None:
    app = app_of(settings={"default_handler_class": NotFound})
    answered = answer(app, "GET", "/nowhere")
    assert (answered.status, answered.body, cors_fields(answered)) == (404, b"mine", ALLOWED)


def test_ranges_and_304_of_a_file_carry_the_fields(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("abc")
    app = app_of((r"/(.*)", web.StaticFileHandler, {"path": str(tmp_path)}))
    part, same = answers(
        app,
        ("GET", "/a.txt", [*FROM_APP, (b"range", b"bytes=0-1")]),
        ("GET", "/a.txt", [*FROM_APP, (b"if-modified-since", b"Fri, 01 Jan 2100 00:00:00 GMT")]),
    )
    assert (part.status, part.body, cors_fields(part)) == (206, b"ab", ALLOWED)
    assert (same.status, cors_fields(same)) == (304, ALLOWED)


def test_a_stream_carries_them_and_vary_is_merged_with_that_of_compression() -> None:
    app = app_of((r"/", Late), settings={"compress_response": True})
    answered = answer(app, "GET", "/")
    assert (answered.body, cors_fields(answered)) == (
        b"onetwo",
        [(b"vary", b"Accept, Accept-Encoding, Origin"), ALLOWED[0]],
    )


def test_two_requests_on_one_connection_are_told_apart() -> None:
    async def run() -> bytes:
        async with tornado_server(app_of((r"/", Hello))) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(
                b"GET / HTTP/1.1\r\nhost: x\r\norigin: %b\r\n\r\n"
                b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n" % APP
            )
            data = await reader.read()
            writer.close()
            return data

    first, second = asyncio.run(run()).split(b"hello", 1)
    assert (first.count(b"Access-Control-Allow-Origin"), first.count(b"Vary")) == (1, 1)
    assert (second.count(b"Access-Control-Allow-Origin"), second.count(b"Vary")) == (0, 1)


def test_a_login_in_prepare_does_not_see_preflights() -> None:
    class Private(web.RequestHandler):
        def prepare(self) -> None:
            raise web.HTTPError(401)

        def put(self) -> None: ...

    app = app_of((r"/", Private), settings={"xsrf_cookies": True, "cross_origin_protection": True})
    assert preflight(app, "/", b"PUT").status == 204
    answered = answer(app, "GET", "/")
    assert (answered.status, cors_fields(answered)) == (401, ALLOWED)


def test_fields_of_a_handler_go(caplog: pytest.LogCaptureFixture) -> None:
    class Own(web.RequestHandler):
        def set_default_headers(self) -> None:
            self.set_header("Access-Control-Allow-Origin", "*")

        def get(self) -> None:
            self.write("own")

    app = app_of((r"/", Own))
    assert [cors_fields(one) for one in answers(app, *[("GET", "/", FROM_EVIL)] * 2)] == [[VARY]] * 2
    (record,) = caplog.records
    assert record.getMessage().startswith("'/' set access-control-allow-origin itself")


def test_a_method_of_a_handler_may_have_a_policy_and_is_listed_with_none_but_its_like() -> None:
    class Mixed(Items):
        @cors(PUBLIC)
        def delete(self) -> None: ...

    app = app_of((r"/", Mixed))
    asked = [(b"origin", EVIL), (b"access-control-request-method", b"DELETE")]
    assert cors_fields(answer(app, "OPTIONS", "/", asked)) == [*ANYONE, (b"access-control-max-age", b"0"), VARY_OPTIONS]
    assert methods(app, "/", b"PUT") == b"GET,PUT"


def test_the_innermost_binding_wins() -> None:
    @cors(PUBLIC)
    class Public(Hello): ...

    app = app_of(
        (r"/class", Public),
        cors(PUBLIC)(web.url(r"/rule", Hello)),
        cors(OF_SUB)(Rule(PathMatches(r"/list/.*"), [(r"/list/a", Hello), (r"/list/b", Public)])),
        (r"/plain", Hello),
    )
    paths = {"/class": ANYONE, "/rule": ANYONE, "/list/a": SUBS, "/list/b": ANYONE, "/plain": [VARY]}
    assert [cors_fields(one) for one in answers(app, *[("GET", path, FROM_EVIL) for path in paths])] == [
        *paths.values()
    ]


@pytest.mark.parametrize(
    ("path", "method", "listed"),
    [("/wsgi", b"PROPFIND", b"*"), ("/nowhere", b"PUT", None), ("/", b"DELETE", b"GET,PUT")],
    ids=["a WSGI app", "a 404", "a 405"],
)
def test_methods_of_a_route_at_the_edges(path: str, method: bytes, listed: bytes | None) -> None:
    wsgi = (r"/wsgi", web.FallbackHandler, {"fallback": WSGIContainer(wsgi_app())})
    assert methods(app_of((r"/", Items), wsgi), path, method) == listed


def test_a_router_of_ones_own_is_asked() -> None:
    class Mine(Router):
        def __init__(self, application: web.Application) -> None:
            self.application = application

        def find_handler(self, request: httputil.HTTPServerRequest, **kwargs: Any) -> Any:
            return self.application.get_handler_delegate(request, Items) if request.path == "/mine/x" else None

    app = web.Application()
    app.add_handlers(r".*", [(r"/mine/.*", Mine(app)), (r"/mine/y", Hello)])
    CORS(app, LISTED)
    assert methods(app, "/mine/x", b"PUT") == b"GET,PUT"
    assert methods(app, "/mine/y", b"PUT") == b"GET"
    assert cors_fields(answer(app, "GET", "/mine/x")) == ALLOWED


def test_a_matcher_of_ones_own_sees_the_method_asked_for() -> None:
    class OnlyPut(Matcher):
        def match(self, request: httputil.HTTPServerRequest) -> dict[str, Any] | None:
            return {} if request.method == "PUT" else None

    app = app_of(cors(PUBLIC)(Rule(OnlyPut(), Items)), (r"/", Hello))
    assert cors_fields(preflight(app, "/", b"PUT", EVIL)) == [*ANYONE, VARY_OPTIONS]
    assert cors_fields(preflight(app, "/", b"GET", EVIL)) == [VARY_OPTIONS]


def test_handlers_of_hosts_are_found_though_they_are_added_later() -> None:
    app = app_of((r"/", Hello))
    app.add_handlers(r"api\.example", [cors(PUBLIC)(web.url(r"/", Items))])
    assert cors_fields(answer(app, "GET", "/", FROM_EVIL)) == ANYONE
    assert cors_fields(preflight(app, "/", b"PUT", EVIL)) == [*ANYONE, VARY_OPTIONS]


def nested(inner_policy: Any, outer_policy: Any, **options: Any) -> web.Application:
    inner = web.Application([(r"/sub/x", Items)])
    CORS(inner, inner_policy)
    app = web.Application([(r"/sub/.*", inner), (r"/", Hello)])
    if outer_policy is not None:
        CORS(app, outer_policy, **options)
    return app


async def is_sub(origin: Origin) -> bool:
    await asyncio.sleep(0)
    return str(origin) == SUB.decode()


@pytest.mark.parametrize(
    ("inner", "outer", "options"),
    [
        (OF_SUB, LISTED, {}),
        (OF_SUB, LISTED, {"on_decision": lambda event: None}),
        (OF_SUB, LISTED.replace(refuse_disallowed=True), {}),
        (OF_SUB, None, {}),
    ],
    ids=["quick", "watched", "the outer one refuses", "no outer one"],
)
def test_the_policy_of_an_application_inside_wins_there(
    inner: Policy, outer: Policy | None, options: Any, caplog: pytest.LogCaptureFixture
) -> None:
    x, missing, before = answers(
        nested(inner, outer, **options),
        ("GET", "/sub/x", FROM_EVIL),
        ("GET", "/sub/nowhere", FROM_EVIL),
        ("OPTIONS", "/sub/x", [(b"origin", SUB), (b"access-control-request-method", b"PUT")]),
    )
    assert [cors_fields(x), x.status, cors_fields(missing), missing.status] == [SUBS, 200, SUBS, 404]
    assert cors_fields(before) == [*SUBS, (b"access-control-allow-methods", b"PUT"), VARY_OPTIONS]
    assert not [record for record in caplog.records if record.name == "crossorigin"]
    if outer is LISTED:
        assert cors_fields(answer(nested(inner, outer, **options), "GET", "/")) == ALLOWED


def test_what_is_bound_around_an_application_that_has_a_cors_is_overruled() -> None:
    inner = app_of((r"/sub/x", Items), policy=OF_SUB)
    app = cors(PUBLIC)(app_of((r"/y", Hello), cors(PUBLIC)(web.url(r"/sub/.*", inner))))
    x, y = answers(app, ("GET", "/sub/x", FROM_APP), ("GET", "/y", FROM_APP))
    assert [cors_fields(x), cors_fields(y)] == [SUBS, ANYONE]


OF_INNER = Policy(allow_origins=[SUB.decode(), "https://other.example.com"], allow_methods="route")


def inner_app() -> web.Application:
    return app_of((r"/inner/items", Items), policy=OF_INNER)


def hidden_in_a_router(inner: web.Application) -> Rule:
    class Own(Router):
        def find_handler(self, request: httputil.HTTPServerRequest, **kwargs: Any) -> Any:
            return inner.find_handler(request, **kwargs)

    return Rule(PathMatches(r"/inner/.*"), Own())


def hidden_in_a_rule_router(inner: web.Application) -> Rule:
    class Own(RuleRouter):
        def find_handler(self, request: httputil.HTTPServerRequest, **kwargs: Any) -> Any:
            return inner.find_handler(request, **kwargs)

    return Rule(PathMatches(r"/inner/.*"), Own([]))


def hidden_in_a_fallback(inner: web.Application) -> Any:
    return (r"/inner/.*", web.FallbackHandler, {"fallback": inner})


def hidden_in_a_function(inner: web.Application) -> Any:
    return (r"/inner/.*", web.FallbackHandler, {"fallback": lambda request: inner(request)})


@pytest.mark.parametrize("bound_somewhere", [False, True], ids=["quick", "slow"])
@pytest.mark.parametrize("policy", [None, PUBLIC, "no CORS"], ids=["only bound", "public", "without CORS"])
@pytest.mark.parametrize(
    "hidden", [hidden_in_a_router, hidden_in_a_rule_router, hidden_in_a_fallback, hidden_in_a_function]
)
def test_an_application_wherever_it_is_inside_decides_there(hidden: Any, policy: Any, bound_somewhere: bool) -> None:
    if bound_somewhere:
        cors(PUBLIC)(type("Somewhere", (web.RequestHandler,), {}))
    rule = hidden(inner_app())
    outer = web.Application([rule]) if policy == "no CORS" else app_of(rule, policy=policy)
    put, post, missing, asked = answers(
        outer,
        ("PUT", "/inner/items", [(b"origin", SUB)], b"body"),
        ("POST", "/inner/items", [(b"origin", SUB)], b"body"),
        ("GET", "/inner/missing", [(b"origin", APP)]),
        ("OPTIONS", "/inner/items", [(b"origin", SUB), (b"access-control-request-method", b"PUT")]),
    )
    assert (put.status, put.body, cors_fields(put)) == (200, b"put", [*SUBS, VARY])
    assert (post.status, cors_fields(post)) == (405, [*SUBS, VARY])
    assert (missing.status, cors_fields(missing)) == (404, [VARY])
    if hidden is not hidden_in_a_function or policy in (None, "no CORS"):  # nobody sees into a function
        assert asked.status == 204
        assert cors_fields(asked) == [SUBS[0], (b"access-control-allow-methods", b"GET,PUT"), VARY_OPTIONS]


@pytest.mark.parametrize("hidden", [hidden_in_a_router, hidden_in_a_rule_router, hidden_in_a_fallback])
def test_what_is_bound_to_a_rule_of_an_application_inside_holds(hidden: Any) -> None:
    inner = web.Application([cors(None)(web.url(r"/inner/shut", Items)), (r"/inner/items", Items)])
    app = app_of(hidden(inner), (r"/x", Hello), policy=PUBLIC)
    assert cors_fields(answer(app, "GET", "/inner/shut")) == []
    assert cors_fields(answer(app, "GET", "/inner/items")) == ANYONE
    assert cors_fields(answer(app, "GET", "/inner/missing")) == ANYONE
    assert preflight(app, "/inner/shut", b"PUT").status == 405


def test_the_handler_of_a_404_may_have_a_policy() -> None:
    class Rest(Items):
        @cors(None)
        async def put(self) -> None:
            self.write("put")

    app = app_of((r"/x", Hello), settings={"default_handler_class": cors(PUBLIC)(Rest)})
    assert cors_fields(answer(app, "GET", "/elsewhere")) == ANYONE
    assert cors_fields(answer(app, "PUT", "/elsewhere")) == []
    assert preflight(app, "/elsewhere", b"PUT").status == 405


def test_an_application_that_finds_handlers_itself_is_asked() -> None:
    class Own(web.Application):
        def find_handler(self, request: httputil.HTTPServerRequest, **kwargs: Any) -> Any:
            if request.path == "/inner/special":
                return self.get_handler_delegate(request, cors(OF_SUB)(type("Special", (Items,), {})))
            return super().find_handler(request, **kwargs)

    inner = Own([(r"/inner/bound", cors(None)(type("Bound", (Items,), {}))), (r"/inner/items", Items)])
    CORS(inner, OF_INNER)
    outer = app_of((r"/inner/.*", inner), policy=PUBLIC)
    special, bound, items = (
        cors_fields(answer(outer, "PUT", f"/inner/{name}", [(b"origin", SUB)]))
        for name in ("special", "bound", "items")
    )
    assert (special, bound, items) == (SUBS, [], [*SUBS, VARY])


def test_an_application_inside_may_await_and_refuse() -> None:
    inner = Policy(allow_origins=[is_sub], allow_methods=["PUT"], refuse_disallowed=True)
    allowed, refused = answers(
        nested(inner, LISTED), ("PUT", "/sub/x", [(b"origin", SUB)], b"body"), ("PUT", "/sub/x", FROM_APP, b"body")
    )
    assert (allowed.status, allowed.body, cors_fields(allowed)) == (200, b"put", [*SUBS, VARY])
    assert (refused.status, refused.headers) == (403, REFUSED)


@pytest.mark.parametrize(
    "settings", [{}, {"xsrf_cookies": True}, {"cross_origin_protection": True}], ids=["plain", "XSRF", "cross-origin"]
)
def test_refused_requests_do_not_reach_the_handler_whatever_their_body(settings: dict[str, Any]) -> None:
    called: list[str] = []

    class Form(web.RequestHandler):
        def post(self) -> None:
            called.append(self.get_body_argument("a"))

    app = app_of((r"/", Form), policy=LISTED.replace(refuse_disallowed=True), settings=settings)
    form = (b"content-type", b"application/x-www-form-urlencoded")
    malformed = (b"content-type", b"multipart/form-data; boundary=x")
    refused, odd, passed = answers(
        app,
        ("POST", "/", [*FROM_EVIL, malformed], b"x" * 300_000),
        ("PROPFIND", "/", FROM_EVIL),
        ("POST", "/", [*FROM_APP, form], b"a=1"),
    )
    assert (refused.status, refused.headers, refused.body) == (403, REFUSED, b"Not allowed by CORS")
    assert (odd.status, odd.headers) == (403, REFUSED)
    # What Tornado itself protects against, it does as before.
    assert (passed.status, called) == ((403, []) if settings else (200, ["1"]))


@web.stream_request_body
class Upload(web.RequestHandler):
    async def prepare(self) -> None:
        for _ in range(100):  # no part of the body may come before this is done
            await asyncio.sleep(0)
        self.size = 0

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        self.size += len(chunk)
        return None

    def put(self) -> None:
        self.write(str(self.size))


@pytest.mark.parametrize("policy", [LISTED, Policy(allow_origins=[is_sub])], ids=["quick", "awaited"])
def test_streamed_uploads_pass(policy: Policy) -> None:
    answered = answer(app_of((r"/", Upload), policy=policy), "PUT", "/", [(b"origin", SUB)], b"x" * 300_000)
    assert (answered.status, answered.body) == (200, b"300000")
    assert cors_fields(answered) == ([VARY] if policy is LISTED else [*SUBS, VARY])


class Socket(WebSocketHandler):
    def check_origin(self, origin: str) -> bool:
        return "evil.app" not in origin

    def open(self, *args: str) -> None:
        self.close()


@pytest.mark.parametrize(
    ("origin", "guard", "status"),
    [
        (APP, True, 101),
        (EVIL, True, 403),
        (b"http://api.example", True, 101),
        (EVIL, False, 101),
        (b"https://evil.apps.example.com", True, 403),
        (b"https://evil.app.example.net", False, 403),
    ],
    ids=["allowed", "guarded", "same origin", "unguarded", "the app's own check", "the app's own check alone"],
)
def test_websockets_are_guarded(origin: bytes, guard: bool, status: int, caplog: pytest.LogCaptureFixture) -> None:
    app = app_of((r"/ws", Socket), guard_websockets=guard)
    answered = answer(app, "GET", "/ws", [(b"origin", origin), *HANDSHAKE])
    assert answered.status == status
    assert cors_fields(answered) == ([VARY] if guard and origin == EVIL else [])
    warned = [record.getMessage() for record in caplog.records if record.name == "crossorigin"]
    assert [message.startswith("'/ws' takes WebSockets from every origin") for message in warned] == (
        [True] if (status, guard) == (101, False) else []
    )


def test_a_websocket_talks_through_the_prepared_connection() -> None:
    from tornado.websocket import websocket_connect

    class Echo(WebSocketHandler):
        def on_message(self, message: str | bytes) -> None:
            self.write_message(message)

    async def run() -> Any:
        async with tornado_server(app_of((r"/ws", Echo), guard_websockets=True)) as port:
            connection = await websocket_connect(f"ws://127.0.0.1:{port}/ws")
            await connection.write_message("hello")
            message = await connection.read_message()
            connection.close()
            assert await connection.read_message() is None
            return message

    assert asyncio.run(run()) == "hello"


def test_what_a_handler_asks_of_its_connection_it_gets() -> None:
    class Asks(web.RequestHandler):
        def get(self) -> None:
            self.write(type(self.request.connection.stream).__name__)  # type: ignore[union-attr]  # HTTP1Connection's

    assert answer(app_of((r"/", Asks)), "GET", "/").body == b"IOStream"


def test_tornados_own_client_reads_what_is_sent() -> None:
    async def run() -> Any:
        async with tornado_server(app_of((r"/", Late))) as port:
            return await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/", headers={"Origin": APP.decode()})

    response = asyncio.run(run())
    assert (response.body, response.headers.get_list("Access-Control-Allow-Origin")) == (b"onetwo", [APP.decode()])


def test_a_failing_predicate_denies_and_is_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    def fails(origin: Origin) -> bool:
        raise OSError("no database")

    answered = answer(app_of((r"/", Hello), policy=Policy(allow_origins=[fails])), "GET", "/")
    assert answered.headers[-2:] == [(b"cache-control", b"no-store"), VARY]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_without_a_policy_of_the_application_only_what_is_bound_has_cors() -> None:
    app = app_of((r"/", Hello), cors(PUBLIC)(web.url(r"/bound", Hello)), policy=None)
    plain, other, options = answers(
        app,
        ("GET", "/", FROM_APP),
        ("GET", "/bound", FROM_APP),
        ("OPTIONS", "/", [*FROM_APP, (b"access-control-request-method", b"GET")]),
    )
    assert [cors_fields(plain), cors_fields(other), cors_fields(options), options.status] == [[], ANYONE, [], 405]


def test_a_map_a_report_and_a_swap() -> None:
    app = web.Application([(r"/api/(.*)", Hello), (r"/x", Hello)])
    extension = CORS(app, PolicyMap({"/api/é": ReportOnly(current=PUBLIC, candidate=LISTED)}))

    async def run() -> list[Headers]:
        async with tornado_server(app) as port:
            first = [cors_fields(await ask(port, "GET", path, FROM_EVIL)) for path in ("/api/%C3%A9", "/x")]
            extension.policy = LISTED
            return [*first, cors_fields(await ask(port, "GET", "/x", FROM_EVIL))]

    assert asyncio.run(run()) == [ANYONE, [], [VARY]]
    assert extension.policy == LISTED


def test_events_name_the_rule() -> None:
    events: list[DecisionEvent] = []
    app = app_of((r"/items/([0-9]+)", Hello), web.url(r"/x", Hello, name="x"), on_decision=events.append)
    answers(app, *[("GET", path, FROM_APP) for path in ("/items/7", "/x", "/nowhere")])
    assert [(event.path, event.route) for event in events] == [
        ("/items/7", "/items/([0-9]+)$"),
        ("/x", "x"),
        ("/nowhere", None),
    ]


@pytest.mark.parametrize("policy", [LISTED, PUBLIC, LISTED.replace(allow_credentials=True)], ids=["list", "*", "more"])
def test_the_quick_way_and_the_slow_one_answer_alike(policy: Policy) -> None:
    requests = [("GET", path, headers) for path in ("/", "/x") for headers in ([], FROM_APP, FROM_EVIL, FROM_APP * 2)]
    quick = app_of((r"/", Hello), policy=policy)
    slow = app_of((r"/", Hello), policy=policy, on_decision=lambda event: None)
    pairs = zip(answers(quick, *requests), answers(slow, *requests), strict=True)
    assert all((one.status, one.headers, one.body) == (other.status, other.headers, other.body) for one, other in pairs)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CORS(web.Application()), TypeError, "CORS needs a policy: CORS(app, Policy(allow_origins=[...]))"),
        (lambda: CORS(web.Application(), LISTED, max_age=5), TypeError, "not both: remove max_age"),
        (lambda: CORS(Hello, LISTED), TypeError, "takes a web.Application, not <class"),  # type: ignore[arg-type]
        (lambda: CORS(app_of(), LISTED), RuntimeError, "this Application has a CORS already"),
        (lambda: CORS(web.Application(), allow_origins=["null"]), PolicyError, "origin-null"),
        (lambda: CORS(web.Application(), LISTED, own_origins=["x"]), ValueError, "not a serialised origin"),
        (lambda: cors(LISTED)((r"/", Hello)), TypeError, "which takes no attributes: bind it to the function"),
    ],
    ids=["nothing", "both", "no app", "twice", "a bad policy", "a bad own origin", "a rule as a tuple"],
)
def test_what_is_wrong_is_said_at_once(call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)
