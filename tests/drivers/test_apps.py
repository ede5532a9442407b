"""ASGI or WSGI: what an app's shape tells."""

import functools
from typing import Any

import flask
import pytest
from starlette.applications import Starlette

from crossorigin.drivers import (
    ASGI,
    WSGI,
    ASGIDriver,
    AsyncASGIDriver,
    AsyncWSGIDriver,
    WSGIDriver,
    app_of,
    async_driver_for,
    driver_for,
)


async def asgi(scope: Any, receive: Any, send: Any) -> None: ...


def asgi_plain(scope: Any, receive: Any, send: Any) -> Any: ...


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    return []


def wsgi_with_default(environ: Any, start_response: Any, debug: bool = False) -> list[bytes]:
    return []


async def asgi_with_more(settings: Any, scope: Any, receive: Any, send: Any) -> None: ...


class ASGIObject:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...

    def wsgi(self, environ: Any, start_response: Any) -> list[bytes]:
        return []


class WSGIObject:
    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        return []


class Hidden:
    async def __call__(self, *args: Any) -> None: ...


def decorated(app: Any) -> Any:
    @functools.wraps(app)
    def wrapper(*args: Any, **options: Any) -> Any:
        return app(*args, **options)

    return wrapper


@pytest.mark.parametrize(
    ("app", "kind"),
    [
        pytest.param(asgi, ASGI, id="coroutine function"),
        pytest.param(asgi_plain, ASGI, id="function of three"),
        pytest.param(wsgi, WSGI, id="function of two"),
        pytest.param(wsgi_with_default, WSGI, id="a default does not count"),
        pytest.param(ASGIObject(), ASGI, id="object with async __call__"),
        pytest.param(ASGIObject().wsgi, WSGI, id="bound method"),
        pytest.param(WSGIObject(), WSGI, id="object with __call__"),
        pytest.param(Hidden(), ASGI, id="async __call__ of anything"),
        pytest.param(decorated(wsgi), WSGI, id="decorated WSGI"),
        pytest.param(decorated(asgi_plain), ASGI, id="decorated ASGI"),
        pytest.param(functools.partial(asgi_with_more, {}), ASGI, id="partial of a coroutine function"),
        pytest.param(functools.partial(wsgi_with_default, debug=True), WSGI, id="partial of WSGI"),
        pytest.param(Starlette(), ASGI, id="Starlette"),
        pytest.param(flask.Flask("test"), WSGI, id="Flask"),
        pytest.param(ASGI(wsgi), ASGI, id="said to be ASGI"),
        pytest.param(WSGI(asgi), WSGI, id="said to be WSGI"),  # type: ignore[arg-type]
    ],
)
def test_apps_are_told_apart(app: Any, kind: type) -> None:
    found = app_of(app)
    assert type(found) is kind
    assert found is app or found.app is app


@pytest.mark.parametrize(
    ("app", "says"),
    [
        pytest.param(lambda *args: None, r"Wrap it: ASGI\(app\) or WSGI\(app\)", id="any arguments"),
        pytest.param(lambda one: None, "Wrap it", id="one argument"),
        pytest.param(dict.fromkeys, "Wrap it", id="built-in"),
        pytest.param("module:app", "not its module or name", id="a name"),
        pytest.param(Starlette, "give an instance", id="a class"),
        pytest.param(None, "is not", id="None"),
    ],
)
def test_what_does_not_tell_is_an_error(app: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        app_of(app)


def test_each_kind_has_its_drivers() -> None:
    with driver_for(asgi) as one, driver_for(wsgi) as other:
        assert (type(one), type(other)) == (ASGIDriver, WSGIDriver)
    assert type(async_driver_for(asgi)) is AsyncASGIDriver
    assert type(async_driver_for(wsgi)) is AsyncWSGIDriver
