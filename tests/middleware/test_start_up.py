"""A mistake in the arguments of `app.add_middleware(CORSMiddleware, ...)` fails the start-up of a Starlette, once."""

import asyncio
import logging
import traceback
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, Router
from uvicorn.lifespan.on import LifespanOn

from crossorigin import PolicyError
from crossorigin.middleware.asgi import CORSMiddleware
from crossorigin.middleware.starlette import CORS
from crossorigin.testing import Browser, LifespanFailed
from tests.middleware.drive import asgi, asgi_app
from tests.middleware.test_both import APP, LISTED

ORIGIN = (b"origin", APP)


async def hook(event: Any) -> None: ...


MISTAKES = {
    "a bad origin": ((), {"allow_origins": ["https://app.example.com/"]}, PolicyError, "[origin-trailing-slash]"),
    "a typo": ((), {"allow_orgins": ["*"]}, TypeError, "did you mean allow_origins?"),
    "no policy": ((), {}, TypeError, "CORSMiddleware needs a policy"),
    "two": ((LISTED,), {"allow_origins": ["*"]}, TypeError, "a policy or the fields of one, not both"),
    "another thing": (("https://app.example.com",), {}, TypeError, "is a Policy, a ReportOnly or a PolicyMap, not str"),
    "route": ((), {"allow_origins": "*", "allow_methods": "route"}, PolicyError, "'route' stands for"),
    "an async hook": ((LISTED,), {"on_decision": hook}, TypeError, "on_decision is called and never awaited"),
    "own origins": ((LISTED,), {"own_origins": "https://a.example"}, TypeError, "own_origins is a collection"),
    "too many": ((LISTED, True), {}, TypeError, "CORSMiddleware() too many positional arguments"),
    "twice": ((LISTED,), {"policy": LISTED}, TypeError, "CORSMiddleware() multiple values for argument 'policy'"),
}


def mistaken(app: Any, arguments: Any, options: Any) -> Any:
    app.add_middleware(CORSMiddleware, *arguments, **options)
    return app


def lifespan(app: Any) -> tuple[list[Any], Exception | None]:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message)

    try:
        asyncio.run(app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))
    except Exception as error:
        return sent, error
    return sent, None


@pytest.mark.parametrize("kind", [Starlette, FastAPI])
@pytest.mark.parametrize(("arguments", "options", "error", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_fails_the_start_up(kind: Any, arguments: Any, options: Any, error: Any, words: str) -> None:
    app = mistaken(kind(), arguments, options)
    (message,), raised = lifespan(app)
    assert message["type"] == "lifespan.startup.failed"
    assert message["message"] == f"{error.__name__}: {raised}"
    assert message["message"].count(words) == 1
    assert isinstance(raised, error)


@pytest.mark.parametrize(("arguments", "options", "error", "words"), MISTAKES.values(), ids=MISTAKES)
def test_without_a_start_up_each_request_fails(arguments: Any, options: Any, error: Any, words: str) -> None:
    app = mistaken(Starlette(), arguments, options)
    lengths = set()
    for method in ("GET", "OPTIONS", "GET"):
        answered = asgi(app, method, [ORIGIN, (b"access-control-request-method", b"PUT")])
        assert answered.status == 500
        assert not any(name.startswith(b"access-control-") for name, _ in answered.headers)
        assert isinstance(answered.error, error)
        assert words in str(answered.error)
        lengths.add(len(traceback.format_tb(answered.error.__traceback__)))
    assert len(lengths) == 1


@pytest.mark.parametrize(("arguments", "options", "error", "words"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("app", [asgi_app(), Starlette(), GZipMiddleware(FastAPI())])
def test_around_an_app_a_mistake_is_said_at_once(
    app: Any, arguments: Any, options: Any, error: Any, words: str
) -> None:
    if words.startswith("CORSMiddleware() "):  # by Python
        words = "positional arguments" if "many" in words else "multiple values for argument 'policy'"
    if isinstance(app, Starlette):
        app.middleware_stack = app.build_middleware_stack()
    with pytest.raises(error) as raised:
        CORSMiddleware(app, *arguments, **options)
    assert words in str(raised.value)
    if isinstance(app, Starlette):
        with pytest.raises(error):
            CORSMiddleware(app.middleware_stack, *arguments, **options)


def test_where_it_is_made_at_once_a_mistake_is_said_at_once() -> None:
    def at(place: Any) -> Any:
        return place(middleware=[Middleware(CORSMiddleware, allow_origins=["null"])])

    for place in (
        lambda **more: Route("/", hook, **more),
        lambda **more: Mount("/", Router(), **more),
        lambda **more: Router(**more),
    ):
        with pytest.raises(PolicyError):
            at(place)


def wrapped(app: Any) -> Any:
    async def inside(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    return inside


class Keeping:
    """A middleware that keeps what it wraps under a name of its own."""

    def __init__(self, app: Any) -> None:
        self.what_is_inside = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.what_is_inside(scope, receive, send)


@pytest.mark.parametrize("beside", [GZipMiddleware, BaseHTTPMiddleware, wrapped, Keeping])
@pytest.mark.parametrize("is_inside", [True, False])
def test_among_other_middleware(beside: Any, *, is_inside: bool) -> None:
    more = {"dispatch": hook} if beside is BaseHTTPMiddleware else {}
    layers = [Middleware(beside, **more), Middleware(CORSMiddleware, allow_origins=["null"])]
    for app in (Starlette(middleware=layers[::-1] if is_inside else layers), FastAPI(middleware=layers)):
        (message,), raised = lifespan(app)
        assert message["type"] == "lifespan.startup.failed"
        assert isinstance(raised, PolicyError)


def test_a_subclass_with_arguments_of_its_own() -> None:
    class Ours(CORSMiddleware):
        def __init__(self, app: Any, region: str) -> None:
            super().__init__(app, allow_origins=[f"https://{region}.example.com"])

    def of(**options: Any) -> Starlette:
        app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("home"))])
        app.add_middleware(Ours, **options)
        return app

    assert lifespan(of(region="eu west"))[0][0]["message"].startswith("PolicyError: ")
    assert lifespan(of())[0][0]["message"] == "TypeError: Ours() missing a required argument: 'region'"
    origin = b"https://eu.example.com"
    answered = asgi(of(region="eu"), "GET", [(b"origin", origin)])
    assert dict(answered.fields)[b"access-control-allow-origin"] == origin


def test_sound_arguments_start() -> None:
    app = mistaken(Starlette(), (), {"allow_origins": ["https://app.example.com"], "max_age": 5})
    with Browser({"https://api.example.com": app}) as browser:
        assert browser.page("https://app.example.com").fetch("https://api.example.com/").status == 404


def test_an_integration_that_is_added_fails_the_start_up() -> None:
    for arguments in ((LISTED,), ()):
        app = Starlette()
        app.add_middleware(CORS, *arguments)  # type: ignore[arg-type]  # the mistake
        (message,), raised = lifespan(app)
        assert message["message"] == f"TypeError: {raised}"
        assert "Write CORS(app, ...) below the line that makes the app, and not add_middleware" in str(raised)


def test_uvicorn_does_not_start_and_prints_it_once(caplog: pytest.LogCaptureFixture) -> None:
    for mode in ("auto", "on"):
        app = mistaken(Starlette(), (), {"allow_origins": ["null"]})
        caplog.clear()
        lifespan_of_app = LifespanOn(uvicorn.Config(app, lifespan=mode, log_config=None))  # type: ignore[arg-type]
        with caplog.at_level(logging.INFO):
            asyncio.run(lifespan_of_app.startup())
        assert lifespan_of_app.should_exit
        assert caplog.text.count("[origin-null]") == 1


def test_the_test_browser_raises_it_once() -> None:
    app = mistaken(Starlette(), (), {"allow_origins": ["null"]})
    with Browser({"https://api.example.com": app}) as browser, pytest.raises(LifespanFailed) as raised:
        browser.page("https://app.example.com").fetch("https://api.example.com/")
    assert "".join(traceback.format_exception(raised.value)).count("[origin-null]") == 1
    assert isinstance(raised.value.__context__, PolicyError)
