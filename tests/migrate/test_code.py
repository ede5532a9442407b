"""The code to paste runs, declares the same policies, and holds nothing of a stranger's but quoted."""

import re
from typing import Any

import flask
import pytest
from aiohttp import web
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from fastapi import FastAPI

from crossorigin import Policy, PolicyError, PolicyMap, migrate
from crossorigin.migrate import NOTE_RULES, Migration
from crossorigin.testing import Browser
from tests.migrate import cases, peers  # noqa: F401  # peers configures Django
from tests.migrate.judge import ORIGINS


def of_flask(options: dict[str, Any]) -> Migration:
    options = dict(options)
    return migrate.from_flask_cors(options.pop("config", {}), **options)


MIGRATIONS = {
    f"{peer}, {name}": (make, options)
    for peer, make, table in (
        ("starlette", lambda options: migrate.from_starlette(**options), cases.STARLETTE),
        ("flask", of_flask, cases.FLASK),
        ("django", migrate.from_django_cors_headers, cases.DJANGO),
        ("aiohttp", lambda options: migrate.from_aiohttp_cors(**options), cases.AIOHTTP),
        ("express", migrate.from_express, cases.EXPRESS),
    )
    for name, options in table.items()
}
ALL = pytest.mark.parametrize(("make", "options"), MIGRATIONS.values(), ids=MIGRATIONS)


@ALL
def test_the_code_runs_and_says_what_the_policies_say(make: Any, options: Any) -> None:
    migration = make(options)
    namespace: dict[str, Any] = {"__name__": "cors"}
    code = compile(migration.code, "cors.py", "exec")
    if re.search("^ORIGINS", migration.code, re.MULTILINE):
        assert migration.policies is None
        with pytest.raises(PolicyError) as caught:
            exec(code, namespace)
        assert [problem.code for problem in caught.value.problems] == ["origins-missing"]
        return
    exec(code, namespace)
    declared = namespace.get("policies", namespace.get("policy"))
    if migration.policies is None:
        assert declared is None
    else:
        assert_same(declared, migration.policies)
    assert max(map(len, migration.code.splitlines())) <= 80 or "re.compile(" in migration.code


@ALL
def test_a_todo_stands_for_each_decision(make: Any, options: Any) -> None:
    migration = make(options)
    for note in migration.notes:
        assert f"# {'TODO' if note.needs_decision else 'Note'} {note.code}:" in migration.code
        assert note.severity == NOTE_RULES[note.code].severity
        assert "{" not in note.why
    assert migration.needs_decision == ("TODO" in migration.code.split('"""', 2)[2])


def assert_same(one: Any, other: Any) -> None:
    """Predicates are other objects, so what they decide is compared."""
    if isinstance(other, PolicyMap):
        assert [*one.policies] == [*other.policies]
        for prefix, policy in other.policies.items():
            assert_same(one.policies[prefix], policy)
        return
    if other is None:
        assert one is None
        return
    assert isinstance(one, Policy)
    others: dict[str, Any] = {"allow_origins": ["https://x.example"], "allow_credentials": False}
    assert one.replace(**others) == other.replace(**others)
    assert one.allow_credentials == other.allow_credentials
    assert [entry for entry in one.allow_origins if isinstance(entry, str)] == [
        entry for entry in other.allow_origins if isinstance(entry, str)
    ]
    for origin in ORIGINS:
        asked = {"Origin": origin}
        assert one.decide("GET", asked).allowed == other.decide("GET", asked).allowed, origin


def test_what_stood_there_gets_into_the_code_quoted_alone() -> None:
    evil = 'https://x"\n"""\nraise SystemExit\n# \\'
    migrations = [
        migrate.from_starlette(allow_origins=["https://a.example", evil], allow_methods=[evil], allow_headers=[evil]),
        migrate.from_express({"origin": "https://a.example", evil: evil, "exposedHeaders": evil}),
        migrate.from_flask_cors(resources={f"/{evil[:-1]}": {"origins": "https://a.example"}, evil[:-1]: {}}),
        migrate.from_starlette(allow_origin_regex=r"https://[a-z]+\.example\.com" + '|"\n"""\nraise SystemExit\n'),
    ]
    for migration in migrations:
        exec(compile(migration.code, "cors.py", "exec"), {"__name__": "cors"})
        assert not any(line.startswith("raise") for line in migration.code.splitlines())


def test_every_code_is_a_note_of_some_old_setup() -> None:
    made = {note.code for make, options in MIGRATIONS.values() for note in make(options).notes}
    made |= {note.code for note in migrate.from_aiohttp_cors({"https://a.example": {}}).notes}  # routes unknown
    made |= {note.code for note in migrate.from_express({"origin": [None]}).notes}  # a function, perhaps
    elsewhere = {"stacked", "signal"}  # of live apps: test_from_app
    # Of apps in which several things decide: the tests of mixtures.
    elsewhere |= {"route-split", "preflight-elsewhere", "decorator-hidden", "route-errors", "answers-first"}
    elsewhere |= {"stacked-lost", "overridden", "middleware-missing", "by-hand", "mounted"}
    assert made | elsewhere == {*NOTE_RULES}


def test_toml_is_what_a_policy_reads(tmp_path: Any) -> None:
    migration = migrate.from_express({"origin": ["https://a.example", "https://b.example"], "methods": "PUT"})
    path = tmp_path / "cors.toml"
    path.write_text(migration.to_toml())
    assert Policy.from_toml(path) == migration.policies
    for without in ({"origin": True, "credentials": True}, {"origin": {"regex": r"^https://[a-z]+\.example\.com$"}}):
        with pytest.raises(TypeError):
            migrate.from_express(without).to_toml()


def test_the_worst_comes_first_and_nothing_twice() -> None:
    migration = migrate.from_flask_cors(
        resources={"/a": {}, "/b": {}}, origins=["null", "https://A.example"], max_age=-1
    )
    assert [note.code for note in migration.notes] == [
        "origin-null",
        "path-below",
        "path-below",
        "origin-corrected",
        "max-age-invalid",
    ]


PLACES = {
    "starlette": (lambda: migrate.from_starlette(allow_origins=["https://a.example"]), FastAPI),
    "flask": (lambda: migrate.from_flask_cors(origins=["https://a.example"]), lambda: flask.Flask("x")),
}


@pytest.mark.parametrize(("migrated", "make"), PLACES.values(), ids=PLACES)
def test_the_code_puts_the_policy_around_an_app_of_the_framework(migrated: Any, make: Any) -> None:
    app = make()
    run(migrated())["add_cors"](app)
    assert_only_a_may_read(app)


def test_the_code_says_what_to_write_in_the_settings_of_django() -> None:
    migration = migrate.from_django_cors_headers({"CORS_ALLOWED_ORIGINS": ["https://a.example"]})
    commented = [line[2:].strip() for line in migration.code.splitlines() if line.startswith("#     ")]
    settings = "\n".join(commented).replace("from .cors import policy", "").replace("...", "")
    declared = {"policy": run(migration)["policy"]}
    exec(settings, declared)
    with override_settings(MIDDLEWARE=declared["MIDDLEWARE"], CROSSORIGIN=declared["CROSSORIGIN"]):
        assert declared["INSTALLED_APPS"] == ["crossorigin.middleware.django"]
        assert_only_a_may_read(WSGIHandler())


def test_the_code_puts_the_policy_on_an_app_of_aiohttp() -> None:
    migration = migrate.from_aiohttp_cors({"https://a.example": {}})
    app = web.Application()
    add_cors = run(migration)["add_cors"]
    add_cors(app)
    with pytest.raises(RuntimeError, match="CORS already"):
        add_cors(app)


def run(migration: Migration) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "cors"}
    exec(migration.code, namespace)
    return namespace


def assert_only_a_may_read(app: Any) -> None:
    with Browser({"https://api.test": app}) as browser:
        # None has such a route: the frameworks' own 404s have the fields too.
        assert browser.page("https://a.example").attempt("https://api.test/").readable
        assert not browser.page("https://b.example").attempt("https://api.test/").readable


def test_flags_of_an_expression_are_kept() -> None:
    pattern = re.compile(r"https://[A-Z]+ \.example\.com  # ours", re.IGNORECASE | re.VERBOSE)
    migration = migrate.from_flask_cors(origins=[pattern])
    namespace: dict[str, Any] = {"__name__": "cors"}
    exec(migration.code, namespace)
    assert namespace["policy"].decide("GET", {"Origin": "https://app.example.com"}).allowed
