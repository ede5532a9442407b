"""URLs with policies at every place where Django's users may bind one."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path, re_path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic import RedirectView

from crossorigin import Policy
from crossorigin.middleware.django import cors

ANY = Policy(allow_origins="*", allow_methods="route")
GROUP = Policy(allow_origins=["https://group.example.com"], allow_methods="route")
INNER = Policy(allow_origins=["https://inner.example.com"], allow_methods="route")


def ok(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


async def ok_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


class Items(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return ok(request)

    def patch(self, request: HttpRequest) -> HttpResponse:
        return ok(request)


@cors(ANY)
class BoundClass(Items):
    pass


class BoundMethod(Items):
    @cors(ANY)
    def get(self, request: HttpRequest) -> HttpResponse:
        return ok(request)


class DecoratedMethod(Items):
    @method_decorator(cors(ANY))
    def get(self, request: HttpRequest) -> HttpResponse:
        return ok(request)


@method_decorator(cors(ANY), name="dispatch")
class BoundDispatch(Items):
    pass


class OwnOptions(Items):
    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return ok(request)


class AsyncItems(View):
    @cors(ANY)
    async def put(self, request: HttpRequest) -> HttpResponse:
        return ok(request)


def view_of_set(actions: dict[str, str]) -> Any:
    """As Django REST framework's `ViewSet.as_view` makes a view."""

    class Set:
        http_method_names = View.http_method_names

        @cors(ANY)
        def list(self) -> None: ...

        def create(self) -> None: ...

        def destroy(self) -> None: ...

    def view(request: HttpRequest) -> HttpResponse:
        return ok(request)

    view.cls, view.initkwargs, view.actions = Set, {}, actions  # type: ignore[attr-defined]  # as DRF does
    return csrf_exempt(view)


def view_of_api() -> Any:
    """As DRF's `@api_view` and `APIView.as_view`: OPTIONS comes with the base class, of a module of DRF's."""

    class Base:
        http_method_names = View.http_method_names

        def options(self) -> None: ...

    Base.__module__ = "rest_framework.views"

    class API(Base):
        def get(self) -> None: ...

        def delete(self) -> None: ...

    def view(request: HttpRequest) -> HttpResponse:
        return ok(request)

    view.cls = API  # type: ignore[attr-defined]  # as DRF does
    return csrf_exempt(view)


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404("gone")


def bug(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug, on purpose")


def own(request: HttpRequest) -> HttpResponse:
    fields = {"access-control-allow-origin": "*", "ACCESS-CONTROL-MAX-AGE": "1", "vary": "Accept, origin"}
    return HttpResponse("ok", content_type="text/plain", headers=fields)


def vary(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain", headers={"Vary": "Accept"})


def cookie(request: HttpRequest) -> HttpResponse:
    response = ok(request)
    response.set_cookie("a", "1")
    return response


def stream(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"one", b"two"]), content_type="text/plain")


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(open(__file__, "rb"), content_type="text/plain")  # noqa: PTH123  # as Django documents it


grouped = [
    path("plain", ok),
    path("bound", cors(ANY)(require_POST(ok))),
    path("none", cors(None)(lambda request: ok(request))),
    cors(INNER)(path("inner/", include([path("x", ok)]))),
]

urlpatterns = [
    path("", ok),
    path("decorated", cors(ANY)(require_GET(ok))),
    path("under-a-decorator", require_http_methods(["GET", "DELETE"])(cors(ANY)(require_http_methods(["DELETE"])(ok)))),
    path("async", cors(ANY)(require_http_methods(["PUT"])(ok_async))),
    path("class", BoundClass.as_view()),
    path("class/of-get", BoundClass.as_view(http_method_names=["get"])),
    path("method", BoundMethod.as_view()),
    path("decorated-method", DecoratedMethod.as_view()),
    path("dispatch", BoundDispatch.as_view()),
    path("as-view", cors(ANY)(Items.as_view())),
    path("own-options", OwnOptions.as_view()),
    path("redirect-view", RedirectView.as_view(url="/")),
    path("async-class", AsyncItems.as_view()),
    path("set", view_of_set({"get": "list", "post": "create"})),
    path("set/called", view_of_set({"get": "list", "post": "create", "head": "list"})),
    path("set/one", view_of_set({"delete": "destroy"})),
    path("api", view_of_api()),
    cors(ANY)(path("pattern", ok)),
    cors(GROUP)(path("group/", include((grouped, "app"), namespace="group"))),
    re_path(r"^re/(?P<number>\d+)$", cors(ANY)(lambda request, number: ok(request))),
    path("with-slash/", cors(ANY)(require_GET(lambda request: ok(request)))),
    path("missing", missing),
    path("bug", bug),
    path("own", own),
    path("vary", vary),
    path("cookie", cookie),
    path("stream", stream),
    path("file", file),
    path("items", Items.as_view()),
]
