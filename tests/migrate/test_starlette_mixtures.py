"""Several `CORSMiddleware` in one app: the migrated app lets no page read what the old one did not."""

import random
from collections.abc import Iterator
from functools import partial

import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import given, settings
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount

from crossorigin.migrate import NoCORSFound, from_app
from tests.migrate.carried_out import differences, put_on
from tests.migrate.judge import Eye, Probe
from tests.migrate.starlette_mixtures import STRANGER, A, App, B, Page, Place, apps, build

OPEN = {"allow_origins": ["*"]}
OWN = {"allow_origins": [A], "allow_methods": ["GET", "PUT"], "allow_headers": ["X-A"]}
GET = Page("/open")
ME = "include"

CASES: dict[str, tuple[App, set[str], list[Probe], list[Probe]]] = {
    "the outer of two has all that the inner one has": (
        App((GET,), (OPEN, OWN)),
        {"stacked"},
        [Probe(STRANGER, "/open"), Probe(A, "/open")],
        [Probe(A, "/open", headers={"X-A": "1"})],
    ),
    "the inner of two has more": (
        App((GET,), (OWN, OPEN)),
        {"stacked-lost"},
        [Probe(A, "/open", headers={"X-A": "1"})],
        [Probe(STRANGER, "/open")],
    ),
    "the inner of two has credentials": (
        App((GET,), (OWN, {**OWN, "allow_credentials": True})),
        {"stacked-lost"},
        [Probe(A, "/open")],
        [Probe(A, "/open", credentials=ME)],
    ),
    "a mounted app has its own, and nobody else": (
        App((Page("/api/own"), Place("/api", App((GET,), (OWN,))), GET)),
        set(),
        [Probe(A, "/api/open"), Probe(A, "/api/nothing")],
        [Probe(A, "/api/own"), Probe(A, "/open"), Probe(STRANGER, "/api/open"), Probe(A, "/api")],
    ),
    "two mounted apps": (
        App((Place("/api", App((GET,), (OWN,))), Place("/v1", App((GET,), (OPEN,))))),
        set(),
        [Probe(A, "/api/open"), Probe(STRANGER, "/v1/open")],
        [Probe(STRANGER, "/api/open")],
    ),
    "one mounted at the root, behind a route": (
        App((GET, Place("/", App((Page("/own"),), (OPEN,))))),
        set(),
        [Probe(A, "/own")],
        [Probe(A, "/open")],
    ),
    "a host": (
        App((GET, Place("", App((Page("/own"),), (OPEN,))))),
        set(),
        [Probe(A, "/own")],
        [Probe(A, "/open")],
    ),
    "a mounted app in a mounted router, behind middleware": (
        App((Place("/v1", App((Place("/api", App((GET,), (OWN,), ("gzip",))),), is_router=True)),)),
        set(),
        [Probe(A, "/v1/api/open", headers={"X-A": "1"})],
        [Probe(STRANGER, "/v1/api/open")],
    ),
    "a router with middleware of its own": (
        App((GET, Place("/v1", App((GET,), (OWN,), is_router=True)))),
        set(),
        [Probe(A, "/v1/open")],
        [Probe(A, "/open")],
    ),
    "a route with middleware of its own answers no preflight": (
        App((Page("/own", ("GET", "PUT"), (OWN,)), GET)),
        set(),
        [Probe(A, "/own")],
        [Probe(A, "/own", "PUT"), Probe(A, "/open")],
    ),
    "two routes of one path": (
        App((Page("/own", ("GET",), (OWN,)), Page("/own", ("POST",), (OPEN,)))),
        set(),
        [Probe(A, "/own"), Probe(STRANGER, "/own", "POST")],
        [Probe(STRANGER, "/own")],
    ),
    "a mount inside of an app that has its own": (
        App((Place("/api", App((GET,), (OPEN,))),), (OWN,)),
        {"stacked-lost"},
        [Probe(A, "/api/open")],
        [Probe(STRANGER, "/api/open")],
    ),
    "middleware outside": (
        App((GET,), ("gzip", "guard", OWN)),
        {"answers-first"},
        [Probe(A, "/open")],
        [Probe(STRANGER, "/open")],
    ),
    "middleware outside that answers nothing": (
        App((GET,), ("gzip", OWN)),
        set(),
        [Probe(A, "/open")],
        [Probe(STRANGER, "/open")],
    ),
    "the inner of two exposes more": (
        App((GET,), (OWN, {**OWN, "expose_headers": ["etag"]})),
        {"stacked-lost"},
        [Probe(A, "/open")],
        [Probe(STRANGER, "/open")],
    ),
    "wrapped around a router": (
        App((GET,), (), (OWN,), is_router=True),
        set(),
        [Probe(A, "/open", headers={"X-A": "1"})],
        [Probe(STRANGER, "/open")],
    ),
    "wrapped around": (
        App((GET,), ("guard",), (OWN,)),
        set(),
        [Probe(A, "/open"), Probe(A, "/open?do=guard")],
        [Probe(STRANGER, "/open")],
    ),
}


@pytest.mark.parametrize(("app", "codes", "read", "blocked"), CASES.values(), ids=CASES)
def test_chosen(app: App, codes: set[str], read: list[Probe], blocked: list[Probe]) -> None:
    migration = from_app(build(app, old=True))
    told = {note.code for note in migration.notes}
    assert told & {"stacked", "stacked-lost", "answers-first"} == codes
    with Eye(put_on(migration, build(app, old=False))) as new:
        assert [probe for probe in read if not new.look(probe).readable] == []
        assert [probe for probe in blocked if new.look(probe).readable] == []
    hold(app, most=1000)


@settings(max_examples=20)
@given(apps())
def test_generated(app: App) -> None:
    hold(app, most=30)


def hold(app: App, *, most: int) -> None:
    """What a page reads of an answer, it read of the old app, or a note says so; what it no longer reads too."""
    old = build(app, old=True)
    try:
        migration = from_app(old)
    except NoCORSFound:
        return
    new = put_on(migration, build(app, old=False))
    codes = {note.code for note in migration.notes}
    severities = {note.severity for note in migration.notes}
    every = [*probes(app)]
    random.Random(repr(app)).shuffle(every)
    for difference in differences(old, new, every[:most]):
        probe = difference.probe
        fails = "?do=" in probe.path
        if not difference.is_wider:
            assert fails or severities & {"unsafe", "wider", "lost", "stricter"}, difference
        elif fails:  # a page that may read the answer may read why there is none
            with Eye(old) as eye:
                simple = probe._replace(path=probe.path.partition("?")[0], method="GET", headers={})
                assert "answers-first" in codes or eye.look(simple).readable, difference
        else:
            told = {"answers-first"} | ({"method-safelisted"} if probe.method in ("GET", "HEAD", "POST") else set())
            assert told & codes, difference


def probes(app: App) -> Iterator[Probe]:
    for path in dict.fromkeys(["/nothing", *_paths(app)]):
        for origin in (A, B, STRANGER):
            for credentials in ("same-origin", "include"):
                yield from (Probe(origin, path, method, {}, credentials) for method in ("GET", "PUT"))
                yield Probe(origin, path, "POST", {"Content-Type": "application/json"}, credentials)
            yield Probe(origin, path, "GET", {"X-A": "1"}, "include")
            yield from (
                Probe(origin, f"{path}?do={what}", credentials="include") for what in ("abort", "raise", "guard")
            )


WHAT_FAILS = ("abort", "raise", "guard")


def _paths(app: App, prefix: str = "") -> Iterator[str]:
    for route in app.routes:
        path = prefix + route.path.replace("{number}", "7").replace("{tenant}", "t")
        if isinstance(route, Page):
            yield path
        else:
            yield path or "/"
            yield from _paths(route.app, path.rstrip("/"))


# What the generated mixtures do not have


def with_included_router(*, old: bool) -> FastAPI:
    app, router, inner = FastAPI(), APIRouter(), FastAPI()
    inner.add_api_route("/own", lambda: 1)
    app.add_api_route("/shut", lambda: 1)
    if old:
        inner.add_middleware(CORSMiddleware, **OWN)
    router.mount("/inner", inner)
    app.include_router(router, prefix="/api")
    return app


def test_an_app_that_is_mounted_in_a_router_which_is_included() -> None:
    with Eye(put_on(from_app(with_included_router(old=True)), with_included_router(old=False))) as new:
        assert new.look(Probe(A, "/api/inner/own")).readable
        assert not new.look(Probe(STRANGER, "/api/inner/own")).readable
        assert not new.look(Probe(A, "/shut")).readable


def test_the_code_names_the_host() -> None:
    app = App((Page("/x"), Place("", App((GET,), (OWN,)))))
    assert 'put(policy, app, "api.test")' in from_app(build(app, old=True)).code


def test_one_that_is_added_as_a_partial() -> None:
    app = Starlette()
    app.add_middleware(partial(CORSMiddleware, allow_origins=[A], max_age=5), max_age=60)
    plain = Starlette()
    plain.add_middleware(CORSMiddleware, allow_origins=[A], max_age=60)
    assert from_app(app).policies == from_app(plain).policies


class OfAnotherMind(CORSMiddleware):
    def is_allowed_origin(self, origin: str) -> bool:
        return origin.endswith(".example")


class WithDefaults(CORSMiddleware):
    def __init__(self, app: object) -> None:
        super().__init__(app, **OWN)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [OfAnotherMind, WithDefaults])
def test_a_subclass_that_decides_itself_lets_nobody_in(kind: type[CORSMiddleware]) -> None:
    mounted = Starlette()
    mounted.add_middleware(kind)
    for app in (mounted, Starlette(routes=[Mount("/api", mounted)])):
        migration = from_app(app)
        assert [note.code for note in migration.notes if note.needs_decision] == ["overridden"]
        assert migration.policies is None
        assert "Policy(" not in migration.code


def test_what_an_instance_keeps_is_known_whatever_made_it() -> None:
    assert from_app(WithDefaults(Starlette())).policies == from_app(CORSMiddleware(Starlette(), **OWN)).policies
