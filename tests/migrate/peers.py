"""The real peers with their own options, each around the same app; and the same app behind the migrated policy."""

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import aiohttp.web
import aiohttp_cors
import django
import flask
import flask_cors
from aiohttp.test_utils import make_mocked_request
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test.utils import override_settings
from django.urls import re_path
from starlette.middleware.cors import CORSMiddleware as StarletteCORS

from crossorigin.middleware import asgi, wsgi
from crossorigin.migrate import Migration

FIELDS = {"X-Request-Id": "7", "ETag": '"a"'}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY", "put", "patch"]
EXPRESS = Path(__file__).with_name("express.json")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.django_settings")
django.setup()


# ASGI


async def plain(scope: Any, receive: Any, send: Any) -> None:
    fields = [(name.lower().encode(), value.encode()) for name, value in FIELDS.items()]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": b"ok"})


def starlette(**arguments: Any) -> Any:
    return StarletteCORS(plain, **arguments)


def migrated_asgi(migration: Migration) -> Any:
    return plain if migration.policies is None else asgi.CORSMiddleware(plain, migration.policies)


# Flask


def bare_flask() -> flask.Flask:
    app = flask.Flask("old")

    @app.route("/", defaults={"path": ""}, methods=METHODS)
    @app.route("/<path:path>", methods=METHODS)
    def any_path(path: str) -> flask.Response:
        return flask.Response("ok", headers=FIELDS)

    return app


def flask_app(config: Mapping[str, Any] | None = None, **options: Any) -> Any:
    app = bare_flask()
    app.config.update(config or {})
    flask_cors.CORS(app, **options)
    return app


def migrated_flask(migration: Migration) -> Any:
    app = bare_flask()
    if migration.policies is not None:
        app.wsgi_app = wsgi.CORSMiddleware(app.wsgi_app, migration.policies)  # type: ignore[method-assign]
    return app


# Django


def _view(request: Any) -> HttpResponse:
    return HttpResponse("ok", headers=FIELDS)


urlpatterns = [re_path("", _view)]


def django_app(settings: Mapping[str, Any]) -> Any:
    return _under({"MIDDLEWARE": ["corsheaders.middleware.CorsMiddleware"], **settings})


def migrated_django(migration: Migration) -> Any:
    handler = _under({"MIDDLEWARE": []})
    return handler if migration.policies is None else wsgi.CORSMiddleware(handler, migration.policies)


def _under(settings: Mapping[str, Any]) -> Any:
    """A handler that is made under these settings, and is under them while it answers."""
    settings = {"ROOT_URLCONF": __name__, **settings}
    with override_settings(**settings):
        handler = WSGIHandler()

    def app(environ: Any, start_response: Any) -> Any:
        with override_settings(**settings):
            return handler(environ, start_response)

    return app


# aiohttp


async def _handler(request: aiohttp.web.Request) -> aiohttp.web.Response:
    return aiohttp.web.Response(text="ok", headers=FIELDS)


def bare_aiohttp() -> aiohttp.web.Application:
    app = aiohttp.web.Application()
    for path in ("/items", "/items/{number}", "/open"):
        resource = app.router.add_resource(path)
        for method in ("GET", "POST", "PUT", "DELETE"):
            resource.add_route(method, _handler)
    return app


def aiohttp_app(
    defaults: Mapping[str, Any] | None = None, routes: Mapping[str, Mapping[str, Any]] | None = None
) -> aiohttp.web.Application:
    """An app of which these routes are enabled; the others are there as well."""
    app = bare_aiohttp()
    cors = aiohttp_cors.setup(app, defaults=defaults)
    for resource in list(app.router.resources()):
        for method, config in ((routes or {}).get(resource.canonical) or {}).items():
            route = next(route for route in resource if route.method == method)
            cors.add(route, config)
    app.freeze()
    return app


def aiohttp_as_asgi(app: aiohttp.web.Application) -> Any:
    """The answers of an aiohttp app, as its server would get them, without a socket."""

    async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = [(name.decode(), value.decode()) for name, value in scope["headers"]]
        request = make_mocked_request(
            scope["method"], scope["path"], headers=headers, app=app, loop=asyncio.get_running_loop()
        )  # type: ignore[arg-type]
        try:
            response = await app._handle(request)
        except aiohttp.web.HTTPException as error:
            response = error
        await response.prepare(request)
        fields = [(name.lower().encode(), value.encode()) for name, value in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": fields})
        await send({"type": "http.response.body", "body": b"ok"})

    return asgi_app


# Express


class ExpressAnswers:
    """What the real package answered, recorded by `python -m tests.migrate.record_express`.

    In the file an answer is a template, for most say the same but for the origin: `$0` to `$2` stand for the three
    fields of the request that are read.
    """

    READ = ("origin", "access-control-request-method", "access-control-request-headers")

    def __init__(self, ask: Callable[[str], dict[str, Any]] | None = None) -> None:
        self.ask = ask
        self.answers: list[str] = []
        self.by_request: dict[str, int] = {}
        if ask is None:
            recorded = json.loads(EXPRESS.read_text(encoding="utf-8"))
            self.answers, self.by_request = recorded["answers"], recorded["by_request"]

    def of(self, options: Any, method: str, headers: Iterable[tuple[bytes, bytes]]) -> dict[str, Any]:
        fields = {name.decode(): value.decode() for name, value in headers}
        sent = [fields.get(name, "") for name in self.READ]
        key = " ".join([json.dumps(options), method, *sent])
        if self.ask is not None and key not in self.by_request:
            asked = {name: value for name, value in zip(self.READ, sent, strict=True) if value}
            answer = json.dumps(self.ask(json.dumps({"options": options, "method": method, "headers": asked})))
            for index, value in enumerate(sent):
                answer = answer.replace(f'"{value}"', f'"${index}"') if value else answer
            if answer not in self.answers:
                self.answers.append(answer)
            self.by_request[key] = self.answers.index(answer)
        answer = self.answers[self.by_request[key]]
        for index, value in enumerate(sent):
            answer = answer.replace(f'"${index}"', f'"{value}"')
        result: dict[str, Any] = json.loads(answer)
        return result

    def save(self) -> None:
        text = json.dumps({"answers": self.answers, "by_request": self.by_request}, indent=0, sort_keys=True)
        EXPRESS.write_text(f"{text}\n", encoding="utf-8")


def express(options: Any, answers: ExpressAnswers) -> Any:
    async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        answer = answers.of(options, scope["method"], scope["headers"])
        fields = {name.lower(): value for name, value in FIELDS.items()} if answer["called"] else {}
        fields |= answer["headers"]
        listed = [(name.encode(), value.encode()) for name, value in fields.items()]
        await send({"type": "http.response.start", "status": answer["status"], "headers": listed})
        await send({"type": "http.response.body", "body": b"" if answer["status"] == 204 else b"ok"})

    return asgi_app
