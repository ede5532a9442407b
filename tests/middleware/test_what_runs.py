"""aiohttp, Sanic and Tornado: the policy that answers is that of what runs, however it is wrapped, wherever it lies."""

import functools
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import sanic.response
from aiohttp import web as aiohttp_web
from tornado import web as tornado_web

from crossorigin import PolicyMap
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware import aiohttp as of_aiohttp
from crossorigin.middleware import sanic as of_sanic
from crossorigin.middleware import tornado as of_tornado
from crossorigin.middleware.engine import _bindings, cors
from tests.middleware import test_aiohttp, test_sanic, test_tornado
from tests.middleware.drive import Answered
from tests.middleware.loopback import APP, EVIL, FROM_EVIL, HANDSHAKE, LISTED, PUBLIC, REFUSED, cors_fields


@pytest.fixture(autouse=True)
def _no_route_is_bound_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    monkeypatch.setattr(logging.getLogger("tornado.access"), "disabled", True)


async def aiohttp_view(request: Any, **_: Any) -> Any:
    return aiohttp_web.Response(text="hello")


async def sanic_view(request: Any, **_: Any) -> Any:
    return sanic.response.text("hello")


class Framework(NamedTuple):
    """A framework whose handlers are functions: `view` is a plain one, `app_of` makes an app of a path's handlers."""

    name: str
    view: Callable[..., Any]
    app_of: Callable[[dict[str, Any]], Any]
    extend: Callable[..., Any]
    answers: Callable[..., list[Answered]]


def aiohttp_app(handlers: dict[str, Any]) -> Any:
    app = aiohttp_web.Application()
    app.add_routes([getattr(aiohttp_web, method.lower())("/", handler) for method, handler in handlers.items()])
    return app


def sanic_app(handlers: dict[str, Any]) -> Any:
    app = test_sanic.new_app()
    for method, handler in handlers.items():
        app.add_route(handler, "/", methods=[method], name=method)
    return app


FRAMEWORKS = [
    Framework("aiohttp", aiohttp_view, aiohttp_app, of_aiohttp.CORS, test_aiohttp.answers),
    Framework("sanic", sanic_view, sanic_app, of_sanic.CORS, test_sanic.answers),
]


@pytest.fixture(params=FRAMEWORKS, ids=lambda framework: framework.name)
def framework(request: pytest.FixtureRequest) -> Any:
    return request.param


def copy_of(view: Any) -> Any:
    """A function of its own, to bind a policy to."""

    async def copied(request: Any, **options: Any) -> Any:
        return await view(request, **options)

    return copied


class Called:
    def __init__(self, view: Any) -> None:
        self.view = view

    async def method(self, request: Any) -> Any:
        return await self.view(request)


def with_wraps(view: Any) -> Any:
    @functools.wraps(view)
    async def wrapper(*arguments: Any) -> Any:
        return await view(*arguments)

    return wrapper


def without_wraps(view: Any) -> Any:
    async def wrapper(*arguments: Any) -> Any:
        return await view(*arguments)

    return wrapper


def bound_method(view: Any) -> Any:
    called = Called(copy_of(view))
    cors(None)(type(called).method)
    return called.method


SEEN_THROUGH = {
    "a partial": lambda view: functools.partial(cors(None)(copy_of(view)), flag=1),
    "a partial of a partial": lambda view: functools.partial(functools.partial(cors(None)(copy_of(view)), a=1), b=1),
    "a decorator with functools.wraps": lambda view: with_wraps(cors(None)(copy_of(view))),
    "a bound method": bound_method,
}


@pytest.mark.parametrize("wrap", SEEN_THROUGH.values(), ids=SEEN_THROUGH)
def test_a_binding_is_seen_through_wrappers(framework: Framework, wrap: Any) -> None:
    app = framework.app_of({"GET": wrap(framework.view)})
    framework.extend(app, PUBLIC)
    try:
        (answered,) = framework.answers(app, ("GET", "/", FROM_EVIL))
    finally:
        vars(Called.method).pop("__crossorigin_policy__", None)
    assert (answered.body, cors_fields(answered)) == (b"hello", [])


def test_what_hides_a_binding_is_for_nobody_and_said_once(
    framework: Framework, caplog: pytest.LogCaptureFixture
) -> None:
    app = framework.app_of({"GET": without_wraps(cors(None)(copy_of(framework.view)))})
    framework.extend(app, PUBLIC)
    first, second = framework.answers(app, ("GET", "/", FROM_EVIL), ("GET", "/", FROM_EVIL))
    assert [cors_fields(first), cors_fields(second)] == [[(b"vary", b"Origin")]] * 2
    (record,) = [record for record in caplog.records if record.name == "crossorigin"]
    assert "a policy may be bound inside it, where we cannot see it" in record.getMessage()
    assert "functools.wraps" in record.getMessage()


def test_an_app_that_reaches_nothing_bound_goes_the_quick_way(framework: Framework) -> None:
    other = framework.app_of({"GET": cors(None)(copy_of(framework.view))})
    extension_of_other = framework.extend(other, PUBLIC)
    framework.answers(other, ("GET", "/", FROM_EVIL))
    app = framework.app_of({"GET": framework.view})
    extension = framework.extend(app, PUBLIC)
    framework.answers(app, ("GET", "/", FROM_EVIL))
    assert (extension._gate._plan.is_quick, extension_of_other._gate._plan.is_quick) == (True, False)


def test_a_preflight_never_opens_what_another_policy_governs(framework: Framework) -> None:
    handlers = {
        "GET": framework.view,
        "POST": cors(LISTED)(copy_of(framework.view)),
        "DELETE": cors(LISTED)(copy_of(framework.view)),
    }
    app = framework.app_of(handlers)
    framework.extend(app, PUBLIC.replace(allow_methods=["DELETE", "PUT"], allow_headers=["x-key"], max_age=600))
    asked = [(b"origin", EVIL), (b"access-control-request-headers", b"x-key")]
    for_get, for_delete = framework.answers(
        app,
        ("OPTIONS", "/", [*asked, (b"access-control-request-method", b"GET")]),
        ("OPTIONS", "/", [*asked, (b"access-control-request-method", b"DELETE")]),
    )
    assert (dict(for_get.headers)[b"access-control-allow-methods"], for_delete.status) == (b"PUT", 403)
    assert dict(for_get.headers)[b"access-control-max-age"] == b"0"


def test_a_sub_application_has_a_map_of_its_own_paths() -> None:
    inner = aiohttp_web.Application()
    inner.add_routes([aiohttp_web.get("/open", aiohttp_view), aiohttp_web.get("/shut", aiohttp_view)])
    of_aiohttp.CORS(inner, PolicyMap({"/": PUBLIC, "/shut": LISTED}))
    between, outer = aiohttp_web.Application(), aiohttp_web.Application()
    between.add_subapp("/b", inner)
    outer.add_subapp("/a", between)
    of_aiohttp.CORS(outer, LISTED)
    is_open, shut, nowhere = test_aiohttp.answers(
        outer, ("GET", "/a/b/open", FROM_EVIL), ("GET", "/a/b/shut", FROM_EVIL), ("GET", "/a/b/shut/%2e%2e", FROM_EVIL)
    )
    assert cors_fields(is_open) == [(b"access-control-allow-origin", b"*")]
    assert [cors_fields(shut), cors_fields(nowhere)] == [[(b"vary", b"Origin")]] * 2


def test_a_method_of_tornado_is_seen_through_too() -> None:
    class Items(tornado_web.RequestHandler):
        @with_wraps_sync
        @cors(None)
        def get(self) -> None:
            self.write("items")

    app = tornado_web.Application([("/", Items)])
    extension = of_tornado.CORS(app, PUBLIC)
    (answered,) = test_tornado.answers(app, ("GET", "/", FROM_EVIL))
    assert (answered.body, cors_fields(answered)) == (b"items", [])
    assert not extension._gate._plan.is_quick


def with_wraps_sync(method: Any) -> Any:
    @functools.wraps(method)
    def wrapper(*arguments: Any) -> Any:
        return method(*arguments)

    del wrapper.__crossorigin_policy__  # type: ignore[attr-defined]  # what `wraps` copied: it is behind `__wrapped__`
    return wrapper


async def aiohttp_socket(request: Any) -> Any:
    await aiohttp_web.WebSocketResponse().prepare(request)


async def sanic_socket(request: Any, ws: Any) -> None: ...


def sanic_socket_app() -> Any:
    app = test_sanic.new_app()
    app.add_websocket_route(sanic_socket, "/ws")
    return app


SOCKETS: dict[str, tuple[Callable[[], Any], Any, Any]] = {
    "aiohttp": (
        lambda: test_aiohttp.web.Application(),
        of_aiohttp.CORS,
        test_aiohttp.answers,
    ),
    "sanic": (sanic_socket_app, of_sanic.CORS, test_sanic.answers),
    "tornado": (
        lambda: tornado_web.Application([("/ws", test_tornado.Socket)]),
        of_tornado.CORS,
        test_tornado.answers,
    ),
}


@pytest.mark.parametrize("name", SOCKETS)
def test_a_refused_handshake_is_told_to_the_hook_and_the_log(name: str, caplog: pytest.LogCaptureFixture) -> None:
    make, extend, answers = SOCKETS[name]
    caplog.set_level(logging.INFO, "crossorigin")
    events: list[DecisionEvent] = []
    app = make()
    if name == "aiohttp":
        app.router.add_get("/ws", aiohttp_socket)
    extend(app, LISTED, guard_websockets=True, debug=True, on_decision=events.append)
    refused, passed = answers(
        app, ("GET", "/ws", [*FROM_EVIL, *HANDSHAKE]), ("GET", "/ws", [(b"origin", APP), *HANDSHAKE])
    )
    assert (refused.status, refused.headers, passed.status) == (403, REFUSED, 101)
    told = [(event.decision.kind, event.decision.allowed, event.decision.reason.code) for event in events]
    assert told == [("refused", False, "origin-unlisted"), ("actual", True, "allowed")]
    (record,) = [record for record in caplog.records if record.name == "crossorigin"]
    assert "GET /ws" in record.getMessage()
    assert "origin-unlisted" in record.getMessage()
