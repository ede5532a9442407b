"""Names that are not fields: each is told what to write instead, in Python, in a mapping and in the middleware."""

import inspect
import re
import subprocess
import sys
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy import Policy, PolicyError, unknown_keywords
from crossorigin.policy._policy import FIELDS
from crossorigin.policy._unknown import EXPLAINED, RENAMED, about

OK = ["https://app.example.com"]

PRIVATE = (
    "remove it: browsers gave up the Private Network Access preflight, and now ask the user instead (Local Network "
    "Access)"
)
CASES = [
    ({"allow_orgins": OK}, "did you mean allow_origins?"),
    ({"allow_origins": OK, "max_agee": 5}, "did you mean max_age?"),
    ({"allow_origins": OK, "allow-methods": []}, "did you mean allow_methods?"),
    ({"allow_origins": OK, "maxAge": 5}, "did you mean max_age?"),
    ({"allow_origin": OK}, "write allow_origins instead"),
    ({"origins": OK}, "write allow_origins instead"),
    ({"allowedOrigins": OK}, "write allow_origins instead"),
    ({"CORS_ORIGINS": OK}, "write allow_origins instead"),
    ({"CORS_ORIGIN_WHITELIST": OK}, "write allow_origins instead"),
    ({"Access-Control-Allow-Origin": "*"}, "write allow_origins instead"),
    ({"allow_origins": OK, "supports_credentials": True}, "write allow_credentials instead"),
    ({"allow_origins": OK, "support_credentials": True}, "write allow_credentials instead"),
    ({"allow_origins": OK, "credentials": True}, "write allow_credentials instead"),
    ({"allow_origins": OK, "exposedHeaders": []}, "write expose_headers instead"),
    ({"allow_origins": OK, "CORS_PREFLIGHT_MAX_AGE": 5}, "write max_age instead"),
    ({"allow_origins": OK, "optionsSuccessStatus": 200}, "write preflight_status instead"),
    (
        {"allow_origins": OK, "allow_private_network": True},
        PRIVATE,
    ),
    ({"CORS_ORIGIN_ALLOW_ALL": True}, "there is no such switch: list the origins of your pages in allow_origins"),
    (
        {"allow_origins": OK, "CORS_ALLOW_ALL_ORIGINS": False},
        "remove it: only the origins in allow_origins are allowed",
    ),
    ({"allow_origins": OK, "send_wildcard": True}, "remove it: what is sent follows from allow_origins"),
    ({"allow_origins": OK, "vary_header": True}, "remove it: Vary is set where the response depends on the request"),
    (
        {"allow_origins": OK, "preflightContinue": True},
        "remove it: preflights are answered, and errors carry the headers, without it",
    ),
    (
        {"allow_origins": OK, "CORS_URLS_REGEX": "^/api/"},
        "a policy has no paths: bind it to routes with cors(policy), or declare a PolicyMap, which from_toml reads too",
    ),
    (
        {"allow_origins": OK, "debug": True},
        "this is an argument of the middleware, not of the policy: pass it there, as in CORS(app, policy, debug=…)",
    ),
    ({"allow_origins": OK, "allow_private_netwrok": True}, PRIVATE),
    ({"allow_origins": OK, "allowed_hosts": []}, f"the fields are {', '.join(FIELDS)}"),
    ({"allow_origins": OK, "zzz": 1}, f"the fields are {', '.join(FIELDS)}"),
]


@pytest.mark.parametrize(("declared", "hint"), CASES, ids=lambda value: str(value)[:50])
def test_a_keyword_and_a_key_are_told_the_same_once(declared: dict[str, Any], hint: str) -> None:
    name = next(name for name in declared if name not in FIELDS)
    with pytest.raises(TypeError) as keyword:
        Policy(**declared)
    assert str(keyword.value) == f"Policy() got an unexpected keyword argument {name!r}: {hint}"
    with pytest.raises(PolicyError) as key:
        Policy.from_mapping(declared)
    (problem,) = key.value.problems  # and not also that allow_origins is missing
    assert (problem.code, problem.value, problem.hint) == ("unknown-key", name, hint)


REGEX = (
    ": regular expressions are not supported, because hostile input makes them slow and a missing anchor lets "
    "strangers in"
)


@pytest.mark.parametrize(
    ("value", "more", "instead"),
    [
        (r"https://.*\.example\.com", {}, "add 'https://*.example.com' to allow_origins"),
        (re.compile(r"https://.*\.example\.com"), {}, "add 'https://*.example.com' to allow_origins"),
        (
            [r"^https://[a-z]+\.example\.com$", r"^https://a\.example$"],
            {},
            "add 'https://*.example.com', 'https://a.example' to allow_origins",
        ),
        (r"http://.*\.example\.com", {}, "add 'http://*.example.com' to allow_origins"),
        (r"http://.*\.example\.com", {"allow_credentials": True}, ""),  # refused
        (r"https://.*", {}, ""),
        ([r"https://.*", r"https://a\.example"], {}, ""),
        (None, {}, ""),
        ([], {}, ""),
        ([7], {}, ""),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_instead_of_a_regular_expression_there_is_a_pattern(value: Any, more: dict[str, Any], instead: str) -> None:
    instead = instead or "list patterns in allow_origins, such as 'https://*.example.com', or a predicate"
    for name in ("allow_origin_regex", "CORS_ALLOWED_ORIGIN_REGEXES"):
        assert about(name, {name: value, **more}, FIELDS) == (instead + REGEX, "allow_origins")
    for pattern in re.findall(r"'([^']+)'", instead):
        Policy(allow_origins=[pattern], **more)


def test_all_that_is_unknown_is_told_at_once() -> None:
    with pytest.raises(TypeError) as caught:
        Policy(origins=OK, supports_credentials=True, max_age=5)  # type: ignore[call-arg]
    assert str(caught.value) == (
        "Policy() got unexpected keyword arguments:\n"
        "  origins: write allow_origins instead\n"
        "  supports_credentials: write allow_credentials instead"
    )


def test_a_field_that_is_missing_beside_an_unknown_key_is_told_too() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.from_mapping({"zzz": 1, "max_age": -1})
    assert [problem.code for problem in caught.value.problems] == ["unknown-key", "origins-missing", "max-age-range"]


def test_further_names_can_be_meant_but_not_the_one_that_was_written() -> None:
    more = ("debug", "guard_websockets")
    assert about("guard_websocket", {}, FIELDS, more) == ("did you mean guard_websockets?", "guard_websockets")
    assert about("guard_websockets", {}, FIELDS, more).hint.startswith("pass it to a middleware that sees WebSockets")
    assert "'x': the fields are allow_origins" in str(unknown_keywords("CORS", {"x": 1}, FIELDS, more))


def test_what_is_told_can_be_written() -> None:
    assert set(RENAMED) <= set(FIELDS)
    names = [name for names in (*RENAMED.values(), *EXPLAINED) for name in names]
    assert len(names) == len(set(names))
    assert not set(names) & set(FIELDS)


@given(st.text(max_size=30) | st.sampled_from(FIELDS).map(lambda name: name[:-2] + "x"))
def test_every_name_has_a_hint(name: str) -> None:
    unknown = about(name, {name: 1}, FIELDS)
    assert unknown.hint
    assert unknown.field in (None, "", *FIELDS)


def test_the_signature_is_as_it_was() -> None:
    parameters = inspect.signature(Policy).parameters
    assert tuple(parameters) == FIELDS
    assert parameters["allow_origins"].default is inspect.Parameter.empty


def test_a_traceback_says_each_mistake_once() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(allow_origins=["https://a.example/", "null"])
    printed = "".join(traceback.format_exception(caught.value))
    for words in ("ends in a slash", "sandboxed frame", "[origin-null]", "write 'https://a.example'"):
        assert printed.count(words) == 1
    # What the interpreter prints at its end is another printer's.
    code = "from crossorigin import Policy; Policy(allow_origins=['https://a.example' + '/'])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stderr.count("ends in a slash") == ran.stderr.count("write 'https://a.example'") == 1
