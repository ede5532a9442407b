"""What the ASGI middleware alone has to do with: messages, scopes, exceptions, WebSockets, frameworks around it."""

import asyncio
import inspect
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from crossorigin import Origin, Policy, PolicyMap
from crossorigin.middleware.asgi import CORSMiddleware
from tests.middleware.drive import Answered, asgi, asgi_app, asgi_scope, http_scope

APP = b"https://app.example.com"
EVIL = b"https://evil.example.net"
VARY = (b"vary", b"Origin")
ALLOWED = [(b"access-control-allow-origin", APP), VARY]
LISTED = Policy(allow_origins=[APP.decode(), "https://other.example.com"], allow_methods=["PUT"])
ERROR = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"21")]
FROM_APP = [(b"origin", APP)]
FROM_EVIL = [(b"origin", EVIL)]


def sends(*messages: dict[str, Any]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    return app


def start(headers: Any = (), status: int = 200) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def body(data: bytes = b"", more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


def test_servers_take_it_for_asgi_3() -> None:
    assert inspect.iscoroutinefunction(CORSMiddleware(asgi_app(), LISTED).__call__)


def test_a_message_that_the_app_sends_again_is_not_touched() -> None:
    headers = [(b"x-a", b"1"), (b"Vary", b"Accept")]
    message = start(headers)
    app = CORSMiddleware(sends(message, body()), LISTED)
    expected = [(b"x-a", b"1"), (b"Vary", b"Accept, Origin"), ALLOWED[0]]
    for _ in range(3):
        assert asgi(app, headers=FROM_APP).headers == expected
    assert message == start([(b"x-a", b"1"), (b"Vary", b"Accept")])
    assert message["headers"] is headers


def test_headers_may_be_a_generator_lists_or_missing() -> None:
    def pairs() -> Iterator[list[bytes]]:
        yield [b"x-a", b"1"]
        yield [b"Access-Control-Allow-Origin", b"*"]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(start(pairs()))

    fields = [tuple(field) for field in asgi(CORSMiddleware(app, LISTED), headers=FROM_APP).headers]
    assert fields == [(b"x-a", b"1"), *ALLOWED]
    missing = sends({"type": "http.response.start", "status": 200}, body())
    assert asgi(CORSMiddleware(missing, LISTED), headers=FROM_APP).headers == ALLOWED
    assert asgi(CORSMiddleware(sends(start(()), body()), LISTED), headers=FROM_APP).headers == ALLOWED


def test_a_field_of_the_request_may_be_an_iterable_that_is_read_once() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(start([(name, value) for name, value in scope["headers"]]))

    scope = http_scope()
    scope["headers"] = iter([iter([b"origin", APP]), [b"x-a", b"1"]])
    answered = asgi_scope(CORSMiddleware(app, LISTED), scope)
    assert answered.headers == [(b"origin", APP), (b"x-a", b"1"), *ALLOWED]


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize(
    "policy",
    [LISTED, Policy(allow_origins="*"), Policy(allow_origins=[lambda origin: True]), PolicyMap({"/": LISTED})],
    ids=["allow-list", "constant", "predicate", "map"],
)
@pytest.mark.parametrize("kind", [iter, tuple], ids=["read once", "tuple"])
def test_the_requests_headers_may_be_any_iterable_and_the_app_reads_them_too(
    kind: Any, policy: Policy | PolicyMap, method: str
) -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(list(scope["headers"]))
        await send(start())

    headers = [*FROM_APP, (b"cookie", b"a=b")]
    answered = asgi_scope(CORSMiddleware(app, policy), {**http_scope(method), "headers": kind(headers)})
    assert answered.fields == asgi(CORSMiddleware(asgi_app(()), policy), method, headers).fields
    assert seen == [headers]
    assert handshake(LISTED, kind([(b"origin", EVIL)])).messages[0]["type"] == "websocket.close"


def test_only_the_start_of_the_response_is_changed() -> None:
    others = [
        {"type": "http.response.push", "path": "/x", "headers": [(b"access-control-allow-origin", b"*")]},
        {"type": "http.response.early_hint", "links": [b"</a.css>; rel=preload"]},
        {"type": "http.response.informational", "status": 103, "headers": [(b"link", b"</a>")]},
    ]
    after = [
        {"type": "http.response.pathsend", "path": "/file"},
        {"type": "http.response.zerocopysend", "file": object()},
        body(b"data: 1\n\n", more=True),
        {"type": "http.response.trailers", "headers": [(b"vary", b"x")], "more_trailers": False},
    ]
    started = {**start([(b"te", b"x")]), "trailers": True}
    answered = asgi(CORSMiddleware(sends(*others, started, *after), LISTED), headers=FROM_APP)
    changed = {**started, "headers": [(b"te", b"x"), *ALLOWED]}
    assert answered.messages == [*others, changed, *after]
    untouched = zip([*answered.messages[:3], *answered.messages[4:]], [*others, *after], strict=True)
    assert all(sent is given for sent, given in untouched)


def test_nothing_is_buffered() -> None:
    """Each message reaches the server before the app goes on."""
    reached: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in (start(), body(b"1", more=True), body(b"2")):
            await send(message)
            assert reached[-1] == message["type"]

    async def run() -> None:
        async def send(message: Any) -> None:
            await asyncio.sleep(0)
            reached.append(message["type"])

        await CORSMiddleware(app, LISTED)(http_scope(), None, send)  # type: ignore[arg-type]

    asyncio.run(run())
    assert len(reached) == 3


def test_receive_is_the_servers_own() -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(receive)

    async def receive() -> Any: ...
    async def send(message: Any) -> None: ...

    asyncio.run(CORSMiddleware(app, LISTED)(http_scope(), receive, send))
    assert seen == [receive]


# Exceptions


def raises(error: BaseException, *messages: dict[str, Any]) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)
        raise error

    return app


def test_an_exception_that_nobody_answered_is_a_500_with_its_fields_and_goes_on() -> None:
    error = ValueError("bug")
    answered = asgi(CORSMiddleware(raises(error), LISTED), headers=FROM_APP)
    assert answered.error is error
    assert (answered.status, answered.headers, answered.body) == (500, [*ERROR, *ALLOWED], b"Internal Server Error")
    head = asgi(CORSMiddleware(raises(error), LISTED), "HEAD", FROM_EVIL)
    assert (head.status, head.headers, head.body, head.error) == (500, [*ERROR, VARY], b"", error)


def test_an_exception_after_the_response_started_goes_on_untouched() -> None:
    error = ValueError("late")
    answered = asgi(CORSMiddleware(raises(error, start(), body(b"a", more=True)), LISTED), headers=FROM_APP)
    assert (answered.error, answered.status, answered.headers, answered.body) == (error, 200, ALLOWED, b"a")
    assert len(answered.messages) == 2


def test_what_is_no_error_of_the_app_is_not_answered() -> None:
    with pytest.raises(asyncio.CancelledError):
        asgi(CORSMiddleware(raises(asyncio.CancelledError()), LISTED))
    with pytest.raises(KeyboardInterrupt):
        asgi(CORSMiddleware(raises(KeyboardInterrupt()), LISTED))


def test_the_error_of_the_app_outlives_a_client_that_is_gone() -> None:
    error = ValueError("bug")

    async def send(message: Any) -> None:
        raise ConnectionResetError

    with pytest.raises(ValueError, match="bug") as caught:
        asyncio.run(CORSMiddleware(raises(error), LISTED)(http_scope(), None, send))  # type: ignore[arg-type]
    assert caught.value is error


def test_inside_a_framework_an_exception_is_left_to_it_and_the_operator_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    middleware = CORSMiddleware(raises(ValueError("bug")), LISTED)
    for _ in range(2):
        answered = asgi_scope(middleware, {**http_scope(headers=FROM_APP), "app": object()})
        assert (answered.messages, type(answered.error)) == ([], ValueError)
    (record,) = caplog.records
    assert record.getMessage().startswith("CORSMiddleware runs inside object")
    assert "app = CORSMiddleware(app, ...)" in record.getMessage()


def test_a_framework_inside_it_is_not_taken_for_one_around_it() -> None:
    async def framework(scope: Any, receive: Any, send: Any) -> None:
        scope["app"] = framework
        raise ValueError

    assert asgi(CORSMiddleware(framework, LISTED)).status == 500


def test_headers_that_are_no_headers_are_an_error_of_the_app() -> None:
    answered = asgi(CORSMiddleware(sends(start([b"x"])), LISTED), headers=FROM_APP)
    assert isinstance(answered.error, ValueError)
    assert answered.status == 500


# Other scopes


def test_lifespan_passes_untouched(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Any] = []

    async def app(*arguments: Any) -> None:
        seen.extend(arguments)

    async def receive() -> Any: ...
    async def send(message: Any) -> None: ...

    scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
    middleware = CORSMiddleware(app, LISTED)
    asyncio.run(middleware(scope, receive, send))
    assert all(got is given for got, given in zip(seen, [scope, receive, send], strict=True))
    assert not caplog.records
    asyncio.run(middleware({**scope, "app": app}, receive, send))
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_an_unknown_scope_passes_untouched() -> None:
    assert asgi_scope(CORSMiddleware(sends({"type": "x"}), LISTED), {"type": "telepathy"}).messages == [{"type": "x"}]


ACCEPT = {"type": "websocket.accept"}
CONNECT = [{"type": "websocket.connect"}]


def handshake(policy: Any, headers: Any, *, guard: bool = True, **more: Any) -> Answered:
    app = CORSMiddleware(sends(ACCEPT), policy, guard_websockets=guard, own_origins=more.pop("own_origins", ()))
    scope = {"type": "websocket", "path": "/", "scheme": "wss", "headers": headers, **more}
    return asgi_scope(app, scope, CONNECT)


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ([], True),
        ([(b"origin", APP)], True),
        ([(b"origin", EVIL)], False),
        ([(b"origin", b"null")], False),
        ([(b"origin", APP), (b"origin", APP)], False),
        ([(b"origin", EVIL), (b"host", b"evil.example.net")], True),
        ([(b"origin", EVIL), (b"host", b"evil.example.net:443")], True),
        ([(b"origin", b"http://evil.example.net"), (b"host", b"evil.example.net")], False),
        ([(b"origin", EVIL), (b"host", b"evil.example.net"), (b"sec-fetch-site", b"cross-site")], False),
        ([(b"origin", b"https://own.example")], True),
    ],
    ids=[
        "no Origin",
        "allowed",
        "denied",
        "null",
        "two Origins",
        "same origin",
        "same origin, with a port",
        "http page on a wss host",
        "Sec-Fetch-Site decides",
        "own origin",
    ],
)
def test_the_guard_of_websockets(headers: Any, passes: bool) -> None:
    answered = handshake(LISTED, headers, own_origins=["https://own.example"])
    refusal = {"type": "websocket.close", "code": 1008, "reason": "Not allowed by CORS"}
    assert answered.messages == ([ACCEPT] if passes else [refusal])


def test_a_refused_handshake_is_received_before_it_is_closed() -> None:
    """As ASGI has it: an app answers `websocket.connect`."""
    order: list[str] = []

    async def receive() -> Any:
        order.append("received")
        return CONNECT[0]

    async def send(message: Any) -> None:
        order.append(message["type"])

    scope = {"type": "websocket", "path": "/", "headers": FROM_EVIL}
    asyncio.run(CORSMiddleware(sends(ACCEPT), LISTED, guard_websockets=True)(scope, receive, send))
    assert order == ["received", "websocket.close"]


def test_the_guard_asks_predicates_and_a_failing_one_closes(caplog: pytest.LogCaptureFixture) -> None:
    async def decide(origin: Origin) -> bool:
        if origin.host == "evil.example.net":
            raise ConnectionError
        return True

    policy = Policy(allow_origins=[decide])
    assert handshake(policy, FROM_APP).messages == [ACCEPT]
    assert handshake(policy, FROM_EVIL).messages[0]["type"] == "websocket.close"
    assert len(caplog.records) == 1


def test_an_unguarded_websocket_is_told_once_and_only_beside_an_allow_list(caplog: pytest.LogCaptureFixture) -> None:
    assert handshake(Policy(allow_origins="*"), FROM_EVIL, guard=False).messages == [ACCEPT]
    assert handshake(Policy(allow_origins="*"), FROM_EVIL).messages == [ACCEPT]
    assert handshake(PolicyMap({"/api/": LISTED}), FROM_EVIL).messages == [ACCEPT]
    assert not caplog.records
    middleware = CORSMiddleware(sends(ACCEPT), LISTED)
    for _ in range(2):
        scope = {"type": "websocket", "path": "/ws", "headers": FROM_EVIL}
        assert asgi_scope(middleware, scope, CONNECT).messages == [ACCEPT]
    (record,) = caplog.records
    assert "'/ws' takes WebSockets from every origin" in record.getMessage()


# Predicates


def test_async_predicates_decide_and_time_out(caplog: pytest.LogCaptureFixture) -> None:
    cancelled = []

    async def slow(origin: Origin) -> bool:
        if origin.host == "app.example.com":
            return True
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(origin)
            raise
        return True

    middleware = CORSMiddleware(asgi_app(), allow_origins=[slow], predicate_timeout=0.01)
    assert asgi(middleware, headers=FROM_APP).headers == [(b"content-type", b"text/plain"), *ALLOWED]
    answered = asgi(middleware, headers=FROM_EVIL)
    no_store = (b"cache-control", b"no-store")
    assert (answered.status, answered.headers) == (200, [(b"content-type", b"text/plain"), no_store, VARY])
    assert [str(origin) for origin in cancelled] == [EVIL.decode()]
    (record,) = caplog.records
    assert "TimeoutError" in record.getMessage()


def test_the_endpoint_names_the_route_in_warnings(caplog: pytest.LogCaptureFixture) -> None:
    def read_item() -> None: ...

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["endpoint"] = read_item
        await asgi_app([(b"access-control-allow-origin", b"*")])(scope, receive, send)

    middleware = CORSMiddleware(app, LISTED)
    for number in range(3):
        asgi(middleware, path=f"/items/{number}")
    (record,) = caplog.records
    assert "read_item set access-control-allow-origin itself" in record.getMessage()
