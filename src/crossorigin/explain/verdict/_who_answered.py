"""Who answered, as far as the response tells: the app without CORS, its CORS without this origin, or something else.

A *fix* that names the wrong layer costs an afternoon. What is told apart here is what people mistake for each other.
"""

from enum import StrEnum

from crossorigin.browser import ResponseHead

from ._facts import Facts

GATEWAY_STATUSES = frozenset({502, 503, 504, *range(520, 531)})
GATEWAY_FIELDS = (
    b"via",
    b"cf-ray",
    b"x-amz-cf-id",
    b"x-amzn-requestid",
    b"x-amzn-errortype",
    b"x-amz-apigw-id",
    b"x-served-by",
    b"x-varnish",
    b"x-azure-ref",
    b"x-envoy-upstream-service-time",
    b"x-kong-response-latency",
    b"x-vercel-id",
    b"x-nf-request-id",
    b"fly-request-id",
)
GATEWAY_SERVERS = (
    "nginx",
    "openresty",
    "cloudflare",
    "cloudfront",
    "awselb",
    "akamai",
    "varnish",
    "envoy",
    "istio",
    "haproxy",
    "traefik",
    "caddy",
    "kong",
    "apache",
    "google frontend",
    "microsoft-azure-application-gateway",
    "squid",
    "vercel",
    "netlify",
    "heroku",
)
OTHER_TECHNOLOGY_FIELDS = (b"x-powered-by", b"x-aspnet-version")
LOGIN_WORDS = (
    "login",
    "signin",
    "sign-in",
    "sign_in",
    "sso",
    "oauth",
    "authorize",
    "auth/",
    "/auth",
    "saml",
    "session/new",
)
ALLOW_FIELDS = (
    b"access-control-allow-origin",
    b"access-control-allow-methods",
    b"access-control-allow-headers",
    b"access-control-allow-credentials",
    b"access-control-max-age",
    b"access-control-expose-headers",
)


class Setting(StrEnum):
    """Who answered."""

    NOTHING = "a server that sends no CORS field at all"
    ORIGIN_LEFT_OUT = "a server whose CORS leaves this origin out"
    OTHER_RESPONSES = "a server whose other responses carry CORS fields"
    GATEWAY = "something in front of the app"
    ERROR_PAGE = "an error page"
    AUTHENTICATION = "authentication"
    REDIRECT = "a redirect"


def setting_of(facts: Facts) -> Setting:
    """Who answered the request that failed, judged by its response and by what the same server answered before."""
    if facts.location is not None:
        login = any(word in facts.location[:2000].lower() for word in LOGIN_WORDS)
        return Setting.AUTHENTICATION if login else Setting.REDIRECT
    if facts.status in (401, 407):
        return Setting.AUTHENTICATION
    if _is_gateway(facts):
        return Setting.GATEWAY
    if facts.status == 403 and facts.preflight and not _knows_cors(facts):
        return Setting.AUTHENTICATION
    if facts.status >= 500:
        return Setting.ERROR_PAGE
    if _knows_cors(facts):
        return Setting.ORIGIN_LEFT_OUT
    if _answered_with_cors_before(facts):
        return Setting.ERROR_PAGE if facts.status >= 400 else Setting.OTHER_RESPONSES
    return Setting.ERROR_PAGE if facts.status >= 400 and facts.status not in (404, 405, 501) else Setting.NOTHING


def gateway_signs(facts: Facts) -> tuple[tuple[str, str], ...]:
    """The fields that show a proxy, gateway or content network on the way, at most four."""
    signs: list[tuple[str, str]] = []
    server = facts.field(b"server")
    if server is not None and any(name in server[:200].lower() for name in GATEWAY_SERVERS):
        signs.append(("Server", server))
    for name in GATEWAY_FIELDS:
        value = facts.field(name)
        if value is not None:
            signs.append(("-".join(part.capitalize() for part in name.decode().split("-")), value))
    return tuple(signs[:4])


def may_be_python(facts: Facts) -> bool:
    """Whether a crossorigin policy could be of use: nothing says that the server is written in another language."""
    return not any(name in facts.headers for name in OTHER_TECHNOLOGY_FIELDS)


def _is_gateway(facts: Facts) -> bool:
    if facts.status in GATEWAY_STATUSES:
        return True
    html = (facts.field(b"content-type") or "").lower().startswith("text/html")
    return facts.status >= 400 and facts.status not in (401, 407) and html and bool(gateway_signs(facts))


def _knows_cors(facts: Facts) -> bool:
    """The response shows that a CORS layer looked at it: it has such a field, or varies by Origin."""
    if any(name in facts.headers for name in ALLOW_FIELDS):
        return True
    vary = (facts.field(b"vary") or "")[:4096].lower()
    return "origin" in {name.strip() for name in vary.split(",")}


def _answered_with_cors_before(facts: Facts) -> bool:
    """Whether an earlier answer of the same fetch carried Access-Control-Allow-Origin."""
    return any(
        exchange is not facts.exchange
        and isinstance(exchange.answer, ResponseHead)
        and b"access-control-allow-origin" in exchange.answer.headers
        and exchange.send.url.partition("#")[0] == facts.url
        for exchange in facts.verdict.exchanges
    )
