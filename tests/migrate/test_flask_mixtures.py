"""flask-cors where several things of it decide: the migrated app lets no page read what the old one did not.

The oracle is the package itself, around the same views; the new app is the same one with the code that is printed.
"""

import logging
import random
from collections.abc import Iterator
from typing import Any

import flask
import flask_cors
import pytest
from hypothesis import given, settings
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from crossorigin.migrate import Migration, NoCORSFound, from_app
from tests.migrate.by_hand import sets_header
from tests.migrate.carried_out import differences, put_on
from tests.migrate.flask_mixtures import STRANGER, A, B, Mixture, View, build, mixtures
from tests.migrate.judge import WIDER_PATH_CODES, Eye, Probe

GET, PUT = ("GET",), ("PUT",)
ME = "include"
CASES: dict[str, tuple[Mixture, str, list[Probe], list[Probe]]] = {
    "a decorator is narrower than the app": (
        Mixture(({},), views=(View("own", (("/own", None),), layers=({"origins": A},)), View("rest", (("/", None),)))),
        "route-errors",
        [Probe(A, "/own"), Probe(A), Probe(STRANGER), Probe(STRANGER, "/nothing")],
        [Probe(STRANGER, "/own"), Probe(STRANGER, "/own", headers={"X-A": "1"})],
    ),
    "a decorator is wider than the app": (
        Mixture(({"origins": A},), views=(View("own", (("/own", None),), layers=({},)), View("rest", (("/", None),)))),
        "route-errors",
        [Probe(A, "/own"), Probe(STRANGER, "/own"), Probe(A)],
        [Probe(STRANGER), Probe(STRANGER, "/nothing")],
    ),
    "a decorator alone, beside a path that begins alike": (
        Mixture(
            views=(
                View("items", (("/items", None),), layers=({"origins": A},)),
                View("item", (("/items/<int:number>", None),)),
            )
        ),
        "route-errors",
        [Probe(A, "/items")],
        [Probe(STRANGER, "/items"), Probe(A, "/items/7"), Probe(A, "/items/x")],
    ),
    "the innermost of two decorators": (
        Mixture(views=(View("own", (("/own", GET),), layers=({"origins": A}, "passes", {"origins": [A, B]})),)),
        "route-errors",
        [Probe(A, "/own"), Probe(A, "/own", headers={"X-A": "1"})],
        [Probe(B, "/own")],
    ),
    "a blueprint beside the app: it is asked first, and the app then": (
        Mixture(
            ({"origins": "*"},),
            {"api": ({"origins": A, "supports_credentials": True},)},
            (View("own", (("/own", GET + PUT),), "api"), View("rest", (("/", None),))),
        ),
        "route-errors",
        [Probe(A, "/api/own", credentials=ME), Probe(B, "/api/own"), Probe(A, "/api/own", "PUT", credentials=ME)],
        [Probe(B, "/api/own", credentials=ME), Probe(A, "/", credentials=ME)],
    ),
    "the first of two that allow an origin says whether it may send credentials": (
        Mixture(
            ({"origins": [A, B], "supports_credentials": True},),
            {"api": ({"origins": A},)},
            (View("own", (("/own", GET + PUT),), "api"),),
        ),
        "route-errors",
        [Probe(A, "/api/own", "PUT"), Probe(B, "/api/own", "PUT", credentials=ME)],
        [Probe(A, "/api/own", credentials=ME), Probe(STRANGER, "/api/own")],
    ),
    "everyone with credentials, after one without": (
        Mixture(
            ({"origins": "*", "supports_credentials": True},),
            {"api": ({"origins": A},)},
            (View("own", (("/own", GET),), "api"),),
        ),
        "options-differ",
        [],  # until somebody names the origins
        [Probe(A, "/api/own", credentials=ME), Probe(B, "/api/own", credentials=ME)],
    ),
    "a blueprint alone": (
        Mixture((), {"api": ({"origins": A},)}, (View("own", (("/own", None),), "api"), View("rest", (("/", None),)))),
        "route-errors",
        [Probe(A, "/api/own"), Probe(A, "/api/own?do=abort")],
        [Probe(B, "/api/own"), Probe(A), Probe(A, "/api/nothing")],
    ),
    "a blueprint in a blueprint": (
        Mixture(
            (),
            {"api": ({"origins": A},), "api.v1": ({"origins": B},)},
            (View("outer", (("/own", None),), "api"), View("inner", (("/own", None),), "api.v1")),
        ),
        "route-errors",
        [Probe(A, "/api/own"), Probe(A, "/api/v1/own"), Probe(B, "/api/v1/own")],
        [Probe(B, "/api/own"), Probe(STRANGER, "/api/v1/own")],
    ),
    "a blueprint with resources": (
        Mixture(
            (),
            {"api": ({"resources": {"/api/open.*": {"origins": "*"}, "/.*": {"origins": A}}},)},
            (View("open", (("/open/<name>", None),), "api"), View("own", (("/own", None),), "api")),
        ),
        "route-errors",
        [Probe(STRANGER, "/api/open/x"), Probe(A, "/api/own")],
        [Probe(STRANGER, "/api/own")],
    ),
    "a resource for some paths of a route": (
        Mixture((), {"api": ({"resources": {"/api/a.*": {}}},)}, (View("any", (("/<name>", None),), "api"),)),
        "route-split",
        [],
        [Probe(A, "/api/a"), Probe(A, "/api/b")],
    ),
    "two objects on the app: the last is asked first": (
        Mixture(({"origins": "*"}, {"origins": A, "methods": ["GET"]}), views=(View("rest", (("/", GET + PUT),)),)),
        "options-differ",
        [Probe(A), Probe(STRANGER)],
        [Probe(A, "/", "PUT"), Probe(STRANGER, credentials=ME)],
    ),
    "two objects on the app, each with its paths": (
        Mixture(
            ({"resources": "/api/.*", "origins": A}, {"resources": "/open/.*"}),
            views=(View("rest", (("/<path:rest>", None),)),),
        ),
        "path-itself",
        [Probe(A, "/api/x"), Probe(STRANGER, "/open/x")],
        [Probe(STRANGER, "/api/x"), Probe(A, "/elsewhere")],
    ),
    "two objects on the app whose paths cross: the first alone holds where they do": (
        Mixture(
            ({"resources": {"/.*/x": {"origins": A}, "/.*": {}}}, {"resources": "/api/.*", "origins": B}),
            views=(View("rest", (("/<path:rest>", None),)),),
        ),
        "path-lost",
        [Probe(B, "/api/x")],
        [Probe(STRANGER, "/api/x")],
    ),
    "a decorator that leaves OPTIONS alone": (
        Mixture(views=(View("own", (("/own", GET + PUT),), layers=({"origins": A, "automatic_options": False},)),)),
        "method-safelisted",
        [Probe(A, "/own")],
        [Probe(A, "/own", "PUT"), Probe(A, "/own", headers={"X-A": "1"})],
    ),
    "an app without OPTIONS": (
        Mixture(({"origins": A},), {}, (View("own", (("/", GET + PUT),)),), {"PROVIDE_AUTOMATIC_OPTIONS": False}),
        "method-safelisted",
        [Probe(A)],
        [Probe(A, "/", "PUT"), Probe(A, headers={"X-A": "1"})],
    ),
    "a preflight that another route answers": (
        Mixture(views=(View("read", (("/own", GET),)), View("write", (("/own", PUT),), layers=({"origins": A},)))),
        "method-safelisted",
        [],
        [Probe(A, "/own"), Probe(A, "/own", "PUT")],
    ),
    "a decorator that nobody can see": (
        Mixture(({},), views=(View("own", (("/own", None),), layers=({"origins": A}, "hides")),)),
        "decorator-hidden",
        [],
        [Probe(STRANGER, "/own"), Probe(A, "/own")],
    ),
    "a guard in front of a decorator": (
        Mixture(views=(View("own", (("/own", None),), layers=({"origins": A}, "guards")),)),
        "answers-first",
        [Probe(A, "/own")],
        [Probe(B, "/own")],
    ),
    "a class whose methods have decorators": (
        Mixture(
            ({"origins": B},),
            views=(View("own", (("/own", None),), handlers={"get": ({"origins": A},), "post": ()}),),
        ),
        "preflight-elsewhere",
        [Probe(A, "/own"), Probe(B, "/own", "POST"), Probe(B, "/own", "POST", {"X-A": "1"})],
        [Probe(B, "/own"), Probe(A, "/own", headers={"X-A": "1"}), Probe(A, "/own", "POST")],
    ),
    "a class with a decorator": (
        Mixture(({},), views=(View("own", (("/own", None),), layers=({"origins": A},), handlers={"get": ()}),)),
        "route-errors",
        [Probe(A, "/own")],
        [Probe(STRANGER, "/own")],
    ),
    "a class that fails on OPTIONS": (
        Mixture(
            views=(View("own", (("/own", None),), layers=({"origins": A},), handlers={"get": ()}),),
            config={"CORS_AUTOMATIC_OPTIONS": False},
        ),
        "method-safelisted",
        [Probe(A, "/own")],
        [Probe(A, "/own", headers={"X-A": "1"}), Probe(B, "/own")],
    ),
    "nobody on either of two objects": (
        Mixture(({"origins": []}, {"origins": []}), views=(View("own", (("/own", None),)),)),
        "no-origins",
        [],
        [Probe(A, "/own")],
    ),
    "one view under two rules that have other options": (
        Mixture(
            (),
            {"api": ({"resources": {"/api/a.*": {"origins": A}, "/.*": {}}},)},
            (View("own", (("/a", None), ("/b", None)), "api"),),
        ),
        "route-split",
        [],
        [Probe(A, "/api/a"), Probe(STRANGER, "/api/b")],
    ),
    "one view under two rules": (
        Mixture(
            ({"resources": {"/api/.*": {"origins": A}, "/.*": {}}},),
            views=(View("own", (("/own", None), ("/api/own", None))), View("other", (("/x", None),), layers=({},))),
        ),
        "path-itself",
        [Probe(STRANGER, "/own"), Probe(A, "/api/own")],
        [Probe(STRANGER, "/api/own")],
    ),
    "an app that is mounted has no CORS, and another one has its own": (
        Mixture(
            ({"origins": A},),
            views=(View("rest", (("/", None),)),),
            mounts={
                "/bare": Mixture(views=(View("own", (("/own", None),)),)),
                "/own": Mixture(({"origins": B},), views=(View("own", (("/own", None),)),)),
            },
        ),
        "mounted",
        [Probe(A), Probe(A, "/nothing"), Probe(B, "/own/own", headers={"X-A": "1"})],
        [Probe(A, "/bare/own"), Probe(A, "/own/own"), Probe(B), Probe(B, "/bare/own")],
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The views raise on purpose: their tracebacks cost more than all the rest."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("mixture", "code", "read", "blocked"), CASES.values(), ids=CASES)
def test_chosen(mixture: Mixture, code: str, read: list[Probe], blocked: list[Probe]) -> None:
    migration = from_app(build(mixture, old=True))
    assert code in {note.code for note in migration.notes}
    with Eye(put_on(migration, build(mixture, old=False))) as new:
        assert [probe for probe in read if not new.look(probe).readable] == []
        assert [probe for probe in blocked if new.look(probe).readable] == []
    hold(mixture, most=1000)


@settings(max_examples=30)
@given(mixtures())
def test_generated(mixture: Mixture) -> None:
    hold(mixture, most=40)


def hold(mixture: Mixture, *, most: int) -> None:
    """What a page reads of an answer, it read of the old app, or a note says so; what it no longer reads too."""
    old = build(mixture, old=True)
    try:
        migration = from_app(old)
    except NoCORSFound:
        return
    new = put_on(migration, build(mixture, old=False))
    codes = {note.code for note in migration.notes}
    severities = {note.severity for note in migration.notes}
    every = [*probes(mixture)]
    random.Random(repr(mixture)).shuffle(every)
    for difference in differences(old, new, every[:most]):
        probe = difference.probe
        status = (new if difference.is_wider else old).test_client().open(probe.path, method=probe.method).status_code
        if not difference.is_wider:
            assert status >= 300 or severities & {"unsafe", "wider", "lost", "stricter"}, difference
        elif status in (404, 405) or is_told_of_its_path(migration, probe.path):
            continue  # the app's own 404 and 405 hold nothing
        elif status >= 300:  # ours answers the preflight, where the page may read without one
            with Eye(old) as eye:
                simple = probe._replace(path=probe.path.partition("?")[0], method="GET", headers={})
                assert "route-errors" in codes or eye.look(simple).readable, difference
        else:
            told = {"answers-first"} | ({"method-safelisted"} if probe.method in ("GET", "HEAD", "POST") else set())
            assert told & codes, difference


def is_told_of_its_path(migration: Migration, path: str) -> bool:
    """Whether a note tells that a prefix covers this path too."""
    path = path.partition("?")[0]
    below = [note.witness.removesuffix("any") for note in migration.notes if note.code == "path-below"]
    return any(note.code in WIDER_PATH_CODES and note.witness == path for note in migration.notes) or path.startswith(
        tuple(below)
    )


def probes(mixture: Mixture) -> Iterator[Probe]:
    for path in _paths(mixture):
        for origin in (A, B, STRANGER):
            for credentials in ("same-origin", "include"):
                yield from (Probe(origin, path, method, {}, credentials) for method in ("GET", "PUT"))
                yield Probe(origin, path, "POST", {"Content-Type": "application/json"}, credentials)
            yield Probe(origin, path, "GET", {"X-A": "1"}, "include")
            yield from (Probe(origin, path, method) for method in ("POST", "DELETE", "PATCH"))
            yield from (Probe(origin, f"{path}?do={what}", credentials="include") for what in WHAT_FAILS)


WHAT_FAILS = ("abort", "raise", "deny", "guard")


def _paths(mixture: Mixture) -> list[str]:
    """A path of each rule, with and without its last slash, and one of none."""
    found = ["/nothing"]
    for view in mixture.views:
        prefix = "".join(f"/{name}" for name in view.blueprint.split(".") if name)
        for rule, _ in view.rules:
            path = prefix + rule.replace("<int:number>", "7").replace("<name>", "x").replace("<path:rest>", "p/q")
            found += [path, path.rstrip("/") or "/"]
    found += [f"{prefix}{path}" for prefix, inner in mixture.mounts.items() for path in _paths(inner)]
    return [*dict.fromkeys(found)]


# What the generated mixtures do not have


class Views:
    def own(self) -> str:
        return ""


def of_two_endpoints(*, old: bool, **options: Any) -> flask.Flask:
    """One function, and one method, under two endpoints each."""
    app = flask.Flask("shared")

    def view() -> str:
        return ""

    for name, function in (("plain", view), ("method", Views().own)):
        app.add_url_rule(f"/{name}", name, function)
        decorated = flask_cors.cross_origin(**options)(function) if old and name == "plain" else function
        app.add_url_rule(f"/{name}/own", f"{name}_own", decorated)
    if old:
        flask_cors.CORS(app)
    return app


def test_a_function_of_two_endpoints_has_two_policies() -> None:
    migration = from_app(of_two_endpoints(old=True, origins=A))
    new = put_on(migration, of_two_endpoints(old=False))
    with Eye(new) as eye:
        assert eye.look(Probe(A, "/plain/own")).readable
        assert not eye.look(Probe(STRANGER, "/plain/own")).readable
        assert eye.look(Probe(STRANGER, "/plain")).readable
        assert eye.look(Probe(STRANGER, "/method/own")).readable


def methods_in_blueprints(*, old: bool) -> flask.Flask:
    """One blueprint registered twice, whose view is a method: its endpoints share what takes no attribute."""
    app, blueprint, outer = flask.Flask("twice"), flask.Blueprint("api", "twice"), flask.Blueprint("outer", "twice")
    blueprint.add_url_rule("/own", "own", Views().own)
    if old:
        flask_cors.CORS(outer, origins=A)
    outer.register_blueprint(blueprint, url_prefix="/inner")
    app.register_blueprint(outer, url_prefix="/outer")
    app.register_blueprint(blueprint, url_prefix="/bare")
    return app


def test_a_blueprint_that_is_registered_twice() -> None:
    new = put_on(from_app(methods_in_blueprints(old=True)), methods_in_blueprints(old=False))
    with Eye(new) as eye:
        assert eye.look(Probe(A, "/outer/inner/own")).readable
        assert not eye.look(Probe(STRANGER, "/outer/inner/own")).readable
        assert not eye.look(Probe(A, "/bare/own")).readable


def dispatcher(front: Any, mounted: Any) -> DispatcherMiddleware:
    return DispatcherMiddleware(front, {"/api": mounted})


def a_flask(*, has_cors: bool) -> flask.Flask:
    app = flask.Flask("one")
    app.add_url_rule("/own", "own", lambda: "")
    if has_cors:
        flask_cors.CORS(app, origins=A)
    return app


def test_mounts_around_the_app_are_said() -> None:
    migration = from_app(dispatcher(a_flask(has_cors=True), a_flask(has_cors=True)))
    assert [(note.code, note.option) for note in migration.notes] == [("mounted", '"/api"')]
    assert from_app(dispatcher(a_flask(has_cors=True), a_flask(has_cors=False))).notes == ()


def test_a_wsgi_app_that_is_mounted_as_a_method_or_is_no_flask() -> None:
    def plain(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        return [b""]

    for mounted, codes in ((a_flask(has_cors=False).wsgi_app, []), (plain, ["mounted"])):
        app = a_flask(has_cors=True)
        app.wsgi_app = dispatcher(app.wsgi_app, mounted)  # type: ignore[method-assign]
        migration = from_app(app)
        assert [note.code for note in migration.notes] == codes
        new = a_flask(has_cors=False)
        new.wsgi_app = dispatcher(new.wsgi_app, mounted)  # type: ignore[method-assign]
        with Eye(put_on(migration, new)) as eye:
            assert eye.look(Probe(A, "/own")).readable
            assert not eye.look(Probe(A, "/api/own")).readable


def test_what_is_found_elsewhere_alone_is_named() -> None:
    app = a_flask(has_cors=False)
    app.wsgi_app = dispatcher(app.wsgi_app, a_flask(has_cors=True))  # type: ignore[method-assign]
    with pytest.raises(NoCORSFound, match="; migrate the apps mounted at /api on their own"):
        from_app(app)
    app = a_flask(has_cors=False)
    app.after_request(sets_header)
    with pytest.raises(NoCORSFound, match=r"; CORS headers are set by hand in tests\.migrate.*\.sets_header: write"):
        from_app(app)
