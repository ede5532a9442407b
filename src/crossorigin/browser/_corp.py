"""Cross-Origin-Resource-Policy and Cross-Origin-Embedder-Policy: who may embed an opaque response."""

from crossorigin.standard import AnyOrigin, HeaderList, Origin

from ._check import Objection
from ._evidence import evidence
from ._request import EmbedderPolicy
from ._url import URL
from ._verdict import Reason

_POLICIES = frozenset({b"same-origin", b"same-site", b"cross-origin"})


def cross_origin_resource_policy_check(
    origin: AnyOrigin,
    embedder_policy: EmbedderPolicy,
    url: URL,
    headers: HeaderList,
    *,
    includes_credentials: bool,
) -> Objection | None:
    """https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check

    None is "allowed". `url` is the response's, `includes_credentials` whether the request carried any.

    >>> from crossorigin.browser import parse_url
    >>> url = parse_url("https://cdn.example.net/i.png")
    >>> closed = HeaderList.of({"Cross-Origin-Resource-Policy": "same-origin"})
    >>> page = Origin.parse("https://app.example.com")
    >>> cross_origin_resource_policy_check(page, "unsafe-none", url, closed, includes_credentials=True)[0]
    <Reason.CORP_SAME_ORIGIN: 'corp.same-origin'>
    """
    value = headers.get(b"cross-origin-resource-policy")
    # 3. Without the embedder policy first: what fails here is no fault of the page.
    policy = _policy(value, "unsafe-none", includes_credentials=includes_credentials)
    if not _allows(policy, origin, url):
        reason = Reason.CORP_SAME_SITE if policy == b"same-site" else Reason.CORP_SAME_ORIGIN
        return reason, evidence(cross_origin_resource_policy=value, origin=str(origin))
    # 5.
    if not _allows(_policy(value, embedder_policy, includes_credentials=includes_credentials), origin, url):
        return Reason.CORP_EMBEDDER_POLICY, evidence(
            cross_origin_resource_policy=value, cross_origin_embedder_policy=embedder_policy, origin=str(origin)
        )
    return None


def _policy(value: bytes | None, embedder_policy: EmbedderPolicy, *, includes_credentials: bool) -> bytes | None:
    """https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check

    Steps 2 to 4: several values, or one unknown, count as none.
    """
    if value in _POLICIES:
        return value
    if embedder_policy == "require-corp" or (embedder_policy == "credentialless" and includes_credentials):
        return b"same-origin"
    return None


def _allows(policy: bytes | None, origin: AnyOrigin, url: URL) -> bool:
    """https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check

    Step 5.
    """
    if policy is None or policy == b"cross-origin":
        return True
    if policy == b"same-origin":
        return origin.is_same_origin(url.origin)
    scheme = origin.scheme if isinstance(origin, Origin) else ""
    return origin.is_schemelessly_same_site(url.origin) and (scheme == "https" or url.scheme != "https")
