"""django-cors-headers in Django, over WSGI and over ASGI. The settings are the process's: one declaration at a time."""

from collections.abc import Callable
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench._contender import Bare, Contender
from bench._drive import WSGI
from bench._drive_loop import LoopASGI
from bench._plain import BARE as PLAIN
from bench._requests import HEADERS, MAX_AGE, METHODS, Declaration

_MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]


@cache
def _configure() -> None:
    """At the first use, and not when this is imported: who imports it may have settings of its own."""
    settings.configure(
        ALLOWED_HOSTS=["api.example.com"],
        INSTALLED_APPS=["corsheaders"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="no secret",
        CORS_ALLOW_METHODS=METHODS,
        CORS_ALLOW_HEADERS=HEADERS,
        CORS_EXPOSE_HEADERS=(),
        CORS_PREFLIGHT_MAX_AGE=MAX_AGE,
    )
    django.setup()


def _item(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"{}", content_type="application/json")


async def _item_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [path("items/1", _item), path("async/items/1", _item_async)]


def _declare(declaration: Declaration | None) -> None:
    _configure()
    kind = None if declaration is None else declaration.kind
    settings.MIDDLEWARE = [] if declaration is None else _MIDDLEWARE
    if declaration is not None:
        settings.CORS_ALLOW_ALL_ORIGINS = kind == "any"
        settings.CORS_ALLOWED_ORIGINS = declaration.origins if kind == "exact" else []
        settings.CORS_ALLOWED_ORIGIN_REGEXES = (
            [f"^{regex}$" for regex in declaration.regexes] if kind == "wildcards" else []
        )
        settings.CORS_ALLOW_CREDENTIALS = declaration.credentials


def _wsgi(declaration: Declaration | None = None) -> Any:
    _declare(declaration)
    return WSGIHandler()


def _asgi(declaration: Declaration | None = None) -> Callable[..., Any]:
    """The same path for all, but an async view for this handler: a sync one would be run in a thread."""
    _declare(declaration)
    handler = ASGIHandler()
    return lambda scope, receive, send: handler({**scope, "path": "/async/items/1"}, receive, send)


BARE = {
    "Django WSGI": Bare(WSGI(), _wsgi, PLAIN["plain WSGI"].nothing),
    "Django ASGI": Bare(LoopASGI(), _asgi, PLAIN["plain ASGI"].nothing),
}

CONTENDERS = (
    Contender("django-cors-headers", "django-cors-headers", "Django WSGI", _wsgi),
    Contender("django-cors-headers ASGI", "django-cors-headers", "Django ASGI", _asgi),
)
