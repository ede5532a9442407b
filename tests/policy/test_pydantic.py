"""`Policy` as a field of pydantic's models and settings."""

import json
import pickle
from typing import Annotated, Any

import jsonschema
import pytest
from hypothesis import given
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from crossorigin.policy import Origin, Policy, PolicyError, dangerously
from crossorigin.policy._policy import FIELDS
from tests.policy.strategies import policies
from tests.policy.test_environment import PROBLEMS

APP, OTHER = "https://app.example.com", "http://localhost:5173"
TWO = Policy(allow_origins=[APP, OTHER])
ADAPTER = TypeAdapter(Policy)
SCHEMA = ADAPTER.json_schema()


class Model(BaseModel):
    cors: Policy


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_nested_delimiter="__")

    cors: Policy


class OneVariable(BaseSettings):
    cors: Annotated[Policy, NoDecode]


class Perhaps(BaseSettings):
    cors: Policy | None = None


@given(policies())
def test_a_policy_goes_through_a_model_and_back(policy: Policy) -> None:
    model = Model(cors=policy)
    assert model.cors is policy
    assert model.model_dump() == {"cors": policy.to_mapping()}
    assert Model.model_validate(model.model_dump()) == model
    assert Model.model_validate_json(model.model_dump_json()) == model
    jsonschema.validate(json.loads(model.model_dump_json())["cors"], SCHEMA, jsonschema.Draft202012Validator)
    assert model.model_copy(deep=True) == pickle.loads(pickle.dumps(model)) == model


def test_a_policy_with_a_predicate_is_taken_and_says_that_it_cannot_be_written() -> None:
    def is_known(origin: Origin) -> bool:
        return origin.host == "known.example"

    policy = Policy(allow_origins=[is_known])
    assert Model(cors=policy).cors is policy
    assert Model(cors={"allow_origins": [is_known]}).cors == policy  # type: ignore[arg-type]
    with pytest.raises(
        PydanticSerializationError, match=r"allow_origins\[0\] is a predicate, .* keep this policy in Python"
    ):
        Model(cors=policy).model_dump()


def test_errors_carry_every_problem_at_its_place() -> None:
    with pytest.raises(ValidationError) as caught:
        Model.model_validate(
            {"cors": {"allow_origins": [APP, f"{APP}/", "null"], "max_ages": 5, "max_age": "10m", 3: 4}}
        )
    assert [(error["type"], error["loc"], error["input"]) for error in caught.value.errors()] == [
        ("unknown-key", ("cors", "max_ages"), 5),
        ("unknown-key", ("cors", "3"), 4),
        ("origin-trailing-slash", ("cors", "allow_origins", 1), f"{APP}/"),
        ("origin-null", ("cors", "allow_origins", 2), "null"),
        ("max-age-type", ("cors", "max_age"), "10m"),
    ]
    slash = caught.value.errors()[2]
    assert slash["ctx"]["hint"] == f"write '{APP}'"
    assert slash["msg"] == f"{slash['ctx']['message']}; {slash['ctx']['hint']}"
    assert len(json.loads(caught.value.json())) == 5


@pytest.mark.parametrize("value", [5, None, 1.5, b"x"], ids=repr)
def test_what_is_no_policy_is_an_error_of_pydantics(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(value)
    (error,) = caught.value.errors()
    assert (error["type"], error["loc"]) == ("policy-type", ())
    assert error["msg"] == "a policy is a mapping of its fields, such as {'allow_origins': [...]}"


@pytest.mark.parametrize(
    ("environ", "policy"),
    [
        ({"CORS__ALLOW_ORIGINS": f"{APP},{OTHER}"}, TWO),
        ({"CORS__ALLOW_ORIGINS": f"{APP} {OTHER}"}, TWO),
        ({"CORS__ALLOW_ORIGINS": json.dumps([APP, OTHER])}, TWO),
        ({"CORS__ALLOW_ORIGINS": f"['{APP}', '{OTHER}']"}, TWO),
        ({"CORS__ALLOW_ORIGINS": "*"}, Policy(allow_origins="*")),
        ({"CORS__ALLOW_ORIGINS": ""}, Policy(allow_origins="nobody")),
        ({"CORS__ALLOW_ORIGINS": "[]"}, Policy(allow_origins="nobody")),
        (
            {
                "CORS__ALLOW_ORIGINS": APP,
                "CORS__ALLOW_METHODS": "route",
                "CORS__ALLOW_HEADERS": '["x-a"]',
                "CORS__ALLOW_CREDENTIALS": "true",
                "CORS__MAX_AGE": "600",
                "CORS__PREDICATE_TIMEOUT": "0.5",
                "CORS__PREFLIGHT_STATUS": "",
            },
            Policy(
                allow_origins=[APP],
                allow_methods="route",
                allow_headers=["x-a"],
                allow_credentials=True,
                max_age=600,
                predicate_timeout=0.5,
            ),
        ),
        ({"CORS": json.dumps({"allow_origins": [APP, OTHER]})}, TWO),
        ({"CORS": json.dumps([APP, OTHER])}, TWO),
        (
            {"CORS__ALLOW_ORIGINS": '[{"dangerously": "null", "because": "x"}]'},
            Policy(allow_origins=[dangerously("null", because="x")]),
        ),
    ],
    ids=str,
)
def test_settings_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], policy: Policy
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert Settings().cors == policy  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        (APP, Policy(allow_origins=[APP])),
        (f"{APP}, {OTHER}", TWO),
        (json.dumps([APP, OTHER]), TWO),
        (f"['{APP}', '{OTHER}']", TWO),
        (json.dumps({"allow_origins": [APP, OTHER]}), TWO),
        ("*", Policy(allow_origins="*")),
        ("", Policy(allow_origins="nobody")),
    ],
)
@pytest.mark.parametrize("settings", [OneVariable, Perhaps])
def test_one_variable_may_hold_the_allow_list(
    monkeypatch: pytest.MonkeyPatch, settings: Any, text: str, policy: Policy
) -> None:
    monkeypatch.setenv("CORS", text)
    assert settings().cors == policy


@pytest.mark.parametrize(("name", "text", "expected"), PROBLEMS, ids=lambda value: str(value)[:40])
def test_a_mistake_in_a_variable_is_an_error_at_its_field(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, expected: list[tuple[str, str]]
) -> None:
    """The problems are those of `Policy.from_env`."""
    monkeypatch.setenv("CORS__ALLOW_ORIGINS", APP)
    monkeypatch.setenv(f"CORS__{name}", text)
    with pytest.raises(PolicyError) as problems:
        Policy.from_env("CORS__")
    if name == "Max_Age":
        return  # which pydantic-settings reads in any case
    with pytest.raises(ValidationError) as caught:
        Settings()  # type: ignore[call-arg]
    assert [error["type"] for error in caught.value.errors()] == [problem.code for problem in problems.value.problems]
    for error, (where, _) in zip(caught.value.errors(), expected, strict=True):
        place = where.lower().removesuffix("]").replace("[", ".").replace("cors_", "cors.", 1)
        assert ".".join(map(str, error["loc"])) == place


def test_a_policy_from_the_environment_is_a_default() -> None:
    class WithDefault(BaseModel):
        cors: Policy = Policy.from_env(environ={"CORS_ALLOW_ORIGINS": APP})

    assert WithDefault().cors == Policy(allow_origins=[APP])


def test_the_json_schema_knows_every_field_and_no_other() -> None:
    assert tuple(SCHEMA["properties"]) == FIELDS
    assert Model.model_json_schema()["properties"]["cors"] == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for value in (
        {},
        {"allow_origins": 5},
        {"allow_origins": [APP], "max_age": -1},
        {"allow_origins": [APP], "zzz": 1},
        {"allow_origins": [{"dangerously": "null"}]},
        {"allow_origins": [APP], "allow_methods": "GET"},
        {"allow_origins": [APP], "preflight_status": 404},
    ):
        assert not validator.is_valid(value)
        with pytest.raises(PolicyError):
            Policy.from_mapping(value)
