"""The referrer, policy by policy."""

import pytest

from crossorigin.browser import page_at, parse_url
from crossorigin.browser._referrer import determine_the_requests_referrer, referrer_policy_on_redirect
from crossorigin.standard import HeaderList

WHOLE, ORIGIN = "https://app.example/a?b", "https://app.example/"
PAGE = page_at("https://u:p@app.example/a?b#c")
SAME, CROSS, DOWN = "https://app.example/x", "https://api.example/x", "http://api.example/x"


@pytest.mark.parametrize(
    ("policy", "same", "cross", "down"),
    [
        ("no-referrer", "", "", ""),
        ("no-referrer-when-downgrade", WHOLE, WHOLE, ""),
        ("origin", ORIGIN, ORIGIN, ORIGIN),
        ("origin-when-cross-origin", WHOLE, ORIGIN, ORIGIN),
        ("same-origin", WHOLE, "", ""),
        ("strict-origin", ORIGIN, ORIGIN, ""),
        ("strict-origin-when-cross-origin", WHOLE, ORIGIN, ""),
        ("unsafe-url", WHOLE, WHOLE, WHOLE),
    ],
)
def test_every_policy(policy: str, same: str, cross: str, down: str) -> None:
    for target, expected in ((SAME, same), (CROSS, cross), (DOWN, down)):
        url = parse_url(target)
        assert url is not None
        assert determine_the_requests_referrer(PAGE, "client", policy, url) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("page", "referrer", "expected"),
    [
        pytest.param(PAGE, "", "", id="no referrer wanted"),
        pytest.param(PAGE, "https://app.example/other#x", "https://app.example/other", id="another referrer"),
        pytest.param(PAGE, "https://", "", id="no URL"),
        pytest.param(page_at("https://app.example/", sandboxed=True), "client", "", id="opaque page"),
        pytest.param(page_at("https://app.example/"), "data:,x", "", id="local scheme"),
        pytest.param(page_at("https://app.example/" + "x" * 5000), "client", ORIGIN, id="too long"),
    ],
)
def test_the_source_of_a_referrer(page: object, referrer: str, expected: str) -> None:
    url = parse_url(CROSS)
    assert url is not None
    assert determine_the_requests_referrer(page, referrer, "unsafe-url", url) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "policy"),
    [
        (None, "origin"),
        ("nonsense", "origin"),
        ("no-referrer, unsafe-url", "unsafe-url"),
        ("same-origin, nonsense", "same-origin"),
        ("NO-REFERRER", "no-referrer"),
        ("no-referrer," + " " * 70_000, "origin"),
    ],
)
def test_a_redirect_can_change_the_policy(value: str | None, policy: str) -> None:
    headers = HeaderList() if value is None else HeaderList.of({"Referrer-Policy": value})
    assert referrer_policy_on_redirect(headers, "origin") == policy
