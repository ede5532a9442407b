"""Headers that are set by hand are found, whichever framework's hook sets them, and said."""

from typing import Any

import aiohttp.web
import aiohttp_cors
import flask
import flask.views
import flask_cors
import pytest
from django.test import override_settings
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.base import BaseHTTPMiddleware

from crossorigin.migrate import from_app
from crossorigin.migrate._by_hand import by_hand
from tests.migrate import peers
from tests.migrate.by_hand import SETTING, SETTING_NONE, Sets, reads, sets_header

A = "https://a.example"


@pytest.mark.parametrize("thing", SETTING.values(), ids=SETTING)
def test_found(thing: Any) -> None:
    (name,) = by_hand([thing])
    assert name.startswith("tests.migrate.by_hand.")


@pytest.mark.parametrize("thing", SETTING_NONE.values(), ids=SETTING_NONE)
def test_not_found(thing: Any) -> None:
    assert by_hand([thing]) == ()


def with_flask(add: Any) -> flask.Flask:
    app = flask.Flask("by hand")
    flask_cors.CORS(app, origins=A)
    add(app)
    return app


class View(flask.views.MethodView):
    def get(self) -> Any:
        return sets_header(flask.Response())


FLASK = {
    "after_request": lambda app: app.after_request(sets_header),
    "before_request": lambda app: app.before_request(lambda: sets_header(flask.Response())),
    "an error handler": lambda app: app.register_error_handler(404, sets_header),
    "a view": lambda app: app.add_url_rule("/x", "x", lambda: sets_header(flask.Response())),
    "a view's class": lambda app: app.add_url_rule("/x", view_func=View.as_view("x")),
    "a decorated view": lambda app: app.add_url_rule(
        "/x", "x", flask_cors.cross_origin()(lambda: sets_header(flask.Response()))
    ),
}


@pytest.mark.parametrize("add", FLASK.values(), ids=FLASK)
def test_flask(add: Any) -> None:
    assert "by-hand" in {note.code for note in from_app(with_flask(add)).notes}


def test_flask_that_only_reads() -> None:
    assert from_app(with_flask(lambda app: app.after_request(reads))).notes == ()


def test_a_layer_around() -> None:
    class Layer(Sets):
        app = with_flask(lambda app: None)

    assert [note.code for note in from_app(Layer()).notes] == ["by-hand"]


def test_django() -> None:
    names = ["corsheaders.middleware.CorsMiddleware", "tests.migrate.by_hand.Sets"]
    with override_settings(MIDDLEWARE=names, CORS_ALLOWED_ORIGINS=[A]):
        assert [note.code for note in from_app(peers.WSGIHandler()).notes] == ["by-hand"]


def test_starlette() -> None:
    async def dispatch(request: Any, call_next: Any) -> Any:
        return sets_header(await call_next(request))

    async def endpoint() -> Any:
        return sets_header(None)

    by_middleware, by_endpoint = FastAPI(), FastAPI()
    by_middleware.add_middleware(BaseHTTPMiddleware, dispatch=dispatch)
    by_endpoint.add_api_route("/x", endpoint)
    for app in (by_middleware, by_endpoint):
        app.add_middleware(CORSMiddleware, allow_origins=[A], allow_methods=["*"])
        assert [note.code for note in from_app(app).notes] == ["by-hand"]


def test_aiohttp() -> None:
    async def on_response_prepare(request: Any, response: Any) -> None:
        sets_header(response)

    app = aiohttp.web.Application()
    aiohttp_cors.setup(app).add(app.router.add_put("/x", peers._handler), {A: {}})
    app.on_response_prepare.append(on_response_prepare)
    assert [note.code for note in from_app(app).notes] == ["by-hand"]
