"""aiohttp-cors in routes, resources, views and sub-applications: no page reads of the migrated app what it did not."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from crossorigin.migrate import NoCORSFound, from_app
from crossorigin.migrate._combine import SAFELISTED
from tests.migrate import peers
from tests.migrate.aiohttp_mixtures import STRANGER, A, App, B, Path, Place, View, apps, build
from tests.migrate.carried_out import differences, put_on
from tests.migrate.judge import Eye, Probe

PLAIN: dict[str, Any] = {A: {"allow_headers": ("X-A",)}}
FULL: dict[str, Any] = {A: {"allow_headers": "*", "allow_credentials": True}}
OPEN: dict[str, Any] = {"*": {}}
LISTED: dict[str, Any] = {A: {"allow_methods": ["PUT"]}}
ME = "include"

BASE = View("/base", {"GET": FULL, "PUT": None}, PLAIN)

CASES: dict[str, tuple[App, set[str], list[Probe], list[Probe]]] = {
    "a method that was not added": (
        App((Path("/x", {"GET": None, "PUT": FULL}, own={}),), {}),
        set(),
        [Probe(A, "/x", "PUT")],
        [Probe(A, "/x")],
    ),
    "a method that was not added has the options of the first one that was": (
        App((Path("/x", {"PUT": FULL, "GET": None, "DELETE": None}),), {}),
        {"method-safelisted"},
        [Probe(A, "/x", "PUT"), Probe(A, "/x", credentials=ME)],
        [Probe(A, "/x", "GET", {"X-A": "1"}), Probe(A, "/x", "DELETE")],
    ),
    "a domain": (
        App((Path("/x", {"PUT": FULL}), Place("api.test", App((Path("/y", {"GET": None, "PUT": {}}),), OPEN))), {}),
        {"method-safelisted"},
        [Probe(STRANGER, "/y", "PUT")],
        [Probe(A, "/x", "PUT")],
    ),
    "a domain without": (
        App((Path("/x", {"PUT": FULL}), Place("api.test", App((Path("/x", {"PUT": None}),)))), {}),
        set(),
        [],
        [Probe(A, "/x", "PUT")],
    ),
    "another domain": (
        App((Path("/x", {"PUT": FULL}), Place("other.test", App((Path("/x", {"PUT": {}}),), OPEN))), {}),
        set(),
        [Probe(A, "/x", "PUT", credentials=ME)],
        [Probe(STRANGER, "/x", "PUT")],
    ),
    "a view, one of whose methods has its own": (
        App((View("/x", {"GET": FULL, "PUT": None, "POST": {A: {}, B: {}}}, PLAIN),), {}),
        set(),
        [Probe(A, "/x", credentials=ME), Probe(A, "/x", "PUT", {"X-A": "1"}), Probe(B, "/x", "POST")],
        [Probe(A, "/x", "PUT", credentials=ME), Probe(B, "/x"), Probe(A, "/x", "DELETE")],
    ),
    "a view with one set of options": (
        App((View("/x", {"GET": None, "PUT": None}, FULL), Path("/y", {"GET": None})), {}),
        set(),
        [Probe(A, "/x", "PUT", credentials=ME)],
        [Probe(A, "/y")],
    ),
    "views that share a function": (
        App((BASE, View("/own", {"PUT": None}, OPEN, base=BASE), Path("/y", {"GET": None})), {}),
        {"route-split"},
        [Probe(STRANGER, "/own", "PUT"), Probe(A, "/base", "PUT", {"X-A": "1"})],
        [Probe(STRANGER, "/base", "PUT"), Probe(A, "/own"), Probe(A, "/base")],
    ),
    "a view that was not added": (
        App((View("/x", {"GET": None}, FULL, is_added=False), Path("/y", {"GET": {}})), OPEN),
        set(),
        [Probe(STRANGER, "/y")],
        [Probe(A, "/x")],
    ),
    "two resources of one path": (
        App((Path("/x", {"GET": PLAIN}), Path("/y", {"GET": None}), Path("/x", {"PUT": FULL, "POST": FULL})), {}),
        {"method-safelisted"},
        [Probe(A, "/x", "GET", {"X-A": "1"}), Probe(A, "/x", "POST", credentials=ME)],
        [Probe(A, "/x", "PUT"), Probe(A, "/x", "POST", {"X-A": "1"})],
    ),
    "a resource whose preflights reach another one": (
        App((Path("/items/{number}", {"GET": PLAIN, "PUT": PLAIN}), Path("/items/7", {"GET": OPEN})), {}),
        {"preflight-elsewhere"},
        [Probe(A, "/items/8", "GET", {"X-A": "1"}), Probe(STRANGER, "/items/7")],
        [Probe(STRANGER, "/items/8"), Probe(A, "/items/8", "PUT")],
    ),
    "credentials for one origin, and a preflight without": (
        App((Path("/{x}", {"PUT": {A: {"allow_credentials": True}, B: {}}}), Path("/y", {"OPTIONS": None})), {}),
        {"preflight-elsewhere"},
        [],
        [Probe(A, "/y", "PUT", credentials=ME)],
    ),
    "a path beside one with a variable, which has the other methods": (
        App((Path("/x", {"GET": PLAIN}), Path("/{name}", {"POST": None, "PUT": None})), {}),
        set(),
        [Probe(A, "/x", "GET", {"X-A": "1"})],
        [Probe(A, "/x", "POST"), Probe(A, "/y", "POST"), Probe(A, "/x", "PUT")],
    ),
    "a route for all methods, some of which are listed, below one with another": (
        App((Path("/x", {"DELETE": {}}, own=LISTED), Path("/x/{number}", {"*": None}, own=LISTED)), {}),
        {"method-safelisted"},
        [Probe(A, "/x", "DELETE"), Probe(A, "/x/7", "PUT")],
        [Probe(A, "/x/7", "DELETE")],
    ),
    "a preflight without the credentials of the response": (
        App(
            (
                Path("/x", {"GET": None}, own={**LISTED, B: LISTED[A]}),
                Path("/y", {"GET": None}),
                Path("/x", {"PUT": {A: {"allow_credentials": True}, B: {}}}),
            ),
            {},
        ),
        {"method-safelisted", "preflight-elsewhere"},
        [],
        [Probe(A, "/x", "PUT", credentials=ME)],
    ),
    "a route beside one for all other methods": (
        App((Path("/x", {"POST": {}, "*": None}, own=PLAIN), Path("/y", {"GET": None})), {}),
        {"method-safelisted"},
        [Probe(A, "/x", "POST", {"X-A": "1"}), Probe(A, "/x")],
        [Probe(A, "/y"), Probe(A, "/x", "PUT")],
    ),
    "middleware": (
        App((Path("/x", {"GET": {}}),), PLAIN, guarded=True),
        {"answers-first"},
        [Probe(A, "/x")],
        [Probe(STRANGER, "/x")],
    ),
    "a sub-application in another": (
        App(
            (Place("/v1", App((Place("/api", App((Path("/x", {"PUT": {}}), Path("/y", {"GET": None})), FULL)),))),), {}
        ),
        set(),
        [Probe(A, "/v1/api/x", "PUT", credentials=ME)],
        [Probe(A, "/v1/api/y")],
    ),
}


@pytest.mark.parametrize(("app", "codes", "read", "blocked"), CASES.values(), ids=CASES)
def test_chosen(app: App, codes: set[str], read: list[Probe], blocked: list[Probe]) -> None:
    migration = from_app(build(app, old=True))
    assert {note.code for note in migration.notes} - {"options-differ"} == codes
    with Eye(migrated(app)) as new:
        assert [probe for probe in read if not new.look(probe).readable] == []
        assert [probe for probe in blocked if new.look(probe).readable] == []
    hold(app, most=1000)


@settings(max_examples=30)
@given(apps())
def test_generated(app: App) -> None:
    hold(app, most=40)


def running(app: Any) -> Any:
    app.freeze()
    return peers.aiohttp_as_asgi(app)


def migrated(app: App) -> Any:
    return running(put_on(from_app(build(app, old=True)), build(app, old=False)))


def hold(app: App, *, most: int) -> None:
    """What a page reads of an answer, it read of the old app, or a note says so; what it no longer reads too."""
    try:
        migration = from_app(build(app, old=True))
    except NoCORSFound:
        return
    codes = {note.code for note in migration.notes}
    severities = {note.severity for note in migration.notes}
    every = [*probes(app)]
    random.Random(repr(app)).shuffle(every)
    for difference in differences(running(build(app, old=True)), migrated(app), every[:most]):
        probe = difference.probe
        if not difference.is_wider:
            assert severities & {"unsafe", "wider", "lost"}, difference
            continue
        is_told = "answers-first" in codes or ("method-safelisted" in codes and probe.method in SAFELISTED)
        assert is_told or status_of(app, probe) in (404, 405), difference  # these hold nothing


def status_of(app: App, probe: Probe) -> int:
    """The status of a request as it would be without any CORS."""
    found: list[int] = []

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        async def keep(message: Any) -> None:
            if message["type"] == "http.response.start":
                found.append(message["status"])
            await send(message)

        await bare({**scope, "method": probe.method}, receive, keep)

    bare = running(build(app, old=False))
    with Eye(asked) as eye:
        eye.look(probe._replace(method="GET", headers={}))
    return found[-1]


def probes(app: App) -> Iterator[Probe]:
    for path in dict.fromkeys(["/nothing", "/items/8", *_paths(app)]):
        for origin in (A, B, STRANGER):
            for credentials in ("same-origin", "include"):
                yield from (Probe(origin, path, method, {}, credentials) for method in ("GET", "PUT", "POST", "DELETE"))
                yield Probe(origin, path, "POST", {"Content-Type": "application/json"}, credentials)
                yield Probe(origin, path, "GET", {"X-A": "1"}, credentials)
            yield from (Probe(origin, f"{path}?do={what}", credentials="include") for what in ("abort", "guard"))


def _paths(app: App, prefix: str = "") -> Iterator[str]:
    for each in app.content:
        if isinstance(each, Place):
            yield from _paths(each.app, prefix + (each.at if each.at.startswith("/") else ""))
        else:
            path = each.path.replace("{number}", "7").replace("{name}", "x").replace("{x}", "y")
            yield prefix + path.replace("{rest:.*}", "p/q")
