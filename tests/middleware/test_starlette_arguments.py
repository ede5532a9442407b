"""Arguments of Starlette's `CORSMiddleware` that mean something else here: docs/starlette.md, row by row."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware as StarletteCORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from crossorigin import PolicyError
from crossorigin.middleware.starlette import CORS
from crossorigin.testing import Browser
from tests.middleware.drive import asgi

API, PAGE, OTHER = "https://api.example.com", "https://app.example.com", "https://other.example"


def app(*, is_ours: bool, **options: Any) -> Starlette:
    options = {"allow_origins": [PAGE], **options}
    made = Starlette(routes=[Route("/", lambda request: PlainTextResponse("read"), methods=METHODS)])
    if is_ours:
        CORS(made, **options)
    else:
        made.add_middleware(StarletteCORSMiddleware, **options)
    return made


METHODS = ["GET", "POST", "PUT", "QUERY", "PROPFIND"]
JSON = {"content-type": "application/json"}
AUTHORIZED = {"authorization": "Bearer x"}

ROWS: list[tuple[dict[str, Any], dict[str, Any], bool, bool]] = [
    # options; fetch; whether the page reads it behind Starlette's, and behind ours
    ({"allow_headers": ["*"]}, {"headers": AUTHORIZED}, True, False),
    ({"allow_headers": ["*", "authorization"]}, {"headers": AUTHORIZED}, True, True),
    ({"allow_headers": ["*"], "allow_credentials": True}, {"headers": AUTHORIZED}, True, False),
    ({"allow_headers": ["*"]}, {"headers": {"x-key": "1"}}, True, True),
    ({}, {"method": "POST", "headers": JSON}, False, False),
    ({"allow_methods": ["POST"]}, {"method": "POST", "headers": JSON}, True, False),
    ({"allow_methods": ["POST"], "allow_headers": ["content-type"]}, {"method": "POST", "headers": JSON}, True, True),
    ({"allow_headers": ["x-key"]}, {"method": "POST", "headers": {"x-key": "1"}}, False, True),
    ({"allow_methods": ["*"]}, {"method": "QUERY"}, True, True),
    ({"allow_methods": ["*"]}, {"method": "PROPFIND"}, False, True),
]


@pytest.mark.parametrize(("options", "fetch", "in_starlette", "in_ours"), ROWS)
@pytest.mark.parametrize("is_ours", [True, False])
def test_what_a_page_may_do(options: Any, fetch: Any, *, in_starlette: bool, in_ours: bool, is_ours: bool) -> None:
    with Browser({API: app(is_ours=is_ours, **options)}, profile="standard") as browser:
        assert browser.page(PAGE).attempt(f"{API}/", **fetch).readable is (in_ours if is_ours else in_starlette)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"allow_origin_regex": "https://.*"}, TypeError, "list patterns in allow_origins"),
        ({"allow_private_network": True}, TypeError, "remove it"),
        ({"allow_origins": ["*"], "allow_credentials": True}, PolicyError, "credentials-wildcard-origin"),
        ({"allow_origins": [f"{PAGE}/"]}, PolicyError, "origin-trailing-slash"),
        ({"expose_headers": ["*"], "allow_credentials": True}, PolicyError, "credentials-wildcard-expose"),
    ],
)
def test_what_is_an_error_here(options: Any, error: type[Exception], words: str) -> None:
    app(is_ours=False, **options).build_middleware_stack()
    with pytest.raises(error) as raised:
        app(is_ours=True, **options)
    assert words in str(raised.value)


def test_starlette_lets_every_page_read_with_cookies() -> None:
    served = app(is_ours=False, allow_origins=["*"], allow_credentials=True)
    with Browser({API: served}) as browser:
        assert browser.page(OTHER).attempt(f"{API}/", credentials="include").readable


@pytest.mark.parametrize(("is_ours", "seconds"), [(False, b"600"), (True, None)])
def test_how_long_a_preflight_is_kept_by_default(*, is_ours: bool, seconds: bytes | None) -> None:
    wanted = [(b"origin", PAGE.encode()), (b"access-control-request-method", b"PUT")]
    answered = asgi(app(is_ours=is_ours, allow_methods=["PUT"]), "OPTIONS", wanted)
    assert dict(answered.headers).get(b"access-control-max-age") == seconds
