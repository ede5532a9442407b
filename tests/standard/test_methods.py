import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.standard import is_cors_safelisted_method, is_forbidden_method, is_method, normalize_method

NORMALISED = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]


@pytest.mark.parametrize("method", NORMALISED)
def test_six_methods_are_upper_cased(method: str) -> None:
    assert normalize_method(method.lower()) == normalize_method(method.title()) == normalize_method(method) == method


@pytest.mark.parametrize("method", ["patch", "Patch", "query", "eGg", "get ", "", "optıons", "ﬁnd", "deleteſ"])
def test_no_other_method_is_touched(method: str) -> None:
    assert normalize_method(method) == method


@pytest.mark.parametrize("method", ["CONNECT", "trace", "Track"])
def test_forbidden_methods_are_forbidden_in_any_case(method: str) -> None:
    assert is_forbidden_method(method)


@pytest.mark.parametrize("method", ["GET", "TRACER", "TRAC", "connect ", "trac\N{KELVIN SIGN}", ""])
def test_other_methods_are_not_forbidden(method: str) -> None:
    assert not is_forbidden_method(method)


@pytest.mark.parametrize(
    ("method", "safelisted"), [("GET", True), ("HEAD", True), ("POST", True), ("get", False), ("PUT", False)]
)
def test_three_methods_are_safelisted_in_upper_case(method: str, safelisted: bool) -> None:
    assert is_cors_safelisted_method(method) is safelisted


@pytest.mark.parametrize(("method", "valid"), [("CHICKEN", True), ("GET\r\n", False), ("", False), ("GÉT", False)])
def test_a_method_is_a_token(method: str, valid: bool) -> None:
    assert is_method(method) is valid


@given(st.text())
def test_normalising_is_idempotent_and_changes_case_alone(method: str) -> None:
    once = normalize_method(method)
    assert normalize_method(once) == once
    assert once == method or (method.isascii() and once == method.upper() and once in NORMALISED)
