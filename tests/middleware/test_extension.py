"""What the extensions of Flask and of Quart have alike: where a policy is bound, in whatever the view is wrapped."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial, partialmethod, update_wrapper, wraps
from inspect import iscoroutinefunction
from operator import methodcaller
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from flask import Flask
from flask.views import MethodView, View
from quart import Quart
from quart.views import MethodView as QuartMethodView
from quart.views import View as QuartView

from crossorigin.middleware import flask, quart
from crossorigin.middleware.engine import cors
from tests.middleware import test_flask, test_quart
from tests.middleware.test_flask import ALLOWED, ANY, ANYONE, APP, EVIL, MANY, VARY, fields


@dataclass(frozen=True, slots=True)
class Framework:
    name: str
    app: Callable[..., Any]
    cors: Any
    ask: Callable[..., Any]
    view: Any
    method_view: Any


FRAMEWORKS = [
    Framework("Flask", Flask, flask.CORS, test_flask.ask, View, MethodView),
    Framework("Quart", Quart, quart.CORS, test_quart.ask, QuartView, QuartMethodView),
]


@pytest.fixture(params=FRAMEWORKS, ids=lambda framework: framework.name)
def framework(request: pytest.FixtureRequest) -> Any:
    return request.param


bind = cors(ANY)


def view(flag: int = 0) -> str:
    return "ok"


def bound() -> Any:
    return bind(lambda flag=0: "ok")


class Service:
    @bind
    def read(self, flag: int = 0) -> str:
        return "ok"

    @bind
    def __call__(self, flag: int = 0) -> str:
        return "ok"


@bind
class BoundService:
    def read(self) -> str:
        return "ok"

    def __call__(self) -> str:
        return "ok"


class Wrapping:
    """A decorator that is a class, and says what it wraps."""

    def __init__(self, function: Any) -> None:
        update_wrapper(self, function)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self.__wrapped__(*arguments, **keywords)  # type: ignore[attr-defined]


class Holding:
    """One that does not."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self.function(*arguments, **keywords)


def hidden(function: Any) -> Any:
    """A decorator without `functools.wraps`."""

    def wrapper(*arguments: Any, **keywords: Any) -> Any:
        return function(*arguments, **keywords)

    async def async_wrapper(*arguments: Any, **keywords: Any) -> Any:
        return await function(*arguments, **keywords)

    return async_wrapper if iscoroutinefunction(function) else wrapper


def wrapped(function: Any) -> Any:
    return wraps(function)(hidden(function))


async def coroutine() -> str:
    return "ok"


def of_class(framework: Framework, **members: Any) -> Any:
    return type("Item", (framework.method_view,), members)


def inherited(framework: Framework) -> Any:
    return type("Child", (of_class(framework, get=bound_method()),), {})


def bound_method() -> Any:
    @bind
    def get(self: Any, flag: int = 0) -> str:
        return "ok"

    return get


def dispatching(framework: Framework, **members: Any) -> Any:
    return type("Dispatching", (framework.view,), {"dispatch_request": lambda self: "ok", **members})


WAYS: dict[str, Callable[[Framework], Any]] = {
    "itself": lambda framework: bound(),
    "a partial": lambda framework: partial(bound(), flag=1),
    "a partial that is bound": lambda framework: bind(partial(view, flag=1)),
    "a partial of a partial of a wrapper": lambda framework: partial(partial(wrapped(bound())), flag=1),
    "a bound method": lambda framework: Service().read,
    "a partial of a bound method": lambda framework: partial(Service().read, flag=1),
    "a method of an object whose class is bound": lambda framework: BoundService().read,
    "an object that is called": lambda framework: Service(),
    "an object that is called, of a class that is bound": lambda framework: BoundService(),
    "a wrapper": lambda framework: wrapped(bound()),
    "a wrapper of a bound method": lambda framework: wrapped(Service().read),
    "a decorator that is a class": lambda framework: Wrapping(bound()),
    "a cache": lambda framework: lru_cache(bound()),
    "a method of a class": lambda framework: of_class(framework, get=bound_method()).as_view("v"),
    "a method that a class inherits": lambda framework: inherited(framework).as_view("v"),
    "a partialmethod": lambda framework: of_class(framework, get=partialmethod(bound_method(), flag=1)).as_view("v"),
    "a static method": lambda framework: of_class(framework, get=staticmethod(bound())).as_view("v"),
    "a class method": lambda framework: of_class(framework, get=classmethod(bound_method())).as_view("v"),
    "a wrapped method": lambda framework: of_class(framework, get=wrapped(bound_method())).as_view("v"),
    "a class": lambda framework: bind(dispatching(framework)).as_view("v"),
    "a class that keeps its instance": lambda framework: bind(dispatching(framework, init_every_request=False)).as_view(
        "v"
    ),
    "dispatch_request": lambda framework: dispatching(framework, dispatch_request=bound_method()).as_view("v"),
    "the decorators of a class": lambda framework: dispatching(framework, decorators=[bind]).as_view("v"),
    "below another decorator of a class": lambda framework: dispatching(framework, decorators=[bind, wrapped]).as_view(
        "v"
    ),
    "a partial of a class": lambda framework: partial(of_class(framework, get=bound_method()).as_view("v")),
    "a wrapped class": lambda framework: wrapped(of_class(framework, get=bound_method()).as_view("v")),
    "a hidden method of a class that is known": lambda framework: of_class(
        framework, get=bound_method(), decorators=[hidden]
    ).as_view("v"),
}

HIDDEN: dict[str, Callable[[Framework], Any]] = {
    "in a closure": lambda framework: hidden(bound()),
    "in a partial of a closure": lambda framework: partial(hidden(bound())),
    "a bound method in a closure": lambda framework: hidden(Service().read),
    "in an object": lambda framework: Holding(bound()),
    "a class in a closure": lambda framework: hidden(bind(dispatching(framework)).as_view("v")),
    "a method of a class in a closure": lambda framework: hidden(of_class(framework, get=bound_method()).as_view("v")),
    "an inherited method of a class in a closure": lambda framework: hidden(inherited(framework).as_view("v")),
    "a method that hides it": lambda framework: of_class(framework, get=staticmethod(hidden(bound()))).as_view("v"),
    "a decorator of a class that hides it": lambda framework: dispatching(framework, decorators=[bind, hidden]).as_view(
        "v"
    ),
    "a callable of another language": lambda framework: methodcaller("read"),
}


def asked(framework: Framework, endpoint: Any, *, origin: bytes = EVIL, **more: Any) -> Any:
    app = framework.app("wrapped", static_folder=None)
    app.add_url_rule("/s", "s", endpoint)
    app.add_url_rule("/", "root", view)
    framework.cors(app, MANY)
    assert fields(framework.ask(app)) == ALLOWED
    return fields(framework.ask(app, "/s", origin=origin, **more))


@pytest.mark.parametrize("way", WAYS)
def test_what_is_bound_is_found_through(framework: Framework, way: str) -> None:
    endpoint = WAYS[way](framework)
    assert asked(framework, endpoint) == ANYONE
    assert asked(framework, endpoint, method="HEAD") == ANYONE


def test_through_the_adapters_of_asgiref() -> None:
    assert asked(FRAMEWORKS[0], async_to_sync(bind(coroutine))) == ANYONE
    assert asked(FRAMEWORKS[0], partial(async_to_sync(bind(coroutine)))) == ANYONE
    assert asked(FRAMEWORKS[1], sync_to_async(bound())) == ANYONE


@pytest.mark.parametrize("way", HIDDEN)
def test_where_something_bound_may_be_hidden_no_page_may_read_and_it_is_said_once(
    framework: Framework, way: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crossorigin.middleware.engine._bindings._registry._hidden", set())
    endpoint = HIDDEN[way](framework)
    for _ in range(2):
        assert asked(framework, endpoint) == [VARY]
    (said,) = [r.getMessage() for r in caplog.records if r.name == "crossorigin"]
    assert "a policy may be bound inside it" in said


def test_a_decorator_that_hides_nothing_that_is_bound_hides_nothing(framework: Framework) -> None:
    def undecorated() -> str:
        return "ok"

    for endpoint in (hidden(undecorated), Holding(undecorated), hidden(dispatching(framework).as_view("v"))):
        assert asked(framework, endpoint, origin=APP) == ALLOWED


def test_from_the_endpoint_outwards_the_innermost_holds(framework: Framework) -> None:
    """A method, then `dispatch_request`, the view, its class."""
    inner, outer = {"origin": b"https://inner.example"}, {"origin": b"https://outer.example"}
    of_inner, of_outer = cors(allow_origins=["https://inner.example"]), cors(allow_origins=["https://outer.example"])

    def method(self: Any) -> str:
        return "ok"

    for endpoint in (
        of_outer(of_class(framework, get=of_inner(method))).as_view("v"),
        of_outer(of_class(framework, get=of_inner(method)).as_view("v")),
        of_outer(dispatching(framework, decorators=[of_inner])).as_view("v"),
    ):
        app = framework.app("nested", static_folder=None)
        app.add_url_rule("/s", "s", endpoint)
        framework.cors(app, None)
        allowed = [(b"access-control-allow-origin", b"https://inner.example")]
        assert fields(framework.ask(app, "/s", **inner)) == allowed
        assert fields(framework.ask(app, "/s", **outer)) == allowed
