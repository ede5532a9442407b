"""Whole policies and whole lists of notes, as a person would write them for what these options said."""

from datetime import timedelta
from typing import Any

import pytest

from crossorigin import Policy, PolicyMap, migrate

SAFE = ["GET", "HEAD", "POST"]
A, B = "https://a.example", "https://b.example"
ANY = ["*", "authorization"]
STARLETTE_HEADERS = ["accept", "accept-language", "content-language", "content-type"]
FLASK_METHODS = ["OPTIONS", "PUT", "PATCH", "DELETE"]
DJANGO: dict[str, Any] = {
    "allow_methods": ["DELETE", "OPTIONS", "PATCH", "PUT"],
    "allow_headers": ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"],
}

EXPECTED = {
    "starlette": (
        migrate.from_starlette(
            allow_origins=[A, B],
            allow_methods=["GET", "HEAD", "POST", "PUT"],
            allow_headers=["X-A", "Authorization"],
            allow_credentials=True,
            expose_headers=["X-B"],
        ),
        Policy(
            allow_origins=[A, B],
            allow_methods=["PUT"],
            allow_headers=[*STARLETTE_HEADERS, "x-a", "authorization"],
            allow_credentials=True,
            expose_headers=["x-b"],
            max_age=600,
        ),
        [],
    ),
    "starlette, max_age 0": (
        migrate.from_starlette(allow_origins=[A], allow_methods=["*"], max_age=0),
        Policy(
            allow_origins=[A],
            allow_methods=["DELETE", "OPTIONS", "PATCH", "PUT", "QUERY"],
            allow_headers=STARLETTE_HEADERS,
            max_age=0,
        ),
        [],
    ),
    "flask": (
        migrate.from_flask_cors(origins=[A, B], methods=["put", "GET", "post", "head"], max_age=timedelta(minutes=1)),
        Policy(allow_origins=[A, B], allow_methods=["PUT"], allow_headers=ANY, max_age=60),
        [],
    ),
    "flask, max_age 0": (
        migrate.from_flask_cors(origins=A, max_age=0),
        Policy(allow_origins=[A], allow_methods=FLASK_METHODS, allow_headers=ANY),
        [],
    ),
    "flask, its configuration": (
        migrate.from_flask_cors({"CORS_ORIGINS": A, "CORS_MAX_AGE": 60, "CORS_METHODS": None}, max_age=70),
        Policy(allow_origins=[A], allow_methods=FLASK_METHODS, allow_headers=ANY, max_age=70),
        [],
    ),
    "flask, the longest path first": (
        migrate.from_flask_cors(resources={"/api/.*": {"origins": A}, "/api/open/.*": {"origins": B}}),
        PolicyMap(
            {
                "/api/open/": Policy(allow_origins=[B], allow_methods=FLASK_METHODS, allow_headers=ANY),
                "/api/": Policy(allow_origins=[A], allow_methods=FLASK_METHODS, allow_headers=ANY),
            }
        ),
        ["path-itself", "path-itself"],
    ),
    "django": (
        migrate.from_django_cors_headers({"CORS_ALLOWED_ORIGINS": (A, B), "CORS_ALLOW_CREDENTIALS": True}),
        Policy(allow_origins=[A, B], allow_credentials=True, max_age=86400, **DJANGO),
        [],
    ),
    "django, max_age 0": (
        migrate.from_django_cors_headers({"CORS_ALLOW_ALL_ORIGINS": True, "CORS_PREFLIGHT_MAX_AGE": 0}),
        Policy(allow_origins="*", **DJANGO),
        [],
    ),
    "django, the new name counts": (
        migrate.from_django_cors_headers({"CORS_ALLOWED_ORIGINS": [A], "CORS_ORIGIN_WHITELIST": [B]}),
        Policy(allow_origins=[A], max_age=86400, **DJANGO),
        [],
    ),
    "django, whole segments": (
        migrate.from_django_cors_headers({"CORS_ALLOWED_ORIGINS": [A], "CORS_URLS_REGEX": r"^/api(/|$)"}),
        PolicyMap({"/api/": Policy(allow_origins=[A], max_age=86400, **DJANGO)}),
        [],
    ),
    "django, what follows one of several": (
        migrate.from_django_cors_headers(
            {"CORS_ALLOWED_ORIGINS": [A], "CORS_URLS_REGEX": r"^/(?:api|public)/v1(?:/|$)"}
        ),
        PolicyMap(dict.fromkeys(["/api/v1/", "/public/v1/"], Policy(allow_origins=[A], max_age=86400, **DJANGO))),
        [],
    ),
    "aiohttp": (
        migrate.from_aiohttp_cors(
            {A: {"allow_credentials": True, "expose_headers": ("X-B",), "allow_headers": "*", "max_age": 60}},
            {"/items": {"GET": {}, "POST": {}, "PUT": {}}},
        ),
        Policy(
            allow_origins=[A],
            allow_methods=["PUT"],
            allow_headers=ANY,
            expose_headers=["x-b"],
            allow_credentials=True,
            max_age=60,
        ),
        [],
    ),
    "aiohttp, credentials for one of two": (
        migrate.from_aiohttp_cors(
            {A: {"allow_credentials": True}, "https://b.example": {}}, {"/items": {"GET": {}, "POST": {}}}
        ),
        Policy(allow_origins=[A, "https://b.example"], allow_credentials=[A]),
        [],
    ),
    "aiohttp, everyone, and one with credentials": (
        migrate.from_aiohttp_cors(
            {"*": {"max_age": 5}, A: {"allow_credentials": True, "max_age": 5}}, {"/items": {"GET": {}, "POST": {}}}
        ),
        Policy(allow_origins="*", allow_credentials=[A], max_age=5),
        [],
    ),
    "aiohttp, everyone with credentials, but one": (
        migrate.from_aiohttp_cors({"*": {"allow_credentials": True}, A: {}}, {"/items": {"GET": {}, "POST": {}}}),
        Policy(allow_origins="*"),
        ["options-differ"],
    ),
    "aiohttp, everyone, and one with credentials over http": (
        migrate.from_aiohttp_cors(
            {"*": {}, "http://a.example": {"allow_credentials": True}}, {"/items": {"GET": {}, "POST": {}}}
        ),
        Policy(allow_origins="*"),
        ["origin-insecure"],
    ),
    "express, its defaults": (
        migrate.from_express(),
        Policy(allow_origins="*", allow_methods=["PUT", "PATCH", "DELETE"], allow_headers=ANY),
        ["app-unread", "origin-unset"],
    ),
    "express, what JSON cannot say": (
        migrate.from_express({"origin": [A, None], "methods": ["GET"], "allowedHeaders": ["X-A"]}),
        Policy(allow_origins=[A], allow_headers=["x-a"]),
        ["app-unread", "origin-unread"],
    ),
    "express, each option": (
        migrate.from_express(
            {
                "origin": [A, "/^https:\\/\\/.*\\.b\\.example$/"],
                "methods": "GET,PUT",
                "allowedHeaders": "X-A, Authorization",
                "exposedHeaders": ["X-B"],
                "credentials": True,
                "maxAge": "0",
                "optionsSuccessStatus": 200,
            }
        ),
        Policy(
            allow_origins=[A, "https://*.b.example"],
            allow_methods=["PUT"],
            allow_headers=["x-a", "authorization"],
            expose_headers=["x-b"],
            allow_credentials=True,
            max_age=0,
            preflight_status=200,
        ),
        ["app-unread"],
    ),
}


@pytest.mark.parametrize(("migration", "policies", "codes"), EXPECTED.values(), ids=EXPECTED)
def test_the_equal_policy(migration: migrate.Migration, policies: Policy | PolicyMap, codes: list[str]) -> None:
    assert migration.policies == policies
    assert [note.code for note in migration.notes] == codes


def test_a_note_is_whole() -> None:
    migration = migrate.from_express({"origin": [A, "/example\\.com$/"]})
    assert migration.notes[0] == migrate.Note(
        code="regex-strangers",
        severity="unsafe",
        option="origin",
        was=r'r"/example\.com$/"',
        becomes='"https://example.com", "https://*.example.com"',
        why='The expression matches "http://aexample.com", which anyone can own. '
        "Ours keeps to the domains that it names.",
        witness="http://aexample.com",
    )


def test_a_wider_prefix_over_a_lost_one_is_told_with_a_path() -> None:
    migration = migrate.from_flask_cors(resources={r"/[a-z]+/public": {"origins": []}, "/api/*": {"origins": A}})
    (told,) = [note for note in migration.notes if note.code == "path-other-policy"]
    assert (told.was, told.becomes, told.witness) == ('"/[a-z]+/public"', '"/api/"', "/api/public")


def test_everyone_under_a_platforms_suffix_is_a_stranger() -> None:
    migration = migrate.from_starlette(allow_origin_regex=r"https://.*\.github\.io", allow_methods=SAFE)
    assert migration.policies is None
    assert [(note.code, note.witness) for note in migration.notes] == [("regex-strangers", "https://a.github.io")]
    migration = migrate.from_starlette(allow_origin_regex=r"https://([a-z]+\.)?github\.io", allow_methods=SAFE)
    assert isinstance(migration.policies, Policy)
    assert migration.policies.allow_origins == ("https://github.io",)
    assert [(note.code, note.witness) for note in migration.notes] == [("regex-strangers", "https://a.github.io")]


def test_routes_that_no_prefix_tells_apart_have_no_policy_though_their_methods_are_the_same() -> None:
    routes = {"/items/{a}": {"GET": {A: {}}}, "/items/{a}/x": {"GET": {B: {}}}, "/open": {"GET": {A: {}}}}
    migration = migrate.from_aiohttp_cors(None, routes)
    assert migration.policies == PolicyMap({"/open": Policy(allow_origins=[A])})
    assert [note.code for note in migration.notes] == ["route-lost"]


def test_a_route_with_a_variable_is_not_opened_by_the_prefix_of_another() -> None:
    for path in ("/{name}", r"/{name:[a-z]+}", "/{name:(}", r"/{name:x(?=y)}"):  # no expression; none that is regular
        migration = migrate.from_aiohttp_cors(None, {"/open": {"GET": {A: {}}}, path: {"POST": {B: {}}}})
        assert migration.policies == PolicyMap({"/": Policy(allow_origins=[B]), "/open": None})
        assert [note.code for note in migration.notes] == ["route-lost"]
    migration = migrate.from_aiohttp_cors(None, {"/open": {"GET": {A: {}}}, r"/{number:\d+}": {"POST": {B: {}}}})
    assert migration.policies == PolicyMap({"/": Policy(allow_origins=[B]), "/open": Policy(allow_origins=[A])})


def test_without_routes_what_the_app_is_said_to_have_is_a_guess() -> None:
    migration = migrate.from_aiohttp_cors({A: {"allow_methods": ["put", "get", "head", "post"]}})
    assert migration.policies == Policy(allow_origins=[A], allow_methods=["PUT"])
    assert [note.code for note in migration.notes] == ["app-unread"]


def test_an_expression_for_every_path_is_the_whole_app() -> None:
    migration = migrate.from_flask_cors(resources=r"/.*")
    assert isinstance(migration.policies, Policy)
    assert migration.notes == ()


def test_the_code_names_what_is_left_out_and_no_empty_field() -> None:
    code = migrate.from_starlette(allow_origins=[A, "http://b.example"], allow_credentials=True).code
    assert '        # TODO: dangerously("http://b.example", because="..."),\n' in code
    assert "=[]" not in code
