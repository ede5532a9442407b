"""The extension for Quart: as that for Flask, over ASGI, with WebSockets. What both do alike is in test_flask.py."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from quart import Blueprint, Quart, got_request_exception, redirect, websocket
from quart.views import MethodView

from crossorigin import Origin, Policy, PolicyError
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.quart import CORS, cors
from tests.middleware.drive import Answered, Headers, http_scope
from tests.middleware.test_flask import (
    ALLOWED,
    ANY,
    ANYONE,
    APP,
    EVIL,
    LISTED,
    MANY,
    OF_OTHER,
    OTHER,
    RULES,
    VARY,
    VARY_OPTIONS,
    fields,
    length,
    warned,
)

HTML = (b"content-type", b"text/html; charset=utf-8")


def drive(app: Any, scope: dict[str, Any], received: Any = ()) -> Answered:
    """As a server does it: after the request, the client stays until all is sent. (Quart stops when it goes.)"""
    answered = Answered()

    async def run() -> None:
        incoming = iter(received)

        async def receive() -> Any:
            message = next(incoming, None)
            return message if message is not None else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            answered.messages.append(message)
            if message["type"] == "http.response.start":
                answered.status, answered.headers = message["status"], [*message["headers"]]
            elif message["type"] == "http.response.body":
                answered.body += message.get("body", b"")

        try:
            await app(scope, receive, send)
        except Exception as error:
            answered.error = error

    asyncio.run(run())
    return answered


def ask(app: Any, path: str = "/", method: str = "GET", *, origin: bytes | None = APP, **more: Any) -> Answered:
    headers: Headers = [(b"host", more.pop("host", b"api.example.com"))]
    if origin is not None:
        headers.append((b"origin", origin))
    if "wants" in more:
        headers.append((b"access-control-request-method", more.pop("wants")))
    scope = http_scope(method, headers, path=path, **more)
    return drive(app, scope, [{"type": "http.request", "body": b"", "more_body": False}])


def handshake(app: Any, path: str, origin: bytes | None) -> list[str]:
    headers: Headers = [(b"host", b"api.example.com")] + ([] if origin is None else [(b"origin", origin)])
    scope = {**http_scope(headers=headers, path=path), "type": "websocket", "scheme": "wss", "subprotocols": []}
    del scope["method"]
    return [message["type"] for message in drive(app, scope, [{"type": "websocket.connect"}]).messages]


def methods(app: Any, path: str, wants: bytes) -> list[bytes]:
    return [
        value
        for name, value in ask(app, path, "OPTIONS", wants=wants).fields
        if name == b"access-control-allow-methods"
    ]


async def ok(**values: Any) -> str:
    return "ok"


@pytest.fixture
def app() -> Quart:
    app = Quart("shop", static_folder=None)
    app.add_url_rule("/", "root", ok)
    app.add_url_rule("/items/<int:item>", "read", ok)
    app.add_url_rule("/items/<int:item>", "write", ok, methods=["PUT", "PATCH"])
    app.add_url_rule("/folder/", "folder", ok)

    @app.get("/boom")
    async def boom() -> str:
        raise RuntimeError("a bug, on purpose")

    @app.get("/moved")
    async def moved() -> Any:
        return redirect("/")

    @app.get("/stream")
    async def stream() -> Any:
        async def each() -> AsyncIterator[bytes]:
            yield b"one"
            yield b"two"

        return each()

    return app


def test_actual_requests(app: Quart) -> None:
    CORS(app, MANY)
    assert ask(app).fields == [HTML, length(2), *ALLOWED]
    assert ask(app, origin=EVIL).fields == [HTML, length(2), VARY]
    assert ask(app, origin=None).fields == [HTML, length(2), VARY]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/", 405),
        ("GET", "/boom", 500),
        ("GET", "/moved", 302),
        ("GET", "/folder", 308),
        ("GET", "/stream", 200),
        ("HEAD", "/", 200),
        ("OPTIONS", "/", 200),
    ],
)
def test_whatever_quart_answers_carries_the_fields(app: Quart, method: str, path: str, status: int) -> None:
    CORS(app, MANY)
    answered = ask(app, path, method)
    assert answered.status == status
    assert fields(answered) == [*ALLOWED[:2], VARY_OPTIONS if method == "OPTIONS" else VARY]
    assert answered.error is None


def test_a_stream_is_sent_as_it_comes(app: Quart) -> None:
    CORS(app, MANY)
    bodies = [message["body"] for message in ask(app, "/stream").messages[1:]]
    assert bodies == [b"one", b"two", b""]


def test_a_preflight_lists_the_methods_of_the_rule_that_it_would_reach(app: Quart) -> None:
    CORS(app, LISTED)
    answered = ask(app, "/items/7", "OPTIONS", wants=b"PUT")
    assert (answered.status, answered.fields) == (
        204,
        [*ALLOWED[:2], (b"access-control-allow-methods", b"PATCH,PUT"), VARY_OPTIONS],
    )
    assert methods(app, "/items/7", b"GET") == [b"GET,HEAD"]
    assert methods(app, "/items/7", b"DELETE") == [b"GET,HEAD,PATCH,PUT"]
    assert methods(app, "/items/x", b"PUT") == []


def test_policies_of_views_classes_and_nested_blueprints(app: Quart) -> None:
    class Item(MethodView):
        async def get(self) -> str:
            return "get"

        @cors(ANY)
        async def put(self) -> str:
            return "put"

    app.add_url_rule("/class", view_func=cors(OTHER)(Item).as_view("class"))
    outer = cors(OTHER)(Blueprint("outer", __name__, url_prefix="/outer"))
    inner = cors(ANY)(Blueprint("inner", __name__, url_prefix="/inner"))
    for blueprint in (outer, inner):
        blueprint.add_url_rule("/x", "x", ok)
    outer.add_url_rule("/bare", "bare", cors(None)(lambda: "bare"))
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    CORS(app, MANY)
    assert fields(ask(app, "/class")) == OF_OTHER
    assert fields(ask(app, "/class", "PUT")) == ANYONE
    assert fields(ask(app, "/outer/x")) == OF_OTHER
    assert fields(ask(app, "/outer/inner/x")) == ANYONE
    assert fields(ask(app, "/outer/bare")) == []
    assert fields(ask(app, "/outer/nowhere")) == ALLOWED


def test_a_redirect_of_the_router_is_the_routes_that_it_leads_to(app: Quart) -> None:
    app.add_url_rule("/slash/", "slash", cors(ANY)(lambda: "slash"))
    CORS(app, MANY)
    answered = ask(app, "/slash", query_string=b"a=/b%20c?d")
    assert (answered.status, fields(answered)) == (308, ANYONE)
    below = ask(app, "/mounted/slash", root_path="/mounted")
    assert (below.status, fields(below)) == (308, ANYONE)


def test_the_root_path_is_no_part_of_the_routes(app: Quart) -> None:
    app.add_url_rule("/public", "public", cors(ANY)(lambda: "public"))
    CORS(app, MANY)
    assert fields(ask(app, "/shop/public", root_path="/shop")) == ANYONE
    for path, root in [("/public", "/shop"), ("/shop", "/shop"), ("/public/public", "")]:
        answered = ask(app, path, root_path=root)
        assert (answered.status, fields(answered)) == (404, ALLOWED)


def test_hosts_and_subdomains_are_routed_by() -> None:
    by_host = Quart("hosts", host_matching=True, static_host="api.example.com")
    by_host.add_url_rule("/", "api", lambda: "api", host="api.example.com")
    by_host.add_url_rule("/", "public", cors(ANY)(lambda: "public"), host="public.example.com")
    CORS(by_host, MANY)
    by_subdomain = Quart("subdomains", subdomain_matching=True, static_folder=None)
    by_subdomain.config["SERVER_NAME"] = "example.com"
    by_subdomain.add_url_rule("/", "api", lambda: "api", subdomain="api")
    by_subdomain.add_url_rule("/", "public", cors(ANY)(lambda: "public"), subdomain="public")
    by_subdomain.add_url_rule("/", "apex", cors(OTHER)(lambda: "apex"))
    CORS(by_subdomain, MANY)
    for app in (by_host, by_subdomain):
        api, public = ask(app, host=b"api.example.com"), ask(app, host=b"public.example.com")
        assert (api.body, fields(api)) == (b"api", ALLOWED)
        assert (public.body, fields(public)) == (b"public", ANYONE)
    # HTTP/1.0 without a Host: Quart takes SERVER_NAME for it.
    scope = http_scope("GET", [(b"origin", APP)], http_version="1.0")
    old = drive(by_subdomain, scope, [{"type": "http.request", "body": b""}])
    assert (old.body, fields(old)) == (b"apex", OF_OTHER)


def test_the_policy_is_that_of_the_view_which_quart_calls() -> None:
    """Quart is the oracle, with the rules of the same test of Flask."""
    app = Quart("oracle", static_folder=None)
    for number, (rule, options) in enumerate(RULES):
        policy = Policy(allow_origins=[f"https://view{number}.example"], allow_methods="route", refuse_disallowed=True)
        view = cors(policy)(lambda number=number, **values: f"view{number}")
        app.add_url_rule(rule, f"view{number}", view, **options)
    CORS(app, Policy(allow_origins=["https://app.example"]))
    reached = 0
    for path in ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/7", "/b", "/b/x/y", "/b/x/y/", "/c", "/c/", "/x", "/a/é"]:
        for method in ("GET", "PUT", "POST"):
            plain = ask(app, path, method, origin=None)
            if plain.status != 200:
                continue
            origin = b"https://%s.example" % plain.body
            expected = (b"access-control-allow-origin", origin)
            assert expected in ask(app, path, method, origin=origin).fields, (path, method)
            assert expected in ask(app, path, "OPTIONS", wants=method.encode(), origin=origin).fields, (path, method)
            assert ask(app, path, method, origin=EVIL).status == 403, (path, method)
            reached += 1
    assert reached == 19


def test_nothing_is_routed_twice_while_nobody_has_bound_anything(app: Quart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    CORS(app, MANY.replace(allow_methods=["PUT"]))
    routed: list[str] = []
    original = app.create_url_adapter

    def counted(request: Any) -> Any:
        if request is not None:
            routed.append(f"{request.method} {request.path}")
        return original(request)

    monkeypatch.setattr(app, "create_url_adapter", counted)
    ask(app, "/items/7")
    ask(app, "/items/7", "OPTIONS", wants=b"PUT")
    assert routed == ["GET /items/7"]


@pytest.fixture
def sockets(app: Quart) -> Quart:
    async def accept() -> None:
        await websocket.accept()
        await websocket.close(1000)

    app.add_websocket("/ws", view_func=accept)
    app.add_websocket("/public", "public", cors(ANY)(partial(accept)))
    app.add_websocket("/bare", "bare", cors(None)(partial(accept)))
    blueprint = cors(OTHER)(Blueprint("sub", __name__, url_prefix="/sub"))
    blueprint.add_websocket("/ws", view_func=accept)
    app.register_blueprint(blueprint)
    return app


ACCEPTED = ["websocket.accept", "websocket.close"]
REFUSED = ["websocket.close"]


@pytest.mark.parametrize(
    ("path", "origin", "sent"),
    [
        ("/ws", APP, ACCEPTED),
        ("/ws", EVIL, REFUSED),
        ("/ws", None, ACCEPTED),
        ("/ws", b"https://api.example.com", ACCEPTED),
        ("/public", EVIL, ACCEPTED),
        ("/bare", EVIL, ACCEPTED),
        ("/sub/ws", APP, REFUSED),
        ("/sub/ws", b"https://other.example.com", ACCEPTED),
    ],
    ids=[
        "allowed",
        "denied",
        "no Origin",
        "same origin",
        "by the view",
        "the view has no CORS",
        "denied by the blueprint",
        "allowed by the blueprint",
    ],
)
def test_the_guard_asks_the_policy_of_the_websockets_route(
    sockets: Quart, path: str, origin: bytes | None, sent: list[str]
) -> None:
    CORS(sockets, MANY, guard_websockets=True)
    assert handshake(sockets, path, origin) == sent


def test_a_refused_handshake_is_told_of(sockets: Quart, caplog: pytest.LogCaptureFixture) -> None:
    events: list[DecisionEvent] = []
    caplog.set_level("INFO", "crossorigin")
    CORS(sockets, MANY, guard_websockets=True, debug=True, on_decision=events.append)
    for path, origin in [("/ws", EVIL), ("/sub/ws", APP), ("/ws", APP), ("/ws", None)]:
        handshake(sockets, path, origin)
    assert [(event.path, event.route, event.decision.kind, event.decision.allowed) for event in events] == [
        ("/ws", "/ws", "refused", False),
        ("/sub/ws", "/sub/ws", "refused", False),
        ("/ws", "/ws", "actual", True),
    ]
    assert [text.partition(" is not")[0] for text in caplog.messages] == ["GET /ws (/ws)", "GET /sub/ws (/sub/ws)"]


def test_without_the_guard_they_are_open_and_it_is_said(sockets: Quart, caplog: pytest.LogCaptureFixture) -> None:
    CORS(sockets, MANY)
    assert handshake(sockets, "/ws", EVIL) == ACCEPTED
    assert [r.getMessage().split(":")[0] for r in caplog.records if r.name == "crossorigin"] == [
        "'/ws' takes WebSockets from every origin"
    ]


def test_the_test_client_goes_through_it(sockets: Quart) -> None:
    CORS(sockets, MANY, guard_websockets=True)

    async def run() -> None:
        async with sockets.test_app() as running:
            client = running.test_client()
            response = await client.get("/", headers={"Origin": APP.decode()})
            assert response.headers.getlist("Access-Control-Allow-Origin") == [APP.decode()]
            response = await client.get("/boom", headers={"Origin": APP.decode()})
            assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (500, APP.decode())

    asyncio.run(run())


@pytest.mark.parametrize(("key", "raises"), [("TESTING", False), ("DEBUG", False), ("PROPAGATE_EXCEPTIONS", True)])
def test_exceptions_that_quart_propagates_reach_who_waits_for_them(app: Quart, key: str, raises: bool) -> None:
    """While it is tested or debugged, Quart answers them with a page of its own; else they go to the server."""
    app.config[key] = True
    CORS(app, MANY)
    seen: list[Exception] = []

    async def see(sender: Any, exception: Exception) -> None:
        seen.append(exception)

    with got_request_exception.connected_to(see, app):
        answered = ask(app, "/boom")
    assert isinstance(answered.error, RuntimeError) is raises
    assert (answered.status, fields(answered)) == (500, ALLOWED)
    assert (b"a bug, on purpose" in answered.body) is not raises
    assert [type(error) for error in seen] == [RuntimeError]


def test_predicates_may_be_async(app: Quart) -> None:
    async def asked(origin: Origin) -> bool:
        return str(origin) == APP.decode()

    CORS(app, allow_origins=[asked])
    assert fields(ask(app)) == [(b"access-control-allow-origin", APP), VARY]
    assert fields(ask(app, origin=EVIL)) == [VARY]


def test_the_extension_of_an_app_factory() -> None:
    extension = CORS(policy=MANY, guard_websockets=True)
    apps = [Quart("first", static_folder=None), Quart("second", static_folder=None)]
    extension.init_app(apps[0])
    extension.init_app(apps[1], OTHER)
    for app in apps:
        app.add_url_rule("/", "root", ok)
    assert [fields(ask(app)) for app in apps] == [ALLOWED, OF_OTHER]
    apps[1].extensions["crossorigin"].policy = MANY
    assert fields(ask(apps[1])) == ALLOWED
    extension.policy = ANY
    assert extension.policy == ANY
    assert [fields(ask(app)) for app in apps] == [ANYONE, ANYONE]


def test_without_a_policy_of_the_app_only_what_is_bound_has_cors(app: Quart) -> None:
    app.add_url_rule("/public", "public", cors(ANY)(lambda: "public"))
    CORS(app, None)
    assert fields(ask(app, "/public")) == ANYONE
    assert fields(ask(app)) == []


def test_events_name_the_rule(app: Quart) -> None:
    events: list[DecisionEvent] = []
    CORS(app, MANY, on_decision=events.append)
    ask(app, "/items/7")
    ask(app, "/nowhere")
    assert [event.route for event in events] == ["/items/<int:item>", None]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda app: CORS(app), TypeError, "CORS needs a policy: CORS(app, Policy(allow_origins=[...]))"),
        (lambda app: CORS().init_app(app), TypeError, "CORS needs a policy"),
        (lambda app: CORS(app, MANY, max_age=5), TypeError, "CORS takes a policy or the fields of one, not both"),
        (lambda app: CORS(app, allow_origins=["null"]), PolicyError, "origin-null"),
        (lambda app: CORS(policy=MANY, own_origins="https://a.example"), TypeError, "own_origins is a collection"),
        (lambda app: CORS(MANY), TypeError, "write CORS(app, policy), or CORS(policy=policy) and later init_app(app)"),
        (lambda app: CORS(Flask("f"), MANY), TypeError, "a Flask takes that of crossorigin.middleware.flask"),
        (lambda app: CORS().policy, TypeError, "CORS needs a policy"),
    ],
    ids=["no policy", "none later", "two", "a bad one", "text", "a policy as app", "Flask", "read"],
)
def test_what_cannot_be_is_said_at_once(app: Quart, call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call(app)
    assert words in str(raised.value)


def test_twice_is_an_error(app: Quart) -> None:
    CORS(app, MANY)
    with pytest.raises(RuntimeError, match="the app 'shop' has a CORS already"):
        CORS(app, MANY)
    generic = Quart("generic")
    generic.asgi_app = CORSMiddleware(generic.asgi_app, ANY)  # type: ignore[method-assign,arg-type,assignment]
    with pytest.raises(RuntimeError, match="inside a CORSMiddleware already"):
        CORS(generic, MANY)


@pytest.fixture
def quart_cors() -> Iterator[ModuleType]:
    """In the place of quart-cors, which is not among our requirements and hooks in just like this: a partial of its own
    function behind each request, and a wrapper for a view."""
    module = ModuleType("quart_cors")
    source = """
from functools import partial, wraps
async def _after_request(response, *, allow_origin):
    response.access_control_allow_origin = allow_origin
    return response
def cors(app, *, allow_origin):
    app.after_request(partial(_after_request, allow_origin=allow_origin))
    return app
def route_cors(*, allow_origin):
    def decorator(func):
        @wraps(func)
        async def wrapper(*args, **kwargs):
            return await func(*args, **kwargs), {"Access-Control-Allow-Origin": allow_origin}
        return wrapper
    return decorator
"""
    exec(source, module.__dict__)
    sys.modules["quart_cors"] = module
    yield module
    del sys.modules["quart_cors"]


def test_quart_cors_is_found_out_at_start_up(app: Quart, quart_cors: Any, caplog: pytest.LogCaptureFixture) -> None:
    CORS(app, MANY)
    quart_cors.cors(app, allow_origin="*")
    app.add_url_rule("/view", "view", quart_cors.route_cors(allow_origin="*")(ok))
    startup = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    drive(app, {"type": "lifespan", "asgi": {"version": "3.0"}}, startup)
    assert warned(caplog) == ["quart-cors (after_request, the view view)"]
    for path in ("/", "/view"):
        assert fields(ask(app, path)) == ALLOWED
    assert len(warned(caplog)) == 1


def test_the_generic_middleware_around_it_is_one_too_many(app: Quart, caplog: pytest.LogCaptureFixture) -> None:
    CORS(app, MANY)
    assert fields(ask(CORSMiddleware(app, ANY))) == [VARY, *ANYONE]
    assert warned(caplog) == ["crossorigin.middleware.quart.CORS (of Quart)"]
