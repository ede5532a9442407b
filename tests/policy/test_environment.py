"""Policies out of environment variables: what is meant is read, and what is not says what to write."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy import Policy, PolicyError, Problem
from crossorigin.policy._policy import FIELDS
from crossorigin.policy._texts import is_word, items_of, json_value, list_hint, read_texts
from tests.policy.strategies import EXACT, ORIGINS, policies
from tests.policy.test_problems import LIST_FORMS
from tests.policy.test_problems import texts as near_origins

APP, OTHER = "https://app.example.com", "http://localhost:5173"
TWO = Policy(allow_origins=[APP, OTHER])


def problems_of(environ: dict[str, str], prefix: str = "CORS_") -> tuple[Problem, ...]:
    with pytest.raises(PolicyError) as caught:
        Policy.from_env(prefix, environ)
    return caught.value.problems


@pytest.mark.parametrize(
    "text",
    [
        f"{APP},{OTHER}",
        f"{APP}, {OTHER}",
        f" {APP} ,{OTHER} ,",
        f"{APP} {OTHER}",
        f"{APP};{OTHER}",
        f"{APP}\n{OTHER}\n",
        f"{APP}\r\n{OTHER}",
        f"{APP},,{OTHER}",
        f'"{APP},{OTHER}"',
        f"'{APP},{OTHER}'",
        f"'{APP}','{OTHER}'",
        f'"{APP}", "{OTHER}"',
        f'["{APP}", "{OTHER}"]',
        f'["{APP}", "{OTHER}",]',
        f'[\n  "{APP}",\n  "{OTHER}"\n]\n',
        f"['{APP}', '{OTHER}']",
        f"('{APP}', '{OTHER}')",
        f"{{'{APP}', '{OTHER}'}}",
        f"[{APP}, {OTHER}]",
        f'\'["{APP}", "{OTHER}"]\'',
        json.dumps(json.dumps([APP, OTHER])),
        f"- {APP}\n- {OTHER}",
        f"“{APP}”, “{OTHER}”",
    ],
)
def test_a_list_in_every_spelling(text: str) -> None:
    assert Policy.from_env(environ={"CORS_ALLOW_ORIGINS": text}) == TWO


@pytest.mark.parametrize("text", ["", " ", ",", '""', "''", "[]", "[ ]", "{}", "()", "nobody", '"nobody"', None])
def test_without_origins_nobody_is_allowed(text: str | None) -> None:
    for environ in ({"CORS_ALLOW_ORIGINS": text}, {}):
        policy = Policy.from_env(environ=environ)
        assert policy == Policy(allow_origins="nobody")
        for origin in ("null", "https://nobody", "http://localhost:5173", "https://app.example.com"):
            assert not policy.decide("GET", {"Origin": origin}).allowed
            preflight = policy.decide("OPTIONS", {"Origin": origin, "Access-Control-Request-Method": "PUT"})
            assert (preflight.status, preflight.allowed) == (403, False)


@pytest.mark.parametrize("text", ["*", " * ", '"*"', "'*'", '["*"]', "['*']", "[*]"])
def test_every_origin_in_every_spelling(text: str) -> None:
    assert Policy.from_env(environ={"CORS_ALLOW_ORIGINS": text}) == Policy(allow_origins="*")


VALUES: list[tuple[str, str, object]] = [
    ("ALLOW_METHODS", "PUT,DELETE", ("PUT", "DELETE")),
    ("ALLOW_METHODS", '["put", "DELETE"]', ("PUT", "DELETE")),
    ("ALLOW_METHODS", "route", ("route",)),
    ("ALLOW_METHODS", "'route'", ("route",)),
    ("ALLOW_METHODS", '["route"]', ("route",)),
    ("ALLOW_METHODS", "*", ("*",)),
    ("ALLOW_METHODS", "", ()),
    ("ALLOW_METHODS", "[]", ()),
    ("ALLOW_HEADERS", "*, Authorization", ("*", "authorization")),
    ("ALLOW_HEADERS", "X-A X-B", ("x-a", "x-b")),
    ("ALLOW_HEADERS", "route", ("route",)),
    ("EXPOSE_HEADERS", "ETag", ("etag",)),
    ("ALLOW_CREDENTIALS", "", False),
    ("MAX_AGE", "600", 600),
    ("MAX_AGE", " '0' ", 0),
    ("MAX_AGE", "", None),
    ("MAX_AGE", "none", None),
    ("MAX_AGE", "null", None),
    ("PREDICATE_TIMEOUT", "0.5", 0.5),
    ("PREDICATE_TIMEOUT", "2", 2.0),
    ("PREFLIGHT_STATUS", "200", 200),
    *(("REFUSE_DISALLOWED", text, True) for text in ("true", "True", "TRUE", " 1 ", "yes", "on", '"true"')),
    *(("REFUSE_DISALLOWED", text, False) for text in ("false", "FALSE", "0", "no", "off", "", "''")),
    *(("ALLOW_CREDENTIALS", text, (APP,)) for text in (APP, f"{APP},", f'["{APP}"]', f"['{APP}']", f'"{APP}"')),
    ("ALLOW_CREDENTIALS", "[]", False),
    *(("ALLOW_CREDENTIALS", text, True) for text in ("true", "1", "'true'")),
    *(("ALLOW_CREDENTIALS", text, False) for text in ("false", "0", "no")),
]


@pytest.mark.parametrize(("name", "text", "value"), VALUES)
def test_a_value_is_read_as_its_field_takes_it(name: str, text: str, value: object) -> None:
    policy = Policy.from_env(environ={"CORS_ALLOW_ORIGINS": APP, f"CORS_{name}": text})
    assert getattr(policy, name.lower()) == value


def test_what_is_refused_can_be_lifted_in_json() -> None:
    text = '[{"dangerously": "null", "because": "a sandboxed preview"}]'
    assert Policy.from_env(environ={"CORS_ALLOW_ORIGINS": text}).decide("GET", {"Origin": "null"}).allowed


ORIGINS_HINT = (
    "write the origins, separated by commas, as in https://app.example.com,https://admin.example.com; leave it empty "
    "to allow no page"
)
NULL_HINT = (
    'serve the page from an origin of its own, or {"dangerously": "null", "because": "…"} as an item of a JSON list'
)
PROBLEMS: list[tuple[str, str, list[tuple[str, str]]]] = [
    *(
        ("ALLOW_ORIGINS", text, [("CORS_ALLOW_ORIGINS", ORIGINS_HINT)])
        for text in ("true", "False", "none", "1", "8" * 5000)
    ),
    ("ALLOW_ORIGINS", '{"a": 1}', [("CORS_ALLOW_ORIGINS", ORIGINS_HINT)]),
    ("ALLOW_ORIGINS", "null", [("CORS_ALLOW_ORIGINS[0]", NULL_HINT)]),
    ("ALLOW_ORIGINS", f"{APP}/", [("CORS_ALLOW_ORIGINS[0]", f"write '{APP}'")]),
    ("ALLOW_ORIGINS", f"{APP}, app.example.com", [("CORS_ALLOW_ORIGINS[1]", f"write '{APP}'")]),
    ("ALLOW_ORIGINS", f'[["{APP}"]]', [("CORS_ALLOW_ORIGINS[0]", f"write '{APP}'")]),
    (
        "ALLOW_ORIGINS",
        "[null]",
        [("CORS_ALLOW_ORIGINS[0]", "write the origin as text, such as 'https://app.example.com'")],
    ),
    (
        "ALLOW_ORIGINS",
        "[7]",
        [("CORS_ALLOW_ORIGINS[0]", "write the origin as text, such as 'https://app.example.com'")],
    ),
    ("ALLOW_ORIGINS", r"https://.*\.example\.com", [("CORS_ALLOW_ORIGINS[0]", "write 'https://*.example.com'")]),
    (
        "ALLOW_ORIGINS",
        "https://*.github.io",
        [
            (
                "CORS_ALLOW_ORIGINS[0]",
                (
                    'name your own domain below it, or {"dangerously": "https://*.github.io", "because": "…"} as an '
                    "item of a JSON list"
                ),
            )
        ],
    ),
    (
        "ALLOW_ORIGINS",
        '[{"dangerously": "null"}]',
        [("CORS_ALLOW_ORIGINS[0]", 'write {"dangerously": "pattern", "because": "…"}')],
    ),
    (
        "ALLOW_ORIGINS",
        '[{"dangerously": "null", "because": ""}]',
        [
            (
                "CORS_ALLOW_ORIGINS[0]",
                'give the reason: {"dangerously": "pattern", "because": "…"} as an item of a JSON list',
            )
        ],
    ),
    ("ALLOW_METHODS", "true", [("CORS_ALLOW_METHODS", "write the names, separated by commas")]),
    ("ALLOW_METHODS", "PUT,patch", [("CORS_ALLOW_METHODS[1]", "write 'PATCH'")]),
    (
        "ALLOW_METHODS",
        "PUT,route",
        [("CORS_ALLOW_METHODS[1]", "write CORS_ALLOW_METHODS='route', or list the methods")],
    ),
    (
        "ALLOW_HEADERS",
        "Cookie",
        [("CORS_ALLOW_HEADERS[0]", "remove it; CORS_ALLOW_CREDENTIALS=true lets browsers send cookies")],
    ),
    ("REFUSE_DISALLOWED", "ja", [("CORS_REFUSE_DISALLOWED", "write true or false")]),
    (
        "ALLOW_CREDENTIALS",
        "ja",
        [("CORS_ALLOW_CREDENTIALS", "write true or false, or list the origins that may send credentials")],
    ),
    ("ALLOW_CREDENTIALS", "app.example.com", [("CORS_ALLOW_CREDENTIALS[0]", f"write '{APP}'")]),
    (
        "ALLOW_CREDENTIALS",
        "*",
        [
            (
                "CORS_ALLOW_CREDENTIALS",
                "list the origins that may send credentials: browsers refuse `*` for requests with credentials",
            )
        ],
    ),
    (
        "ALLOW_CREDENTIALS",
        OTHER,
        [("CORS_ALLOW_CREDENTIALS[0]", f"add '{OTHER}' to CORS_ALLOW_ORIGINS, or remove it here")],
    ),
    ("MAX_AGE", "10m", [("CORS_MAX_AGE", "write the seconds, such as 600")]),
    ("MAX_AGE", "600.0", [("CORS_MAX_AGE", "write 600")]),
    ("MAX_AGE", "9" * 5000, [("CORS_MAX_AGE", "write the seconds, such as 600")]),
    ("MAX_AGE", "99999", [("CORS_MAX_AGE", "write 86400")]),
    ("PREDICATE_TIMEOUT", "nan", [("CORS_PREDICATE_TIMEOUT", "write the seconds, such as 1.0")]),
    ("PREFLIGHT_STATUS", "404", [("CORS_PREFLIGHT_STATUS", "write 204, or 200 for a proxy that knows no other")]),
    # Names
    ("ALOW_ORIGINS", APP, [("CORS_ALOW_ORIGINS", "did you mean CORS_ALLOW_ORIGINS?")]),
    ("ORIGINS", APP, [("CORS_ORIGINS", "write CORS_ALLOW_ORIGINS instead")]),
    ("Max_Age", "5", [("CORS_Max_Age", "write CORS_MAX_AGE")]),
    (
        "ORIGIN_ALLOW_ALL",
        "False",
        [("CORS_ORIGIN_ALLOW_ALL", "remove it: only the origins in CORS_ALLOW_ORIGINS are allowed")],
    ),
    (
        "ORIGIN_ALLOW_ALL",
        "1",
        [("CORS_ORIGIN_ALLOW_ALL", "there is no such switch: list the origins of your pages in CORS_ALLOW_ORIGINS")],
    ),
]


@pytest.mark.parametrize(("name", "text", "expected"), PROBLEMS, ids=lambda value: str(value)[:40])
def test_a_problem_names_the_variable_and_says_what_to_write(
    name: str, text: str, expected: list[tuple[str, str]]
) -> None:
    found = problems_of({"CORS_ALLOW_ORIGINS": APP, f"CORS_{name}": text})
    assert [(problem.where, problem.hint) for problem in found] == expected
    assert not any("True" in problem.message or "allow_" in problem.message for problem in found)
    for problem in found:
        written = re.fullmatch(r"write ('?[^',]+'?|CORS_ALLOW_METHODS='route').*", problem.hint)
        if written and problem.corrected is not None and problem.code != "unknown-key":
            assert Policy.from_env(environ={"CORS_ALLOW_ORIGINS": APP, f"CORS_{name}": written[1]})


def test_all_problems_come_at_once_names_first() -> None:
    found = problems_of(
        {
            "CORS_ALLOW_ORIGINS": "*",
            "CORS_ALLOW_CREDENTIALS": "true",
            "CORS_MAX_AGE": "-1",
            "CORS_SUPPORTS_CREDENTIALS": "true",
            "CORS_ALLOW_PRIVATE_NETWORK": "true",
            "CORS_ALLOWED_ORIGIN_REGEXES": r'["^https://.*\\.example\\.com$"]',
        }
    )
    assert [(problem.code, problem.field, problem.value) for problem in found] == [
        ("unknown-key", "CORS_ALLOWED_ORIGIN_REGEXES", r'["^https://.*\\.example\\.com$"]'),
        ("unknown-key", "CORS_ALLOW_PRIVATE_NETWORK", "true"),
        ("unknown-key", "CORS_SUPPORTS_CREDENTIALS", "true"),
        ("credentials-wildcard-origin", "CORS_ALLOW_ORIGINS", "*"),
        ("max-age-range", "CORS_MAX_AGE", -1),
    ]
    assert found[0].hint.startswith("add 'https://*.example.com' to CORS_ALLOW_ORIGINS: regular expressions")
    assert found[1].hint.startswith("remove it: browsers gave up the Private Network Access preflight")
    assert found[2].message.endswith("its value is 'true'")


def test_the_value_of_a_variable_that_may_be_about_something_else_is_not_printed() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_env(environ={"CORS_ANYWHERE_API_KEY": "hunter2"})
    assert "CORS_ANYWHERE_API_KEY" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("prefix", ["", "CORS_", "MYAPP_CORS_", "cors_"])
def test_the_prefix_is_anyones_choice(prefix: str) -> None:
    environ = {
        f"{prefix}ALLOW_ORIGINS": APP,
        "PATH": "/bin",
        "ORIGINS": "x",
        "cors_proxy": "x",
        "OTHER_ALLOW_ORIGINS": "x",
    }
    if prefix == "cors_":
        del environ["cors_proxy"]
    assert Policy.from_env(prefix, environ) == Policy(allow_origins=[APP])


def test_a_prefix_without_its_underscore_is_told() -> None:
    (problem,) = problems_of({"CORS_ALLOW_ORIGINS": APP}, "CORS")
    assert problem.hint == "call from_env('CORS_')"
    with pytest.raises(TypeError, match="prefix is text, such as 'CORS_', not None"):
        Policy.from_env(None)  # type: ignore[arg-type]


def test_the_variables_of_the_process_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYAPP_ALLOW_ORIGINS", APP)
    assert Policy.from_env("MYAPP_") == Policy(allow_origins=[APP])


def test_who_may_send_credentials_is_among_the_allowed() -> None:
    (problem,) = problems_of({"CORS_ALLOW_CREDENTIALS": APP})  # and nobody is allowed
    assert (problem.code, problem.where) == ("credentials-origin-unlisted", "CORS_ALLOW_CREDENTIALS[0]")


def as_text(value: object, form: Callable[[list[str]], str]) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return form(value)
    return value if isinstance(value, str) else json.dumps(value)


@given(policies(), st.sampled_from([",".join, " ".join, json.dumps, str]))
def test_every_policy_without_predicates_can_be_written_so(policy: Policy, form: Callable[[list[str]], str]) -> None:
    environ = {f"CORS_{name.upper()}": as_text(value, form) for name, value in policy.to_mapping().items()}
    assert Policy.from_env(environ=environ) == policy


@given(st.lists(near_origins(), min_size=1, max_size=3), st.sampled_from(LIST_FORMS), st.booleans())
def test_what_a_hint_says_to_write_is_taken(
    items: list[str], form: Callable[[list[str]], str], credentials: bool
) -> None:
    environ = {"CORS_ALLOW_CREDENTIALS": str(credentials)}
    try:
        Policy.from_env(environ={**environ, "CORS_ALLOW_ORIGINS": form(items)})
    except PolicyError as error:
        for problem in error.problems:
            if problem.corrected is not None:
                written = problem.hint.removeprefix("write ")
                assert Policy.from_env(environ={**environ, "CORS_ALLOW_ORIGINS": written})


@given(
    st.dictionaries(st.sampled_from(FIELDS).map(lambda name: f"CORS_{name.upper()}"), st.text(max_size=20), max_size=4)
)
def test_no_text_is_too_broken_and_nobody_gets_in_by_a_mistake(environ: dict[str, str]) -> None:
    """What is read is what the text says: an origin that does not stand in it is not allowed."""
    try:
        policy = Policy.from_env(environ=environ)
    except PolicyError:
        return
    text = environ.get("CORS_ALLOW_ORIGINS", "")
    for origin in ORIGINS:
        if policy.decide("GET", {"Origin": origin}).allowed:
            assert origin in text or "*" in text


def test_other_values_than_text_are_left_to_who_validates() -> None:
    assert read_texts({"max_age": 5, "allow_methods": None, "zzz": "a,b"}) == {
        "max_age": 5,
        "allow_methods": None,
        "zzz": "a,b",
    }


def test_json_that_is_none_stands_for_itself() -> None:
    for text in ("[" * 100_000, "[" + "9" * 5000 + "]", '["a"', "a", '"'):
        assert json_value(text) == text
    assert items_of("[" + "9" * 5000 + "]") == ["9" * 5000]
    assert list_hint("allow_origins", "[" * 100_000, credentials=False) is None
    assert is_word("None")
    assert not is_word(EXACT[0])
