"""The value: equality, text, mappings, files."""

import copy
import json
import pickle
import random
import subprocess
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crossorigin.policy
from crossorigin.policy import Origin, Policy, PolicyError, dangerously, refuse_async_predicates
from tests.policy.strategies import declarations, policies, requests

OK = "https://app.example.com"


def is_known(origin: Origin) -> bool:
    return origin.host == "known.example"


async def is_known_slowly(origin: Origin) -> bool:
    return is_known(origin)


def test_there_is_no_default_for_the_origins() -> None:
    with pytest.raises(TypeError, match="allow_origins"):
        Policy()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Policy([OK])  # type: ignore[misc]


def test_the_fields_hold_what_goes_on_the_wire() -> None:
    policy = Policy(
        allow_origins=iter([OK]),
        allow_methods=["delete", "eGg"],
        allow_headers={"X-B", "X-A"},
        expose_headers=("ETag",),
        allow_credentials=True,
        max_age=timedelta(minutes=10),
        refuse_disallowed=True,
        predicate_timeout=2,
        preflight_status=200,
    )
    assert policy.allow_origins == (OK,)
    assert policy.allow_methods == ("DELETE", "eGg")
    assert policy.allow_headers == ("x-a", "x-b")
    assert policy.expose_headers == ("etag",)
    assert (policy.allow_credentials, policy.refuse_disallowed) == (True, True)
    assert (policy.max_age, policy.predicate_timeout, policy.preflight_status) == (600, 2.0, 200)


def test_the_defaults() -> None:
    policy = Policy(allow_origins="*")
    assert policy.allow_origins == ("*",)
    assert policy.allow_methods == policy.allow_headers == policy.expose_headers == ()
    assert (policy.allow_credentials, policy.refuse_disallowed, policy.max_age) == (False, False, None)
    assert (policy.predicate_timeout, policy.preflight_status) == (1.0, 204)


def test_a_word_allows_nobody_and_an_empty_list_is_a_problem() -> None:
    nobody = Policy(allow_origins="nobody", allow_credentials=True, max_age=5)
    assert nobody.allow_origins == ()
    assert repr(nobody) == "Policy(allow_origins='nobody', allow_credentials=True, max_age=5)"
    assert nobody.to_mapping() == {"allow_origins": "nobody", "allow_credentials": True, "max_age": 5}
    assert nobody.replace(max_age=6) == Policy.from_mapping({**nobody.to_mapping(), "max_age": 6}) != nobody
    assert nobody.decide("GET", {"Origin": "https://nobody"}).headers == ()
    assert nobody.advice() == ()
    assert not nobody.diff(Policy(allow_origins=[OK])).widens
    assert [gain.value for gain in Policy(allow_origins=[OK]).diff(nobody).gains] == [OK]
    for empty in ([], (), None):
        with pytest.raises(PolicyError):
            Policy(allow_origins=empty)  # type: ignore[arg-type]


def test_it_cannot_be_changed() -> None:
    policy = Policy(allow_origins="*")
    with pytest.raises(AttributeError):
        policy.max_age = 5  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        policy.other = 5  # type: ignore[attr-defined]


@given(declarations(), st.randoms(use_true_random=False))
def test_equality_ignores_order_and_repetition(declared: dict[str, Any], rng: random.Random) -> None:
    def shuffled(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        items = value + value[:1]
        rng.shuffle(items)
        return items

    one = Policy(**declared)
    other = Policy(**{name: shuffled(value) for name, value in declared.items()})
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    "change",
    [
        {"allow_origins": [OK, "https://b.example"]},
        {"allow_origins": [OK, dangerously("null", because="x")]},
        {"allow_methods": ["PUT"]},
        {"allow_headers": ["x-a"]},
        {"expose_headers": ["x-a"]},
        {"allow_credentials": True},
        {"allow_credentials": [OK]},
        {"max_age": 0},
        {"refuse_disallowed": True},
        {"predicate_timeout": 2},
        {"preflight_status": 200},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_field_counts_for_equality(change: dict[str, Any]) -> None:
    policy = Policy(allow_origins=[OK])
    assert policy.replace(**change) != policy
    assert policy.replace(**change).replace(**{name: getattr(policy, name) for name in change}) == policy


def test_it_equals_nothing_but_policies() -> None:
    assert Policy(allow_origins="*") != "*"
    assert Policy(allow_origins="*") == Policy(allow_origins=["*"])


def test_having_decided_makes_no_difference() -> None:
    used, unused = Policy(allow_origins=[OK]), Policy(allow_origins=[OK])
    used.decide("GET", {"Origin": OK})
    assert used == unused
    assert repr(used) == repr(unused)
    assert pickle.loads(pickle.dumps(used)) == unused


@given(policies())
def test_the_repr_builds_it(policy: Policy) -> None:
    again = eval(repr(policy), {"Policy": Policy, "dangerously": dangerously})
    assert again == policy
    assert repr(again) == repr(policy)


@given(policies())
def test_the_mapping_builds_it_through_json_and_toml(policy: Policy) -> None:
    mapping = policy.to_mapping()
    assert Policy.from_mapping(mapping) == policy
    assert Policy.from_mapping(json.loads(json.dumps(mapping))) == policy
    assert Policy.from_mapping(tomllib.loads(as_toml(mapping))) == policy
    assert Policy.from_mapping(mapping).to_mapping() == mapping


def as_toml(mapping: dict[str, Any]) -> str:
    def value(item: Any) -> str:
        if isinstance(item, list):
            return "[" + ", ".join(map(value, item)) + "]"
        if isinstance(item, dict):
            return "{ " + ", ".join(f"{key} = {value(inner)}" for key, inner in item.items()) + " }"
        return json.dumps(item)

    return "".join(f"{key} = {value(item)}\n" for key, item in mapping.items())


@given(policies(), requests())
def test_what_is_equal_answers_alike(policy: Policy, request: Any) -> None:
    assert Policy.from_mapping(policy.to_mapping()).decide(*request) == policy.decide(*request)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_it_survives_copying_and_pickling(again: Any) -> None:
    policy = Policy(allow_origins=[OK, dangerously("null", because="x"), is_known], allow_methods=["PUT"], max_age=5)
    assert again(policy) == policy


def test_a_mapping_may_hold_a_timedelta_and_a_predicate() -> None:
    policy = Policy.from_mapping({"allow_origins": [is_known], "max_age": timedelta(hours=1)})
    assert policy == Policy(allow_origins=[is_known], max_age=3600)


def test_a_policy_with_a_predicate_has_no_mapping_and_says_so() -> None:
    with pytest.raises(
        TypeError, match=r"allow_origins\[1\] is a predicate, <function is_known.*: keep this policy in Python"
    ):
        Policy(allow_origins=[OK, is_known]).to_mapping()


def test_replace_validates_anew() -> None:
    policy = Policy(allow_origins=["http://app.example.com"])
    with pytest.raises(PolicyError) as caught:
        policy.replace(allow_credentials=True)
    assert [problem.code for problem in caught.value.problems] == ["origin-insecure"]
    with pytest.raises(TypeError, match="zzz"):
        policy.replace(zzz=1)


TOML = """\
# the shop
allow_origins = [
  "https://app.example.com",
  { dangerously = "null", because = "the viewer is sandboxed" },
]
allow_methods = ["PUT"]
max_age = 600
"""
FROM_TOML = Policy(
    allow_origins=[OK, dangerously("null", because="the viewer is sandboxed")], allow_methods=["PUT"], max_age=600
)


@pytest.mark.parametrize(
    "data",
    [TOML.encode(), TOML.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + TOML.encode()],
    ids=["unix", "windows-line-ends", "byte-order-mark"],
)
def test_a_toml_file_declares_a_policy(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(data)
    assert Policy.from_toml(path) == Policy.from_toml(str(path)) == FROM_TOML


@pytest.mark.parametrize("value", [[], "allow_origins", None, 7], ids=repr)
def test_what_is_no_mapping_is_no_policy(value: object) -> None:
    with pytest.raises(TypeError, match="a policy is a mapping of its fields"):
        Policy.from_mapping(value)  # type: ignore[arg-type]


def test_a_toml_file_with_problems_or_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nothing"):
        Policy.from_toml(tmp_path / "nothing.toml")
    (tmp_path / "wrong.toml").write_text("max_age = 600.0\nallow_origin = '*'", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        Policy.from_toml(tmp_path / "wrong.toml")
    assert [problem.code for problem in caught.value.problems] == ["unknown-key", "max-age-type"]
    assert caught.value.__notes__ == [f"in {tmp_path / 'wrong.toml'}"]


def test_sync_and_async_policies_are_told_apart() -> None:
    assert not Policy(allow_origins=[OK, is_known]).is_async
    assert Policy(allow_origins=[is_known, is_known_slowly]).is_async
    with pytest.raises(TypeError, match=r"await policy\.adecide"):
        Policy(allow_origins=[is_known_slowly]).decide("GET", {})


def test_who_cannot_await_can_refuse_async_predicates() -> None:
    refuse_async_predicates(Policy(allow_origins=[is_known]))
    with pytest.raises(PolicyError) as caught:
        refuse_async_predicates(Policy(allow_origins=[OK, is_known_slowly]))
    (problem,) = caught.value.problems
    assert (problem.code, problem.where, problem.kind) == ("async-predicate", "allow_origins[1]", "incompatible")
    assert problem.hint == "use a plain function, or the ASGI middleware"


def test_a_hundred_thousand_exact_origins_keep_no_object_each() -> None:
    """The policy holds the very strings it was given, and none besides."""
    origins = [f"https://tenant-{number}.example.com" for number in range(100_000)]
    policy = Policy(allow_origins=origins)
    assert all(one is other for one, other in zip(origins, policy.allow_origins, strict=True))
    assert all(one is other for one, other in zip(origins, policy._rules.exact, strict=True))


def test_a_sound_policy_loads_nothing_that_only_problems_need() -> None:
    code = (
        "import sys; from crossorigin.policy import Policy; "
        "Policy(allow_origins=['https://a.example', 'http://localhost:3000'], max_age=5); "
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    tables = {"pydantic", "pydantic_core", "publicsuffixlist", "can_ada", "asyncio", "tomllib", "difflib"}
    ours = {
        f"crossorigin.policy.{name}"
        for name in (
            "_problems",
            "_diagnose",
            "_regexes",
            "_advice",
            "_mapping",
            "_texts",
            "_unknown",
            "_environment",
            "_pydantic",
            "_toml",
        )
    }
    assert not (tables | ours) & set(loaded)


def test_the_package_has_no_name_that_it_does_not_say() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        crossorigin.policy.nothing  # noqa: B018
