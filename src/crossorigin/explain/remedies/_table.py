"""Which set-up is written out for which reason: the table of pairs that apply."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from crossorigin.browser import Reason

from .._fix import Place
from . import _aws, _caddy, _django, _envoy, _express, _flask, _nginx, _starlette
from ._needs import Needs


class Family(StrEnum):
    """Reasons that the same set-up mends."""

    ACCESS = "who may read"
    STATUS = "the preflight's status"
    LISTS = "methods and headers"


FAMILIES: dict[Reason, Family] = {
    **{reason: Family.ACCESS for reason in Reason if reason.removeprefix("preflight.").startswith(("acao-", "acac-"))},
    Reason.PREFLIGHT_STATUS: Family.STATUS,
    Reason.PREFLIGHT_ACAM_INVALID: Family.LISTS,
    Reason.PREFLIGHT_ACAH_INVALID: Family.LISTS,
    Reason.PREFLIGHT_METHOD: Family.LISTS,
    Reason.PREFLIGHT_HEADER: Family.LISTS,
    Reason.PREFLIGHT_AUTHORIZATION_WILDCARD: Family.LISTS,
}
"""Every reason that a set-up of CORS mends."""

ALL = frozenset(Family)
HEADERS_ONLY = ALL - {Family.STATUS}
NOT_RUN = "not run by us: checked against its documented rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """How one product is told. `named` is what its responses give away, a name of `_products`.

    `code` gives "" where the product cannot do it. `run` is the version that the tests run it on, "" where none.
    """

    product: str
    named: str
    where: Place
    families: frozenset[Family]
    text: str
    applies: str
    code: Callable[[Needs], str]
    run: str = ""


REMEDIES = (
    Remedy(
        product="nginx",
        named="nginx",
        where="server-config",
        families=ALL,
        text="In nginx, in the location of this path, in place of the CORS headers it has. always covers errors too, "
        "and a block with an add_header of its own inherits none of the outer ones:",
        applies="if nginx adds the CORS headers",
        code=_nginx.code,
        run="nginx 1.22",
    ),
    Remedy(
        product="Caddy",
        named="Caddy",
        where="server-config",
        families=ALL,
        text="In the Caddyfile, in the site or the handle block of this path, in place of the CORS headers it has:",
        applies="if Caddy adds the CORS headers",
        code=_caddy.code,
        run="Caddy 2.6",
    ),
    Remedy(
        product="Envoy",
        named="Envoy",
        where="server-config",
        families=ALL,
        text="In Envoy (not run by us), the CORS filter, and its policy on the route of this path:",
        applies=f"if Envoy adds the CORS headers; {NOT_RUN}",
        code=_envoy.code,
    ),
    Remedy(
        product="Amazon S3",
        named="Amazon S3",
        where="server-config",
        families=ALL,
        text="As the CORS configuration of the bucket, beside the rules it has (not run by us):",
        applies=NOT_RUN,
        code=_aws.s3,
    ),
    Remedy(
        product="API Gateway",
        named="API Gateway",
        where="server-config",
        families=ALL,
        text="As the CORS configuration of an HTTP API (not run by us):",
        applies=f"if it is an HTTP API; {NOT_RUN}",
        code=_aws.api_gateway,
    ),
    Remedy(
        product="CloudFront",
        named="CloudFront",
        where="server-config",
        families=HEADERS_ONLY,
        text="In a response headers policy of CloudFront (not run by us):",
        applies=f"if CloudFront adds the CORS headers; {NOT_RUN}",
        code=_aws.cloudfront,
    ),
    Remedy(
        product="Express",
        named="Express",
        where="app-code",
        families=ALL,
        text="In Express, before every route and other middleware, in place of the cors it has; keep the "
        "origins that one lists:",
        applies="",
        code=_express.code,
        run="Express 5.3 with cors 2.8",
    ),
    Remedy(
        product="Starlette",
        named="uvicorn",
        where="app-code",
        families=ALL,
        text="In Starlette or FastAPI, after every other middleware, in place of the CORSMiddleware it has; keep the "
        "origins that one lists:",
        applies="if the app is Starlette or FastAPI",
        code=_starlette.code,
        run="Starlette 1.10, FastAPI 0.165",
    ),
    Remedy(
        product="Flask",
        named="Werkzeug",
        where="app-code",
        families=HEADERS_ONLY,
        text="With flask-cors, in place of the CORS() it has; keep the origins, methods and headers that one lists:",
        applies="if the app is Flask",
        code=_flask.code,
        run="Flask 3.1 with flask-cors 6.0",
    ),
    Remedy(
        product="Django",
        named="Django's runserver",
        where="app-code",
        families=ALL,
        text="With django-cors-headers, at the end of settings.py, in place of its settings there; keep the "
        "origins that they list:",
        applies="if the app is Django",
        code=_django.code,
        run="Django 5.2 with django-cors-headers 4.9",
    ),
)


def remedy_for(named: str, reason: Reason) -> Remedy | None:
    """The remedy for a product that a response names, None where the pair does not apply.

    >>> remedy_for("nginx", Reason.PREFLIGHT_METHOD).product
    'nginx'
    >>> remedy_for("nginx", Reason.MIXED_CONTENT) is remedy_for("IIS", Reason.PREFLIGHT_METHOD) is None
    True
    """
    family = FAMILIES.get(reason)
    return next((remedy for remedy in REMEDIES if remedy.named == named and family in remedy.families), None)
