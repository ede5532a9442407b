"""CORS in Falcon: one app, WSGI and ASGI, driven as a server would, with whole header lists."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import falcon
import falcon.asgi
import falcon.testing
import pytest

from crossorigin import Origin, Policy, PolicyError, PolicyMap, ReportOnly
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware import wsgi as generic
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.falcon import CORS, cors
from tests.middleware.drive import Answered, asgi, asgi_scope, http_scope, wsgi

APP = b"https://app.example.com"
EVIL = b"https://evil.example.net"
RESOURCE = b"https://resource.example.com"

LISTED = Policy(
    allow_origins=[APP.decode(), "https://*.apps.example.com"], allow_methods="route", allow_credentials=True
)
ANY = Policy(allow_origins="*", allow_methods="route")
OF_RESOURCE = Policy(allow_origins=[RESOURCE.decode()], allow_methods="route")
REFUSING = LISTED.replace(refuse_disallowed=True)

VARY = (b"vary", b"Origin")
VARY_OPTIONS = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
ANYONE = (b"access-control-allow-origin", b"*")
ONLY_RESOURCE = (b"access-control-allow-origin", RESOURCE)
TEXT = [(b"content-length", b"2"), (b"content-type", b"text/plain; charset=utf-8")]
ALLOWED = [(b"access-control-allow-origin", APP), (b"access-control-allow-credentials", b"true"), VARY]


def responder(asynchronous: bool, answer: Callable[[Any, Any], None] | None = None) -> Any:
    """`answer(req, resp)` as each kind of app wants it."""

    def fill(req: Any, resp: Any) -> None:
        resp.text = "ok"
        if answer is not None:
            answer(req, resp)

    def plain(self: object, req: Any, resp: Any, **params: object) -> None:
        fill(req, resp)

    async def coroutine(self: object, req: Any, resp: Any, **params: object) -> None:
        fill(req, resp)

    return coroutine if asynchronous else plain


def resource(asynchronous: bool, *methods: str, **answers: Any) -> Any:
    """A resource with these responders, such as `on_get` or `on_get_collection`."""
    names = {name: responder(asynchronous) for name in methods}
    names |= {name: responder(asynchronous, answer) for name, answer in answers.items()}
    return type("Resource", (), names)()


def bug(req: Any, resp: Any) -> None:
    raise RuntimeError("a bug, on purpose")


def own(req: Any, resp: Any) -> None:
    resp.set_header("Access-Control-Allow-Origin", "*")
    resp.set_header("Access-Control-Max-Age", "5")
    resp.set_header("Vary", "Accept")


def gone(req: Any, resp: Any) -> None:
    raise falcon.HTTPGone


def moved(req: Any, resp: Any) -> None:
    raise falcon.HTTPFound("/")


def fill(app: Any, asynchronous: bool) -> Any:
    def add(path: str, target: Any, **more: Any) -> None:
        app.add_route(path, target, **more)

    add("/", resource(asynchronous, "on_get"))
    add("/items/{item:int}", resource(asynchronous, "on_get", "on_put"))
    add("/instance", cors(OF_RESOURCE)(resource(asynchronous, "on_get", "on_delete")))
    kind = cors(OF_RESOURCE)(type(resource(asynchronous, "on_get", "on_get_all", "on_patch_all", "on_post_one")))
    cors(ANY)(kind.on_get_all)
    bound = kind()
    add("/class", bound)
    add("/class/all", bound, suffix="all")
    add("/class/one", bound, suffix="one")
    plain = cors(None)(resource(asynchronous, on_get=own))
    add("/none", plain)
    hooked = resource(asynchronous, "on_get")
    hook = asyncio_noop if asynchronous else noop
    type(hooked).on_get = falcon.before(hook)(cors(ANY)(type(hooked).on_get))
    add("/hooked", hooked)
    add("/own-options", resource(asynchronous, "on_get", "on_options"))
    add("/bug", resource(asynchronous, on_get=bug))
    add("/own", resource(asynchronous, on_get=own))
    add("/gone", resource(asynchronous, on_get=gone))
    add("/moved", resource(asynchronous, on_get=moved))
    sink: Any = responder(asynchronous).__get__(object())
    bound_sink = _as_function(sink, asynchronous)
    app.add_sink(cors(ANY)(bound_sink), r"/sink/\d+")
    app.add_sink(_as_function(sink, asynchronous), "/other")
    return app


def _as_function(sink: Any, asynchronous: bool) -> Any:
    async def coroutine(req: Any, resp: Any, **params: object) -> None:
        await sink(req, resp)

    def plain(req: Any, resp: Any, **params: object) -> None:
        sink(req, resp)

    return coroutine if asynchronous else plain


def noop(req: Any, resp: Any, resource: Any, params: Any) -> None: ...


async def asyncio_noop(req: Any, resp: Any, resource: Any, params: Any) -> None: ...


class Side:
    def __init__(self, name: str) -> None:
        self.name = name
        self.is_async = name == "asgi"

    def app(self, **more: Any) -> Any:
        kind: Any = falcon.asgi.App if self.is_async else falcon.App
        return kind(media_type=falcon.MEDIA_TEXT, **more)

    def filled(self, **more: Any) -> Any:
        return fill(self.app(**more), self.is_async)

    def __call__(self, app: Any, method: str, path: str, *headers: tuple[bytes, bytes]) -> Answered:
        fields = [(b"host", b"api.example.com"), *headers]
        if self.is_async:
            return _content_first(asgi(app, method, fields, path=path, raw_path=path.encode()))
        more = {"SERVER_NAME": "api.example.com", "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1"}
        streams = {"wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO()}
        return _content_first(wsgi(app, method, fields, PATH_INFO=path.encode().decode("latin-1"), **more, **streams))


def _content_first(answered: Answered) -> Answered:
    """The headers in one order, whether ours came before those that Falcon adds of its own or behind them."""
    answered.headers = sorted(answered.headers, key=lambda field: not field[0].startswith(b"content-"))
    return answered


@pytest.fixture(params=["wsgi", "asgi"])
def side(request: pytest.FixtureRequest) -> Side:
    return Side(request.param)


def origin(value: bytes) -> tuple[bytes, bytes]:
    return (b"origin", value)


def wants(method: str) -> tuple[bytes, bytes]:
    return (b"access-control-request-method", method.encode())


def listed(answered: Answered) -> bytes | None:
    return dict(answered.fields).get(b"access-control-allow-methods")


BOUND_TO = {
    "nothing": ("GET", "/", APP, ALLOWED),
    "nothing, denied": ("GET", "/items/7", EVIL, [VARY]),
    "a resource": ("GET", "/instance", EVIL, [ONLY_RESOURCE]),
    "the class of a resource": ("GET", "/class", EVIL, [ONLY_RESOURCE]),
    "a responder": ("GET", "/class/all", EVIL, [ANYONE]),
    "another responder of that route": ("PATCH", "/class/all", EVIL, [ONLY_RESOURCE]),
    "another route of the resource": ("POST", "/class/one", EVIL, [ONLY_RESOURCE]),
    "a responder below a hook": ("GET", "/hooked", EVIL, [ANYONE]),
    "a sink": ("PATCH", "/sink/7", EVIL, [ANYONE]),
    "not another sink": ("PATCH", "/other", EVIL, [VARY]),
}


@pytest.mark.parametrize("name", BOUND_TO)
def test_the_innermost_policy_that_is_bound_decides(side: Side, name: str) -> None:
    method, path, who, fields = BOUND_TO[name]
    answered = side(CORS(side.filled(), LISTED), method, path, origin(who))
    assert (answered.status, answered.fields) == (200, [*TEXT, *fields])


def test_a_policy_of_none_leaves_the_response_as_it_is(side: Side) -> None:
    theirs = [ANYONE, (b"access-control-max-age", b"5"), (b"vary", b"Accept")]
    answered = side(CORS(side.filled(), LISTED), "GET", "/none", origin(EVIL))
    assert sorted(answered.fields) == sorted([*TEXT, *theirs])


UNCACHED = (b"access-control-max-age", b"0")
"""Where other methods of the URL have another policy: a browser keeps what it is told for all of them."""

PREFLIGHTS: dict[str, Any] = {
    "a route": ("/items/7", "PUT", ALLOWED[:2], b"GET,PUT"),
    "a method that it has not": ("/items/7", "PATCH", ALLOWED[:2], b"GET,PUT"),
    "a method that nobody has": ("/items/7", "FROBNICATE", ALLOWED[:2], b"GET,PUT"),
    "no such route": ("/items/seven", "PUT", ALLOWED[:2], None),
    "a resource": ("/instance", "DELETE", [ONLY_RESOURCE], b"DELETE,GET"),
    "a route with a suffix": ("/class/all", "PATCH", [ONLY_RESOURCE], b"PATCH", UNCACHED),
    "the responder of GET there": ("/class/all", "GET", [ANYONE], b"GET", UNCACHED),
    "the other suffix": ("/class/one", "POST", [ONLY_RESOURCE], b"POST"),
    "its own on_options": ("/own-options", "GET", ALLOWED[:2], b"GET,OPTIONS"),
    "a sink, of which nobody can know": ("/sink/7", "PUT", [ANYONE], None),
}


@pytest.mark.parametrize("name", PREFLIGHTS)
def test_a_preflight_lists_the_responders_of_the_route_that_it_would_reach(side: Side, name: str) -> None:
    path, method, fields, methods, *uncached = PREFLIGHTS[name]
    answered = side(CORS(side.filled(), LISTED), "OPTIONS", path, origin(APP), wants(method))
    line = [] if methods is None else [(b"access-control-allow-methods", methods)]
    assert (answered.status, answered.fields) == (204, [*fields, *line, *uncached, VARY_OPTIONS])


def test_options_that_is_no_preflight_reaches_falcons_responder(side: Side) -> None:
    answered = side(CORS(side.filled(), LISTED), "OPTIONS", "/items/7", origin(APP))
    assert answered.status == 200
    assert (b"allow", b"GET, PUT") in answered.fields
    assert answered.fields[-3:] == [*ALLOWED[:2], VARY_OPTIONS]


def test_on_request_is_a_responder_of_every_method(side: Side) -> None:
    app = side.app()
    app.router_options.default_to_on_request = True
    app.add_route("/x", resource(side.is_async, "on_request"))
    methods = listed(side(CORS(app, LISTED), "OPTIONS", "/x", origin(APP), wants("PATCH")))
    assert methods is not None
    assert {b"GET", b"PATCH", b"DELETE"} < set(methods.split(b","))
    assert not {b"OPTIONS", b"WEBSOCKET", b"CONNECT", b"TRACE"} & set(methods.split(b","))


def test_falcons_option_about_slashes_is_followed(side: Side) -> None:
    app = CORS(side.filled(), LISTED)
    assert ANYONE not in side(app, "GET", "/class/all/", origin(EVIL)).fields
    app.req_options.strip_url_path_trailing_slash = True
    assert side(app, "GET", "/class/all/", origin(EVIL)).fields == [*TEXT, ANYONE]


def test_paths_are_decoded_as_falcon_does(side: Side) -> None:
    app = CORS(side.app(), LISTED)
    app.add_route("/café", cors(ANY)(resource(side.is_async, "on_get")))
    assert side(app, "GET", "/café", origin(EVIL)).fields == [*TEXT, ANYONE]


def test_a_router_of_the_apps_own_is_asked(side: Side) -> None:
    asked: list[str] = []

    class Router:
        def add_route(self, template: str, resource: object, **_: object) -> None:
            self.resource = resource

        def find(self, uri: str, req: Any = None) -> Any:
            asked.append(req.method)
            if req.get_header("X-Version") == "broken":
                raise LookupError
            if req.get_header("X-Version") != "2":
                return None, None, None  # as older routers said that there is none
            return self.resource, {"GET": self.resource.on_get}, {}  # type: ignore[attr-defined]

    app = CORS(side.app(router=Router()), LISTED)
    app.add_route("/x", cors(ANY)(resource(side.is_async, "on_get")))
    assert side(app, "GET", "/x", origin(EVIL), (b"x-version", b"2")).fields == [*TEXT, ANYONE]
    preflight = side(app, "OPTIONS", "/x", origin(EVIL), wants("GET"), (b"x-version", b"2"))
    assert preflight.fields == [ANYONE, (b"access-control-allow-methods", b"GET"), VARY_OPTIONS]
    assert asked[:2] == ["GET", "GET"]
    assert "OPTIONS" not in asked
    assert side(app, "GET", "/x", origin(EVIL)).status == 404
    # Where it raises, no page may read: a moment later it may find a route of any policy.
    broken = side(app, "GET", "/x", origin(APP), (b"x-version", b"broken"))
    assert (broken.status, [name for name, _ in broken.fields if name.startswith(b"access-control-")]) == (500, [])


# What answers in the responder's place


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PATCH", "/items/7", 405), ("GET", "/gone", 410), ("GET", "/bug", 500),
     ("FROB", "/items/7", 400)],
    ids=["404", "405", "HTTPError", "an exception", "no such method"],
)  # fmt: skip
def test_errors_of_falcon_carry_the_fields(side: Side, method: str, path: str, status: int) -> None:
    answered = side(CORS(side.filled(), LISTED), method, path, origin(APP))
    assert (answered.status, answered.error) == (status, None)
    assert [field for field in answered.fields if field[0].startswith((b"access-control", b"vary"))] == [
        (b"vary", b"Accept, Origin"),
        *ALLOWED[:2],
    ]


def test_a_405_has_the_policy_of_its_resource(side: Side) -> None:
    answered = side(CORS(side.filled(), LISTED), "PUT", "/instance", origin(EVIL))
    assert (answered.status, answered.fields[-1]) == (405, ONLY_RESOURCE)


def test_redirects_and_handlers_of_the_app_carry_the_fields(side: Side) -> None:
    answered = side(CORS(side.filled(), LISTED), "GET", "/moved", origin(APP))
    assert (answered.status, answered.fields[-3:]) == (302, ALLOWED)
    app = CORS(side.filled(), LISTED)

    def handle(req: Any, resp: Any, error: Any, params: Any) -> None:
        resp.status, resp.text = 418, "ok"

    async def handle_async(req: Any, resp: Any, error: Any, params: Any) -> None:
        handle(req, resp, error, params)

    app.add_error_handler(RuntimeError, handle_async if side.is_async else handle)
    answered = side(app, "GET", "/bug", origin(APP))
    assert (answered.status, answered.fields) == (418, [*TEXT, *ALLOWED])


def test_what_a_handler_raises_again_reaches_the_server_and_the_page_a_500(side: Side) -> None:
    def again(req: Any, resp: Any, error: Any, params: Any) -> None:
        raise error

    async def again_async(req: Any, resp: Any, error: Any, params: Any) -> None:
        raise error

    app = CORS(side.filled(), LISTED)
    app.add_error_handler(Exception, again_async if side.is_async else again)
    answered = side(app, "GET", "/bug", origin(APP))
    assert isinstance(answered.error, RuntimeError)
    assert (answered.status, answered.fields[-3:]) == (500, ALLOWED)


def test_static_routes_carry_the_fields(side: Side, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ok")
    app = CORS(side.app(), LISTED)
    app.add_static_route("/files", tmp_path)
    answered = side(app, "GET", "/files/a.txt", origin(APP))
    assert (answered.status, answered.body, answered.fields[-3:]) == (200, b"ok", ALLOWED)
    assert listed(side(app, "OPTIONS", "/files/a.txt", origin(APP), wants("PUT"))) is None


def test_streams_are_not_buffered(side: Side) -> None:
    asked: list[int] = []

    def stream(req: Any, resp: Any) -> None:
        def plain() -> Any:
            for part in (1, 2):
                asked.append(part)
                yield b"%d" % part

        async def asynchronous() -> AsyncIterator[bytes]:
            for part in plain():
                yield part

        resp.text, resp.stream = None, asynchronous() if side.is_async else plain()

    app = CORS(side.app(), LISTED)
    app.add_route("/stream", resource(side.is_async, on_get=stream))
    answered = side(app, "GET", "/stream", origin(APP))
    assert (answered.fields, answered.body) == ([TEXT[1], *ALLOWED], b"12")


def test_server_sent_events_carry_the_fields() -> None:
    side = Side("asgi")

    def events(req: Any, resp: Any) -> None:
        async def each() -> AsyncIterator[Any]:
            yield falcon.asgi.SSEvent(data=b"1")

        resp.text, resp.sse = None, each()

    app = CORS(side.app(), LISTED)
    app.add_route("/events", resource(True, on_get=events))
    answered = side(app, "GET", "/events", origin(APP))
    assert answered.fields[0] == (b"content-type", b"text/event-stream")
    assert (answered.fields[-3:], answered.body) == (ALLOWED, b"data: 1\n\n")


def test_the_policy_owns_the_response(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    app = CORS(side.filled(), LISTED)
    for _ in range(2):
        fields = side(app, "GET", "/own", origin(APP)).fields
        assert sorted(fields) == sorted([*TEXT, *ALLOWED[:2], (b"vary", b"Accept, Origin")])
    record, _ = sorted(caplog.records, key=lambda record: record.getMessage())  # and what is said of sinks
    assert "set access-control-allow-origin, access-control-max-age itself" in record.getMessage()


def test_a_disallowed_origin_is_refused_before_the_responder(side: Side) -> None:
    answered = side(CORS(side.filled(), REFUSING), "GET", "/bug", origin(EVIL))
    assert (answered.status, answered.body) == (403, b"Not allowed by CORS")
    app = CORS(side.filled(), REFUSING, own_origins=[EVIL.decode()])
    assert side(app, "GET", "/", origin(EVIL)).status == 200


# The app's policy


def test_none_leaves_all_else_untouched(side: Side) -> None:
    app = CORS(side.filled(), None)
    assert side(app, "GET", "/", origin(APP)).fields == TEXT
    assert side(app, "OPTIONS", "/", origin(APP), wants("PUT")).status == 200
    assert side(app, "GET", "/class/all", origin(EVIL)).fields == [*TEXT, ANYONE]


def test_maps_reports_hooks_and_keywords(side: Side) -> None:
    app = CORS(side.filled(), PolicyMap({"/items/": Policy(allow_origins="*")}))
    assert side(app, "GET", "/items/7", origin(EVIL)).fields == [*TEXT, ANYONE]
    assert side(app, "GET", "/", origin(EVIL)).fields == TEXT
    events: list[DecisionEvent] = []
    app = CORS(
        side.filled(), ReportOnly(current=Policy(allow_origins="*"), candidate=LISTED), on_decision=events.append
    )
    for path in ("/items/7", "/other", "/nowhere"):
        side(app, "GET", path, origin(EVIL))
    assert [(event.route, event.differs) for event in events] == [
        ("/items/{item:int}", True),
        ("/other", True),
        (None, True),
    ]
    app = CORS(side.filled(), allow_origins="*", max_age=5)
    assert app.policy == Policy(allow_origins="*", max_age=5)
    app.policy = LISTED
    assert side(app, "GET", "/", origin(APP)).fields == [*TEXT, *ALLOWED]


def test_while_no_resource_has_a_policy_nobody_routes_twice(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    app = side.app()
    app.add_route("/x", resource(side.is_async, "on_get"))
    found: list[str] = []
    search = app._router_search
    monkeypatch.setattr(app, "_router_search", lambda path, req: found.append(path) or search(path, req=req))
    wrapped = CORS(app, LISTED.replace(allow_methods=["PUT"]))
    assert side(wrapped, "GET", "/x", origin(APP)).fields == [*TEXT, *ALLOWED]
    assert found == ["/x"]
    # When something is bound, the first request looks at all there is; after it Falcon says itself what it ran.
    bound = cors(ANY)(resource(side.is_async, "on_get"))
    side(wrapped, "GET", "/x", origin(APP))
    side(wrapped, "GET", "/x", origin(APP))
    found.clear()
    assert side(wrapped, "GET", "/x", origin(APP)).fields == [*TEXT, *ALLOWED]
    assert found == ["/x"]
    assert bound


@pytest.mark.filterwarnings("ignore:The RequestOptions.auto_parse_form_urlencoded option is deprecated")
def test_the_body_stays_the_apps_to_read() -> None:
    """The router is shown a request of its own, and Falcon's option to parse forms reads a body at once."""
    side = Side("wsgi")
    seen: list[Any] = []
    app = side.app()
    app.req_options.auto_parse_form_urlencoded = True
    app.add_route("/x", cors(ANY)(resource(False, on_post=lambda req, resp: seen.append(req.get_param("a")))))
    body = io.BytesIO(b"a=1")
    more = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "3", "wsgi.errors": io.StringIO()}
    answered = wsgi(CORS(app, LISTED), "POST", [origin(EVIL)], PATH_INFO="/x", **more, **{"wsgi.input": body})
    assert (answered.status, seen) == (200, ["1"])


# One object with the app


def test_it_is_what_falcons_own_tests_and_servers_take(side: Side) -> None:
    app = CORS(side.app(), LISTED)
    app.add_route("/later", resource(side.is_async, "on_get"))
    client = falcon.testing.TestClient(app, headers={"Origin": APP.decode()})
    response = client.simulate_get("/later")
    assert (response.text, response.headers["access-control-allow-origin"]) == ("ok", APP.decode())
    assert asyncio.iscoroutinefunction(app.__call__) == side.is_async
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        app.frobnicate  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute '_router'"):
        app._router  # noqa: B018


def websocket(app: Any, who: bytes | None, path: str = "/ws") -> list[str]:
    scope = http_scope(path=path, headers=[] if who is None else [origin(who)])
    scope |= {"type": "websocket", "scheme": "wss", "subprotocols": []}
    return [message["type"] for message in asgi_scope(app, scope, [{"type": "websocket.connect"}]).messages]


class Socket:
    async def on_websocket(self, req: Any, ws: Any) -> None:
        await ws.accept()
        await ws.close()


class PublicSocket(Socket):
    @cors(ANY)
    async def on_websocket(self, req: Any, ws: Any) -> None:
        await super().on_websocket(req, ws)

    @cors(LISTED)
    async def on_get(self, req: Any, resp: Any) -> None: ...


def test_the_handshake_of_a_websocket_is_guarded_by_the_policy_of_its_responder() -> None:
    app = CORS(falcon.asgi.App(), LISTED, guard_websockets=True)
    app.add_route("/ws", Socket())
    app.add_route("/public", PublicSocket())
    opened, refused = ["websocket.accept", "websocket.close"], ["websocket.close"]
    assert websocket(app, APP) == opened
    assert websocket(app, None) == opened
    assert websocket(app, EVIL) == refused
    assert websocket(app, EVIL, "/public") == opened
    assert listed(Side("asgi")(app, "OPTIONS", "/public", origin(APP), wants("GET"))) == b"GET"


# What is told at once


async def asynchronous(origin: Origin) -> bool:
    return True


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CORS(falcon.App()), TypeError, "CORS needs a policy: CORS(app, Policy(allow_origins=[...]))"),
        (lambda: CORS(falcon.App(), LISTED, max_age=5), TypeError, "not both: remove max_age"),
        (lambda: CORS(falcon.App(), {"allow_origins": "*"}), TypeError, "not dict"),
        (lambda: CORS(falcon.App(), allow_origins=["null"]), PolicyError, "origin-null"),
        (lambda: CORS(falcon.App(), allow_origins=[asynchronous]), PolicyError, "async-predicate"),
        (lambda: CORS(lambda *_: None, LISTED), TypeError, "not function: give it the app itself"),
        (lambda: CORS(CORS(falcon.App(), LISTED), LISTED), RuntimeError, "has a CORS already"),
        (lambda: CORS(falcon.App(), LISTED, guard_websockets=True), TypeError, "a falcon.App has no WebSockets"),
        (lambda: cors(ANY)(PublicSocket().on_get), TypeError, "PublicSocket.on_get, which takes no attributes"),
    ],
    ids=[
        "nothing",
        "both",
        "a mapping",
        "a bad one",
        "async on WSGI",
        "no app of Falcon's",
        "twice",
        "a guard",
        "bound",
    ],
)
def test_what_cannot_be_is_told_at_once(call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)


def test_an_async_predicate_is_awaited_in_the_asgi_app() -> None:
    side = Side("asgi")
    answered = side(CORS(side.filled(), allow_origins=[asynchronous]), "GET", "/", origin(EVIL))
    assert answered.fields == [*TEXT, (b"access-control-allow-origin", EVIL), VARY]


@pytest.mark.parametrize("how", ["cors_enable", "middleware", "added"])
def test_falcons_own_middleware_is_told_of_once(side: Side, how: str, caplog: pytest.LogCaptureFixture) -> None:
    if how == "added":
        app = CORS(side.filled(), LISTED)
        assert not caplog.records
        app.add_middleware(falcon.CORSMiddleware())
    else:
        more = {"cors_enable": True} if how == "cors_enable" else {"middleware": [falcon.CORSMiddleware()]}
        app = CORS(side.filled(**more), LISTED)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("crossorigin", logging.WARNING)
    assert "inside this one is falcon.middleware.CORSMiddleware (the middleware of App)" in record.getMessage()
    assert side(app, "GET", "/", origin(APP)).fields == [*TEXT, *ALLOWED]


def test_a_middleware_around_ours_finds_it(caplog: pytest.LogCaptureFixture) -> None:
    generic.CORSMiddleware(CORS(falcon.App(), LISTED), LISTED.replace(allow_methods=["PUT"]))
    (record,) = caplog.records
    assert "inside this one is crossorigin.middleware.falcon.WSGICORS (around the app)" in record.getMessage()


class StripsAVersion:
    def process_request(self, req: Any, resp: Any) -> None:
        req.path = req.path.removeprefix("/v1")

    async def process_request_async(self, req: Any, resp: Any) -> None:
        self.process_request(req, resp)


@pytest.mark.parametrize("default", [LISTED, REFUSING], ids=["late", "careful"])
def test_the_policy_is_that_of_what_runs_and_nobody_reads_what_a_preflight_did_not_promise(
    side: Side, default: Policy, caplog: pytest.LogCaptureFixture
) -> None:
    inner = side.app(middleware=[StripsAVersion()])
    promised = Policy(allow_origins="*", allow_methods=["DELETE"])
    inner.add_route("/v1/x", cors(promised)(resource(side.is_async, "on_get", "on_delete")))
    inner.add_route("/x", cors(None)(resource(side.is_async, "on_get", "on_delete")))
    app = CORS(inner, default)
    side(app, "GET", "/nowhere")  # the first request looks at all there is
    assert side(app, "GET", "/v1/x", origin(EVIL)).fields == TEXT
    assert not caplog.records
    assert side(app, "OPTIONS", "/v1/x", origin(EVIL), wants("DELETE")).status == 204
    assert side(app, "DELETE", "/v1/x", origin(EVIL)).fields == [*TEXT, VARY]
    (record,) = caplog.records
    assert "Put that layer outside CORS" in record.getMessage()
    assert side(app, "OPTIONS", "/v1/x", origin(EVIL), wants("DELETE")).status == 403
