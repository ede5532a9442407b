"""Amazon Web Services: a bucket's CORS rule, an HTTP API's `cors`, a CloudFront response headers policy."""

import json

from ._needs import Needs

S3_METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "HEAD"})
CLOUDFRONT_METHODS = S3_METHODS | {"PATCH", "OPTIONS"}
LONGEST_AGE = 86_400


def s3(needs: Needs) -> str:
    """The bucket's CORS configuration; none where a rule cannot say it: S3 has five methods."""
    if not S3_METHODS.issuperset(needs.listed):
        return ""
    rule: dict[str, object] = {"AllowedOrigins": needs.origins, "AllowedMethods": needs.listed}
    if needs.headers:
        rule["AllowedHeaders"] = needs.headers
    if needs.exposed:
        rule["ExposeHeaders"] = needs.exposed
    if needs.max_age is not None and needs.preflighted:
        rule["MaxAgeSeconds"] = needs.max_age
    return json.dumps([rule], indent=2)


def api_gateway(needs: Needs) -> str:
    """The `--cors-configuration` of `aws apigatewayv2 update-api`.

    None for an error response: the headers are documented for preflights and for what integrations return.
    """
    if needs.status >= 400 and not needs.refused:
        return ""
    cors: dict[str, object] = {"AllowOrigins": needs.origins, "AllowMethods": needs.listed}
    if needs.headers:
        cors["AllowHeaders"] = needs.headers
    if needs.exposed:
        cors["ExposeHeaders"] = needs.exposed
    if needs.credentials:
        cors["AllowCredentials"] = True
    if needs.max_age is not None and needs.preflighted:
        cors["MaxAge"] = min(needs.max_age, LONGEST_AGE)
    return json.dumps(cors, indent=2)


def cloudfront(needs: Needs) -> str:
    """The CorsConfig of a response headers policy; none where the origin refuses the preflight: it sets headers alone.

    `accept` stands where no header is needed, since the list may not be empty: pages may send it without being asked.
    """
    if needs.refused or not CLOUDFRONT_METHODS.issuperset(needs.listed):
        return ""
    config: dict[str, object] = {
        "AccessControlAllowOrigins": _items(needs.origins),
        "AccessControlAllowMethods": _items(needs.listed),
        "AccessControlAllowHeaders": _items(needs.headers or ("accept",)),
        "AccessControlAllowCredentials": needs.credentials,
        "OriginOverride": True,
    }
    if needs.exposed:
        config["AccessControlExposeHeaders"] = _items(needs.exposed)
    if needs.max_age is not None and needs.preflighted:
        config["AccessControlMaxAgeSec"] = needs.max_age
    return json.dumps({"CorsConfig": config}, indent=2)


def _items(names: tuple[str, ...]) -> dict[str, object]:
    return {"Quantity": len(names), "Items": names}
