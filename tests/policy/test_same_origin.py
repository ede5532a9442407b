"""Who is taken for the server's own origin, and so is never refused."""

from typing import Any

import pytest

from crossorigin.policy import Policy, is_same_origin_request

HTTPS = b"https://api.example.com"
HTTP = b"http://api.example.com"
HOST = b"api.example.com"


@pytest.mark.parametrize(
    ("origin", "more", "own"),
    [
        (HTTPS, {"sec_fetch_site": b"same-origin"}, True),
        (HTTPS, {"sec_fetch_site": b"none"}, True),
        (HTTPS, {"sec_fetch_site": b"same-site", "host": HOST, "own_origins": ["https://api.example.com"]}, False),
        (HTTPS, {"sec_fetch_site": b"cross-site", "host": HOST}, False),
        (HTTPS, {"sec_fetch_site": b"", "host": HOST}, False),
        (HTTPS, {"sec_fetch_site": b"same-origin, none"}, False),
        (HTTPS, {"sec_fetch_site": b"Same-Origin"}, False),
        (HTTPS, {"host": HOST}, True),
        (HTTPS, {"host": HOST, "scheme": "https"}, True),
        (HTTPS, {"host": HOST, "scheme": "wss"}, True),
        (HTTPS, {"host": HOST, "scheme": "http"}, True),
        (HTTPS, {"host": b"API.Example.com:443"}, True),
        (HTTPS, {"host": b"api.example.com:80"}, False),
        (HTTPS, {"host": b"api.example.com:443:443"}, False),
        (HTTPS + b":8443", {"host": b"api.example.com:8443:443"}, False),
        (HTTP + b":443", {"host": b"api.example.com:443"}, True),
        (HTTP + b":443", {"host": b"api.example.com:443:80"}, False),
        (HTTPS, {"host": b"api.example.com:8443"}, False),
        (HTTPS + b":8443", {"host": b"api.example.com:8443"}, True),
        (HTTPS + b":8443", {"host": HOST}, False),
        (HTTP, {"host": HOST, "scheme": "http"}, True),
        (HTTP, {"host": HOST, "scheme": "ws"}, True),
        (HTTP, {"host": HOST}, True),
        (HTTP, {"host": HOST, "scheme": "https"}, False),
        (HTTP, {"host": HOST, "scheme": "wss"}, False),
        (HTTP + b":8080", {"host": b"api.example.com:8080"}, True),
        (b"http://[::1]:8080", {"host": b"[::1]:8080"}, True),
        (HTTPS, {}, False),
        (HTTPS, {"host": b""}, False),
        (HTTPS, {"host": b"evil.example"}, False),
        (HTTPS, {"host": b"api.example.com, api.example.com"}, False),
        (HTTPS, {"host": b"api.example.com.evil.example"}, False),
        (HTTPS, {"host": b"\xff"}, False),
        (HTTPS, {"own_origins": ["https://api.example.com"]}, True),
        (HTTPS, {"own_origins": ["https://www.example.com"]}, False),
        (b"capacitor://localhost", {"host": b"localhost"}, False),
        (b"capacitor://localhost", {"own_origins": ["capacitor://localhost"]}, True),
        (b"null", {"host": b"null"}, False),
        (b"", {"host": b""}, False),
        (b"https://api.example.com/", {"host": HOST}, False),
        (b"https://" + b"a" * 1_000_000, {"host": b"a" * 1_000_000}, False),
        ("https://bücher.example".encode(), {"host": "bücher.example".encode()}, False),
    ],
)
def test_same_origin(origin: bytes, more: dict[str, Any], own: bool) -> None:
    assert is_same_origin_request(origin, **{"sec_fetch_site": None, "host": None, **more}) is own


@pytest.mark.parametrize("sec_fetch_site", [None, b"cross-site"])
def test_own_origins_are_no_text(sec_fetch_site: bytes | None) -> None:
    """In text every part of it is found: `https://evil` would be `https://evil.example.com`'s own."""
    text = "https://evil.example.com"
    with pytest.raises(TypeError, match="not text"):
        is_same_origin_request(b"https://evil", sec_fetch_site=sec_fetch_site, host=None, own_origins=text)
    policy = Policy(allow_origins=["https://app.example"], refuse_disallowed=True)
    with pytest.raises(TypeError, match="not text"):
        policy.decide("POST", {"Origin": "https://evil"}, own_origins=text)
