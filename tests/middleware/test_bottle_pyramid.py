"""Bottle and Pyramid behind the generic middleware: where the line goes, so that errors carry the fields."""

import io
from typing import Any

import pytest
from bottle import Bottle
from pyramid.config import Configurator
from pyramid.response import Response

from crossorigin import Policy, PolicyMap
from crossorigin.middleware.wsgi import CORSMiddleware
from tests.middleware.test_flask import ALLOWED, ANY, ANYONE, EVIL, MANY, VARY, VARY_OPTIONS, ask, fields

LISTED = MANY.replace(allow_methods=["PUT"])


def bottle_app() -> Bottle:
    app = Bottle()

    @app.get("/boom")
    def boom() -> str:
        raise RuntimeError("a bug, on purpose")

    @app.get("/stream")
    def stream() -> Any:
        raise RuntimeError("a bug before the first part")
        yield b""

    @app.get("/handled")
    def handled() -> str:
        return "handled"

    app.get("/")(lambda: "ok")
    return app


def pyramid_app(*, exception_view: bool = False, tweens: tuple[str, ...] = ()) -> Any:
    config = Configurator()
    for tween in tweens:
        config.add_tween(tween)

    def boom(request: Any) -> Response:
        raise RuntimeError("a bug, on purpose")

    for path, view in {"/": lambda request: Response("ok"), "/boom": boom}.items():
        config.add_route(path, path)
        config.add_view(view, route_name=path)
    if exception_view:
        config.add_exception_view(lambda error, request: Response("handled", 418), context=RuntimeError)
    return config.make_wsgi_app()


def failing_tween(handler: Any, registry: Any) -> Any:
    def tween(request: Any) -> Any:
        raise RuntimeError("a bug of a tween")

    return tween


@pytest.mark.parametrize(
    ("make", "method", "path", "status"),
    [
        (bottle_app, "GET", "/", 200),
        (bottle_app, "GET", "/nowhere", 404),
        (bottle_app, "PUT", "/", 405),
        (bottle_app, "OPTIONS", "/", 405),
        (bottle_app, "GET", "/boom", 500),
        (bottle_app, "GET", "/stream", 500),
        (pyramid_app, "GET", "/", 200),
        (pyramid_app, "GET", "/nowhere", 404),
    ],
)
def test_what_they_answer_themselves_carries_the_fields(make: Any, method: str, path: str, status: int) -> None:
    answered = ask(CORSMiddleware(make(), LISTED), path, method)
    assert (answered.status, answered.error) == (status, None)
    assert fields(answered) == [*ALLOWED[:2], VARY_OPTIONS if method == "OPTIONS" else ALLOWED[2]]


def test_a_bottle_that_catches_nothing_lets_the_server_see_it_and_the_page_a_500() -> None:
    bottle = bottle_app()
    bottle.catchall = False
    answered = ask(CORSMiddleware(bottle, LISTED), "/boom")
    assert isinstance(answered.error, RuntimeError)
    assert (answered.status, fields(answered)) == (500, ALLOWED)


@pytest.mark.parametrize("tweens", [(), (f"{__name__}.failing_tween",)], ids=["a view raises", "a tween raises"])
def test_what_no_exception_view_of_pyramid_answers(tweens: tuple[str, ...]) -> None:
    answered = ask(CORSMiddleware(pyramid_app(tweens=tweens), LISTED), "/boom")
    assert isinstance(answered.error, RuntimeError)
    assert (answered.status, fields(answered)) == (500, ALLOWED)


def test_an_exception_view_is_not_pre_empted() -> None:
    answered = ask(CORSMiddleware(pyramid_app(exception_view=True), LISTED), "/boom")
    assert (answered.status, fields(answered), answered.body) == (418, ALLOWED, b"handled")


def test_a_mounted_bottle_has_its_policy_in_the_map_of_the_outer_one() -> None:
    """With one of its own around it, its 500s would lose the fields: Bottle raises them anew in the outer app."""
    root = bottle_app()
    root.mount("/public/", bottle_app())
    app = CORSMiddleware(root, PolicyMap({"/": LISTED, "/public/": ANY}))
    for path, status in [("/public/handled", 200), ("/public/nowhere", 404), ("/public/boom", 500)]:
        answered = ask(app, path, origin=EVIL)
        assert (answered.status, fields(answered)) == (status, ANYONE)
    preflight = ask(app, "/public/", "OPTIONS", wants=b"PUT", origin=EVIL)
    assert preflight.fields == [*ANYONE, VARY_OPTIONS]
    assert fields(ask(app, "/handled")) == ALLOWED


@pytest.mark.parametrize("path", ["/admin/secret", "/adm\xffin/secret", "/admin\xc3/secret", "/\xffadmin/secret"])
def test_no_bytes_that_bottle_drops_give_a_strict_part_away(path: str) -> None:
    app = Bottle()
    app.get("/admin/secret")(lambda: "SECRET")
    answered = ask(CORSMiddleware(app, PolicyMap({"/": ANY, "/admin/": LISTED})), path, origin=EVIL)
    assert answered.body == b"SECRET"
    assert fields(answered) == [VARY]


@pytest.mark.parametrize("make", [bottle_app, pyramid_app])
@pytest.mark.parametrize("prefix", ["", "/public", "/boom", "/", "/public/"])
def test_no_prefix_of_a_server_chooses_the_policy(make: Any, prefix: str) -> None:
    app = CORSMiddleware(make(), PolicyMap({"/": ANY, "/boom": LISTED}))
    assert fields(ask(app, "/boom", origin=EVIL, SCRIPT_NAME=prefix)) == [VARY]
    assert fields(ask(app, "/", origin=EVIL, SCRIPT_NAME=prefix)) == ANYONE


def test_bottles_trace_still_goes_to_the_servers_log() -> None:
    errors = io.StringIO()
    ask(CORSMiddleware(bottle_app(), Policy(allow_origins="*")), "/boom", **{"wsgi.errors": errors})
    assert "RuntimeError: a bug, on purpose" in errors.getvalue()
