import pytest

from crossorigin.policy._request import CORSRequest

FIELDS = {
    "Origin": "https://app.example.com",
    "ACCESS-CONTROL-REQUEST-METHOD": "PUT",
    "access-control-request-headers": "x-a",
    "Sec-Fetch-Site": "cross-site",
    "HOST": "api.example.com",
    "Accept": "*/*",
}
REQUEST = CORSRequest(
    method="PUT",
    origin=b"https://app.example.com",
    requested_method=b"PUT",
    requested_headers=b"x-a",
    sec_fetch_site=b"cross-site",
    host=b"api.example.com",
)


def test_fields_come_as_a_mapping_or_pairs_of_text_or_bytes_in_any_case() -> None:
    assert CORSRequest.of("PUT", FIELDS) == REQUEST
    assert CORSRequest.of("PUT", {name.encode(): value.encode() for name, value in FIELDS.items()}) == REQUEST
    assert CORSRequest.of("PUT", list(FIELDS.items())) == REQUEST
    assert CORSRequest.of("PUT", ((name.encode(), value.encode()) for name, value in FIELDS.items())) == REQUEST


def test_lines_of_one_field_are_joined() -> None:
    request = CORSRequest.of("GET", [("Origin", "a"), ("origin", "b"), ("Access-Control-Request-Headers", "")])
    assert (request.origin, request.requested_headers, request.requested_method) == (b"a, b", b"", None)


def test_a_character_that_no_field_can_hold_matches_nothing_and_raises_nothing() -> None:
    assert CORSRequest.of("GET", {"Origin": "https://a☃b", "☃": "x"}).origin == b"https://a?b"
    assert CORSRequest.of("GET", {"Origin": "https://é\udcff"}).origin == b"https://\xe9?"


@pytest.mark.parametrize("fields", [[("Origin", None)], [(1, "x")]])
def test_what_is_neither_text_nor_bytes_is_a_type_error(fields: object) -> None:
    with pytest.raises(TypeError, match="str or bytes"):
        CORSRequest.of("GET", fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "fields", "preflight"),
    [
        ("OPTIONS", {"Origin": "x", "Access-Control-Request-Method": "PUT"}, True),
        ("OPTIONS", {"Origin": "", "Access-Control-Request-Method": ""}, True),
        ("OPTIONS", {"Origin": "x"}, False),
        ("OPTIONS", {"Access-Control-Request-Method": "PUT"}, False),
        ("options", {"Origin": "x", "Access-Control-Request-Method": "PUT"}, False),
        ("GET", {"Origin": "x", "Access-Control-Request-Method": "PUT"}, False),
    ],
)
def test_a_preflight_is_options_with_an_origin_and_a_requested_method(
    method: str, fields: dict[str, str], preflight: bool
) -> None:
    assert CORSRequest.of(method, fields).is_preflight is preflight
