"""One policy or several by path, in mappings and TOML files."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.policy import (
    Origin,
    Policy,
    PolicyError,
    PolicyMap,
    ReportOnly,
    dotted_key,
    load_policies,
    read_document,
)
from tests.policy.strategies import policies

OK = "https://app.example.com"
API = Policy(allow_origins=[OK], max_age=600)
EVERYONE = Policy(allow_origins="*")

TOML = """\
[paths."/api/"]
allow_origins = ["https://app.example.com"]
max_age = 600

[paths."/public/"]
allow_origins = "*"

[paths."/beta/".current]
allow_origins = "*"

[paths."/beta/".candidate]
allow_origins = ["https://app.example.com"]
max_age = 600

[paths."/"]
none = true
"""
MAP = PolicyMap({"/api/": API, "/public/": EVERYONE, "/beta/": ReportOnly(current=EVERYONE, candidate=API), "/": None})


def written(tmp_path: Path, text: str, name: str = "cors.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def below(table: str, text: str) -> str:
    return text.replace("[paths", f"[{table}.paths")


@pytest.mark.parametrize("name", ["cors.toml", "pyproject.toml"])
def test_a_file_holds_several_policies_by_path(tmp_path: Path, name: str) -> None:
    text = TOML if name == "cors.toml" else "[project]\nname = 'x'\n" + below("tool.crossorigin", TOML)
    path = written(tmp_path, text, name)
    assert PolicyMap.from_toml(path) == load_policies(path) == MAP
    with pytest.raises(PolicyError) as caught:
        Policy.from_toml(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == (
        "unknown-key",
        "paths" if name == "cors.toml" else "tool.crossorigin.paths",
    )
    assert "PolicyMap, which from_toml reads" in problem.hint


@pytest.mark.parametrize(
    "text",
    [
        'allow_origins = ["https://app.example.com"]\nmax_age = 600\n',
        '[tool.crossorigin]\nallow_origins = ["https://app.example.com"]\nmax_age = 600\n[tool.other]\nmax_age = "x"\n',
        '[build-system]\n[tool]\ncrossorigin = { allow_origins = ["https://app.example.com"], max_age = 600 }\n',
    ],
    ids=["alone", "pyproject", "inline"],
)
def test_a_file_holds_one_policy_for_every_path(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    assert Policy.from_toml(path) == load_policies(path) == API
    assert PolicyMap.from_toml(path) == PolicyMap({"/": API})


@pytest.mark.parametrize("value", [[], None, 7, "paths"], ids=repr)
def test_what_is_no_mapping_is_no_map(value: Any) -> None:
    with pytest.raises(TypeError, match="a policy is a mapping of its fields"):
        PolicyMap.from_mapping(value)


def test_no_path_and_no_policy_are_read_too() -> None:
    assert PolicyMap.from_mapping({"paths": {}}) == PolicyMap({})
    assert PolicyMap.from_mapping({"paths": {"/": None}}) == PolicyMap({"/": None})  # null in JSON and YAML


PATHS = st.sampled_from(["/", "/api/", "/api", "/v1.0/", '/a"b/', "/ü/", "/a b"])
PARTS = (
    st.none() | policies() | st.builds(lambda one, two: ReportOnly(current=one, candidate=two), policies(), policies())
)


@given(st.dictionaries(PATHS, PARTS, max_size=4).filter(lambda parts: not {"/api", "/api/"} <= set(parts)))
def test_the_mapping_builds_it_through_json_and_toml(parts: dict[str, Any]) -> None:
    policy_map = PolicyMap(parts)
    mapping = policy_map.to_mapping()
    assert PolicyMap.from_mapping(mapping) == policy_map
    assert PolicyMap.from_mapping(json.loads(json.dumps(mapping))) == policy_map
    assert read_document(tomllib.loads(as_toml(mapping))).policies == policy_map
    assert PolicyMap.from_mapping(mapping).to_mapping() == mapping


def as_toml(mapping: dict[str, Any]) -> str:
    def value(item: Any) -> str:
        if isinstance(item, list):
            return "[" + ", ".join(map(value, item)) + "]"
        if isinstance(item, dict):
            return "{ " + ", ".join(f"{dotted_key('', key)} = {value(inner)}" for key, inner in item.items()) + " }"
        return json.dumps(item)

    return "".join(f"{key} = {value(item)}\n" for key, item in mapping.items())


def is_known(origin: Origin) -> bool:
    return origin.host == "known.example"


@pytest.mark.parametrize(
    "part", [Policy(allow_origins=[is_known]), ReportOnly(current=API, candidate=Policy(allow_origins=[is_known]))]
)
def test_a_map_with_a_predicate_has_no_mapping_and_names_the_path(part: Any) -> None:
    with pytest.raises(TypeError, match=r"^/beta/: allow_origins\[0\] is a predicate, "):
        PolicyMap({"/": None, "/beta/": part}).to_mapping()


FIELDS_HINT = 'write [paths."/api/"] with the fields of a policy, or with none = true for no CORS'
DOCUMENT_PROBLEMS: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    ({"paths": 7}, [("path-table", "paths", FIELDS_HINT)]),
    ({"paths": []}, [("path-table", "paths", FIELDS_HINT)]),
    ({"paths": {"/api/": "*"}}, [("path-table", 'paths."/api/"', FIELDS_HINT)]),
    ({"paths": {"/api/": False}}, [("path-table", 'paths."/api/"', FIELDS_HINT)]),
    ({"paths": {"/": {}}}, [("origins-missing", 'paths."/".allow_origins', "list the origins")]),
    ({"paths": {"/": {"none": False}}}, [("path-none", 'paths."/".none', "write none = true and nothing else")]),
    ({"paths": {"/": {"none": 1}}}, [("path-none", 'paths."/".none', "write none = true and nothing else")]),
    (
        {"paths": {"/": {"none": True, "allow_origins": "*"}}},
        [("path-none", 'paths."/".none', "write none = true and nothing else")],
    ),
    (
        {"max_age": 5, "paths": {"/": {"none": True}}, "zzz": 1},
        [
            ("unknown-key", "max_age", 'write it in the table of each path, such as [paths."/api/"]'),
            ("unknown-key", "zzz", 'write it in the table of each path, such as [paths."/api/"]'),
        ],
    ),
    (
        {"paths": {"/a.b/": {"allow_orgins": [OK]}, "/b/": {"allow_origins": [OK, f"{OK}/"], "max_age": -1}}},
        [
            ("unknown-key", 'paths."/a.b/".allow_orgins', "did you mean allow_origins?"),
            ("origin-trailing-slash", 'paths."/b/".allow_origins[1]', f"write '{OK}'"),
            ("max-age-range", 'paths."/b/".max_age', "write at most"),
        ],
    ),
    (
        {"paths": {"api": None, "/api": None, "/api/": {"none": True}, "/api/*": {"allow_origins": "null"}}},
        [
            ("not-a-collection", 'paths."/api/*".allow_origins', "write a list"),
            ("path-invalid", "paths.api", "write whole segments, such as '/api/'"),
            ("path-duplicate", 'paths."/api/"', "keep one of them"),
            ("path-pattern", 'paths."/api/*"', "write '/api/'"),
        ],
    ),
    (
        {"paths": {"/": {"current": {"allow_origins": "*"}}}},
        [("path-trial", 'paths."/".candidate', "write both tables, or the fields of one policy")],
    ),
    (
        {"paths": {"/": {"candidate": 5, "max_age": 5, "current": {"allow_origins": ["null"]}}}},
        [
            ("path-trial", 'paths."/".candidate', "write both tables, or the fields of one policy"),
            ("path-trial", 'paths."/".max_age', "write both tables, or the fields of one policy"),
            ("origin-null", 'paths."/".current.allow_origins[0]', "serve the page"),
        ],
    ),
]


@pytest.mark.parametrize(("mapping", "expected"), DOCUMENT_PROBLEMS, ids=lambda value: str(value)[:60])
def test_problems_have_the_dotted_key_of_what_is_wrong(
    mapping: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    with pytest.raises(PolicyError) as caught:
        PolicyMap.from_mapping(mapping)
    found = caught.value.problems
    assert [(problem.code, problem.where) for problem in found] == [(code, where) for code, where, _ in expected]
    for problem, (_, _, hint) in zip(found, expected, strict=True):
        assert problem.hint.startswith(hint)
    with pytest.raises(PolicyError) as caught:
        read_document({"tool": {"crossorigin": mapping}})
    assert [problem.where for problem in caught.value.problems] == [
        f"tool.crossorigin.{where}" for _, where, _ in expected
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"project": {}},
        {"tool": {"other": {}}},
        {"tool": 5, "project": {}},
        {"tool": {"crossorigin": []}},
        {"build-system": {}},
    ],
    ids=str,
)
def test_a_pyproject_without_our_table_says_what_to_write(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyError) as caught:
        read_document(document)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("pyproject-table", "tool.crossorigin")
    assert problem.hint == "write the fields of the policy in [tool.crossorigin]"


def test_a_policy_file_with_a_table_of_a_pyproject_has_an_unknown_key() -> None:
    for ours in ({"allow_origins": [OK]}, {"paths": {"/": None}}):
        with pytest.raises(PolicyError) as caught:
            read_document({**ours, "tool": {"crossorigin": {"allow_origins": "*"}}})
        assert [(problem.code, problem.where) for problem in caught.value.problems] == [("unknown-key", "tool")]


def test_problems_of_a_file_are_in_the_words_of_toml(tmp_path: Path) -> None:
    path = written(tmp_path, "allow_origins = ['null']\nrefuse_disallowed = 'yes'\nallow_headers = 'x-a'\n")
    for load in (Policy.from_toml, PolicyMap.from_toml, load_policies):
        with pytest.raises(PolicyError) as caught:
            load(path)
        assert [problem.hint for problem in caught.value.problems] == [
            'serve the page from an origin of its own, or { dangerously = "null", because = "…" }',
            "write allow_headers = ['x-a']",
            "write true",
        ]
        assert caught.value.__notes__ == [f"in {path}"]


def test_maps_are_compared_at_each_of_their_paths() -> None:
    """`/api` of one and `/api/` of the other are the same path; where there is no policy, nobody is allowed."""
    api, everyone = Policy(allow_origins=["https://a.example"]), Policy(allow_origins="*")
    diffs = PolicyMap({"/": api, "/api": everyone}).diff(PolicyMap({"/": ReportOnly(current=api, candidate=everyone)}))
    assert {path: diff.widens for path, diff in diffs.items()} == {"/": False, "/api": True}
    assert PolicyMap({"/": api}).diff(PolicyMap({}))["/"].widens


@given(st.dictionaries(PATHS, PARTS, max_size=3), st.dictionaries(PATHS, PARTS, max_size=3))
def test_maps_are_compared_where_their_paths_part(new: dict[str, Any], old: dict[str, Any]) -> None:
    """At every path the comparison is that of the two policies in force there."""
    for parts in (new, old):
        parts.pop("/api" if "/api/" in parts else "", None)
    candidate, current = PolicyMap(new), PolicyMap(old)
    diffs = candidate.diff(current)
    assert {key.rstrip("/") for key in diffs} == {key.rstrip("/") for key in (*new, *old)}
    for path in ("/", "/api/items", "/v1.0", "/a b/c", "/elsewhere"):
        covering = [key for key in diffs if PolicyMap({key: API}).resolve(path)]
        mine, theirs = (in_force(policy_map, path) for policy_map in (candidate, current))
        if not covering:
            assert mine == theirs
            continue
        assert diffs[max(covering, key=len)] == mine.diff(theirs)


def in_force(policies: PolicyMap, path: str) -> Policy:
    part = policies.resolve(path)
    if part is None:
        return Policy(allow_origins="nobody")
    return part.current if isinstance(part, ReportOnly) else part
