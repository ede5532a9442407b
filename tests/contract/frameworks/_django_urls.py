"""The contract's views in Django, for both of its apps: plain ones, coroutines, and a class."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import include, path
from django.views import View
from django.views.decorators.http import require_http_methods, require_safe

from crossorigin.middleware.django import cors
from tests.contract.frameworks._policies import PUBLIC, REFUSING, SUB


def text(body: str, **headers: str) -> HttpResponse:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(body, content_type="text/plain; charset=utf-8", headers=fields)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return text("ok")


class Item(View):
    def get(self, request: HttpRequest, item: str) -> HttpResponse:
        return text(f"item {item}")

    def put(self, request: HttpRequest, item: str) -> HttpResponse:
        return text(f"put {item}")

    def delete(self, request: HttpRequest, item: str) -> HttpResponse:
        return HttpResponse(status=204)


@cors(PUBLIC)
@require_safe
async def public(request: HttpRequest) -> HttpResponse:
    return text("public")


@require_http_methods(["GET", "POST"])
@cors(REFUSING)
def refusing(request: HttpRequest) -> HttpResponse:
    return text("refusing")


@cors(None)
def bare(request: HttpRequest) -> HttpResponse:
    return text("bare", Access_Control_Allow_Origin="https://own.example")


async def own(request: HttpRequest) -> HttpResponse:
    return text("own", Access_Control_Allow_Origin="*", Access_Control_Expose_Headers="x-secret")


def vary(request: HttpRequest) -> HttpResponse:
    return text("vary", Vary="Accept")


def streamed(request: HttpRequest, content_type: str, *parts: bytes) -> StreamingHttpResponse:
    """Each side streams what it can: WSGI a plain iterator, ASGI an asynchronous one."""

    async def asynchronous() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    def plain() -> Iterator[bytes]:
        yield from parts

    content: Any = asynchronous() if isinstance(request, ASGIRequest) else plain()
    return StreamingHttpResponse(content, content_type=content_type)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return streamed(request, "text/plain", b"one", b"two", b"three")


def events(request: HttpRequest) -> StreamingHttpResponse:
    return streamed(request, "text/event-stream", b"data: 1\n\n", b"data: 2\n\n")


def moved(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/", preserve_request=True)


async def boom(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug, on purpose")


@require_http_methods(["GET", "OPTIONS"])
def options(request: HttpRequest) -> HttpResponse:
    return text("own options" if request.method == "OPTIONS" else "options")


def sub(request: HttpRequest) -> HttpResponse:
    return text("sub")


@cors(PUBLIC)
def sub_public(request: HttpRequest) -> HttpResponse:
    return text("sub public")


def subway(request: HttpRequest) -> HttpResponse:
    return text("subway")


def cafe(request: HttpRequest) -> HttpResponse:
    return text("café")


urlpatterns = [
    path("", home),
    path("items/<int:item>", Item.as_view()),
    path("public", public),
    path("refusing", refusing),
    path("bare", bare),
    path("own", own),
    path("vary", vary),
    path("stream", stream),
    path("events", events),
    path("moved", moved),
    path("boom", boom),
    path("options", options),
    cors(SUB)(path("sub/", include([path("x", sub), path("public", sub_public)]))),
    path("subway", subway),
    path("café", cafe),
]
