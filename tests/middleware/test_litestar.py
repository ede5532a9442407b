"""The Litestar integration: whose policy decides, whose methods are listed, and which answers carry the fields."""

from decimal import Decimal
from typing import Any

import pytest
from litestar import Controller, Litestar, Router, WebSocket, asgi, delete, get, post, put, websocket
from litestar.config.cors import CORSConfig
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath
from starlette.applications import Starlette
from starlette.routing import Route

import crossorigin.middleware.starlette
from crossorigin import Policy, PolicyError, PolicyMap
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.middleware.engine import _bindings
from crossorigin.middleware.litestar import CORS, cors
from tests.middleware.drive import Answered, asgi_app, asgi_scope, http_scope
from tests.middleware.drive import asgi as drive

APP, EVIL = b"https://app.example.com", b"https://evil.example.net"
LISTED = Policy(allow_origins=[APP.decode()], allow_methods="route", allow_credentials=True)
FIXED = LISTED.replace(allow_methods=["PUT"])
PUBLIC = Policy(allow_origins="*", max_age=5)
UNCACHED = (b"access-control-max-age", b"0")
PREFLIGHT = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
# One exact origin is constant: no Vary.
FIELDS = [(b"access-control-allow-origin", APP), (b"access-control-allow-credentials", b"true")]
ANYONE = [(b"access-control-allow-origin", b"*")]


@get("/items/{item:int}", sync_to_thread=False)
def read(item: FromPath[int]) -> dict[str, int]:
    return {"item": item}


@put("/items/{item:int}", sync_to_thread=False)
def write(item: FromPath[int]) -> None: ...


@get("/", sync_to_thread=False)
def root() -> None: ...


@get("/boom", sync_to_thread=False)
def boom() -> None:
    raise RuntimeError("a bug, on purpose")


@get("/secret", sync_to_thread=False)
def secret() -> None:
    raise NotAuthorizedException


def app_of(*handlers: Any, policy: Any = LISTED, **options: Any) -> Litestar:
    app = Litestar([*handlers], logging_config=None, openapi_config=None)
    CORS(app, policy, **options)
    return app


def cors_fields(answered: Answered) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in answered.fields if name.startswith(b"access-control-") or name == b"vary"]


def preflight(app: Any, path: str, method: bytes, origin: bytes = APP) -> list[tuple[bytes, bytes]]:
    headers = [(b"origin", origin), (b"access-control-request-method", method)]
    return cors_fields(drive(app, "OPTIONS", headers, path=path))


def methods(names: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"access-control-allow-methods", names)]


def test_whole_answers() -> None:
    answered = drive(app_of(read), headers=[(b"origin", APP)], path="/items/7")
    content = [(b"content-type", b"application/json"), (b"content-length", b"10")]
    assert (answered.status, answered.headers, answered.body) == (200, [*content, *FIELDS], b'{"item":7}')


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("POST", "/items/7", 405), ("GET", "/boom", 500), ("GET", "/secret", 401)],
)
def test_errors_carry_the_fields(method: str, path: str, status: int) -> None:
    answered = drive(app_of(read, boom, secret), method, [(b"origin", APP)], path=path)
    assert (answered.status, cors_fields(answered)) == (status, FIELDS)


def test_a_wrong_host_field_is_an_error_like_others() -> None:
    answered = drive(app_of(read), headers=[(b"origin", APP), (b"host", b"a b")], path="/items/7")
    assert (answered.status, cors_fields(answered)) == (400, FIELDS)


def test_the_preflight_lists_the_methods_of_the_handler_that_its_method_reaches() -> None:
    app = app_of(read, write)
    assert preflight(app, "/items/7", b"PUT") == [*FIELDS, *methods(b"PUT"), PREFLIGHT]
    assert preflight(app, "/items/7", b"GET") == [*FIELDS, *methods(b"GET"), PREFLIGHT]


def test_a_method_that_no_handler_has_gets_those_that_the_path_has() -> None:
    assert preflight(app_of(read, write), "/items/7", b"DELETE") == [*FIELDS, *methods(b"GET,PUT"), PREFLIGHT]


def test_a_path_that_nothing_has_gets_the_policy_of_the_app_without_methods() -> None:
    assert preflight(app_of(read), "/nowhere", b"PUT") == [*FIELDS, PREFLIGHT]


def test_the_innermost_policy_wins_wherever_it_is_bound() -> None:
    @cors(PUBLIC)
    class Inner(Controller):
        path = "/inner"

        @get("/controller", sync_to_thread=False)
        def controller(self) -> None: ...

        @cors(FIXED)
        @get("/above", sync_to_thread=False)
        def above(self) -> None: ...

        @get("/below", sync_to_thread=False)
        @cors(FIXED)
        def below(self) -> None: ...

        @get("/none", sync_to_thread=False, opt={"crossorigin": None})
        def none(self) -> None: ...

    @get("/router", sync_to_thread=False)
    def router() -> None: ...

    app = app_of(cors(FIXED)(Router("/outer", route_handlers=[Inner, router])), policy=PUBLIC)
    fields = {
        path: cors_fields(drive(app, headers=[(b"origin", APP)], path=path))
        for path in (
            "/outer/inner/controller",
            "/outer/inner/above",
            "/outer/inner/below",
            "/outer/inner/none",
            "/outer/router",
        )
    }
    assert list(fields.values()) == [ANYONE, FIELDS, FIELDS, [], FIELDS]


def test_a_preflight_gets_the_policy_of_the_route_that_its_method_would_reach() -> None:
    @cors(PUBLIC)
    @delete("/items/{item:int}", sync_to_thread=False)
    def remove(item: FromPath[int]) -> None: ...

    app = app_of(read, write, remove)
    assert preflight(app, "/items/7", b"DELETE", EVIL) == [*ANYONE, UNCACHED, PREFLIGHT]
    assert preflight(app, "/items/7", b"PUT") == [*FIELDS, *methods(b"PUT"), UNCACHED, PREFLIGHT]


def test_a_mounted_app_does_not_tell_its_methods_so_none_is_listed() -> None:
    @asgi("/mounted", is_mount=True, copy_scope=True)
    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    app = app_of(mounted, policy=LISTED.replace(allow_credentials=False))
    assert preflight(app, "/mounted/deep", b"PATCH") == [*FIELDS[:1], PREFLIGHT]
    assert drive(app, "PATCH", [(b"origin", APP)], path="/mounted/deep").fields == FIELDS[:1]


def test_routes_alone_may_have_policies() -> None:
    @cors(PUBLIC)
    @post("/public", sync_to_thread=False)
    def create() -> None: ...

    app = app_of(read, create, policy=None)
    assert cors_fields(drive(app, headers=[(b"origin", APP)], path="/items/7")) == []
    assert cors_fields(drive(app, "POST", [(b"origin", APP)], path="/public")) == ANYONE


def test_a_path_below_a_root_path_is_found() -> None:
    headers = [(b"origin", APP), (b"access-control-request-method", b"PUT")]
    answered = drive(app_of(write), "OPTIONS", headers, path="/v1/items/7", root_path="/v1")
    assert cors_fields(answered) == [*FIELDS, *methods(b"PUT"), PREFLIGHT]


@pytest.fixture
def nothing_is_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process in which nobody has called `cors` yet."""
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())


@pytest.mark.usefixtures("nothing_is_bound")
def test_a_policy_that_only_an_opt_binds_holds() -> None:
    @get("/public", opt={"crossorigin": PUBLIC}, sync_to_thread=False)
    def public() -> None: ...

    app = app_of(public, read)
    assert cors_fields(drive(app, headers=[(b"origin", EVIL)], path="/public")) == ANYONE
    assert cors_fields(drive(app, headers=[(b"origin", EVIL)], path="/items/7")) == FIELDS


@pytest.mark.usefixtures("nothing_is_bound")
def test_so_it_does_on_a_route_that_is_registered_later() -> None:
    @get("/late", opt={"crossorigin": LISTED}, sync_to_thread=False)
    def late() -> None: ...

    app = app_of(read, policy=PUBLIC)
    assert cors_fields(drive(app, headers=[(b"origin", EVIL)], path="/items/7")) == ANYONE
    app.register(late)
    assert cors_fields(drive(app, headers=[(b"origin", EVIL)], path="/late")) == FIELDS


def test_what_an_opt_holds_is_looked_at_when_it_comes() -> None:
    @get("/bad", opt={"crossorigin": "https://app.example.com"}, sync_to_thread=False)
    def bad() -> None: ...

    words = r"opt\['crossorigin'\] of .*bad: the policy of a route is a Policy, a ReportOnly or None, not str"
    with pytest.raises(TypeError, match=words):
        app_of(bad)
    app = app_of(read)
    with pytest.raises(TypeError, match=words):
        app.register(bad)


def starlette_below() -> Any:
    app = Starlette(routes=[Route("/", asgi_app())])
    crossorigin.middleware.starlette.CORS(app, PUBLIC)
    return app


INNER = {
    "the integration of another framework": starlette_below,
    "Litestar's": lambda: app_of(root, policy=PUBLIC),
    "the generic middleware": lambda: CORSMiddleware(asgi_app(), PUBLIC),
}


@pytest.mark.usefixtures("nothing_is_bound")
@pytest.mark.parametrize("case", INNER)
def test_a_mounted_app_with_a_cors_of_its_own_keeps_it(case: str, caplog: pytest.LogCaptureFixture) -> None:
    app = app_of(asgi("/mounted", is_mount=True, copy_scope=True)(INNER[case]()), read)
    assert cors_fields(drive(app, headers=[(b"origin", EVIL)], path="/mounted/")) == ANYONE
    assert cors_fields(drive(app, headers=[(b"origin", EVIL)], path="/items/7")) == FIELDS
    assert not caplog.records


def test_where_a_parameter_cannot_be_parsed_litestar_answers_and_no_page_may_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @get("/prices/{price:decimal}", sync_to_thread=False)
    def price(price: FromPath[Decimal]) -> None: ...

    app = app_of(cors(LISTED)(price))
    answered = drive(app, headers=[(b"origin", APP)], path="/prices/cheap")
    assert (answered.status, answered.error, cors_fields(answered)) == (500, None, [(b"vary", b"Origin")])
    assert [record.getMessage() for record in caplog.records if record.name == "crossorigin"] == [
        (
            "no page may read the response, because the router raised "
            "InvalidOperation([<class 'decimal.ConversionSyntax'>])"
        )
    ]


@pytest.mark.parametrize(
    ("path", "origin", "sent"),
    [
        ("/both", APP, ["websocket.accept", "websocket.close"]),
        ("/both", EVIL, ["websocket.close"]),
        ("/public", EVIL, ["websocket.accept", "websocket.close"]),
    ],
    ids=["allowed", "denied, whatever the GET of the path allows", "by the handler"],
)
def test_the_guard_asks_the_policy_of_the_websockets_handler(path: str, origin: bytes, sent: list[str]) -> None:
    @cors(PUBLIC)
    @get("/both", sync_to_thread=False)
    def page() -> None: ...

    @cors(LISTED)
    @websocket("/both")
    async def both(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        await socket.close()

    @cors(PUBLIC)
    @websocket("/public")
    async def public(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        await socket.close()

    app = app_of(page, both, public, guard_websockets=True)
    scope = {**http_scope(headers=[(b"origin", origin)], path=path), "type": "websocket", "scheme": "wss"}
    del scope["method"]  # what a handshake has none of
    answered = asgi_scope(app, {**scope, "subprotocols": []}, [{"type": "websocket.connect"}])
    assert [message["type"] for message in answered.messages] == sent


def test_events_name_the_route_by_its_template() -> None:
    events: list[DecisionEvent] = []
    drive(app_of(read, on_decision=events.append), headers=[(b"origin", APP)], path="/items/7")
    assert [event.route for event in events] == ["/items/{item}"]


def test_a_map_may_be_the_policy_of_the_app_and_another_be_assigned() -> None:
    app = Litestar([read], logging_config=None, openapi_config=None)
    policy = CORS(app, PolicyMap({"/items/": PUBLIC}))
    assert cors_fields(drive(app, headers=[(b"origin", APP)], path="/items/7")) == ANYONE
    policy.policy = LISTED
    assert policy.policy == LISTED
    assert cors_fields(drive(app, headers=[(b"origin", APP)], path="/items/7")) == FIELDS


def test_litestars_own_is_found_out(caplog: pytest.LogCaptureFixture) -> None:
    CORS(Litestar([], cors_config=CORSConfig(), logging_config=None), LISTED)
    (record,) = caplog.records
    assert "two layers answer CORS" in record.getMessage()
    assert "litestar" in record.getMessage()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: CORS(Litestar([], logging_config=None)), TypeError, "CORS needs a policy: CORS(app, Policy("),
        (lambda: CORS(lambda: None, LISTED), TypeError, "takes a Litestar app, not function"),  # type: ignore[arg-type]
        (lambda: CORS(app_of(), LISTED), RuntimeError, "has a CORS already"),
        (lambda: app_of(policy=LISTED, max_age=5), TypeError, "not both: remove max_age"),
        (lambda: CORS(Litestar([], logging_config=None), allow_origins=["null"]), PolicyError, "origin-null"),
    ],
    ids=["nothing", "no app", "twice", "both", "a bad policy"],
)
def test_what_is_wrong_is_said_at_once(call: Any, error: Any, words: str) -> None:
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value)


class Rewrites:
    """A layer inside of ours that sends `/v1/...` to where `/...` is, by changing the scope that it was given."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["path"] = scope["path"].removeprefix("/v1")
        await self.app(scope, receive, send)


def rewriting(default: Policy) -> Litestar:
    @cors(PUBLIC)
    @get("/v1/items", sync_to_thread=False)
    def shadowed() -> str:
        return "nobody gets here"

    @cors(OTHER)
    @delete("/v1/items", sync_to_thread=False)
    def shadowed_too() -> None: ...

    @cors(None)
    @get("/items", sync_to_thread=False)
    def items() -> str:
        return "the one that runs"

    @cors(None)
    @delete("/items", sync_to_thread=False)
    def remove() -> None: ...

    app = Litestar([shadowed, shadowed_too, items, remove], openapi_config=None, logging_config=None)
    app.asgi_handler = Rewrites(app.asgi_handler)  # type: ignore[assignment]
    CORS(app, default)
    return app


OTHER = PUBLIC.replace(allow_methods=["DELETE"])


both_ways = pytest.mark.parametrize(
    "default", [LISTED, LISTED.replace(refuse_disallowed=True)], ids=["late", "careful"]
)


@both_ways
def test_the_policy_is_that_of_the_handler_that_runs(default: Policy, caplog: pytest.LogCaptureFixture) -> None:
    app = rewriting(default)
    for _ in range(2):  # the first request looks at all there is
        answered = drive(app, "GET", [(b"origin", EVIL)], path="/v1/items")
    assert (answered.body, cors_fields(answered)) == (b"the one that runs", [])
    assert not caplog.records


@both_ways
def test_what_runs_under_another_policy_than_its_preflight_had_is_for_nobody(
    default: Policy, caplog: pytest.LogCaptureFixture
) -> None:
    app = rewriting(default)
    drive(app, "GET", [], path="/items")
    wanted = (b"access-control-request-method", b"DELETE")
    assert drive(app, "OPTIONS", [(b"origin", EVIL), wanted], path="/v1/items").status == 204
    answered = drive(app, "DELETE", [(b"origin", EVIL)], path="/v1/items")
    assert (answered.status, cors_fields(answered)) == (204, [(b"vary", b"Origin")])
    (record,) = caplog.records
    assert (record.levelname, "Put that layer outside CORS" in record.getMessage()) == ("ERROR", True)
    assert drive(app, "OPTIONS", [(b"origin", EVIL), wanted], path="/v1/items").status == 403


def test_litestar_is_not_asked_twice_for_what_it_dispatched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())

    @cors(PUBLIC)
    @get("/public", sync_to_thread=False)
    def public() -> None: ...

    app = app_of(read, write, root, secret, boom, public)
    drive(app, "GET", [(b"origin", APP)], path="/")
    asked: list[str] = []
    original = app.asgi_router.handle_routing

    def noting(path: str, method: Any) -> Any:
        asked.append(path)
        return original(path, method)

    monkeypatch.setattr(app.asgi_router, "handle_routing", noting)
    requests = [("GET", "/items/7"), ("GET", "/nowhere"), ("DELETE", "/items/7")]
    assert [drive(app, method, [(b"origin", APP)], path=path).status for method, path in requests] == [200, 404, 405]
    assert asked == ["/items/7", "/nowhere", "/items/7"]


@pytest.mark.parametrize(
    ("path", "is_open"),
    [("/api/open", True), ("/api/shut", False), ("/open", True), ("/apishut", False), ("/x/api/shut", False)],
)
def test_a_map_has_the_path_that_litestar_routes_by(path: str, is_open: bool) -> None:
    @get(["/open", "/shut"], sync_to_thread=False)
    def view() -> str:
        return "view"

    app = app_of(view, policy=PolicyMap({"/": PUBLIC, "/shut": LISTED}))
    answered = drive(app, "GET", [(b"origin", EVIL)], path=path, root_path="/api")
    assert answered.body == b"view"
    assert cors_fields(answered) == (ANYONE if is_open else FIELDS)
