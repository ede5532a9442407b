"""Cross-Origin-Resource-Policy, with and without an embedder policy."""

import pytest

from crossorigin.browser import Reason, parse_url
from crossorigin.browser._corp import cross_origin_resource_policy_check
from crossorigin.standard import HeaderList, OpaqueOrigin, Origin

PAGE = Origin("https", "app.example.com")
OTHER, SIBLING, HOME = "https://other.example/", "https://cdn.example.com/", "https://app.example.com/"


@pytest.mark.parametrize(
    ("url", "policy", "embedder", "credentials", "reason"),
    [
        (OTHER, None, "unsafe-none", True, None),
        (OTHER, "cross-origin", "require-corp", True, None),
        (OTHER, "same-origin", "unsafe-none", True, Reason.CORP_SAME_ORIGIN),
        (OTHER, "same-site", "unsafe-none", True, Reason.CORP_SAME_SITE),
        (SIBLING, "same-origin", "unsafe-none", True, Reason.CORP_SAME_ORIGIN),
        (SIBLING, "same-site", "unsafe-none", True, None),
        ("http://cdn.example.com/", "same-site", "unsafe-none", True, None),
        (HOME, "same-origin", "require-corp", True, None),
        (OTHER, "Same-Origin", "unsafe-none", True, None),
        (OTHER, "same-origin, same-origin", "unsafe-none", True, None),
        (OTHER, "none", "require-corp", True, Reason.CORP_EMBEDDER_POLICY),
        (OTHER, None, "require-corp", False, Reason.CORP_EMBEDDER_POLICY),
        (HOME, None, "require-corp", True, None),
        (OTHER, None, "credentialless", False, None),
        (OTHER, None, "credentialless", True, Reason.CORP_EMBEDDER_POLICY),
        (OTHER, "same-origin", "require-corp", True, Reason.CORP_SAME_ORIGIN),
    ],
)
def test_corp(url: str, policy: str | None, embedder: str, credentials: bool, reason: Reason | None) -> None:
    headers = HeaderList() if policy is None else HeaderList.of({"cross-origin-resource-policy": policy})
    parsed = parse_url(url)
    assert parsed is not None
    objection = cross_origin_resource_policy_check(
        PAGE,
        embedder,  # type: ignore[arg-type]
        parsed,
        headers,
        includes_credentials=credentials,
    )
    assert (None if objection is None else objection[0]) is reason


@pytest.mark.parametrize("origin", [Origin("http", "app.example.com"), OpaqueOrigin()])
def test_same_site_wants_a_secure_page_where_the_response_is_secure(origin: Origin | OpaqueOrigin) -> None:
    url = parse_url(SIBLING)
    assert url is not None
    headers = HeaderList.of({"cross-origin-resource-policy": "same-site"})
    objection = cross_origin_resource_policy_check(origin, "unsafe-none", url, headers, includes_credentials=True)
    assert objection is not None
    assert objection[0] is Reason.CORP_SAME_SITE
