"""The CORS check and the TAO check."""

import pytest

from crossorigin.browser import Reason
from crossorigin.browser._check import cors_check, tao_check
from crossorigin.browser._evidence import MAX_EVIDENCE
from crossorigin.standard import HeaderList

ORIGIN = b"https://app.example"


def allowing(*origins: str, credentials: tuple[str, ...] = ()) -> HeaderList:
    return HeaderList.of(
        [
            *(("Access-Control-Allow-Origin", origin) for origin in origins),
            *(("Access-Control-Allow-Credentials", value) for value in credentials),
        ]
    )


@pytest.mark.parametrize(
    ("origin", "mode", "headers"),
    [
        pytest.param(ORIGIN, "omit", allowing("*"), id="wildcard without credentials"),
        pytest.param(ORIGIN, "same-origin", allowing("*"), id="wildcard under same-origin"),
        pytest.param(ORIGIN, "omit", allowing("https://app.example"), id="the very origin"),
        pytest.param(b"null", "omit", allowing("null"), id="null for null"),
        pytest.param(ORIGIN, "include", allowing("https://app.example", credentials=("true",)), id="credentialed"),
        pytest.param(ORIGIN, "omit", allowing("*", credentials=("false",)), id="ACAC does not matter without include"),
    ],
)
def test_a_response_that_is_shared(origin: bytes, mode: str, headers: HeaderList) -> None:
    assert cors_check(origin, mode, headers) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mode", "headers", "reason"),
    [
        pytest.param("omit", allowing(), Reason.ACAO_MISSING, id="no field"),
        pytest.param("omit", allowing("https://app.example", "https://app.example"), Reason.ACAO_MULTIPLE, id="twice"),
        pytest.param("omit", allowing("*", "*"), Reason.ACAO_MULTIPLE, id="wildcard twice"),
        pytest.param("omit", allowing("https://app.example, *"), Reason.ACAO_MULTIPLE, id="list on one line"),
        pytest.param("omit", allowing("https://app.example https://b"), Reason.ACAO_MULTIPLE, id="space-separated"),
        pytest.param("omit", allowing(""), Reason.ACAO_INVALID, id="empty"),
        pytest.param("omit", allowing("app.example"), Reason.ACAO_INVALID, id="no scheme"),
        pytest.param("omit", allowing("null"), Reason.ACAO_MISMATCH, id="null for an origin"),
        pytest.param("omit", allowing("https://app.example/"), Reason.ACAO_MISMATCH, id="trailing slash"),
        pytest.param("omit", allowing("HTTPS://APP.EXAMPLE"), Reason.ACAO_MISMATCH, id="upper case"),
        pytest.param("omit", allowing("https://app.example:443"), Reason.ACAO_MISMATCH, id="default port"),
        pytest.param("omit", allowing("https://*.example"), Reason.ACAO_MISMATCH, id="pattern"),
        pytest.param("include", allowing("*"), Reason.ACAO_WILDCARD_CREDENTIALS, id="wildcard with credentials"),
        pytest.param(
            "include", allowing("*", credentials=("true",)), Reason.ACAO_WILDCARD_CREDENTIALS, id="wildcard and ACAC"
        ),
        pytest.param("include", allowing("https://app.example"), Reason.ACAC_NOT_TRUE, id="no ACAC"),
        *(
            pytest.param("include", allowing("https://app.example", credentials=values), Reason.ACAC_NOT_TRUE, id=id_)
            for id_, values in {
                "ACAC True": ("True",),
                "ACAC TRUE": ("TRUE",),
                "ACAC 1": ("1",),
                "ACAC false": ("false",),
                "ACAC empty": ("",),
                "ACAC twice": ("true", "true"),
                "ACAC list": ("true, true",),
            }.items()
        ),
    ],
)
def test_a_response_that_is_not_shared(mode: str, headers: HeaderList, reason: Reason) -> None:
    objection = cors_check(ORIGIN, mode, headers)  # type: ignore[arg-type]
    assert objection is not None
    assert objection[0] is reason


def test_the_evidence_holds_the_value_and_what_was_wanted() -> None:
    assert cors_check(ORIGIN, "omit", allowing("a", "b"), 404) == (
        Reason.ACAO_MULTIPLE,
        (("access-control-allow-origin", "a, b"), ("lines", "2"), ("origin", "https://app.example"), ("status", "404")),
    )


def test_absent_and_empty_credentials_stay_apart() -> None:
    absent = cors_check(ORIGIN, "include", allowing("https://app.example"))
    empty = cors_check(ORIGIN, "include", allowing("https://app.example", credentials=("",)))
    assert absent is not None
    assert empty is not None
    assert "access-control-allow-credentials" not in dict(absent[1])
    assert dict(empty[1])["access-control-allow-credentials"] == ""


def test_a_value_without_end_is_cut_in_the_evidence() -> None:
    objection = cors_check(ORIGIN, "omit", allowing("x" * 100_000))
    assert objection is not None
    assert objection[1][0][1] == "x" * MAX_EVIDENCE + "… (100000 characters)"


@pytest.mark.parametrize(
    ("value", "tainting", "navigates", "allowed"),
    [
        (None, "basic", False, True),
        (None, "basic", True, False),
        (None, "cors", False, False),
        (None, "opaque", False, False),
        ("*", "cors", False, True),
        ("https://a.example, https://app.example", "cors", False, True),
        ("https://a.example", "cors", False, False),
        ("*" + " " * 70_000, "cors", False, False),
    ],
)
def test_the_tao_check(value: str | None, tainting: str, navigates: bool, allowed: bool) -> None:
    headers = HeaderList() if value is None else HeaderList.of({"Timing-Allow-Origin": value})
    assert tao_check(ORIGIN, headers, tainting=tainting, navigates_cross_origin=navigates) is allowed
