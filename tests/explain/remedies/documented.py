"""What cannot be run here, as its documentation says it behaves: S3, API Gateway's HTTP APIs, CloudFront and Envoy.

Each takes a configuration as text and gives the server that it makes. Written from the documents alone.
"""

import json
from collections.abc import Callable
from fnmatch import fnmatchcase

import yaml

from crossorigin.browser import ResponseHead, Send
from tests.explain.verdicts import head

Server = Callable[[Send], ResponseHead]
Behind = Callable[[Send], ResponseHead]


def _asked(send: Send) -> tuple[str, str, list[str]]:
    """Origin, method and headers that a rule is matched against."""
    get = send.headers.get
    method = (get(b"access-control-request-method") or send.method.encode()).decode()
    names = (get(b"access-control-request-headers") or b"").decode()
    return (get(b"origin") or b"").decode(), method, [name for name in names.split(",") if name]


def s3(configuration: str) -> Server:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html, "How does Amazon S3 evaluate the CORS
    configuration on a bucket?": the first rule that matches the origin, the method and each requested header.
    """
    rules = json.loads(configuration)
    for rule in rules:
        assert rule.keys() <= {
            "ID",
            "AllowedOrigins",
            "AllowedMethods",
            "AllowedHeaders",
            "ExposeHeaders",
            "MaxAgeSeconds",
        }
        assert rule["AllowedOrigins"]
        assert set(rule["AllowedMethods"]) <= {"GET", "PUT", "POST", "DELETE", "HEAD"}
        assert all(origin.count("*") <= 1 for origin in rule["AllowedOrigins"])

    def answer(send: Send) -> ResponseHead:
        origin, method, headers = _asked(send)
        base = {"Server": "AmazonS3", "x-amz-request-id": "1"}
        for rule in rules:
            if not any(fnmatchcase(origin, allowed) for allowed in rule["AllowedOrigins"]):
                continue
            allowed_headers = [name.lower() for name in rule.get("AllowedHeaders", [])]
            if method not in rule["AllowedMethods"] or not all(
                any(fnmatchcase(name, allowed) for allowed in allowed_headers) for name in headers
            ):
                continue
            star = "*" in rule["AllowedOrigins"]
            fields = {"Access-Control-Allow-Origin": "*" if star else origin, "Vary": "Origin"}
            fields["Access-Control-Allow-Methods"] = ", ".join(rule["AllowedMethods"])
            if not star:
                fields["Access-Control-Allow-Credentials"] = "true"
            if headers:
                fields["Access-Control-Allow-Headers"] = ", ".join(headers)
            if rule.get("ExposeHeaders"):
                fields["Access-Control-Expose-Headers"] = ", ".join(rule["ExposeHeaders"])
            return head(200, {**base, **fields})
        return head(403 if send.purpose == "preflight" else 200, base)

    return answer


def api_gateway(configuration: str) -> Server:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html: API Gateway answers preflights
    itself, ignores CORS headers of the integration, and adds the configured ones where the origin matches.
    """
    cors = json.loads(configuration)
    names = {"AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders", "MaxAge"}
    assert cors.keys() <= names
    assert -1 <= cors.get("MaxAge", 0) <= 86_400
    lists = [value for value in cors.values() if isinstance(value, list)]
    assert not cors.get("AllowCredentials") or not any("*" in names for names in lists)

    def answer(send: Send) -> ResponseHead:
        origin, _, _ = _asked(send)
        base = {"Apigw-Requestid": "1"}
        star = "*" in cors.get("AllowOrigins", [])
        fields = {}
        if star or origin in cors.get("AllowOrigins", []):
            fields["Access-Control-Allow-Origin"] = "*" if star else origin
            if cors.get("AllowCredentials"):
                fields["Access-Control-Allow-Credentials"] = "true"
            if cors.get("ExposeHeaders"):
                fields["Access-Control-Expose-Headers"] = ",".join(cors["ExposeHeaders"])
            if send.purpose == "preflight":
                fields["Access-Control-Allow-Methods"] = ",".join(cors.get("AllowMethods", []))
                fields["Access-Control-Allow-Headers"] = ",".join(cors.get("AllowHeaders", []))
        return head(204 if send.purpose == "preflight" else 200, {**base, **fields})

    return answer


def cloudfront(configuration: str) -> Server:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html:
    the headers are added to what the origin answers, preflights too, and replace its own with OriginOverride.
    """
    config = json.loads(configuration)["CorsConfig"]
    lists: dict[str, list[str]] = {}
    for name, value in config.items():
        if isinstance(value, dict):
            assert value["Quantity"] == len(value["Items"]) >= 1
            lists[name.removeprefix("AccessControl")] = value["Items"]
    required = ("AllowOrigins", "AllowMethods", "AllowHeaders")
    assert all(name in lists for name in required)
    assert isinstance(config["AccessControlAllowCredentials"], bool)
    assert isinstance(config["OriginOverride"], bool)
    assert set(lists["AllowMethods"]) <= {"GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ALL"}
    if config["AccessControlAllowCredentials"]:
        assert not any("*" in lists[name] for name in required)

    def answer(send: Send) -> ResponseHead:
        origin, _, _ = _asked(send)
        base = {"Server": "CloudFront", "x-amz-cf-id": "1"}
        star = "*" in lists["AllowOrigins"]
        fields = {}
        if star or origin in lists["AllowOrigins"]:
            fields["Access-Control-Allow-Origin"] = "*" if star else origin
            if config["AccessControlAllowCredentials"]:
                fields["Access-Control-Allow-Credentials"] = "true"
            if "ExposeHeaders" in lists:
                fields["Access-Control-Expose-Headers"] = ", ".join(lists["ExposeHeaders"])
            if send.purpose == "preflight":
                fields["Access-Control-Allow-Methods"] = ", ".join(lists["AllowMethods"])
                fields["Access-Control-Allow-Headers"] = ", ".join(lists["AllowHeaders"])
        return head(200, {**base, **fields})

    return answer


def envoy(configuration: str) -> Server:
    """https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter and the API reference of
    `extensions.filters.http.cors.v3.CorsPolicy`: a preflight of an allowed origin is answered with 200 and the policy's
    headers; a response to an allowed origin gets its own, in place of what the app sent.
    """
    parts = yaml.safe_load(configuration)
    package = "type.googleapis.com/envoy.extensions.filters.http.cors.v3."
    (cors,) = parts["http_filters"]
    assert (cors["name"], cors["typed_config"]) == ("envoy.filters.http.cors", {"@type": f"{package}Cors"})
    policy = parts["typed_per_filter_config"]["envoy.filters.http.cors"]
    assert policy.pop("@type") == f"{package}CorsPolicy"
    texts = {"allow_methods", "allow_headers", "expose_headers", "max_age"}
    assert policy.keys() <= {"allow_origin_string_match", "allow_credentials", *texts}
    assert all(isinstance(policy[name], str) for name in texts & policy.keys())
    assert isinstance(policy.get("allow_credentials", False), bool)
    origins = [matcher["exact"] for matcher in policy["allow_origin_string_match"]]

    def answer(send: Send) -> ResponseHead:
        origin, _, _ = _asked(send)
        fields = {"Server": "envoy"}
        preflight = send.purpose == "preflight"
        if origin not in origins:
            return head(404 if preflight else 200, fields)
        fields["Access-Control-Allow-Origin"] = origin
        if policy.get("allow_credentials"):
            fields["Access-Control-Allow-Credentials"] = "true"
        for name in ("allow_methods", "allow_headers", "max_age") if preflight else ("expose_headers",):
            if policy.get(name):
                fields["Access-Control-" + name.replace("_", "-").title()] = policy[name]
        return head(200, fields)

    return answer


DOCUMENTED: dict[str, Callable[[str], Server]] = {
    "Amazon S3": s3,
    "API Gateway": api_gateway,
    "CloudFront": cloudfront,
    "Envoy": envoy,
}
BLANK: dict[str, dict[str, str]] = {
    "Amazon S3": {"Server": "AmazonS3"},
    "API Gateway": {"Apigw-Requestid": "1"},
    "CloudFront": {"Server": "CloudFront", "x-amz-cf-id": "1"},
    "Envoy": {"Server": "envoy"},
}
"""What names the product where no CORS is set up."""
