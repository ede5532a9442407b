"""The allowed origin that a refused one was probably meant to be."""

import pytest

from crossorigin import Policy, dangerously
from crossorigin.policy import near_origin
from crossorigin.policy._near import MAX_LOOKED_AT

POLICY = Policy(
    allow_origins=[
        "https://app.example.com",
        "https://shop.example.org",
        "http://localhost:5173",
        "https://*.preview.example.net",
        "https://pr-*.example.dev",
        "https://www.example.io",
        lambda origin: False,
        dangerously("moz-extension://*", because="a test"),
    ]
)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://localhost:5174", "you allow http://localhost:5173; the port differs"),
        ("http://localhost", "you allow http://localhost:5173; the port differs"),
        ("https://localhost:5173", "you allow http://localhost:5173; the scheme differs"),
        ("http://127.0.0.1:5173", "you allow http://localhost:5173; the host differs"),
        ("http://app.example.com", "you allow https://app.example.com; the scheme differs"),
        ("https://example.io", "you allow https://www.example.io; the www. differs"),
        ("https://www.app.example.com", "you allow https://app.example.com; the www. differs"),
        ("https://admin.shop.example.org", "you allow https://shop.example.org; the subdomain differs"),
        ("https://example.org", "you allow https://shop.example.org; the subdomain differs"),
        ("http://a.preview.example.net", "you allow https://*.preview.example.net; the scheme differs"),
        ("https://preview.example.net", "you allow https://*.preview.example.net; the subdomain differs"),
        ("https://x-1.example.dev", "you allow https://pr-*.example.dev; the subdomain differs"),
        ("http://a.example.io:81", "you allow https://www.example.io; the scheme, the subdomain and the port differ"),
        # What a client that is not a browser writes.
        ("http://App.example.com/", "you allow https://app.example.com; the scheme differs"),
        ("https://evil.example", None),
        ("https://com", None),
        ("null", None),
        ("https://" + "a" * 5000, None),
    ],
)  # fmt: skip
def test_the_nearest_entry_and_what_differs(origin: str, expected: str | None) -> None:
    near = near_origin(POLICY, origin)
    assert (None if near is None else str(near)) == expected


def test_fewer_differences_are_nearer() -> None:
    policy = Policy(
        allow_origins=["http://app.example.com:81", "https://app.example.com", "https://app.example.com:82"]
    )
    near = near_origin(policy, "https://app.example.com:81")
    assert near is not None
    assert (near.allowed, near.differs) == ("http://app.example.com:81", ("scheme",))


def test_a_list_without_end_is_not_looked_through() -> None:
    entries = [f"https://a{number}.example" for number in range(MAX_LOOKED_AT)]
    assert near_origin(Policy(allow_origins=[*entries, "http://localhost:1"]), "http://localhost:2") is None
