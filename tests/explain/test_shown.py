"""What may be shown: bounded, printable, without secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossorigin.explain import Shown, is_secret_name, visible


@given(st.text(max_size=500) | st.binary(max_size=500), st.integers(1, 300))
def test_shown_text_is_printable_and_bounded(text: str | bytes, limit: int) -> None:
    shown = visible(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit * 10 + 40


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), max_size=100))
def test_printable_text_stands_as_it_is(text: str) -> None:
    assert visible(text) == text


SECRET = [
    "Authorization",
    "Proxy-Authorization",
    "cookie",
    "SET-COOKIE",
    "X-Api-Key",
    "X-Auth-Token",
    "X-Amz-Security-Token",
    "X-CSRF-Token",
    "Client-Secret",
    "X-Vault-Token",
    "Session-Id",
    "X-Password",
    "Private-Key",
]
PUBLIC = [
    "Accept",
    "Origin",
    "Access-Control-Allow-Credentials",
    "Content-Type",
    "WWW-Authenticate",
    "Sec-Fetch-Site",
    "Vary",
    "X-Request-Id",
    "ETag",
    "Authority",
]


@pytest.mark.parametrize("name", SECRET)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)
    for value in ("hunter2", "a=hunter2", "hunter2 hunter2", "hunter2; hunter2", "Bearer hunter2"):
        shown = Shown().field(name, value)[1]
        # The attributes of a Set-Cookie are no secret.
        assert "hunter2" not in (shown.partition(";")[0] if name == "SET-COOKIE" else shown)


@pytest.mark.parametrize("name", PUBLIC)
def test_names_that_are_none(name: str) -> None:
    assert Shown().field(name, "hunter2") == (name, "hunter2")


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://a.example/", "https://a.example/"),
        ("https://u:p@a.example/@x", "https://u:***@a.example/@x"),
        ("https://u@a.example/", "https://u@a.example/"),
        ("https://a.example/?token=1&q=token", "https://a.example/?token=***&q=token"),
        ("https://a.example/?code=1#x?token=2", "https://a.example/?code=***#x?token=2"),
        ("https://a.example/?a=b?sig=1&sig=", "https://a.example/?a=b?sig=1&sig=***"),
    ],
)
def test_urls(url: str, masked: str) -> None:
    assert Shown().url(url) == masked
    assert Shown(show_secrets=True).url(url) == url
