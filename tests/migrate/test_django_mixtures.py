"""What stands around `CorsMiddleware` in MIDDLEWARE, subclasses and receivers of its signal: no page reads more."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from corsheaders.middleware import CorsMiddleware
from corsheaders.signals import check_request_enabled
from django.http import HttpResponse
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from crossorigin import PolicyError
from crossorigin.migrate import Migration, NoCORSFound, from_app, from_django_cors_headers
from tests.migrate import peers
from tests.migrate.carried_out import differences
from tests.migrate.judge import WIDER_PATH_CODES, Eye, Probe

A, B, STRANGER = "https://a.example", "https://b.example", "https://stranger.test"
PLAIN = {"CORS_ALLOWED_ORIGINS": [A]}
HERE = __name__

BASE = "corsheaders.middleware.CorsMiddleware"
SECURITY = "django.middleware.security.SecurityMiddleware"
GZIP = "django.middleware.gzip.GZipMiddleware"


class Same(CorsMiddleware):
    """Another name for it."""


class Everyone(CorsMiddleware):
    def origin_found_in_white_lists(self, origin: str, url: object) -> bool:
        return True


class Nobody(CorsMiddleware):
    def add_response_headers(self, request: Any, response: Any) -> Any:
        super().add_response_headers(request, response)
        for name in [name for name in response.headers if name.lower().startswith("access-control-")]:
            del response.headers[name]
        return response


class Guard:
    """Asks for a key, of preflights too."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        refuses = request.method == "OPTIONS" or "guard" in request.GET
        return HttpResponse(status=401) if refuses else self.get_response(request)


def guard(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same as a function."""
    return Guard(get_response)


@dataclass(frozen=True)
class Site:
    """Middleware, the settings, and whether a receiver enables what it is asked about."""

    middleware: tuple[str, ...]
    settings: Mapping[str, Any]
    enables: str = ""

    @property
    def all_settings(self) -> dict[str, Any]:
        return {**self.settings, "MIDDLEWARE": [*self.middleware]}


CASES: dict[str, tuple[Site, set[str], list[Probe], list[Probe]]] = {
    "the first one": (Site((BASE, f"{HERE}.Guard"), PLAIN), set(), [Probe(A, method="PUT")], [Probe(B)]),
    "behind what answers nothing": (Site((SECURITY, GZIP, BASE), PLAIN), set(), [Probe(A, method="PUT")], [Probe(B)]),
    "behind a redirect to https": (
        Site((SECURITY, BASE), {**PLAIN, "SECURE_SSL_REDIRECT": True}),
        {"answers-first"},
        [Probe(A)],
        [Probe(B)],
    ),
    "behind a class that answers": (
        Site((f"{HERE}.Guard", BASE), PLAIN),
        {"answers-first"},
        [Probe(A)],
        [Probe(B), Probe(B, method="PUT")],
    ),
    "behind a function that answers": (
        Site((f"{HERE}.guard", GZIP, BASE), PLAIN),
        {"answers-first"},
        [Probe(A)],
        [Probe(B)],
    ),
    "a subclass": (Site((f"{HERE}.Same",), PLAIN), set(), [Probe(A, method="PUT")], [Probe(B)]),
    "a subclass that decides": (Site((f"{HERE}.Everyone",), PLAIN), {"overridden"}, [], [Probe(A), Probe(B)]),
    "a subclass that decides, outside": (Site((f"{HERE}.Nobody", BASE), PLAIN), {"overridden"}, [], [Probe(A)]),
    "a receiver": (Site((BASE,), PLAIN, enables="/public"), {"signal"}, [Probe(A)], [Probe(B, "/public/x")]),
}


@pytest.mark.parametrize(("site", "codes", "read", "blocked"), CASES.values(), ids=CASES)
def test_chosen(site: Site, codes: set[str], read: list[Probe], blocked: list[Probe]) -> None:
    with running(site) as (old, migration):
        assert {note.code for note in migration.notes} == codes
        if not site.enables:
            assert from_django_cors_headers(site.all_settings).notes == migration.notes
        with Eye(put_on(migration, site)) as new:
            assert [probe for probe in read if not new.look(probe).readable] == []
            assert [probe for probe in blocked if new.look(probe).readable] == []
        hold(site, old, migration, most=1000)


SETTINGS = st.fixed_dictionaries(
    {"CORS_ALLOWED_ORIGINS": st.sampled_from([[A], [A, B], []])},
    optional={
        "CORS_ALLOW_CREDENTIALS": st.booleans(),
        "CORS_ALLOW_ALL_ORIGINS": st.booleans(),
        "CORS_ALLOW_METHODS": st.sampled_from([["GET", "PUT"], ["POST"]]),
        "CORS_ALLOW_HEADERS": st.sampled_from([["X-A"], []]),
        "CORS_URLS_REGEX": st.sampled_from([r"^/api/.*$", r"^/public"]),
        "SECURE_SSL_REDIRECT": st.just(True),
    },
)
MIDDLEWARE = st.lists(
    st.sampled_from(
        [BASE, BASE, SECURITY, GZIP, *(f"{HERE}.{name}" for name in ("Same", "Everyone", "Nobody", "Guard", "guard"))]
    ),
    max_size=4,
).map(tuple)


@settings(max_examples=30)
@given(st.builds(Site, MIDDLEWARE, SETTINGS, st.sampled_from(["", "", "/public"])))
def test_generated(site: Site) -> None:
    try:
        with running(site) as (old, migration):
            hold(site, old, migration, most=30)
    except NoCORSFound:
        assert not any(
            "Cors" in name or name.rpartition(".")[2] in ("Same", "Everyone", "Nobody") for name in site.middleware
        )


@contextmanager
def running(site: Site) -> Iterator[tuple[Any, Migration]]:
    def receiver(request: Any, **_: object) -> bool:
        return request.path.startswith(site.enables)

    if site.enables:
        check_request_enabled.connect(receiver)
    try:
        with override_settings(**site.all_settings):
            migration = from_app(peers.WSGIHandler())
        yield peers._under(site.all_settings), migration
    finally:
        check_request_enabled.disconnect(receiver)


def put_on(migration: Migration, site: Site) -> Any:
    """The site as the code says to write it; as it is without any CORS, while the code asks for origins."""
    namespace: dict[str, Any] = {"__name__": "cors"}
    try:
        exec(compile(migration.code, "cors.py", "exec"), namespace)
    except PolicyError as error:
        if any(problem.code != "origins-missing" for problem in error.problems):
            raise
    declared = namespace.get("policies", namespace.get("policy"))
    left = [
        name for name in site.middleware if (name != BASE and f"{HERE}." not in name) or name.lower().endswith("guard")
    ]
    new = ["crossorigin.middleware.django.CORSMiddleware"] if declared else []
    return peers._under({**site.settings, "MIDDLEWARE": [*new, *left], "CROSSORIGIN": declared})


def hold(site: Site, old: Any, migration: Migration, *, most: int) -> None:
    """What a page reads of an answer, it read of the old site, or a note says so; what it no longer reads too."""
    codes = {note.code for note in migration.notes}
    severities = {note.severity for note in migration.notes}
    every = [*probes()]
    random.Random(repr(site)).shuffle(every)
    for difference in differences(old, put_on(migration, site), every[:most]):
        probe = difference.probe
        if not difference.is_wider:
            assert severities & {"unsafe", "wider", "lost", "stricter"}, difference
            continue
        path = probe.path.partition("?")[0]
        told = {"answers-first"} | {code for code, paths in WIDER_PATH_CODES.items() if path in paths}
        told |= {"method-safelisted"} if probe.method in ("GET", "HEAD", "POST") else set()
        assert told & codes, difference


def probes() -> Iterator[Probe]:
    for path in ("/", "/api", "/api/x", "/public/x", "/publicity"):
        for origin in (A, B, STRANGER):
            for credentials in ("same-origin", "include"):
                yield from (Probe(origin, path, method, {}, credentials) for method in ("GET", "PUT"))
                yield Probe(origin, path, "POST", {"X-A": "1"}, credentials)
            yield Probe(origin, f"{path}?guard")


def test_settings_without_the_middleware_do_nothing() -> None:
    migration = from_django_cors_headers({**PLAIN, "MIDDLEWARE": [SECURITY, "nowhere.Middleware"]})
    assert migration.policies is None
    assert "Policy(" not in migration.code
    assert [note.code for note in migration.notes] == ["middleware-missing"]


def test_middleware_that_is_not_loaded_is_what_its_name_says() -> None:
    before = from_django_cors_headers({**PLAIN, "MIDDLEWARE": ["nowhere.Middleware", BASE]})
    assert [note.code for note in before.notes] == ["answers-first"]
    assert before.policies == from_django_cors_headers(PLAIN).policies
