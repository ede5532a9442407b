"""CORS in Django: both sides are driven with what a server would hand over, and their whole header lists compared."""

import asyncio
import gc
import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.django_settings")

import django
import pytest
from django.conf import settings
from django.core import checks
from django.core.exceptions import DisallowedHost, ImproperlyConfigured, PermissionDenied
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils import translation
from django.utils.asyncio import async_unsafe
from django.utils.deprecation import MiddlewareMixin
from django.views import View
from django.views.decorators.http import require_POST

from crossorigin import Origin, Policy, PolicyMap, ReportOnly
from crossorigin.middleware import DecisionEvent
from crossorigin.middleware.asgi import CORSMiddleware as ASGIMiddleware
from crossorigin.middleware.django import CORSMiddleware, _middleware, _stack, cors
from crossorigin.middleware.engine import Route, _bindings
from crossorigin.middleware.wsgi import CORSMiddleware as WSGIMiddleware
from tests.middleware.drive import Answered, asgi, wsgi

django.setup()

OURS = "crossorigin.middleware.django.CORSMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"

APP = b"https://app.example.com"
EVIL = b"https://evil.example.net"
GROUP = b"https://group.example.com"
INNER = b"https://inner.example.com"

LISTED = Policy(
    allow_origins=[APP.decode(), "https://*.apps.example.com"], allow_methods="route", allow_credentials=True
)
VARY = (b"vary", b"Origin")
VARY_OPTIONS = (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
ANYONE = (b"access-control-allow-origin", b"*")
TEXT = [(b"content-type", b"text/plain"), (b"content-length", b"2")]
ALLOWED = [(b"access-control-allow-origin", APP), (b"access-control-allow-credentials", b"true"), VARY]


class Side:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, method: str, path: str, *headers: tuple[bytes, bytes], app: Any = None) -> Answered:
        fields = [(b"host", b"api.example.com"), *headers]
        if self.name == "asgi":
            return asgi(_of_a_patient_client(app or ASGIHandler()), method, fields, path=path, raw_path=path.encode())
        more = {"SERVER_NAME": "api.example.com", "SERVER_PORT": "443", "wsgi.input": io.BytesIO()}
        return wsgi(app or WSGIHandler(), method, fields, PATH_INFO=path.encode().decode("latin-1"), **more)


def _of_a_patient_client(app: Any) -> Any:
    """Django gives up a request whose client is gone: this one stays."""

    async def stays(scope: Any, receive: Any, send: Any) -> None:
        bodies = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive_once() -> Any:
            return next(bodies, None) or await asyncio.Event().wait()

        await app(scope, receive_once, send)

    return stays


@pytest.fixture(params=["wsgi", "asgi"])
def side(request: pytest.FixtureRequest) -> Side:
    return Side(request.param)


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    _stack._said.clear()
    with override_settings(ROOT_URLCONF="tests.middleware.django_urls", CROSSORIGIN=LISTED):
        yield


def origin(value: bytes) -> tuple[bytes, bytes]:
    return (b"origin", value)


def wants(method: str) -> tuple[bytes, bytes]:
    return (b"access-control-request-method", method.encode())


def ours(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What is logged, beside what is said at the start of all views that do not tell their methods."""
    records = [record for record in caplog.records if record.name == "crossorigin"]
    return [record for record in records if not record.getMessage().startswith("the methods of ")]


def urls(*patterns: Any) -> ModuleType:
    module = ModuleType("urls")
    module.urlpatterns = list(patterns)  # type: ignore[attr-defined]
    return module


def ok(request: HttpRequest, *_: object) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


# Routes


BOUND_TO = {
    "a function": ("GET", "/decorated", EVIL, [ANYONE]),
    "a function under decorators": ("DELETE", "/under-a-decorator", EVIL, [ANYONE]),
    "a coroutine function": ("PUT", "/async", EVIL, [ANYONE]),
    "a class": ("GET", "/class", EVIL, [ANYONE]),
    "the get of a class, GET": ("GET", "/method", EVIL, [ANYONE]),
    "the get of a class, HEAD": ("HEAD", "/method", EVIL, [ANYONE]),
    "the get of a class, PATCH": ("PATCH", "/method", EVIL, [VARY]),
    "a method through method_decorator": ("GET", "/decorated-method", EVIL, [ANYONE]),
    "dispatch through method_decorator": ("PATCH", "/dispatch", EVIL, [ANYONE]),
    "what as_view gives": ("PATCH", "/as-view", EVIL, [ANYONE]),
    "an async method of a class": ("PUT", "/async-class", EVIL, [ANYONE]),
    "an action of a view set": ("GET", "/set", EVIL, [ANYONE]),
    "an action of a view set, HEAD": ("HEAD", "/set/called", EVIL, [ANYONE]),
    "another action of the view set": ("POST", "/set", EVIL, [VARY]),
    "a pattern": ("GET", "/pattern", EVIL, [ANYONE]),
    "a group of URLs": ("GET", "/group/plain", GROUP, [(b"access-control-allow-origin", GROUP)]),
    "a view within the group": ("POST", "/group/bound", EVIL, [ANYONE]),
    "a view within the group, to None": ("GET", "/group/none", APP, []),
    "a group within the group": ("GET", "/group/inner/x", EVIL, [(b"access-control-allow-origin", INNER)]),
    "a view of a regular expression": ("GET", "/re/7", EVIL, [ANYONE]),
    "nothing": ("GET", "/", APP, ALLOWED),
    "nothing, denied": ("GET", "/", EVIL, [VARY]),
}


@pytest.mark.parametrize("name", BOUND_TO)
def test_the_innermost_policy_that_is_bound_decides(side: Side, name: str) -> None:
    method, where, who, fields = BOUND_TO[name]
    answered = side(method, where, origin(who))
    assert (answered.status, answered.fields) == (200, [*TEXT, *fields])


UNCACHED = (b"access-control-max-age", b"0")
"""Where other methods of the URL have another policy: a browser keeps what it is told for all of them."""

PREFLIGHTS: dict[str, Any] = {
    "require_http_methods": ("/decorated", "GET", [ANYONE], "GET"),
    "two that both have to let it through": ("/under-a-decorator", "DELETE", [ANYONE], "DELETE"),
    "a coroutine function": ("/async", "PUT", [ANYONE], "PUT"),
    "a class": ("/class", "PATCH", [ANYONE], "GET,PATCH"),
    "a class that as_view narrows": ("/class/of-get", "PATCH", [ANYONE], "GET"),
    "a class that a plain decorator is around": ("/as-view", "PATCH", [ANYONE], "GET,PATCH"),
    "a class with its own options": ("/own-options", "PATCH", ALLOWED[:2], "GET,OPTIONS,PATCH"),
    "one of Django's classes": ("/redirect-view", "PUT", ALLOWED[:2], "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"),
    "the policy of GET": ("/method", "GET", [ANYONE], "GET", UNCACHED),
    "not that of PATCH": ("/method", "PATCH", ALLOWED[:2], "PATCH", UNCACHED),
    "a view set": ("/set", "GET", [ANYONE], "GET", UNCACHED),
    "a view set that was called": ("/set/called", "GET", [ANYONE], "GET", UNCACHED),
    "another view of the set": ("/set/one", "DELETE", ALLOWED[:2], "DELETE"),
    "an API view": ("/api", "DELETE", ALLOWED[:2], "DELETE,GET"),
    "a method that it has not": ("/items", "PUT", ALLOWED[:2], "GET,PATCH"),
    "a function of which nobody can know": ("/pattern", "PUT", [ANYONE], None),
    "nothing is there": ("/nowhere", "PUT", ALLOWED[:2], None),
}


@pytest.mark.parametrize("name", PREFLIGHTS)
def test_a_preflight_lists_the_methods_of_the_view_that_it_would_reach(side: Side, name: str) -> None:
    where, method, fields, methods, *uncached = PREFLIGHTS[name]
    answered = side("OPTIONS", where, origin(APP), wants(method))
    listed = [] if methods is None else [(b"access-control-allow-methods", methods.encode())]
    assert (answered.status, answered.body) == (204, b"")
    assert answered.fields == [*fields, *listed, *uncached, VARY_OPTIONS]


def test_a_preflight_that_is_denied_or_has_its_own_status(side: Side) -> None:
    answered = side("OPTIONS", "/items", origin(EVIL), wants("PATCH"))
    assert (answered.status, answered.fields) == (403, [(b"content-length", b"0"), VARY_OPTIONS])
    with override_settings(CROSSORIGIN=Policy(allow_origins="*", preflight_status=299)):
        answered = side("OPTIONS", "/items", origin(EVIL), wants("PATCH"))
    assert (answered.status, answered.fields) == (299, [ANYONE, (b"content-length", b"0"), VARY_OPTIONS])


def test_options_that_is_no_preflight_reaches_the_view(side: Side) -> None:
    answered = side("OPTIONS", "/items", origin(APP))
    allow = [(b"content-type", b"text/html; charset=utf-8"), (b"allow", b"GET, PATCH, HEAD, OPTIONS")]
    assert answered.fields == [*allow, (b"content-length", b"0"), *ALLOWED[:2], VARY_OPTIONS]


def test_without_a_policy_of_the_app_all_else_is_left_untouched(side: Side) -> None:
    with override_settings(CROSSORIGIN=None):
        assert side("GET", "/", origin(APP)).fields == TEXT
        assert side("OPTIONS", "/items", origin(APP), wants("PATCH")).status == 200
        assert side("GET", "/nowhere", origin(APP)).fields[2:] == []
        assert side("GET", "/decorated", origin(EVIL)).fields == [*TEXT, ANYONE]


def test_a_map_decides_by_path_and_what_is_bound_goes_before_it(side: Side) -> None:
    policies = PolicyMap({"/group/": Policy(allow_origins="*"), "/": None})
    with override_settings(CROSSORIGIN=policies, FORCE_SCRIPT_NAME=None):
        assert side("GET", "/items", origin(APP)).fields == TEXT
        assert side("GET", "/group/none", origin(APP)).fields == TEXT
        assert side("GET", "/group/inner/x", origin(EVIL)).fields[2:] == [(b"access-control-allow-origin", INNER)]
        assert side("GET", "/group/../items", origin(EVIL)).fields[2:] == [VARY]


def test_the_candidate_of_a_report_is_told_of_with_its_route(side: Side) -> None:
    events: list[DecisionEvent] = []
    tried = ReportOnly(current=Policy(allow_origins="*"), candidate=LISTED)
    with override_settings(CROSSORIGIN={"policy": tried, "on_decision": events.append}):
        assert side("GET", "/items", origin(EVIL)).fields == [*TEXT, ANYONE]
    (event,) = events
    assert (event.route, event.differs, event.path) == ("/items", True, "/items")


def test_routes_are_named_by_their_patterns(side: Side) -> None:
    events: list[DecisionEvent] = []
    with override_settings(CROSSORIGIN={"policy": LISTED, "on_decision": events.append}):
        for where in ("/group/inner/x", "/re/7", "/nowhere"):
            side("GET", where, origin(APP))
    assert [event.route for event in events] == ["/group/inner/x", r"/^re/(?P<number>\d+)$", None]


# What answers in the view's place


def test_errors_of_django_carry_the_fields(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    for debug in (False, True):
        with override_settings(DEBUG=debug):
            for method, where, status in [
                ("GET", "/nowhere", 404),
                ("GET", "/missing", 404),
                ("PUT", "/items", 405),
                ("GET", "/bug", 500),
            ]:
                answered = side(method, where, origin(APP))
                assert (answered.status, answered.fields[-3:]) == (status, ALLOWED), (where, debug)
                assert answered.error is None


def test_a_405_has_the_policy_of_its_view(side: Side) -> None:
    answered = side("POST", "/decorated", origin(EVIL))
    assert (answered.status, answered.fields[-1]) == (405, ANYONE)


def test_what_a_middleware_below_answers_carries_the_fields(side: Side) -> None:
    with override_settings(MIDDLEWARE=[OURS, f"{__name__}.forbids"]):
        answered = side("GET", "/", origin(APP))
    assert (answered.status, answered.fields[-3:]) == (403, ALLOWED)
    with override_settings(ALLOWED_HOSTS=["other.example"]):
        answered = side("GET", "/", origin(APP))
    assert (answered.status, answered.fields[-3:]) == (400, ALLOWED)


def forbids(get_response: Any) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        raise PermissionDenied

    return middleware


def test_an_exception_is_seen_by_those_who_watch_for_it(side: Side) -> None:
    seen: list[str] = []

    def watch(sender: object, request: HttpRequest, **_: object) -> None:
        seen.append(request.path)

    got_request_exception.connect(watch)
    try:
        side("GET", "/bug", origin(APP))
    finally:
        got_request_exception.disconnect(watch)
    assert seen == ["/bug"]


def test_the_test_client_raises_it_or_shows_its_answer() -> None:
    with pytest.raises(RuntimeError, match="on purpose"):
        Client().get("/bug", headers={"Origin": APP.decode()})
    response = Client(raise_request_exception=False).get("/bug", headers={"Origin": APP.decode()})
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (500, APP.decode())


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Django leaves its file of the request's body open then
def test_exceptions_that_are_to_propagate_do(side: Side) -> None:
    with override_settings(DEBUG_PROPAGATE_EXCEPTIONS=True):
        answered = side("GET", "/bug", origin(APP))
    assert (type(answered.error), answered.status) == (RuntimeError, None)
    del answered
    gc.collect()


def test_a_redirect_to_the_slash_has_the_policy_of_what_it_leads_to(side: Side) -> None:
    answered = side("GET", "/with-slash", origin(EVIL))
    assert (answered.status, answered.fields[-1]) == (301, ANYONE)
    assert side("GET", "/with-slash/", origin(EVIL)).fields == [*TEXT, ANYONE]
    with override_settings(APPEND_SLASH=False):
        answered = side("GET", "/with-slash", origin(EVIL))
    assert (answered.status, answered.fields[-1]) == (404, VARY)


@pytest.mark.filterwarnings(
    "ignore:StreamingHttpResponse must consume"
)  # under ASGI Django reads a plain iterator whole
def test_streams_files_and_cookies_pass(side: Side) -> None:
    answered = side("GET", "/cookie", origin(APP))
    assert answered.fields[:-1] == [*TEXT, *ALLOWED]
    assert (answered.fields[-1][0], answered.fields[-1][1].strip()) == (b"set-cookie", b"a=1; Path=/")
    answered = side("GET", "/file", origin(APP))
    assert answered.fields[-3:] == ALLOWED
    assert answered.body.startswith(b'"""URLs with policies')
    answered = side("GET", "/stream", origin(APP))
    assert (answered.fields, answered.body) == ([TEXT[0], *ALLOWED], b"onetwo")


def test_the_policy_owns_the_response(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        answered = side("GET", "/own", origin(APP))
        assert answered.fields == [(b"vary", b"Accept, origin"), *TEXT, *ALLOWED[:2]]
    assert {record.getMessage().split(",")[0] for record in ours(caplog)} == {"own set access-control-allow-origin"}


def test_a_response_of_known_names_is_merged_no_less(side: Side) -> None:
    app = WSGIHandler() if side.name == "wsgi" else ASGIHandler()
    for _ in range(3):
        for where, fields in [("/", [*TEXT, *ALLOWED]), ("/decorated", [*TEXT, ANYONE])]:
            assert side("GET", where, origin(APP), app=app).fields == fields
        vary = side("GET", "/own", origin(APP), app=app).fields
        assert [name for name, _ in vary].count(b"vary") == 1


def test_names_that_one_policy_leaves_alone_are_merged_under_another(side: Side) -> None:
    app = WSGIHandler() if side.name == "wsgi" else ASGIHandler()
    for _ in range(2):
        with override_settings(CROSSORIGIN={"allow_origins": "*"}):
            assert side("GET", "/vary", origin(APP), app=app).fields == [(b"vary", b"Accept"), *TEXT, ANYONE]
        merged = side("GET", "/vary", origin(APP), app=app).fields
        assert merged == [(b"vary", b"Accept, Origin"), *TEXT, *ALLOWED[:2]]


def test_csrf_protection_is_what_it_was(side: Side) -> None:
    with override_settings(MIDDLEWARE=[OURS, "django.middleware.csrf.CsrfViewMiddleware"]):
        answered = side("POST", "/", origin(APP))
        assert (answered.status, answered.fields[-3:]) == (403, ALLOWED)
        assert side("POST", "/set", origin(APP)).status == 200  # a csrf_exempt one


def test_a_disallowed_origin_is_refused_before_the_view(side: Side) -> None:
    with override_settings(CROSSORIGIN=LISTED.replace(refuse_disallowed=True)):
        answered = side("GET", "/bug", origin(EVIL))
        assert (answered.status, answered.body) == (403, b"Not allowed by CORS")
        assert answered.fields == [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"19"),
            (b"cache-control", b"no-store"),
            VARY,
        ]
        assert side("HEAD", "/", origin(EVIL)).body == b""
        assert side("GET", "/", origin(b"https://api.example.com")).status == 200
        assert side("GET", "/", origin(EVIL), (b"sec-fetch-site", b"same-origin")).status == 200
    options = {"policy": LISTED.replace(refuse_disallowed=True), "own_origins": [EVIL.decode()], "debug": True}
    with override_settings(CROSSORIGIN=options):
        assert side("GET", "/", origin(EVIL)).status == 200
        assert (
            side("GET", "/", origin(b"https://x.example")).body
            == b"Not allowed by CORS: origin-unlisted (https://x.example)\n"
        )


def test_two_origins_are_no_origin(side: Side) -> None:
    assert side("GET", "/", origin(APP), origin(APP)).fields == [*TEXT, VARY]


# Languages, and URLs that another middleware chooses


@pytest.mark.parametrize("prefix_default", [True, False], ids=["all have a prefix", "the default language has none"])
def test_urls_below_a_language_are_found(side: Side, prefix_default: bool) -> None:
    from django.conf.urls.i18n import i18n_patterns

    bound = cors(allow_origins="*")(lambda request: ok(request))
    patterns = urls(*i18n_patterns(path("x", bound), prefix_default_language=prefix_default))
    locale = "django.middleware.locale.LocaleMiddleware"
    with override_settings(ROOT_URLCONF=patterns, MIDDLEWARE=[OURS, locale], LANGUAGES=[("en", "E"), ("de", "D")]):
        english = "/en/x" if prefix_default else "/x"
        for _ in range(2):  # a thread keeps the language of its last request
            for where in ("/de/x", english):
                answered = side("GET", where, origin(EVIL), (b"accept-language", b"de"))
                assert answered.status == 200
                assert ANYONE in answered.fields, where
                assert ANYONE in side("OPTIONS", where, origin(EVIL), wants("PUT")).fields
        assert ANYONE not in side("GET", "/fr/x", origin(EVIL)).fields
    translation.activate(settings.LANGUAGE_CODE)


class ChoosesURLs(MiddlewareMixin):  # async under ASGI, as ours is then
    def process_request(self, request: HttpRequest) -> None:
        request.urlconf = CHOSEN


CHOSEN = urls(
    path("x", ok), path("refusing", cors(LISTED.replace(refuse_disallowed=True))(lambda request: ok(request)))
)
PUBLIC_URLS = urls(path("x", cors(allow_origins="*")(lambda request: ok(request))), path("refusing", ok))


def test_urls_that_a_middleware_below_chooses_decide_after_all(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    with override_settings(ROOT_URLCONF=PUBLIC_URLS, MIDDLEWARE=[OURS, f"{__name__}.ChoosesURLs"]):
        assert side("GET", "/x", origin(EVIL)).fields[-1] == VARY
        assert side("GET", "/refusing", origin(EVIL)).status == 403
    (record,) = ours(caplog)
    assert "a middleware below CORSMiddleware set request.urlconf" in record.getMessage()


class StripsAVersion(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> None:
        request.path_info = request.path_info.removeprefix("/v1")


class OverridesTheMethod(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> None:
        request.method = request.headers.get("X-HTTP-Method-Override", request.method)


class OnlyPutIsShut(View):
    @cors(allow_origins="*")
    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("posted")

    @cors(None)
    def put(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("put")


REWRITTEN_URLS = urls(
    path("v1/x", cors(allow_origins="*")(lambda request: HttpResponse("nobody gets here"))),
    path("x", cors(None)(lambda request: HttpResponse("the one that runs"))),
    path("methods", OnlyPutIsShut.as_view()),
)


def test_a_view_that_a_middleware_below_leads_to_decides_after_all(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(ROOT_URLCONF=REWRITTEN_URLS, MIDDLEWARE=[OURS, f"{__name__}.StripsAVersion"]):
        answered = side("GET", "/v1/x", origin(EVIL))
    assert (answered.body, [name for name, _ in answered.fields]) == (b"the one that runs", [b"content-type"])
    (record,) = ours(caplog)
    assert "a middleware below CORSMiddleware set request.path_info: preflights" in record.getMessage()


def test_a_map_says_nothing_of_a_path_that_a_middleware_below_set(side: Side) -> None:
    by_path = PolicyMap({"/": Policy(allow_origins="*"), "/strict": LISTED})
    routes = urls(path("strict", ok), path("v1/open", ok))
    with override_settings(ROOT_URLCONF=routes, CROSSORIGIN=by_path, MIDDLEWARE=[OURS, f"{__name__}.StripsAVersion"]):
        answered = side("GET", "/v1/strict", origin(EVIL))
    assert answered.status == 200
    assert b"access-control-allow-origin" not in dict(answered.fields)


@pytest.mark.parametrize("app_policy", [LISTED, LISTED.replace(refuse_disallowed=True)], ids=["late", "careful"])
@pytest.mark.parametrize(
    ("rewrites", "method", "path", "body"),
    [("StripsAVersion", "PUT", "/v1/x", b"the one that runs"), ("OverridesTheMethod", "POST", "/methods", b"put")],
)
def test_what_runs_under_another_policy_than_its_preflight_had_is_for_nobody(
    side: Side, caplog: pytest.LogCaptureFixture, app_policy: Policy, rewrites: str, method: str, path: str, body: bytes
) -> None:
    override = (b"x-http-method-override", b"PUT")
    with override_settings(
        ROOT_URLCONF=REWRITTEN_URLS, MIDDLEWARE=[OURS, f"{__name__}.{rewrites}"], CROSSORIGIN=app_policy
    ):
        app = WSGIHandler() if side.name == "wsgi" else ASGIHandler()
        assert side("OPTIONS", path, origin(EVIL), wants(method), app=app).status == 204
        answered = side(method, path, origin(EVIL), override, app=app)
        assert (answered.body, answered.fields[1:]) == (body, [VARY])
        errors = [record.getMessage() for record in ours(caplog) if record.levelno == logging.ERROR]
        assert len(errors) == 1
        assert "Put that layer outside CORS" in errors[0]
        # From then on it is not sent any more.
        assert side("OPTIONS", path, origin(EVIL), wants(method), app=app).status == 403


def test_urls_that_a_middleware_above_chooses_decide(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    above = [f"{__name__}.ChoosesURLs", OURS]
    silenced = override_settings(SILENCED_SYSTEM_CHECKS=["crossorigin.W001"])
    with silenced, override_settings(ROOT_URLCONF=PUBLIC_URLS, MIDDLEWARE=above):
        assert side("GET", "/x", origin(EVIL)).fields[-1] == VARY
        assert side("OPTIONS", "/x", origin(EVIL), wants("PUT")).status == 403
    assert not ours(caplog)


def test_a_resolver_that_raises_is_djangos_to_answer_and_no_page_may_read_it(side: Side) -> None:
    with override_settings(ROOT_URLCONF=urls("no pattern")):
        answered = side("GET", "/x", origin(APP))
    assert (answered.status, answered.fields[-1]) == (500, VARY)
    assert not [name for name, _ in answered.fields if name.startswith(b"access-control-")]


# Predicates


@async_unsafe
def query(origin: Origin) -> bool:
    """As the ORM: it refuses to run where an event loop does."""
    return str(origin) == APP.decode()


async def asynchronous(origin: Origin) -> bool:
    return str(origin) == APP.decode()


@pytest.mark.parametrize("predicate", [query, asynchronous], ids=["plain", "async"])
def test_predicates_of_both_kinds_are_asked_on_both_sides(side: Side, predicate: Any) -> None:
    with override_settings(CROSSORIGIN={"allow_origins": [predicate]}):
        assert side("GET", "/", origin(APP)).fields == [*TEXT, ALLOWED[0], VARY]
        assert side("GET", "/", origin(EVIL)).fields == [*TEXT, VARY]
        assert side("GET", "/").fields == [*TEXT, VARY]
        assert side("OPTIONS", "/", origin(EVIL), wants("PUT")).status == 403


def test_below_a_middleware_that_is_plain_an_async_predicate_is_awaited_too(side: Side) -> None:
    stack = [OURS, f"{__name__}.passes"]  # under ASGI Django then runs both in a thread
    with override_settings(CROSSORIGIN={"allow_origins": [asynchronous]}, MIDDLEWARE=stack):
        assert side("GET", "/vary", origin(APP)).fields[-1] == ALLOWED[0]
        assert side("GET", "/vary", origin(EVIL)).fields[0] == (b"vary", b"Accept, Origin")


def passes(get_response: Any) -> Any:
    return lambda request: get_response(request)


def test_a_predicate_that_fails_denies_and_nobody_keeps_that(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    def fails(origin: Origin) -> bool:
        raise ConnectionError

    with override_settings(CROSSORIGIN={"allow_origins": [fails]}):
        app = WSGIHandler() if side.name == "wsgi" else ASGIHandler()
        for _ in range(2):
            answered = side("GET", "/", origin(APP), app=app)
            assert answered.fields == [*TEXT, (b"cache-control", b"no-store"), VARY]
    assert [record.levelno for record in ours(caplog)] == [logging.ERROR] * 2


# The setting


def test_a_setting_that_a_test_overrides_takes_effect() -> None:
    client = Client(headers={"Origin": EVIL.decode()})
    assert "Access-Control-Allow-Origin" not in client.get("/").headers
    with override_settings(CROSSORIGIN={"allow_origins": "*"}):
        assert client.get("/").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/").headers
    with override_settings(CROSSORIGIN={"allow_origins": ["*", "null"]}), pytest.raises(ImproperlyConfigured):
        client.get("/")


def test_the_async_client_gets_the_fields() -> None:
    response = asyncio.run(AsyncClient(headers={"Origin": APP.decode()}).get("/async-class"))
    assert response.headers["Vary"] == "Origin"


def test_nobody_resolves_an_actual_request_twice(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []

    def find(self: object, came_in: object, method: str) -> Route:
        found.append(method)
        return Route()

    monkeypatch.setattr(_middleware.Views, "find", find)
    monkeypatch.setattr(_bindings, "_registry", _bindings._Registry())
    with override_settings(CROSSORIGIN=LISTED.replace(allow_methods=["PUT"])):
        app = WSGIHandler() if side.name == "wsgi" else ASGIHandler()
        assert side("GET", "/", origin(APP), app=app).fields == [*TEXT, *ALLOWED]
        assert side("OPTIONS", "/", origin(APP), wants("PUT"), app=app).status == 204
        assert found == []
        # When something is bound, the first request looks at all there is; after it Django says itself what it ran.
        bound = cors(allow_origins="*")(lambda request: None)
        side("GET", "/", origin(APP), app=app)
        found.clear()
        assert side("GET", "/", origin(APP), app=app).fields == [*TEXT, *ALLOWED]
        assert side("GET", "/nowhere", origin(APP), app=app).status == 404
        assert found == []
        side("OPTIONS", "/", origin(APP), wants("PUT"), app=app)
        assert found[0] == "PUT"
    assert bound


SOUND: dict[str, tuple[Any, Any]] = {
    "the fields": ({"allow_origins": "*", "max_age": 5}, Policy(allow_origins="*", max_age=5)),
    "the fields below policy": ({"policy": {"allow_origins": "*"}, "debug": True}, Policy(allow_origins="*")),
    "a policy": (LISTED, LISTED),
    "a policy below policy": ({"policy": LISTED, "own_origins": ["https://api.example.com"]}, LISTED),
    "a map": (PolicyMap({"/": LISTED}), PolicyMap({"/": LISTED})),
    "None": (None, None),
    "None below policy": ({"policy": None}, None),
}


@pytest.mark.parametrize("name", SOUND)
def test_the_setting_takes(name: str) -> None:
    setting, policy = SOUND[name]
    with override_settings(CROSSORIGIN=setting):
        assert CORSMiddleware(ok)._plan.default == policy
        assert checked() == []


def test_the_setting_takes_the_path_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "cors.toml"
    file.write_text('allow_origins = ["https://app.example.com"]')
    for setting in (file, {"policy": file, "debug": True}):
        with override_settings(CROSSORIGIN=setting):
            assert CORSMiddleware(ok)._plan.default == Policy(allow_origins=["https://app.example.com"])
    file.write_text('[paths."/api/"]\nallow_origins = "*"\n[paths."/"]\nnone = true')
    with override_settings(CROSSORIGIN=file):
        expected = PolicyMap({"/api/": Policy(allow_origins="*"), "/": None})
        assert CORSMiddleware(ok)._plan.default == expected
    file.write_text("max_age = " + "9" * 5000)
    with override_settings(CROSSORIGIN=file):
        assert [problem.split()[0] for problem in checked()] == ["crossorigin.E004"]
    file.write_text('allow_origins = ["null"]\nallow_methods = ["patch"]')
    with override_settings(CROSSORIGIN=file):
        assert [problem.split()[0] for problem in checked()] == ["crossorigin.E002"] * 2
    file.write_text("allow_origins = [")
    with override_settings(CROSSORIGIN=file):
        assert [problem.split()[0] for problem in checked()] == ["crossorigin.E004"]
    with override_settings(CROSSORIGIN=tmp_path / "none.toml"):
        assert [problem.split()[0] for problem in checked()] == ["crossorigin.E004"]


def checked() -> list[str]:
    """What `manage.py check` says of us, and of nothing else."""
    found = checks.run_checks(tags=["security"])
    ours = [problem for problem in found if str(problem.id).startswith("crossorigin.")]
    return [f"{problem.id} {problem.obj}: {problem.msg} | {problem.hint}" for problem in ours]


async def hook(event: DecisionEvent) -> None: ...


PROBLEMS: dict[str, tuple[Any, list[str]]] = {
    "every problem of the policy": (
        {"allow_origins": ["https://app.example.com/", "null"], "allow_methods": ["patch"], "debug": "yes"},
        [
            "crossorigin.E003 CROSSORIGIN: debug: takes True or False, not 'yes' | None",
            "crossorigin.E002 CROSSORIGIN: allow_origins[0]: ",
            "crossorigin.E002 CROSSORIGIN: allow_origins[1]: ",
            "crossorigin.E002 CROSSORIGIN: allow_methods[0]: ",
        ],
    ),
    "no policy in it": ({}, ["crossorigin.E002 CROSSORIGIN: allow_origins: "]),
    "a field of corsheaders": (
        {"allow_origins": "*", "CORS_ALLOW_ALL_ORIGINS": True},
        ["crossorigin.E002 CROSSORIGIN: CORS_ALLOW_ALL_ORIGINS: "],
    ),
    "an option misspelled": (
        {"allow_origins": "*", "own_origin": []},
        ["crossorigin.E003 CROSSORIGIN: own_origin is no option | did you mean own_origins?"],
    ),
    "both": (
        {"policy": LISTED, "max_age": 5},
        ["crossorigin.E003 CROSSORIGIN: it takes a policy or the fields of one, not both: remove max_age | None"],
    ),
    "text": ("https://app.example.com", ["crossorigin.E003 CROSSORIGIN: the policy is a mapping of its fields, "]),
    "a list": (["https://app.example.com"], ["crossorigin.E003 CROSSORIGIN: the policy is a mapping of its fields, "]),
    "own_origins as text": (
        {"policy": LISTED, "own_origins": "https://a.example"},
        ["crossorigin.E003 CROSSORIGIN: own_origins: own_origins is a collection of origins, not text"],
    ),
    "own_origins that are none": (
        {"policy": LISTED, "own_origins": ["https://a.example/"]},
        ["crossorigin.E003 CROSSORIGIN: own_origins: "],
    ),
    "a hook that cannot be imported": (
        {"policy": LISTED, "on_decision": "tests.nowhere.hook"},
        ["crossorigin.E003 CROSSORIGIN: on_decision: "],
    ),
    "a hook that is a coroutine function": (
        {"policy": LISTED, "on_decision": f"{__name__}.hook"},
        ["crossorigin.E003 CROSSORIGIN: on_decision: hook is a coroutine function, and nobody would await it"],
    ),
    "a hook that cannot be called": (
        {"policy": LISTED, "on_decision": 5},
        ["crossorigin.E003 CROSSORIGIN: on_decision: takes a function, or the dotted path of one, not 5"],
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_checks_tell_of_every_problem_and_so_does_the_middleware(name: str) -> None:
    setting, problems = PROBLEMS[name]
    with override_settings(CROSSORIGIN=setting):
        found = checked()
        assert len(found) == len(problems)
        for text, beginning in zip(found, problems, strict=True):
            assert text.startswith(beginning)
        with pytest.raises(ImproperlyConfigured) as raised:
            WSGIHandler()
        for text in found:
            assert text.split(": ", 1)[1].split(" | ")[0] in str(raised.value)


def test_no_setting_is_no_open_app() -> None:
    with override_settings():
        del settings.CROSSORIGIN
        assert [problem[:63] for problem in checked()] == [
            "crossorigin.E001 CROSSORIGIN: there is no setting CROSSORIGIN, "
        ]
        with pytest.raises(ImproperlyConfigured, match="E001"):
            ASGIHandler()


def test_an_option_may_be_given_as_none(side: Side) -> None:
    with override_settings(CROSSORIGIN={"policy": LISTED, "on_decision": None}):
        assert side("GET", "/x", origin(APP)).fields[-3:] == ALLOWED


def test_a_hook_may_be_a_dotted_path() -> None:
    with override_settings(CROSSORIGIN={"policy": LISTED, "on_decision": "tests.middleware.test_django.noted"}):
        assert checked() == []


def noted(event: DecisionEvent) -> None: ...


# MIDDLEWARE


class Subclass(CORSMiddleware):
    pass


CORSHEADERS = "corsheaders.middleware.CorsMiddleware"

PLACES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "first": ({"MIDDLEWARE": [OURS, COMMON]}, []),
    "missing": ({"MIDDLEWARE": [COMMON]}, ["crossorigin.E005 MIDDLEWARE: the middleware is not in MIDDLEWARE"]),
    "misspelled": (
        {"MIDDLEWARE": ["crossorigin.middleware.django.CorsMiddleware"]},
        ["crossorigin.E005 MIDDLEWARE: "],
    ),
    "twice": (
        {"MIDDLEWARE": [OURS, COMMON, f"{__name__}.Subclass"]},
        ["crossorigin.E006 MIDDLEWARE: the middleware is there 2 times, at 0 and 2 (counted from 0)"],
    ),
    "below another": (
        {"MIDDLEWARE": [COMMON, OURS]},
        [f"crossorigin.W001 MIDDLEWARE: the middleware stands below {COMMON}: "],
    ),
    "beside corsheaders": (
        {"MIDDLEWARE": [OURS, CORSHEADERS], "INSTALLED_APPS": [*settings.INSTALLED_APPS, "corsheaders"]},
        ["crossorigin.W002 MIDDLEWARE: django-cors-headers (corsheaders) is in MIDDLEWARE and INSTALLED_APPS: "],
    ),
    "corsheaders left over": (
        {"INSTALLED_APPS": [*settings.INSTALLED_APPS, "corsheaders"]},
        ["crossorigin.W002 INSTALLED_APPS: django-cors-headers (corsheaders) is in INSTALLED_APPS: "],
    ),
    "an async predicate and WSGI alone": (
        {"CROSSORIGIN": {"allow_origins": [asynchronous]}, "WSGI_APPLICATION": "project.wsgi.application"},
        ["crossorigin.W003 CROSSORIGIN: a predicate of allow_origins is a coroutine function"],
    ),
    "an async predicate and both": (
        {
            "CROSSORIGIN": {"allow_origins": [asynchronous]},
            "WSGI_APPLICATION": "project.wsgi.application",
            "ASGI_APPLICATION": "project.asgi.application",
        },
        [],
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_the_checks_tell_of_the_place(name: str) -> None:
    overridden, problems = PLACES[name]
    with override_settings(**overridden):
        found = checked()
    assert len(found) == len(problems)
    for text, beginning in zip(found, problems, strict=True):
        assert text.startswith(beginning)


def test_twice_is_refused_when_the_server_starts() -> None:
    with override_settings(MIDDLEWARE=[OURS, COMMON, OURS]), pytest.raises(ImproperlyConfigured, match="E006"):
        WSGIHandler()


def test_corsheaders_is_told_of_once_and_its_fields_are_replaced(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    with override_settings(MIDDLEWARE=[OURS, CORSHEADERS], CORS_ALLOW_ALL_ORIGINS=True):
        for _ in range(2):
            assert side("GET", "/", origin(APP)).fields == [TEXT[0], (b"vary", b"origin"), *ALLOWED[:2]]
    said = [record.getMessage() for record in ours(caplog) if "W002" in record.getMessage()]
    assert len(said) == 1


def test_a_silenced_check_is_silent_in_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    with override_settings(MIDDLEWARE=[COMMON, OURS]):
        WSGIHandler()
        assert [record.getMessage()[:42] for record in ours(caplog)] == ["MIDDLEWARE: (crossorigin.W001) the middlew"]
        caplog.clear()
        _stack._said.clear()
        with override_settings(SILENCED_SYSTEM_CHECKS=["crossorigin.W001"]):
            WSGIHandler()
    assert not ours(caplog)


def test_a_middleware_around_djangos_handler_finds_ours_inside(caplog: pytest.LogCaptureFixture) -> None:
    WSGIMiddleware(WSGIHandler(), allow_origins="*")
    ASGIMiddleware(ASGIHandler(), allow_origins="*")
    assert len(ours(caplog)) == 2
    for record in ours(caplog):
        assert "inside this one is crossorigin.middleware.django.CORSMiddleware" in record.getMessage()


def test_it_works_where_somebody_calls_it_with_a_request_of_his_own() -> None:
    request = RequestFactory(headers={"Origin": APP.decode()}).get("/items")
    with override_settings(MIDDLEWARE=[]):
        response: Any = CORSMiddleware(ok)(request)
    assert response.headers["Access-Control-Allow-Origin"] == APP.decode()


def test_what_cannot_be_bound_is_said() -> None:
    with pytest.raises(TypeError, match="the policy of a route is a Policy"):
        cors(PolicyMap({"/": None}))  # type: ignore[arg-type]


def test_a_host_that_is_not_allowed_is_no_error_of_ours() -> None:
    with override_settings(ALLOWED_HOSTS=["other.example"]), pytest.raises(DisallowedHost):
        RequestFactory().get("/").get_host()


def test_views_that_do_not_tell_their_methods_are_said_once(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    class Told(View):
        def put(self, request: HttpRequest) -> HttpResponse: ...

    @cors(LISTED.replace(allow_methods=["PUT"]))
    def bound(request: HttpRequest) -> HttpResponse: ...

    module = urls(
        path("plain/<int:item>", ok),
        path("told", Told.as_view()),
        path("required", require_POST(ok)),
        path("below/", include([path("bound", bound), path("inside", ok)])),
    )
    with override_settings(ROOT_URLCONF=module):
        app = WSGIHandler() if side.name == "wsgi" else ASGIHandler()
        for _ in range(2):
            side("OPTIONS", "/told", origin(APP), wants("PUT"), app=app)
    assert [record.getMessage().partition(" are unknown")[0] for record in caplog.records] == [
        "the methods of /plain/<int:item>, /below/inside"
    ]
