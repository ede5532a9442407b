"""Which software a response gives away: its own headers name it. A name that is not certain is not given."""

from dataclasses import dataclass

from crossorigin.standard import HeaderList


@dataclass(frozen=True, slots=True)
class Product:
    """A server, gateway or content network.

    `server` are words of its Server header, `headers` the names of those that it alone adds. `gateway`: it stands in
    front of an app, so an error page of its own is not the app's.
    """

    name: str
    server: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    gateway: bool = True


PRODUCTS = (
    # A content network before what stands behind it: the outermost one answered.
    Product("Cloudflare", ("cloudflare",), ("cf-ray",)),
    Product("CloudFront", ("cloudfront",), ("x-amz-cf-id",)),
    Product("API Gateway", (), ("x-amz-apigw-id", "x-amzn-errortype", "apigw-requestid", "x-amzn-requestid")),
    Product("Amazon S3", ("amazons3",), ("x-amz-id-2",)),
    Product("AWS load balancer", ("awselb",)),
    Product("Azure Front Door", ("microsoft-azure-application-gateway",), ("x-azure-ref",)),
    Product("Google Cloud load balancer", ("google frontend",)),
    Product("Akamai", ("akamai",)),
    Product("Fastly or Varnish", ("varnish",), ("x-varnish", "x-served-by")),
    Product("Vercel", ("vercel",), ("x-vercel-id",)),
    Product("Netlify", ("netlify",), ("x-nf-request-id",)),
    Product("Heroku", ("heroku",)),
    Product("Fly.io", (), ("fly-request-id",)),
    Product("Kong", ("kong",), ("x-kong-response-latency", "x-kong-request-id")),
    Product("Envoy", ("envoy", "istio"), ("x-envoy-upstream-service-time",)),
    Product("Traefik", ("traefik",)),
    Product("HAProxy", ("haproxy",)),
    Product("squid", ("squid",)),
    Product("nginx", ("nginx", "openresty")),
    Product("Caddy", ("caddy",)),
    Product("Apache", ("apache",)),
    Product("IIS", ("microsoft-iis",), gateway=False),
    Product("Werkzeug", ("werkzeug",), gateway=False),
    Product("Django's runserver", ("wsgiserver",), gateway=False),
    Product("uvicorn", ("uvicorn",), gateway=False),
    Product("hypercorn", ("hypercorn",), gateway=False),
    Product("gunicorn", ("gunicorn",), gateway=False),
    Product("Express", gateway=False),
)
VALUE_LIMIT = 200


def product_of(headers: HeaderList) -> Product | None:
    """The outermost product that the response's headers name, None where none does.

    >>> product_of(HeaderList.of({"Server": "nginx/1.25"})).name
    'nginx'
    """
    server = _text(headers, b"server")
    if "express" in _text(headers, b"x-powered-by"):
        return PRODUCTS[-1]
    for product in PRODUCTS:
        if any(word in server for word in product.server) or any(name.encode() in headers for name in product.headers):
            return product
    return None


def signs_of(headers: HeaderList) -> tuple[tuple[str, str], ...]:
    """The headers that show a gateway on the way and their values, at most four."""
    server = _text(headers, b"server")
    names = (
        ["server"] if any(word in server for product in PRODUCTS if product.gateway for word in product.server) else []
    )
    names += ["via", *(name for product in PRODUCTS if product.gateway for name in product.headers)]
    signs = (("-".join(part.capitalize() for part in name.split("-")), headers.get(name.encode())) for name in names)
    return tuple((name, value.decode("latin-1")) for name, value in signs if value is not None)[:4]


def _text(headers: HeaderList, name: bytes) -> str:
    return (headers.get(name) or b"").decode("latin-1")[:VALUE_LIMIT].lower()
