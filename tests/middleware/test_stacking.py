"""Two layers that answer CORS are found out, whoever wrote the other one; and nothing is said where there is one."""

import asyncio
import logging
from typing import Any

import falcon
import flask_cors
import pytest
from fastapi import FastAPI
from flask import Flask
from litestar import Litestar
from litestar.config.cors import CORSConfig
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware as StarletteCORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

import crossorigin.middleware.litestar
from crossorigin import Policy
from crossorigin.middleware.asgi import CORSMiddleware as ASGIMiddleware
from crossorigin.middleware.engine._stacking import cors_layers
from crossorigin.middleware.wsgi import CORSMiddleware as WSGIMiddleware
from tests.middleware.drive import asgi_app, wsgi_app

POLICY = Policy(allow_origins=["https://app.example.com"])
STARLETTES = "starlette.middleware.cors.CORSMiddleware"


def starlette() -> Any:
    return Starlette(middleware=[Middleware(GZipMiddleware), Middleware(StarletteCORSMiddleware)])


def fastapi() -> Any:
    app = FastAPI()
    app.add_middleware(StarletteCORSMiddleware, allow_origins=["*"])
    return app


def flask() -> Any:
    app = Flask(__name__)
    flask_cors.CORS(app)
    return app.wsgi_app


STACKED = {
    "ours in ours": (
        ASGIMiddleware,
        lambda: ASGIMiddleware(asgi_app(), POLICY),
        "crossorigin.middleware.asgi.",
        "around",
    ),
    "ours, two levels down": (
        ASGIMiddleware,
        lambda: GZipMiddleware(GZipMiddleware(ASGIMiddleware(asgi_app(), POLICY))),
        "crossorigin.middleware.asgi.CORSMiddleware",
        "around the app",
    ),
    "ours in ours, WSGI": (WSGIMiddleware, lambda: WSGIMiddleware(wsgi_app(), POLICY), "crossorigin.", "around"),
    "Starlette's": (ASGIMiddleware, starlette, STARLETTES, "Starlette.user_middleware"),
    "Starlette's in FastAPI": (ASGIMiddleware, fastapi, STARLETTES, "FastAPI.user_middleware"),
    "Starlette's around": (ASGIMiddleware, lambda: StarletteCORSMiddleware(asgi_app()), STARLETTES, "around the app"),
    "flask-cors": (
        WSGIMiddleware,
        flask,
        "flask_cors.extension.make_after_request_function",
        "Flask.after_request_funcs",
    ),
    "Litestar's": (
        ASGIMiddleware,
        lambda: Litestar(cors_config=CORSConfig(), logging_config=None),
        "litestar.config.cors.CORSConfig",
        "Litestar(cors_config=...)",
    ),
    "Falcon's": (WSGIMiddleware, lambda: falcon.App(cors_enable=True), "falcon.middleware.CORSMiddleware", "App"),
}


@pytest.mark.parametrize("case", STACKED)
def test_a_second_layer_is_named_with_its_place(case: str, caplog: pytest.LogCaptureFixture) -> None:
    middleware, make, name, place = STACKED[case]
    app = make()
    caplog.clear()
    middleware(app, POLICY)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("crossorigin", logging.WARNING)
    message = record.getMessage()
    assert message.startswith(f"two layers answer CORS: inside this one is {name}")
    assert place in message
    assert f"Remove {name}" in message


def test_ours_on_a_litestar_is_found_from_outside() -> None:
    app = Litestar(logging_config=None)
    crossorigin.middleware.litestar.CORS(app, POLICY)
    assert [layer.name for layer in cors_layers(app)] == ["crossorigin.middleware.asgi.CORSMiddleware"]


ALONE = {
    "a plain app": asgi_app,
    "FastAPI": FastAPI,
    "Starlette with another middleware": lambda: Starlette(middleware=[Middleware(GZipMiddleware)]),
    "Flask": lambda: Flask(__name__).wsgi_app,
    "Litestar": lambda: Litestar(logging_config=None),
    "Falcon": falcon.App,
    "a mounted app with a policy of its own": lambda: Starlette(
        routes=[Mount("/public", ASGIMiddleware(asgi_app(), POLICY))]
    ),
}


@pytest.mark.parametrize("case", ALONE)
def test_nothing_is_said_of_one_layer(case: str) -> None:
    assert cors_layers(ALONE[case]()) == []


def test_what_is_added_later_is_found_at_start_up(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()
    outer = ASGIMiddleware(app, POLICY)
    app.add_middleware(StarletteCORSMiddleware)
    assert not caplog.records
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Any:
        return {"type": next(events)}

    async def send(message: Any) -> None: ...

    asyncio.run(outer({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))
    (record,) = caplog.records
    assert STARLETTES in record.getMessage()


def test_apps_without_end_end() -> None:
    class Endless:
        made = 0

        @property
        def app(self) -> "Endless":
            Endless.made += 1
            assert Endless.made < 1000
            return Endless()

    assert cors_layers(Endless()) == []


def test_a_circle_of_apps_ends() -> None:
    class Circle:
        app: Any

    circle = Circle()
    circle.app = circle
    assert cors_layers(circle) == []
